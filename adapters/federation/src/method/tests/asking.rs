//! The way out: what the provider is asked.

use serde_json::{Value, json};
use varco_core::level::Level;
use varco_core::method::{LoginMethod as _, Opening, Return};
use varco_core::name::BodyId;

use super::scene::*;
use crate::jose::{Accepted, Jwks, Unverified};
use crate::method::is_openid;
use crate::profile::SPID;

#[tokio::test]
async fn the_request_object_says_what_the_guidelines_want() {
    for scene in [Scene::cie(), Scene::of(&SPID, false)] {
        let away = scene.away().await;
        let text = |name: &str| away.request[name].as_str().unwrap_or_else(|| panic!("{name}"));
        for (name, value) in [
            ("iss", CLIENT),
            ("client_id", CLIENT),
            ("response_type", "code"),
            ("scope", "openid"),
            ("code_challenge_method", "S256"),
            ("prompt", "consent login"),
            ("acr_values", "https://www.spid.gov.it/SpidL2"),
            ("state", "abababababababababababababababab"),
        ] {
            assert_eq!(text(name), value, "{name}");
        }
        let method = scene.method.descriptor().id.as_str();
        assert_eq!(text("redirect_uri"), format!("https://accesso.regione.example/return/{method}"));
        assert_eq!(away.request["aud"], json!([PROVIDER]));
        assert_eq!(away.request["iat"], now().as_second());
        assert_eq!(away.request["exp"], now().as_second() + 180);
        assert!(text("nonce").len() >= 32 && text("nonce").bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(text("jti").len(), 36);
        assert!(!away.request.contains_key("sub"), "else it could serve as a client assertion");
        let userinfo = &away.request["claims"]["userinfo"];
        assert_eq!(userinfo["given_name"], json!({ "essential": true }));
        assert_eq!(userinfo["https://attributes.eid.gov.it/fiscal_number"], json!({ "essential": true }));
        assert_eq!(userinfo["email"], Value::Null);
        assert_eq!(userinfo.as_object().unwrap().len(), 4, "nothing that the service is not entitled to");
        assert!(away.request["claims"].get("id_token").is_none(), "it is not encrypted");
    }
}

#[tokio::test]
async fn the_query_repeats_what_the_request_object_says() {
    let away = Scene::cie().away().await;
    for name in ["client_id", "response_type", "scope", "code_challenge", "code_challenge_method"] {
        assert_eq!(away.query[name], away.request[name].as_str().unwrap(), "{name}");
    }
    assert_eq!(away.query.len(), 6, "and the request object");
}

#[tokio::test]
async fn the_request_object_is_signed_by_the_body() {
    let away = Scene::cie().away().await;
    let token = Unverified::parse(&away.query["request"]).unwrap();
    assert_eq!(token.media_type(), None);
    token.verify(&Jwks::from_iter([keys().body.public()]), Accepted::FEDERATION).unwrap();
}

#[tokio::test]
async fn a_session_of_the_provider_counts_at_the_first_level_only() {
    for (level, prompt) in [(Level::One, "consent"), (Level::Two, "consent login"), (Level::Three, "consent login")] {
        assert_eq!(Scene::cie().away_at(level).await.request["prompt"], prompt);
    }
}

#[tokio::test]
async fn every_request_draws_anew() {
    let scene = Scene::cie();
    let (one, other) = (scene.away().await, scene.away().await);
    for name in ["nonce", "code_challenge", "jti"] {
        assert_ne!(one.request[name], other.request[name], "{name}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_relying_party_does_not_ask() {
    let scene = Scene::cie();
    let service = varco_core::service::Service { body: BodyId::parse("c_d612").unwrap(), ..service() };
    let provider = provider_id(PROVIDER);
    let attempt = varco_core::attempt::AttemptId(varco_core::secret::Secret::from_bytes([1; 16]));
    let opening = Opening { attempt, service: &service, level: Level::Two, provider: Some(&provider), now: now() };
    assert_eq!(scene.method.begin(opening).await.unwrap_err().code(), "cie.asking.not-served");
}

#[tokio::test]
async fn a_provider_whose_chain_has_ended_is_neither_listed_nor_asked() {
    let scene = Scene::cie();
    scene.directory.replace([ended(PROVIDER, &keys().provider)]);
    assert!(scene.method.providers().is_empty() && !scene.method.is_open());
    let (service, provider) = (service(), provider_id(PROVIDER));
    let attempt = varco_core::attempt::AttemptId(varco_core::secret::Secret::from_bytes([1; 16]));
    for provider in [Some(&provider), None] {
        let opening = Opening { attempt, service: &service, level: Level::Two, provider, now: now() };
        assert_eq!(scene.method.begin(opening).await.unwrap_err().code(), "login.provider.unknown");
    }
}

#[tokio::test]
async fn the_note_is_known_by_its_protocol_and_version() {
    let memo = Scene::cie().away().await.sent.memo;
    assert!(is_openid(&memo));
    assert!(!is_openid(&memo.replace(r#""openid":1"#, r#""openid":2"#)));
    assert!(!is_openid(r#"{"request_id":"_1","issuer":"x"}"#));
}

#[tokio::test]
async fn a_note_that_cannot_be_read_is_refused() {
    let scene = Scene::cie();
    let mut away = scene.away().await;
    let words = Words::about(&away);
    away.sent.memo = "{}".to_owned();
    assert_eq!(scene.back(&away, words, now()).await.unwrap_err().code(), "cie.asking.memo");
    assert!(scene.network.calls().is_empty());
}

/// The attempt is found by the state, exactly as it was sent, and in a query alone.
#[test]
fn only_the_exact_state_names_an_attempt() {
    let scene = Scene::cie();
    let named = |channel, state: &str| {
        let parameters = [("state".to_owned(), state.to_owned())].into();
        scene.method.attempt_of(&Return { channel, parameters }).is_some()
    };
    let state = "ab".repeat(16);
    assert!(named(varco_core::method::Channel::Query, &state));
    assert!(!named(varco_core::method::Channel::Form, &state), "a code comes in the query");
    for other in
        ["", &state[1..], &state.to_uppercase(), &format!("{state}ab"), &format!("{state} "), "q6urq6urq6urq6urq6urqw"]
    {
        assert!(!named(varco_core::method::Channel::Query, other), "{other}");
    }
}
