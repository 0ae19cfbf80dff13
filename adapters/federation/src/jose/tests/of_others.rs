//! Tokens that others made: `tests/peers/jose_vectors.py`, with the Python package jwcrypto.

use serde_json::Value;

use super::*;

fn vectors() -> Value {
    serde_json::from_str(include_str!("jwcrypto.json")).unwrap()
}

fn list(vectors: &Value, name: &str) -> Vec<Value> {
    vectors[name].as_array().unwrap().clone()
}

#[test]
fn what_others_sign_we_verify() {
    let vectors = vectors();
    let keys: Jwks = list(&vectors, "keys").iter().map(|key| Jwk::from_value(&key["public"]).unwrap()).collect();
    let signed = list(&vectors, "signed");
    assert_eq!(signed.len(), Signature::ALL.len());
    for vector in signed {
        let token = vector["token"].as_str().unwrap();
        let verified = Unverified::parse(token).unwrap().verify(&keys, Accepted::FEDERATION);
        let verified = verified.unwrap_or_else(|fault| panic!("{}: {fault}", vector["alg"]));
        assert_eq!(verified.claims().text("sub"), Ok("a subject"));
    }
}

#[test]
fn what_others_encrypt_we_decrypt() {
    let vectors = vectors();
    let private = list(&vectors, "keys").into_iter().filter(|key| key["public"]["use"] == "enc");
    let encrypted = list(&vectors, "encrypted");
    assert_eq!(encrypted.len(), KeyManagement::ALL.len() * ContentEncryption::ALL.len());
    let keys: Vec<_> = private
        .map(|key| {
            let mut own = DecryptionKey::from_pem(key["pem"].as_str().unwrap()).unwrap();
            own.name(key["name"].as_str().unwrap());
            own
        })
        .collect();
    for vector in encrypted {
        let token = vector["token"].as_str().unwrap();
        let plain = decrypt(token, &keys).unwrap_or_else(|_| panic!("{} {}", vector["alg"], vector["enc"]));
        assert_eq!(plain, vectors["signed"][0]["token"].as_str().unwrap().as_bytes());
        assert_eq!(decrypt(&changed(token), &keys), Err(NotDecrypted), "{} {}", vector["alg"], vector["enc"]);
    }
}

/// With another last character of the tag.
fn changed(token: &str) -> String {
    let (start, last) = token.split_at(token.len() - 2);
    format!("{start}{}{}", if last.starts_with('A') { 'B' } else { 'A' }, &last[1..])
}
