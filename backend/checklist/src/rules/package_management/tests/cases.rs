//! Cases of package management, sentence by sentence of the checklist.

use crate::Item::PackageManagement;
use crate::rules::testing::{agree, sentences};

/// A file whose only stage runs a command on an image that ships.
fn shipped(run: &str) -> String {
    format!("FROM debian:13\nRUN {run}\n")
}

/// A file that runs a command in a build stage on a base.
fn built_on(base: &str, run: &str) -> String {
    format!("FROM {base} AS build\nRUN {run}\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n")
}

fn whole(text: &str) -> String {
    text.to_owned()
}

#[test]
fn every_manager_counts_with_its_upgrade_forms() {
    let runs = [
        "apt-get install -y git",
        "apt-get -y --no-install-recommends install git",
        "apt-get upgrade -y",
        "apt-get dist-upgrade",
        "apt install git",
        "apt full-upgrade",
        "aptitude install git",
        "aptitude safe-upgrade",
        "apk add git",
        "apk --no-cache add git",
        "apk upgrade",
        "yum install -y git",
        "yum -y update",
        "dnf install git",
        "dnf upgrade --refresh -y",
        "microdnf install git",
        "microdnf update -y",
        "tdnf install git",
        "tdnf update",
        "zypper install git",
        "zypper --non-interactive in git",
        "zypper up",
        "zypper dup",
        "pacman -S git",
        "pacman -Syu --noconfirm",
        "pacman -Sy git",
        "pacman --noconfirm --sync git",
    ];
    let rows = runs.map(|it| ("it installs or upgrades", it, "remaining: packages-in-runtime@2"));
    agree(PackageManagement, shipped, &rows);
}

#[test]
fn other_commands_and_the_managers_of_languages_do_not_count() {
    let runs = [
        "apt-get update",
        "apt-get purge -y git",
        "apt-get clean",
        "apt-cache search install",
        "apk update",
        "apk del .deps",
        "apk info add",
        "yum clean all",
        "dnf makecache",
        "zypper refresh",
        "pacman -Sy",
        "pacman -Ss git",
        "pacman -Q",
        "dpkg -L ca-certificates",
        "pip install apt",
        "npm install apt-get",
        "gem install apk",
        "cargo install yum",
        "go install example.org/dnf",
        "conda install git",
        "echo apt-get install git",
        "command -v apk",
        "true # apt-get install git",
        "cat <<EOF >/how\napt-get install git\nEOF",
    ];
    let rows = runs.map(|it| ("it installs nothing of the distribution", it, "not-applicable"));
    agree(PackageManagement, shipped, &rows);
}

#[test]
fn an_installation_counts_wherever_it_stands() {
    let first = [
        "true && apt-get install git",
        "true; apt-get install git",
        "false || apt-get install git",
        "(cd /tmp && apt-get install git)",
        "{ apt-get install git; }",
        "if true; then apt-get install git; fi",
        "for it in a b; do apt-get install $it; done",
        "case x in x) apt-get install git;; esac",
        "install() { apt-get install git; }; install",
        "yes | apt-get install git",
        "echo git | xargs -r apt-get install",
        "eval 'apt-get install git'",
        "echo $(apt-get install git)",
        "sh -c 'apt-get install git'",
        "bash -euxo pipefail -c \"apt-get install git\"",
        "su -c 'apt-get install git' root",
        "sudo apt-get install git",
        "sudo -E -u root apt-get install git",
        "DEBIAN_FRONTEND=noninteractive apt-get install git",
        "env DEBIAN_FRONTEND=noninteractive apt-get install git",
        "sudo env A=b /usr/bin/apt-get install git",
        "timeout 60 apt-get install git",
        "exec apt-get install git",
        "--mount=type=cache,target=/var/cache/apt apt-get install git",
        "[\"apt-get\", \"install\", \"git\"]",
        "[\"/bin/sh\", \"-c\", \"apt-get install git\"]",
    ];
    let rows = first.map(|it| ("it stands in line 2", it, "remaining: packages-in-runtime@2"));
    agree(PackageManagement, shipped, &rows);
    let third = [
        "true \\\n && apt-get install git",
        "set -eux; \\\napt-get install git",
        "<<EOF\napt-get install git\nEOF",
        "<<-'EOF'\n\tapt-get install git\n\tEOF",
        "bash <<EOF\napt-get install git\nEOF",
    ];
    let rows = third.map(|it| ("it stands in line 3", it, "remaining: packages-in-runtime@3"));
    agree(PackageManagement, shipped, &rows);
    let python = "<<EOF\n#!/usr/bin/env python3\napt-get install git\nEOF";
    agree(PackageManagement, shipped, &[("no shell reads it", python, "not-applicable")]);
}

