//! Every way that is known to make a reader of tokens believe what nobody signed.

use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;

use super::*;

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
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
    ] {
        let forged = with_header(&token, |header| header[name] = value);
        assert_eq!(verdict(&forged, &keys_of(&key)), Err(JwsFault::Header), "{name}");
    }
}

#[test]
fn a_member_stands_once_and_has_its_type() {
    for header in [
        r#"{"alg":"ES256","alg":"RS256","kid":"k"}"#,
        r#"{"alg":"ES256","kid":"k","x":{"y":1,"y":1}}"#,
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
        r#"{"sub":"a","\u0073ub":"b"}"#,
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
fn bits_that_mean_nothing_are_not_passed_over() {
    // As many characters as leave bits over in each part.
    let good = token(r#"{"alg":"ES256","kid":"k"}"#, "{}", b"x");
    assert!(Unverified::parse(&good).is_ok());
    for part in 0..3 {
        let changed = with_loose_bit(&good, part);
        assert_eq!(Unverified::parse(&changed).map(drop), Err(JwsFault::Malformed), "{part}");
    }
    let (key, good) = honest(Signature::Es256);
    assert_eq!(verdict(&good, &keys_of(&key)), Ok(()));
    assert_eq!(verdict(&with_loose_bit(&good, 2), &keys_of(&key)), Err(JwsFault::Malformed));
}

#[test]
fn another_form_of_token_is_none() {
    let (key, good) = honest(Signature::Es256);
    let parts: Vec<_> = good.split('.').collect();
    let (protected, payload, signature) = (parts[0], parts[1], parts[2]);
    let flat = json!({ "protected": protected, "payload": payload, "signature": signature });
    let general = json!({ "payload": payload, "signatures": [{ "protected": protected, "signature": signature }] });
    let encrypted = "eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA".to_owned();
    for other in [flat.to_string(), general.to_string(), encrypted] {
        assert_eq!(verdict(&other, &keys_of(&key)), Err(JwsFault::Malformed), "{other}");
    }
}

proptest! {
    #[test]
    fn property_a_changed_byte_is_seen(which in 0_usize..3, at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let (keys, token) = &signed_for_properties()[which];
        if let Some(text) = with_byte(token, at, to) {
            prop_assert!(verdict(&text, keys).is_err());
        }
    }

    #[test]
    fn property_no_text_makes_it_panic(text in ".{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = verdict(&text, &Jwks::default());
        let _ = json::object(&bytes);
    }
}

fn signed_for_properties() -> &'static [(Jwks, String); 3] {
    static SIGNED: std::sync::OnceLock<[(Jwks, String); 3]> = std::sync::OnceLock::new();
    SIGNED.get_or_init(|| {
        [Signature::Es256, Signature::Es512, Signature::Ps256].map(|algorithm| {
            let (key, token) = honest(algorithm);
            (keys_of(&key), token)
        })
    })
}
