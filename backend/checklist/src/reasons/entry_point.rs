//! Reasons about the entry point.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const SHELL_FORM: Reason = Reason {
    code: "shell-form-start",
    item: Item::EntryPoint,
    verdict: Verdict::Remaining,
    title: "The start command is in shell form",
    why: "Shell form needs `/bin/sh`, which a hardened runtime image does not have.",
    bad: "FROM dhi.io/node:24\nCMD node a.js\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\", \"a.js\"]\n",
};

pub(crate) const SHELL_FORM_UNCLEAR: Reason = Reason {
    code: "shell-form-unclear",
    item: Item::EntryPoint,
    verdict: Verdict::Verify,
    title: "A shell may be missing",
    why: "The start command needs a shell, and whether the image has one is not known.",
    bad: "FROM dhi.io/no-such-image:1\nENTRYPOINT run me\n",
    good: "FROM dhi.io/no-such-image:1\nENTRYPOINT [\"me\"]\n",
};

pub(crate) const SHELL_FORM_ON_OTHER_IMAGE: Reason = Reason {
    code: "shell-form-on-other-image",
    item: Item::EntryPoint,
    verdict: Verdict::Verify,
    title: "Shell form on another image",
    why: "It works while the image has a shell; a hardened runtime image has none.",
    bad: "FROM node:24\nCMD node a.js\n",
    good: "FROM node:24\nENTRYPOINT [\"node\", \"a.js\"]\n",
};

pub(crate) const NEEDS_SHELL: Reason = Reason {
    code: "start-needs-shell",
    item: Item::EntryPoint,
    verdict: Verdict::Remaining,
    title: "The start command is a shell script",
    why: "The image has no shell to run it.",
    bad: "FROM dhi.io/node:24\nENTRYPOINT [\"/start.sh\"]\n",
    good: "FROM dhi.io/node:24\nENTRYPOINT [\"node\", \"a.js\"]\n",
};

pub(crate) const UNKNOWN_SCRIPT: Reason = Reason {
    code: "unknown-start-script",
    item: Item::EntryPoint,
    verdict: Verdict::Verify,
    title: "A script of unknown kind starts",
    why: "Its text is not in the Dockerfile; it may need a shell.",
    bad: "FROM dhi.io/node:24\nENTRYPOINT [\"/docker-entrypoint\"]\n",
    good: "FROM dhi.io/node:24\nENTRYPOINT [\"node\", \"a.js\"]\n",
};

pub(crate) const NODE_RUNNER: Reason = Reason {
    code: "npm-on-runtime-image",
    item: Item::EntryPoint,
    verdict: Verdict::Remaining,
    title: "npm starts the application",
    why: "Runtime images have node, but neither npm nor yarn nor pnpm.",
    bad: "FROM dhi.io/node:24\nCMD [\"npm\", \"start\"]\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\", \"a.js\"]\n",
};

pub(crate) const MISSING_INIT: Reason = Reason {
    code: "init-not-copied",
    item: Item::EntryPoint,
    verdict: Verdict::Verify,
    title: "An init that nothing brings along",
    why: "The entry point starts with a program that the file does not copy in.",
    bad: "FROM dhi.io/node:24\nENTRYPOINT [\"tini\", \"--\", \"node\", \"a.js\"]\n",
    good: "FROM dhi.io/node:24\nENTRYPOINT [\"node\", \"a.js\"]\n",
};

pub(crate) const ONLY_ARGUMENT: Reason = Reason {
    code: "cmd-only-argument",
    item: Item::EntryPoint,
    verdict: Verdict::Remaining,
    title: "CMD holds only an argument",
    why: "The image has no entry point that would take it.",
    bad: "FROM dhi.io/node:24\nCMD [\"index.js\"]\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\", \"index.js\"]\n",
};

pub(crate) const REPEATS_ENTRY_POINT: Reason = Reason {
    code: "cmd-repeats-entry-point",
    item: Item::EntryPoint,
    verdict: Verdict::Remaining,
    title: "CMD names a program again",
    why: "The image starts its program itself and passes CMD to it.",
    bad: "FROM dhi.io/nginx:1\nCMD [\"nginx\", \"-g\", \"daemon off;\"]\n",
    good: "FROM dhi.io/nginx:1\nCMD [\"-g\", \"daemon off;\"]\n",
};

pub(crate) const UNCLEAR: Reason = Reason {
    code: "cmd-unclear",
    item: Item::EntryPoint,
    verdict: Verdict::Verify,
    title: "Whether CMD fits is not known",
    why: "CMD is passed to an entry point whose arguments are not known.",
    bad: "FROM dhi.io/no-such-image:1\nCMD [\"serve\"]\n",
    good: "FROM dhi.io/no-such-image:1\nENTRYPOINT [\"serve\"]\n",
};

pub(crate) const OTHER_IMAGE: Reason = Reason {
    code: "cmd-on-other-image",
    item: Item::EntryPoint,
    verdict: Verdict::Verify,
    title: "CMD alone on another image",
    why: "What it is passed to changes with the base image.",
    bad: "FROM node:24\nCMD [\"node\", \"a.js\"]\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\", \"a.js\"]\n",
};

pub(crate) const INHERITED: Reason = Reason {
    code: "start-inherited",
    item: Item::EntryPoint,
    verdict: Verdict::Verify,
    title: "Nothing says what starts",
    why: "The image's own command runs, and that of a hardened image is often another one.",
    bad: "FROM dhi.io/node:24\nCOPY a /a\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\", \"a.js\"]\n",
};

pub(crate) const BASE_UNKNOWN: Reason = Reason {
    code: "entry-base-unknown",
    item: Item::EntryPoint,
    verdict: Verdict::Unknown,
    title: "CMD on an image that cannot be read",
    why: "What CMD is passed to depends on an image that a build argument names.",
    bad: "ARG B\nFROM $B\nCMD [\"a\"]\n",
    good: "ARG B=dhi.io/node:24\nFROM $B\nCMD [\"node\"]\n",
};
