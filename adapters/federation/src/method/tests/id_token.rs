//! The ID token: everything that a relying party must refuse.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use varco_core::level::Level;

use super::scene::*;

/// A change of one member; `null` takes it out.
async fn with(member: &str, value: Value) -> &'static str {
    let scene = Scene::cie();
    let code = scene.refuses(|words| change(&mut words.id_token, member, value)).await;
    assert_eq!(scene.network.asked(), ["https://op.example/token"], "nothing is asked about who is not known");
    code
}

fn change(claims: &mut Value, member: &str, value: Value) {
    let members = claims.as_object_mut().unwrap();
    if value.is_null() { drop(members.remove(member)) } else { drop(members.insert(member.to_owned(), value)) }
}

fn seconds(after: i64) -> Value {
    json!(now().as_second() + after)
}

#[tokio::test]
async fn openid_federation_client_test() {
    let verified = Scene::cie().told(|_| {}).await.unwrap();
    let identity = verified.identity;
    assert_eq!(identity.person.value(), "RSSDAA85E57D612R");
    assert_eq!((identity.level, identity.authenticated_at), (Level::Two, now()));
    assert_eq!(identity.provider, Some(provider_id(PROVIDER)));
    let known: Vec<_> = identity.attributes.iter().map(|(attribute, _)| attribute.claim()).collect();
    assert_eq!(known, ["given_name", "family_name", "https://attributes.eid.gov.it/fiscal_number", "email"]);
}

#[tokio::test]
async fn openid_federation_client_invalid_aud_in_id_token() {
    for audience in [
        json!("https://accesso.regione.example/c_d612"),
        json!([CLIENT, "https://other.example"]),
        json!([]),
        json!(format!("{CLIENT}/")),
        Value::Null,
    ] {
        assert_eq!(with("aud", audience.clone()).await, "cie.id-token.audience", "{audience}");
    }
}

#[tokio::test]
async fn openid_federation_client_invalid_iss_in_id_token() {
    for issuer in [json!(ATTACKER), json!("https://op.example/"), json!("https://op.example:443"), Value::Null] {
        assert_eq!(with("iss", issuer.clone()).await, "cie.id-token.issuer", "{issuer}");
    }
}

#[tokio::test]
async fn an_audience_of_one_in_a_text_is_the_same() {
    Scene::cie().told(|words| change(&mut words.id_token, "aud", json!(CLIENT))).await.unwrap();
}

#[tokio::test]
async fn another_authorized_party_is_refused() {
    assert_eq!(with("azp", json!("https://other.example")).await, "cie.id-token.authorized-party");
    Scene::cie().told(|words| change(&mut words.id_token, "azp", json!(CLIENT))).await.unwrap();
}

#[tokio::test]
async fn a_claim_of_another_type_is_never_one_that_is_missing() {
    for (member, value) in [
        ("exp", json!((now().as_second() + 300).to_string())),
        ("exp", json!([1])),
        ("iat", json!("1")),
        ("nbf", json!("0")),
        ("nonce", json!(["one"])),
        ("nonce", json!(1)),
        ("aud", json!({ "is": CLIENT })),
        ("aud", json!([CLIENT, 1])),
        ("azp", json!([CLIENT])),
        ("iss", json!([PROVIDER])),
        ("sub", json!(17)),
        ("acr", json!(2)),
        ("jti", json!(true)),
        ("at_hash", json!(0)),
        ("c_hash", json!([])),
    ] {
        assert_eq!(with(member, value.clone()).await, "cie.id-token.malformed", "{member} {value}");
    }
}

#[tokio::test]
async fn the_times_hold_within_a_minute() {
    for (member, after, code) in [
        ("exp", -60, "cie.id-token.expired"),
        ("exp", -3600, "cie.id-token.expired"),
        ("iat", 61, "cie.id-token.issued"),
        ("iat", -61, "cie.id-token.issued"),
        ("nbf", 61, "cie.id-token.not-yet-valid"),
    ] {
        assert_eq!(with(member, seconds(after)).await, code, "{member} {after}");
    }
    for (member, after) in [("exp", -59), ("iat", 60), ("iat", -60), ("nbf", 60)] {
        let accepted = Scene::cie().told(|words| change(&mut words.id_token, member, seconds(after))).await;
        assert!(accepted.is_ok(), "{member} {after}");
    }
    assert_eq!(with("exp", Value::Null).await, "cie.id-token.expired");
    assert_eq!(with("iat", Value::Null).await, "cie.id-token.issued");
    Scene::cie().told(|words| change(&mut words.id_token, "nbf", Value::Null)).await.unwrap();
}

#[tokio::test]
async fn another_nonce_is_refused() {
    for nonce in [json!(""), json!("0".repeat(64)), Value::Null] {
        assert_eq!(with("nonce", nonce).await, "cie.id-token.nonce");
    }
}

#[tokio::test]
async fn the_hash_of_the_access_token_must_be_there_and_right() {
    for hash in [Value::Null, json!(""), json!(half_of("another token")), json!(half_of(CODE))] {
        assert_eq!(with("at_hash", hash).await, "cie.id-token.access-token");
    }
}

#[tokio::test]
async fn the_hash_of_the_code_must_be_right_where_it_is_there() {
    assert_eq!(with("c_hash", json!(half_of("another code"))).await, "cie.id-token.code");
    Scene::cie().told(|words| change(&mut words.id_token, "c_hash", Value::Null)).await.unwrap();
}

