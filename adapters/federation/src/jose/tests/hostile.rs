//! Every way that is known to make a reader of tokens believe what nobody signed.

use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use serde_json::json;

use super::*;

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

#[test]
fn algorithm_none_is_none() {
    let (key, _) = honest(Signature::Es256);
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let forged = token(&json!({ "alg": name, "kid": key.key_id() }).to_string(), "{}", b"");
        assert_eq!(verdict(&forged, &keys_of(&key)), Err(JwsFault::Algorithm), "{name}");
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let (key, _) = honest(Signature::Rs256);
    for name in ["HS256", "HS384", "HS512"] {
        let signed = token(&json!({ "alg": name, "kid": key.key_id() }).to_string(), "{}", b"");
        let secret =
            aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.public().to_json().to_string().as_bytes());
        let signed = signed.trim_end_matches('.');
        let mac = aws_lc_rs::hmac::sign(&secret, signed.as_bytes());
        let forged = format!("{signed}.{}", BASE64URL_NOPAD.encode(mac.as_ref()));
        assert_eq!(verdict(&forged, &keys_of(&key)), Err(JwsFault::Algorithm), "{name}");
    }
}

#[test]
fn an_algorithm_that_the_use_does_not_accept_is_refused() {
    let (key, token) = honest(Signature::Es256);
    let only_rsa = Accepted(&[Signature::Rs256]);
    let refused = Unverified::parse(&token).unwrap().verify(&keys_of(&key), only_rsa);
    assert_eq!(refused.unwrap_err(), JwsFault::Algorithm);
}

#[test]
fn a_key_signs_only_by_the_algorithm_that_it_is_for() {
    let (key, _) = honest(Signature::Rs256);
    let other = SigningKey::from_pem(Signature::Rs512, &key.to_pem().unwrap()).unwrap();
    let token = other.sign(None, &claims()).unwrap();
    assert_eq!(verdict(&token, &keys_of(&key)), Err(JwsFault::Key));
    assert_eq!(verdict(&token, &keys_of(&other)), Ok(()));
}

#[test]
fn a_key_for_encryption_signs_nothing() {
    let pem = SigningKey::generate(Signature::Rs256).unwrap().to_pem().unwrap();
    let token = SigningKey::from_pem(Signature::Rs256, &pem).unwrap().sign(None, &claims()).unwrap();
    let keys: Jwks = [DecryptionKey::from_pem(&pem).unwrap().public()].into_iter().collect();
    assert_eq!(verdict(&token, &keys), Err(JwsFault::Key));
}

#[test]
fn a_key_does_only_what_it_says_that_it_is_for() {
    let (key, token) = honest(Signature::Rs256);
    let with = |members: Value| {
        let mut published = key.public().to_json();
        published.as_object_mut().unwrap().remove("use");
        published.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        Jwk::from_value(&published)
    };
    let verdict = |members| verdict(&token, &[with(members).unwrap()].into_iter().collect());
    assert_eq!(verdict(json!({})), Ok(()));
    assert_eq!(verdict(json!({ "key_ops": ["sign", "verify"] })), Ok(()));
    for other in [json!(["encrypt"]), json!(["wrapKey", "decrypt"]), json!([])] {
        assert_eq!(verdict(json!({ "key_ops": other })), Err(JwsFault::Key), "{other}");
    }
    assert_eq!(verdict(json!({ "use": "sig", "key_ops": ["encrypt"] })), Err(JwsFault::Key));
    assert_eq!(with(json!({ "key_ops": "verify" })).map(drop), Err(JwkFault::Unusable));

    let encrypted = |members: Value| {
        let mut published = key.public().to_json();
        published.as_object_mut().unwrap().retain(|name, _| name != "use" && name != "alg");
        published.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let (management, content) = (KeyManagement::RsaOaep256, ContentEncryption::A128Gcm);
        encrypt("a.b.c", &Jwk::from_value(&published).unwrap(), management, content).map(drop)
    };
    for good in [json!({}), json!({ "use": "enc" }), json!({ "alg": "RSA-OAEP-256", "key_ops": ["wrapKey"] })] {
        assert_eq!(encrypted(good.clone()), Ok(()), "{good}");
    }
    for bad in [json!({ "use": "sig" }), json!({ "alg": "RSA-OAEP" }), json!({ "key_ops": ["verify"] })] {
        assert_eq!(encrypted(bad.clone()), Err(NotEncrypted), "{bad}");
    }
}

#[test]
fn an_unknown_key_is_not_guessed() {
    let (key, token) = honest(Signature::Es256);
    let (other, _) = honest(Signature::Es256);
    assert_eq!(verdict(&token, &keys_of(&other)), Err(JwsFault::UnknownKey));
    let nameless = with_header(&token, |header| drop(header.as_object_mut().unwrap().remove("kid")));
    assert_eq!(verdict(&nameless, &keys_of(&key)), Err(JwsFault::UnknownKey));
    let of_other = with_header(&token, |header| header["kid"] = other.key_id().into());
    assert_eq!(verdict(&of_other, &keys_of(&other)), Err(JwsFault::Signature));
}

