package httpkit

const idleSeconds = 60
