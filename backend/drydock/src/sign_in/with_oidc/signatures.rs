//! The signatures of id tokens: `jsonwebtoken` reads the tokens, `ring`, which TLS brings,
//! does the arithmetic. Three algorithms, all of public keys: none that a shared secret or
//! nobody could have made.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};

/// The algorithms that are taken.
pub(super) const TAKEN: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

static RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::UnsupportedAlgorithm.into()),
    verifier_factory: |algorithm, key| match TAKEN.contains(algorithm) {
        true => Ok(Box::new(WithRing { algorithm: *algorithm, key: key.clone() })),
        false => Err(Error::from(ErrorKind::UnsupportedAlgorithm)),
    },
    // For keys that are made from private ones, which are never here.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Lets `jsonwebtoken` use it, once for the process.
pub(super) fn install() {
    // It fails if that was done before.
    let _ = RING.install_default();
}

struct WithRing {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Verifier<Vec<u8>> for WithRing {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let verified = match (self.algorithm, self.key.family(), self.key.kind()) {
            (
                Algorithm::RS256,
                AlgorithmFamily::Rsa,
                DecodingKeyKind::RsaModulusExponent { n, e },
            ) => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
            (Algorithm::ES256, AlgorithmFamily::Ec, DecodingKeyKind::SecretOrDer(key)) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key).verify(message, signature)
            }
            (Algorithm::EdDSA, AlgorithmFamily::Ed, DecodingKeyKind::SecretOrDer(key)) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature)
            }
            _ => Err(ring::error::Unspecified),
        };
        verified.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for WithRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
