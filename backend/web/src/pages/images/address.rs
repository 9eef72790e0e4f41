//! The list's address: what was chosen, parsed once, and printed again with a change.

use names::OrgLogin;
use serde::Deserialize;
use store::read::snapshot::{ImageChoice, ImageKind, ImageUse};

use crate::error::AppError;
use crate::known::{Standing, StandingKind};
use crate::links;

/// Longer than any reference that people search for.
const LONGEST: usize = 300;

/// The query as it was written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    kind: String,
    stage: String,
    standing: String,
    page: String,
}

/// The query understood.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) org: OrgLogin,
    pub(super) asked: Asked,
    pub(super) choice: ImageChoice,
    pub(super) standing: Option<StandingKind>,
    /// From 1.
    pub(super) page: usize,
}

impl Address {
    pub(super) fn parse(mut asked: Asked, org: OrgLogin) -> Result<Self, AppError> {
        asked.q = asked.q.trim().chars().take(LONGEST).collect();
        let choice = choice(&asked.q, &asked.kind, &asked.stage)?;
        let standing = standing(&asked.standing)?;
        let page = page_number(&asked.page)?;
        Ok(Self { org, asked, choice, standing, page })
    }

    /// What is searched for.
    pub(super) fn text(&self) -> &str {
        &self.asked.q
    }

    /// The kind, the stage and the standing as they are written.
    pub(super) fn chosen(&self) -> [&str; 3] {
        [&self.asked.kind, &self.asked.stage, &self.asked.standing]
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.choice != ImageChoice::default() || self.standing.is_some()
    }

    /// Whether an image that stands so is to be shown.
    pub(super) fn has(&self, image: &ImageUse, standing: Option<&Standing>) -> bool {
        self.choice.has(image) && stands(self.standing, standing)
    }

    /// The address with another kind, from its first page on.
    pub(super) fn with_kind(&self, kind: Option<ImageKind>) -> String {
        let kind = kind.map_or("", ImageKind::slug).to_owned();
        let asked = Asked { kind, ..self.asked.clone() };
        asked.address(links::images(&self.org))
    }

    /// The address with another standing, from its first page on.
    pub(super) fn with_standing(&self, standing: Option<StandingKind>) -> String {
        let standing = standing.map_or("", StandingKind::slug).to_owned();
        let asked = Asked { standing, ..self.asked.clone() };
        asked.address(links::images(&self.org))
    }

    /// The address of another page.
    pub(super) fn with_page(&self, page: i64) -> String {
        let address = self.asked.address(links::images(&self.org));
        links::with_query(&address, &[("page", &page.to_string())])
    }

    /// The address of the same rows in another form.
    pub(super) fn as_file(&self, extension: &str) -> String {
        self.asked.address(format!("{}.{extension}", links::images(&self.org)))
    }
}

impl Asked {
    fn address(&self, path: String) -> String {
        let Self { q, kind, stage, standing, page: _ } = self;
        let pairs = [("q", q), ("kind", kind), ("stage", stage), ("standing", standing)];
        links::with_query(&path, &pairs.map(|(name, value)| (name, value.as_str())))
    }
}

/// What a standing chooses; empty for no choice.
pub(crate) fn standing(asked: &str) -> Result<Option<StandingKind>, AppError> {
    let unknown = || AppError::BadRequest("A filter in this address is not known here.".to_owned());
    match asked {
        "" => Ok(None),
        slug => StandingKind::from_slug(slug).ok_or_else(unknown).map(Some),
    }
}

/// Whether what stands so is among what is asked for.
pub(crate) fn stands(asked: Option<StandingKind>, standing: Option<&Standing>) -> bool {
    asked.is_none_or(|asked| standing.is_some_and(|it| it.kind == asked))
}

/// What a text, a kind and a stage choose; empty for no choice.
pub(crate) fn choice(text: &str, kind: &str, stage: &str) -> Result<ImageChoice, AppError> {
    let unknown = || AppError::BadRequest("A filter in this address is not known here.".to_owned());
    let kind = match kind {
        "" => None,
        slug => Some(ImageKind::from_slug(slug).ok_or_else(unknown)?),
    };
    let is_build = match stage {
        "" => None,
        "build" => Some(true),
        "shipped" => Some(false),
        _ => return Err(unknown()),
    };
    let text = (!text.is_empty()).then(|| text.to_owned());
    Ok(ImageChoice { text, kind, is_build })
}

/// A page of a list, from 1.
pub(in crate::pages) fn page_number(text: &str) -> Result<usize, AppError> {
    let unknown = || AppError::BadRequest("There is no such page.".to_owned());
    match text {
        "" => Ok(1),
        text => text.parse().ok().filter(|it| (1..=1_000_000).contains(it)).ok_or_else(unknown),
    }
}
