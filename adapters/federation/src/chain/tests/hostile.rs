//! Chains that somebody forged, broke or made endless.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::super::*;
use super::scene::{ANCHOR, MIDDLE, NOW, PROVIDER, Scene, keys_of, signed};
use crate::http::Answer;
use crate::jose::{ClaimsFault, JwsFault};
use crate::statement::MEDIA_TYPE;

const OF_ENTITY: &str = "configuration of the entity";
const OF_SUPERIOR: &str = "statement of a superior";
const BY_STATED_KEYS: &str = "configuration, by the keys that its superior states";

fn statement<T>(what: &'static str, fault: StatementFault) -> Result<T, ChainFault> {
    Err(ChainFault::Statement { what, fault })
}

async fn verdict(scene: &Scene) -> Result<(), ChainFault> {
    scene.resolve(PROVIDER).await.map(drop)
}

/// What comes of a provider that says something else of itself.
async fn saying(change: impl FnOnce(&mut Value)) -> Result<(), ChainFault> {
    let mut scene = Scene::new();
    scene.say(PROVIDER, change);
    verdict(&scene).await
}

/// What comes of an anchor that says something else of the provider.
async fn stating(change: impl FnOnce(&mut Value)) -> Result<(), ChainFault> {
    let mut scene = Scene::new();
    scene.state(ANCHOR, PROVIDER, change);
    verdict(&scene).await
}

fn without(name: &'static str) -> impl FnOnce(&mut Value) {
    move |claims| drop(claims.as_object_mut().unwrap().remove(name))
}

#[tokio::test]
async fn openid_federation_client_invalid_iss_in_entity_configuration() {
    for issuer in [ANCHOR, "https://op.example/oidc/", "https://op.example"] {
        assert_eq!(saying(|claims| claims["iss"] = issuer.into()).await, statement(OF_ENTITY, StatementFault::Issuer));
    }
}

#[tokio::test]
async fn openid_federation_client_invalid_sub_in_entity_configuration() {
    assert_eq!(saying(|claims| claims["sub"] = ANCHOR.into()).await, statement(OF_ENTITY, StatementFault::Subject));
}

#[tokio::test]
async fn openid_federation_client_invalid_missing_exp_in_entity_configuration() {
    let missing = StatementFault::Claim(ClaimsFault::Missing("exp"));
    assert_eq!(saying(without("exp")).await, statement(OF_ENTITY, missing));
}

#[tokio::test]
async fn openid_federation_client_invalid_missing_iat_in_entity_configuration() {
    let missing = StatementFault::Claim(ClaimsFault::Missing("iat"));
    assert_eq!(saying(without("iat")).await, statement(OF_ENTITY, missing));
}

#[tokio::test]
async fn claims_have_their_types() {
    for name in ["exp", "iat", "metadata", "authority_hints", "trust_marks", "crit", "constraints"] {
        let fault = saying(|claims| claims[name] = "1795690000".into()).await.unwrap_err();
        let ChainFault::Statement { fault, .. } = fault else { panic!("{name}: {fault}") };
        let wrong = ClaimsFault::Type(name);
        assert!(
            fault == StatementFault::Claim(wrong)
                || fault == StatementFault::Constraints(ConstraintsFault::Form(wrong)),
            "{name}: {fault}"
        );
    }
    let fault = saying(|claims| claims["jwks"] = json!({ "keys": [] })).await;
    assert!(matches!(fault, Err(ChainFault::Statement { fault: StatementFault::NoKeys, .. })), "{fault:?}");
}

#[tokio::test]
async fn an_expired_link_ends_the_chain() {
    let past = (NOW - SignedDuration::from_secs(1)).as_second();
    for end in [NOW.as_second(), past] {
        assert_eq!(saying(|claims| claims["exp"] = end.into()).await, statement(OF_ENTITY, StatementFault::Expired));
        assert_eq!(stating(|claims| claims["exp"] = end.into()).await, statement(OF_SUPERIOR, StatementFault::Expired));
    }
}

#[tokio::test]
async fn what_is_issued_in_the_future_does_not_count_yet() {
    for (seconds, counts) in [(60, true), (61, false)] {
        let later = (NOW + SignedDuration::from_secs(seconds)).as_second();
        assert_eq!(stating(|claims| claims["iat"] = later.into()).await.is_ok(), counts);
    }
}

