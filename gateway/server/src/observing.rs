//! Joins parts that do not know each other: the proxy is heard by telemetry, its error pages are drawn
//! by the pages of the gateway.

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, Response};
use varco_core::arrival::RequestId;
use varco_core::refusal::Refusal;
use varco_proxy::{Observer, Pages, RequestFacts};
use varco_telemetry::Telemetry;
use varco_telemetry::facts;
use varco_web::Site;

/// Tells telemetry of every request.
pub(crate) struct Observing(pub(crate) Arc<Telemetry>);

/// Draws the proxy's error pages.
pub(crate) struct WebPages(pub(crate) Site);

// === impl Observing ===

impl Observer for Observing {
    fn request(&self, facts: &RequestFacts<'_>) {
        self.0.request(&facts::RequestFacts {
            request_id: facts.request_id,
            service: facts.service,
            method: facts.method.as_str(),
            status: facts.status.as_u16(),
            code: facts.code,
            cause: facts.cause,
            duration: facts.duration,
            upstream_duration: facts.upstream_duration,
        });
    }
}

// === impl WebPages ===

impl Pages for WebPages {
    fn refusal(&self, refusal: &Refusal, headers: &HeaderMap, request_id: RequestId) -> Response<Body> {
        self.0.refusal_page(refusal, headers, request_id, None)
    }
}
