//! Signatures of authorities, on certificates and on lists.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
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

/// RFC 4055, RFC 5758: what an identifier means for this kind of key.
fn known(key: &SubjectPublicKeyInfo<'_>, identifier: &str) -> Option<&'static dyn VerificationAlgorithm> {
    let bits = match key.parsed().ok()? {
        PublicKey::RSA(_) => 0,
        PublicKey::EC(key) => key.key_size(),
        _ => return None,
    };
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
