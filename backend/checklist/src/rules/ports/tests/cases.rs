//! Cases of ports, sentence by sentence of the checklist.

use crate::Item::Ports;
use crate::rules::testing::{agree, sentences};

/// A file whose only stage stands on an image that exposes nothing.
fn on_node(rest: &str) -> String {
    format!("FROM dhi.io/node:24\n{rest}\n")
}

/// A file that says nothing about ports itself.
fn silent(base: &str) -> String {
    format!("FROM {base}\nCOPY a /a\n")
}

fn whole(text: &str) -> String {
    text.to_owned()
}

#[test]
fn the_border_lies_between_1023_and_1025() {
    let rows = [
        ("the lowest", "EXPOSE 1", "remaining: low-port@2"),
        ("the last privileged one", "EXPOSE 1023", "remaining: low-port@2"),
        ("neither", "EXPOSE 1024", "verify: port-1024@2"),
        ("the first allowed one", "EXPOSE 1025", "met"),
        ("the highest", "EXPOSE 65535", "met"),
        ("no port at all", "EXPOSE 0", "not-applicable"),
        ("an allowed one beside 1024", "EXPOSE 8080 1024", "verify: port-1024@2"),
        (
            "the strongest counts",
            "EXPOSE 1024\nEXPOSE 8080\nEXPOSE 443",
            "remaining: port-1024@2 low-port@4",
        ),
        ("none", "USER 65532", "not-applicable"),
    ];
    agree(Ports, on_node, &rows);
}

#[test]
fn every_form_of_expose_is_read() {
    let rows = [
        ("a list", "EXPOSE 3000 443 9229", "remaining: low-port@2"),
        ("UDP", "EXPOSE 53/udp", "remaining: low-port@2"),
        ("a high port with UDP", "EXPOSE 5353/udp", "met"),
        ("SCTP", "EXPOSE 36412/sctp", "met"),
        ("the protocol in capitals", "EXPOSE 162/UDP", "remaining: low-port@2"),
        ("a range by its low end", "EXPOSE 1000-2000", "remaining: low-port@2"),
        ("a range that begins at 1024", "EXPOSE 1024-1030", "verify: port-1024@2"),
        ("a range that begins higher", "EXPOSE 1025-2000/tcp", "met"),
        ("the port of the host does not count", "EXPOSE 80:8080", "met"),
        ("an argument's default", "ARG P=80\nEXPOSE $P", "remaining: low-port@3"),
        ("an argument's high default", "ARG P=8080\nEXPOSE ${P}/tcp", "met"),
        ("the environment", "ENV P=80\nEXPOSE $P", "remaining: low-port@3"),
        ("a list in a variable", "ARG P=\"80 8080\"\nEXPOSE $P", "remaining: low-port@3"),
        ("a default in place", "EXPOSE ${P:-443}", "remaining: low-port@2"),
        ("an argument without a default", "ARG P\nEXPOSE $P", "verify: port-variable@3"),
        ("nothing declares it", "EXPOSE $P 8080", "verify: port-variable@2"),
        ("lower case", "expose 80", "remaining: low-port@2"),
    ];
    agree(Ports, on_node, &rows);
    agree(
        Ports,
        whole,
        &[
            (
                "a global argument that the stage declares",
                "ARG P=80\nFROM dhi.io/node:24\nARG P\nEXPOSE $P\n",
                "remaining: low-port@4",
            ),
            (
                "a global argument that the stage does not declare",
                "ARG P=80\nFROM dhi.io/node:24\nEXPOSE $P\n",
                "verify: port-variable@3",
            ),
        ],
    );
}

#[test]
fn variables_of_the_servers_own_ports_are_evidence() {
    let low = "remaining: low-port@2";
    let rows = [
        ("the port", "ENV PORT=80", low),
        ("old form", "ENV PORT 80", low),
        ("in quotes", "ENV PORT=\"80\"", low),
        ("lower case", "ENV port=80", low),
        ("of HTTP", "ENV HTTP_PORT=80", low),
        ("an application's port of HTTP", "ENV KEYCLOAK_HTTP_PORT=80", low),
        ("a server's port", "ENV SERVER_PORT=443", low),
        ("ASP.NET Core's ports", "ENV ASPNETCORE_HTTP_PORTS=8080;80", low),
        ("ASP.NET Core's addresses", "ENV ASPNETCORE_URLS=http://+:8080;http://*:80/", low),
        ("where it listens", "ENV LISTEN=:80", low),
        ("an application's address", "ENV ROCKET_ADDRESS=0.0.0.0:80", low),
        ("what it binds", "ENV GUNICORN_BIND=[::]:80", low),
        ("several addresses", "ENV LISTENERS=127.0.0.1:8080,0.0.0.0:80", low),
        ("a high port", "ENV PORT=3000", "met"),
        ("a high address", "ENV LISTEN_ADDR=0.0.0.0:8080", "met"),
        ("exactly 1024", "ENV PORT=1024", "verify: port-1024@2"),
        ("a variable", "ARG P\nENV PORT=$P", "verify: port-variable@3"),
        ("an argument's default", "ARG P=80\nENV PORT=$P", "remaining: low-port@3"),
        ("the last value counts", "ENV PORT=80\nENV PORT=8080", "met"),
        ("an argument alone sets no environment", "ARG PORT=80", "not-applicable"),
    ];
    agree(Ports, on_node, &rows);
}

