//! What is kept of a login.

use std::sync::atomic::Ordering;

use serde_json::json;
use varco_core::evidence::{EvidenceKind, IndexName, MessageName};

use super::network::answer;
use super::scene::*;

#[tokio::test]
async fn a_login_leaves_one_record_of_all_its_messages() {
    let scene = Scene::cie();
    let away = scene.away().await;
    scene.back(&away, Words::about(&away), now()).await.unwrap();
    let records = scene.evidence.records.lock().unwrap();
    let [record] = &records[..] else { panic!("{} records", records.len()) };
    assert_eq!((record.kind, record.at, record.provider.as_str()), (EvidenceKind::Login, now(), PROVIDER));
    let names: Vec<_> = record.messages.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            MessageName::AuthenticationRequest,
            MessageName::AuthenticationResponse,
            MessageName::TokenRequest,
            MessageName::TokenResponse,
            MessageName::UserInfoRequest,
            MessageName::UserInfoResponse,
        ]
    );
    assert_eq!(record.messages[0].1, away.query["request"]);
    assert!(record.messages[1].1.contains(CODE) && record.messages[1].1.contains("state=abab"));
    assert_eq!(record.messages[5].1.split('.').count(), 3, "as the provider signed it, not as it was encrypted");
    let found = |name| record.index.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str());
    assert_eq!(found(IndexName::Code), Some(CODE));
    assert_eq!(found(IndexName::ClientId), Some(CLIENT));
    assert_eq!(found(IndexName::Issuer), Some(PROVIDER));
    assert_eq!(found(IndexName::Subject), Some("pairwise-of-ada"));
    assert_eq!(found(IndexName::TokenId), Some("9ea42af0-594c-4486-9602-8a1f8dde42d3"));
    assert_eq!(found(IndexName::IssuedAt), Some(now().as_second().to_string().as_str()));
    assert_eq!(found(IndexName::TrustChain), Some(provider(PROVIDER, &keys().provider).chain.digest().as_str()));
}

/// Whoever brings an answer writes what they like beside it, and it would be kept for two years.
#[tokio::test]
async fn of_what_the_browser_brings_only_what_the_protocol_knows_is_kept() {
    let scene = Scene::cie();
    let away = scene.away().await;
    let mut words = Words::about(&away);
    words.callback.insert("ballast".to_owned(), "x".repeat(30_000));
    scene.back(&away, words, now()).await.unwrap();
    let records = scene.evidence.records.lock().unwrap();
    let expected =
        format!("code={CODE}&iss=https%3A%2F%2Fop.example&state={}", away.request["state"].as_str().unwrap());
    assert_eq!(records[0].messages[1], (MessageName::AuthenticationResponse, expected));
}

#[tokio::test]
async fn the_secrets_of_requests_are_not_kept() {
    let scene = Scene::cie();
    scene.told(|_| {}).await.unwrap();
    let form = scene.network.calls()[0].form.clone();
    let records = scene.evidence.records.lock().unwrap();
    for (name, text) in &records[0].messages {
        for secret in ["code_verifier", "client_assertion"] {
            assert!(!text.contains(&form[secret]), "{secret} in {name:?}");
        }
    }
}

#[tokio::test]
async fn a_login_that_is_refused_once_its_code_was_redeemed_leaves_its_record_too() {
    let refused = answer(400, "application/json", r#"{"error":"invalid_grant"}"#);
    let scene = Scene::cie();
    scene.refuses(|words| words.token_answer = Some(refused)).await;
    scene.refuses(|words| words.id_token["nonce"] = json!("another")).await;
    scene.refuses(|words| words.userinfo["sub"] = json!("pairwise-of-bob")).await;
    let lengths: Vec<_> = scene.evidence.records.lock().unwrap().iter().map(|one| one.messages.len()).collect();
    assert_eq!(lengths, [4, 4, 6]);
}

/// Nobody is let in of whom it could not be shown later on whose word.
#[tokio::test]
async fn a_login_whose_evidence_cannot_be_kept_is_refused() {
    let scene = Scene::cie();
    scene.evidence.is_away.store(true, Ordering::Relaxed);
    let refusal = scene.told(|_| {}).await.unwrap_err();
    assert_eq!((refusal.code(), refusal.status().number()), ("login.store.unavailable", 503));
}
