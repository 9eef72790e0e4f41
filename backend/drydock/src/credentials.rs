//! The credentials that settings and files hold: the GitHub App's key, and the tokens
//! that the first page kept, one an organization, each readable by its owner alone.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use names::OrgLogin;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::clock;
use crate::settings::{Settings, given};

/// The folder of the data folder that holds a token an organization.
const TOKEN_FOLDER: &str = "github-tokens";
/// Where earlier versions kept one token for all.
const TOKEN_FILE: &str = "github-token";

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

impl Settings {
    /// The token for every organization that has none of its own: the given one, else the
    /// one that an earlier version kept.
    ///
    /// # Errors
    /// The kept token exists but cannot be read.
    pub(crate) fn token(&self) -> Result<Option<SecretString>> {
        match &self.github_token {
            Some(token) => Ok(Some(token.clone())),
            None => kept(&self.data.join(TOKEN_FILE)),
        }
    }

    /// The token that the first page kept for an organization.
    ///
    /// # Errors
    /// It exists but cannot be read.
    pub(crate) fn token_of(&self, login: &OrgLogin) -> Result<Option<SecretString>> {
        kept(&self.token_file(login))
    }

    /// Keeps the token of the first page for an organization.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn keep_token(&self, login: &OrgLogin, token: &SecretString) -> Result<()> {
        let file = self.token_file(login);
        std::fs::create_dir_all(self.data.join(TOKEN_FOLDER))
            .and_then(|()| write_private(&file, token.expose_secret().trim()))
            .with_context(|| {
                format!("the GitHub token could not be kept in {}", self.data.display())
            })
    }

    /// Whether the first page kept a token for some organization.
    pub(crate) fn keeps_tokens(&self) -> bool {
        let folder = std::fs::read_dir(self.data.join(TOKEN_FOLDER));
        folder.is_ok_and(|mut it| it.next().is_some())
    }

    /// GitHub takes a login in any case of letters.
    fn token_file(&self, login: &OrgLogin) -> PathBuf {
        self.data.join(TOKEN_FOLDER).join(login.as_str().to_lowercase())
    }
}

fn kept(path: &Path) -> Result<Option<SecretString>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(given(Some(text.trim().to_owned())).map(SecretString::from)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error)
            .with_context(|| format!("the kept GitHub token {} could not be read", path.display())),
    }
}

/// Writes beside the file and renames, so that a token is whole or not there.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let staging = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&staging)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&staging, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::SharedArguments;

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

    #[test]
    fn a_kept_token_is_for_its_owner_and_its_organization_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let data = Some(folder.path().to_path_buf());
        let settings =
            Settings::resolve(SharedArguments { data, ..SharedArguments::default() }).unwrap();
        let (acme, other) = ("Acme".parse().unwrap(), "other".parse().unwrap());
        settings.keep_token(&acme, &SecretString::from("t".to_owned())).unwrap();
        let file = folder.path().join(TOKEN_FOLDER).join("acme");
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(settings.token_of(&acme).unwrap().is_some());
        assert!(
            settings.token_of(&other).unwrap().is_none() && settings.token().unwrap().is_none()
        );
        std::fs::write(folder.path().join(TOKEN_FILE), "old\n").unwrap();
        assert_eq!(settings.token().unwrap().unwrap().expose_secret(), "old");
    }
}