#[test]
fn the_words_of_an_instruction_may_be_lower_case_and_escaped_otherwise() {
    agree(
        PackageManagement,
        whole,
        &[
            ("lower case", "from debian:13\nrun apk add git\n", "remaining: packages-in-runtime@2"),
            ("CRLF", "FROM a\r\nRUN b && \\\r\n apk add c\r\n", "remaining: packages-in-runtime@3"),
            (
                "a comment and a blank line inside",
                "FROM a\nRUN b && \\\n# c\n\n apk add d\n",
                "remaining: packages-in-runtime@5",
            ),
            (
                "another escape character",
                "# escape=`\nFROM a\nRUN b && `\n apk add c\n",
                "remaining: packages-in-runtime@4",
            ),
        ],
    );
}

#[test]
fn a_build_stage_must_stand_on_a_dev_or_sdk_tag() {
    let rows = [
        ("a dev tag", "dhi.io/node:24-dev", "met"),
        ("a dev tag with a digest", "dhi.io/node:24-dev@sha256:0a", "met"),
        ("dev stands before the distribution", "dhi.io/node:24-dev-debian13", "met"),
        ("an older patch of a dev tag", "dhi.io/node:24.1.0-dev", "met"),
        ("a withdrawn dev tag", "dhi.io/node:20-debian13-dev", "met"),
        ("a firewall's dev tag", "dhi.io/node:24-debian13-sfw-dev", "met"),
        ("an sdk tag", "dhi.io/dotnet:9.0-sdk", "met"),
        ("a mirror's dev tag", "acme/dhi-node:24-dev", "met"),
        ("the namespace on Docker Hub", "docker.io/dhi/node:24-dev", "met"),
        ("a name without facts", "dhi.io/argocd:3-dev", "met"),
        ("a runtime tag", "dhi.io/node:24", "remaining: packages-on-runtime-image@2"),
        (
            "a JDK is no dev variant",
            "dhi.io/eclipse-temurin:21-jdk",
            "remaining: packages-on-runtime-image@2",
        ),
        ("another image", "node:24", "remaining (base-image): packages-outside-dev@2"),
        ("nothing", "scratch", "remaining (base-image): packages-outside-dev@2"),
        (
            "a tag that cannot exist",
            "dhi.io/node:latest",
            "remaining (base-image): packages-outside-dev@2",
        ),
        ("only a digest", "dhi.io/node@sha256:0a", "verify: packages-variant-unknown@2"),
        ("an unlisted name", "dhi.io/unheard-of:1-dev", "verify: packages-variant-unknown@2"),
        ("perhaps a mirror", "ghcr.io/a/dhi-node:24-dev", "verify: packages-variant-unknown@2"),
        ("a broken reference", "ghcr.io/A/node", "unknown: packages-base-unknown@2"),
    ];
    let digest = format!("sha256:{}", "0a".repeat(32));
    let file = |base: &str| built_on(&base.replace("sha256:0a", &digest), "apt-get install git");
    agree(PackageManagement, file, &rows);
}

#[test]
fn the_manager_must_be_that_of_the_tags_distribution() {
    let wrong = "remaining: wrong-package-manager@2";
    let apk = [
        ("an Alpine tag", "dhi.io/node:24-alpine-dev", "met"),
        ("a release of Alpine", "dhi.io/node:24-alpine3.24-dev", "met"),
        ("the distribution behind dev", "dhi.io/node:24-dev-alpine3.24", "met"),
        ("Alpine's own base", "dhi.io/alpine-base:3.24-dev", "met"),
        ("a repository that only builds", "dhi.io/build:2-alpine3.22", "met"),
        ("templates of sandboxes only build", "dhi.io/sbx-templates:1-alpine", "met"),
        ("no distribution means Debian", "dhi.io/node:24-dev", wrong),
        ("a Debian tag", "dhi.io/node:24-debian13-dev", wrong),
        ("an sdk tag on Debian", "dhi.io/dotnet:9.0-sdk-debian13", wrong),
    ];
    agree(PackageManagement, |base| built_on(base, "apk add git"), &apk);
    let apt = [
        ("a Debian tag", "dhi.io/node:24-debian12-dev", "met"),
        ("an Alpine tag", "dhi.io/node:24-alpine3.24-dev", wrong),
    ];
    agree(PackageManagement, |base| built_on(base, "apt-get install git"), &apt);
    let others = ["yum update", "dnf install git", "zypper in git", "pacman -S git"];
    let rows = others.map(|it| ("no hardened image has it", it, wrong));
    agree(PackageManagement, |run| built_on("dhi.io/node:24-dev", run), &rows);
}

