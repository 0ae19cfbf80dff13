//! What the provider says of the person.

use serde_json::{Value, json};

use super::network::answer;
use super::scene::*;
use crate::http::HttpFault;
use crate::profile::SPID;

fn change(claims: &mut Value, member: &str, value: Value) {
    let members = claims.as_object_mut().unwrap();
    if value.is_null() { drop(members.remove(member)) } else { drop(members.insert(member.to_owned(), value)) }
}

async fn with(member: &str, value: Value) -> &'static str {
    Scene::cie().refuses(|words| change(&mut words.userinfo, member, value)).await
}

#[tokio::test]
async fn it_is_asked_with_the_access_token_in_a_header() {
    let scene = Scene::cie();
    scene.told(|_| {}).await.unwrap();
    let call = scene.network.calls().pop().unwrap();
    assert_eq!((call.address.as_str(), call.bearer.as_deref()), ("https://op.example/userinfo", Some(ACCESS_TOKEN)));
}

#[tokio::test]
async fn both_generations_of_our_key_decrypt() {
    for key in [0, 1] {
        Scene::cie().told(|words| words.encrypts_for = key).await.unwrap();
    }
}

/// OpenID Connect Core, section 5.3.2.
#[tokio::test]
async fn a_subject_that_differs_is_refused() {
    for subject in [json!("pairwise-of-bob"), json!(""), Value::Null] {
        assert_eq!(with("sub", subject).await, "cie.userinfo.subject");
    }
}

#[tokio::test]
async fn it_is_from_the_provider_and_for_the_body() {
    let seconds = now().as_second();
    for (member, value, code) in [
        ("iss", json!(ATTACKER), "cie.userinfo.issuer"),
        ("iss", json!("https://op.example/"), "cie.userinfo.issuer"),
        ("iss", Value::Null, "cie.userinfo.issuer"),
        ("aud", json!("https://other.example"), "cie.userinfo.audience"),
        ("aud", json!([CLIENT, "https://other.example"]), "cie.userinfo.audience"),
        ("aud", Value::Null, "cie.userinfo.audience"),
        ("exp", json!(seconds - 60), "cie.userinfo.expired"),
        ("exp", Value::Null, "cie.userinfo.expired"),
        ("iat", json!(seconds + 61), "cie.userinfo.issued"),
        ("iat", json!(seconds - 61), "cie.userinfo.issued"),
        ("iat", Value::Null, "cie.userinfo.issued"),
        ("exp", json!((seconds + 300).to_string()), "cie.userinfo.malformed"),
        ("aud", json!(1), "cie.userinfo.malformed"),
        ("sub", json!(["pairwise-of-ada"]), "cie.userinfo.malformed"),
    ] {
        assert_eq!(with(member, value.clone()).await, code, "{member} {value}");
    }
}

#[tokio::test]
async fn a_lenient_reader_misses_nothing_that_is_there() {
    let scene = || Scene::of(&SPID, true);
    let bare = |words: &mut Words| {
        for member in ["iss", "aud", "exp", "iat"] {
            change(&mut words.userinfo, member, Value::Null);
        }
    };
    scene().told(bare).await.unwrap();
    for (member, value, code) in [
        ("iss", json!(ATTACKER), "spid.userinfo.issuer"),
        ("aud", json!("https://other.example"), "spid.userinfo.audience"),
        ("exp", json!(1), "spid.userinfo.expired"),
        ("exp", json!("1"), "spid.userinfo.malformed"),
        ("sub", json!("pairwise-of-bob"), "spid.userinfo.subject"),
        ("sub", Value::Null, "spid.userinfo.subject"),
    ] {
        let refused = scene()
            .refuses(|words| {
                bare(words);
                change(&mut words.userinfo, member, value);
            })
            .await;
        assert_eq!(refused, code, "{member}");
    }
}

