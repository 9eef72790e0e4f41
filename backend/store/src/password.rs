//! Passwords of local accounts: which are taken, and how they are kept (Argon2id, by OWASP's
//! least parameters). Hashing takes a processor for a moment, so it runs on a thread of its
//! own, and few at once.

mod commonest;
mod weight;

use std::str::FromStr;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::{StoreError, noted};

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at once, each of which takes 19 MiB.
static HASHING: Semaphore = Semaphore::const_new(2);

/// The fewest and the most characters of a password.
const LENGTHS: std::ops::RangeInclusive<usize> = 12..=256;
/// The most characters of an account's name.
const LONGEST_NAME: usize = 64;
/// A password that says less than this many characters that nobody foresees is too common.
const LEAST_WEIGHT: usize = 8;
/// What an unknown account is checked against, so that it takes as long as a known one. Of
/// random bytes that were thrown away.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$LoDzl54HXOLFou9cQyDzmw$jUDCGraubvKyUpq4bwCqwixGVuqX1cf6/cDnGKSZAEw";

/// The name of a local account, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName(String);

/// Why an account's name or password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// No name of an account.
    #[error(
        "an account's name is at most 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit"
    )]
    Name,
    /// Too short.
    #[error(
        "a password has at least 12 characters; a few words that belong together only for you are a good one"
    )]
    TooShort,
    /// Too long.
    #[error("a password has at most 256 characters")]
    TooLong,
    /// It is made of what others try first.
    #[error(
        "that password is made of words and rows of keys that are tried first; choose another one"
    )]
    TooCommon,
    /// It is one of the commonest as it stands.
    #[error("that password is one of the 3,000 that are used most; choose another one")]
    Commonest,
    /// It is the account's name, or made of it.
    #[error("that password is made of the account's own name; choose another one")]
    OwnName,
}

/// A password that is good enough for an account.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

/// A password as it is kept.
#[derive(Clone)]
pub struct HashedPassword(String);

impl FromStr for AccountName {
    type Err = AccountRefusal;

    fn from_str(text: &str) -> Result<Self, AccountRefusal> {
        let name = text.trim().to_lowercase();
        let is_sign = |it: u8| it.is_ascii_alphanumeric() || b"._-".contains(&it);
        let begins_well = name.bytes().next().is_some_and(|it| it.is_ascii_alphanumeric());
        if !begins_well || name.len() > LONGEST_NAME || !name.bytes().all(is_sign) {
            return Err(AccountRefusal::Name);
        }
        Ok(Self(name))
    }
}

impl AccountName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AccountName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl NewPassword {
    /// The password, if it is good enough for the account.
    ///
    /// # Errors
    /// What is the matter with it.
    pub fn of(account: &AccountName, password: SecretString) -> Result<Self, AccountRefusal> {
        let text = password.expose_secret();
        noted::secret(text);
        let length = text.chars().count();
        if length < *LENGTHS.start() {
            return Err(AccountRefusal::TooShort);
        }
        if length > *LENGTHS.end() {
            return Err(AccountRefusal::TooLong);
        }
        if weight::weight(text, "") < LEAST_WEIGHT {
            return Err(AccountRefusal::TooCommon);
        }
        if commonest::is_one(text) {
            return Err(AccountRefusal::Commonest);
        }
        if weight::weight(text, account.as_str()) < LEAST_WEIGHT {
            return Err(AccountRefusal::OwnName);
        }
        Ok(Self(password))
    }

    /// The password as it is kept, with a salt of its own.
    ///
    /// # Errors
    /// [`StoreError::Password`].
    pub async fn hashed(self) -> Result<HashedPassword, StoreError> {
        let hash = move || {
            let hash = argon2()?.hash_password(self.0.expose_secret().as_bytes()).ok()?;
            Some(HashedPassword(hash.to_string()))
        };
        apart(hash).await?.ok_or(StoreError::Password)
    }
}

