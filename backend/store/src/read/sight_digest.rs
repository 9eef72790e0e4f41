//! By what answers for readers who see different repositories are told apart.

use sha2::{Digest as _, Sha256};

/// Stands for some repositories. Two lists of them have two digests, whoever chose them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SightDigest([u8; 32]);

impl SightDigest {
    /// Of GitHub's ids, in order.
    #[must_use]
    pub fn of(ids: &[i64]) -> Self {
        let mut digest = Sha256::new();
        for id in ids {
            digest.update(id.to_be_bytes());
        }
        Self(digest.finalize().into())
    }
}