/// Encryption says nothing of who wrote it: anybody can encrypt for us.
#[tokio::test]
async fn both_layers_are_looked_at() {
    let inner = |claims: &Value, key: &crate::jose::SigningKey| key.sign(None, claims.as_object().unwrap()).unwrap();
    let jwt = |content: String| Some(answer(200, "application/jwt", content));
    let refused = Scene::cie().refuses(|words| words.signs_userinfo = &keys().attacker).await;
    assert_eq!(refused, "cie.userinfo.key", "signed by somebody else");
    let refused = Scene::cie()
        .refuses(|words| {
            words.userinfo_answer = jwt(inner(&words.userinfo, &keys().provider));
        })
        .await;
    assert_eq!(refused, "cie.userinfo.encryption", "in the clear");
    let refused = Scene::cie()
        .refuses(|words| {
            let unsigned =
                format!("eyJhbGciOiJub25lIn0.{}.", inner(&words.userinfo, &keys().provider).split('.').nth(1).unwrap());
            words.userinfo_answer = jwt(encrypted(&unsigned, 0));
        })
        .await;
    assert_eq!(refused, "cie.userinfo.signature", "encrypted, and signed by nobody");
    let refused =
        Scene::cie().refuses(|words| words.userinfo_answer = jwt(encrypted(&words.userinfo.to_string(), 0))).await;
    assert_eq!(refused, "cie.userinfo.malformed", "encrypted, and no token");
    let refused = Scene::cie()
        .refuses(|words| {
            let mut sealed = encrypted(&inner(&words.userinfo, &keys().provider), 0);
            sealed.truncate(sealed.len() - 4);
            words.userinfo_answer = jwt(sealed + "AAAA");
        })
        .await;
    assert_eq!(refused, "cie.userinfo.encryption", "changed on its way");
    let refused = Scene::cie()
        .refuses(|words| {
            let mut signed = inner(&words.userinfo, &keys().provider);
            signed.truncate(signed.len() - 4);
            words.userinfo_answer = jwt(encrypted(&(signed + "AAAA"), 0));
        })
        .await;
    assert_eq!(refused, "cie.userinfo.signature");
}

#[tokio::test]
async fn what_no_userinfo_endpoint_says_is_refused() {
    let ten_megabytes = vec![b'x'; 10 * 1024 * 1024];
    for (what, said, code) in [
        ("JSON", answer(200, "application/json", r#"{"sub":"pairwise-of-ada"}"#), "cie.userinfo.answer"),
        ("a page", answer(200, "text/html", "<html>"), "cie.userinfo.answer"),
        ("403", answer(403, "", ""), "cie.userinfo.answer"),
        ("a redirect", Err(HttpFault::Unexpected), "cie.userinfo.answer"),
        ("an endless answer", Err(HttpFault::Slow), "cie.userinfo.answer"),
        ("10 MB", answer(200, "application/jwt", ten_megabytes), "cie.userinfo.answer"),
        ("nothing", Err(HttpFault::Unreachable), "cie.userinfo.unreachable"),
        ("no token", answer(200, "application/jwt", "x"), "cie.userinfo.encryption"),
        ("no text", answer(200, "application/jwt", [0xff, 0xfe]), "cie.userinfo.malformed"),
    ] {
        let refused = Scene::cie().refuses(|words| words.userinfo_answer = Some(said)).await;
        assert_eq!(refused, code, "{what}");
    }
}

#[tokio::test]
async fn who_cannot_be_known_is_refused() {
    let number = "https://attributes.eid.gov.it/fiscal_number";
    for (member, value, code) in [
        (number, Value::Null, "cie.userinfo.anonymous"),
        (number, json!("RSSDAA85E57D612R"), "cie.userinfo.fiscal-number"),
        (number, json!("TINIT-RSSDAA85E57D612X"), "cie.userinfo.fiscal-number"),
        (number, json!(["TINIT-RSSDAA85E57D612R"]), "cie.userinfo.fiscal-number"),
        ("family_name", Value::Null, "cie.userinfo.attribute"),
        ("given_name", json!(""), "cie.userinfo.attribute"),
        ("given_name", json!({ "is": "Ada" }), "cie.userinfo.attribute"),
    ] {
        assert_eq!(with(member, value.clone()).await, code, "{member} {value}");
    }
}
