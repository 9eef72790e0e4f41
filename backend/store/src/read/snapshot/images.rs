//! Which base images are in use, and what is behind each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use checklist::Suggestion;

use super::{Snapshot, SnapshotBase, SnapshotDockerfile, SnapshotRemark};

/// What is to be done about a base image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ImageKind {
    /// A hardened image takes its place.
    ToReplace,
    /// It is hardened.
    Hardened,
    /// No hardened image exists for it.
    NoneExists,
    /// The catalogue does not say.
    NotKnown,
}

impl ImageKind {
    /// All four.
    pub const ALL: [Self; 4] = [Self::ToReplace, Self::Hardened, Self::NoneExists, Self::NotKnown];

    /// The name in addresses and JSON.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ToReplace => "to-replace",
            Self::Hardened => "hardened",
            Self::NoneExists => "none-exists",
            Self::NotKnown => "not-known",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ToReplace => "to replace",
            Self::Hardened => "hardened already",
            Self::NoneExists => "no counterpart exists",
            Self::NotKnown => "not known",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }
}

/// A base image in use, as people write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageUse {
    /// The reference.
    pub reference: String,
    /// Without tag and digest.
    pub image: String,
    /// What is to be done about it.
    pub kind: ImageKind,
    /// Dockerfiles with a stage on it that is not shipped.
    pub build: usize,
    /// Dockerfiles that ship a stage on it.
    pub shipped: usize,
    /// Dockerfiles with any of both.
    pub dockerfiles: usize,
    /// Repositories of these.
    pub repositories: usize,
    /// The hardened image for stages that are not shipped.
    pub for_build: Option<String>,
    /// The hardened image for stages that are.
    pub to_ship: Option<String>,
    /// What is worth saying although it is hardened.
    pub remark: Option<SnapshotRemark>,
    /// The last Dockerfile and repository that was counted.
    last: (usize, usize),
}

/// Which base images to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageChoice {
    /// A part of the reference.
    pub text: Option<String>,
    /// What is to be done.
    pub kind: Option<ImageKind>,
    /// Used in build stages, or in shipped ones.
    pub is_build: Option<bool>,
}

impl ImageChoice {
    /// Whether an image is to be shown.
    #[must_use]
    pub fn has(&self, it: &ImageUse) -> bool {
        let text = self.text.as_deref().map(str::to_lowercase);
        text.is_none_or(|text| it.reference.to_lowercase().contains(&text))
            && self.kind.is_none_or(|kind| it.kind == kind)
            && self.is_build.is_none_or(|asked| if asked { it.build > 0 } else { it.shipped > 0 })
    }
}

impl Snapshot {
    /// The base images of some Dockerfiles, most Dockerfiles first.
    pub fn images_of<'a>(
        &'a self,
        files: impl Iterator<Item = (usize, &'a SnapshotDockerfile)>,
    ) -> Vec<ImageUse> {
        let mut uses: BTreeMap<&str, ImageUse> = BTreeMap::new();
        for (place, file) in files {
            let bases = self.report_of(file).map(|it| it.bases.as_slice()).unwrap_or_default();
            for (nth, base) in bases.iter().enumerate() {
                let used = uses.entry(&base.reference).or_insert_with(|| ImageUse::new(base));
                let before = bases.iter().take(nth);
                let is_first = !before
                    .clone()
                    .any(|it| it.reference == base.reference && it.is_build == base.is_build);
                used.add(base, is_first, (place, file.repository));
            }
        }
        let mut uses: Vec<ImageUse> = uses.into_values().collect();
        uses.sort_by_key(|it| Reverse(it.dockerfiles));
        uses
    }

    /// The Dockerfiles in the count that start from a base image, with their places.
    pub fn files_on(&self, reference: &str) -> impl Iterator<Item = (usize, &SnapshotDockerfile)> {
        self.counted_among(self.places_on(reference))
    }
}

impl ImageUse {
    fn new(base: &SnapshotBase) -> Self {
        Self {
            reference: base.reference.clone(),
            image: base.image.clone(),
            kind: kind_of(base),
            build: 0,
            shipped: 0,
            dockerfiles: 0,
            repositories: 0,
            for_build: None,
            to_ship: None,
            remark: None,
            last: (usize::MAX, usize::MAX),
        }
    }

    fn add(&mut self, base: &SnapshotBase, is_first: bool, (file, repository): (usize, usize)) {
        let (uses, hardened) = match base.is_build {
            true => (&mut self.build, &mut self.for_build),
            false => (&mut self.shipped, &mut self.to_ship),
        };
        *uses += usize::from(is_first);
        if let Suggestion::Use(reference) = &base.suggestion
            && hardened.as_ref().is_none_or(|it| reference < it)
        {
            // One counterpart for all: the first by name, whatever is read first.
            *hardened = Some(reference.clone());
        }
        let (last_file, last_repository) = self.last;
        self.dockerfiles += usize::from(last_file != file);
        self.repositories += usize::from(last_repository != repository);
        self.last = (file, repository);
        self.kind = stronger(self.kind, kind_of(base));
        self.remark = self.remark.take().or_else(|| base.remark.clone());
    }
}

fn kind_of(base: &SnapshotBase) -> ImageKind {
    match (&base.suggestion, base.hardened) {
        (Suggestion::AlreadyHardened, _) | (_, Some(true)) => ImageKind::Hardened,
        (Suggestion::Use(_), _) => ImageKind::ToReplace,
        (Suggestion::NoneExists, _) => ImageKind::NoneExists,
        (Suggestion::NotKnown, _) => ImageKind::NotKnown,
    }
}

/// Where Dockerfiles disagree, as where one of them declares a prefix: what leaves most to do.
fn stronger(one: ImageKind, other: ImageKind) -> ImageKind {
    let weight = |it: ImageKind| match it {
        ImageKind::ToReplace => 3,
        ImageKind::NoneExists => 2,
        ImageKind::NotKnown => 1,
        ImageKind::Hardened => 0,
    };
    if weight(other) > weight(one) { other } else { one }
}
