FROM golang:1.23-bookworm AS build
WORKDIR /src
COPY . .
RUN go build -o /crawler .

FROM debian:bookworm-slim
RUN set -eux; \
    apt-get update; \
    apt-get install -y --no-install-recommends chromium fonts-liberation ca-certificates; \
    rm -rf /var/lib/apt/lists/*
RUN useradd -m crawler
USER crawler
COPY --from=build /crawler /usr/local/bin/crawler
ENTRYPOINT ["crawler"]
