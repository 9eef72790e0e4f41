package main

func main() { println("query-parser") }
