//! What becomes different for a file that takes the hardened image it is advised to take.
//! No verdict: what is said here is to be known before the first build, and part of it is
//! nothing that anybody must change.

mod build;
mod ship;

use crate::catalog::{Catalog, Variant};
use crate::check::{SourceFile, check};
use crate::dockerfile;
use crate::footing::{BaseImage, Footing};
use crate::image::Reference;
use crate::policy::Policy;
use crate::reference::{Found, Hardened, Standing, standing};
use crate::stages::Stage;
use crate::subject::{Subject, graph_of, purpose, ships};
use crate::suggest::{self, is_for_building};
use crate::{FileState, LineRange, Suggestion};

/// What a remark is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// The tag that is used today is withdrawn, or its maintenance has ended.
    Tag,
    /// The version of the file is not to be had.
    Version,
    /// The distribution underneath becomes another one.
    Distribution,
    /// There is no variant to ship.
    RuntimeVariant,
    /// The maintenance of the advised tag has ended too.
    EndOfLife,
    /// Who runs the container.
    User,
    /// What starts.
    EntryPoint,
    /// What the image listens on.
    Ports,
    /// There is no shell, or a variant has one.
    Shell,
    /// What was installed must come from elsewhere.
    Packages,
    /// There is no bundle of certificate authorities.
    Certificates,
}

impl About {
    /// All of them, in the order in which remarks stand.
    pub const ALL: [Self; 11] = [
        Self::Tag,
        Self::Version,
        Self::Distribution,
        Self::RuntimeVariant,
        Self::EndOfLife,
        Self::User,
        Self::EntryPoint,
        Self::Ports,
        Self::Shell,
        Self::Packages,
        Self::Certificates,
    ];

    /// The name in JSON.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Version => "version",
            Self::Distribution => "distribution",
            Self::RuntimeVariant => "runtime-variant",
            Self::EndOfLife => "end-of-life",
            Self::User => "user",
            Self::EntryPoint => "entry-point",
            Self::Ports => "ports",
            Self::Shell => "shell",
            Self::Packages => "packages",
            Self::Certificates => "certificates",
        }
    }

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Tag => "Tag",
            Self::Version => "Version",
            Self::Distribution => "Distribution",
            Self::RuntimeVariant => "Runtime variant",
            Self::EndOfLife => "End of life",
            Self::User => "User",
            Self::EntryPoint => "Entry point",
            Self::Ports => "Ports",
            Self::Shell => "Shell",
            Self::Packages => "Packages",
            Self::Certificates => "Certificates",
        }
    }
}

/// One thing that becomes different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it is about.
    pub about: About,
    /// The lines that it touches; none where nothing in the file speaks of it.
    pub lines: Option<LineRange>,
    /// What becomes different and what that asks for.
    pub sentence: String,
}

/// The hardened image to use in one stage, and what becomes different with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The stage's place, from 0.
    pub stage: u32,
    /// The `FROM` instruction's lines.
    pub lines: LineRange,
    /// The image of today, as short as people write it.
    pub reference: String,
    /// The image to use.
    pub suggestion: Suggestion,
    /// What becomes different, in the order of `About`.
    pub remarks: Vec<Remark>,
}

/// The advice on every stage that names an image: which hardened one to use, and what becomes
/// different. A file that cannot be read gets none.
#[must_use]
pub fn advice(file: &SourceFile<'_>, catalog: &Catalog, policy: &Policy) -> Vec<Advice> {
    if check(file, catalog, policy).state != FileState::Readable {
        return Vec::new();
    }
    let dockerfile = dockerfile::read(file.bytes);
    let graph = graph_of(&dockerfile, policy);
    let subject = Subject::new(&graph, catalog, policy);
    subject.stages().filter_map(|it| stage_advice(&subject, it)).collect()
}

/// The image that is advised, with its facts.
struct Advised<'a> {
    /// As people write it.
    reference: &'a str,
    name: String,
    tag: String,
    hardened: Hardened<'a>,
    variant: &'a Variant,
}

impl<'a> Advised<'a> {
    fn of(reference: &'a str, catalog: &'a Catalog) -> Option<Self> {
        let parsed = Reference::parse(reference);
        let Standing::Hardened(hardened) = standing(&parsed, catalog, &Policy::default()) else {
            return None;
        };
        let (name, tag) = (hardened.name.clone(), parsed.tag?);
        Some(Self { reference, name, tag, variant: hardened.variant?, hardened })
    }
}

