//! Problem documents (RFC 9457): what a program is told.

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use varco_core::arrival::RequestId;

/// A problem document with a code, and members of its own.
pub(crate) fn problem<const N: usize>(
    status: StatusCode,
    code: &str,
    request_id: RequestId,
    members: [(&str, Value); N],
) -> Response<Body> {
    // RFC 9457 section 4.2.1: with "about:blank" the title is the phrase of the status.
    let mut document = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "code": code,
        "request_id": request_id.to_string(),
    });
    for (name, value) in members {
        document[name] = value;
    }
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
