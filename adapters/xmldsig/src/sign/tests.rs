//! Keys for tests, and what signing gives.

use std::sync::LazyLock;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::*;
use crate::key::{KeyRefusal, TrustedKey};
use crate::verify::verify;

/// A key that signs, and the same as it is trusted.
pub(crate) struct Pair {
    pub(crate) signing: SigningKey,
    pub(crate) trusted: TrustedKey,
    pub(crate) key: String,
    pub(crate) certificate: String,
}

/// The key of the provider.
pub(crate) static OURS: LazyLock<Pair> = LazyLock::new(Pair::generate);

/// The key of somebody else.
pub(crate) static FOREIGN: LazyLock<Pair> = LazyLock::new(Pair::generate);

impl Pair {
    fn generate() -> Self {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let certificate = certificate(&pair);
        Self {
            signing: SigningKey::from_pem(&pair.serialize_pem(), &certificate).unwrap(),
            trusted: TrustedKey::from_certificate_pem(&certificate).unwrap(),
            key: pair.serialize_pem(),
            certificate,
        }
    }
}

/// An elliptic curve key that signs octets.
pub(crate) struct EllipticPair {
    pair: EcdsaKeyPair,
    pub(crate) trusted: TrustedKey,
}

/// A new key on the curve of an algorithm.
pub(crate) fn elliptic(algorithm: &'static rcgen::SignatureAlgorithm) -> EllipticPair {
    let pair = KeyPair::generate_for(algorithm).unwrap();
    let signing = if algorithm == &rcgen::PKCS_ECDSA_P256_SHA256 {
        &ECDSA_P256_SHA256_FIXED_SIGNING
    } else {
        &ECDSA_P384_SHA384_FIXED_SIGNING
    };
    EllipticPair {
        trusted: TrustedKey::from_certificate_pem(&certificate(&pair)).unwrap(),
        pair: EcdsaKeyPair::from_pkcs8(signing, &pair.serialize_der()).unwrap(),
    }
}

impl EllipticPair {
    pub(crate) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec()
    }
}

fn certificate(pair: &KeyPair) -> String {
    let mut params = CertificateParams::new(vec!["idp.example".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2025, 3, 8);
    params.self_signed(pair).unwrap().pem()
}

#[test]
fn what_is_signed_first_verifies() {
    let text = "<m xmlns=\"urn:m\" ID=\"_1\" k=\"&#xD;&lt;\">\n <Descriptor>caffè &amp; tè\r\n</Descriptor>\n</m>";
    let signed = OURS.signing.sign(text, "_1", Placement::First).unwrap();
    assert!(signed.starts_with("<m xmlns=\"urn:m\" ID=\"_1\" k=\"&#xD;&lt;\"><ds:Signature"));
    let xml = Xml::parse_within(&signed, Limits::METADATA).unwrap();
    assert!(verify(xml.root(), std::slice::from_ref(&OURS.trusted)).is_ok());
}

#[test]
fn the_signature_goes_where_it_is_asked_to() {
    let text = "<m ID=\"_1\"><a xmlns=\"urn:a\">x</a><b/></m>";
    let signed = OURS.signing.sign(text, "_1", Placement::After("urn:a", "a")).unwrap();
    assert!(signed.starts_with("<m ID=\"_1\"><a xmlns=\"urn:a\">x</a><ds:Signature"));
    assert!(signed.ends_with("</ds:Signature><b/></m>"));
    assert_eq!(signed.matches(OURS.signing.certificate_base64()).count(), 1);
}

#[test]
fn what_cannot_be_signed_is_refused() {
    let sign = |text: &str, id: &str, placement| OURS.signing.sign(text, id, placement).unwrap_err();
    assert_eq!(sign("<m ID=\"_1\"><a/></m>", "_2", Placement::First), SigningRefusal::Element);
    assert_eq!(sign("<m ID=\"_1\"><a ID=\"_1\"/></m>", "_1", Placement::First), SigningRefusal::Element);
    assert_eq!(sign("<m ID=\"a b\"><a/></m>", "a b", Placement::First), SigningRefusal::Element);
    assert_eq!(sign("<m ID=\"_1\"/>", "_1", Placement::First), SigningRefusal::Placement);
    assert_eq!(sign("<m ID=\"_1\"><a/></m>", "_1", Placement::After("urn:a", "a")), SigningRefusal::Placement);
    assert!(matches!(sign("<m>", "_1", Placement::First), SigningRefusal::Xml(_)));
}

#[test]
fn octets_are_signed_with_rsa_and_sha_256() {
    let signature = OURS.signing.sign_bytes(b"octets").unwrap();
    assert!(OURS.trusted.verify_bytes(OURS.signing.algorithm(), b"octets", &signature));
    assert!(!OURS.trusted.verify_bytes(OURS.signing.algorithm(), b"octetz", &signature));
    assert!(!OURS.trusted.verify_bytes(SignatureAlgorithm::RsaSha512, b"octets", &signature));
    assert!(!FOREIGN.trusted.verify_bytes(OURS.signing.algorithm(), b"octets", &signature));
}

#[test]
fn a_key_and_a_certificate_that_do_not_belong_together_are_refused() {
    let refusal = |key: &str, certificate: &str| match SigningKey::from_pem(key, certificate).unwrap_err() {
        SigningRefusal::Key(refusal) => refusal,
        other => panic!("{other}"),
    };
    assert_eq!(refusal(&OURS.key, &FOREIGN.certificate), PairRefusal::Mismatch);
    assert_eq!(refusal("", &OURS.certificate), PairRefusal::PrivateKey);
    assert_eq!(refusal(&OURS.key, "not a certificate"), PairRefusal::Certificate(KeyRefusal::Malformed));
    let elliptic = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem();
    assert_eq!(refusal(&elliptic, &OURS.certificate), PairRefusal::PrivateKey);
}

#[test]
fn an_expired_certificate_still_gives_its_key_and_says_when_it_expired() {
    assert_eq!(OURS.trusted.not_after().to_string(), "2025-03-08T00:00:00Z");
}

#[test]
fn certificates_of_other_keys_are_refused() {
    let ed25519 = certificate(&KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap());
    assert_eq!(TrustedKey::from_certificate_pem(&ed25519), Err(KeyRefusal::UnknownKind));
    let p521 = certificate(&KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512).unwrap());
    assert_eq!(TrustedKey::from_certificate_pem(&p521), Err(KeyRefusal::UnknownKind));
    assert_eq!(TrustedKey::from_certificate_der(b"0"), Err(KeyRefusal::Malformed));
    let mut der = BASE64.decode(OURS.signing.certificate_base64().as_bytes()).unwrap();
    der.push(0);
    assert_eq!(TrustedKey::from_certificate_der(&der), Err(KeyRefusal::Malformed), "something after the certificate");
}

#[test]
fn the_private_key_does_not_print() {
    assert_eq!(format!("{:?}", OURS.signing), "SigningKey([redacted])");
}
