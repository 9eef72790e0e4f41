//! The hardened image to take in place of a base, if nothing but its hardening is different:
//! the same software in the same version on the same family of distributions.

use crate::Suggestion;
use crate::advice::{About, Remark};
use crate::catalog::{Catalog, Family, Variant};
use crate::footing::BaseImage;
use crate::image::Reference;
use crate::policy::Policy;
use crate::reference::{Hardened, Standing, TagWords, standing};
use crate::stages::Stage;
use crate::subject::{Footing, Subject};
use crate::suggest::{self, Use, is_for_building};

/// Languages in which a newer minor version builds whatever an older one built, by their own
/// promise.
const COMPATIBLE: [&str; 2] = ["golang", "rust"];

/// Words at which a tag begins that names no version: the newest one.
const NEWEST: [&str; 7] = ["latest", "alpine", "slim", "bookworm", "trixie", "debian", "nonroot"];

/// A hardened image that can take the place of another.
#[derive(Debug, Clone)]
pub(super) struct Target<'a> {
    /// As people write it.
    pub(super) reference: String,
    /// The name in the catalogue.
    pub(super) name: String,
    /// The tag.
    pub(super) tag: String,
    /// The distribution underneath.
    pub(super) family: Family,
    /// The version of that distribution.
    pub(super) distribution: Vec<u64>,
    /// What it is like.
    pub(super) variant: &'a Variant,
}

impl<'a> Target<'a> {
    /// The image of a live reference.
    pub(super) fn of(reference: &str, catalog: &'a Catalog) -> Option<Self> {
        let parsed = Reference::parse(reference);
        let Standing::Hardened(Hardened { name, variant, .. }) =
            standing(&parsed, catalog, &Policy::default())
        else {
            return None;
        };
        let tag = parsed.tag?;
        let distribution = catalog.hardened(&name)?.tags.get(&tag)?.distribution.as_ref()?;
        Some(Self {
            reference: reference.to_owned(),
            family: distribution.family,
            distribution: crate::catalog::numbers(&distribution.version),
            variant: variant?,
            name,
            tag,
        })
    }

    /// Who runs it: `node (1000)`.
    pub(super) fn runner(&self) -> String {
        format!("{} ({})", self.variant.user, self.variant.uid)
    }

    /// Whether an account may be named in the file. Numbers may always.
    pub(super) fn has_account(&self, account: &str) -> bool {
        account.parse::<u32>().is_ok() || self.variant.users.contains_key(account)
    }

    /// Whether a group may be named: every account has one of its own.
    pub(super) fn has_group(&self, group: &str) -> bool {
        self.has_account(group) || self.variant.groups.contains_key(group)
    }
}

/// The image to take in a stage, or why none can be taken unseen.
pub(super) fn target<'a>(
    subject: &Subject<'a>,
    stage: &Stage<'_>,
    purpose: Use,
) -> Result<Target<'a>, Option<Remark>> {
    let Some(footing @ Footing::Image(image)) = subject.own_footing(stage) else {
        return Err(None);
    };
    let Suggestion::Use(reference) = subject.suggestion_for(footing, purpose) else {
        return Err(None);
    };
    let Some(target) = Target::of(&reference, subject.catalog) else { return Err(None) };
    if is_for_building(&reference) != purpose.builds()
        || target.variant.kind.builds() != purpose.builds()
    {
        return Err(None);
    }
    let differs =
        |about, sentence| Err(Some(Remark { about, lines: Some(stage.from.lines), sentence }));
    if matches!(image.standing, Standing::Other) {
        if let Some(sentence) = other_version(subject.catalog, image, &target) {
            return differs(About::Version, sentence);
        }
        if let Some(sentence) = other_distribution(image, &target) {
            return differs(About::Distribution, sentence);
        }
    }
    Ok(target)
}

/// Why the version of the target is not that of the file.
fn other_version(catalog: &Catalog, image: &BaseImage<'_>, target: &Target<'_>) -> Option<String> {
    let tag = image.reference.tag.as_deref().unwrap_or("latest");
    let (short, reference) = (&image.short, &target.reference);
    let named = tag.trim_start_matches('v').starts_with(|it: char| it.is_ascii_digit());
    if !named && !NEWEST.iter().any(|it| tag.starts_with(it)) {
        return Some(format!(
            "Which version `{short}` is cannot be read from its tag: see whether `{reference}` is \
             the same, and take it then."
        ));
    }
    if let Some(missed) = suggest::missed_version(catalog, &image.reference, &target.tag) {
        let found = TagWords::of(&target.tag).numbers();
        let major = missed.split('.').next().and_then(|it| it.parse::<u64>().ok());
        let is_compatible = COMPATIBLE.contains(&target.name.as_str())
            && major.is_some_and(|it| found.first() == Some(&it))
            && found >= numbers_of(&missed);
        if !is_compatible {
            return Some(format!(
                "`{short}` is left: version {missed} is not to be had, and whether the \
                 application works with that of `{reference}` must be tried."
            ));
        }
    }
    other_java(tag, image, target)
}

fn numbers_of(version: &str) -> Vec<u64> {
    crate::catalog::numbers(version)
}

/// Why the Java of a build tool is not that of the file.
fn other_java(tag: &str, image: &BaseImage<'_>, target: &Target<'_>) -> Option<String> {
    if !matches!(target.name.as_str(), "maven" | "gradle") {
        return None;
    }
    let words = TagWords::of(&target.tag);
    let java = words.flavours.iter().find_map(|it| it.strip_prefix("jdk"))?;
    let is_named = tag.split(['-', '_']).skip(1).any(|it| it.trim_start_matches("jdk") == java);
    (!is_named).then(|| {
        format!(
            "`{}` is left: `{}` brings Java {java}, and the tag does not say that it is that of \
             today.",
            image.short, target.reference
        )
    })
}

/// Why the distribution of the target is another one.
fn other_distribution(image: &BaseImage<'_>, target: &Target<'_>) -> Option<String> {
    let short = &image.short;
    let is_alpine = short.contains("alpine");
    let other = [
        "ubuntu",
        "centos",
        "fedora",
        "rockylinux",
        "almalinux",
        "oraclelinux",
        "ubi",
        "amazonlinux",
        "azurelinux",
        "mariner",
        "windows",
        "noble",
        "jammy",
        "focal",
        "al2023",
        "opensuse",
        "wolfi",
    ]
    .iter()
    .find(|it| short.contains(**it));
    if let Some(other) = other {
        return Some(format!(
            "`{short}` is left: it is on another distribution ({other}) than `{}`, so packages \
             and libraries differ.",
            target.reference
        ));
    }
    let now = if is_alpine { Family::Alpine } else { Family::Debian };
    (now != target.family).then(|| {
        format!(
            "`{short}` is left: `{}` is on another distribution, so packages and libraries differ.",
            target.reference
        )
    })
}
