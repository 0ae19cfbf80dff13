//! From a code to a person, and the end of it: what works once works once.

use anyhow::Result;
use http::Method;
use serde_json::Value;

use super::party::{Scene, VERIFIER, redeeming};
use crate::federation::{Flavour, Granted, Key, Token};
use crate::now::now;

#[tokio::test]
async fn a_code_leads_to_a_person() -> Result<()> {
    for flavour in [Flavour::Spid, Flavour::Cie] {
        let scene = Scene::set(flavour).await?;
        let (request, code) = scene.code().await?;
        let (status, tokens) = scene.post("token", &redeeming(&request, &code)).await?;
        assert_eq!(status, 200, "{tokens}");
        let id_token = Token::parse(tokens["id_token"].as_str().unwrap())?;
        assert_eq!(id_token.claim("nonce"), Some(&Value::from(request.nonce)));
        assert!(id_token.is_for(&scene.party.id));
        assert_eq!(id_token.claim("nbf").is_some(), flavour == Flavour::Spid);
        let access_token = tokens["access_token"].as_str().unwrap();
        let (status, person) = scene.userinfo(access_token).await?;
        let person = person.unwrap();
        assert_eq!(status, 200);
        assert_eq!(person.text_claim("given_name")?, "Bianca");
        assert_eq!(person.text_claim("sub")?, id_token.text_claim("sub")?);
        assert_eq!(person.claim("email"), None, "what was not asked for is not told");
        let posted = scene.client.request(Method::POST, scene.endpoint("userinfo")).bearer_auth(access_token);
        let allowed = if flavour == Flavour::Cie { 200 } else { 405 };
        assert_eq!(posted.send().await?.status(), allowed);
    }
    Ok(())
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_the_second_time_ends_it_all() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let (request, code) = scene.code().await?;
    let fields = redeeming(&request, &code);
    let (_, tokens) = scene.post("token", &fields).await?;
    let access_token = tokens["access_token"].as_str().unwrap();
    assert_eq!(scene.userinfo(access_token).await?.0, 200);
    let (status, error) = scene.post("token", &fields).await?;
    assert_eq!((status, error["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(scene.userinfo(access_token).await?.0, 401);
    Ok(())
}

#[tokio::test]
async fn a_code_is_for_who_asked_in_the_way_that_was_said() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let (request, code) = scene.code().await?;
    for (name, value, expected) in [
        ("grant_type", "refresh_token", "unsupported_grant_type"),
        ("code", "un-altro", "invalid_grant"),
        ("redirect_uri", "https://altrove.example", "invalid_grant"),
        ("code_verifier", "verificatore-verificatore-verificatore-5678", "invalid_grant"),
        ("code_verifier", "corto", "invalid_grant"),
    ] {
        let mut fields = redeeming(&request, &code);
        fields.iter_mut().filter(|(field, _)| *field == name).for_each(|field| field.1 = value);
        let (status, error) = scene.post("token", &fields).await?;
        assert_eq!((status, error["error"].as_str()), (400, Some(expected)), "{name} {value}");
    }
    let without: Vec<_> = redeeming(&request, &code).into_iter().filter(|field| field.1 != VERIFIER).collect();
    assert_eq!(scene.post("token", &without).await?.1["error"], "invalid_request");
    assert_eq!(scene.post("token", &redeeming(&request, &code)).await?.0, 200, "it was not spent by that");
    Ok(())
}

#[tokio::test]
async fn a_client_proves_who_it_is_to_this_endpoint_once() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let (request, code) = scene.code().await?;
    let fields = redeeming(&request, &code);
    let endpoint = scene.endpoint("token");
    let second = now().as_second();
    for (name, value) in [
        ("aud", Value::from(scene.provider.entity_id())),
        ("aud", scene.endpoint("revocation").into()),
        ("iss", "https://altro-ente.example".into()),
        ("sub", "https://altro-ente.example".into()),
        ("exp", (second - 1).into()),
        ("exp", (second + 3600).into()),
        ("exp", Value::Null),
        ("iat", Value::Null),
        ("jti", Value::Null),
    ] {
        let assertion = scene.party.assertion(&endpoint, |claims| claims[name] = value.clone())?;
        let (status, error) = scene.post_with("token", &assertion, &fields).await?;
        assert_eq!((status, error["error"].as_str()), (401, Some("invalid_client")), "{name} {value}");
    }
    let claims = Token::parse(&scene.party.assertion(&endpoint, |_| {})?)?.claims().clone();
    let forged = Key::kept("stranger")?.sign(None, &Value::Object(claims))?;
    assert_eq!(scene.post_with("token", &forged, &fields).await?.0, 401);
    let assertion = scene.party.assertion(&endpoint, |_| {})?;
    assert_eq!(scene.post_with("token", &assertion, &fields).await?.0, 200);
    let (status, error) = scene.post_with("token", &assertion, &fields).await?;
    assert_eq!((status, error["error"].as_str()), (401, Some("invalid_client")), "a second time");
    Ok(())
}

#[tokio::test]
async fn what_is_revoked_is_over() -> Result<()> {
    let scene = Scene::set(Flavour::Spid).await?;
    let (request, code) = scene.code().await?;
    let (_, tokens) = scene.post("token", &redeeming(&request, &code)).await?;
    let access_token = tokens["access_token"].as_str().unwrap();
    let active = async || {
        Ok::<_, anyhow::Error>(scene.post("introspection", &[("token", access_token)]).await?.1["active"].clone())
    };
    assert_eq!(active().await?, true);
    assert_eq!(scene.post("revocation", &[("token", "mai visto")]).await?.0, 200);
    assert_eq!(active().await?, true);
    assert_eq!(scene.post("revocation", &[("token", access_token)]).await?.0, 200);
    assert_eq!(active().await?, false);
    assert_eq!(scene.userinfo(access_token).await?.0, 401);
    let over = Granted { client_id: scene.party.id.clone(), username: "bianca", redeemed: true, revoked: true };
    assert_eq!(scene.provider.granted(), [over]);
    Ok(())
}
