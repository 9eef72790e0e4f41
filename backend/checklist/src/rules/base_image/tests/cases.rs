//! Cases of the base image, sentence by sentence of the checklist, with those about words and
//! about references to hardened images.

use crate::Item::BaseImage;
use crate::rules::testing::{agree, sentences};
use crate::{Catalog, FileKind, Policy, SourceFile, check};

/// A file whose only stage stands on a base; `DIGEST` stands for one.
fn standing_on(base: &str) -> String {
    format!("FROM {base}\nUSER 65532\n").replace("DIGEST", &digest())
}

fn digest() -> String {
    format!("sha256:{}", "0a".repeat(32))
}

fn whole(text: &str) -> String {
    text.to_owned()
}

/// The verdict under what an organization declares.
fn under(policy: &Policy, text: &str) -> &'static str {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    check(&file, Catalog::built_in(), policy).outcome(BaseImage).verdict.slug()
}

#[test]
fn each_form_of_reference_is_read_as_the_checklist_says() {
    let foreign = "remaining: not-hardened@1";
    let rows = [
        ("the home registry", "dhi.io/node:24", "met"),
        ("with a digest", "dhi.io/node:24@DIGEST", "met"),
        ("only a digest", "dhi.io/node@DIGEST", "met"),
        ("a platform", "--platform=$BUILDPLATFORM dhi.io/node:24", "met"),
        ("the namespace", "dhi/node:24", "met"),
        ("the namespace with its registry", "docker.io/dhi/node:24", "met"),
        ("a mirror on Docker Hub", "acme/dhi-node:24-dev", "met"),
        ("a mirror with its registry", "docker.io/acme/dhi-node:24", "met"),
        ("a mirror under the old address", "index.docker.io/acme/dhi-node:24", "met"),
        ("a mirror of a name without facts", "acme/dhi-argocd:3", "met"),
        ("a mirror of nothing that is known", "acme/dhi-unheard-of:1", "verify: not-listed@1"),
        ("a mirror in another registry", "ghcr.io/acme/dhi-node:24", "verify: mirror@1"),
        ("a mirror at its top", "registry.acme.example/dhi-node:24", "verify: mirror@1"),
        ("a proxy of the home registry", "r.acme.example/dhi.io/node:24", "verify: mirror@1"),
        ("a name that is not listed", "dhi.io/unheard-of:1", "verify: not-listed@1"),
        ("a name that only looks alike", "acme/node-dhi:24", foreign),
        ("an official image", "node:24", foreign),
        ("distroless", "gcr.io/distroless/static-debian12:nonroot", foreign),
        ("Chainguard", "cgr.dev/chainguard/node", foreign),
        ("a micro image", "registry.access.redhat.com/ubi9/ubi-micro", foreign),
        ("a tag that says hardened", "python:3.11-hardened", foreign),
        ("no namespace", "dhi-node:24", foreign),
        ("another registry's namespace", "ghcr.io/dhi/node:24", foreign),
        ("a broken reference", "cgr.dev/ORG/node", "unknown: base-unknown@1"),
    ];
    agree(BaseImage, standing_on, &rows);
}

