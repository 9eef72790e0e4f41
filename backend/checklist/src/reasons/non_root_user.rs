//! Reasons about the non-root user.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const ROOT: Reason = Reason {
    code: "root-user",
    item: Item::NonRootUser,
    verdict: Verdict::Remaining,
    title: "Root runs the container",
    why: "The last USER in force is root.",
    bad: "FROM dhi.io/node:24\nUSER root\n",
    good: "FROM dhi.io/node:24\nUSER node\n",
};

pub(crate) const ROOT_BY_DEFAULT: Reason = Reason {
    code: "root-by-default",
    item: Item::NonRootUser,
    verdict: Verdict::Remaining,
    title: "The image runs as root",
    why: "Nothing sets a user, and the image's own is root.",
    bad: "FROM node:24\nCMD [\"node\"]\n",
    good: "FROM dhi.io/node:24\nCMD [\"node\"]\n",
};

pub(crate) const ROOT_BY_DESIGN: Reason = Reason {
    code: "root-by-design",
    item: Item::NonRootUser,
    verdict: Verdict::Verify,
    title: "A hardened image that runs as root",
    why: "A few hardened images need root for what they do.",
    bad: "FROM dhi.io/docker:29-cli\n",
    good: "FROM dhi.io/node:24\n",
};

pub(crate) const NO_SUCH_ACCOUNT: Reason = Reason {
    code: "no-such-account",
    item: Item::NonRootUser,
    verdict: Verdict::Remaining,
    title: "An account that does not exist",
    why: "The build or the start fails on a name that the image cannot resolve.",
    bad: "FROM dhi.io/node:24\nUSER nonroot\n",
    good: "FROM dhi.io/node:24\nUSER node\n",
};

pub(crate) const ANOTHER_ACCOUNT: Reason = Reason {
    code: "another-account",
    item: Item::NonRootUser,
    verdict: Verdict::Verify,
    title: "Not the image's own account",
    why: "Files and directories of the image belong to its own account.",
    bad: "FROM dhi.io/python:3.13\nUSER 1001\n",
    good: "FROM dhi.io/python:3.13\nUSER nonroot\n",
};

pub(crate) const VARIABLE_USER: Reason = Reason {
    code: "variable-user",
    item: Item::NonRootUser,
    verdict: Verdict::Verify,
    title: "The user is a variable",
    why: "Who runs the container is decided while building.",
    bad: "FROM dhi.io/node:24\nARG U\nUSER $U\n",
    good: "FROM dhi.io/node:24\nENV U=node\nUSER $U\n",
};

pub(crate) const USER_UNKNOWN: Reason = Reason {
    code: "user-unknown",
    item: Item::NonRootUser,
    verdict: Verdict::Verify,
    title: "Who runs the image is not known",
    why: "Nothing sets a user, and nothing is known of the image.",
    bad: "FROM ghcr.io/acme/base:1\n",
    good: "FROM dhi.io/node:24\n",
};

pub(crate) const BASE_UNKNOWN: Reason = Reason {
    code: "user-base-unknown",
    item: Item::NonRootUser,
    verdict: Verdict::Unknown,
    title: "The base image cannot be read",
    why: "Nothing sets a user, and a build argument without a default names the image.",
    bad: "ARG B\nFROM $B\n",
    good: "ARG B=dhi.io/node:24\nFROM $B\n",
};

pub(crate) const COPIED_AS_ROOT: Reason = Reason {
    code: "copied-as-root",
    item: Item::NonRootUser,
    verdict: Verdict::Verify,
    title: "Copied files belong to root",
    why: "Root's files can be read, but an application that writes to them fails.",
    bad: "FROM dhi.io/node:24\nCOPY . /app\n",
    good: "FROM dhi.io/node:24\nCOPY --chown=node . /app\n",
};

pub(crate) const COPIED_FOR_ANOTHER: Reason = Reason {
    code: "copied-for-another",
    item: Item::NonRootUser,
    verdict: Verdict::Verify,
    title: "Copied files belong to another account",
    why: "The owner is not the account that runs the container.",
    bad: "FROM dhi.io/node:24\nCOPY --chown=0 . /app\n",
    good: "FROM dhi.io/node:24\nCOPY --chown=node . /app\n",
};

pub(crate) const VOLUME: Reason = Reason {
    code: "volume-ownership",
    item: Item::NonRootUser,
    verdict: Verdict::Verify,
    title: "A volume that belongs to nobody",
    why: "A volume is made for root unless its directory belongs to an account before.",
    bad: "FROM dhi.io/node:24\nVOLUME /data\n",
    good: "FROM dhi.io/node:24\nCOPY --chown=node data /data\nVOLUME /data\n",
};
