//! Reasons about the multi-stage build.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const DEV_SHIPS: Reason = Reason {
    code: "dev-image-ships",
    item: Item::MultiStageBuild,
    verdict: Verdict::Remaining,
    title: "A dev image ships",
    why: "Dev images have a shell, a package manager and root.",
    bad: "FROM dhi.io/node:24-dev\nCMD [\"node\"]\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\"]\n",
};

pub(crate) const SINGLE_STAGE: Reason = Reason {
    code: "single-stage-builds",
    item: Item::MultiStageBuild,
    verdict: Verdict::Remaining,
    title: "One stage builds and ships",
    why: "What builds the application ships with it.",
    bad: "FROM dhi.io/node:24\nRUN npm ci\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build --chown=node /app /app\nCMD [\"node\", \"/app/a.js\"]\n",
};

pub(crate) const RUN_SHIPS: Reason = Reason {
    code: "run-in-shipped-stage",
    item: Item::MultiStageBuild,
    verdict: Verdict::Remaining,
    title: "Commands run in what ships",
    why: "Commands belong in a build stage; the final one gets copies.",
    bad: "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nRUN true\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build --chown=node /app /app\nCMD [\"node\", \"/app/a.js\"]\n",
};

pub(crate) const BUILD_STAGE_NOT_DEV: Reason = Reason {
    code: "build-stage-not-dev",
    item: Item::MultiStageBuild,
    verdict: Verdict::Remaining,
    title: "A build stage on another image",
    why: "Dev and sdk tags are the hardened images for building.",
    bad: "FROM node:24 AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build --chown=node /app /app\nCMD [\"node\", \"/app/a.js\"]\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build --chown=node /app /app\nCMD [\"node\", \"/app/a.js\"]\n",
};

pub(crate) const FINAL_NOT_HARDENED: Reason = Reason {
    code: "final-not-hardened",
    item: Item::MultiStageBuild,
    verdict: Verdict::Remaining,
    title: "The final stage is no hardened image",
    why: "The result of the build ships on another image.",
    bad: "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM node:24\nCOPY --from=build /a /a\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build --chown=node /app /app\nCMD [\"node\", \"/app/a.js\"]\n",
};

pub(crate) const VARIANT_UNKNOWN: Reason = Reason {
    code: "variant-unknown",
    item: Item::MultiStageBuild,
    verdict: Verdict::Verify,
    title: "Which variant is not known",
    why: "A digest or an unlisted name does not say whether the image builds or ships.",
    bad: "FROM dhi.io/no-such-image:1\n",
    good: "FROM dhi.io/node:24\n",
};

pub(crate) const BASE_UNKNOWN: Reason = Reason {
    code: "stage-base-unknown",
    item: Item::MultiStageBuild,
    verdict: Verdict::Unknown,
    title: "A stage's image cannot be read",
    why: "A build argument without a default names it.",
    bad: "ARG B\nFROM $B AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build --chown=node /app /app\nCMD [\"node\", \"/app/a.js\"]\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build --chown=node /app /app\nCMD [\"node\", \"/app/a.js\"]\n",
};

pub(crate) const OTHER_TARGET: Reason = Reason {
    code: "other-target-builds",
    item: Item::MultiStageBuild,
    verdict: Verdict::Verify,
    title: "Another target builds on another image",
    why: "The stage is not part of what ships by default, but someone may build it.",
    bad: "FROM node:24 AS worker\nRUN npm ci\nFROM dhi.io/node:24\n",
    good: "FROM dhi.io/node:24-dev AS worker\nRUN npm ci\nFROM dhi.io/node:24\n",
};

pub(crate) const ONBUILD: Reason = Reason {
    code: "onbuild-run",
    item: Item::MultiStageBuild,
    verdict: Verdict::Verify,
    title: "ONBUILD runs commands",
    why: "They run in the image that starts from this one, which may be one that ships.",
    bad: "FROM dhi.io/node:24\nONBUILD RUN npm ci\n",
    good: "FROM dhi.io/node:24\nONBUILD COPY . .\n",
};