#[test]
fn a_tag_is_hardened_if_it_can_exist() {
    let never = "remaining: no-such-hardened-tag@1";
    let rows = [
        ("a live tag", "dhi.io/python:3.13-debian13-dev", "met"),
        ("an older patch", "dhi.io/node:24.13.1", "met"),
        ("an older patch with words behind it", "dhi.io/node:24.1.0-alpine3.24-dev", "met"),
        ("a withdrawn tag", "dhi.io/node:20-debian13", "met: withdrawn-tag@1"),
        ("a patch of a withdrawn one", "dhi.io/node:20.1.1-debian13", "met: withdrawn-tag@1"),
        ("past its end of life", "dhi.io/debian-base:bookworm", "met: end-of-life@1"),
        ("before its end of life", "dhi.io/debian-base:trixie", "met"),
        ("grammar alone", "dhi.io/python:3.9.1-alpine3.19", "met"),
        ("dev before the distribution", "dhi.io/node:24-dev-alpine3.24", "met"),
        ("a package firewall", "dhi.io/node:24-alpine3.24-sfw-ent-dev", "met"),
        ("closer to the original", "dhi.io/node:24-debian13-compat", "met"),
        ("fips is sold apart", "dhi.io/node:24-debian13-fips-dev", "met"),
        ("an sdk of .NET", "dhi.io/dotnet:10.0-sdk-alpine", "met"),
        ("an sdk of another image", "dhi.io/node:24-sdk", never),
        ("a repository that only builds", "dhi.io/build:2-debian13", "met"),
        ("no tag", "dhi.io/python", never),
        ("latest", "dhi.io/python:latest", never),
        ("latest for building", "dhi.io/python:latest-dev", never),
        ("no tag in the namespace", "dhi/python", never),
        ("no tag of a mirror", "acme/dhi-python", never),
        ("no tag of a name without facts", "dhi.io/argocd", never),
        ("latest of a name without facts", "dhi.io/argocd:latest", never),
        ("a server of a protocol may have latest", "dhi.io/github-mcp:latest", "met"),
        ("and may go without a tag", "dhi.io/github-mcp", "met"),
        ("a flavour that the image has not", "dhi.io/python:3.12-slim", never),
        ("no version", "dhi.io/node:alpine", never),
        ("a mark where a version belongs", "dhi.io/node:VERSION", never),
        ("no runtime variant: Maven", "dhi.io/maven:3-jdk21", never),
        ("no runtime variant: Gradle", "dhi.io/gradle:9-jdk21", never),
        ("no runtime variant: Composer", "dhi.io/composer:2", never),
        ("for building it exists", "dhi.io/maven:3-jdk21-dev", "met"),
    ];
    agree(BaseImage, standing_on, &rows);
}

#[test]
fn a_declared_prefix_is_hardened() {
    let policy = |prefix: &str| Policy { hardened_prefixes: vec![prefix.to_owned()], target: None };
    let declared = policy("registry.acme.example/hardened/");
    let mirrored = "FROM registry.acme.example/hardened/dhi-node:24\n";
    assert_eq!(under(&Policy::default(), mirrored), "verify");
    assert_eq!(under(&declared, mirrored), "met");
    assert_eq!(under(&declared, "FROM registry.acme.example/hardened/own:1\n"), "met");
    assert_eq!(under(&declared, "FROM registry.acme.example/hardened/own\n"), "met");
    assert_eq!(under(&declared, "FROM registry.acme.example/hardened-not/own:1\n"), "remaining");
    assert_eq!(under(&policy("acme/dhi-"), "FROM acme/dhi-own:1\n"), "met");
}

#[test]
fn the_target_of_the_settings_is_what_ships() {
    let text = "FROM dhi.io/node:24 AS Web\nUSER node\nFROM node:24 AS dev\nRUN npm ci\n";
    assert_eq!(under(&Policy::default(), text), "remaining");
    for target in ["web", "WEB", "0"] {
        let policy = Policy { target: Some(target.to_owned()), ..Policy::default() };
        assert_eq!(under(&policy, text), "met", "{target}");
    }
}

