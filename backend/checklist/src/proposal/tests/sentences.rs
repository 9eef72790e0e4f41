//! What is proposed, and what is left.

use crate::proposal::*;

fn proposal(text: &str) -> Proposal {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    propose(&file, Catalog::built_in(), &Policy::default())
}

fn proposed(text: &str) -> String {
    proposal(text).content.unwrap_or_else(|| "nothing".to_owned())
}

/// Whether nothing is proposed and a remark says why.
fn left(text: &str, because: &str) -> bool {
    let proposal = proposal(text);
    assert_eq!(proposal.content, None, "{text}");
    let found = proposal.left.iter().any(|it| it.sentence.contains(because));
    assert!(found, "{text}: {:#?}", proposal.left);
    found
}

const WEB: &str = "FROM node:24-alpine AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM node:24-alpine\nWORKDIR /app\nCOPY --from=build /app/dist ./dist\n";

#[test]
fn a_build_stage_gets_its_dev_image_and_what_ships_its_runtime_image() {
    let text = "# syntax=docker/dockerfile:1\nFROM node:24-alpine AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n\nfrom node:24-alpine as web\nWORKDIR /app\nCOPY --from=build /app/dist ./dist\nEXPOSE 3000\nCMD node dist/server.js\n";
    insta::assert_snapshot!(proposed(text), @r#"
    # syntax=docker/dockerfile:1
    FROM dhi.io/node:24-alpine3.24-dev AS build
    WORKDIR /app
    COPY . .
    RUN npm ci && npm run build

    from dhi.io/node:24-alpine3.24 as web
    WORKDIR /app
    COPY --chown=node --from=build /app/dist ./dist
    EXPOSE 3000
    CMD ["node", "dist/server.js"]
    "#);
}

#[test]
fn a_stage_that_builds_and_ships_is_split_where_all_it_makes_is_in_its_folder() {
    let text = "FROM --platform=linux/amd64 node:24-alpine AS web\nENV NODE_ENV=production\nWORKDIR /usr/src/app\nEXPOSE 3000\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nUSER node\nCMD [\"node\", \"server.js\"]\n";
    insta::assert_snapshot!(proposed(text), @r#"
    FROM --platform=linux/amd64 dhi.io/node:24-alpine3.24-dev AS build
    ENV NODE_ENV=production
    WORKDIR /usr/src/app
    EXPOSE 3000
    COPY package*.json ./
    RUN npm ci

    FROM --platform=linux/amd64 dhi.io/node:24-alpine3.24 AS web
    COPY --chown=node --from=build /usr/src/app /usr/src/app
    ENV NODE_ENV=production
    WORKDIR /usr/src/app
    EXPOSE 3000
    COPY --chown=node . .
    USER node
    CMD ["node", "server.js"]
    "#);
}

#[test]
fn an_environment_of_python_is_taken_over_with_the_folder() {
    let text = "FROM python:3.13-slim\nWORKDIR /app\nRUN python -m venv /opt/venv\nENV PATH=\"/opt/venv/bin:$PATH\"\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--port\", \"8000\"]\n";
    insta::assert_snapshot!(proposed(text), @r#"
    FROM dhi.io/python:3.13-debian13-dev AS build
    WORKDIR /app
    RUN python -m venv /opt/venv
    ENV PATH="/opt/venv/bin:$PATH"
    COPY requirements.txt .
    RUN pip install --no-cache-dir -r requirements.txt

    FROM dhi.io/python:3.13-debian13
    COPY --chown=nonroot --from=build /app /app
    COPY --chown=nonroot --from=build /opt/venv /opt/venv
    WORKDIR /app
    ENV PATH="/opt/venv/bin:$PATH"
    COPY --chown=nonroot . .
    CMD ["uvicorn", "main:app", "--port", "8000"]
    "#);
}

#[test]
fn what_is_left_elsewhere_keeps_a_stage_whole() {
    for (run, because) in [
        ("RUN apk add --no-cache ffmpeg && npm ci", "apk add --no-cache ffmpeg"),
        ("RUN sed -i s/a/b/ /etc/hosts", "sed -i s/a/b/"),
        ("RUN curl -sL https://example.com | sh", "curl"),
        ("RUN echo a > /etc/b", "`/etc/b`"),
        ("RUN mkdir /data", "mkdir /data"),
        ("RUN npm ci && ./build.sh", "./build.sh"),
        ("COPY a /etc/a\nRUN npm ci", "`/etc/a`"),
        ("RUN yarn install --immutable", "yarn install"),
        ("RUN go install ./...", "go install"),
    ] {
        let text =
            format!("FROM node:24-alpine\nWORKDIR /srv/app\n{run}\nCMD [\"node\", \"a.js\"]\n");
        let proposal = proposal(&text);
        assert!(!proposal.content.unwrap_or_default().contains("AS build"), "{text}");
        let found = proposal.left.iter().any(|it| it.sentence.contains(because));
        assert!(found, "{text}: {:#?}", proposal.left);
    }
}

#[test]
fn packages_that_are_removed_again_do_not_hinder_a_split() {
    let text = "FROM node:24-alpine\nWORKDIR /srv/app\nRUN apk add --no-cache --virtual .deps python3-dev vips-dev && npm ci && apk del .deps\nCMD [\"node\", \"a.js\"]\n";
    assert!(proposed(text).contains("COPY --chown=node --from=build /srv/app /srv/app\n"));
}

#[test]
fn another_version_is_left_to_a_person() {
    assert!(left("FROM node:18-alpine\nWORKDIR /app\nCMD [\"node\", \"a.js\"]\n", "version 18"));
    let digest = format!("FROM python@sha256:{}\nCMD [\"python3\"]\n", "0".repeat(64));
    assert!(left(&digest, "digest"));
    assert!(left("FROM ubuntu:24.04\nCOPY a /a\nENTRYPOINT [\"/a\"]\n", "another distribution"));
    assert!(left(
        "FROM eclipse-temurin:21\nCOPY a.jar /a.jar\nENTRYPOINT [\"java\", \"-jar\", \"/a.jar\"]\n",
        "`21`"
    ));
}

#[test]
fn a_tool_that_is_not_known_to_be_there_keeps_a_build_stage() {
    let text = "FROM golang:1.26 AS build\nWORKDIR /src\nRUN task build\nFROM scratch\nCOPY --from=build /src/a /a\nENTRYPOINT [\"/a\"]\n";
    assert!(left(text, "`task`"));
    let installed = text.replace("RUN task", "RUN npm install -g task && task");
    assert!(left(&installed, "`npm`"));
}

#[test]
fn files_of_the_image_keep_a_build_stage() {
    let text = "FROM python:3.13-slim AS build\nWORKDIR /app\nRUN pip install flask\nFROM dhi.io/python:3.13\nCOPY --from=build /usr/local/lib/python3.13/site-packages /x\nENTRYPOINT [\"python\"]\n";
    assert!(proposal(text).left.iter().any(|it| it.sentence.contains("site-packages")));
    assert!(!proposed(text).contains("python:3.13-debian13-dev"));
}

#[test]
fn what_needs_root_or_a_shell_keeps_what_ships() {
    for (rest, because) in [
        ("USER root\nCMD [\"node\", \"a.js\"]", "USER root"),
        ("USER app\nCMD [\"node\", \"a.js\"]", "no account `app`"),
        ("VOLUME /data\nCMD [\"node\", \"a.js\"]", "volume"),
        ("EXPOSE 80\nCMD [\"node\", \"a.js\"]", "below 1025"),
        ("CMD [\"npm\", \"start\"]", "`npm`"),
        ("CMD [\"node\", \"a.js\"]\nHEALTHCHECK CMD curl -f localhost || exit 1", "HEALTHCHECK"),
        (
            "ENTRYPOINT [\"/docker-entrypoint.sh\"]\nCMD [\"node\", \"a.js\"]",
            "/docker-entrypoint.sh",
        ),
        ("CMD node a.js && true", "shell"),
    ] {
        let text = format!("{WEB}{rest}\n");
        let proposal = proposal(&text);
        assert!(
            !proposal.content.unwrap_or_default().contains("FROM dhi.io/node:24-alpine3.24\n"),
            "{rest}"
        );
        assert!(
            proposal.left.iter().any(|it| it.sentence.contains(because)),
            "{rest}: {:#?}",
            proposal.left
        );
    }
}

#[test]
fn a_command_is_not_repeated_where_the_image_starts_it() {
    let text = "FROM nginx:1.30\nCOPY dist /usr/share/nginx/html\nEXPOSE 80\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n";
    insta::assert_snapshot!(proposed(text), @r#"
    FROM dhi.io/nginx:1.30-debian13
    COPY dist /usr/share/nginx/html
    EXPOSE 8080
    CMD ["-g", "daemon off;"]
    "#);
}

#[test]
fn a_configuration_of_the_files_own_decides_the_port() {
    let text = "FROM nginx:1.30\nCOPY my.conf /etc/nginx/conf.d/default.conf\nEXPOSE 80\n";
    assert!(left(text, "below 1025"));
}

#[test]
fn an_entry_point_in_shell_form_stays_where_a_command_would_become_its_arguments() {
    assert_eq!(
        proposed("FROM ghcr.io/acme/base:1\nENTRYPOINT /app\nCMD [\"--help\"]\n"),
        "nothing"
    );
    assert!(
        proposed("FROM ghcr.io/acme/base:1\nENTRYPOINT /app\n").contains("ENTRYPOINT [\"/app\"]")
    );
    assert_eq!(proposed("FROM ghcr.io/acme/base:1\nCMD /app\n"), "nothing");
    assert_eq!(proposed("FROM debian:10\nSHELL [\"/bin/bash\", \"-c\"]\nCMD /app\n"), "nothing");
    assert_eq!(proposed("FROM debian:10\nENTRYPOINT [\"/a\"]\nCMD b c\n"), "nothing");
}

#[test]
fn certificates_are_left_out_word_by_word_and_step_by_step() {
    let text = "FROM dhi.io/golang:1.26-alpine3.24-dev AS build\nRUN apk add --no-cache git ca-certificates\nRUN apk add --no-cache ca-certificates\nRUN apk add --no-cache \\\n  ca-certificates \\\n  make\nWORKDIR /src\nRUN go build -o /src/a\nFROM dhi.io/static:20250419\nCOPY --from=build /src/a /usr/bin/a\nENTRYPOINT [\"/usr/bin/a\"]\n";
    insta::assert_snapshot!(proposed(text), @r#"
    FROM dhi.io/golang:1.26-alpine3.24-dev AS build
    RUN apk add --no-cache git
    RUN apk add --no-cache \
      make
    WORKDIR /src
    RUN go build -o /src/a
    FROM dhi.io/static:20250419
    COPY --from=build /src/a /usr/bin/a
    ENTRYPOINT ["/usr/bin/a"]
    "#);
    let own = text.replace(
        "WORKDIR /src",
        "COPY a.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates",
    );
    assert_eq!(proposed(&own), "nothing");
}

#[test]
fn a_step_that_only_installs_certificates_does_not_keep_what_ships() {
    let text = "FROM alpine:3.24\nRUN apk add --no-cache ca-certificates\nCOPY app /app\nENTRYPOINT [\"/app\"]\n";
    insta::assert_snapshot!(proposed(text), @r#"
    FROM dhi.io/alpine-base:3.24
    COPY --chown=nonroot app /app
    ENTRYPOINT ["/app"]
    "#);
}

#[test]
fn a_version_in_a_build_argument_stays_there_if_its_tag_is_live() {
    let build = |arguments: &str, from: &str| {
        proposed(&format!(
            "{arguments}\nFROM {from} AS build\nWORKDIR /src\nRUN CGO_ENABLED=0 go build -o a\nFROM scratch\nCOPY --from=build /src/a /a\nENTRYPOINT [\"/a\"]\n"
        ))
    };
    let first = |text: String| text.lines().take(2).collect::<Vec<_>>().join(" / ");
    assert_eq!(
        first(build("ARG V=1.26", "golang:${V}-alpine")),
        "ARG V=1.26 / FROM dhi.io/golang:${V}-alpine3.24-dev AS build"
    );
    assert_eq!(
        first(build("ARG V=1.24", "golang:$V")),
        "ARG V=1.24 / FROM dhi.io/golang:1.26-debian13-dev AS build"
    );
    assert_eq!(
        first(build("ARG B=golang:1.26", "$B")),
        "ARG B=dhi.io/golang:1.26-debian13-dev / FROM $B AS build"
    );
    assert_eq!(build("ARG R=docker.io", "$R/golang:1.26"), "nothing");
    assert_eq!(build("ARG V", "golang:$V"), "nothing");
}

#[test]
fn marks_line_ends_and_the_end_of_the_file_stay() {
    let text = "\u{feff}FROM node:24-alpine AS build\r\nWORKDIR /app\r\nRUN <<EOF\r\nnpm ci\r\nEOF\r\nFROM node:24-alpine\r\nWORKDIR /app\r\nCOPY --from=build /app /app\r\nCMD node a.js";
    let expected = text
        .replace("node:24-alpine AS", "dhi.io/node:24-alpine3.24-dev AS")
        .replace("FROM node:24-alpine\r", "FROM dhi.io/node:24-alpine3.24\r")
        .replace("COPY", "COPY --chown=node")
        .replace("node a.js", "[\"node\", \"a.js\"]");
    assert_eq!(proposed(text), expected);
}

#[test]
fn what_is_no_readable_dockerfile_gets_nothing() {
    for text in
        ["", "FROM {{ base }}\n", "FROM mcr.microsoft.com/windows/nanoserver:1809\n", "RUN a\n"]
    {
        assert_eq!(proposed(text), "nothing", "{text}");
    }
}

#[test]
fn a_change_says_where_it_stands_and_why() {
    let proposal = proposal("FROM alpine:3.24\nCOPY app /app\nENTRYPOINT /app\n");
    let shown: Vec<String> = proposal
        .changes
        .iter()
        .map(|it| {
            format!(
                "{} {:?} {:?} {}",
                it.item.slug(),
                it.lines,
                it.new_lines.map(|it| it.first),
                it.why
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    base-image LineRange { first: 1, last: 1 } Some(1) `dhi.io/alpine-base:3.24` is the hardened image for `alpine:3.24`. It runs as nonroot (65532): what the application writes must belong to that account.
    non-root-user LineRange { first: 2, last: 2 } Some(2) Files arrive owned by root, and nonroot runs the container: with `--chown` it may write to them too.
    no-shell LineRange { first: 3, last: 3 } Some(3) ENTRYPOINT in shell form needs a shell, which a hardened runtime image does not have; `/app` asks nothing else of it, and started without one it gets the signals of `docker stop` itself.
    ");
    let settled: Vec<String> = proposal
        .settles
        .iter()
        .map(|it| format!("{} {} {}", it.item.slug(), it.before.slug(), it.after.slug()))
        .collect();
    insta::assert_snapshot!(settled.join("\n"), @r"
    base-image remaining met
    non-root-user remaining met
    entry-point verify met
    no-shell remaining met
    ");
}

#[test]
fn a_program_that_may_need_a_library_is_not_built_elsewhere_for_an_empty_image() {
    let build = |arguments: &str, last: &str| {
        format!(
            "FROM golang:1.26-alpine AS build\nWORKDIR /src\n{arguments}\nFROM {last}\nCOPY --from=build /src/a /a\nENTRYPOINT [\"/a\"]\n"
        )
    };
    assert!(left(&build("RUN go build -o a", "scratch"), "may need the libraries"));
    let without = build("ENV CGO_ENABLED=0\nRUN go build -o a", "scratch");
    assert!(proposed(&without).contains("FROM dhi.io/golang:1.26-alpine3.24-dev AS build\n"));
    let musl = proposed(&build("RUN go build -o a", "alpine:3.24"));
    assert!(musl.contains("FROM dhi.io/golang:1.26-alpine3.24-dev AS build\n"));
    assert!(musl.contains("FROM dhi.io/alpine-base:3.24\n"));
}

#[test]
fn the_numbers_of_stages_lead_where_they_led() {
    let text = "FROM golang:1.26 AS a\nWORKDIR /s\nRUN CGO_ENABLED=0 go build -o x\nFROM node:24-alpine\nWORKDIR /app\nCOPY --from=0 /s/x ./x\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";
    insta::assert_snapshot!(proposed(text), @r#"
    FROM dhi.io/golang:1.26-debian13-dev AS a
    WORKDIR /s
    RUN CGO_ENABLED=0 go build -o x
    FROM dhi.io/node:24-alpine3.24-dev AS build
    WORKDIR /app
    COPY --from=0 /s/x ./x
    RUN npm ci

    FROM dhi.io/node:24-alpine3.24
    COPY --chown=node --from=build /app /app
    WORKDIR /app
    CMD ["node", "a.js"]
    "#);
}

#[test]
fn packages_that_may_be_compiled_stay_where_the_compilers_are() {
    let text = "FROM node:24\nWORKDIR /srv/app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"a.js\"]\n";
    assert!(left(text, "compilers"));
    assert_ne!(proposed(&text.replace("node:24", "node:24-slim")), "nothing");
}

#[test]
fn a_pinned_sdk_stays_as_a_file_beside_it_may_ask_for_it() {
    let text = |tag: &str| {
        format!(
            "FROM mcr.microsoft.com/dotnet/sdk:{tag} AS build\nWORKDIR /s\nCOPY . .\nRUN dotnet publish -o /app\nFROM mcr.microsoft.com/dotnet/runtime:9.0\nWORKDIR /app\nCOPY --from=build /app .\nENTRYPOINT [\"dotnet\", \"a.dll\"]\n"
        )
    };
    assert!(proposed(&text("9.0.202")).starts_with("FROM mcr.microsoft.com/dotnet/sdk:9.0.202 AS"));
    assert!(proposed(&text("9.0")).contains("FROM dhi.io/dotnet:9.0-sdk"));
}

#[test]
fn what_builds_and_ships_at_once_moves_to_an_image_for_building() {
    let text = "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y git\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD [\"python\", \"main.py\"]\n";
    let expected = text.replace("python:3.13-slim", "dhi.io/python:3.13-debian13-dev");
    assert_eq!(proposed(text), expected);
    for (old, new, because) in [
        ("install -y git", "install -y libfoo12", "carries a number"),
        ("WORKDIR /app\n", "WORKDIR /app\nRUN useradd app\n", "`useradd`"),
        ("[\"python\", ", "[\"gunicorn\", ", "`gunicorn`"),
        ("COPY . .", "COPY x /usr/local/lib/python3.13/", "own software"),
        ("CMD", "HEALTHCHECK CMD [\"curl\", \"x\"]\nCMD", "`curl`"),
        ("WORKDIR /app\n", "WORKDIR /app\nRUN tar xzf a.tgz\n", "`gzip`"),
        ("WORKDIR /app\n", "ONBUILD RUN a\nWORKDIR /app\n", "ONBUILD"),
        ("FROM python:3.13-slim", "FROM python:3.13-slim-bullseye", "another release"),
        ("FROM python:3.13-slim\n", "FROM python:3.13-slim\nUSER app\n", "no account `app`"),
    ] {
        let text = text.replace(old, new);
        let proposal = proposal(&text);
        assert!(!proposal.content.unwrap_or_default().contains("dhi.io"), "{text}");
        let found = proposal.left.iter().any(|it| it.sentence.contains(because));
        assert!(found, "{text}: {:#?}", proposal.left);
    }
}

#[test]
fn what_another_image_builds_for_python_keeps_what_ships() {
    let text = "FROM python:3.13 AS build\nRUN pip install --prefix=/x flask\nFROM python:3.13-slim\nWORKDIR /app\nCOPY --from=build /opt/venv /opt/venv\nRUN mkdir data\nCMD [\"python\", \"main.py\"]\n";
    assert!(!proposed(text).contains("dhi.io/python:3.13-debian13-dev\nWORKDIR"));
}

#[test]
fn programs_that_call_others_are_looked_through() {
    let build = |run: &str| {
        proposed(&format!(
            "FROM node:24-alpine AS build\nWORKDIR /app\nRUN {run} && npm ci\nFROM node:24-alpine\nWORKDIR /app\nCOPY --from=build /app /app\nCMD [\"node\", \"a.js\"]\n"
        ))
    };
    assert!(!build("wget https://example.com/a").contains("-dev"));
    assert!(build("apk add --no-cache wget && wget https://example.com/a").contains("-dev"));
    assert!(build("tar xzf a.tgz").contains("-dev"));
}

#[test]
fn certificates_are_left_out_where_todays_image_has_them() {
    let shipped = "FROM python:3.13-slim\nRUN apt-get update && apt-get install -y ffmpeg7 ca-certificates && ./a\nCMD [\"a\"]\n";
    assert_eq!(proposed(shipped), shipped.replace(" ca-certificates", ""));
    let last = "FROM ruby:3.4-slim\nRUN apt-get update; apt-get install -y \\\n  ffmpeg7 \\\n  ca-certificates; ./a\nCMD [\"a\"]\n";
    assert_eq!(proposed(last), last.replace(" \\\n  ca-certificates;", ";"));
    for kept in [
        // Its bundle is as old as the image.
        shipped.replace("python:3.13", "python:3.6"),
        shipped.replace("python:3.13-slim", "debian:13-slim"),
        shipped.replace("&& ./a", "&& ./a && apt-get purge -y ca-certificates"),
        shipped.replace("install", "install --reinstall"),
    ] {
        assert_eq!(proposed(&kept), "nothing");
    }
}

#[test]
fn the_bundle_of_alpine_is_enough_where_no_script_can_look_for_more() {
    let own = "FROM alpine:3.24\nRUN apk add --no-cache ca-certificates libfoo12\nCOPY bin/app /usr/bin/app\nENTRYPOINT [\"app\"]\n";
    assert_eq!(proposed(own), own.replace(" ca-certificates", ""));
    for kept in [
        own.replace("bin/app /usr/bin/app", "a.sh /"),
        own.replace("ENTRYPOINT [\"app\"]", "CMD [\"python3\"]"),
        own.replace("libfoo12", "libfoo12 && update-ca-certificates"),
        own.replace("3.24", "3.11"),
        own.replace("COPY bin", "COPY --from=alpine:3.24 /etc/ssl/certs /a\nCOPY bin"),
        own.replace("libfoo12", "libfoo12 && ./a.sh"),
    ] {
        assert_eq!(proposed(&kept), "nothing", "{kept}");
    }
    let bundle = "FROM alpine:3.24\nRUN apk add ca-certificates-bundle libfoo12\n";
    assert_eq!(proposed(bundle), bundle.replace(" ca-certificates-bundle", ""));
}

#[test]
fn files_are_given_to_the_account_that_runs_another_image() {
    let text =
        "FROM ghcr.io/acme/base:1\nWORKDIR /app\nCOPY . .\nUSER 1001:5\nENTRYPOINT [\"/app/a\"]\n";
    assert_eq!(proposed(text), text.replace("COPY .", "COPY --chown=1001:0 ."));
    let bare = "FROM gcr.io/distroless/base-debian12:nonroot\nCOPY app /\nENTRYPOINT [\"/app\"]\n";
    assert_eq!(proposed(bare), bare.replace("COPY app", "COPY --chown=nonroot:0 app"));
    let named = text.replace("USER 1001:5", "RUN useradd app\nUSER app");
    let early = named.replace("COPY . .\nRUN useradd app", "RUN useradd app\nCOPY . .");
    assert_eq!(proposed(&early), early.replace("COPY .", "COPY --chown=app:0 ."));
    for kept in [
        // The account is not there yet when the files are copied.
        named.clone(),
        text.replace("USER 1001:5", "RUN npm ci\nUSER 1001"),
        text.replace("USER 1001:5", "RUN <<EOF\ngit status\nEOF\nUSER 1001"),
        text.replace("USER 1001:5", "ARG U=1001\nUSER $U"),
        text.replace("COPY . .", "COPY . /usr/lib/x"),
        text.replace("COPY . .", "COPY . /"),
        text.replace("COPY . .", "ADD a.tar.gz ."),
        text.replace("COPY . .", "COPY . .\nRUN chmod u+s a"),
        text.replace("WORKDIR /app\n", ""),
        text.replace("USER 1001:5", "USER 0"),
        early.replace("COPY .", "COPY --link ."),
    ] {
        assert_eq!(proposed(&kept), "nothing", "{kept}");
    }
}

#[test]
fn a_health_check_that_only_makes_every_failure_one_needs_no_shell() {
    let text = "FROM ghcr.io/acme/base:1\nHEALTHCHECK --interval=5s \\\n  CMD curl -f http://localhost:8080/ || exit 1\nENTRYPOINT [\"/a\"]\n";
    let expected = text.replace(
        "curl -f http://localhost:8080/ || exit 1",
        "[\"curl\", \"-f\", \"http://localhost:8080/\"]",
    );
    assert_eq!(proposed(text), expected);
    assert_eq!(proposed(&text.replace("|| exit 1", "|| exit 0")), "nothing");
    assert_eq!(proposed(&text.replace("|| exit 1", "| grep a || exit 1")), "nothing");
}

#[test]
fn a_start_command_stays_where_an_entry_point_does_more_for_it_or_it_is_a_shell() {
    for text in [
        "FROM nginx:1.10\nCMD nginx -g 'daemon off;'\n",
        "FROM ubuntu:20.04\nCMD /bin/bash ./start\n",
        "FROM ubuntu:20.04\nCMD /docker-entrypoint\n",
        "FROM postgres:12\nCMD postgres -c a=b\n",
    ] {
        assert_eq!(proposed(text), "nothing", "{text}");
    }
    assert!(
        proposed("FROM ubuntu:20.04\nCMD /usr/sbin/murmurd\n").contains("[\"/usr/sbin/murmurd\"]")
    );
}

#[test]
fn a_pinned_update_of_java_is_left() {
    assert!(left(
        "FROM openjdk:8u222-jdk\nWORKDIR /s\nRUN javac A.java\nCMD [\"java\", \"A\"]\n",
        "`8u222-jdk`"
    ));
}

#[test]
fn an_archive_keeps_the_owners_that_it_names() {
    let text = "FROM dhi.io/node:24\nWORKDIR /app\nADD a.tar.gz .\nCMD [\"node\", \"a.js\"]\n";
    assert_eq!(proposed(text), "nothing");
    assert_ne!(proposed(&text.replace("a.tar.gz", "a.js")), "nothing");
}
