//! What else a request must not say; much of it passes with other providers.

use anyhow::Result;
use serde_json::{Value, json};

use super::party::{Scene, word};
use crate::federation::{Flavour, Unserved};
use crate::now::now;

#[tokio::test]
async fn a_request_that_obeys_is_read_as_it_is_written() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let request = scene.ask(|claims| claims["scope"] = "openid profile".into()).await.unwrap();
    assert_eq!(request.client.id, scene.party.id);
    assert_eq!(request.level.number(), 2);
    let profile = ["birthdate", "family_name", "given_name", "https://attributes.eid.gov.it/fiscal_number"];
    assert_eq!(request.claims, profile);
    Ok(())
}

#[tokio::test]
async fn every_member_that_breaks_a_rule_is_refused() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let second = now().as_second();
    for (name, value, expected) in [
        ("iat", json!(second - 3600), "invalid_request"),
        ("iat", json!(second + 3600), "invalid_request"),
        ("exp", json!((second + 60).to_string()), "invalid_request"),
        ("response_type", json!("token"), "unsupported_response_type"),
        ("scope", json!("profile"), "invalid_scope"),
        ("scope", json!("openid offline_access"), "invalid_scope"),
        ("scope", json!("openid telephone"), "invalid_scope"),
        ("state", json!("s".repeat(31)), "invalid_request"),
        ("state", json!(format!("{}-", "s".repeat(40))), "invalid_request"),
        ("nonce", json!("n".repeat(31)), "invalid_request"),
        ("nonce", json!([]), "invalid_request"),
        ("code_challenge_method", json!("plain"), "invalid_request"),
        ("code_challenge", json!("corta"), "invalid_request"),
        ("prompt", json!("none"), "invalid_request"),
        ("prompt", json!("login"), "invalid_request"),
        ("prompt", Value::Null, "invalid_request"),
        ("acr_values", json!("https://www.spid.gov.it/SpidL9"), "invalid_request"),
        ("acr_values", json!(""), "invalid_request"),
        ("ui_locales", json!(["it"]), "invalid_request"),
        ("claims", json!("given_name"), "invalid_request"),
        ("claims", json!({ "userinfo": { "shoe_size": null } }), "invalid_request"),
        ("claims", json!({ "userinfo": { "given_name": { "value": "Ada" } } }), "invalid_request"),
        ("claims", json!({ "cookie": { "given_name": null } }), "invalid_request"),
        ("claims", json!({ "userinfo": { "https://attributes.eid.gov.it/spid_code": null } }), "invalid_request"),
    ] {
        let refused = scene.refused(|claims| claims[name] = value.clone()).await;
        assert_eq!(refused, expected, "{name} {value}");
    }
    Ok(())
}

#[tokio::test]
async fn spid_gives_no_scopes_and_nothing_about_people_in_the_id_token() -> Result<()> {
    let scene = Scene::set(Flavour::Spid).await?;
    assert_eq!(scene.refused(|claims| claims["scope"] = "openid profile".into()).await, "invalid_scope");
    let in_token = |claims: &mut Value| claims["claims"] = json!({ "id_token": { "given_name": null } });
    assert_eq!(scene.refused(in_token).await, "invalid_request");
    Ok(())
}

#[tokio::test]
async fn an_answer_goes_to_an_address_that_is_registered_letter_by_letter() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let registered = scene.party.redirect_uri();
    for other in [
        format!("{registered}/"),
        format!("{registered}?x=1"),
        format!("{}/altrove", scene.party.aggregator),
        "https://altrove.example/return/cie".to_owned(),
    ] {
        let refused = scene.refused(|claims| claims["redirect_uri"] = other.clone().into()).await;
        assert_eq!(refused, "page: invalid_request", "{other}");
    }
    Ok(())
}

#[tokio::test]
async fn the_query_and_the_object_say_the_same() -> Result<()> {
    let scene = Scene::set(Flavour::Spid).await?;
    let query = |claims: &Value| scene.party.query(claims).unwrap();
    let claims = || scene.party.claims(scene.provider.entity_id());
    for (part, with, expected) in [
        ("scope=openid", "scope=openid+profile", "invalid_request"),
        ("&scope=openid", "", "invalid_request"),
        ("&response_type=code", "", "invalid_request"),
        ("&response_type=code", "&response_type=token", "invalid_request"),
        ("code_challenge_method=S256", "code_challenge_method=plain", "invalid_request"),
        ("&scope=openid", "&scope=openid&scope=openid", "page: invalid_request"),
        ("&request=", "&altro=", "page: invalid_request"),
        ("&scope=openid", "&scope=openid&state=altro", "invalid_request"),
    ] {
        let changed = query(&claims()).replacen(part, with, 1);
        assert_eq!(word(scene.provider.receive(&changed).await), expected, "{part} {with}");
    }
    Ok(())
}

#[tokio::test]
async fn a_nonce_is_used_once() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let same = |claims: &mut Value| claims["nonce"] = "n".repeat(32).into();
    assert_eq!(scene.refused(same).await, "");
    assert_eq!(scene.refused(same).await, "invalid_request_object");
    Ok(())
}

#[tokio::test]
async fn a_refusal_goes_back_with_state_and_issuer() -> Result<()> {
    let scene = Scene::set(Flavour::Spid).await?;
    let Err(Unserved::Back(address)) = scene.ask(|claims| claims["prompt"] = "none".into()).await else {
        panic!("it is served");
    };
    let address = url::Url::parse(&address)?;
    let told: std::collections::BTreeMap<_, _> = address.query_pairs().into_owned().collect();
    assert!(address.as_str().starts_with(&scene.party.redirect_uri()));
    assert_eq!(told["state"], "s".repeat(32));
    assert_eq!(told["iss"], scene.provider.entity_id());
    assert!(!told.contains_key("code"));
    Ok(())
}
