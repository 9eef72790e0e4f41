//! Reasons about package management.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const IN_RUNTIME: Reason = Reason {
    code: "packages-in-runtime",
    item: Item::PackageManagement,
    verdict: Verdict::Remaining,
    title: "Packages are installed in what ships",
    why: "A runtime image has no package manager; what it needs is copied from a build stage.",
    bad: "FROM dhi.io/debian-base:trixie\nRUN apt-get install -y curl\n",
    good: "FROM dhi.io/debian-base:trixie-dev AS build\nRUN apt-get install -y curl\nFROM dhi.io/debian-base:trixie\nCOPY --from=build /usr/bin/curl /usr/bin/curl\n",
};

pub(crate) const OUTSIDE_DEV: Reason = Reason {
    code: "packages-outside-dev",
    item: Item::PackageManagement,
    verdict: Verdict::Remaining,
    title: "Packages are installed on another image",
    why: "Dev images are the hardened ones that have a package manager.",
    bad: "FROM golang:1.26 AS build\nRUN apt-get install -y git\nFROM dhi.io/static:20250419\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/golang:1.26-dev AS build\nRUN apt-get install -y git\nFROM dhi.io/static:20250419\nCOPY --from=build /a /a\n",
};

pub(crate) const ON_RUNTIME_VARIANT: Reason = Reason {
    code: "packages-on-runtime-image",
    item: Item::PackageManagement,
    verdict: Verdict::Remaining,
    title: "Packages are installed on a runtime image",
    why: "The build stage starts from the variant without a package manager.",
    bad: "FROM dhi.io/node:24 AS build\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
};

pub(crate) const WRONG_MANAGER: Reason = Reason {
    code: "wrong-package-manager",
    item: Item::PackageManagement,
    verdict: Verdict::Remaining,
    title: "The package manager of another distribution",
    why: "Tags with `alpine` have apk, all others apt.",
    bad: "FROM dhi.io/node:24-dev AS build\nRUN apk add git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/node:24-alpine-dev AS build\nRUN apk add git\nFROM dhi.io/node:24-alpine\nCOPY --from=build /a /a\n",
};

pub(crate) const VARIANT_UNKNOWN: Reason = Reason {
    code: "packages-variant-unknown",
    item: Item::PackageManagement,
    verdict: Verdict::Verify,
    title: "Packages on an image of unknown variant",
    why: "Whether the image has a package manager cannot be read from its reference.",
    bad: "FROM dhi.io/no-such-image:1 AS build\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
};

pub(crate) const BASE_UNKNOWN: Reason = Reason {
    code: "packages-base-unknown",
    item: Item::PackageManagement,
    verdict: Verdict::Unknown,
    title: "Packages on an image that cannot be read",
    why: "A build argument without a default names the image.",
    bad: "ARG B\nFROM $B AS build\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
};

pub(crate) const OTHER_TARGET: Reason = Reason {
    code: "packages-in-other-target",
    item: Item::PackageManagement,
    verdict: Verdict::Verify,
    title: "Packages in another target",
    why: "The stage is not part of what ships by default, but someone may build it.",
    bad: "FROM debian:13 AS worker\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY a /a\n",
    good: "FROM dhi.io/debian-base:trixie-dev AS worker\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY a /a\n",
};

pub(crate) const VARIABLE_MANAGER: Reason = Reason {
    code: "variable-package-manager",
    item: Item::PackageManagement,
    verdict: Verdict::Verify,
    title: "The package manager is a variable",
    why: "Which manager runs, and what it installs, is decided while building.",
    bad: "FROM dhi.io/node:24-dev AS build\nRUN $PKG_MANAGER install git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
};

pub(crate) const INSTALL_SCRIPT: Reason = Reason {
    code: "install-script",
    item: Item::PackageManagement,
    verdict: Verdict::Verify,
    title: "A script may install packages",
    why: "The script's text is not in the Dockerfile.",
    bad: "FROM dhi.io/node:24-dev AS build\nRUN ./install-deps.sh\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN apt-get install -y git\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
};