/// Another image in a stage of every role.
const ROLES: &[(&str, &str, &str)] = &[
    (
        "a build stage with RUN",
        "FROM node:24 AS b\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=b /a /a\n",
        "remaining: not-hardened@1",
    ),
    (
        "copied from by its number",
        "FROM node:24\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=0 /a /a\n",
        "remaining: not-hardened@1",
    ),
    (
        "an artifact stage",
        "FROM node:24 AS b\nCOPY a /a\nFROM dhi.io/node:24\nCOPY --from=B /a /a\n",
        "verify: artifact-image@1",
    ),
    (
        "an artifact stage that something inherits from",
        "FROM node:24 AS a\nFROM a AS b\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=b /a /a\n",
        "remaining: not-hardened@1",
    ),
    (
        "an artifact stage without a tag that can exist",
        "FROM dhi.io/node AS b\nFROM dhi.io/node:24\nCOPY --from=b /a /a\n",
        "remaining: no-such-hardened-tag@1",
    ),
    (
        "an artifact stage that is mounted",
        "FROM node:24 AS b\nFROM dhi.io/node:24-dev\nRUN --mount=from=b,target=/b a\n",
        "verify: artifact-image@1",
    ),
    (
        "a hardened artifact stage",
        "FROM dhi.io/busybox:1 AS b\nFROM dhi.io/node:24\nCOPY --from=b /a /a\n",
        "met",
    ),
    (
        "a stage that the final one inherits from",
        "FROM node:24 AS Base\nUSER node\nFROM base\nCOPY a /a\n",
        "remaining: not-hardened@1",
    ),
    (
        "each FROM of a chain is named once",
        "FROM dhi.io/node:24 AS base\nFROM base AS next\nFROM next\n",
        "met",
    ),
    (
        "another target",
        "FROM node:24 AS worker\nRUN npm ci\nFROM dhi.io/node:24\n",
        "remaining: not-hardened@1",
    ),
    (
        "another target without RUN",
        "FROM node:24 AS worker\nFROM dhi.io/node:24\n",
        "remaining: not-hardened@1",
    ),
    ("a target for linting", "FROM node:24 AS lint\nRUN npm ci\nFROM dhi.io/node:24\n", "met"),
    (
        "a target for tests that the final stage needs",
        "FROM node:24 AS test\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=test /a /a\n",
        "remaining: not-hardened@1",
    ),
    (
        "every foreign image is named",
        "FROM node:24 AS b\nRUN a\nFROM debian:13\nCOPY --from=b /a /a\n",
        "remaining: not-hardened@1 not-hardened@3",
    ),
];

#[test]
fn what_a_stage_is_for_decides_about_another_image() {
    agree(BaseImage, whole, ROLES);
}

#[test]
fn scratch_asks_for_a_look_only_where_it_ships() {
    agree(
        BaseImage,
        whole,
        &[
            ("at the end", "FROM scratch\nCOPY a /a\n", "verify: scratch-final@1"),
            (
                "under a stage that ships",
                "FROM scratch AS base\nCOPY a /a\nFROM base\nUSER 65532\n",
                "verify: scratch-final@1",
            ),
            (
                "as a place for files",
                "FROM scratch AS f\nCOPY a /a\nFROM dhi.io/node:24\nCOPY --from=f /a /a\n",
                "met",
            ),
            ("another target", "FROM scratch AS f\nCOPY a /a\nFROM dhi.io/node:24\n", "met"),
            (
                "a foreign builder is the stronger one",
                "FROM golang:1 AS b\nRUN go build\nFROM scratch\nCOPY --from=b /a /a\n",
                "remaining: not-hardened@1 scratch-final@3",
            ),
        ],
    );
}

#[test]
fn an_argument_counts_by_its_default_before_the_first_from() {
    let unknown = "unknown: base-unknown@2";
    agree(
        BaseImage,
        whole,
        &[
            ("no default", "ARG B\nFROM $B\n", unknown),
            ("not declared", "FROM ${B}\n", "unknown: base-unknown@1"),
            ("a tag without a default", "ARG V\nFROM dhi.io/node:${V}-debian13\n", unknown),
            ("a default", "ARG B=dhi.io/node:24\nFROM $B\n", "met"),
            ("a foreign default", "ARG B=node:24\nFROM $B\n", "remaining: not-hardened@2"),
            ("a version by default", "ARG V=24\nFROM dhi.io/node:${V}-debian13\n", "met"),
            ("a default in place", "FROM dhi.io/node:${V:-24}\n", "met"),
            ("one argument in another", "ARG V=24\nARG B=dhi.io/node:$V\nFROM $B\n", "met"),
            (
                "a default inside a stage",
                "FROM dhi.io/node:24-dev AS b\nARG V=24\nFROM dhi.io/node:$V\nCOPY --from=b /a /a\n",
                "unknown: base-unknown@3",
            ),
            (
                "a platform's name has no value",
                "FROM dhi.io/node:24-$TARGETARCH\n",
                "unknown: base-unknown@1",
            ),
            (
                "a mark by default",
                "ARG V=SET_ME\nFROM dhi.io/node:$V\n",
                "verify: placeholder-tag@2",
            ),
            (
                "remaining is more than unknown",
                "ARG B\nFROM $B AS b\nRUN a\nFROM node:24\nCOPY --from=b /a /a\n",
                "remaining: base-unknown@2 not-hardened@4",
            ),
            (
                "unknown is more than verify",
                "ARG B\nFROM $B AS b\nRUN a\nFROM scratch\nCOPY --from=b /a /a\n",
                "unknown: base-unknown@2 scratch-final@4",
            ),
        ],
    );
}

