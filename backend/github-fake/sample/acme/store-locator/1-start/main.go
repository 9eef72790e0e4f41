package main

func main() { println("store-locator") }
