//! What entities of OpenID federations ask, and how they are answered.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use jiff::Timestamp;
use varco_core::federation::{FederationEntities, FederationError, Question};
use varco_core::method::Document;
use varco_core::name::BodyId;

use super::world::{Answer, World};

/// Notes what it is asked, and answers with a word or, about some subjects, not at all.
#[derive(Default)]
struct Entities(Mutex<Vec<String>>);

#[async_trait]
impl FederationEntities for Entities {
    fn configuration(&self, body: Option<&BodyId>, _: Timestamp) -> Option<Document> {
        let name = body.map_or("aggregator", BodyId::as_str);
        (name != "c_nobody").then(|| document("application/entity-statement+jwt", name))
    }

    async fn answer(&self, question: Question<'_>, _: Timestamp) -> Result<Document, FederationError> {
        self.0.lock().unwrap().push(format!("{question:?}"));
        match question {
            Question::Fetch { subject: "https://nobody.example" } => Err(FederationError::NotFound),
            Question::Resolve { anchor: Some("https://other.example"), .. } => Err(FederationError::InvalidTrustAnchor),
            Question::Resolve { subject: "later", .. } => Err(FederationError::TemporarilyUnavailable),
            Question::List { .. } | Question::TrustMarkStatus { .. } => Ok(document("application/json", "[]")),
            _ => Ok(document("application/entity-statement+jwt", "statement")),
        }
    }
}

fn document(media_type: &'static str, content: &str) -> Document {
    Document { media_type, content: content.as_bytes().to_vec() }
}

fn world() -> (World, Arc<Entities>) {
    let entities = Arc::new(Entities::default());
    (World::with_entities(Some(entities.clone())), entities)
}

async fn post(world: &World, address: &str, media_type: &str, form: &str) -> Answer {
    let form = Body::from(form.to_owned());
    world.browser().ask("POST", address, &[("content-type", media_type)], form).await
}

#[tokio::test]
async fn entity_configuration() {
    let (world, _) = world();
    for (address, content) in
        [("/.well-known/openid-federation", "aggregator"), ("/c_e625/.well-known/openid-federation", "c_e625")]
    {
        let answer = world.browser().get(address).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, content), "{address}");
        assert_eq!(answer.header(CONTENT_TYPE), "application/entity-statement+jwt");
        assert_eq!(answer.header(CACHE_CONTROL), "public, max-age=60");
    }
    for address in ["/c_nobody/.well-known/openid-federation", "/C%20x/.well-known/openid-federation"] {
        let answer = world.browser().get(address).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "web.page.unknown"), "{address}");
    }
}

#[tokio::test]
async fn a_gateway_in_no_federation_has_none_of_these_pages() {
    let world = World::new();
    for address in ["/.well-known/openid-federation", "/c_e625/.well-known/openid-federation", "/fetch?sub=x", "/list"]
    {
        let answer = world.browser().get(address).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "web.page.unknown"), "{address}");
    }
}

