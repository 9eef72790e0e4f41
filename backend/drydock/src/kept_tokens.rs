//! The GitHub tokens that the first page keeps, one an organization: sealed, each readable by
//! its owner alone, and bound to its organization. What an earlier version kept plain is
//! sealed at the start.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use names::OrgLogin;
use secrecy::{ExposeSecret as _, SecretString};
use store::{Place, SecretKeys};

use crate::private_file;
use crate::settings::{Settings, given};

/// The folder of the data folder that holds a token an organization.
const TOKEN_FOLDER: &str = "github-tokens";
/// Where earlier versions kept one token for all.
const TOKEN_FILE: &str = "github-token";
/// How the name of a sealed token ends. No login has a dot.
const SEALED: &str = "sealed";
/// How names ended of plain tokens that an earlier version was killed over.
const STAGED: &str = "new";

/// Where a token is kept.
struct Kept {
    /// Where it stands plain, if an earlier version kept it.
    plain: PathBuf,
    /// What it is bound to.
    row: String,
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
            None => self.kept_for_all().read(self),
        }
    }

    /// The token that the first page kept for an organization.
    ///
    /// # Errors
    /// It exists but cannot be read.
    pub(crate) fn token_of(&self, login: &OrgLogin) -> Result<Option<SecretString>> {
        self.kept_for(login.as_str()).read(self)
    }

    /// Keeps the token of the first page for an organization.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn keep_token(&self, login: &OrgLogin, token: &SecretString) -> Result<()> {
        let kept = self.kept_for(login.as_str());
        std::fs::create_dir_all(self.data.join(TOKEN_FOLDER))?;
        let keys = self.secret_keys()?;
        // First, so that a plain one is never an older one than the sealed.
        kept.seal_plain(&keys)?;
        kept.write(&keys, token)
    }

    /// Whether the first page kept a token for some organization.
    pub(crate) fn keeps_tokens(&self) -> bool {
        !self.all_kept().is_empty()
    }

    /// Seals what an earlier version kept plain. Ended anywhere, it goes on at the next start.
    ///
    /// # Errors
    /// A token cannot be read or written; it stays as it is.
    pub(crate) fn seal_plain_tokens(&self) -> Result<()> {
        for kept in self.all_kept().iter().chain([&self.kept_for_all()]) {
            if kept.plain.exists() {
                kept.seal_plain(&self.secret_keys()?)?;
            }
        }
        for file in self.files().filter(|it| it.extension().is_some_and(|it| it == STAGED)) {
            private_file::remove(&file)?;
        }
        Ok(())
    }

    /// Seals with the present key what the old one sealed, and says how many that were.
    ///
    /// # Errors
    /// A token opens with neither key, or cannot be written; the others are sealed.
    pub(crate) fn reseal_tokens(&self, keys: &SecretKeys) -> Result<u64> {
        let (mut sealed, mut failed) = (0, None);
        for kept in self.all_kept().iter().chain([&self.kept_for_all()]) {
            match kept.reseal(keys) {
                Ok(is_new) => sealed += u64::from(is_new),
                // One that is lost must not keep the others from their new key.
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(sealed), Err)
    }

    fn kept_for_all(&self) -> Kept {
        Kept { plain: self.data.join(TOKEN_FILE), row: String::new() }
    }

    /// GitHub takes a login in any case of letters.
    fn kept_for(&self, login: &str) -> Kept {
        let row = login.to_lowercase();
        Kept { plain: self.data.join(TOKEN_FOLDER).join(&row), row }
    }

    /// Every organization's, plain or sealed.
    fn all_kept(&self) -> Vec<Kept> {
        let is_kept = |it: &PathBuf| it.extension().is_none_or(|it| it == SEALED);
        let stems = self.files().filter(is_kept).filter_map(|it| it.file_stem().map(Into::into));
        let mut names: Vec<PathBuf> = stems.collect();
        names.sort();
        names.dedup();
        names.iter().filter_map(|it| it.to_str()).map(|it| self.kept_for(it)).collect()
    }

    fn files(&self) -> impl Iterator<Item = PathBuf> {
        let folder = std::fs::read_dir(self.data.join(TOKEN_FOLDER));
        folder.into_iter().flatten().flatten().map(|it| it.path())
    }
}

