//! Reasons about ports.

use crate::rules::Reason;
use crate::{Item, Verdict};

pub(crate) const LOW_PORT: Reason = Reason {
    code: "low-port",
    item: Item::Ports,
    verdict: Verdict::Remaining,
    title: "A port below 1025",
    why: "The nonroot user can't bind privileged ports in Kubernetes, nor in older Docker Engines.",
    bad: "FROM dhi.io/node:24\nEXPOSE 80\n",
    good: "FROM dhi.io/node:24\nEXPOSE 8080\n",
};

pub(crate) const EXACTLY_1024: Reason = Reason {
    code: "port-1024",
    item: Item::Ports,
    verdict: Verdict::Verify,
    title: "Port 1024",
    why: "1024 is not privileged, and the checklist asks for 1025 or higher.",
    bad: "FROM dhi.io/node:24\nEXPOSE 1024\n",
    good: "FROM dhi.io/node:24\nEXPOSE 1025\n",
};

pub(crate) const VARIABLE: Reason = Reason {
    code: "port-variable",
    item: Item::Ports,
    verdict: Verdict::Verify,
    title: "The port is a variable",
    why: "Which port it is, is decided elsewhere.",
    bad: "FROM dhi.io/node:24\nARG P\nEXPOSE $P\n",
    good: "FROM dhi.io/node:24\nARG P=8080\nEXPOSE $P\n",
};

pub(crate) const BASE_IMAGE_PORT: Reason = Reason {
    code: "base-image-port",
    item: Item::Ports,
    verdict: Verdict::Remaining,
    title: "The image's own port is low",
    why: "Nothing in the file sets a port; the hardened image of the same kind listens on a high one.",
    bad: "FROM nginx:1.25\nCOPY a /a\n",
    good: "FROM dhi.io/nginx:1\nCOPY a /a\n",
};

pub(crate) const BASE_IMAGE_LOW_PORT: Reason = Reason {
    code: "base-image-low-port",
    item: Item::Ports,
    verdict: Verdict::Remaining,
    title: "The image's own port is low",
    why: "Nothing in the file sets a port, and changing the image would not raise it.",
    bad: "FROM caddy:2\nCOPY a /a\n",
    good: "FROM caddy:2\nEXPOSE 8080\n",
};

pub(crate) const OTHER_TARGET: Reason = Reason {
    code: "low-port-in-other-target",
    item: Item::Ports,
    verdict: Verdict::Verify,
    title: "A low port in another target",
    why: "The stage is not part of what ships by default, but someone may build it.",
    bad: "FROM dhi.io/nginx:1 AS web\nEXPOSE 80\nFROM dhi.io/node:24\n",
    good: "FROM dhi.io/nginx:1 AS web\nEXPOSE 8080\nFROM dhi.io/node:24\n",
};