#[test]
fn a_token_brings_no_key_of_its_own() {
    let (stranger, token) = honest(Signature::Es256);
    let (key, _) = honest(Signature::Es256);
    for (name, value) in [
        ("jwk", stranger.public().to_json()),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/chain")),
        ("x5c", json!(["AAAA"])),
    ] {
        let forged = with_header(&token, |header| header[name] = value);
        assert_eq!(verdict(&forged, &keys_of(&key)), Err(JwsFault::UnknownKey), "{name}");
    }
}

#[test]
fn what_a_header_asks_for_besides_is_refused() {
    let (key, token) = honest(Signature::Es256);
    for (name, value) in [("crit", json!(["exp"])), ("crit", json!([])), ("b64", json!(false)), ("zip", json!("DEF"))] {
        let forged = with_header(&token, |header| header[name] = value);
        assert_eq!(verdict(&forged, &keys_of(&key)), Err(JwsFault::Header), "{name}");
    }
}

#[test]
fn a_member_stands_once_and_has_its_type() {
    for header in [
        r#"{"alg":"ES256","alg":"RS256","kid":"k"}"#,
        r#"{"alg":"ES256","kid":["k"]}"#,
        r#"{"alg":["ES256"],"kid":"k"}"#,
        r#"{"alg":"ES256","kid":"k","typ":1}"#,
        r#"{"kid":"k"}"#,
        r#"["ES256"]"#,
        r#"{"alg":"ES256"} "x""#,
        "",
    ] {
        assert_eq!(verdict(&token(header, "{}", b"x"), &Jwks::default()), Err(JwsFault::Malformed), "{header}");
    }
    for claims in [
        r#"{"sub":"a","sub":"b"}"#,
        r#"{"a":{"b":1,"b":2}}"#,
        r#"{"a":[{"b":1,"b":2}]}"#,
        r#"{"sub":"\ud800"}"#,
        r#"{"sub":NaN}"#,
        r#"{"sub":"a"}{}"#,
        "\u{feff}{}",
        "[]",
        "null",
    ] {
        let forged = token(r#"{"alg":"ES256","kid":"k"}"#, claims, b"x");
        assert_eq!(verdict(&forged, &Jwks::default()), Err(JwsFault::Malformed), "{claims}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(40), "]".repeat(40));
    assert_eq!(json::object(deep.as_bytes()), Err(json::JsonFault));
    let endless = "[".repeat(200_000);
    assert_eq!(json::object(endless.as_bytes()), Err(json::JsonFault));
}

#[test]
fn the_form_of_a_token_is_exact() {
    let (key, good) = honest(Signature::Es256);
    let parts: Vec<_> = good.split('.').collect();
    let two = parts[..2].join(".");
    for forged in [
        two.clone(),
        format!("{good}."),
        format!("{good}.e30"),
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        good.replace('.', ".."),
        format!("{two}.{}", parts[2].replace(['-', '_'], "+")) + "+",
        String::new(),
        "..".to_owned(),
    ] {
        assert_eq!(verdict(&forged, &keys_of(&key)), Err(JwsFault::Malformed), "{forged}");
    }
    let long = format!("{good}{}", "A".repeat(300 * 1024));
    assert_eq!(verdict(&long, &keys_of(&key)), Err(JwsFault::Malformed));
}

#[test]
fn a_signature_of_zeros_is_none() {
    for (algorithm, length) in [(Signature::Es256, 64), (Signature::Es512, 132)] {
        let (key, good) = honest(algorithm);
        let (signed, _) = good.rsplit_once('.').unwrap();
        for signature in [vec![0; length], vec![], vec![0xff; length], vec![0; length + 1]] {
            let forged = format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature));
            assert_eq!(verdict(&forged, &keys_of(&key)), Err(JwsFault::Signature), "{}", signature.len());
        }
    }
}

#[test]
fn a_key_that_is_weak_broken_or_private_is_no_key() {
    let good = SigningKey::generate(Signature::Rs256).unwrap().public().to_json();
    let with = |name: &str, value: Value| {
        let mut key = good.clone();
        key[name] = value;
        Jwk::from_value(&key).map(drop)
    };
    let bytes = |bytes: &[u8]| json!(BASE64URL_NOPAD.encode(bytes));
    assert_eq!(with("use", "sig".into()), Ok(()));
    for (name, value) in [
        ("n", bytes(&[0xff; 128])),
        ("n", bytes(&[&[0][..], &[0xff; 256]].concat())),
        ("n", bytes(&[0xff; 2048])),
        ("n", json!("")),
        ("e", bytes(&[1])),
        ("e", bytes(&[4])),
        ("e", bytes(&[0, 1, 0, 1])),
        ("e", bytes(&[0xff; 9])),
        ("kid", json!("")),
        ("kid", json!(1)),
        ("d", bytes(&[1])),
        ("k", bytes(&[1])),
    ] {
        assert_eq!(with(name, value), Err(JwkFault::Unusable), "{name}");
    }
    assert_eq!(with("kty", "oct".into()), Err(JwkFault::Unknown));
    let mut off_curve = SigningKey::generate(Signature::Es256).unwrap().public().to_json();
    off_curve["x"] = bytes(&[7; 32]);
    assert_eq!(Jwk::from_value(&off_curve).map(drop), Err(JwkFault::Unusable));
    off_curve["crv"] = "secp256k1".into();
    assert_eq!(Jwk::from_value(&off_curve).map(drop), Err(JwkFault::Unknown));
}

