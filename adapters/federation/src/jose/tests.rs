//! Tokens, honest and not.

mod hostile;
mod of_others;
mod rfc;
mod wycheproof;

use serde_json::{Map, Value, json};

use super::*;

/// The claims of a token.
fn claims() -> Map<String, Value> {
    json!({ "iss": "https://op.example", "sub": "somebody", "exp": 1_795_600_000 }).as_object().unwrap().clone()
}

fn keys_of(key: &SigningKey) -> Jwks {
    [key.public()].into_iter().collect()
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
