//! The key that seals secrets, and the one before it: from a variable, a file that is named,
//! or a file in the data folder, which is made when the first secret is sealed.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use secrecy::{ExposeSecret as _, SecretString};
use store::SecretKeys;

use crate::arguments::SecretArguments;
use crate::private_file;
use crate::settings::{Settings, given};

/// The key in the data folder.
const KEY_FILE: &str = "secret-key";
/// Where it is put while another one takes its place.
const OLD_KEY_FILE: &str = "secret-key-old";

/// The keys that arguments and settings name.
#[derive(Debug, Clone, Default)]
pub(crate) struct GivenKeys {
    present: Option<SecretString>,
    old: Option<SecretString>,
}

impl GivenKeys {
    /// The keys that the arguments name, else those of the settings file.
    ///
    /// # Errors
    /// A sentence that names what cannot be read, or is given twice.
    pub(crate) fn read(arguments: SecretArguments, files: [Option<PathBuf>; 2]) -> Result<Self> {
        let [file, old_file] = files;
        let file = arguments.secret_key_file.or(file);
        let old_file = arguments.secret_key_old_file.or(old_file);
        let keys = Self {
            present: one(arguments.secret_key, file, "DRYDOCK_SECRET_KEY")?,
            old: one(arguments.secret_key_old, old_file, "DRYDOCK_SECRET_KEY_OLD")?,
        };
        // A text that is no key is said at the start, not when the first secret is sealed.
        for key in [&keys.present, &keys.old].into_iter().flatten() {
            SecretKeys::read(key, None)?;
        }
        Ok(keys)
    }
}

fn one(
    variable: Option<String>,
    file: Option<PathBuf>,
    name: &str,
) -> Result<Option<SecretString>> {
    match (given(variable), file.filter(|it| !it.as_os_str().is_empty())) {
        (Some(_), Some(_)) => {
            bail!("the secret key is given twice: set either {name} or {name}_FILE")
        }
        (Some(key), None) => Ok(Some(key.into())),
        (None, Some(file)) => {
            let key = key_in(&file)?;
            let missing = || format!("the secret key {} is not there", file.display());
            key.with_context(missing).map(Some)
        }
        (None, None) => Ok(None),
    }
}

fn key_in(file: &Path) -> Result<Option<SecretString>> {
    let could_not = || format!("the secret key {} could not be read", file.display());
    let bytes = private_file::read(file).with_context(could_not)?;
    let text = bytes.map(|it| String::from_utf8(it).with_context(could_not)).transpose()?;
    Ok(text.map(SecretString::from))
}

impl Settings {
    /// The keys that seal and open secrets. Where none is given, one is made in the data
    /// folder; a given one that takes the place of that opens what that sealed.
    ///
    /// # Errors
    /// A key cannot be read, is none, or cannot be written.
    pub(crate) fn secret_keys(&self) -> Result<SecretKeys> {
        let GivenKeys { present, old } = self.secret_keys.clone();
        let kept = key_in(&self.data.join(KEY_FILE))?;
        let old = match old {
            Some(old) => Some(old),
            None => key_in(&self.data.join(OLD_KEY_FILE))?,
        };
        let (present, old) = match (present, kept) {
            (Some(present), kept) => (present, old.or(kept)),
            (None, Some(kept)) => (kept, old),
            (None, None) => (self.make_key()?, old),
        };
        Ok(SecretKeys::read(&present, old.as_ref())?)
    }

    /// Of two processes that make one at once, both get the one that is kept.
    fn make_key(&self) -> Result<SecretString> {
        let file = self.data.join(KEY_FILE);
        let could_not = || format!("the secret key {} could not be written", file.display());
        let key = SecretKeys::random_key()?;
        let text = format!("{}\n", key.expose_secret());
        std::fs::create_dir_all(&self.data).with_context(could_not)?;
        match private_file::write_new(&file, text.as_bytes()).with_context(could_not)? {
            true => Ok(key),
            false => key_in(&file)?.with_context(could_not),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use store::Place;

    use super::*;
    use crate::arguments::SharedArguments;

    const PLACE: Place<'static> = Place { table: "t", row: b"1" };

    fn settings(folder: &Path, secrets: SecretArguments) -> Result<Settings> {
        let data = Some(folder.to_path_buf());
        Settings::resolve(SharedArguments { data, secrets, ..SharedArguments::default() })
    }

    fn keys(folder: &Path) -> SecretKeys {
        settings(folder, SecretArguments::default()).unwrap().secret_keys().unwrap()
    }

    fn with_key(key: &str) -> SecretArguments {
        SecretArguments { secret_key: Some(key.to_owned()), ..SecretArguments::default() }
    }

    fn fresh() -> String {
        SecretKeys::random_key().unwrap().expose_secret().to_owned()
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let sealed = keys(&data).seal(b"secret", PLACE).unwrap();
        let mode = std::fs::metadata(data.join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(keys(&data).open(&sealed, PLACE).unwrap().expose_secret(), "secret");
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1, "nothing beside it");
    }

    #[test]
    fn all_who_make_a_key_at_once_get_the_same_one() {
        let folder = tempfile::tempdir().unwrap();
        let sealed: Vec<_> = std::thread::scope(|scope| {
            let seal = || keys(folder.path()).seal(b"secret", PLACE).unwrap();
            let all: Vec<_> = (0..8).map(|_| scope.spawn(seal)).collect();
            all.into_iter().map(|it| it.join().unwrap()).collect()
        });
        let keys = keys(folder.path());
        assert!(sealed.iter().all(|it| keys.open(it, PLACE).is_ok()));
    }

    #[test]
    fn a_key_set_aside_opens_what_it_sealed_while_another_one_seals() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = keys(folder.path()).seal(b"secret", PLACE).unwrap();
        std::fs::rename(folder.path().join(KEY_FILE), folder.path().join(OLD_KEY_FILE)).unwrap();
        let keys = keys(folder.path());
        assert!(keys.open(&sealed, PLACE).is_ok() && !keys.is_present(&sealed));
    }

    #[test]
    fn a_given_key_comes_first_and_the_one_of_the_data_folder_still_opens() {
        let folder = tempfile::tempdir().unwrap();
        let sealed = keys(folder.path()).seal(b"secret", PLACE).unwrap();
        let given = settings(folder.path(), with_key(&fresh())).unwrap().secret_keys().unwrap();
        assert!(given.open(&sealed, PLACE).is_ok() && !given.is_present(&sealed));
    }

    #[test]
    fn each_mistake_is_said_at_the_start_without_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = Some(folder.path().join("nowhere"));
        for (arguments, words) in [
            (with_key("hunter2"), "openssl rand -base64 32"),
            (
                SecretArguments { secret_key_file: file.clone(), ..with_key(&fresh()) },
                "given twice",
            ),
            (SecretArguments { secret_key_old_file: file, ..with_key(&fresh()) }, "is not there"),
        ] {
            let error = format!("{:#}", settings(folder.path(), arguments).unwrap_err());
            assert!(error.contains(words) && !error.contains("hunter2"), "{error}");
        }
    }
}
