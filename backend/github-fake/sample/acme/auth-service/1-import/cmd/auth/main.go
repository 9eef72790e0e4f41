package main

func main() { println("auth") }
