//! Secrets at rest: ChaCha20-Poly1305 under a key that is not in the database.
//!
//! A sealed secret is bound to its place, so that one moved to another row does not open.
//! Its form: a version, four bytes that tell which key, a random nonce, the secret and its
//! tag. Random nonces are good for 2^32 secrets a key; we seal one a sign-in.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::token::random_bytes;
use crate::{StoreError, noted};

const VERSION: u8 = 1;
const KEY_ID_LENGTH: usize = 4;
const HEAD_LENGTH: usize = 1 + KEY_ID_LENGTH;

/// The key that seals, and the one before it, which still opens.
#[derive(Debug, Clone)]
pub struct SecretKeys(Arc<Vec<Key>>);

/// Where a sealed secret stands: a table and the row's own id.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table, or the folder of a file.
    pub table: &'a str,
    /// What makes the row that one and no other.
    pub row: &'a [u8],
}

#[derive(Debug)]
struct Key {
    id: [u8; KEY_ID_LENGTH],
    key: LessSafeKey,
}

impl SecretKeys {
    /// A new key as text: 32 random bytes in base64.
    ///
    /// # Errors
    /// [`StoreError::NoRandomness`].
    pub fn random_key() -> Result<SecretString, StoreError> {
        let bytes: [u8; 32] = random_bytes()?;
        Ok(STANDARD.encode(bytes).into())
    }

    /// The present key and, while it is replaced, the one before it.
    ///
    /// # Errors
    /// [`StoreError::SecretKey`].
    pub fn read(present: &SecretString, old: Option<&SecretString>) -> Result<Self, StoreError> {
        let keys = std::iter::once(present).chain(old).map(Key::read);
        Ok(Self(Arc::new(keys.collect::<Result<_, _>>()?)))
    }

    /// Seals a secret for its place with the present key.
    ///
    /// # Errors
    /// [`StoreError::NoRandomness`].
    pub fn seal(&self, secret: &[u8], place: Place<'_>) -> Result<Vec<u8>, StoreError> {
        let key = self.0.first().ok_or(StoreError::SecretKey)?;
        let nonce: [u8; NONCE_LEN] = random_bytes()?;
        let head = key.head();
        noted::secret(&String::from_utf8_lossy(secret));
        let mut text = secret.to_vec();
        key.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                associated(&head, place),
                &mut text,
            )
            .map_err(|_| StoreError::Sealed)?;
        Ok([head.as_slice(), nonce.as_slice(), text.as_slice()].concat())
    }

    /// Opens what was sealed for this very place.
    ///
    /// # Errors
    /// [`StoreError::Sealed`]: another key, another place, or not whole.
    pub fn open(&self, sealed: &[u8], place: Place<'_>) -> Result<SecretString, StoreError> {
        self.opened(sealed, place).ok_or(StoreError::Sealed)
    }

    /// Whether the present key sealed it, so that it outlives the old one.
    #[must_use]
    pub fn is_present(&self, sealed: &[u8]) -> bool {
        self.0.first().is_some_and(|it| sealed.starts_with(&it.head()))
    }

    fn opened(&self, sealed: &[u8], place: Place<'_>) -> Option<SecretString> {
        let (head, rest) = sealed.split_at_checked(HEAD_LENGTH)?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN)?;
        let key = self.0.iter().find(|it| it.head() == head)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let opened = key.key.open_in_place(nonce, associated(head, place), &mut text).ok()?;
        let opened = std::str::from_utf8(opened).ok()?;
        Some(opened.to_owned().into())
    }
}

impl Key {
    fn read(text: &SecretString) -> Result<Self, StoreError> {
        noted::secret(text.expose_secret());
        let bytes = STANDARD.decode(text.expose_secret().trim());
        let bytes = bytes.map_err(|_| StoreError::SecretKey)?;
        // Refuses any other length than the algorithm's.
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| StoreError::SecretKey)?;
        let digest = Sha256::new_with_prefix("drydock secret key").chain_update(&bytes).finalize();
        let id = digest.first_chunk().copied().ok_or(StoreError::SecretKey)?;
        Ok(Self { id, key: LessSafeKey::new(key) })
    }

    fn head(&self) -> [u8; HEAD_LENGTH] {
        let [a, b, c, d] = self.id;
        [VERSION, a, b, c, d]
    }
}

/// What a secret is bound to. No table's name has a NUL in it.
fn associated(head: &[u8], place: Place<'_>) -> Aad<Vec<u8>> {
    Aad::from([head, place.table.as_bytes(), &[0], place.row].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place { table: "session", row: b"1" };

    fn key() -> SecretString {
        SecretKeys::random_key().unwrap()
    }

    fn keys() -> SecretKeys {
        SecretKeys::read(&key(), None).unwrap()
    }

    #[test]
    fn a_secret_comes_back_and_is_not_to_be_seen_in_between() {
        let keys = keys();
        let sealed = keys.seal(b"gho_secret", HERE).unwrap();
        assert_eq!(keys.open(&sealed, HERE).unwrap().expose_secret(), "gho_secret");
        assert!(!sealed.windows(6).any(|it| it == b"secret"));
        assert_ne!(sealed, keys.seal(b"gho_secret", HERE).unwrap(), "a nonce is used once");
    }

    #[test]
    fn another_key_does_not_open_it() {
        let sealed = keys().seal(b"gho_secret", HERE).unwrap();
        assert!(matches!(keys().open(&sealed, HERE), Err(StoreError::Sealed)));
    }

    #[test]
    fn a_secret_moved_to_another_row_or_table_does_not_open() {
        let keys = keys();
        let sealed = keys.seal(b"gho_secret", HERE).unwrap();
        for place in [Place { row: b"2", ..HERE }, Place { table: "sessio", row: b"n1" }] {
            assert!(keys.open(&sealed, place).is_err(), "{place:?}");
        }
    }

    #[test]
    fn a_secret_cut_short_or_changed_anywhere_does_not_open() {
        let keys = keys();
        let sealed = keys.seal(b"gho_secret", HERE).unwrap();
        for place in 0..sealed.len() {
            assert!(keys.open(&sealed[..place], HERE).is_err(), "cut at {place}");
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(keys.open(&changed, HERE).is_err(), "changed at {place}");
        }
    }

    #[test]
    fn the_old_key_opens_and_the_present_one_seals() {
        let (old, new) = (key(), key());
        let before = SecretKeys::read(&old, None).unwrap();
        let during = SecretKeys::read(&new, Some(&old)).unwrap();
        let after = SecretKeys::read(&new, None).unwrap();
        let sealed = before.seal(b"gho_secret", HERE).unwrap();
        assert!(!during.is_present(&sealed) && after.open(&sealed, HERE).is_err());
        let secret = during.open(&sealed, HERE).unwrap();
        let again = during.seal(secret.expose_secret().as_bytes(), HERE).unwrap();
        assert!(during.is_present(&again));
        assert_eq!(after.open(&again, HERE).unwrap().expose_secret(), "gho_secret");
    }

    #[test]
    fn a_key_that_is_none_says_how_to_make_one_and_is_not_repeated() {
        for text in ["hunter2", "", "aHVudGVyMg=="] {
            let error = SecretKeys::read(&text.to_owned().into(), None).unwrap_err().to_string();
            assert!(error.contains("openssl rand -base64 32") && !error.contains("hunter2"));
        }
    }

    #[test]
    fn keys_are_not_printed_by_accident() {
        let text = key();
        let keys = SecretKeys::read(&text, None).unwrap();
        assert!(!format!("{keys:?}").contains(text.expose_secret()));
    }
}
