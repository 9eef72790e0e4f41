//! Cases of TLS certificates, sentence by sentence of the checklist.

use crate::Item::TlsCertificates;
use crate::rules::testing::{agree, sentences};

/// A file whose only stage runs a command.
fn running(run: &str) -> String {
    format!("FROM debian:13\nRUN {run}\n")
}

/// A file that takes files from a build stage into a base.
fn copied_into(base: &str, copy: &str) -> String {
    format!("FROM dhi.io/golang:1-dev AS build\nRUN go build\nFROM {base}\n{copy}\n")
}

fn whole(text: &str) -> String {
    text.to_owned()
}

#[test]
fn every_package_of_authorities_counts_with_every_manager() {
    let runs = [
        "apt-get install -y ca-certificates",
        "apt-get update && apt-get install -y curl ca-certificates=20230311 git",
        "apt-get install --only-upgrade ca-certificates",
        "apt install ca-certificates-java",
        "apk add --no-cache ca-certificates",
        "apk add ca-certificates-bundle",
        "apk add -t .tls ca-certificates~=2024",
        "yum update -y ca-certificates",
        "dnf -y install ca-certificates",
        "microdnf install ca-certificates",
        "tdnf install ca-certificates",
        "zypper in ca-certificates-mozilla",
        "pacman -S ca-certificates",
        "PACKAGES='git ca-certificates'; apk add $PACKAGES",
        "sh -c 'apk add ca-certificates'",
        "apk add ca-certificates && update-ca-certificates",
    ];
    let rows = runs.map(|it| ("it installs a bundle", it, "remaining: installs-certificates@2"));
    agree(TlsCertificates, running, &rows);
}

#[test]
fn other_packages_and_other_commands_are_no_bundle() {
    let runs = [
        "apt-get install -y curl",
        "apk add ca-certificates-doc",
        "apk add --virtual ca-certificates curl",
        "apk upgrade",
        "apk del ca-certificates",
        "apt-get purge ca-certificates",
        "dpkg -L ca-certificates",
        "pip install ca-certificates",
        "echo ca-certificates",
        "ls /usr/local/share/ca-certificates",
        "man update-ca-certificates",
    ];
    let rows = runs.map(|it| ("it brings no bundle", it, "met"));
    agree(TlsCertificates, running, &rows);
}

#[test]
fn a_bundle_is_found_in_every_stage_that_counts() {
    agree(
        TlsCertificates,
        whole,
        &[
            (
                "a build stage on its dev image",
                "FROM dhi.io/golang:1-dev AS b\nRUN apt install -y \\\n git \\\n ca-certificates\nFROM dhi.io/static:20250419\nCOPY --from=b /a /a\n",
                "remaining: installs-certificates@4",
            ),
            (
                "both stages",
                "FROM golang:1-alpine AS b\nRUN apk add ca-certificates\nFROM alpine\nRUN apk add ca-certificates\nCOPY --from=b /a /a\n",
                "remaining: installs-certificates@2 installs-certificates@4",
            ),
            (
                "a base that only another target copies from",
                "FROM debian:13 AS worker\nRUN apt-get install -y ca-certificates\nFROM dhi.io/node:24\n",
                "verify: certificates-in-other-target@2",
            ),
            (
                "a target that nobody ships",
                "FROM debian:13 AS test\nRUN apt-get install -y ca-certificates\nFROM dhi.io/node:24\n",
                "met",
            ),
            (
                "an upper-case name of a stage",
                "FROM alpine AS Base\nRUN apk add ca-certificates\nFROM base\nUSER 65532\n",
                "remaining: installs-certificates@2",
            ),
        ],
    );
}

#[test]
fn updating_the_store_alone_is_for_a_person_to_judge() {
    let asks = "verify: updates-trust-store@2";
    let rows = [
        ("Debian's and Alpine's program", "update-ca-certificates", asks),
        ("Fedora's program", "update-ca-trust extract", asks),
        ("behind a prefix and a path", "sudo /usr/sbin/update-ca-certificates --fresh", asks),
        ("another package is installed", "apk add curl && update-ca-certificates", asks),
        ("another program", "update-alternatives --config java", "met"),
        ("only looked for", "command -v update-ca-certificates", "met"),
    ];
    agree(TlsCertificates, running, &rows);
    agree(
        TlsCertificates,
        whole,
        &[
            (
                "the installation stands in another instruction",
                "FROM alpine\nRUN update-ca-certificates\nRUN apk add ca-certificates\n",
                "remaining: installs-certificates@3",
            ),
            (
                "the installation stands in another stage",
                "FROM alpine AS b\nRUN apk add ca-certificates\nFROM debian:13\nRUN update-ca-certificates\nCOPY --from=b /a /a\n",
                "remaining: installs-certificates@2 updates-trust-store@4",
            ),
        ],
    );
}

