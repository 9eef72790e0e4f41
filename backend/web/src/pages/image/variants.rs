//! What can be had of the hardened image that takes an image's place, variant by variant.

use checklist::{HardenedImageFacts, TagGroup, VariantFacts, VariantKind};

use super::facts::kind_words;
use crate::counts::counted;

/// Variants that are shown.
const SHOWN: usize = 12;
/// Tags of a variant that are named.
const NAMED: usize = 3;

/// The variants of one hardened image.
pub(crate) struct Variants {
    /// Its name in the catalogue.
    pub(crate) name: String,
    /// Its name for people.
    pub(crate) title: Option<String>,
    pub(crate) rows: Vec<VariantRow>,
    /// "And 12 more variants".
    pub(crate) more: Option<String>,
}

/// Live tags that share everything.
pub(crate) struct VariantRow {
    /// "to ship", "to build", "this one".
    pub(crate) purpose: Option<&'static str>,
    /// It is of the version that is wanted.
    is_of_series: bool,
    pub(crate) kind: &'static str,
    pub(crate) distribution: Option<String>,
    pub(crate) tags: Vec<String>,
    /// "and 5 more".
    pub(crate) more_tags: Option<String>,
    pub(crate) end_of_life: Option<String>,
    pub(crate) facts: Option<VariantWords>,
}

/// What a variant brings, in words.
pub(crate) struct VariantWords {
    pub(crate) user: String,
    pub(crate) entry_point: Option<String>,
    pub(crate) command: Option<String>,
    pub(crate) workdir: Option<String>,
    pub(crate) ports: String,
    pub(crate) shell: Option<String>,
    pub(crate) package_manager: Option<String>,
    pub(crate) has_certificates: bool,
}

impl Variants {
    /// `wanted` are tags that mean something here, with what they mean; theirs come first.
    pub(crate) fn new(facts: &HardenedImageFacts, wanted: &[(String, &'static str)]) -> Self {
        let mut rows: Vec<VariantRow> =
            facts.variants.iter().map(|it| VariantRow::new(it, wanted)).collect();
        // The version that is wanted, what ships before what builds, and of these what is
        // maintained longest first.
        rows.sort_by(|one, other| {
            let rank =
                |it: &VariantRow| (it.purpose.is_none(), !it.is_of_series, it.kind != RUNTIME);
            rank(one).cmp(&rank(other)).then(other.end_of_life.cmp(&one.end_of_life))
        });
        let hidden = rows.len().saturating_sub(SHOWN);
        rows.truncate(SHOWN);
        Self {
            name: facts.name.clone(),
            title: facts.title.clone(),
            rows,
            more: (hidden > 0)
                .then(|| format!("And {}.", counted(hidden, "more variant", "more variants"))),
        }
    }
}

const RUNTIME: &str = kind_words(VariantKind::Runtime);

impl VariantRow {
    fn new(group: &TagGroup, wanted: &[(String, &'static str)]) -> Self {
        let found = wanted.iter().find(|(tag, _)| group.tags.contains(tag));
        let is_of = |series: &str| group.tags.iter().any(|it| series_of(it) == series);
        let mut tags: Vec<&String> = group.tags.iter().collect();
        // The tag that is wanted, then those that people write: the short ones.
        tags.sort_by_key(|it| (found.is_none_or(|(tag, _)| tag != *it), it.len()));
        let hidden = tags.len().saturating_sub(NAMED);
        Self {
            purpose: found.map(|(_, purpose)| *purpose),
            is_of_series: wanted.iter().any(|(tag, _)| is_of(series_of(tag))),
            kind: kind_words(group.kind),
            distribution: group.distribution.clone(),
            tags: tags.into_iter().take(NAMED).cloned().collect(),
            more_tags: (hidden > 0).then(|| format!("and {hidden} more")),
            end_of_life: group.end_of_life.clone(),
            facts: group.variant.as_ref().map(VariantWords::from),
        }
    }
}

/// The first number of a tag's version.
fn series_of(tag: &str) -> &str {
    tag.split(['.', '-']).next().unwrap_or(tag)
}

impl From<&VariantFacts> for VariantWords {
    fn from(it: &VariantFacts) -> Self {
        let line = |words: &[String]| (!words.is_empty()).then(|| words.join(" "));
        let ports: Vec<String> = it.ports.iter().map(u16::to_string).collect();
        Self {
            user: format!("{} ({})", it.user, it.uid),
            entry_point: line(&it.entrypoint),
            command: line(&it.cmd),
            workdir: it.workdir.clone(),
            ports: ports.join(", "),
            shell: it.shell.clone(),
            package_manager: it.package_manager.clone(),
            has_certificates: it.has_certificates,
        }
    }
}
