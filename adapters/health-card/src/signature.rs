//! Signatures of authorities, on certificates and on lists.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

/// Whether the holder of a key has signed these bytes. SHA-1 and older are not there.
pub(crate) fn verifies(
    key: &SubjectPublicKeyInfo<'_>,
    algorithm: &AlgorithmIdentifier<'_>,
    signed: &[u8],
    value: &[u8],
) -> bool {
    let Some(algorithm) = known(key, &algorithm.algorithm.to_id_string()) else { return false };
    UnparsedPublicKey::new(algorithm, &key.subject_public_key.data).verify(signed, value).is_ok()
}

/// A key that is asked at every login, parsed once for the algorithm that nearly everybody signs with: to parse it each
/// time takes a third of a verification.
#[derive(Debug)]
pub(crate) struct ReadyKey {
    bits: usize,
    data: Box<[u8]>,
    usual: ParsedPublicKey,
}

/// SHA-256 with RSA, and with elliptic curves.
const USUAL: [&str; 2] = ["1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"];

// === impl ReadyKey ===

impl ReadyKey {
    /// A key of a kind that signs here.
    pub(crate) fn of(key: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        let (bits, data) = (bits(key)?, &key.subject_public_key.data);
        let usual = USUAL.into_iter().find_map(|identifier| meaning(identifier, bits))?;
        Some(Self { bits, data: data.as_ref().into(), usual: ParsedPublicKey::new(usual, data).ok()? })
    }

    /// Whether its holder has signed these bytes.
    pub(crate) fn verifies(&self, algorithm: &AlgorithmIdentifier<'_>, signed: &[u8], value: &[u8]) -> bool {
        let identifier = algorithm.algorithm.to_id_string();
        if USUAL.contains(&identifier.as_str()) && meaning(&identifier, self.bits).is_some() {
            return self.usual.verify_sig(signed, value).is_ok();
        }
        let Some(algorithm) = meaning(&identifier, self.bits) else { return false };
        UnparsedPublicKey::new(algorithm, &self.data).verify(signed, value).is_ok()
    }
}

/// RFC 4055, RFC 5758: what an identifier means for this kind of key.
fn known(key: &SubjectPublicKeyInfo<'_>, identifier: &str) -> Option<&'static dyn VerificationAlgorithm> {
    meaning(identifier, bits(key)?)
}

/// The size of the curve; nothing, for RSA.
fn bits(key: &SubjectPublicKeyInfo<'_>) -> Option<usize> {
    match key.parsed().ok()? {
        PublicKey::RSA(_) => Some(0),
        PublicKey::EC(key) => Some(key.key_size()),
        _ => None,
    }
}

fn meaning(identifier: &str, bits: usize) -> Option<&'static dyn VerificationAlgorithm> {
    match (identifier, bits) {
        ("1.2.840.113549.1.1.11", 0) => Some(&RSA_PKCS1_2048_8192_SHA256),
        ("1.2.840.113549.1.1.12", 0) => Some(&RSA_PKCS1_2048_8192_SHA384),
        ("1.2.840.113549.1.1.13", 0) => Some(&RSA_PKCS1_2048_8192_SHA512),
        ("1.2.840.10045.4.3.2", 256) => Some(&ECDSA_P256_SHA256_ASN1),
        ("1.2.840.10045.4.3.2", 384) => Some(&ECDSA_P384_SHA256_ASN1),
        ("1.2.840.10045.4.3.3", 384) => Some(&ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}
