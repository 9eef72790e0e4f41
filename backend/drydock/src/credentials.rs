//! The credential that settings name with a file or a variable: the GitHub App's key.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::clock;

/// An App's id in the settings file: a number or a text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum AppId {
    Number(i64),
    Text(String),
}

impl From<AppId> for String {
    fn from(id: AppId) -> Self {
        match id {
            AppId::Number(number) => number.to_string(),
            AppId::Text(text) => text,
        }
    }
}

/// What was said about a GitHub App, before it is known to be one.
#[derive(Debug)]
pub(crate) struct GivenApp {
    pub(crate) id: Option<String>,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) key: Option<SecretString>,
}

impl GivenApp {
    /// The App; none if nothing was said.
    ///
    /// # Errors
    /// A sentence that names what is missing or wrong.
    pub(crate) fn read(self) -> Result<Option<github::App>> {
        let key_file = self.key_file.filter(|it| !it.as_os_str().is_empty());
        let Some(id) = self.id.filter(|it| !it.trim().is_empty()) else {
            if key_file.is_some() || self.key.is_some() {
                bail!("a GitHub App's private key is given, but not whose: set GITHUB_APP_ID");
            }
            return Ok(None);
        };
        let key = match (self.key, key_file) {
            (Some(_), Some(_)) => bail!(
                "the GitHub App's key is given twice: set either GITHUB_APP_PRIVATE_KEY or GITHUB_APP_PRIVATE_KEY_FILE"
            ),
            // A variable often cannot hold lines of its own.
            (Some(key), None) => key.expose_secret().replace("\\n", "\n").into(),
            (None, Some(file)) => read_key(&file)?,
            (None, None) => bail!(
                "GITHUB_APP_ID is set without the App's private key: name its file with GITHUB_APP_PRIVATE_KEY_FILE"
            ),
        };
        Ok(Some(github::App::new(&id, &key, clock())?))
    }
}

fn read_key(file: &Path) -> Result<SecretString> {
    std::fs::read_to_string(file).map(SecretString::from).with_context(|| {
        format!("the GitHub App's private key {} could not be read", file.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../../github-fake/tests/app/key.pem");

    fn app(id: Option<&str>, file: Option<&Path>, key: Option<&str>) -> Result<String> {
        let given = GivenApp {
            id: id.map(str::to_owned),
            key_file: file.map(Path::to_path_buf),
            key: key.map(|it| SecretString::from(it.to_owned())),
        };
        Ok(given.read()?.map_or_else(String::new, |it| it.id().to_owned()))
    }

    #[test]
    fn a_key_comes_from_a_file_or_a_variable_on_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key.pem");
        std::fs::write(&file, KEY).unwrap();
        assert_eq!(app(Some("1234"), Some(&file), None).unwrap(), "1234");
        assert_eq!(app(Some("1234"), None, Some(&KEY.replace('\n', "\\n"))).unwrap(), "1234");
        assert_eq!(app(None, None, None).unwrap(), "");
    }

    #[test]
    fn each_mistake_has_a_sentence_that_says_what_to_do() {
        let nowhere = Path::new("/nowhere/key.pem");
        for (id, file, key, words) in [
            (Some("1"), None, None, "GITHUB_APP_PRIVATE_KEY_FILE"),
            (None, None, Some(KEY), "set GITHUB_APP_ID"),
            (Some("1"), Some(nowhere), None, "/nowhere/key.pem could not be read"),
            (Some("1"), Some(nowhere), Some(KEY), "given twice"),
            (Some("1"), None, Some("hunter2"), "is no private key in PEM"),
            (Some("my app"), None, Some(KEY), "neither its App ID nor its client ID"),
        ] {
            let error = app(id, file, key).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains("hunter2"), "{error}");
        }
    }
}
