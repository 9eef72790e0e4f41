//! What the image of today has in it beside programs, and a dev image may have otherwise:
//! compilers, data of time zones, packages of a release.

use super::View;
use super::target::Target;
use crate::LineRange;
use crate::catalog::Family;
use crate::dockerfile::Keyword;
use crate::stages::{Stage, Step};
use crate::subject::Ground;

/// Packages of a language that may be compiled, where the image of today brings compilers and
/// the headers of many libraries along: the official images without `slim` or `alpine`.
pub(super) fn compiles(
    view: &View<'_>,
    stage: &Stage<'_>,
    target: &Target<'_>,
) -> Option<(LineRange, String)> {
    const INSTALLERS: [&str; 9] =
        ["npm", "yarn", "pnpm", "pip", "pip3", "python", "python3", "node-gyp", "cargo"];
    let root = view.subject.graph.root_of(stage.index)?;
    let image = root.from.expanded.split('@').next().unwrap_or_default();
    let is_full = matches!(target.name.as_str(), "node" | "python" | "rust")
        && view.subject.footing(stage).ground() == Ground::Foreign
        && !["slim", "alpine"].iter().any(|it| image.contains(it));
    let mut installs = view.subject.commands(stage).iter().filter(|it| {
        let is_installer = it.program_name().is_some_and(|it| INSTALLERS.contains(&it));
        let words = ["install", "ci", "i", "add", "rebuild", "build", "chef", "test"];
        is_installer
            && (it.words.len() == 1
                || it
                    .words
                    .iter()
                    .any(|it| it.text.as_deref().is_some_and(|it| words.contains(&it))))
    });
    let install = installs.next().filter(|_| is_full)?;
    let why = format!(
        "it brings compilers and libraries that `{}` does not, and packages may be built with \
         them.",
        target.reference
    );
    Some((LineRange::one(install.line), why))
}

/// Time zones, where the image of today has their data and the target may not.
pub(super) fn knows_zones(stage: &Stage<'_>, target: &Target<'_>) -> Option<(LineRange, String)> {
    const WITHOUT: [&str; 6] = ["node", "eclipse-temurin", "maven", "gradle", "rust", "nginx"];
    let is_without = target.family == Family::Debian && WITHOUT.contains(&target.name.as_str());
    let text = |it: &Step<'_>| it.instruction.text.as_str().to_owned();
    if !is_without || stage.steps.iter().any(|it| text(it).contains("tzdata")) {
        return None;
    }
    let step = stage.steps.iter().find(|it| {
        let sets = it.instruction.keyword == Keyword::Env
            && it.instruction.pairs().iter().any(|it| it.name.text == "TZ");
        sets || text(it).contains("zoneinfo")
    })?;
    let why = format!("`{}` may not have the data of time zones.", target.reference);
    Some((step.instruction.lines, why))
}

/// Whether the tag of today names a release of its distribution, and the target has another.
pub(super) fn names_other_release(view: &View<'_>, stage: &Stage<'_>, target: &Target<'_>) -> bool {
    let root = view.subject.graph.root_of(stage.index);
    let image = root.map_or("", |it| it.from.expanded.as_str());
    let tag = image.split('@').next().and_then(|it| it.rsplit_once(':')).map_or("", |it| it.1);
    const RELEASES: [(&str, u64); 7] = [
        ("buster", 10),
        ("bullseye", 11),
        ("bookworm", 12),
        ("trixie", 13),
        ("focal", 20),
        ("jammy", 22),
        ("noble", 24),
    ];
    let codename = RELEASES.iter().find(|(name, _)| tag.contains(name)).map(|it| vec![it.1]);
    let alpine = tag
        .split("alpine")
        .nth(1)
        .map(|it| crate::catalog::numbers(it.split('-').next().unwrap_or_default()));
    let own = (target.name.ends_with("-base")).then(|| crate::catalog::numbers(tag));
    let named = codename.or(alpine).or(own).filter(|it| !it.is_empty());
    named.is_some_and(|it| {
        !target.distribution.starts_with(&it) && !it.starts_with(&target.distribution)
    })
}

/// Whether a package's name holds the version of a library or a language.
pub(super) fn is_numbered(name: &str) -> bool {
    const FINE: [&str; 4] = ["python3", "libc6", "g++", "bzip2"];
    let fine = FINE.iter().any(|it| name.starts_with(it));
    !fine && name.chars().any(|it| it.is_ascii_digit())
}
