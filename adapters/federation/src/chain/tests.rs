//! Chains of a federation that lives in memory: honest ones, and every way to forge one.

mod hostile;
mod marks;
mod scene;

use serde_json::json;

use super::*;
use crate::http::Answer;
use crate::jose::JwsFault;
use scene::{ANCHOR, MIDDLE, NOW, PROVIDER, Scene, entity, keys_of};

/// What is done to the claims of a token.
type Change<'a> = &'a dyn Fn(&mut Value);

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

/// A way that ends at the anchor's door is not the only one.
#[tokio::test]
async fn of_several_ways_the_first_that_holds_counts() {
    let mut scene = Scene::new();
    scene.put_below(MIDDLE, ANCHOR);
    scene.put_below(PROVIDER, MIDDLE);
    scene.say(PROVIDER, |claims| claims["authority_hints"] = json!([ANCHOR, MIDDLE]));
    assert_eq!(scene.resolve(PROVIDER).await.unwrap().statements.len(), 3, "the shortest");
    let policy = json!({ "openid_provider": { "issuer": { "one_of": ["https://other.example"] } } });
    scene.state(ANCHOR, PROVIDER, |claims| claims["metadata_policy"] = policy);
    assert_eq!(scene.resolve(PROVIDER).await.unwrap().statements.len(), 4);
    scene.state(MIDDLE, PROVIDER, |claims| claims["exp"] = NOW.as_second().into());
    let fault = scene.resolve(PROVIDER).await.unwrap_err();
    assert_eq!(fault, ChainFault::Policy(PolicyFault::Violation("issuer".to_owned())), "the first is told");
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
async fn a_superior_knows_better_only_of_what_an_entity_says_it_is() {
    let mut scene = Scene::new();
    scene.state(ANCHOR, PROVIDER, |claims| {
        claims["metadata"] = json!({ "oauth_resource": { "organization_name": "known better" } });
    });
    assert!(!scene.resolve(PROVIDER).await.unwrap().metadata.contains_key("oauth_resource"));
}

/// What says nothing is neither fixed by a default nor enough where something is essential.
#[tokio::test]
async fn a_parameter_that_is_null_is_not_there() {
    let mut scene = Scene::new();
    scene.say(PROVIDER, |claims| claims["metadata"]["openid_provider"]["acr"] = json!(null));
    assert!(scene.resolve(PROVIDER).await.unwrap().metadata["openid_provider"].get("acr").is_none());
    let policy = |operators: Value| json!({ "openid_provider": { "acr": operators } });
    scene.state(ANCHOR, PROVIDER, |claims| claims["metadata_policy"] = policy(json!({ "default": "1" })));
    assert_eq!(scene.resolve(PROVIDER).await.unwrap().metadata["openid_provider"]["acr"], "1");
    scene.state(ANCHOR, PROVIDER, |claims| claims["metadata_policy"] = policy(json!({ "essential": true })));
    assert!(scene.resolve(PROVIDER).await.is_err());
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
    let mut scene = Scene::new();
    scene.say(ANCHOR, |claims| claims["constraints"] = json!({ "allowed_leaf_entity_types": [] }));
    let chain = scene.resolve(PROVIDER).await.unwrap();
    assert!(!chain.metadata.contains_key("openid_provider"), "whatever the anchor says of itself");
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
async fn keys_that_are_published_apart_are_brought_in() {
    let mut scene = Scene::new();
    scene.publish_keys_apart(PROVIDER, PROVIDER, |_| {});
    let chain = scene.resolve(PROVIDER).await.unwrap();
    assert!(chain.metadata["openid_provider"]["jwks"]["keys"].is_array());
    let soon = NOW + jiff::SignedDuration::from_mins(5);
    scene.publish_keys_apart(PROVIDER, PROVIDER, |claims| claims["exp"] = soon.as_second().into());
    assert_eq!(scene.resolve(PROVIDER).await.unwrap().expires_at, soon, "they end before the chain");
}

#[tokio::test]
async fn keys_that_are_published_apart_are_the_entitys_own() {
    let mut scene = Scene::new();
    let by_others: [(&str, &str, Change<'_>); 6] = [
        ("not signed by the entity", ANCHOR, &|_| {}),
        ("of somebody else", PROVIDER, &|claims| claims["sub"] = MIDDLE.into()),
        ("of somebody else", PROVIDER, &|claims| claims["iss"] = MIDDLE.into()),
        ("expired", PROVIDER, &|claims| claims["exp"] = NOW.as_second().into()),
        ("exp is no instant", PROVIDER, &|claims| claims["exp"] = "2100000000".into()),
        ("no keys", PROVIDER, &|claims| drop(claims.as_object_mut().unwrap().remove("keys"))),
    ];
    for (fault, by, change) in by_others {
        scene.publish_keys_apart(PROVIDER, by, change);
        assert_eq!(scene.resolve(PROVIDER).await.unwrap_err(), ChainFault::SignedKeys(fault));
    }
    let of_another_kind = scene::signed(PROVIDER, "entity-statement+jwt", &json!({ "iss": PROVIDER }));
    let answer = Answer { status: 200, media_type: String::new(), content: of_another_kind.into_bytes() };
    scene.instead.insert(format!("{PROVIDER}/keys"), Ok(answer));
    assert_eq!(scene.resolve(PROVIDER).await.unwrap_err(), ChainFault::SignedKeys("another kind of token"));
}
