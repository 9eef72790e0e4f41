//! Reasons about the file as a whole: they stand for all eight items and are listed with
//! the first.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const TEMPLATE: Reason = Reason {
    code: "template",
    item: Item::BaseImage,
    verdict: Verdict::Unknown,
    title: "A template",
    why: "The file becomes a Dockerfile only when a generator has filled it in.",
    bad: "FROM {{ image }}\n",
    good: "FROM dhi.io/node:24\n",
};

pub(crate) const UNREADABLE: Reason = Reason {
    code: "unreadable",
    item: Item::BaseImage,
    verdict: Verdict::Unknown,
    title: "Not readable as a Dockerfile",
    why: "The content is missing, too large, binary or nothing that a build accepts.",
    bad: "RUN npm ci\n",
    good: "FROM dhi.io/node:24\n",
};

pub(crate) const WINDOWS: Reason = Reason {
    code: "windows",
    item: Item::BaseImage,
    verdict: Verdict::NotApplicable,
    title: "A Windows container",
    why: "There are no hardened images for Windows.",
    bad: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n",
    good: "FROM dhi.io/node:24\n",
};
