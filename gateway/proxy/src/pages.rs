//! How a failed request is shown: a page to people, a problem document (RFC 9457) to programs.

use axum::body::Body;
use http::{HeaderMap, Response};
use varco_core::arrival::RequestId;
use varco_core::refusal::Refusal;

/// Draws the page for a refusal. The cause of the refusal must not appear on it.
pub trait Pages: Send + Sync {
    /// The page, in the language that `headers` ask for, with the status of the refusal.
    /// `headers` holds what of the request a page may depend on: `Accept-Language` and `Cookie`.
    fn refusal(&self, refusal: &Refusal, headers: &HeaderMap, request_id: RequestId) -> Response<Body>;
}
