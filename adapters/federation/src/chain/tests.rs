//! Chains of a federation that lives in memory: honest ones, and every way to forge one.

mod hostile;
mod scene;

use serde_json::json;

use super::*;
use scene::{ANCHOR, MARK, MIDDLE, NOW, PROVIDER, Scene, entity, keys_of};

#[tokio::test]
async fn a_provider_right_below_the_anchor_is_resolved() {
    let scene = Scene::new();
    let chain = scene.resolve(PROVIDER).await.unwrap();
    assert_eq!((chain.entity, chain.anchor), (entity(PROVIDER), entity(ANCHOR)));
    assert_eq!(chain.statements.len(), 3);
    assert_eq!(chain.metadata["openid_provider"]["issuer"], PROVIDER);
    // The statement of the anchor ends first.
    assert_eq!(chain.expires_at, NOW + jiff::SignedDuration::from_hours(12));
    assert_eq!(scene.asked(), ["/.well-known/openid-federation", "/fetch"].map(str::to_owned));
}

#[tokio::test]
async fn a_chain_is_found_again_by_its_statements() {
    let chain = Scene::new().resolve(PROVIDER).await.unwrap();
    assert_eq!(chain.digest().len(), 64);
    assert_eq!(chain.digest(), digest_of(&chain.statements));
    assert_ne!(chain.digest(), digest_of(&chain.statements[1..]));
}

#[tokio::test]
async fn an_intermediate_may_stand_in_between() {
    let mut scene = Scene::new();
    scene.put_below(MIDDLE, ANCHOR);
    scene.put_below(PROVIDER, MIDDLE);
    let chain = scene.resolve(PROVIDER).await.unwrap();
    assert_eq!(chain.statements.len(), 4);
}

#[tokio::test]
async fn the_anchor_is_reached_past_superiors_that_lead_nowhere() {
    let mut scene = Scene::new();
    scene.say(PROVIDER, |claims| claims["authority_hints"] = json!(["https://gone.example", ANCHOR]));
    assert!(scene.resolve(PROVIDER).await.is_ok());
}

#[tokio::test]
async fn policies_are_applied_from_the_top() {
    let mut scene = Scene::new();
    scene.put_below(MIDDLE, ANCHOR);
    scene.put_below(PROVIDER, MIDDLE);
    scene.state(ANCHOR, MIDDLE, |claims| {
        claims["metadata_policy"] = json!({ "openid_provider": { "acr": { "subset_of": ["1", "2"] } } });
    });
    scene.state(MIDDLE, PROVIDER, |claims| {
        claims["metadata_policy"] = json!({ "openid_provider": { "acr": { "subset_of": ["2", "3"] } } });
        claims["metadata"] = json!({ "openid_provider": { "organization_name": "known better" } });
    });
    scene.say(PROVIDER, |claims| claims["metadata"]["openid_provider"]["acr"] = json!(["1", "2", "3"]));
    let chain = scene.resolve(PROVIDER).await.unwrap();
    assert_eq!(chain.metadata["openid_provider"]["acr"], json!(["2"]));
    assert_eq!(chain.metadata["openid_provider"]["organization_name"], "known better");
}

#[tokio::test]
async fn policies_that_disagree_end_the_chain() {
    let mut scene = Scene::new();
    scene.put_below(MIDDLE, ANCHOR);
    scene.put_below(PROVIDER, MIDDLE);
    let value = |value: &str| json!({ "openid_provider": { "acr": { "value": value } } });
    scene.state(ANCHOR, MIDDLE, |claims| claims["metadata_policy"] = value("1"));
    scene.state(MIDDLE, PROVIDER, |claims| claims["metadata_policy"] = value("2"));
    let fault = scene.resolve(PROVIDER).await.unwrap_err();
    assert_eq!(fault, ChainFault::Policy(PolicyFault::Disagreement("acr".to_owned())));
}

#[tokio::test]
async fn what_an_entity_may_not_be_is_left_out() {
    let mut scene = Scene::new();
    scene.state(ANCHOR, PROVIDER, |claims| {
        claims["constraints"] = json!({ "allowed_entity_types": ["openid_relying_party"] });
    });
    let chain = scene.resolve(PROVIDER).await.unwrap();
    assert!(!chain.metadata.contains_key("openid_provider"));
}

#[tokio::test]
async fn a_path_longer_than_the_anchor_allows_is_no_path() {
    for (longest, holds) in [(1, true), (0, false)] {
        let mut scene = Scene::new();
        scene.put_below(MIDDLE, ANCHOR);
        scene.put_below(PROVIDER, MIDDLE);
        scene.say(ANCHOR, |claims| claims["constraints"] = json!({ "max_path_length": longest }));
        let outcome = scene.resolve(PROVIDER).await;
        assert_eq!(outcome.is_ok(), holds);
        assert!(holds || outcome.unwrap_err() == ChainFault::Constraints(ConstraintsFault::PathLength));
    }
}

#[tokio::test]
async fn the_providers_of_an_anchor_are_listed() {
    let mut scene = Scene::new();
    scene.list(json!([PROVIDER, "no entity", "http://plain.example"]));
    assert_eq!(scene.listed().await.unwrap(), [entity(PROVIDER)]);
    scene.list(json!({ "entities": [] }));
    assert_eq!(scene.listed().await.unwrap_err(), ChainFault::Answer("list of the trust anchor"));
}

#[tokio::test]
async fn pinned_keys_are_the_only_ones_of_an_anchor() {
    let scene = Scene::new();
    assert!(scene.anchor(Some(keys_of(ANCHOR))).await.is_ok());
    assert!(scene.anchor(None).await.is_ok());
    let fault = scene.anchor(Some(keys_of(PROVIDER))).await.unwrap_err();
    let what = "configuration of the trust anchor";
    assert_eq!(fault, ChainFault::Statement { what, fault: StatementFault::Token(JwsFault::UnknownKey) });
}

#[tokio::test]
async fn a_mark_that_is_required_must_hold() {
    let mut scene = Scene::new();
    scene.require(MARK);
    scene.show_mark(PROVIDER, ANCHOR, |_| {});
    assert!(scene.resolve(PROVIDER).await.is_ok());
    scene.show_mark(PROVIDER, ANCHOR, |claims| {
        claims.as_object_mut().unwrap().remove("trust_mark_type");
        claims["id"] = MARK.into();
    });
    assert!(scene.resolve(PROVIDER).await.is_ok(), "as older documents call it");
}

#[tokio::test]
async fn keys_that_are_published_apart_are_brought_in() {
    let mut scene = Scene::new();
    scene.publish_keys_apart(PROVIDER, PROVIDER);
    let chain = scene.resolve(PROVIDER).await.unwrap();
    assert!(chain.metadata["openid_provider"]["jwks"]["keys"].is_array());
    scene.publish_keys_apart(PROVIDER, ANCHOR);
    let fault = scene.resolve(PROVIDER).await.unwrap_err();
    assert_eq!(fault, ChainFault::SignedKeys("not signed by the entity"));
}
