//! Where the server answers.

use std::convert::Infallible;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;
use http::{HeaderValue, StatusCode, header};

use super::conduct::Nuisance;
use super::published::{Endpoint, Published};
use super::{Shared, TRUST_LIST, answer, list};
use crate::card::authority::CardAuthority;
use crate::now::now;

const LIST: &str = "application/pkix-crl";
const ANSWER: &str = "application/ocsp-response";

pub(super) fn router(state: Shared) -> Router {
    Router::new()
        .route(TRUST_LIST, get(trust_list))
        .route("/{file}", get(revoked))
        .route("/{name}/ocsp", post(about_a_card))
        .layer(map_response(hang_up))
        .with_state(state)
}

/// When the server goes away, nobody has a connection left.
async fn hang_up(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

async fn trust_list(State(state): State<Shared>) -> Response {
    let (text, nuisance) = {
        let mut state = state.lock();
        state.trust_list_asked += 1;
        (state.trust_list.clone(), state.trust_list_nuisance)
    };
    match text {
        Some(text) => with(nuisance, "application/vnd.etsi.tsl+xml", Ok(text.into_bytes())).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn revoked(State(state): State<Shared>, Path(file): Path<String>) -> Response {
    let Some((published, stranger)) = file.strip_suffix(".crl").and_then(|name| {
        ask(&state, name, |it| {
            // RFC 5280, section 5.2.3: the number of a list is higher than that of the one before.
            it.number += 1;
            &mut it.lists
        })
    }) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    with(published.lists.conduct.nuisance(), LIST, list::write(&published, &stranger, now())).await
}

async fn about_a_card(State(state): State<Shared>, Path(name): Path<String>, question: Bytes) -> Response {
    let Some((published, stranger)) = ask(&state, &name, |it| &mut it.answers) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let answer = answer::write(&published, &stranger, &question, now());
    with(published.answers.conduct.nuisance(), ANSWER, answer).await
}

/// Counts, and takes what is known as it is now: signing takes time, and nobody else waits for it.
fn ask(
    state: &Shared,
    name: &str,
    endpoint: impl FnOnce(&mut Published) -> &mut Endpoint,
) -> Option<(Published, CardAuthority)> {
    let mut state = state.lock();
    let published = state.authorities.get_mut(name)?;
    endpoint(published).asked += 1;
    let published = published.clone();
    Some((published, state.stranger.clone()))
}

/// An answer, or what comes instead of it.
async fn with(nuisance: Option<Nuisance>, kind: &'static str, content: Result<Vec<u8>>) -> Response {
    match nuisance {
        Some(Nuisance::Away) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Nuisance::Garbage) => of_kind(kind, "<!doctype html><title>Manutenzione</title>"),
        Some(Nuisance::Endless) => {
            let forever = stream::repeat_with(|| Ok::<_, Infallible>([0x30; 1024].as_slice()));
            of_kind(kind, Body::from_stream(forever))
        }
        Some(Nuisance::Slow(how_long)) => {
            tokio::time::sleep(how_long).await;
            told(kind, content)
        }
        None => told(kind, content),
    }
}

fn told(kind: &'static str, content: Result<Vec<u8>>) -> Response {
    match content {
        Ok(content) => of_kind(kind, content),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn of_kind(kind: &'static str, body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, kind)], body.into()).into_response()
}
