package main

import (
	"net/http"
	"os"
)

func main() {
	_ = http.ListenAndServe(os.Getenv("LISTEN_ADDR"), http.NotFoundHandler())
}
