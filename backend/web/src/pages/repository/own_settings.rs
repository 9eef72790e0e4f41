//! What a repository's own `.drydock.yml` says, and what is wrong in it.

use checklist::LineRange;
use names::FilePath;
use store::SettingsError;
use store::read::repository::Repository;
use store::read::repository_settings::RepositorySettings;

use crate::links;

/// The file, as the page tells it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct OwnSettings {
    /// Where it is on GitHub.
    pub(super) link: Option<String>,
    pub(super) exclude: Vec<String>,
    pub(super) include: Vec<String>,
    pub(super) final_target: Option<String>,
    pub(super) errors: Vec<Mistake>,
}

/// Something in it that could not be understood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) line: u32,
    pub(super) link: Option<String>,
    pub(super) message: String,
}

impl OwnSettings {
    pub(super) fn new(found: &Repository, settings: RepositorySettings, github_web: &str) -> Self {
        let path: Option<FilePath> = ".drydock.yml".parse().ok();
        let at = |lines: Option<LineRange>| {
            let (head, path) = (found.head_sha.as_ref()?, path.as_ref()?);
            Some(links::on_github(github_web, (&found.owner, &found.name), head, path, lines))
        };
        let mistake = |it: SettingsError| Mistake {
            line: it.line,
            link: at(Some(LineRange::one(it.line))),
            message: it.message,
        };
        Self {
            link: at(None),
            exclude: settings.exclude,
            include: settings.include,
            final_target: settings.final_target,
            errors: settings.errors.into_iter().map(mistake).collect(),
        }
    }
}
