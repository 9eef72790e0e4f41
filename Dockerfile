# syntax=docker/dockerfile:1
# Drydock's own image meets the eight items that Drydock checks; CI holds it to that.

FROM dhi.io/rust:1-alpine3.24-dev AS build
WORKDIR /src
# ring compiles a little C.
RUN apk add --no-cache build-base
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY .sqlx .sqlx
COPY backend backend
COPY migrations migrations
COPY static static
COPY templates templates
# A static binary needs nothing but certificates from the image that ships it.
ENV RUSTFLAGS="-C target-feature=+crt-static"
RUN --mount=type=cache,target=/src/target \
    --mount=type=cache,target=/root/.cargo/registry \
    cargo build --profile dist --locked --package drydock \
    && cp target/dist/drydock /drydock \
    && mkdir /data

FROM dhi.io/static:20260611-musl-alpine3.24
COPY --from=build --chown=65532:65532 /drydock /usr/local/bin/drydock
COPY --from=build --chown=65532:65532 /data /data
ENV DRYDOCK_DATA=/data DRYDOCK_LISTEN=0.0.0.0:8080
USER 65532
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s CMD ["/usr/local/bin/drydock", "health"]
ENTRYPOINT ["/usr/local/bin/drydock"]
