//! Tokens, honest and not.

mod hostile;
mod keys;
mod members;
mod of_others;
mod rfc;
mod sealed;
mod wycheproof;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};

use super::*;

/// The claims of a token.
fn claims() -> Map<String, Value> {
    json!({ "iss": "https://op.example", "sub": "somebody", "exp": 1_795_600_000 }).as_object().unwrap().clone()
}

fn keys_of(key: &SigningKey) -> Jwks {
    [key.public()].into_iter().collect()
}

/// A token of these parts, whatever they hold.
fn token(header: &str, claims: &str, signature: &[u8]) -> String {
    [header.as_bytes(), claims.as_bytes(), signature].map(|part| BASE64URL_NOPAD.encode(part)).join(".")
}

fn honest(algorithm: Signature) -> (SigningKey, String) {
    let key = SigningKey::generate(algorithm).unwrap();
    let token = key.sign(None, &claims()).unwrap();
    (key, token)
}

fn verdict(token: &str, keys: &Jwks) -> Result<(), JwsFault> {
    Unverified::parse(token)?.verify(keys, Accepted::FEDERATION).map(drop)
}

/// The header of a token, changed.
fn with_header(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(header.as_bytes()).unwrap()).unwrap();
    change(&mut header);
    format!("{}.{rest}", BASE64URL_NOPAD.encode(header.to_string().as_bytes()))
}

/// A token in which one bit is set that belongs to no byte of a part, or to its last byte where none is left over.
fn with_loose_bit(token: &str, part: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let last = parts[part].pop().unwrap();
    let place = ALPHABET.iter().position(|letter| char::from(*letter) == last).unwrap();
    parts[part].push(ALPHABET[place ^ 1].into());
    parts.join(".")
}

/// A point whose coordinates, one after the other, are the same bytes as before.
fn with_shifted_byte(point: &mut Value) {
    let [mut x, y] = ["x", "y"].map(|name| BASE64URL_NOPAD.decode(point[name].as_str().unwrap().as_bytes()).unwrap());
    let (first, rest) = y.split_first().unwrap();
    x.push(*first);
    point["x"] = BASE64URL_NOPAD.encode(&x).into();
    point["y"] = BASE64URL_NOPAD.encode(rest).into();
}

/// A token with another byte somewhere, where that is a text.
fn with_byte(token: &str, at: proptest::sample::Index, to: u8) -> Option<String> {
    let mut bytes = token.as_bytes().to_vec();
    let at = at.index(bytes.len());
    let before = std::mem::replace(&mut bytes[at], to);
    String::from_utf8(bytes).ok().filter(|_| before != to)
}

#[test]
fn what_a_key_signs_it_verifies_whatever_the_algorithm() {
    for algorithm in Signature::ALL {
        let key = SigningKey::generate(*algorithm).unwrap();
        let token = key.sign(Some("entity-statement+jwt"), &claims()).unwrap();
        let unverified = Unverified::parse(&token).unwrap();
        assert_eq!(unverified.key_id(), Some(key.key_id()));
        let verified = unverified.verify(&keys_of(&key), Accepted::FEDERATION).unwrap();
        assert_eq!(verified.claims().members(), &claims());
        assert_eq!(verified.media_type(), Some("entity-statement+jwt"));
        assert_eq!((verified.algorithm(), verified.token()), (*algorithm, token.as_str()));
    }
}

#[test]
fn a_key_is_the_same_after_it_was_kept_in_a_file() {
    for algorithm in Signature::ALL {
        let key = SigningKey::generate(*algorithm).unwrap();
        let again = SigningKey::from_pem(*algorithm, &key.to_pem().unwrap()).unwrap();
        assert_eq!(again.public().to_json(), key.public().to_json());
    }
    let key = DecryptionKey::generate().unwrap();
    let again = DecryptionKey::from_pem(&key.to_pem()).unwrap();
    assert_eq!(again.public().to_json(), key.public().to_json());
}

#[test]
fn a_file_with_another_kind_of_key_is_refused() {
    let elliptic = SigningKey::generate(Signature::Es256).unwrap().to_pem().unwrap();
    assert_eq!(SigningKey::from_pem(Signature::Rs256, &elliptic).unwrap_err(), KeyFault::Kind("RS256"));
    assert_eq!(SigningKey::from_pem(Signature::Es512, &elliptic).unwrap_err(), KeyFault::Kind("ES512"));
    assert_eq!(SigningKey::from_pem(Signature::Es256, "no key").unwrap_err(), KeyFault::Pem);
    let two = format!("{}{}", *elliptic, *elliptic);
    assert_eq!(SigningKey::from_pem(Signature::Es256, &two).unwrap_err(), KeyFault::Pem);
}

#[test]
fn what_is_encrypted_for_a_key_it_decrypts_whatever_the_algorithms() {
    let rsa = DecryptionKey::generate().unwrap();
    let elliptic = DecryptionKey::from_pem(&SigningKey::generate(Signature::Es256).unwrap().to_pem().unwrap()).unwrap();
    for management in KeyManagement::ALL {
        let key = if management.as_str().starts_with("RSA") { &rsa } else { &elliptic };
        for content in ContentEncryption::ALL {
            let token = encrypt("a.b.c", &key.public(), *management, *content).unwrap();
            assert_eq!(decrypt(&token, std::slice::from_ref(key)).unwrap(), b"a.b.c", "{management:?} {content:?}");
        }
    }
}

#[test]
fn the_key_that_a_token_names_is_used_also_where_there_are_two() {
    let [older, newer] = [(); 2].map(|()| DecryptionKey::generate().unwrap());
    let (management, content) = (KeyManagement::RsaOaep256, ContentEncryption::A256CbcHs512);
    let tokens = [&older, &newer].map(|key| encrypt("a.b.c", &key.public(), management, content).unwrap());
    let both = [older, newer];
    for token in &tokens {
        assert_eq!(decrypt(token, &both).unwrap(), b"a.b.c");
    }
    assert_eq!(decrypt(&tokens[0], &both[1..]), Err(NotDecrypted));
}

#[test]
fn a_public_key_is_read_as_it_is_written() {
    for algorithm in Signature::ALL {
        let key = SigningKey::generate(*algorithm).unwrap().public();
        let again = Jwk::from_value(&key.to_json()).unwrap();
        assert_eq!(again.to_json(), key.to_json());
        assert_eq!(again.thumbprint(), key.key_id());
    }
}

#[test]
fn nothing_secret_is_printed() {
    let key = SigningKey::generate(Signature::Es256).unwrap();
    let printed = format!("{key:?} {:?} {:?}", DecryptionKey::generate().unwrap(), Claims::new(claims()));
    assert!(!printed.contains("PRIVATE") && !printed.contains("somebody"), "{printed}");
}

/// What a provider says of a person is such a token, and whoever has an ID token may be taken for them.
#[test]
fn a_token_does_not_print_before_it_is_verified_or_after() {
    let key = SigningKey::generate(Signature::Es256).unwrap();
    let token = key.sign(Some("JWT"), &claims()).unwrap();
    let bytes = format!("{:?}", serde_json::to_vec(&claims()).unwrap());
    let unverified = Unverified::parse(&token).unwrap();
    let before = format!("{unverified:?}");
    let after = format!("{:?}", unverified.verify(&Jwks::from_iter([key.public()]), Accepted::FEDERATION).unwrap());
    for printed in [before, after] {
        assert!(token.split('.').all(|part| !printed.contains(part)) && !printed.contains("somebody"), "{printed}");
        assert!(printed.contains(key.key_id()) && !printed.contains(&bytes), "{printed}");
    }
}