#[tokio::test]
async fn a_forged_statement_in_the_chain_is_refused() {
    let mut scene = Scene::new();
    scene.signs_instead.insert(format!("{ANCHOR} of {PROVIDER}"), format!("{PROVIDER} of x"));
    let fault = StatementFault::Token(JwsFault::UnknownKey);
    assert_eq!(verdict(&scene).await, statement(OF_SUPERIOR, fault));
}

#[tokio::test]
async fn an_entity_signs_with_the_keys_that_its_superior_states() {
    let keys = keys_of(MIDDLE).to_json();
    let fault = StatementFault::Token(JwsFault::UnknownKey);
    assert_eq!(stating(|claims| claims["jwks"] = keys).await, statement(BY_STATED_KEYS, fault));
}

#[tokio::test]
async fn a_statement_about_somebody_else_is_refused() {
    assert_eq!(stating(|claims| claims["sub"] = MIDDLE.into()).await, statement(OF_SUPERIOR, StatementFault::Subject));
    assert_eq!(stating(|claims| claims["iss"] = MIDDLE.into()).await, statement(OF_SUPERIOR, StatementFault::Issuer));
}

#[tokio::test]
async fn another_token_of_the_anchor_is_no_statement() {
    let mut scene = Scene::new();
    let address = format!("{ANCHOR}/fetch?sub=https%3A%2F%2Fop.example%2Foidc");
    let claims = json!({ "iss": ANCHOR, "sub": PROVIDER });
    for media_type in ["trust-mark+jwt", "JWT", "resolve-response+jwt"] {
        let content = signed(ANCHOR, media_type, &claims).into_bytes();
        let answer = Answer { status: 200, media_type: String::new(), content };
        scene.instead.insert(address.clone(), Ok(answer));
        assert_eq!(verdict(&scene).await, statement(OF_SUPERIOR, StatementFault::MediaType), "{media_type}");
    }
}

#[tokio::test]
async fn what_must_be_understood_and_is_not_ends_the_chain() {
    assert_eq!(
        stating(|claims| claims["crit"] = json!(["jurisdiction"])).await,
        statement(OF_SUPERIOR, StatementFault::Critical)
    );
    assert_eq!(
        saying(|claims| claims["crit"] = json!(["jurisdiction"])).await,
        statement(OF_ENTITY, StatementFault::Critical)
    );
    let policy = StatementFault::Policy(PolicyFault::Critical);
    assert_eq!(
        stating(|claims| claims["metadata_policy_crit"] = json!(["regexp"])).await,
        statement(OF_SUPERIOR, policy)
    );
    assert_eq!(stating(|claims| claims["jurisdiction"] = json!("it")).await, Ok(()), "what need not be is passed over");
}

#[tokio::test]
async fn a_loop_has_an_end() {
    let mut scene = Scene::new();
    scene.put_below(PROVIDER, MIDDLE);
    scene.put_below(MIDDLE, PROVIDER);
    assert_eq!(verdict(&scene).await, Err(ChainFault::NoPath));
    assert_eq!(scene.asked().len(), 2);
    scene.say(PROVIDER, |claims| claims["authority_hints"] = json!([PROVIDER]));
    assert_eq!(verdict(&scene).await, Err(ChainFault::NoPath));
}

#[tokio::test]
async fn a_thousand_hints_ask_nobody() {
    let hints: Vec<_> = (0..1000).map(|number| format!("https://h{number}.example")).collect();
    let mut scene = Scene::new();
    scene.say(PROVIDER, |claims| claims["authority_hints"] = json!(hints));
    assert_eq!(verdict(&scene).await, statement(OF_ENTITY, StatementFault::TooMany("authority_hints")));
    assert_eq!(scene.hosts_asked(), ["op.example"]);
}

#[tokio::test]
async fn a_federation_without_end_is_left_when_the_budget_is_spent() {
    let mut scene = Scene::new();
    let hints: Vec<_> = (0..10).map(|number| format!("https://h{number}.example")).collect();
    scene.say(PROVIDER, |claims| claims["authority_hints"] = json!(hints));
    for (number, hint) in hints.iter().enumerate() {
        let further: Vec<_> = (0..10).map(|next| format!("https://h{number}-{next}.example")).collect();
        let keys = keys_of(hint).to_json();
        let claims = json!({
            "iss": hint, "sub": hint, "iat": NOW.as_second(), "exp": NOW.as_second() + 60, "jwks": keys,
            "authority_hints": further,
        });
        let answer =
            Answer { status: 200, media_type: String::new(), content: signed(hint, MEDIA_TYPE, &claims).into() };
        scene.instead.insert(format!("{hint}/.well-known/openid-federation"), Ok(answer));
    }
    assert_eq!(verdict(&scene).await, Err(ChainFault::Exhausted));
    assert_eq!(scene.asked().len(), Budget::USUAL.requests);
}