#[test]
fn a_hardened_base_settles_only_what_its_manager_can_do() {
    let settled = "remaining (base-image): packages-outside-dev@2";
    let open = "remaining: packages-outside-dev@2";
    let rows = [
        ("apt is on Debian's dev images", "apt-get install git", settled),
        ("apk is on Alpine's", "apk add git", settled),
        ("dnf is on none", "dnf install git", open),
        ("nor is zypper", "zypper in git", open),
        (
            "a script beside it is open too",
            "apt-get install git && ./install.sh",
            "remaining: packages-outside-dev@2 install-script@2",
        ),
    ];
    agree(PackageManagement, |run| built_on("ghcr.io/acme/base:1", run), &rows);
}

#[test]
fn what_ships_installs_nothing_whatever_its_image() {
    agree(
        PackageManagement,
        whole,
        &[
            (
                "a dev image ships",
                "FROM dhi.io/node:24-dev\nRUN apt-get install git\n",
                "remaining: packages-in-runtime@2",
            ),
            (
                "the final stage inherits, in any case of the name",
                "FROM dhi.io/node:24-dev AS Base\nRUN apt-get install git\nFROM base\nUSER node\n",
                "remaining: packages-in-runtime@2",
            ),
            (
                "a trigger fires in what ships",
                "FROM dhi.io/node:24-dev AS b\nONBUILD RUN apt-get install git\nFROM b\n",
                "remaining: packages-in-runtime@2",
            ),
            (
                "a trigger that nobody fires",
                "FROM dhi.io/node:24-dev\nONBUILD RUN apt-get install git\n",
                "not-applicable",
            ),
            (
                "the base is not known, yet it ships",
                "ARG B\nFROM $B\nRUN apt-get install git\n",
                "remaining: packages-in-runtime@3",
            ),
            (
                "each installation is named",
                "FROM a\nRUN apk add b\nRUN apk add c && apk upgrade\n",
                "remaining: packages-in-runtime@2 packages-in-runtime@3 packages-in-runtime@3",
            ),
        ],
    );
}

#[test]
fn another_target_lowers_the_verdict_to_verify_at_most() {
    let file = |stage: &str| format!("{stage}\nFROM dhi.io/node:24\nUSER node\n");
    let rows = [
        (
            "another image",
            "FROM debian:13 AS worker\nRUN apt-get install git",
            "verify: packages-in-other-target@2",
        ),
        (
            "a runtime image",
            "FROM dhi.io/node:24 AS worker\nRUN apt-get install git",
            "verify: packages-in-other-target@2",
        ),
        (
            "the wrong manager",
            "FROM dhi.io/node:24-dev AS worker\nRUN apk add git",
            "verify: packages-in-other-target@2",
        ),
        (
            "a variant that is not known",
            "FROM dhi.io/unheard-of:1 AS worker\nRUN apk add git",
            "verify: packages-variant-unknown@2",
        ),
        ("a dev image", "FROM dhi.io/node:24-dev AS worker\nRUN apt-get install git", "met"),
    ];
    agree(PackageManagement, file, &rows);
    let names = ["dev", "unit-test", "lint", "debug", "check", "ci", "bench", "tools"];
    let rows = names.map(|it| ("its name says that nobody ships it", it, "not-applicable"));
    let ignored = |name: &str| file(&format!("FROM debian:13 AS {name}\nRUN apk add git"));
    agree(PackageManagement, ignored, &rows);
    let rows =
        ["circus", "latest"].map(|it| ("no such name", it, "verify: packages-in-other-target@2"));
    agree(PackageManagement, ignored, &rows);
}

