//! Whom the provider trusts: a client whose chain leads to the anchor, with a mark, as far as policies allow.

use anyhow::Result;
use serde_json::json;

use super::party::Scene;
use crate::federation::{Flavour, Key, Misconduct, Onboarding, Role};

#[tokio::test]
async fn nobody_is_served_before_the_aggregator_is_onboarded() -> Result<()> {
    let scene = Scene::before_onboarding(Flavour::Cie).await?;
    assert_eq!(scene.refused(|_| {}).await, "invalid_client");
    scene.anchor.onboard(&scene.party.aggregator, Role::Aggregator).await?;
    assert_eq!(scene.refused(|_| {}).await, "");
    scene.anchor.dismiss(&scene.party.aggregator);
    assert_eq!(scene.refused(|_| {}).await, "invalid_client", "nor once it has left");
    Ok(())
}

#[tokio::test]
async fn without_a_mark_nobody_else_is_asked() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    scene.party.conduct().marked_by = None;
    scene.party.conduct().asked.clear();
    let before = scene.anchor.asked().len();
    assert_eq!(scene.refused(|_| {}).await, "unauthorized_client");
    assert_eq!(scene.anchor.asked().len(), before);
    let asked = scene.party.conduct().asked.clone();
    assert!(asked.iter().all(|path| path == "/c_prova/.well-known/openid-federation"), "{asked:?}");
    Ok(())
}

#[tokio::test]
async fn a_mark_counts_by_the_key_of_whom_the_anchor_names() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    scene.party.conduct().marked_by = Some(Key::p256()?);
    assert_eq!(scene.refused(|_| {}).await, "unauthorized_client");
    Ok(())
}

#[tokio::test]
async fn the_policies_of_the_anchor_and_of_the_aggregator_hold() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    scene.party.conduct().policy = json!({ "client_name": { "value": "Come dice l'aggregatore" } });
    let request = scene.ask(|_| {}).await.unwrap();
    assert_eq!(request.client.metadata["client_name"], "Come dice l'aggregatore");
    scene.party.conduct().policy = json!({ "token_endpoint_auth_method": { "one_of": ["tls_client_auth"] } });
    assert_eq!(scene.refused(|_| {}).await, "unauthorized_client");
    scene.party.conduct().policy = json!({});
    let policy = json!({ "openid_relying_party": { "redirect_uris": { "subset_of": ["https://altrove.example"] } } });
    let onboarding = Onboarding { role: Role::Aggregator, marked: true, policy: Some(policy) };
    scene.anchor.onboard(&scene.party.aggregator, onboarding).await?;
    assert_eq!(scene.refused(|_| {}).await, "page: invalid_request", "no address is left to it");
    Ok(())
}

#[tokio::test]
async fn no_way_round_about_leads_to_the_anchor() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    for hints in [
        vec![],
        vec![scene.party.id.clone()],
        vec![scene.anchor.entity_id().to_owned()],
        vec![scene.provider.entity_id().to_owned()],
        vec![scene.party.aggregator.clone(); 1000],
    ] {
        let many = hints.len();
        scene.party.conduct().hints = hints;
        assert_eq!(scene.refused(|_| {}).await, "invalid_client", "{many}");
    }
    Ok(())
}

#[tokio::test]
async fn an_anchor_that_misbehaves_vouches_for_nobody() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    for misconduct in [
        Misconduct::ForgedStatement,
        Misconduct::OtherKeys,
        Misconduct::ExpiredStatement,
        Misconduct::OtherIssuer,
        Misconduct::OtherSubject,
    ] {
        scene.anchor.mislead(Some(misconduct));
        assert_eq!(scene.refused(|_| {}).await, "invalid_client", "{misconduct:?}");
    }
    scene.anchor.mislead(None);
    assert_eq!(scene.refused(|_| {}).await, "");
    Ok(())
}