#[tokio::test]
async fn a_lower_level_than_asked_for_is_refused_and_a_higher_one_is_told() {
    for class in
        [json!("https://www.spid.gov.it/SpidL1"), json!("https://www.spid.gov.it/SpidL4"), json!("3"), Value::Null]
    {
        assert_eq!(with("acr", class.clone()).await, "cie.id-token.level", "{class}");
    }
    let higher = json!("https://www.spid.gov.it/SpidL3");
    let verified = Scene::cie().told(|words| change(&mut words.id_token, "acr", higher)).await.unwrap();
    assert_eq!(verified.identity.level, Level::Three);
}

#[tokio::test]
async fn names_are_neither_empty_nor_endless() {
    for (member, code) in [("jti", "cie.id-token.id"), ("sub", "cie.id-token.subject")] {
        for name in [Value::Null, json!(""), json!("x".repeat(256)), json!("two\nlines")] {
            assert_eq!(with(member, name).await, code, "{member}");
        }
    }
}

/// Whoever brings the same token a second time brings the same proof, which core's guard has seen.
#[tokio::test]
async fn a_replayed_jti_is_the_same_proof() {
    let scene = Scene::cie();
    let (one, other) = (scene.told(|_| {}).await.unwrap(), scene.told(|_| {}).await.unwrap());
    assert_eq!(one.proof, other.proof);
    assert_eq!(one.proof.id, format!("{PROVIDER} 9ea42af0-594c-4486-9602-8a1f8dde42d3"));
    assert!(one.proof.expires_at > now() + varco_core::attempt::LIFETIME);
    let third = scene.told(|words| change(&mut words.id_token, "jti", json!("another"))).await.unwrap();
    assert_ne!(one.proof.id, third.proof.id);
}

/// The token of one attempt does not answer another.
#[tokio::test]
async fn a_token_of_another_attempt_is_refused() {
    let scene = Scene::cie();
    let (mine, of_attacker) = (scene.away().await, scene.away().await);
    let mut words = Words::about(&of_attacker);
    words.callback.insert("state".to_owned(), mine.request["state"].as_str().unwrap().to_owned());
    assert_eq!(scene.back(&mine, words, now()).await.unwrap_err().code(), "cie.id-token.nonce");
}

/// Header and claims, signed by nobody, or in a way of one's own.
fn forged(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(header), part(claims));
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&sign(signed.as_bytes())))
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    for algorithm in ["none", "None", "NONE", ""] {
        let refused = Scene::cie()
            .refuses(|words| {
                let header = json!({ "alg": algorithm, "kid": words.signs.key_id() });
                words.id_token_text = Some(forged(&header, &words.id_token, |_| Vec::new()));
            })
            .await;
        assert_eq!(refused, "cie.id-token.signature", "{algorithm}");
    }
}

/// The public key is known to everybody: taken for a shared secret, it would let anybody sign.
#[tokio::test]
async fn hs256_with_the_rsa_key_is_refused() {
    let refused = Scene::cie()
        .refuses(|words| {
            let public = words.signs.public().to_json();
            let modulus = BASE64URL_NOPAD.decode(public["n"].as_str().unwrap().as_bytes()).unwrap();
            let header = json!({ "alg": "HS256", "kid": words.signs.key_id() });
            let key = hmac::Key::new(HMAC_SHA256, &modulus);
            words.id_token_text =
                Some(forged(&header, &words.id_token, |signed| hmac::sign(&key, signed).as_ref().to_vec()));
        })
        .await;
    assert_eq!(refused, "cie.id-token.signature");
}

#[tokio::test]
async fn a_signature_of_somebody_else_under_the_providers_name_is_refused() {
    let refused = Scene::cie()
        .refuses(|words| {
            let stolen = words.signs.key_id();
            let signed = keys().attacker.sign(None, words.id_token.as_object().unwrap()).unwrap();
            let (_, rest) = signed.split_once('.').unwrap();
            let header = json!({ "alg": "RS256", "kid": stolen }).to_string();
            words.id_token_text = Some(format!("{}.{rest}", BASE64URL_NOPAD.encode(header.as_bytes())));
        })
        .await;
    assert_eq!(refused, "cie.id-token.signature");
}

/// A key in the token, or an address of one, is not looked at.
#[tokio::test]
async fn a_token_does_not_bring_its_own_key() {
    for member in ["jwk", "jku", "x5u"] {
        let scene = Scene::cie();
        let refused = scene
            .refuses(|words| {
                let mut header = json!({ "alg": "ES256", "kid": keys().attacker.key_id() });
                header[member] = match member {
                    "jwk" => keys().attacker.public().to_json(),
                    _ => json!("https://evil.example/keys"),
                };
                words.id_token_text = Some(forged(&header, &words.id_token, |_| vec![0; 64]));
            })
            .await;
        assert_eq!(refused, "cie.id-token.key", "{member}");
        assert_eq!(scene.network.asked(), ["https://op.example/token"]);
    }
}

#[tokio::test]
async fn a_token_of_another_kind_is_refused() {
    for kind in ["at+jwt", "entity-statement+jwt", "trust-mark+jwt", "application/at+jwt"] {
        let refused = Scene::cie().refuses(|words| words.media_type = Some(kind)).await;
        assert_eq!(refused, "cie.id-token.malformed", "{kind}");
    }
    Scene::cie().told(|words| words.media_type = Some("JWT")).await.unwrap();
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    for text in ["", "a.b", "a.b.c", "a.b.c.d.e", "....", &"x".repeat(90_000)] {
        let refused = Scene::cie().refuses(|words| words.id_token_text = Some(text.to_owned())).await;
        assert_eq!(refused, "cie.id-token.malformed");
    }
}