#[test]
fn variables_of_the_client_side_are_no_evidence() {
    let variables = [
        "SMTP_PORT=25",
        "POSTGRES_PORT=543",
        "DB_PORT=80",
        "DATABASE_URL=postgres://db:80/a",
        "API_URL=http://api:80",
        "REDIS_ADDR=redis:63",
        "VAULT_ADDR=https://vault.example:443",
        "LISTEN=true",
        "BIND=0.0.0.0",
        "PORT=http",
        "SMTP_PORT=$UNKNOWN",
        "HOST_NAME=:80",
        "TRANSPORT=80",
    ];
    let rows = variables.map(|it| ("another server's, or no port", it, "not-applicable"));
    agree(Ports, |it| on_node(&format!("ENV {it}")), &rows);
}

#[test]
fn port_options_of_the_start_command_are_evidence() {
    let low = "remaining: low-port@2";
    let rows = [
        ("joined", "CMD [\"app\", \"--port=80\"]", low),
        ("apart", "CMD [\"app\", \"--port\", \"80\"]", low),
        ("short", "CMD [\"app\", \"-p\", \"80\"]", low),
        ("Java's property", "CMD [\"java\", \"-Dserver.port=80\", \"-jar\", \"a.jar\"]", low),
        ("Spring's option", "ENTRYPOINT [\"java\", \"-jar\", \"a\", \"--server.port=80\"]", low),
        ("an address", "ENTRYPOINT [\"gunicorn\", \"-b\", \"0.0.0.0:80\", \"app\"]", low),
        ("an address without a host", "CMD [\"app\", \"--listen=:443\"]", low),
        ("an address with a scheme", "CMD [\"app\", \"--bind\", \"tcp://0.0.0.0:80\"]", low),
        ("an address without an option", "CMD [\"manage.py\", \"runserver\", \"0.0.0.0:80\"]", low),
        ("shell form", "CMD app --port 80", low),
        ("through a shell", "CMD [\"sh\", \"-c\", \"exec app --port 80\"]", low),
        ("a default in place", "CMD app --port ${PORT:-80}", low),
        (
            "options beside each other",
            "CMD [\"app\", \"-p\", \"8080\", \"--https-port\", \"443\"]",
            low,
        ),
        ("a high port", "CMD [\"app\", \"--port\", \"8080\"]", "met"),
        ("a high address", "CMD [\"app\", \"0.0.0.0:3000\"]", "met"),
        ("exactly 1024", "CMD [\"app\", \"--port=1024\"]", "verify: port-1024@2"),
        ("a variable apart", "CMD app --port $PORT", "verify: port-variable@2"),
        ("a variable joined", "CMD app --port=$PORT", "verify: port-variable@2"),
        ("a variable in an address", "CMD gunicorn -b 0.0.0.0:$PORT a", "verify: port-variable@2"),
        ("a variable elsewhere", "CMD app --name=$NAME $ARGS", "not-applicable"),
        (
            "another option",
            "CMD [\"app\", \"--workers\", \"4\", \"--retries=80\"]",
            "not-applicable",
        ),
        ("a number after the option's value", "CMD [\"app\", \"-p\", \"8080\", \"80\"]", "met"),
        ("another server", "CMD [\"app\", \"--broker\", \"kafka:92\"]", "not-applicable"),
        ("another server's address", "CMD [\"app\", \"--address\", \"db:54\"]", "not-applicable"),
        ("a command without words", "CMD []", "not-applicable"),
        ("a step of the build", "RUN app --port 80", "not-applicable"),
        ("a check of health", "HEALTHCHECK CMD curl --port 80 localhost:80", "not-applicable"),
        (
            "a command that is replaced",
            "CMD [\"app\", \"-p\", \"80\"]\nCMD [\"app\"]",
            "not-applicable",
        ),
    ];
    agree(Ports, on_node, &rows);
}

