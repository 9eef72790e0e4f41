//! Reasons about the base image.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const NOT_HARDENED: Reason = Reason {
    code: "not-hardened",
    item: Item::BaseImage,
    verdict: Verdict::Remaining,
    title: "Not a hardened image",
    why: "The image is none of Docker's hardened ones, so nobody maintains it for you in the same way.",
    bad: "FROM node:24\nCMD [\"node\", \"a.js\"]\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\", \"a.js\"]\n",
};

pub(crate) const NO_SUCH_TAG: Reason = Reason {
    code: "no-such-hardened-tag",
    item: Item::BaseImage,
    verdict: Verdict::Remaining,
    title: "A tag that cannot exist",
    why: "Hardened images carry versioned tags only; a build with another tag cannot pull.",
    bad: "FROM dhi.io/python:latest\n",
    good: "FROM dhi.io/python:3.13\n",
};

pub(crate) const ARTIFACT_IMAGE: Reason = Reason {
    code: "artifact-image",
    item: Item::BaseImage,
    verdict: Verdict::Verify,
    title: "Files come from another image",
    why: "The stage runs nothing and only gives files, so whether those may ship is a decision.",
    bad: "FROM busybox:1 AS tools\nFROM dhi.io/static:20250419\nCOPY --from=tools /bin/wget /wget\n",
    good: "FROM dhi.io/busybox:1 AS tools\nFROM dhi.io/static:20250419\nCOPY --from=tools /bin/wget /wget\n",
};

pub(crate) const SCRATCH: Reason = Reason {
    code: "scratch-final",
    item: Item::BaseImage,
    verdict: Verdict::Verify,
    title: "An empty image ships",
    why: "`scratch` is no hardened image, yet nothing in it can be vulnerable either.",
    bad: "FROM dhi.io/golang:1.26-dev AS build\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/golang:1.26-dev AS build\nRUN go build\nFROM dhi.io/static:20250419\nCOPY --from=build /a /a\n",
};

pub(crate) const COPIED_IMAGE: Reason = Reason {
    code: "copied-from-image",
    item: Item::BaseImage,
    verdict: Verdict::Met,
    title: "Files are taken from another image",
    why: "`COPY --from` and `--mount=from` name no base, yet what they take may ship.",
    bad: "FROM dhi.io/static:20250419\nCOPY --from=busybox:1 /bin/wget /wget\n",
    good: "FROM dhi.io/static:20250419\nCOPY --from=dhi.io/busybox:1 /bin/wget /wget\n",
};

pub(crate) const MIRROR: Reason = Reason {
    code: "mirror",
    item: Item::BaseImage,
    verdict: Verdict::Verify,
    title: "Perhaps a mirror",
    why: "The name is that of a mirrored hardened image, but the registry could hold anything under it.",
    bad: "FROM registry.acme.example/dhi-node:24\n",
    good: "FROM dhi.io/node:24\n",
};

pub(crate) const NOT_LISTED: Reason = Reason {
    code: "not-listed",
    item: Item::BaseImage,
    verdict: Verdict::Verify,
    title: "A name the catalogue does not list",
    why: "The address is that of hardened images; whether this one exists is not known here.",
    bad: "FROM dhi.io/no-such-image:1\n",
    good: "FROM dhi.io/node:24\n",
};

pub(crate) const PLACEHOLDER_TAG: Reason = Reason {
    code: "placeholder-tag",
    item: Item::BaseImage,
    verdict: Verdict::Verify,
    title: "A default that is only a mark",
    why: "The build replaces the tag, so which image is built on cannot be read from the file.",
    bad: "ARG V=SET_ME\nFROM dhi.io/node:${V}\n",
    good: "ARG V=24\nFROM dhi.io/node:${V}\n",
};

pub(crate) const BASE_UNKNOWN: Reason = Reason {
    code: "base-unknown",
    item: Item::BaseImage,
    verdict: Verdict::Unknown,
    title: "The base image cannot be read",
    why: "A build argument without a default stands in the reference.",
    bad: "ARG BASE\nFROM ${BASE}\n",
    good: "ARG BASE=dhi.io/node:24\nFROM ${BASE}\n",
};

pub(crate) const WITHDRAWN_TAG: Reason = Reason {
    code: "withdrawn-tag",
    item: Item::BaseImage,
    verdict: Verdict::Met,
    title: "A withdrawn tag",
    why: "The image is hardened, but its tag gets no more updates.",
    bad: "FROM dhi.io/node:20-debian13\n",
    good: "FROM dhi.io/node:24-debian13\n",
};

pub(crate) const END_OF_LIFE: Reason = Reason {
    code: "end-of-life",
    item: Item::BaseImage,
    verdict: Verdict::Met,
    title: "Past its end of life",
    why: "The image is hardened, but the version in it is no longer maintained.",
    bad: "FROM dhi.io/debian-base:bookworm\n",
    good: "FROM dhi.io/debian-base:trixie\n",
};
