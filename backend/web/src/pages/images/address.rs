//! The list's address: what was chosen, parsed once, and printed again with a change.

use names::OrgLogin;
use serde::Deserialize;
use store::read::snapshot::{ImageChoice, ImageKind};

use crate::error::AppError;
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
    page: String,
}

/// The query understood.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) org: OrgLogin,
    pub(super) asked: Asked,
    pub(super) choice: ImageChoice,
    /// From 1.
    pub(super) page: usize,
}

impl Address {
    pub(super) fn parse(mut asked: Asked, org: OrgLogin) -> Result<Self, AppError> {
        asked.q = asked.q.trim().chars().take(LONGEST).collect();
        let choice = choice(&asked.q, &asked.kind, &asked.stage)?;
        let page = page_number(&asked.page)?;
        Ok(Self { org, asked, choice, page })
    }

    /// What is searched for.
    pub(super) fn text(&self) -> &str {
        &self.asked.q
    }

    /// The kind and the stage as they are written.
    pub(super) fn chosen(&self) -> (&str, &str) {
        (&self.asked.kind, &self.asked.stage)
    }

    pub(super) fn is_filtered(&self) -> bool {
        self.choice != ImageChoice::default()
    }

    /// The address with another kind, from its first page on.
    pub(super) fn with_kind(&self, kind: Option<ImageKind>) -> String {
        let kind = kind.map_or("", ImageKind::slug);
        let pairs = [("q", self.text()), ("kind", kind), ("stage", &self.asked.stage)];
        links::with_query(&links::images(&self.org), &pairs)
    }

    /// The address of another page.
    pub(super) fn with_page(&self, page: i64) -> String {
        links::with_query(&self.plain(links::images(&self.org)), &[("page", &page.to_string())])
    }

    /// The address of the same rows in another form.
    pub(super) fn as_file(&self, extension: &str) -> String {
        self.plain(format!("{}.{extension}", links::images(&self.org)))
    }

    fn plain(&self, path: String) -> String {
        let (kind, stage) = self.chosen();
        links::with_query(&path, &[("q", self.text()), ("kind", kind), ("stage", stage)])
    }
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
