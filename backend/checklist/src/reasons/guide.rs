//! What each item asks and how to meet it, for the checklist page.

use crate::Item;

/// What an item asks and how it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemGuide {
    /// What it asks, one sentence.
    pub asks: &'static str,
    /// How to meet it, a few sentences.
    pub how: &'static str,
}

/// The guide to one item.
#[must_use]
pub fn item_guide(item: Item) -> ItemGuide {
    match item {
        Item::BaseImage => ItemGuide {
            asks: "Every FROM names a Docker Hardened Image.",
            how: "Replace each base by its hardened counterpart: the same name under `dhi.io/` in most \
                  cases, with a `-dev` tag where the stage builds. Tags always carry a version.",
        },
        Item::PackageManagement => ItemGuide {
            asks: "Packages of the distribution are installed in build stages on dev images only.",
            how: "Move installations to a stage on a `-dev` tag, with apk on Alpine and apt on Debian, \
                  and copy the files that the application needs into the final stage.",
        },
        Item::NonRootUser => ItemGuide {
            asks: "The container runs as a user other than root, and that user can use its files.",
            how: "Leave USER out or name the image's own account, and give copied files to it with \
                  `--chown` where the application writes to them.",
        },
        Item::MultiStageBuild => ItemGuide {
            asks: "Dev images build and a runtime image ships.",
            how: "Build in a stage on a `-dev` or `-sdk` tag and let the last stage start from the tag \
                  without it and only copy.",
        },
        Item::TlsCertificates => ItemGuide {
            asks: "No step installs certificate authorities.",
            how: "Take `ca-certificates` out of the list of packages: hardened images bring the bundle. \
                  A private authority is added in a build stage or mounted.",
        },
        Item::Ports => ItemGuide {
            asks: "The application listens on port 1025 or higher inside the container.",
            how: "Set a high port in the application's settings and in EXPOSE, and map the public port \
                  to it outside the container.",
        },
        Item::EntryPoint => ItemGuide {
            asks: "ENTRYPOINT and CMD fit the entry point of the chosen image.",
            how: "Write both as JSON arrays. Where the image has an entry point of its own, CMD holds \
                  arguments only; where it has none, CMD names the program first.",
        },
        Item::NoShell => ItemGuide {
            asks: "Nothing that ships needs a shell.",
            how: "Keep RUN and SHELL in build stages, and start programs and health checks without \
                  `sh`, shell scripts or npm.",
        },
    }
}
