//! What the anchor answers: the modules of the OpenID Foundation's suite for deployed entities, as far as they ask
//! an anchor.

use anyhow::Result;
use serde_json::{Value, json};

use super::party::Scene;
use crate::federation::{Flavour, RELYING_PARTY_MARK, Role, Token};

async fn get(scene: &Scene, path: &str) -> Result<(u16, String)> {
    let answer = scene.client.get(format!("{}{path}", scene.anchor.entity_id())).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

#[tokio::test]
async fn preconfigured_keys_match_trust_anchors_keys() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let configuration = Token::parse(&get(&scene, "/.well-known/openid-federation").await?.1)?;
    assert_eq!(configuration.claim("jwks"), Some(&scene.anchor.pinned().jwks));
    configuration.verify(&scene.anchor.pinned().jwks)?;
    Ok(())
}

#[tokio::test]
async fn list_and_fetch() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let listed = |text: &str| serde_json::from_str::<Vec<String>>(text).unwrap();
    let providers = listed(&get(&scene, "/list?entity_type=openid_provider").await?.1);
    assert_eq!(providers, [scene.provider.entity_id()]);
    let all = listed(&get(&scene, "/list").await?.1);
    assert_eq!(all.len(), 2);
    for id in all {
        let (status, statement) = get(&scene, &format!("/fetch?sub={id}")).await?;
        assert_eq!((status, Token::parse(&statement)?.text_claim("sub")?), (200, id.as_str()));
    }
    Ok(())
}

#[tokio::test]
async fn ensure_fetch_with_invalid_sub_fails() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    assert_eq!(get(&scene, "/fetch?sub=https://nessuno.example").await?.0, 404);
    assert_eq!(get(&scene, "/fetch").await?.0, 400);
    Ok(())
}

#[tokio::test]
async fn ensure_fetch_with_iss_as_sub_fails() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    assert_eq!(get(&scene, &format!("/fetch?sub={}", scene.anchor.entity_id())).await?.0, 400);
    Ok(())
}

#[tokio::test]
async fn compare_trust_chain_to_resolve() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    for name in ["anchor", "trust_anchor"] {
        let path = format!("/resolve?sub={}&{name}={}", scene.party.id, scene.anchor.entity_id());
        let (status, resolved) = get(&scene, &path).await?;
        assert_eq!(status, 200, "{resolved}");
        let resolved = Token::parse(&resolved)?;
        let request = scene.ask(|_| {}).await.unwrap();
        let metadata = resolved.claim("metadata").unwrap()["openid_relying_party"].clone();
        assert_eq!(metadata, Value::Object(request.client.metadata.clone()));
        assert_eq!(resolved.claim("trust_chain").unwrap().as_array().unwrap().len(), request.client.chain.len());
    }
    Ok(())
}

#[tokio::test]
async fn a_mark_stands_while_its_holder_is_a_member() -> Result<()> {
    let scene = Scene::set(Flavour::Cie).await?;
    let (aggregator, mark) = (scene.party.aggregator.as_str(), Role::Aggregator.mark());
    let active = async |name: &str, mark: &str| {
        let form = [(name, mark), ("sub", aggregator)];
        let address = format!("{}/trust_mark_status", scene.anchor.entity_id());
        let text = scene.client.post(address).form(&form).send().await?.text().await?;
        Ok::<_, anyhow::Error>(serde_json::from_str::<Value>(&text)?)
    };
    assert_eq!(active("id", mark).await?, json!({ "active": true }));
    assert_eq!(active("trust_mark_type", mark).await?, json!({ "active": true }));
    assert_eq!(active("id", RELYING_PARTY_MARK).await?, json!({ "active": false }));
    scene.anchor.dismiss(aggregator);
    assert_eq!(active("id", mark).await?, json!({ "active": false }));
    Ok(())
}
