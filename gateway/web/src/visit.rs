//! A request to the pages: who asks, from where, in which language; and the one place where a
//! refusal becomes a page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode};
use varco_core::arrival::Arrival;
use varco_core::attempt::BrowserId;
use varco_core::return_path::ReturnPath;
use varco_core::session::{Session, SessionId};
use varco_tokens::cookies::Cookie;

use crate::language::Language;
use crate::pages;
use crate::parts::WebParts;
use crate::refusal::{Refused, Stop};
use crate::routes;

/// What the pages know of a request.
#[derive(Debug)]
pub(crate) struct Visit {
    /// How it arrived.
    pub(crate) arrival: Arrival,
    /// The language to answer in.
    pub(crate) language: Language,
    /// The address of the page, where it can be asked for again.
    pub(crate) here: Option<ReturnPath>,
    /// What the browser sent along.
    pub(crate) headers: HeaderMap,
}

/// Takes note of the visit, lets the route answer, and draws the page of a refusal.
pub(crate) async fn receive(State(web): State<Arc<WebParts>>, mut request: Request, next: Next) -> Response {
    let Some(arrival) = request.extensions().get::<Arrival>().cloned() else {
        tracing::error!("a request came without its arrival: the listener must attach it");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let visit = Arc::new(Visit::new(arrival, &request));
    request.extensions_mut().insert(Arc::clone(&visit));
    let mut response = next.run(request).await;
    let Some(stop) = response.extensions_mut().remove::<Stop>() else { return response };
    let mut page = pages::refusal::draw(&web, &visit, &stop);
    page.headers_mut().extend(std::mem::take(response.headers_mut()));
    page.extensions_mut().insert(Refused(stop.refusal));
    page
}

// === impl Visit ===

impl Visit {
    fn new(arrival: Arrival, request: &Request) -> Self {
        // A hand-off is over once it was asked for.
        let is_page =
            matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().path() != routes::HANDOFF;
        let here = request.uri().path_and_query().filter(|_| is_page).map(|path| ReturnPath::parse(path.as_str()));
        Self {
            arrival,
            language: Language::of(request.headers()),
            here: here.and_then(Result::ok),
            headers: request.headers().clone(),
        }
    }

    /// The session that the browser has a token of this host for, alive or not.
    pub(crate) fn session_id(&self, web: &WebParts) -> Option<SessionId> {
        web.tokens.open(web.cookies.find(&self.headers, Cookie::Session)?, &self.arrival.host)
    }

    /// The session that the browser is in.
    pub(crate) async fn session(&self, web: &WebParts) -> Result<Option<Arc<Session>>, Stop> {
        let Some(id) = self.session_id(web) else { return Ok(None) };
        let now = web.login.clock.now();
        Ok(web.login.sessions.find(&id, now).await.map_err(varco_core::refusal::Refusal::from)?)
    }

    /// What login attempts know the browser by.
    pub(crate) fn browser(&self, web: &WebParts) -> Option<BrowserId> {
        BrowserId::parse(web.cookies.find(&self.headers, Cookie::Browser)?).ok()
    }

    /// Whether a page of this host sent the browser here, or the citizen themselves; `None` where the
    /// browser does not tell. Those of today tell by `Sec-Fetch-Site`; older ones by `Origin` with a
    /// form, by `Referer` with a link.
    pub(crate) fn is_of_this_site(&self) -> Option<bool> {
        let text = |name: &str| self.headers.get(name).map(|value| value.to_str().unwrap_or_default());
        if let Some(site) = text("sec-fetch-site") {
            return Some(matches!(site, "same-origin" | "none"));
        }
        let from = text("origin").or_else(|| text("referer"))?;
        Some(host_of(from) == Some(self.arrival.host.as_str()))
    }
}

fn host_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(host),
        _ => Some(authority),
    }
}
