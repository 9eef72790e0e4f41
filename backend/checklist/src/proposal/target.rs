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
/// promise, and the first minor version from which on that is so in practice.
const COMPATIBLE: [(&str, [u64; 2]); 2] = [("golang", [1, 21]), ("rust", [1, 56])];

/// Images whose products and programs do not depend on the distribution underneath.
const PORTABLE: [&str; 5] = ["maven", "gradle", "eclipse-temurin", "dotnet", "aspnetcore"];

/// Words of tags that say nothing but which distribution or which size: the hardened image
/// has no others.
const PLAIN: [&str; 23] = [
    "latest", "slim", "alpine", "debian", "bookworm", "trixie", "bullseye", "buster", "nonroot",
    "jre", "eclipse", "temurin", "openjdk", "jammy", "noble", "focal", "amd64", "arm64v8", "jdk",
    "headless", "stable", "sdk", "dev",
];

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

    /// What becomes of a version that is written more exactly than the target's tag.
    pub(super) fn drift(&self, image: &str) -> String {
        let tag = image.split('@').next().and_then(|it| it.rsplit_once(':')).map(|it| it.1);
        let tag = tag.unwrap_or_default();
        let end = tag.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(tag.len());
        let written = tag.get(..end).unwrap_or_default();
        let found = TagWords::of(&self.tag).version;
        let is_more = written.strip_prefix(found).is_some_and(|it| it.starts_with('.'));
        match is_more && !found.is_empty() {
            true => format!(" Of {written} there is `{found}`, which moves with its updates."),
            false => String::new(),
        }
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
    if image.reference.tag.is_none() && image.reference.digest.is_some() {
        return Some(format!(
            "`{short}` is left: its digest does not say which version it is; `{reference}` is the \
             newest."
        ));
    }
    if let Some(word) = special_word(tag, target) {
        return Some(format!(
            "`{short}` is left: nothing says that `{reference}` has what `{word}` stands for."
        ));
    }
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
        let wanted = crate::catalog::numbers(&missed);
        let is_compatible = COMPATIBLE
            .iter()
            .any(|(name, first)| *name == target.name && wanted.as_slice() >= first.as_slice())
            && major.is_some_and(|it| found.first() == Some(&it))
            && found >= wanted;
        if !is_compatible {
            return Some(format!(
                "`{short}` is left: version {missed} is not to be had, and whether the \
                 application works with that of `{reference}` must be tried."
            ));
        }
    }
    other_sdk(tag, image, target)
        .or_else(|| other_update(tag, image, target))
        .or_else(|| other_java(tag, image, target))
}

/// Why another update of Java 8 may not do, where the tag names one that is pinned.
fn other_update(tag: &str, image: &BaseImage<'_>, target: &Target<'_>) -> Option<String> {
    let update = tag.strip_prefix('8').filter(|_| target.name == "eclipse-temurin")?;
    let is_pinned = update.starts_with('u') && !target.tag.contains(tag);
    is_pinned.then(|| {
        format!(
            "`{}` is left: it is a certain update of Java 8, and `{}` is the newest.",
            image.short, target.reference
        )
    })
}

/// Why another patch of .NET's SDK may not do: a `global.json` may ask for that very one.
fn other_sdk(tag: &str, image: &BaseImage<'_>, target: &Target<'_>) -> Option<String> {
    let version = tag.split('-').next()?;
    let is_pinned = target.name == "dotnet" && crate::catalog::numbers(version).len() == 3;
    let is_other = is_pinned && target.tag.split('-').next() != Some(version);
    is_other.then(|| {
        format!(
            "`{}` is left: a `global.json` may ask for that very SDK, and `{}` is another one.",
            image.short, target.reference
        )
    })
}

/// A word of a tag that asks for something special. A Java development kit is one where the
/// hardened image is only a runtime.
fn special_word<'t>(tag: &'t str, target: &Target<'_>) -> Option<&'t str> {
    let words = TagWords::of(&target.tag);
    let is_runtime = target.name == "eclipse-temurin" && !target.variant.kind.builds();
    if is_runtime && !tag.split('-').any(|it| it == "jre") {
        return Some(tag);
    }
    let is_plain = |word: &str| {
        let stem = word.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.');
        let is_number = word.starts_with(|it: char| it.is_ascii_digit());
        is_number
            || PLAIN.contains(&word)
            || matches!(stem, "alpine" | "debian" | "jdk" | "b")
            || words.flavours.contains(&word)
    };
    tag.split(['-', '_', '+']).find(|it| !is_plain(it.trim_start_matches('v')))
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
    let is_portable = PORTABLE.contains(&target.name.as_str())
        && ["noble", "jammy", "focal"].iter().any(|it| short.contains(it));
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
    if let Some(other) = other.filter(|_| !is_portable) {
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
