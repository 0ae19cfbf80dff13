//! The token endpoint.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;

use super::network::answer;
use super::scene::*;
use crate::http::HttpFault;
use crate::jose::{Accepted, Jwks, Unverified};

#[tokio::test]
async fn the_code_is_redeemed_once_by_who_asked_for_it() {
    let scene = Scene::cie();
    let away = scene.away().await;
    scene.back(&away, Words::about(&away), now()).await.unwrap();
    let calls = scene.network.calls();
    let form = &calls[0].form;
    for (name, value) in [
        ("grant_type", "authorization_code"),
        ("code", CODE),
        ("client_id", CLIENT),
        ("redirect_uri", away.request["redirect_uri"].as_str().unwrap()),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
    ] {
        assert_eq!(form[name], value, "{name}");
    }
    assert_eq!(form.len(), 7, "these, the verifier and the assertion");
    let challenge = BASE64URL_NOPAD.encode(digest(&SHA256, form["code_verifier"].as_bytes()).as_ref());
    assert_eq!(challenge, away.request["code_challenge"].as_str().unwrap());
}

#[tokio::test]
async fn the_assertion_is_for_this_address_this_moment_and_once() {
    let scene = Scene::cie();
    let mut ids = Vec::new();
    for _ in 0..2 {
        scene.told(|_| {}).await.unwrap();
        let call = scene.network.calls().into_iter().rfind(|call| call.address.ends_with("/token")).unwrap();
        let token = Unverified::parse(&call.form["client_assertion"]).unwrap();
        let token = token.verify(&Jwks::from_iter([keys().body.public()]), Accepted::FEDERATION).unwrap();
        let claims = token.claims().members();
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!(CLIENT), &json!(CLIENT)));
        assert_eq!(claims["aud"], json!(["https://op.example/token"]));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
        ids.push(claims["jti"].clone());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn what_no_token_endpoint_says_is_refused_and_nothing_else_is_asked() {
    let ten_megabytes = vec![b' '; 10 * 1024 * 1024];
    for (what, said, code) in [
        ("a redirect", Err(HttpFault::Unexpected), "cie.token.answer"),
        ("an endless answer", Err(HttpFault::Slow), "cie.token.answer"),
        ("10 MB", answer(200, "application/json", ten_megabytes), "cie.token.answer"),
        ("a forbidden address", Err(HttpFault::Forbidden), "cie.token.answer"),
        ("nothing", Err(HttpFault::Unreachable), "cie.token.unreachable"),
        ("a page", answer(200, "text/html", "<html>"), "cie.token.answer"),
        ("no JSON", answer(200, "application/json", "{"), "cie.token.answer"),
        ("a list", answer(200, "application/json", "[]"), "cie.token.answer"),
        ("a member twice", answer(200, "application/json", r#"{"id_token":"a","id_token":"b"}"#), "cie.token.answer"),
        ("invalid_grant", answer(400, "application/json", r#"{"error":"invalid_grant"}"#), "cie.token.refused"),
        ("403 and nothing", answer(403, "", ""), "cie.token.refused"),
        ("an error in a page", answer(500, "text/html", "<html>"), "cie.token.refused"),
        ("a redirect that is shown", answer(302, "text/html", ""), "cie.token.refused"),
        ("201", answer(201, "application/json", "{}"), "cie.token.refused"),
        ("invalid_client", answer(401, "application/json", r#"{"error":"invalid_client"}"#), "cie.token.our-request"),
        (
            "unauthorized_client",
            answer(403, "application/json", r#"{"error":"unauthorized_client"}"#),
            "cie.token.our-request",
        ),
        ("invalid_request", answer(400, "", r#"{"error":"invalid_request"}"#), "cie.token.our-request"),
        ("a word of its own", answer(400, "application/json", r#"{"error":"<b>"}"#), "cie.token.refused"),
    ] {
        let scene = Scene::cie();
        let refusal = scene.told(|words| words.token_answer = Some(said)).await.unwrap_err();
        assert_eq!(refusal.code(), code, "{what}");
        assert!(!refusal.to_string().contains('<'), "what anybody may write is not in the log");
        assert_eq!(scene.network.asked(), ["https://op.example/token"], "{what}");
    }
}

#[tokio::test]
async fn tokens_that_could_be_none_are_refused() {
    for (member, value) in [
        ("token_type", json!("mac")),
        ("token_type", json!(null)),
        ("access_token", json!("")),
        ("access_token", json!("two\r\nlines")),
        ("access_token", json!(["one"])),
        ("access_token", json!("x".repeat(8 * 1024 + 1))),
        ("refresh_token", json!(1)),
    ] {
        let scene = Scene::cie();
        assert_eq!(scene.refuses(|words| words.token[member] = value.clone()).await, "cie.token.answer", "{member}");
        assert_eq!(scene.network.asked(), ["https://op.example/token"]);
    }
    let missing = Scene::cie();
    let without = missing.refuses(|words| words.token = json!({ "token_type": "Bearer" })).await;
    assert_eq!(without, "cie.token.answer");
}
