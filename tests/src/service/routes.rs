//! Where the services answer.

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use http::{HeaderMap, StatusCode, header};

use super::assertion::{Caller, Distrust};
use super::{Service, live};

#[derive(Template)]
#[template(path = "service.html")]
struct Page<'a> {
    name: &'a str,
    body: &'a str,
    caller: Option<&'a Caller>,
}

pub(super) fn router(service: Service) -> Router {
    Router::new()
        .route("/style.css", get(style))
        .route("/whoami", get(whoami))
        .route("/headers", any(live::headers))
        .route("/echo-websocket", get(live::echo_websocket))
        .route("/stream", get(live::stream).post(live::echo_body))
        .route("/slow", get(live::slow))
        .fallback(page)
        .layer(middleware::from_fn_with_state(service.clone(), count))
        .with_state(service)
}

/// A service that knows nobody: status 200 and the headers that came, on every path.
pub fn echo() -> Router {
    Router::new().fallback(live::headers)
}

async fn count(State(service): State<Service>, request: Request, next: Next) -> Response {
    service.count();
    next.run(request).await
}

async fn page(State(service): State<Service>, headers: HeaderMap) -> Response {
    let caller = match service.0.keys.caller(&headers, &service.0.id).await {
        Ok(caller) => caller,
        Err(distrust) => return refuse(&distrust),
    };
    let page = Page { name: &service.0.name, body: &service.0.body, caller: caller.as_ref() };
    match page.render() {
        Ok(text) => ([(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn whoami(State(service): State<Service>, headers: HeaderMap) -> Response {
    match service.0.keys.caller(&headers, &service.0.id).await {
        Ok(Some(caller)) => live::json(&caller),
        Ok(None) => (StatusCode::UNAUTHORIZED, "nobody").into_response(),
        Err(distrust) => refuse(&distrust),
    }
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css")).into_response()
}

fn refuse(distrust: &Distrust) -> Response {
    (StatusCode::FORBIDDEN, format!("the assertion is not believed: {distrust}")).into_response()
}