impl Kept {
    fn sealed(&self) -> PathBuf {
        self.plain.with_extension(SEALED)
    }

    fn place(&self) -> Place<'_> {
        Place { table: TOKEN_FOLDER, row: self.row.as_bytes() }
    }

    /// A plain one was written after the sealed one, by an earlier version.
    fn read(&self, settings: &Settings) -> Result<Option<SecretString>> {
        if let Some(token) = self.read_plain()? {
            return Ok(Some(token));
        }
        let could_not = || self.could_not("read");
        match private_file::read(&self.sealed()).with_context(could_not)? {
            Some(bytes) => self.open(&settings.secret_keys()?, &bytes).map(Some),
            None => Ok(None),
        }
    }

    fn read_plain(&self) -> Result<Option<SecretString>> {
        let could_not = || self.could_not("read");
        let bytes = private_file::read(&self.plain).with_context(could_not)?;
        let text = bytes.map(|it| String::from_utf8(it).with_context(could_not)).transpose()?;
        Ok(given(text).map(|it| it.trim().to_owned().into()))
    }

    fn open(&self, keys: &SecretKeys, bytes: &[u8]) -> Result<SecretString> {
        keys.open(bytes, self.place()).with_context(|| {
            format!("{}; give the key that sealed it, or the token again", self.could_not("opened"))
        })
    }

    /// The plain one goes once the sealed one is safe on the disk.
    fn seal_plain(&self, keys: &SecretKeys) -> Result<()> {
        if let Some(token) = self.read_plain()? {
            self.write(keys, &token)?;
        }
        private_file::remove(&self.plain).with_context(|| self.could_not("removed"))
    }

    /// False if the present key sealed it already, or there is none.
    fn reseal(&self, keys: &SecretKeys) -> Result<bool> {
        self.seal_plain(keys)?;
        let bytes = private_file::read(&self.sealed()).with_context(|| self.could_not("read"))?;
        let Some(bytes) = bytes.filter(|it| !keys.is_present(it)) else { return Ok(false) };
        self.write(keys, &self.open(keys, &bytes)?)?;
        Ok(true)
    }

    fn write(&self, keys: &SecretKeys, token: &SecretString) -> Result<()> {
        let sealed = keys.seal(token.expose_secret().trim().as_bytes(), self.place())?;
        private_file::write(&self.sealed(), &sealed).with_context(|| self.could_not("kept"))
    }

    fn could_not(&self, done: &str) -> String {
        format!("the kept GitHub token {} could not be {done}", self.plain.display())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::arguments::SharedArguments;

    fn settings(folder: &Path) -> Settings {
        let data = Some(folder.to_path_buf());
        Settings::resolve(SharedArguments { data, ..SharedArguments::default() }).unwrap()
    }

    fn login(text: &str) -> OrgLogin {
        text.parse().unwrap()
    }

    fn of(settings: &Settings, organization: &str) -> Option<String> {
        let token = settings.token_of(&login(organization)).unwrap();
        token.map(|it| it.expose_secret().to_owned())
    }

    fn keep(settings: &Settings, organization: &str, token: &str) {
        settings.keep_token(&login(organization), &token.to_owned().into()).unwrap();
    }

    /// Puts a token where an earlier version kept it.
    fn put(folder: &Path, name: &str, token: &str) -> PathBuf {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, token).unwrap();
        file
    }

    /// Whether any file below a folder holds a text, whoever's it is.
    fn holds(folder: &Path, text: &str) -> bool {
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).any(|it| {
            let is_there = |it: Vec<u8>| it.windows(text.len()).any(|it| it == text.as_bytes());
            if it.is_dir() { holds(&it, text) } else { is_there(std::fs::read(it).unwrap()) }
        })
    }

    #[test]
    fn a_kept_token_is_sealed_for_its_owner_and_its_organization_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        assert!(!settings.keeps_tokens());
        keep(&settings, "Acme", "ghp_secret\n");
        assert_eq!(of(&settings, "aCME").as_deref(), Some("ghp_secret"));
        assert!(of(&settings, "other").is_none() && settings.token().unwrap().is_none());
        assert!(settings.keeps_tokens() && !holds(folder.path(), "ghp_secret"));
        let file = folder.path().join("github-tokens/acme.sealed");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::rename(&file, folder.path().join("github-tokens/other.sealed")).unwrap();
        let error = settings.token_of(&login("other")).unwrap_err();
        assert!(format!("{error:#}").contains("give the key that sealed it"), "{error:#}");
    }

    #[test]
    fn tokens_of_an_earlier_version_are_read_at_once_and_sealed_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "github-tokens/acme", "ghp_of_acme\n");
        put(folder.path(), "github-tokens/acme.17.new", "ghp_o");
        put(folder.path(), "github-token", "ghp_of_all\n");
        let settings = settings(folder.path());
        let tokens = || {
            let all = settings.token().unwrap().map(|it| it.expose_secret().to_owned());
            (of(&settings, "acme"), all)
        };
        let expected = (Some("ghp_of_acme".to_owned()), Some("ghp_of_all".to_owned()));
        assert_eq!(tokens(), expected);
        for _ in 0..2 {
            settings.seal_plain_tokens().unwrap();
            assert_eq!(tokens(), expected);
            assert!(!holds(folder.path(), "ghp_") && settings.keeps_tokens());
        }
    }

    #[test]
    fn a_start_that_was_killed_between_sealing_and_removing_goes_on_at_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        keep(&settings, "acme", "ghp_of_acme");
        let plain = put(folder.path(), "github-tokens/acme", "ghp_of_acme");
        put(folder.path(), "github-tokens/acme.18.staged", "half a seal");
        assert_eq!(of(&settings, "acme").as_deref(), Some("ghp_of_acme"));
        settings.seal_plain_tokens().unwrap();
        assert!(!plain.exists());
        assert_eq!(of(&settings, "acme").as_deref(), Some("ghp_of_acme"));
    }

    #[test]
    fn a_new_token_is_never_hidden_by_an_older_plain_one() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        put(folder.path(), "github-tokens/acme", "ghp_old_one");
        keep(&settings, "acme", "ghp_new_one");
        assert_eq!(of(&settings, "acme").as_deref(), Some("ghp_new_one"));
        assert!(!holds(folder.path(), "ghp_old_one"));
        // And an earlier version that ran again in between wrote the newer one.
        put(folder.path(), "github-tokens/acme", "ghp_latest");
        settings.seal_plain_tokens().unwrap();
        assert_eq!(of(&settings, "acme").as_deref(), Some("ghp_latest"));
    }

    #[test]
    fn rotating_seals_tokens_with_the_present_key_so_that_the_old_one_can_go() {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        keep(&settings, "acme", "ghp_of_acme");
        keep(&settings, "other", "ghp_two");
        let [key, old] = ["secret-key", "secret-key-old"].map(|it| folder.path().join(it));
        std::fs::rename(&key, &old).unwrap();
        let lost = put(folder.path(), "github-tokens/aaa.sealed", "no seal");
        let keys = settings.secret_keys().unwrap();
        assert!(settings.reseal_tokens(&keys).is_err(), "one opens with neither key");
        std::fs::remove_file(lost).unwrap();
        assert_eq!(settings.reseal_tokens(&keys).unwrap(), 0, "the others were sealed already");
        std::fs::remove_file(old).unwrap();
        assert_eq!(of(&settings, "acme").as_deref(), Some("ghp_of_acme"));
        std::fs::remove_file(key).unwrap();
        let keys = settings.secret_keys().unwrap();
        assert!(settings.reseal_tokens(&keys).is_err(), "with neither key");
    }
}
