//! Keys that must not be used, or not for that.

use data_encoding::BASE64URL_NOPAD;

use super::*;

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
    let mut shifted = SigningKey::generate(Signature::Es256).unwrap().public().to_json();
    with_shifted_byte(&mut shifted);
    assert_eq!(Jwk::from_value(&shifted).map(drop), Err(JwkFault::Unusable));
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
fn a_file_is_read_only_if_it_holds_one_key_as_it_should() {
    let good = SigningKey::generate(Signature::Es256).unwrap().to_pem().unwrap();
    let read = |text: &str| SigningKey::from_pem(Signature::Es256, text).map(drop);
    assert!(good.lines().all(|line| line.len() <= 64) && good.ends_with("-----END PRIVATE KEY-----\n"), "{}", *good);
    for text in [format!("what it is\n{}", *good), good.replace('\n', "\r\n"), good.trim().to_owned()] {
        assert_eq!(read(&text), Ok(()), "{text}");
    }
    let inside: String = good.lines().filter(|line| !line.starts_with('-')).collect();
    for text in [
        String::new(),
        inside.clone(),
        format!("{}{}", *good, *good),
        good.replace("PRIVATE", "EC PRIVATE"),
        good.replace("PRIVATE", "ENCRYPTED PRIVATE"),
        good.replace("END PRIVATE", "END PUBLIC"),
        good.replacen(&inside[..1], "!", 1),
        good.replacen("KEY-----\n", "KEY-----\nA", 1),
        format!("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n{}", *good),
    ] {
        assert_eq!(read(&text), Err(KeyFault::Pem), "{text}");
    }
    assert_eq!(read("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"), Err(KeyFault::Kind("ES256")));
}
