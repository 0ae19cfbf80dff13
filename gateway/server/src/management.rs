//! The listener for operators: is it alive, is it ready, what does it count.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::routing::get;
use http::{Request, Response, StatusCode, header};
use tower::ServiceExt as _;
use varco_store::Embedded;
use varco_telemetry::Telemetry;

use crate::drain::Stop;
use crate::listener::{Handler, Peer};

/// What operators may ask.
pub(crate) struct Management {
    router: Router,
}

#[derive(Clone)]
struct Parts {
    store: Arc<Embedded>,
    telemetry: Arc<Telemetry>,
    stop: Stop,
}

// === impl Management ===

impl Management {
    pub(crate) fn new(store: Arc<Embedded>, telemetry: Arc<Telemetry>, stop: Stop) -> Self {
        let router = Router::new()
            .route("/livez", get(|| async { "alive\n" }))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .with_state(Parts { store, telemetry, stop });
        Self { router }
    }
}

impl Handler for Management {
    async fn handle(self: Arc<Self>, request: Request<Body>, _: Peer) -> Response<Body> {
        let Ok(response) = self.router.clone().oneshot(request).await;
        response
    }
}

/// Ready means: requests are taken, and the store answers.
async fn ready(State(parts): State<Parts>) -> (StatusCode, &'static str) {
    if parts.stop.is_asked() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match parts.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n")
        }
    }
}

async fn metrics(State(parts): State<Parts>) -> ([(header::HeaderName, &'static str); 1], String) {
    // Prometheus text format 0.0.4.
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], parts.telemetry.render())
}
