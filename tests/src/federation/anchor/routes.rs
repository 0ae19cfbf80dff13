//! Where the anchor answers. (OpenID Federation 1.0, section 8; SPID/CIE OpenID guidelines, federation endpoints.)

use axum::Router;
use axum::extract::{Form, Query, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::{Misconduct, Role, TestAnchor};
use crate::federation::entity::{answer, json_answer};

const STATEMENT: &str = "application/entity-statement+jwt";

pub(super) fn router(anchor: TestAnchor) -> Router {
    Router::new()
        .route("/.well-known/openid-federation", get(configuration))
        .route("/fetch", get(fetch))
        .route("/list", get(list))
        .route("/resolve", get(resolve))
        .route("/trust_mark_status", post(trust_mark_status))
        .layer(from_fn_with_state(anchor.clone(), note))
        .with_state(anchor)
}

async fn note(State(anchor): State<TestAnchor>, request: Request, next: Next) -> Response {
    let asked = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    anchor.state().asked.push(asked);
    next.run(request).await
}

async fn configuration(State(anchor): State<TestAnchor>) -> Response {
    answer(STATEMENT, anchor.configuration())
}

#[derive(Deserialize)]
struct Subject {
    sub: Option<String>,
}

async fn fetch(State(anchor): State<TestAnchor>, Query(Subject { sub }): Query<Subject>) -> Response {
    let Some(subject) = sub.filter(|subject| *subject != anchor.0.id) else {
        return refused(StatusCode::BAD_REQUEST, "invalid_request");
    };
    if anchor.state().misconduct == Some(Misconduct::Endless) {
        return endless(STATEMENT);
    }
    match anchor.statement(&subject) {
        Some(statement) => answer(STATEMENT, statement),
        None => refused(StatusCode::NOT_FOUND, "not_found"),
    }
}

#[derive(Deserialize)]
struct Listing {
    entity_type: Option<String>,
}

async fn list(State(anchor): State<TestAnchor>, Query(listing): Query<Listing>) -> Response {
    json_answer(StatusCode::OK, &json!(anchor.list(listing.entity_type.as_deref())))
}

#[derive(Deserialize)]
struct Resolving {
    sub: String,
    /// The guidelines say `anchor`, the standard `trust_anchor`.
    #[serde(alias = "trust_anchor")]
    anchor: String,
    entity_type: Option<String>,
}

async fn resolve(State(anchor): State<TestAnchor>, Query(asked): Query<Resolving>) -> Response {
    if asked.anchor != anchor.0.id {
        return refused(StatusCode::NOT_FOUND, "invalid_trust_anchor");
    }
    let roles = [Role::Provider, Role::RelyingParty, Role::Aggregator];
    let asked_kind = asked.entity_type.as_deref().unwrap_or("openid_relying_party");
    let Some(role) = roles.into_iter().find(|role| role.entity_type() == asked_kind) else {
        return refused(StatusCode::BAD_REQUEST, "invalid_request");
    };
    match anchor.resolve(&asked.sub, role.entity_type()).await {
        Ok(token) => answer("application/resolve-response+jwt", Ok(token)),
        Err(_) => refused(StatusCode::NOT_FOUND, "not_found"),
    }
}

#[derive(Deserialize)]
struct Mark {
    /// The guidelines say `id`, the standard `trust_mark_type`.
    #[serde(alias = "trust_mark_type")]
    id: String,
    sub: String,
}

async fn trust_mark_status(State(anchor): State<TestAnchor>, Form(mark): Form<Mark>) -> Response {
    json_answer(StatusCode::OK, &json!({ "active": anchor.is_marked(&mark.sub, &mark.id) }))
}

fn refused(status: StatusCode, error: &str) -> Response {
    json_answer(status, &json!({ "error": error }))
}

/// An answer that goes on for as long as anybody listens.
pub(in crate::federation) fn endless(kind: &'static str) -> Response {
    let forever = stream::repeat_with(|| Ok::<_, std::convert::Infallible>([b'e'; 1024].as_slice()));
    ([(header::CONTENT_TYPE, kind)], axum::body::Body::from_stream(forever)).into_response()
}