#[test]
fn images_that_files_are_taken_from_are_remarks() {
    let on = |rest: &str| format!("FROM dhi.io/node:24-dev\n{rest}\n");
    let remark = "met: copied-from-image@2";
    let rows = [
        ("copied", "COPY --from=busybox:1 /a /a", remark),
        ("mounted", "RUN --mount=type=bind,from=ghcr.io/acme/uv:1,target=/u a", remark),
        ("a hardened image", "COPY --from=dhi.io/busybox:1 /a /a", "met"),
        ("perhaps a mirror", "COPY --from=ghcr.io/acme/dhi-node:24 /a /a", "met"),
        ("a stage that does not exist by its number", "COPY --from=7 /a /a", "met"),
        ("a variable", "COPY --from=$IMAGE /a /a", "met"),
        ("out of the context", "COPY busybox:1 /a", "met"),
    ];
    agree(BaseImage, on, &rows);
}

#[test]
fn a_template_or_a_container_for_windows_is_no_subject() {
    agree(
        BaseImage,
        whole,
        &[
            ("braces in FROM", "FROM {{ base }}\nRUN a\n", "unknown: template"),
            ("a generator's block", "FROM <%= base %>\nRUN a\n", "unknown: template"),
            ("a mark", "FROM @@BASE@@\n", "unknown: template"),
            ("braces in a command", "FROM dhi.io/node:24-dev\nRUN a -f '{{ .Id }}'\n", "met"),
            (
                "Windows",
                "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n",
                "not-applicable: windows",
            ),
        ],
    );
}

/// What real files look like; `DIGEST` stands for one.
const REAL_SHAPES: &[(&str, &str, &str)] = &[
    (
        "a hardened runtime and sdk, pinned, and a program from elsewhere",
        "FROM dhi.io/aspnetcore:10.0.1-debian13@DIGEST AS base\nEXPOSE 8080\nFROM dhi.io/dotnet:10.0.100-sdk-debian13@DIGEST AS build\nRUN dotnet publish\nFROM mwader/static-ffmpeg:7.1 AS ffmpeg\nFROM base\nCOPY --from=build /a /a\nCOPY --from=ffmpeg /ffmpeg /usr/bin/\n",
        "verify: artifact-image@5",
    ),
    (
        "mirrors whose tags are arguments",
        "ARG NODE_VERSION=24.9.0\nARG DIST_VERSION=debian13\nFROM acme/dhi-node:${NODE_VERSION}-${DIST_VERSION}-dev AS dev\nRUN npm ci\nFROM acme/dhi-node:${NODE_VERSION}-${DIST_VERSION} AS prod\nCOPY --from=dev /a /a\n",
        "met",
    ),
    (
        "a proxy of the home registry at the end, an official builder",
        "ARG NGINX_VERSION=1.28\nFROM oven/bun:1-alpine AS build\nRUN bun install\nFROM registry.acme.example/dhi.io/nginx:${NGINX_VERSION}-debian13\nCOPY --from=build /a /a\n",
        "remaining: not-hardened@2 mirror@4",
    ),
    (
        "a builder with a package firewall",
        "FROM dhi.io/node:24-alpine3.24-sfw-dev AS builder\nRUN npm ci\nFROM dhi.io/node:24-alpine3.24\nCOPY --from=builder /a /a\n",
        "met",
    ),
    (
        "a tool in a stage of its own whose version is an argument",
        "ARG UV_VERSION=0.8\nARG PY=3.13\nFROM ghcr.io/astral-sh/uv:${UV_VERSION} AS uv\nFROM dhi.io/python:${PY}-dev AS python\nRUN --mount=from=uv,source=/uv,target=/bin/uv uv sync\nFROM python AS prod\nUSER nonroot\n",
        "verify: artifact-image@3",
    ),
    (
        "a stage by the name of a platform",
        "FROM dhi.io/node:24 AS app-linux\nUSER node\nFROM app-$TARGETOS\nCOPY a /a\n",
        "met",
    ),
    (
        "keys out of empty stages",
        "FROM scratch AS keyring\nCOPY keys /\nFROM alpine:3.22 AS validate\nRUN --mount=from=keyring,target=/k a\nFROM scratch\nCOPY --from=validate /a /a\n",
        "remaining: not-hardened@3 scratch-final@5",
    ),
    (
        "an image and its tag are arguments",
        "ARG base_image=rocker/r-ver\nARG tag=latest\nFROM ${base_image}:${tag}\nRUN a\n",
        "remaining: not-hardened@3",
    ),
    (
        "a variant that the file does not say",
        "ARG VARIANT\nFROM mcr.microsoft.com/devcontainers/base:${VARIANT}\n",
        "unknown: base-unknown@2",
    ),
];