#[test]
fn only_what_ships_is_evidence() {
    agree(
        Ports,
        whole,
        &[
            (
                "a stage that the final one inherits from",
                "FROM dhi.io/node:24 AS base\nEXPOSE 80\nFROM base\nUSER node\n",
                "remaining: low-port@2",
            ),
            (
                "its environment",
                "FROM dhi.io/node:24 AS base\nENV PORT=80\nFROM base\nUSER node\n",
                "remaining: low-port@2",
            ),
            (
                "its command",
                "FROM dhi.io/node:24 AS base\nCMD [\"app\", \"--port\", \"80\"]\nFROM base\n",
                "remaining: low-port@2",
            ),
            (
                "its command, replaced by an entry point",
                "FROM dhi.io/node:24 AS base\nCMD [\"app\", \"-p\", \"80\"]\nFROM base\nENTRYPOINT [\"b\"]\n",
                "not-applicable",
            ),
            (
                "a trigger",
                "FROM dhi.io/node:24 AS base\nONBUILD CMD [\"app\", \"-p\", \"80\"]\nFROM base\n",
                "remaining: low-port@2",
            ),
            (
                "a build stage",
                "FROM dhi.io/node:24-dev AS b\nENV PORT=80\nEXPOSE 80\nRUN a\nFROM dhi.io/node:24\nCOPY --from=b /a /a\n",
                "not-applicable",
            ),
        ],
    );
}

#[test]
fn a_low_port_of_another_target_asks_for_a_look() {
    let file = |stage: &str| format!("FROM dhi.io/node:24 AS {stage}\nFROM dhi.io/node:24\n");
    let asks = "verify: low-port-in-other-target@2";
    let rows = [
        ("exposed", "web\nEXPOSE 80", asks),
        ("the last privileged port", "web\nEXPOSE 1023", asks),
        ("in the environment", "web\nENV PORT=80", asks),
        ("in the start command", "web\nCMD [\"app\", \"--port\", \"80\"]", asks),
        ("exactly 1024 is no low port", "web\nEXPOSE 1024", "not-applicable"),
        ("a high port", "web\nEXPOSE 8080", "not-applicable"),
        ("no port", "web\nEXPOSE 0", "not-applicable"),
        ("a variable", "web\nEXPOSE $P", "not-applicable"),
        ("a target that nobody ships", "test\nEXPOSE 80", "not-applicable"),
    ];
    agree(Ports, file, &rows);
    agree(
        Ports,
        whole,
        &[
            (
                "what ships stays the stronger one",
                "FROM dhi.io/node:24 AS web\nEXPOSE 443\nFROM dhi.io/node:24\nEXPOSE 80\n",
                "remaining: low-port-in-other-target@2 low-port@4",
            ),
            (
                "inherited from what ships, it is said once",
                "FROM dhi.io/node:24 AS base\nEXPOSE 80\nFROM base AS web\nUSER node\nFROM base\n",
                "remaining: low-port@2",
            ),
        ],
    );
}

#[test]
fn without_evidence_the_images_own_port_counts() {
    let settled = "remaining (base-image): base-image-port@1";
    let rows = [
        ("official nginx", "nginx:1.25", settled),
        ("under another address", "docker.io/library/nginx:1.25", settled),
        ("behind a proxy", "proxy.acme.example/library/nginx:1.25", settled),
        ("official httpd", "httpd:2.4", "remaining (base-image): base-image-port@1"),
        ("PHP with Apache", "php:8.3-apache", settled),
        ("PHP without", "php:8.3-fpm", "not-applicable"),
        ("PHP without a tag", "php", "not-applicable"),
        (
            "Caddy, whose hardened image exposes nothing",
            "caddy:2",
            "remaining: base-image-low-port@1",
        ),
        ("Traefik", "traefik:3", "remaining: base-image-low-port@1"),
        ("ASP.NET Core before 8", "mcr.microsoft.com/dotnet/aspnet:7.0", settled),
        ("ASP.NET Core from 8 on", "mcr.microsoft.com/dotnet/aspnet:8.0", "met"),
        ("ASP.NET Core of this year", "mcr.microsoft.com/dotnet/aspnet:10.0-alpine", "met"),
        ("the runtime alone", "mcr.microsoft.com/dotnet/runtime:6.0", "not-applicable"),
        ("another image with a number", "node:6", "not-applicable"),
        ("a high port of its own", "nginxinc/nginx-unprivileged:1", "met"),
        ("a database", "postgres:17", "met"),
        ("hardened nginx", "dhi.io/nginx:1", "met"),
        ("hardened ASP.NET Core", "dhi.io/aspnetcore:9.0", "met"),
        (
            "a hardened image that exposes 80",
            "dhi.io/certbot:5",
            "remaining: base-image-low-port@1",
        ),
        ("a hardened image that exposes nothing", "dhi.io/python:3.13", "not-applicable"),
        ("an image that nobody knows", "ghcr.io/acme/base:1", "not-applicable"),
        ("nothing", "scratch", "not-applicable"),
    ];
    agree(Ports, silent, &rows);
}

