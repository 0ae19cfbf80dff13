//! Whether who speaks has the key of a certificate: the signature of the handshake. (RFC 5246, section 7.4.8; RFC 8446,
//! section 4.4.3.)
//!
//! It is looked at here, and not by a library for TLS, because such a library looks at the certificate as well: one
//! whose policies are critical, or whose key is too short, would end the connection without a word. Here the handshake
//! proves the key and nothing else; what is wrong with the certificate is said by a page.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA384, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;

use crate::certificate::LONGEST;

/// The ways to sign that cards are offered, by their numbers in TLS. SHA-1 is not among them.
///
/// Keys of 1024 bits are verified as well: cards have had them until version 1.0 of the profile. They are refused
/// afterwards, with a page. SHA-384 with RSA comes last, for there it is not verified with such a key.
pub(crate) const SCHEMES: [u16; 5] = [0x0403, 0x0503, 0x0401, 0x0601, 0x0501];

/// Those that TLS 1.3 asks for besides. Many cards cannot make them, and their software promises them all the same: where
/// TLS 1.3 is not spoken, nobody is offered them.
pub(crate) const NEWER_SCHEMES: [u16; 3] = [0x0804, 0x0805, 0x0806];

/// Who speaks does not have the key of the certificate, as far as anybody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the handshake does not prove the key of the certificate")]
pub(crate) struct NotProven;

/// Verifies the signature of a handshake with the key of a certificate in DER.
pub(crate) fn prove(certificate: &[u8], scheme: u16, message: &[u8], signature: &[u8]) -> Result<(), NotProven> {
    if certificate.len() > LONGEST {
        return Err(NotProven);
    }
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|_| NotProven)?;
    let key = certificate.public_key();
    let algorithm = known(scheme, &key.parsed().map_err(|_| NotProven)?).ok_or(NotProven)?;
    let key = UnparsedPublicKey::new(algorithm, &key.subject_public_key.data);
    key.verify(message, signature).map_err(|_| NotProven)
}

/// RFC 8446, section 4.2.3. TLS 1.2 leaves the curve of the first two open; no card has another.
fn known(scheme: u16, key: &PublicKey<'_>) -> Option<&'static dyn VerificationAlgorithm> {
    let bits = match key {
        PublicKey::RSA(_) => 0,
        PublicKey::EC(key) => key.key_size(),
        _ => return None,
    };
    match (scheme, bits) {
        (0x0403, 256) => Some(&ECDSA_P256_SHA256_ASN1),
        (0x0503, 384) => Some(&ECDSA_P384_SHA384_ASN1),
        (0x0804, 0) => Some(&RSA_PSS_2048_8192_SHA256),
        (0x0805, 0) => Some(&RSA_PSS_2048_8192_SHA384),
        (0x0806, 0) => Some(&RSA_PSS_2048_8192_SHA512),
        (0x0401, 0) => Some(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        (0x0501, 0) => Some(&RSA_PKCS1_2048_8192_SHA384),
        (0x0601, 0) => Some(&RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

    use super::*;
    use crate::tests::made::TestAuthority;

    #[test]
    fn only_who_has_the_key_can_prove_it() {
        let (card, key) = TestAuthority::new("CA").card_and_key(|_| {});
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key.serialize_der()).unwrap();
        let signature = pair.sign(&SystemRandom::new(), b"handshake").unwrap();
        assert_eq!(prove(&card, 0x0403, b"handshake", signature.as_ref()), Ok(()));
        assert_eq!(prove(&card, 0x0403, b"another", signature.as_ref()), Err(NotProven));
        assert_eq!(prove(&card, 0x0804, b"handshake", signature.as_ref()), Err(NotProven), "another algorithm");
        assert_eq!(prove(&card, 0x0203, b"handshake", signature.as_ref()), Err(NotProven), "SHA-1");
        let other = TestAuthority::new("CA").card(|_| {});
        assert_eq!(prove(&other, 0x0403, b"handshake", signature.as_ref()), Err(NotProven));
        assert_eq!(prove(b"no certificate", 0x0403, b"handshake", signature.as_ref()), Err(NotProven));
    }

    #[test]
    fn critical_policies_do_not_end_the_connection() {
        let (card, key) = TestAuthority::new("CA").card_and_key(|said| said.policy_is_critical = true);
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &key.serialize_der()).unwrap();
        let signature = pair.sign(&SystemRandom::new(), b"handshake").unwrap();
        assert_eq!(prove(&card, 0x0403, b"handshake", signature.as_ref()), Ok(()));
    }
}