fn stage_advice(subject: &Subject<'_>, stage: &Stage<'_>) -> Option<Advice> {
    let Footing::Image(image) = subject.own_footing(stage)? else { return None };
    let suggestion = suggestion(subject, stage, image);
    let mut remarks: Vec<Remark> = stale_tag(subject, stage, image).into_iter().collect();
    if let Suggestion::Use(reference) = &suggestion
        && let Some(advised) = Advised::of(reference, subject.catalog)
    {
        remarks.extend(of_the_image(subject, stage, image, &advised));
        remarks.extend(match ships(stage.role) {
            true => ship::remarks(subject, image, &advised),
            false => build::remarks(subject, stage, &advised),
        });
    }
    remarks.sort_by_key(|it| (it.about, it.lines));
    Some(Advice {
        stage: u32::try_from(stage.index).unwrap_or(u32::MAX),
        lines: stage.from.lines,
        reference: image.short.clone(),
        suggestion,
        remarks,
    })
}

/// The image to use, which is another tag where the one of today is withdrawn.
fn suggestion(subject: &Subject<'_>, stage: &Stage<'_>, image: &BaseImage<'_>) -> Suggestion {
    match &image.standing {
        Standing::Hardened(it) if matches!(it.found, Found::Withdrawn(_)) => {
            let tag = image.reference.tag.as_deref();
            suggest::other_tag(subject.catalog, &it.name, tag, purpose(stage))
        }
        _ => subject.suggestion(stage),
    }
}

fn stale_tag(subject: &Subject<'_>, stage: &Stage<'_>, image: &BaseImage<'_>) -> Option<Remark> {
    let Standing::Hardened(hardened) = &image.standing else { return None };
    let short = &image.short;
    let ended = hardened.end_of_life.as_ref().filter(|it| subject.catalog.is_past(it));
    let sentence = match (&hardened.found, ended) {
        (Found::Withdrawn(day), _) => {
            format!("`{short}` was withdrawn on {day} and gets no more updates.")
        }
        (_, Some(day)) => format!("The maintenance of `{short}` ended on {day}."),
        (Found::OlderPatch(tag), None) => {
            format!("`{short}` is an older patch; `{tag}` moves with the updates.")
        }
        _ => return None,
    };
    Some(Remark { about: About::Tag, lines: Some(stage.from.lines), sentence })
}

/// What is different about the image itself, whatever the file does with it.
fn of_the_image(
    subject: &Subject<'_>,
    stage: &Stage<'_>,
    image: &BaseImage<'_>,
    advised: &Advised<'_>,
) -> Vec<Remark> {
    let (catalog, reference) = (subject.catalog, advised.reference);
    let remark = |about, sentence| Remark { about, lines: Some(stage.from.lines), sentence };
    let missed = suggest::missed_version(catalog, &image.reference, &advised.tag);
    let version = missed.map(|it| {
        let sentence =
            format!("Version {it} is not among the live tags; the nearest is `{reference}`.");
        remark(About::Version, sentence)
    });
    let is_alpine = image.reference.tag.as_deref().is_some_and(|it| it.contains("alpine"));
    let becomes_debian =
        is_alpine && !advised.tag.contains("alpine") && advised.name != "alpine-base";
    let distribution = becomes_debian.then(|| {
        let sentence = format!(
            "There is no hardened variant on Alpine: `{reference}` is on Debian, so packages have \
             other names and programs need glibc."
        );
        remark(About::Distribution, sentence)
    });
    let ended = advised.hardened.end_of_life.as_ref().filter(|it| catalog.is_past(it));
    let ended = ended.map(|day| {
        let sentence =
            format!("The maintenance of `{reference}` ended on {day}: move on from there.");
        remark(About::EndOfLife, sentence)
    });
    let only_builds = ships(stage.role) && is_for_building(reference);
    let only_builds = only_builds.then(|| {
        let sentence = format!(
            "`{}` has no runtime variant: build on `{reference}` and ship the result on another \
             hardened image.",
            advised.name
        );
        remark(About::RuntimeVariant, sentence)
    });
    [version, distribution, ended, only_builds].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
