//! The 3,000 commonest passwords of at least 12 characters, which are tried first. They are
//! kept as digests: many are obscene, and some are somebody's name.
//!
//! They were taken in order from `10-million-password-list-top-1000000.txt` of SecLists, in
//! lower case and each once. A line is the first 16 digits of one's SHA-256.

use sha2::{Digest as _, Sha256};

const DIGESTS: &str = include_str!("commonest.txt");

/// Whether a password is one of them, in any case of letters.
pub(super) fn is_one(password: &str) -> bool {
    let digest: [u8; 32] = Sha256::digest(password.to_lowercase()).into();
    let line: String = digest.iter().take(8).map(|it| format!("{it:02x}")).collect();
    DIGESTS.lines().any(|it| it == line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_of_the_list_are_known_in_any_case_and_nothing_else_is() {
        for password in ["123qweasdzxc", "finalfantasy", "JustinBieber", "eveningcucumber"] {
            assert!(is_one(password), "{password}");
        }
        for password in ["", "password", "otter-lamp-gravel-nine", "eveningcucumbers"] {
            assert!(!is_one(password), "{password}");
        }
    }

    #[test]
    fn the_digests_are_three_thousand_in_order_and_each_once() {
        let digests: Vec<&str> = DIGESTS.lines().collect();
        assert_eq!(digests.len(), 3000);
        assert!(digests.windows(2).all(|it| it[0] < it[1]));
        assert!(digests.iter().all(|it| it.len() == 16 && u64::from_str_radix(it, 16).is_ok()));
    }
}
