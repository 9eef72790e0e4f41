package main

func main() { println("catalog") }