#[test]
fn copying_the_bundle_into_a_hardened_image_remains() {
    let copied = "remaining: copies-bundle@4";
    let rows = [
        ("the directory", "COPY --from=build /etc/ssl/certs /etc/ssl/certs", copied),
        ("with a slash", "COPY --from=build /etc/ssl/certs/ /etc/ssl/certs/", copied),
        ("its files", "COPY --from=build /etc/ssl/certs/* /etc/ssl/certs/", copied),
        ("the bundle", "COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/", copied),
        ("the bundle of Java", "COPY --from=build /etc/ssl/certs/java/cacerts /c", copied),
        ("behind other options", "COPY --chown=65532 --from=0 /etc/ssl/certs /certs", copied),
        ("among other files", "COPY --from=build /a /etc/ssl/certs /b/", copied),
        ("as a list", "COPY --from=build [\"/etc/ssl/certs\", \"/etc/ssl/certs\"]", copied),
        ("from the root of the stage", "COPY --from=build etc/ssl/certs /etc/ssl/certs", copied),
        (
            "by a variable",
            "ARG C=/etc/ssl/certs\nCOPY --from=build $C/ca-certificates.crt $C/",
            "remaining: copies-bundle@5",
        ),
        ("out of the context", "COPY certs/ca.crt /etc/ssl/certs/", "met"),
        ("the context's own directory", "COPY /etc/ssl/certs /etc/ssl/certs", "met"),
        ("added out of the context", "ADD /etc/ssl/certs /etc/ssl/certs", "met"),
        ("only the destination", "COPY --from=build /ca.crt /etc/ssl/certs/", "met"),
        ("another directory", "COPY --from=build /etc/ssl/certs-app /certs", "met"),
        ("keys", "COPY --from=build /etc/ssl/private /etc/ssl/private", "met"),
    ];
    agree(TlsCertificates, |copy| copied_into("dhi.io/node:24", copy), &rows);
}

#[test]
fn what_the_copied_bundle_means_depends_on_the_image_it_goes_into() {
    let rows = [
        ("a runtime image", "dhi.io/static:20250419", "remaining: copies-bundle@4"),
        ("a dev image", "dhi.io/golang:1-dev", "remaining: copies-bundle@4"),
        ("an image without a bundle", "dhi.io/nginx:1", "remaining: copies-bundle@4"),
        ("a mirror", "acme/dhi-node:24", "remaining: copies-bundle@4"),
        ("nothing", "scratch", "verify: copies-bundle-to-scratch@4"),
        ("another image", "debian:13", "met"),
        ("an image that is not known", "$BASE", "met"),
    ];
    let copy = "COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/";
    agree(TlsCertificates, |base| copied_into(base, copy), &rows);
}

#[test]
fn shapes_of_real_files_are_decided() {
    agree(
        TlsCertificates,
        whole,
        &[
            (
                "a stage that only makes the bundle, and a hardened image behind an argument",
                "ARG RUNTIME=dhi.io/eclipse-temurin:21\nFROM debian:13-slim AS ca-bundle\nRUN apt-get update && apt-get install -y --no-install-recommends ca-certificates\nCOPY certs/*.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates\nFROM ${RUNTIME}\nCOPY --from=ca-bundle --chown=root:root --chmod=644 /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\n",
                "remaining: installs-certificates@3 copies-bundle@7",
            ),
            (
                "the directory for an image without a shell",
                "FROM dhi.io/dotnet:9.0-sdk AS publish\nRUN apt-get install -y ca-certificates\nFROM dhi.io/aspnetcore:9.0\nCOPY --from=publish /etc/ssl/certs /etc/ssl/certs\n",
                "remaining: installs-certificates@2 copies-bundle@4",
            ),
            (
                "an empty image with the bundle of its builder",
                "FROM golang:1 AS build-cli\nRUN go build\nFROM scratch\nCOPY --from=build-cli /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\n",
                "verify: copies-bundle-to-scratch@4",
            ),
            (
                "a registry's own authority",
                "FROM docker:dind\nCOPY registry/certs/ca.crt /usr/local/share/ca-certificates/registry-ca.crt\nRUN update-ca-certificates\n",
                "verify: updates-trust-store@3",
            ),
            (
                "an entry point updates where the container runs",
                "FROM alpine:3.22\nRUN apk add --no-cache ca-certificates curl\nCOPY entrypoint.sh /\nENTRYPOINT [\"/entrypoint.sh\"]\n",
                "remaining: installs-certificates@2",
            ),
            (
                "a long list of packages of Fedora's family",
                "FROM registry.access.redhat.com/ubi9/ubi-minimal\nRUN microdnf install -y ca-certificates gnupg openssl && \\\n  microdnf clean all\n",
                "remaining: installs-certificates@2",
            ),
        ],
    );
}

#[test]
fn sentences_name_the_image_that_declares_no_bundle() {
    let install = |base: &str| {
        sentences(TlsCertificates, &format!("FROM {base}\nRUN apk add ca-certificates\n"))
    };
    let begin = "`ca-certificates` is installed; hardened images bring the bundle along. Leave the package out";
    assert_eq!(install("dhi.io/node:24"), format!("{begin}."));
    let lacks = "declares no bundle, so mount one if the application calls others by TLS.";
    assert_eq!(install("dhi.io/nginx:1"), format!("{begin}; dhi.io/nginx:1 {lacks}"));
    assert_eq!(install("nginx:1"), format!("{begin}; the hardened image {lacks}"));
    let copy = "COPY --from=build /etc/ssl/certs /etc/ssl/certs";
    let into = |base: &str| sentences(TlsCertificates, &copied_into(base, copy));
    let end = "Leave it out, or mount a bundle where the container runs.";
    assert_eq!(
        into("dhi.io/node:24"),
        format!("The certificate bundle is copied over that of `dhi.io/node:24`. {end}")
    );
    assert_eq!(
        into("dhi.io/nginx:1"),
        format!(
            "The certificate bundle is copied into `dhi.io/nginx:1`, which declares none of its \
             own. {end}"
        )
    );
}