#[test]
fn a_set_of_keys_names_each_once_and_has_an_end() {
    let key = SigningKey::generate(Signature::Es256).unwrap().public().to_json();
    let set = |keys: Vec<Value>| Jwks::from_value(&json!({ "keys": keys })).map(|keys| keys.keys().len());
    assert_eq!(set(vec![key.clone(), json!({ "kty": "OKP", "crv": "Ed25519", "kid": "o" })]), Ok(1));
    assert_eq!(set(vec![key.clone(), key.clone()]), Err(JwksFault::SameName));
    assert_eq!(set(vec![key; 33]), Err(JwksFault::TooMany));
    assert_eq!(Jwks::from_value(&json!({ "keys": {} })).map(drop), Err(JwksFault::NotASet));
}

#[test]
fn whatever_is_wrong_with_what_is_encrypted_it_is_refused_alike() {
    let key = DecryptionKey::generate().unwrap();
    let good = encrypt("a.b.c", &key.public(), KeyManagement::RsaOaep256, ContentEncryption::A128CbcHs256).unwrap();
    let keys = [key];
    assert!(decrypt(&good, &keys).is_ok());
    for (name, value) in [
        ("zip", json!("DEF")),
        ("crit", json!(["exp"])),
        ("alg", json!("RSA1_5")),
        ("alg", json!("dir")),
        ("alg", json!("A128KW")),
        ("alg", json!("PBES2-HS256+A128KW")),
        ("alg", json!("ECDH-ES")),
        ("alg", json!("RSA-OAEP")),
        ("enc", json!("A256CBC-HS512")),
        ("enc", json!("A128CBC")),
        ("kid", json!("another")),
        ("kid", json!(["another"])),
    ] {
        assert_eq!(decrypt(&with_header(&good, |header| header[name] = value), &keys), Err(NotDecrypted), "{name}");
    }
    for part in 0..5 {
        let mut parts: Vec<_> = good.split('.').map(str::to_owned).collect();
        parts[part].clear();
        assert_eq!(decrypt(&parts.join("."), &keys), Err(NotDecrypted), "{part}");
    }
    for form in ["", "....", "a.b.c", &good[1..], &format!("{good}.e30"), &format!("{good}=")] {
        assert_eq!(decrypt(form, &keys), Err(NotDecrypted));
    }
}

#[test]
fn a_point_off_the_curve_agrees_on_nothing() {
    let key = DecryptionKey::from_pem(&SigningKey::generate(Signature::Es256).unwrap().to_pem().unwrap()).unwrap();
    let good = encrypt("a.b.c", &key.public(), KeyManagement::EcdhEs, ContentEncryption::A128Gcm).unwrap();
    let keys = [key];
    let x = json!(BASE64URL_NOPAD.encode(&[7; 32]));
    assert_eq!(decrypt(&with_header(&good, |header| header["epk"]["x"] = x), &keys), Err(NotDecrypted));
    for (name, value) in [("crv", json!("P-384")), ("kty", json!("OKP")), ("y", json!(1))] {
        assert_eq!(decrypt(&with_header(&good, |header| header["epk"][name] = value), &keys), Err(NotDecrypted));
    }
}

proptest! {
    #[test]
    fn property_a_changed_byte_is_seen(at in 0_usize..400, to in any::<u8>()) {
        let (key, good) = (key_for_properties(), token_for_properties());
        let mut bytes = good.clone().into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            prop_assert!(verdict(text, &keys_of(key)).is_err());
        }
    }

    #[test]
    fn property_no_text_makes_it_panic(text in ".{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = verdict(&text, &Jwks::default());
        let _ = json::object(&bytes);
        let _ = decrypt::<DecryptionKey>(&text, &[]);
    }
}

fn key_for_properties() -> &'static SigningKey {
    static KEY: std::sync::OnceLock<SigningKey> = std::sync::OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Signature::Es256).unwrap())
}

fn token_for_properties() -> &'static String {
    static TOKEN: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TOKEN.get_or_init(|| key_for_properties().sign(None, &claims()).unwrap())
}
