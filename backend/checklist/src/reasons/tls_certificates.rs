//! Reasons about TLS certificates.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const INSTALLED: Reason = Reason {
    code: "installs-certificates",
    item: Item::TlsCertificates,
    verdict: Verdict::Remaining,
    title: "Certificates are installed",
    why: "Hardened images have the bundle, so the step is superfluous, and it fails where there is no package manager.",
    bad: "FROM dhi.io/debian-base:trixie-dev\nRUN apt-get install -y ca-certificates\n",
    good: "FROM dhi.io/debian-base:trixie-dev\nRUN apt-get install -y curl\n",
};

pub(crate) const OTHER_TARGET: Reason = Reason {
    code: "certificates-in-other-target",
    item: Item::TlsCertificates,
    verdict: Verdict::Verify,
    title: "Certificates are installed in another target",
    why: "The stage is not part of what ships by default, but someone may build it.",
    bad: "FROM debian:13 AS worker\nRUN apt-get install -y ca-certificates\nFROM dhi.io/node:24\n",
    good: "FROM debian:13 AS worker\nRUN apt-get install -y curl\nFROM dhi.io/node:24\n",
};

pub(crate) const UPDATED: Reason = Reason {
    code: "updates-trust-store",
    item: Item::TlsCertificates,
    verdict: Verdict::Verify,
    title: "Certificates of your own are added",
    why: "A private authority is legitimate; the public ones need no such step.",
    bad: "FROM dhi.io/node:24-dev\nRUN update-ca-certificates\n",
    good: "FROM dhi.io/node:24-dev\nRUN npm ci\n",
};

pub(crate) const COPIED: Reason = Reason {
    code: "copies-bundle",
    item: Item::TlsCertificates,
    verdict: Verdict::Remaining,
    title: "The bundle is copied over the image's own",
    why: "The image's own bundle is kept up to date; a copy is not.",
    bad: "FROM dhi.io/debian-base:trixie-dev AS build\nRUN true\nFROM dhi.io/node:24\nCOPY --from=build /etc/ssl/certs /etc/ssl/certs\n",
    good: "FROM dhi.io/debian-base:trixie-dev AS build\nRUN true\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
};

pub(crate) const COPIED_TO_SCRATCH: Reason = Reason {
    code: "copies-bundle-to-scratch",
    item: Item::TlsCertificates,
    verdict: Verdict::Verify,
    title: "The bundle is copied into an empty image",
    why: "An empty image needs it; a hardened one would bring it along.",
    bad: "FROM dhi.io/debian-base:trixie-dev AS build\nRUN true\nFROM scratch\nCOPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\n",
    good: "FROM dhi.io/static:20250419\nCOPY a /a\n",
};
