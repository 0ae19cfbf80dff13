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
        for changed in changed(token) {
            assert!(verdict(&changed, &keys).is_err(), "{} {changed}", vector["alg"]);
        }
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
        for changed in changed(token) {
            assert_eq!(decrypt(&changed, &keys), Err(NotDecrypted), "{} {}", vector["alg"], vector["enc"]);
        }
    }
}

#[test]
fn the_keys_of_others_sign_here_too() {
    let vectors = vectors();
    for (name, algorithm) in [("rsa", Signature::Ps512), ("p256", Signature::Es256), ("p521", Signature::Es512)] {
        let key = list(&vectors, "keys").into_iter().find(|key| key["name"] == name).unwrap();
        let own = SigningKey::from_pem(algorithm, key["pem"].as_str().unwrap()).unwrap();
        let published = Jwk::from_value(&key["public"]).unwrap();
        assert_eq!(own.key_id(), published.thumbprint(), "{name}");
        assert_eq!(verdict(&own.sign(None, &claims()).unwrap(), &keys_of(&own)), Ok(()), "{name}");
    }
}

/// A token with another first or last character in each of its parts, without that part, and with one more.
fn changed(token: &str) -> Vec<String> {
    let parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let mut all = vec![format!("{token}."), format!("{token}.AA"), format!("{token}="), format!("{token}\n")];
    for at in (0..parts.len()).filter(|at| !parts[*at].is_empty()) {
        let mut with = |part: String| {
            let mut changed = parts.clone();
            changed[at] = part;
            all.push(changed.join("."));
        };
        let other = if parts[at].starts_with('f') { 'e' } else { 'f' };
        with(format!("{other}{}", &parts[at][1..]));
        with(parts[at][..parts[at].len() - 1].to_owned());
        with(String::new());
        all.push(with_loose_bit(token, at));
    }
    all
}
