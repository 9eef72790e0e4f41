package main

func main() { println("consent-log") }
