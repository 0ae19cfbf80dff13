//! A client that is registered by its trust chain alone: the modules of the OpenID Foundation's suite for
//! providers, `openid-federation-automatic-client-registration-*`, each by its name.

use anyhow::Result;
use serde_json::{Value, json};

use super::party::{Scene, query_of, unsigned_object, word};
use crate::federation::{Flavour, Key};

fn remove(claims: &mut Value, name: &str) {
    claims.as_object_mut().unwrap().remove(name);
}

async fn refused_without(name: &str) -> Result<()> {
    for flavour in [Flavour::Spid, Flavour::Cie] {
        let scene = Scene::set(flavour).await?;
        assert_eq!(scene.refused(|claims| remove(claims, name)).await, "invalid_request", "{flavour:?}");
    }
    Ok(())
}

async fn refused_with(name: &str, value: Value) -> Result<()> {
    for flavour in [Flavour::Spid, Flavour::Cie] {
        let scene = Scene::set(flavour).await?;
        assert_eq!(scene.refused(|claims| claims[name] = value.clone()).await, "invalid_request", "{flavour:?}");
    }
    Ok(())
}

#[tokio::test]
async fn with_jar_and_get() -> Result<()> {
    for flavour in [Flavour::Spid, Flavour::Cie] {
        let scene = Scene::set(flavour).await?;
        let query = scene.party.query(&scene.party.claims(scene.provider.entity_id()))?;
        let answer = scene.client.get(format!("{}?{query}", scene.endpoint("authorization"))).send().await?;
        assert_eq!(answer.status(), 303);
        assert!(answer.headers()["location"].to_str()?.starts_with("/login/"), "{flavour:?}");
    }
    Ok(())
}

#[tokio::test]
async fn with_jar_and_post() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let form = scene.party.query(&scene.party.claims(scene.provider.entity_id()))?;
    let request = scene.client.post(scene.endpoint("authorization")).body(form);
    let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await?;
    assert_eq!(answer.status(), 303);
    Ok(())
}

/// The chain that a client brings along is not looked at: the one that is looked up counts.
#[tokio::test]
async fn with_jar_and_get_and_trust_chain() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let party = &scene.party;
    let claims = party.claims(scene.provider.entity_id());
    let header = json!({ "alg": "RS256", "kid": party.core.id(), "trust_chain": ["e30.e30.e30"] });
    let object = party.core.sign_text(&header, &claims.to_string())?;
    let request = scene.provider.receive(&query_of(&claims, &object, &party.id)).await;
    assert_eq!(request.unwrap().client.chain.len(), 4);
    Ok(())
}

#[tokio::test]
async fn with_par() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let by_reference =
        format!("client_id={}&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A1", scene.party.id);
    assert_eq!(word(scene.provider.receive(&by_reference).await), "page: request_uri_not_supported");
    Ok(())
}

#[tokio::test]
async fn expect_entity_configuration_request() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    scene.party.conduct().asked.clear();
    scene.ask(|_| {}).await.unwrap();
    let asked = scene.party.conduct().asked.clone();
    assert_eq!(asked, ["/c_prova/.well-known/openid-federation", "/.well-known/openid-federation", "/fetch"]);
    Ok(())
}

#[tokio::test]
async fn invalid_client_id_in_query_parameters() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let claims = scene.party.claims(scene.provider.entity_id());
    let object = scene.party.core.sign(None, &claims)?;
    let query = query_of(&claims, &object, "https://altro-ente.example");
    assert_eq!(word(scene.provider.receive(&query).await), "page: invalid_request");
    Ok(())
}

#[tokio::test]
async fn invalid_client_id_in_request_object() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let other = |claims: &mut Value| claims["client_id"] = "https://altro-ente.example".into();
    assert_eq!(scene.refused(other).await, "page: invalid_request");
    Ok(())
}

#[tokio::test]
async fn invalid_duplicate_request_object_jti() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let same = |claims: &mut Value| claims["jti"] = "una-volta-sola".into();
    assert_eq!(scene.refused(same).await, "");
    assert_eq!(scene.refused(same).await, "invalid_request_object");
    Ok(())
}

#[tokio::test]
async fn invalid_missing_request_object_aud() -> Result<()> {
    refused_without("aud").await
}

#[tokio::test]
async fn invalid_missing_request_object_exp() -> Result<()> {
    refused_without("exp").await
}

#[tokio::test]
async fn invalid_missing_request_object_iss() -> Result<()> {
    refused_without("iss").await
}

#[tokio::test]
async fn invalid_missing_request_object_jti() -> Result<()> {
    refused_without("jti").await
}

#[tokio::test]
async fn invalid_request_object_aud() -> Result<()> {
    refused_with("aud", json!(["https://altro-gestore.example"])).await
}

#[tokio::test]
async fn invalid_request_object_exp() -> Result<()> {
    refused_with("exp", json!(crate::now::now().as_second() - 1)).await
}

#[tokio::test]
async fn invalid_request_object_iss() -> Result<()> {
    refused_with("iss", json!("https://altro-ente.example")).await
}

#[tokio::test]
async fn invalid_request_object_sub() -> Result<()> {
    refused_with("sub", json!("https://altro-ente.example")).await
}

#[tokio::test]
async fn invalid_signature() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let party = &scene.party;
    let claims = party.claims(scene.provider.entity_id());
    let stranger = Key::kept("stranger")?;
    let header = json!({ "alg": "RS256", "kid": party.core.id() });
    let forged = stranger.sign_text(&header, &claims.to_string())?;
    for object in [forged, unsigned_object(&claims, &party.core)] {
        let outcome = scene.provider.receive(&query_of(&claims, &object, &party.id)).await;
        assert_eq!(word(outcome), "invalid_request_object");
    }
    Ok(())
}

#[tokio::test]
async fn invalid_signature_with_other_keys() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let party = &scene.party;
    let claims = party.claims(scene.provider.entity_id());
    for key in [Key::kept("stranger")?, Key::p256()?] {
        let object = key.sign(None, &claims)?;
        let outcome = scene.provider.receive(&query_of(&claims, &object, &party.id)).await;
        assert_eq!(word(outcome), "invalid_request_object");
    }
    Ok(())
}
