//! How a login ends at the provider.

use std::sync::atomic::Ordering;

use varco_core::evidence::{EvidenceKind, MessageName};
use varco_core::logout::{LogoutId, ProviderLogin};
use varco_core::method::LoginMethod as _;
use varco_core::refusal::Refusal;
use varco_core::secret::Secret;

use super::network::answer;
use super::scene::*;
use crate::http::{Answer, HttpFault};
use crate::jose::{Accepted, Jwks, Unverified};
use crate::profile::{Profile, SPID};
use crate::providers::OpenIdProvider;

async fn logged_in(scene: &Scene) -> ProviderLogin {
    let verified = scene.told(|words| words.token["refresh_token"] = "refresh.token.value".into()).await.unwrap();
    verified.identity.provider_login.unwrap()
}

async fn leave(scene: &Scene, login: &ProviderLogin, said: Result<Answer, HttpFault>) -> Result<(), Refusal> {
    scene.network.answers("https://op.example/revocation", said);
    let farewell = scene.method.farewell(login, LogoutId(Secret::from_bytes([1; 16])), now()).await?;
    assert!(farewell.is_none(), "the browser goes nowhere");
    Ok(())
}

async fn revoked(profile: &'static Profile) -> Vec<String> {
    let scene = Scene::of(profile, false);
    let login = logged_in(&scene).await;
    assert!(login.keeps_session);
    leave(&scene, &login, answer(200, "", "")).await.unwrap();
    let calls = scene.network.calls().into_iter().filter(|call| call.address.ends_with("/revocation"));
    calls.map(|call| call.form["token"].clone()).collect()
}

/// Guidelines, logout: SPID ends the refresh token too, CIE MUST NOT.
#[tokio::test]
async fn what_was_granted_is_revoked_as_each_federation_wants() {
    assert_eq!(revoked(&SPID).await, ["refresh.token.value", ACCESS_TOKEN]);
    assert_eq!(revoked(&crate::profile::CIE).await, [ACCESS_TOKEN]);
}

#[tokio::test]
async fn the_body_says_who_it_is_to_this_address() {
    let scene = Scene::cie();
    let login = logged_in(&scene).await;
    leave(&scene, &login, answer(200, "", "")).await.unwrap();
    let call = scene.network.calls().pop().unwrap();
    assert_eq!(call.form["client_id"], CLIENT);
    let token = Unverified::parse(&call.form["client_assertion"]).unwrap();
    let token = token.verify(&Jwks::from_iter([keys().body.public()]), Accepted::FEDERATION).unwrap();
    assert_eq!(token.claims().members()["aud"], serde_json::json!(["https://op.example/revocation"]));
}

#[tokio::test]
async fn a_token_that_is_none_any_more_is_as_good_as_revoked() {
    let scene = Scene::cie();
    let login = logged_in(&scene).await;
    leave(&scene, &login, answer(400, "application/json", r#"{"error":"invalid_grant"}"#)).await.unwrap();
}

#[tokio::test]
async fn what_could_not_be_revoked_is_told() {
    let scene = Scene::cie();
    let login = logged_in(&scene).await;
    for said in [
        answer(401, "application/json", r#"{"error":"invalid_client"}"#),
        answer(302, "text/html", ""),
        answer(500, "", ""),
        Err(HttpFault::Unreachable),
        Err(HttpFault::TooLarge),
    ] {
        assert_eq!(leave(&scene, &login, said).await.unwrap_err().code(), "cie.revocation.failed");
    }
    let mut without = OpenIdProvider::clone(&provider(PROVIDER, &keys().provider));
    without.metadata.revocation_endpoint = None;
    scene.directory.replace([std::sync::Arc::new(without)]);
    assert_eq!(leave(&scene, &login, answer(200, "", "")).await.unwrap_err().code(), "cie.revocation.not-offered");
    scene.directory.replace([]);
    assert_eq!(leave(&scene, &login, answer(200, "", "")).await.unwrap_err().code(), "login.provider.unknown");
}

#[tokio::test]
async fn a_provider_without_such_an_address_keeps_nothing_that_could_be_ended() {
    let scene = Scene::cie();
    let mut without = OpenIdProvider::clone(&provider(PROVIDER, &keys().provider));
    without.metadata.revocation_endpoint = None;
    scene.directory.replace([std::sync::Arc::new(without)]);
    assert!(!logged_in(&scene).await.keeps_session);
}

#[tokio::test]
async fn a_revocation_leaves_a_record_without_the_token() {
    let scene = Scene::cie();
    let login = logged_in(&scene).await;
    leave(&scene, &login, answer(500, "", "")).await.unwrap_err();
    let record = scene.evidence.records.lock().unwrap().pop().unwrap();
    assert_eq!(record.kind, EvidenceKind::Revocation);
    let names: Vec<_> = record.messages.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, [MessageName::RevocationRequest, MessageName::RevocationResponse]);
    assert!(!record.messages[0].1.contains(ACCESS_TOKEN));
    scene.evidence.is_away.store(true, Ordering::Relaxed);
    assert_eq!(leave(&scene, &login, answer(200, "", "")).await.unwrap_err().code(), "login.store.unavailable");
}