#[tokio::test]
async fn a_question_is_read_from_an_address_or_a_form_under_every_name_of_its_parts() {
    let (world, entities) = world();
    for (address, query, question) in [
        ("/fetch", "sub=https%3A%2F%2Fa.example&iss=x", r#"Fetch { subject: "https://a.example" }"#),
        ("/list", "", "List { entity_type: None, trust_mark_type: None }"),
        (
            "/list",
            "entity_type=openid_relying_party&trust_mark_id=t",
            r#"List { entity_type: Some("openid_relying_party"), trust_mark_type: Some("t") }"#,
        ),
        ("/resolve", "sub=s&anchor=a", r#"Resolve { subject: "s", anchor: Some("a"), entity_type: None }"#),
        (
            "/resolve",
            "sub=s&trust_anchor=a&anchor=a&type=t",
            r#"Resolve { subject: "s", anchor: Some("a"), entity_type: Some("t") }"#,
        ),
        ("/trust_mark_status", "id=t&sub=s", r#"TrustMarkStatus { trust_mark_type: "t", subject: "s" }"#),
        ("/trust_mark_status", "trust_mark_type=t&sub=s", r#"TrustMarkStatus { trust_mark_type: "t", subject: "s" }"#),
        ("/trust_mark_status", "trust_mark=a.b.c", r#"TrustMark { token: "a.b.c" }"#),
    ] {
        let by_address = world.browser().get(&format!("{address}?{query}")).await;
        let by_form = post(&world, address, "application/x-www-form-urlencoded", query).await;
        assert_eq!((by_address.status.as_u16(), by_form.status.as_u16()), (200, 200), "{address} {query}");
        let asked = std::mem::take(&mut *entities.0.lock().unwrap());
        assert_eq!(asked, [question, question], "{address} {query}");
    }
}

/// It is asked by strangers, as often as they like: what takes room waits in no memory of ours.
#[tokio::test]
async fn a_posted_question_is_small() {
    let (world, entities) = world();
    for (ballast, status) in [(30 * 1024, 200), (33 * 1024, 400)] {
        let form = format!("sub=https%3A%2F%2Fa.example&ballast={}", "x".repeat(ballast));
        let answer = post(&world, "/fetch", "application/x-www-form-urlencoded", &form).await;
        assert_eq!(answer.status.as_u16(), status, "{ballast}");
    }
    assert_eq!(entities.0.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn only_what_may_be_old_is_kept() {
    let (world, _) = world();
    for (address, keep) in [
        ("/fetch?sub=s", "public, max-age=60"),
        ("/list", "public, max-age=60"),
        ("/resolve?sub=s", "public, max-age=60"),
        ("/trust_mark_status?id=t&sub=s", "no-store"),
        ("/fetch", "no-store"),
    ] {
        assert_eq!(world.browser().get(address).await.header(CACHE_CONTROL), keep, "{address}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_not_even_asked() {
    let (world, entities) = world();
    let long = format!("/fetch?sub={}", "x".repeat(2049));
    for address in [
        "/fetch",
        "/fetch?sub=",
        &long,
        "/fetch?sub=a&sub=b",
        "/fetch?sub=a&sub=a",
        "/resolve",
        "/resolve?sub=a&anchor=x&trust_anchor=y",
        "/trust_mark_status?sub=a",
        "/trust_mark_status?id=a",
        "/trust_mark_status?id=a&trust_mark_type=b&sub=c",
    ] {
        let answer = world.browser().get(address).await;
        assert_eq!(answer.status, 400, "{address}");
        assert_eq!(answer.header(CONTENT_TYPE), "application/json");
        let expected = r#"{"error":"invalid_request","error_description":"the request is not complete"}"#;
        assert_eq!(answer.body, expected, "{address}");
    }
    for (media_type, form) in [("application/json", r#"{"sub":"a"}"#), ("application/x-www-form-urlencoded", "sub=")] {
        let answer = post(&world, "/fetch?sub=a", media_type, form).await;
        assert_eq!((answer.status.as_u16(), answer.header(CONTENT_TYPE)), (400, "application/json"));
    }
    assert!(entities.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_list_is_not_narrowed_down_by_what_is_not_known() {
    let (world, entities) = world();
    for address in ["/list?intermediate=true", "/list?trust_marked=true"] {
        let answer = world.browser().get(address).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.starts_with(r#"{"error":"unsupported_parameter""#), "{}", answer.body);
    }
    assert!(entities.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn errors_have_their_own_status() {
    let (world, _) = world();
    for (address, status, error) in [
        ("/fetch?sub=https://nobody.example", 404, "not_found"),
        ("/resolve?sub=s&trust_anchor=https://other.example", 404, "invalid_trust_anchor"),
        ("/resolve?sub=later", 503, "temporarily_unavailable"),
    ] {
        let answer = world.browser().get(address).await;
        assert_eq!((answer.status.as_u16(), answer.header(CONTENT_TYPE)), (status, "application/json"), "{address}");
        assert!(answer.body.starts_with(&format!(r#"{{"error":"{error}","#)), "{}", answer.body);
    }
}