#[test]
fn shapes_of_real_files_are_decided() {
    agree(BaseImage, |it| it.replace("DIGEST", &digest()), REAL_SHAPES);
}

/// The ends of what is said of each base.
const ADVICE: &[(&str, &str)] = &[
    ("FROM python:3.12-slim\n", "Use `dhi.io/python:3.12-debian13`."),
    ("FROM python:3.12-alpine\n", "Use `dhi.io/python:3.12-alpine3.24`."),
    ("FROM dhi.io/python:latest\n", "Use `dhi.io/python:3-debian13`."),
    ("FROM dhi.io/argocd\n", "Use a live tag of `dhi.io/argocd`."),
    (
        "FROM maven:3.9-eclipse-temurin-21\n",
        "Build on `dhi.io/maven:3.9-jdk21-debian13-dev` and ship the result on a hardened \
         runtime image.",
    ),
    (
        "FROM sonatype/nexus3\n",
        "No hardened image replaces it: start from `dhi.io/debian-base:trixie` and copy in \
         what the application needs.",
    ),
    (
        "FROM ghcr.io/acme/base:1\n",
        "The catalogue knows no counterpart: rebuild it on a hardened image, or declare its \
         prefix if it is one.",
    ),
    ("ARG V=SET_ME\nFROM dhi.io/node:$V\n", "such as `dhi.io/node:26-debian13`."),
    ("FROM ghcr.io/a/dhi-node:24\n", "or declare its prefix as hardened in the settings."),
    ("FROM dhi.io/unheard-of:1\n", "Confirm that `dhi.io/unheard-of:1` is a hardened image."),
    ("FROM dhi.io/node:20-debian13\n", "gets no more updates. Move to a live tag."),
    ("FROM dhi.io/debian-base:bookworm\n", "ended on 2026-06-10. Move to a newer version."),
    ("ARG B\nFROM $B\n", "Give `B` a default before the first `FROM` that names a hardened image."),
    ("FROM a/B\n", "Write a complete image reference behind `FROM`."),
    (
        "FROM busybox:1 AS a\nFROM dhi.io/node:24\nCOPY --from=a /a /a\n",
        "Confirm that what is copied from it may ship, or take it from \
         `dhi.io/busybox:1-debian13-dev`.",
    ),
    (
        "FROM dhi.io/node:24\nCOPY --from=busybox:1 /a /a\n",
        "Confirm that what is copied from it may ship.",
    ),
];

#[test]
fn each_finding_says_what_to_use() {
    let fix = |text: &str| sentences(BaseImage, text);
    let after = "\nRUN a\nFROM dhi.io/node:24\nCOPY --from=0 /a /a\n";
    let wrong = ADVICE.iter().filter(|(text, end)| !fix(text).ends_with(end));
    let wrong: Vec<String> = wrong.map(|(text, _)| format!("{text}{}", fix(text))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let builder = fix(&format!("FROM golang:1.26-alpine{after}"));
    assert!(builder.ends_with("A build stage: use `dhi.io/golang:1.26-alpine3.24-dev`."));
    let builder = fix(&format!("FROM buildpack-deps:bookworm{after}"));
    assert!(builder.ends_with(
        "No hardened image replaces it: build on `dhi.io/debian-base:trixie-dev` and install \
         there what the stage needs."
    ));
    let empty = fix("FROM scratch\n");
    assert!(empty.contains("Start from `dhi.io/static:"), "{empty}");
}