impl HashedPassword {
    /// The hash with its salt and parameters, in PHC's form.
    pub(crate) fn phc(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for HashedPassword {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HashedPassword")
    }
}

/// Whether a password is that of a hash; without one it is not, which takes as long.
pub(crate) async fn is_right(
    hash: Option<String>,
    password: SecretString,
) -> Result<bool, StoreError> {
    noted::secret(password.expose_secret());
    // Nobody's password is longer, and a megabyte is not hashed.
    let is_short = password.expose_secret().chars().count() <= *LENGTHS.end();
    let hash = hash.filter(|_| is_short);
    let password = if is_short { password } else { SecretString::default() };
    let is_known = hash.is_some();
    let verify = move || {
        let hash = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY)).ok()?;
        Some(argon2()?.verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
    };
    let is_right = apart(verify).await?.ok_or(StoreError::Password)?;
    Ok(is_right && is_known)
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Runs on a thread of its own, two at once.
async fn apart<Done: Send + 'static>(
    work: impl FnOnce() -> Done + Send + 'static,
) -> Result<Done, StoreError> {
    let _turn = HASHING.acquire().await.map_err(|_| StoreError::Password)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Password)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(account: &str, password: &str) -> Option<AccountRefusal> {
        NewPassword::of(&account.parse().unwrap(), password.to_owned().into()).err()
    }

    #[test]
    fn short_common_and_own_passwords_are_refused() {
        for (password, expected) in [
            ("hunter2", AccountRefusal::TooShort),
            ("elevenchars", AccountRefusal::TooShort),
            ("password1234", AccountRefusal::TooCommon),
            ("P@ssw0rd!2026", AccountRefusal::TooCommon),
            ("123456789012", AccountRefusal::TooCommon),
            ("qwertyuiop12", AccountRefusal::TooCommon),
            ("1qaz2wsx3edc", AccountRefusal::TooCommon),
            ("aaaaaaaaaaaaaaaa", AccountRefusal::TooCommon),
            ("adminadmin123!", AccountRefusal::TooCommon),
            ("Summer2026!!!", AccountRefusal::TooCommon),
            ("letmeinletmein", AccountRefusal::TooCommon),
            ("drydockdrydock", AccountRefusal::TooCommon),
            ("correcthorsebatterystaple", AccountRefusal::TooCommon),
            ("chickenwing101", AccountRefusal::Commonest),
            ("Unbelievable", AccountRefusal::Commonest),
            ("anna.lindqvist", AccountRefusal::OwnName),
            ("ANNA.LINDQVIST1", AccountRefusal::OwnName),
        ] {
            assert_eq!(refusal("anna.lindqvist", password), Some(expected), "{password}");
        }
        let long = "x9".repeat(129);
        assert_eq!(refusal("anna", &long), Some(AccountRefusal::TooLong));
    }

    #[test]
    fn passphrases_and_random_passwords_are_taken() {
        for password in [
            "otter-lamp-gravel-nine",
            "kT7#pQz9!vLm",
            "der Hafen liegt im Nebel",
            "\u{1f40b} swims under the crane",
            "winter in the old harbour",
        ] {
            assert_eq!(refusal("anna", password), None, "{password}");
        }
    }

    #[test]
    fn a_name_of_an_account_is_short_and_plain_in_any_case_of_letters() {
        assert_eq!("Anna.L-2".parse::<AccountName>().unwrap().as_str(), "anna.l-2");
        for name in ["", ".anna", "an na", "anna@x", "\u{e4}nna", &"a".repeat(65)] {
            assert_eq!(name.parse::<AccountName>(), Err(AccountRefusal::Name), "{name}");
        }
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_only_the_right_one_fits() {
        let account = "anna".parse().unwrap();
        let password: SecretString = "otter-lamp-gravel-nine".to_owned().into();
        let hashed = NewPassword::of(&account, password.clone()).unwrap().hashed().await.unwrap();
        assert!(hashed.phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hashed.phc());
        assert!(!format!("{hashed:?}").contains("argon2"));
        let hash = hashed.phc().to_owned();
        assert!(is_right(Some(hash.clone()), password).await.unwrap());
        assert!(!is_right(Some(hash), "otter-lamp-gravel-ten".to_owned().into()).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_is_checked_with_the_same_parameters_and_never_fits() {
        let known = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(known.to_string().split('$').nth(3), Some("m=19456,t=2,p=1"));
        assert!(!is_right(None, String::new().into()).await.unwrap());
    }
}