#[tokio::test]
async fn a_superior_without_protection_is_none() {
    for hint in ["http://anchor.example", "https://anchor.example?x", "file:///etc/passwd", "https://u@anchor.example"]
    {
        let fault = saying(|claims| claims["authority_hints"] = json!([hint])).await;
        assert_eq!(fault, statement(OF_ENTITY, StatementFault::Entity("authority_hints")), "{hint}");
    }
}

#[tokio::test]
async fn statements_are_fetched_only_where_the_anchor_says() {
    let mut scene = Scene::new();
    scene.say(ANCHOR, |claims| {
        claims["metadata"]["federation_entity"]["federation_fetch_endpoint"] = "http://anchor.example/fetch".into();
    });
    assert_eq!(verdict(&scene).await, Err(ChainFault::Endpoint("federation_fetch_endpoint")));
    assert_eq!(scene.hosts_asked(), ["op.example"]);
}

#[tokio::test]
async fn who_does_not_answer_well_is_not_believed() {
    let address = format!("{PROVIDER}/.well-known/openid-federation");
    let good = signed(PROVIDER, MEDIA_TYPE, &json!({}));
    for (status, content) in [(404, good.clone()), (302, good.clone()), (201, good), (200, "<html>".to_owned())] {
        let mut scene = Scene::new();
        let answer = Answer { status, media_type: String::new(), content: content.into_bytes() };
        scene.instead.insert(address.clone(), Ok(answer));
        assert!(verdict(&scene).await.is_err(), "{status}");
        assert_eq!(scene.hosts_asked(), ["op.example"]);
    }
    for fault in [HttpFault::TooLarge, HttpFault::Slow, HttpFault::Unexpected, HttpFault::Forbidden] {
        let mut scene = Scene::new();
        scene.instead.insert(address.clone(), Err(fault.clone()));
        assert_eq!(verdict(&scene).await, Err(ChainFault::Http { what: OF_ENTITY, fault }));
    }
}

#[tokio::test(start_paused = true)]
async fn who_keeps_everybody_waiting_is_left() {
    let mut scene = Scene::new();
    scene.budget.patience_in_all = Duration::from_secs(45);
    scene.stalls = true;
    assert_eq!(verdict(&scene).await, Err(ChainFault::Slow));
    assert_eq!(scene.hosts_asked(), ["op.example"]);
}

#[tokio::test]
async fn all_answers_together_have_an_end() {
    let mut scene = Scene::new();
    let address = format!("{PROVIDER}/.well-known/openid-federation");
    let long = scene.answer(&address).unwrap().len();
    scene.budget.bytes_in_all = long;
    assert_eq!(verdict(&scene).await, Err(ChainFault::Exhausted), "nothing is left for the anchor's statement");
    scene.budget.bytes_in_all = 2 * long;
    assert_eq!(verdict(&scene).await, Ok(()));
    scene.budget.bytes = long - 1;
    assert_eq!(verdict(&scene).await, Err(ChainFault::Http { what: OF_ENTITY, fault: HttpFault::TooLarge }));
}

/// Wherever a statement is cut or changed, it is refused.
#[tokio::test]
async fn no_bit_of_a_statement_may_change() {
    let mut scene = Scene::new();
    let address = format!("{ANCHOR}/fetch?sub=https%3A%2F%2Fop.example%2Foidc");
    let good = scene.answer(&address).unwrap().into_bytes();
    for place in (0..good.len()).step_by(7) {
        let mut content = good.clone();
        content[place] ^= 1;
        scene.instead.insert(address.clone(), Ok(Answer { status: 200, media_type: String::new(), content }));
        assert!(verdict(&scene).await.is_err(), "{place}");
        let content = good[..place].to_vec();
        scene.instead.insert(address.clone(), Ok(Answer { status: 200, media_type: String::new(), content }));
        assert!(verdict(&scene).await.is_err(), "cut at {place}");
    }
}
