//! Tokens that let somebody in: 32 random bytes as text. Here they are known by their
//! SHA-256 alone, which needs no salt: nobody guesses 256 bits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use crate::{StoreError, noted};

/// The characters of a token without its prefix.
const CHARACTERS: usize = 43;
/// What an API token begins with, so that a scanner for secrets knows one.
const API_PREFIX: &str = "drydock_";

/// A token of a session, of a browser that signs in, or of a program. Printing it for
/// debugging shows nothing.
#[derive(Debug, Clone)]
pub struct Token(SecretString);

impl Token {
    /// A new token for a cookie or an address.
    ///
    /// # Errors
    /// [`StoreError::NoRandomness`].
    pub fn random() -> Result<Self, StoreError> {
        Self::random_after("")
    }

    /// A new token for a program.
    ///
    /// # Errors
    /// [`StoreError::NoRandomness`].
    pub fn random_for_api() -> Result<Self, StoreError> {
        Self::random_after(API_PREFIX)
    }

    /// The token that a cookie or an address holds, if it has a token's form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        has_form(text).then(|| Self::of(text.to_owned()))
    }

    /// The token that a program shows, if it has an API token's form.
    #[must_use]
    pub fn parse_for_api(text: &str) -> Option<Self> {
        has_form(text.strip_prefix(API_PREFIX)?).then(|| Self::of(text.to_owned()))
    }

    /// The token itself, to be handed to its owner and nobody else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What only its owner can know, and what does not tell the token: for a page that proves
    /// to have been made for them.
    #[must_use]
    pub fn proof(&self, of: &str) -> String {
        let digest = Sha256::new_with_prefix(of).chain_update([0]).chain_update(self.expose());
        let proof = URL_SAFE_NO_PAD.encode(digest.finalize());
        noted::secret(&proof);
        proof
    }

    /// What is kept of it.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.expose()).into()
    }

    fn random_after(prefix: &str) -> Result<Self, StoreError> {
        let bytes: [u8; 32] = random_bytes()?;
        Ok(Self::of(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    fn of(text: String) -> Self {
        noted::secret(&text);
        Self(text.into())
    }
}

fn has_form(text: &str) -> bool {
    let is_sign = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    text.len() == CHARACTERS && text.bytes().all(is_sign)
}

/// Bytes that nobody can foretell.
pub(crate) fn random_bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], StoreError> {
    let mut bytes = [0; LENGTH];
    SystemRandom::new().fill(&mut bytes).map_err(|_| StoreError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_tokens_are_the_same_and_each_is_read_back() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_ne!(one.expose(), other.expose());
        assert_eq!(Token::parse(one.expose()).unwrap().sha256(), one.sha256());
    }

    #[test]
    fn a_token_of_a_program_is_none_of_a_session_and_the_other_way_round() {
        let (session, api) = (Token::random().unwrap(), Token::random_for_api().unwrap());
        assert!(Token::parse(api.expose()).is_none());
        assert!(Token::parse_for_api(session.expose()).is_none());
        assert!(Token::parse_for_api(api.expose()).is_some());
    }

    #[test]
    fn a_proof_is_of_one_token_and_one_thing_and_does_not_tell_the_token() {
        let (one, other) = (Token::random().unwrap(), Token::random().unwrap());
        assert_eq!(one.proof("form"), one.proof("form"));
        assert_ne!(one.proof("form"), other.proof("form"));
        assert_ne!(one.proof("form"), one.proof("other"));
        assert!(!one.proof("form").contains(one.expose()));
    }

    #[test]
    fn what_has_no_form_of_a_token_is_never_looked_up() {
        for text in ["", "short", &"a".repeat(44), &format!("{}\u{e9}", "a".repeat(41))] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_token_is_not_printed_by_accident() {
        let token = Token::random().unwrap();
        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