#[test]
fn what_cannot_be_read_is_for_a_person_or_unknown() {
    let rows = [
        (
            "the manager is a variable",
            "$PKG_MANAGER install git",
            "verify: variable-package-manager@2",
        ),
        ("with a default", "PKG=apt-get; $PKG install git", "met"),
        ("a variable that is no manager", "$PIP install flask", "not-applicable"),
        ("a script", "./install-deps.sh", "verify: install-script@2"),
        ("a shell reads the script", "bash -x /tmp/apt_packages.sh", "verify: install-script@2"),
        ("a script that does something else", "./configure.sh", "not-applicable"),
        ("browsers bring packages", "npx playwright install-deps", "verify: install-script@2"),
        ("browsers alone", "npx playwright install", "not-applicable"),
        ("another program's option", "npx cypress install --with-deps", "not-applicable"),
        ("an unreadable list is still an installation", "apt-get install $LIST", "met"),
    ];
    agree(PackageManagement, |run| built_on("dhi.io/node:24-dev", run), &rows);
    agree(
        PackageManagement,
        whole,
        &[
            (
                "an argument without a default",
                "ARG B\nFROM $B AS b\nRUN apk add a\nFROM dhi.io/node:24\nCOPY --from=0 /a /a\n",
                "unknown: packages-base-unknown@3",
            ),
            (
                "unknown is more than verify",
                "ARG B\nFROM $B AS b\nRUN apk add a && ./install.sh\nFROM dhi.io/node:24\nCOPY --from=b /a /a\n",
                "unknown: packages-base-unknown@3 install-script@3",
            ),
            (
                "a default before the first FROM counts",
                "ARG V=24-dev\nFROM dhi.io/node:$V AS b\nRUN apt install a\nFROM dhi.io/node:24\nCOPY --from=b /a /a\n",
                "met",
            ),
        ],
    );
}

#[test]
fn shapes_of_real_files_are_decided() {
    agree(
        PackageManagement,
        whole,
        &[
            (
                "apk in a build stage, a web server at the end",
                "FROM node:16-alpine AS build\nRUN apk add --no-cache make && npm ci\nFROM nginx:1.25-alpine\nCOPY --from=build /a /a\n",
                "remaining (base-image): packages-outside-dev@2",
            ),
            (
                "the same manager in a builder and in what ships",
                "FROM public.ecr.aws/lambda/python:3.13 AS builder\nRUN dnf install -y git\nFROM public.ecr.aws/lambda/python:3.13\nRUN dnf install -y tar\nCOPY --from=builder /a /a\n",
                "remaining: packages-outside-dev@2 packages-in-runtime@4",
            ),
            (
                "a dev image twice, the second one ships",
                "FROM dhi.io/node:20-debian13-dev AS builder\nRUN apt-get update -y && apt-get install -y openssl\nFROM dhi.io/node:20-debian13-dev AS production\nRUN apt-get update -y && apt-get install -y gosu\nCOPY --from=builder /a /a\n",
                "remaining: packages-in-runtime@4",
            ),
            (
                "scripts of the base image install",
                "FROM ubuntu:noble\nRUN /rocker_scripts/install_tidyverse.sh\n",
                "verify: install-script@2",
            ),
            (
                "a link from one manager to another, then the other",
                "FROM registry.access.redhat.com/ubi9/ubi-minimal\nRUN if [ ! -e /usr/bin/yum ]; then ln -s /usr/bin/microdnf /usr/bin/yum; fi && \\\n  INSTALL_PKGS=\"git tar\" && \\\n  yum install -y $INSTALL_PKGS\n",
                "remaining: packages-in-runtime@4",
            ),
            (
                "what a program lists is installed",
                "FROM alpine:3.22\nRUN scanelf --needed /usr/local \\\n  | sort -u \\\n  | xargs -rt apk add --virtual .rundeps\n",
                "remaining: packages-in-runtime@4",
            ),
            (
                "an upgrade only if the package is there",
                "FROM mcr.microsoft.com/devcontainers/base:bookworm\nRUN if dpkg -s git >/dev/null 2>&1; then sudo apt-get upgrade -yq git; fi\n",
                "remaining: packages-in-runtime@2",
            ),
        ],
    );
}

#[test]
fn sentences_say_what_is_installed_and_where_to_do_it() {
    let upgrade = sentences(PackageManagement, "FROM node:24-alpine\nRUN apk upgrade\n");
    assert_eq!(
        upgrade,
        "`apk upgrade` changes packages in the image that ships. Install in a build stage on \
         `dhi.io/node:24-alpine3.24-dev` and copy what the application needs."
    );
    let on = |base: &str, run: &str| sentences(PackageManagement, &built_on(base, run));
    assert_eq!(
        on("dhi.io/node:24-dev", "apk add git"),
        "`apk add` does not work on `dhi.io/node:24-dev`. Use `apt-get install` there."
    );
    assert_eq!(
        on("dhi.io/node:24-alpine-dev", "yum install git"),
        "`yum install` does not work on `dhi.io/node:24-alpine-dev`. Use `apk add` there."
    );
    assert_eq!(
        on("node:24", "npx playwright install --with-deps"),
        "`playwright install --with-deps` installs packages with the manager of the image. \
         Install in a build stage what the browsers need."
    );
    assert_eq!(
        on("node:24", "npx playwright install-deps"),
        "`playwright install-deps` installs packages with the manager of the image. Install in \
         a build stage what the browsers need."
    );
}
