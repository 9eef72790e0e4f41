//! Where the catalogue is read: the repository on github.com, a mirror, or nowhere.

use anyhow::{Context, Result};
use crawl::CatalogRepository;
use github::Endpoints;
use web::CatalogLooks;

/// The open catalogue of hardened images on github.com.
const OPEN_CATALOG: &str = "docker-hardened-images/catalog";

/// What the setting means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CatalogSetting {
    /// In this repository.
    At(CatalogRepository),
    /// The operator switched it off.
    Off,
    /// Another GitHub is asked, which has no such repository unless somebody says so.
    NotThere,
}

impl CatalogSetting {
    /// The setting of a text, or what goes without saying.
    ///
    /// # Errors
    /// The text names no repository.
    pub(crate) fn of(text: Option<&str>, endpoints: &Endpoints) -> Result<Self> {
        let at = |text: &str| {
            text.parse().map(Self::At).with_context(|| {
                format!("\u{201c}{text}\u{201d} names no repository of the catalogue; write OWNER/NAME, or off")
            })
        };
        match text {
            Some("off") => Ok(Self::Off),
            Some(text) => at(text),
            None if *endpoints == Endpoints::default() => at(OPEN_CATALOG),
            None => Ok(Self::NotThere),
        }
    }

    /// The same for the page of settings.
    pub(crate) fn in_words(&self) -> CatalogLooks {
        match self {
            Self::At(repository) => CatalogLooks::In(repository.to_string()),
            Self::Off => CatalogLooks::Off,
            Self::NotThere => CatalogLooks::NotThere,
        }
    }

    /// The repository, if it is looked at.
    pub(crate) fn repository(&self) -> Option<&CatalogRepository> {
        match self {
            Self::At(repository) => Some(repository),
            Self::Off | Self::NotThere => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(text: Option<&str>, api: Option<&str>) -> Result<CatalogSetting> {
        CatalogSetting::of(text, &Endpoints::from_settings(api, None).unwrap())
    }

    #[test]
    fn the_open_catalogue_is_read_where_it_is_and_elsewhere_only_a_mirror_that_is_named() {
        let named = |it: &CatalogSetting| it.repository().map(ToString::to_string);
        let server = Some("https://git.example.com/api/v3");
        assert_eq!(named(&setting(None, None).unwrap()).as_deref(), Some(OPEN_CATALOG));
        assert_eq!(setting(None, server).unwrap(), CatalogSetting::NotThere);
        let mirror = setting(Some("platform/dhi-mirror"), server).unwrap();
        assert_eq!(named(&mirror).as_deref(), Some("platform/dhi-mirror"));
        assert_eq!(setting(Some("off"), None).unwrap(), CatalogSetting::Off);
    }

    #[test]
    fn a_text_that_names_no_repository_says_how_to_write_one() {
        for text in ["catalog", "https://github.com/a/b", "a/b/c", "/b"] {
            let error = setting(Some(text), None).unwrap_err().to_string();
            assert!(error.contains("write OWNER/NAME, or off"), "{error}");
        }
    }
}
