//! What other systems read: the metadata of methods, and the keys that verify assertions.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use varco_core::login::LoginRefusal;
use varco_core::name::{BodyId, MethodId};

use crate::parts::WebParts;
use crate::refusal::{Stop, WebRefusal};
use crate::segments::Segments;

/// `GET /metadata/{method}`
pub(crate) async fn metadata(
    State(web): State<Arc<WebParts>>,
    Segments(method): Segments<String>,
) -> Result<Response, Stop> {
    document(&web, &method, None)
}

/// `GET /metadata/{method}/{ipa}`
pub(crate) async fn metadata_of_body(
    State(web): State<Arc<WebParts>>,
    Segments((method, body)): Segments<(String, String)>,
) -> Result<Response, Stop> {
    let body = BodyId::parse(&body).map_err(|_| WebRefusal::UnknownPage)?;
    document(&web, &method, Some(&body))
}

/// `GET /.well-known/jwks.json`
pub(crate) async fn jwks(State(web): State<Arc<WebParts>>) -> Response {
    // A new key is published before it signs for longer than this.
    let about = [(CONTENT_TYPE, "application/jwk-set+json"), (CACHE_CONTROL, "public, max-age=300")];
    (about, web.jwks.clone()).into_response()
}

fn document(web: &WebParts, method: &str, body: Option<&BodyId>) -> Result<Response, Stop> {
    let method = MethodId::parse(method).map_err(|_| LoginRefusal::UnknownMethod)?;
    let method = web.login.methods.by_id(&method).ok_or(LoginRefusal::UnknownMethod)?;
    let document = method.metadata(body, web.login.clock.now())?.ok_or(WebRefusal::UnknownPage)?;
    Ok(([(CONTENT_TYPE, document.media_type), (CACHE_CONTROL, "no-cache")], document.content).into_response())
}