#[test]
fn the_images_port_stands_behind_what_the_file_says() {
    agree(
        Ports,
        whole,
        &[
            ("the file says a port", "FROM nginx:1.25\nEXPOSE 8080\n", "met"),
            ("the file says a low port", "FROM nginx:1.25\nEXPOSE 80\n", "remaining: low-port@2"),
            (
                "at the image under a stage",
                "FROM nginx:1.25 AS base\nUSER nginx\nFROM base\nCOPY a /a\n",
                "remaining (base-image): base-image-port@1",
            ),
            (
                "another finding is not settled by it",
                "FROM dhi.io/node:24 AS web\nEXPOSE 80\nFROM nginx:1.25\nCOPY a /a\n",
                "remaining: low-port-in-other-target@2 base-image-port@3",
            ),
        ],
    );
}

/// What real files look like.
const REAL_SHAPES: &[(&str, &str, &str)] = &[
    (
        "a voting application",
        "FROM python:3.11-slim\nEXPOSE 80\nCMD [\"gunicorn\", \"app:app\", \"-b\", \"0.0.0.0:80\", \"--keep-alive\", \"0\"]\n",
        "remaining: low-port@2 low-port@3",
    ),
    (
        "ports with and without UDP",
        "FROM alpine:3.22\nEXPOSE 8301 8301/udp 8302 8302/udp\nEXPOSE 8500 8600 8600/udp\n",
        "met",
    ),
    ("a monitor's trap", "FROM ubuntu:24.04\nEXPOSE 10051/TCP 162/UDP\n", "remaining: low-port@2"),
    (
        "a port that an argument gives to the environment",
        "FROM node:24\nARG PORT=80\nENV PORT $PORT\nEXPOSE $PORT 9229 9230\n",
        "remaining: low-port@3 low-port@4",
    ),
    (
        "ports of a debugger are high, the application's are not said",
        "FROM eclipse-temurin:21\nENTRYPOINT [\"java\", \"-agentlib:jdwp=transport=dt_socket,address=5005\", \"-jar\", \"a.jar\"]\n",
        "not-applicable",
    ),
    (
        "a server of PHP's own",
        "FROM php:8.3-cli\nCMD [\"php\", \"-S\", \"0.0.0.0:80\", \"-t\", \"/var/www/html\"]\n",
        "remaining: low-port@2",
    ),
    (
        "a port that the platform gives",
        "FROM python:3.13\nCMD uvicorn app.main:app --host 0.0.0.0 --port $PORT\n",
        "verify: port-variable@2",
    ),
    (
        "low ports stand in the build stage alone",
        "FROM node:16 AS build\nENV PORT=80\nEXPOSE 80\nRUN npm ci\nFROM nginx:1.25-alpine\nCOPY --from=build /a /a\n",
        "remaining (base-image): base-image-port@5",
    ),
    (
        "telemetry is another server's",
        "FROM dhi.io/node:24\nENV OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:80\nENV MCP_PORT=8080\n",
        "not-applicable",
    ),
];

#[test]
fn shapes_of_real_files_are_decided() {
    agree(Ports, whole, REAL_SHAPES);
}

#[test]
fn sentences_say_which_port_to_use() {
    let rest = "Listen on {} and map {} to it outside the container.";
    for (low, high) in [("80", "8080"), ("999", "8999"), ("1000", "8080"), ("1001", "8080")] {
        let expected = format!(
            "{low} is below 1025; the nonroot user can't bind it everywhere. {}",
            rest.replacen("{}", high, 1).replacen("{}", low, 1)
        );
        assert_eq!(sentences(Ports, &on_node(&format!("EXPOSE {low}"))), expected);
    }
    let hardened = sentences(Ports, "FROM dhi.io/certbot:5\nEXPOSE 80\n");
    assert!(hardened.ends_with("Listen on 8080 and map 80 to it outside the container."));
    assert_eq!(
        sentences(Ports, &silent("nginx:1.25")),
        "Nothing sets a port, and `nginx:1.25` listens on 80, which is below 1025. \
         `dhi.io/nginx:1.30-debian13` listens on 8080."
    );
    assert_eq!(
        sentences(Ports, &on_node("CMD app --port $PORT")),
        "`--port` names a port by `$PORT`, which has no value in this file. Give it a default of \
         1025 or higher."
    );
    assert_eq!(
        sentences(Ports, &on_node("CMD [\"app\", \"0.0.0.0:1024\"]")),
        "`0.0.0.0:1024` says port 1024, which is neither privileged nor 1025 or higher. Listen \
         on 1025 or higher."
    );
}
