//! The examples of the standards: RFC 7515, 7516, 7518, 7520 and 7638, each with its section. The keys are those
//! that the standards print.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};

use super::super::agreement::Parties;
use super::super::base64;
use super::super::content::{Sealed, open};
use super::super::jws::{Signed, verifies};
use super::super::material::Curve;
use super::*;

fn examples(name: &str) -> Value {
    let mut all: Value = serde_json::from_str(include_str!("rfc.json")).unwrap();
    all[name].take()
}

fn text<'a>(example: &'a Value, name: &str) -> &'a str {
    example[name].as_str().unwrap()
}

fn bytes(example: &Value, name: &str) -> Vec<u8> {
    base64::decode(text(example, name)).unwrap()
}

/// Some of the examples name no key, and most say nothing that is a claim.
fn verdict(token: &str, key: &Jwk) -> Result<(), JwsFault> {
    let signed = Signed::parse(token)?;
    match signed.verify(&[key.clone()].into_iter().collect(), Accepted::FEDERATION) {
        Err(JwsFault::UnknownKey) => {
            let (text, signature) = token.rsplit_once('.').unwrap();
            let good = Signature::ALL.iter().any(|it| verifies(key, *it, text.as_bytes(), signature));
            good.then_some(()).ok_or(JwsFault::Signature)
        }
        verdict => verdict,
    }
}

#[test]
fn what_is_signed_there() {
    let examples = examples("signed");
    let examples = examples.as_array().unwrap();
    assert_eq!(examples.len(), 5);
    for example in examples {
        let mut key = example["key"].clone();
        if key.get("kid").is_none() {
            key["kid"] = "nameless".into();
        }
        let key = Jwk::from_value(&key).unwrap();
        let token = text(example, "token");
        assert_eq!(verdict(token, &key), Ok(()), "{}", example["source"]);
        let (start, payload) = token.split_once('.').unwrap();
        let other = if payload.starts_with('e') { 'f' } else { 'e' };
        let changed = format!("{start}.{other}{}", &payload[1..]);
        assert_eq!(verdict(&changed, &key), Err(JwsFault::Signature), "{}", example["source"]);
    }
}

#[test]
fn what_is_signed_there_in_ways_that_do_not_exist_here() {
    let examples = examples("unsigned_here");
    let examples = examples.as_array().unwrap();
    assert_eq!(examples.len(), 4);
    for example in examples {
        let verdict = Signed::parse(text(example, "token")).map(drop);
        assert_eq!(verdict, Err(JwsFault::Algorithm), "{}", example["source"]);
    }
}

#[test]
fn what_is_encrypted_there() {
    let examples = examples("encrypted");
    let examples = examples.as_array().unwrap();
    assert_eq!(examples.len(), 3);
    for example in examples {
        let mut key = DecryptionKey::from_pem(text(example, "pem")).unwrap();
        if let Some(name) = example["name"].as_str() {
            key.name(name);
        }
        let plain = decrypt(text(example, "token"), &[key]);
        assert_eq!(plain.as_deref(), Ok(text(example, "plain").as_bytes()), "{}", example["source"]);
    }
}

#[test]
fn what_is_encrypted_there_in_ways_that_do_not_exist_here() {
    let examples = examples("not_decrypted_here");
    let examples = examples.as_array().unwrap();
    assert_eq!(examples.len(), 9);
    for example in examples {
        // The right key where it is one of those that are used here, which alone must not be enough.
        let key = example["pem"].as_str().map(|pem| DecryptionKey::from_pem(pem).unwrap());
        let mut key = key.unwrap_or_else(|| DecryptionKey::generate().unwrap());
        let token = text(example, "token");
        let header: Value = serde_json::from_slice(&base64::decode(token.split_once('.').unwrap().0).unwrap()).unwrap();
        if let Some(name) = header["kid"].as_str() {
            key.name(name);
        }
        assert_eq!(decrypt(token, &[key]), Err(NotDecrypted), "{}", example["source"]);
    }
}

#[test]
fn the_name_of_a_key_there() {
    let example = examples("thumbprint");
    assert_eq!(Jwk::from_value(&example["key"]).unwrap().thumbprint(), text(&example, "thumbprint"));
}

#[test]
fn the_key_that_is_agreed_on_there() {
    let example = examples("agreement");
    let own = PrivateKey::from_private_key(&ECDH_P256, &bytes(&example, "own")).unwrap();
    let point = [&[4][..], &bytes(&example, "x"), &bytes(&example, "y")].concat();
    let (apu, apv) = (bytes(&example, "apu"), bytes(&example, "apv"));
    let parties =
        Parties { management: KeyManagement::EcdhEs, content: ContentEncryption::A128Gcm, information: [&apu, &apv] };
    assert_eq!(*parties.derive(&own, Curve::P256, &point).unwrap(), bytes(&example, "derived"));
}

#[test]
fn the_content_that_is_encrypted_there() {
    for example in examples("content").as_array().unwrap() {
        let method = ContentEncryption::from_name(text(example, "enc")).unwrap();
        let [vector, content, tag] = ["vector", "content", "tag"].map(|name| bytes(example, name));
        let (key, around) = (bytes(example, "key"), bytes(example, "around"));
        let plain = open(method, &key, &around, Sealed { vector, content, tag });
        assert_eq!(plain, Some(bytes(example, "plain")), "{}", example["source"]);
    }
}
