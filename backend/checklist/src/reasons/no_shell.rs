//! Reasons about the shell.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const RUN: Reason = Reason {
    code: "run-in-runtime",
    item: Item::NoShell,
    verdict: Verdict::Remaining,
    title: "RUN in what ships",
    why: "A runtime image has no shell, so RUN fails in it.",
    bad: "FROM dhi.io/node:24\nRUN npm ci\n",
    good: "FROM dhi.io/node:24-dev AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build --chown=node /app /app\nCMD [\"node\", \"/app/a.js\"]\n",
};

pub(crate) const SHELL: Reason = Reason {
    code: "shell-instruction",
    item: Item::NoShell,
    verdict: Verdict::Remaining,
    title: "SHELL in what ships",
    why: "It sets a shell that the image does not have.",
    bad: "FROM dhi.io/node:24\nSHELL [\"/bin/bash\", \"-c\"]\n",
    good: "FROM dhi.io/node:24\n",
};

pub(crate) const HEALTH_CHECK: Reason = Reason {
    code: "health-check-through-shell",
    item: Item::NoShell,
    verdict: Verdict::Remaining,
    title: "The health check needs a shell",
    why: "It fails from the first minute on, and so does what relies on it.",
    bad: "FROM dhi.io/node:24\nHEALTHCHECK CMD curl -f http://localhost:3000\n",
    good: "FROM dhi.io/node:24\nHEALTHCHECK CMD [\"node\", \"health.js\"]\n",
};

pub(crate) const START: Reason = Reason {
    code: "start-through-shell",
    item: Item::NoShell,
    verdict: Verdict::Remaining,
    title: "The start command needs a shell",
    why: "A runtime image has none, so the container does not start.",
    bad: "FROM dhi.io/node:24\nCMD node a.js\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\", \"a.js\"]\n",
};

pub(crate) const START_WITH_LISTED_SHELL: Reason = Reason {
    code: "start-with-listed-shell",
    item: Item::NoShell,
    verdict: Verdict::Verify,
    title: "The start command relies on a listed shell",
    why: "The image lists a shell today; a later one need not.",
    bad: "FROM dhi.io/golang:1.26-alpine3.24\nCMD go version\n",
    good: "FROM dhi.io/golang:1.26-alpine3.24\nCMD [\"go\", \"version\"]\n",
};

pub(crate) const UNKNOWN_SCRIPT: Reason = Reason {
    code: "perhaps-shell-script",
    item: Item::NoShell,
    verdict: Verdict::Verify,
    title: "A script of unknown kind starts",
    why: "Its text is not in the Dockerfile; it may be for a shell.",
    bad: "FROM dhi.io/node:24\nENTRYPOINT [\"/docker-entrypoint\"]\n",
    good: "FROM dhi.io/node:24\nENTRYPOINT [\"node\", \"a.js\"]\n",
};

pub(crate) const ONBUILD: Reason = Reason {
    code: "onbuild-needs-shell",
    item: Item::NoShell,
    verdict: Verdict::Verify,
    title: "ONBUILD RUN needs a shell",
    why: "It runs in the image that starts from this one, which may have none.",
    bad: "FROM dhi.io/node:24\nONBUILD RUN npm ci\n",
    good: "FROM dhi.io/node:24\nONBUILD COPY . .\n",
};
