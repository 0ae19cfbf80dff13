//! Phase 7: the answer of the service, cleaned, goes to the client; what became of it is told once.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, TRANSFER_ENCODING, UPGRADE};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use varco_core::service::Service;
use varco_core::session::Session;

use crate::body::Download;
use crate::error::{Failure, ProxyRefusal};
use crate::observer::Watch;
use crate::phases::route::Routed;
use crate::phases::{hop_by_hop, strip};
use crate::setup::Proxy;
use crate::tunnel::Tunnel;
use crate::vigil::Vigil;

/// The service has begun to answer.
pub(crate) struct Exchange {
    pub(crate) response: Response<Incoming>,
}

/// What the client gets.
pub(crate) enum Answer {
    /// The answer of the service, its body within a time of silence; watched over where it has no end.
    Streaming(Response<Incoming>, Duration, Option<Vigil>),
    /// A WebSocket was opened.
    Switched(Response<Body>),
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

// === impl Proxy ===

impl Proxy {
    /// Takes the answer over. `websocket` is there where the client asked for one; `session`, where the
    /// service was told who asks.
    pub(crate) fn after(
        &self,
        exchange: Exchange,
        routed: &Routed<'_>,
        websocket: Option<OnUpgrade>,
        session: Option<Arc<Session>>,
    ) -> Result<Answer, Failure> {
        let idle = routed.upstream.idle_timeout;
        let mut response = exchange.response;
        *response.version_mut() = Version::HTTP_11;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            let tunnel = websocket.map(|client| Tunnel { client, idle, vigil: self.vigil(session) });
            return switch(response, &routed.service, tunnel).map(Answer::Switched);
        }
        *response.extensions_mut() = Extensions::new();
        let headers = response.headers_mut();
        clean(headers, &routed.service)?;
        if session.is_some() && !headers.contains_key(CACHE_CONTROL) {
            // A shared cache before the gateway could show it to somebody else (RFC 9111 section 4.2.2). To
            // the citizen's own browser this says nothing new.
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        }
        let vigil = streams_events(headers).then(|| self.vigil(session));
        Ok(Answer::Streaming(response, idle, vigil))
    }
}

// === impl Answer ===

impl Answer {
    /// The response, which tells the observer when its last byte is gone.
    pub(crate) fn response(self, mut watch: Watch) -> Response<Body> {
        match self {
            Self::Streaming(response, idle, vigil) => {
                response.map(|body| Body::new(Download::new(body, idle, vigil, watch)))
            }
            Self::Switched(response) => {
                watch.completed();
                response
            }
        }
    }
}

/// Opens the tunnel, now that the service agreed. Not before: what the client sends after a request
/// that the service did not upgrade is the client's next request, and is judged as one.
fn switch(
    mut response: Response<Incoming>,
    service: &Service,
    tunnel: Option<Tunnel>,
) -> Result<Response<Body>, Failure> {
    let broken = |what| ProxyRefusal::UpstreamBroken.caused_by(what);
    let tunnel = tunnel.ok_or_else(|| broken("it switched protocols unasked"))?;
    if !hop_by_hop::is_websocket(response.headers()) {
        return Err(broken("it switched to another protocol than was asked for"));
    }
    tunnel.open(hyper::upgrade::on(&mut response));
    let mut response = response.map(|_| Body::empty());
    *response.extensions_mut() = Extensions::new();
    let headers = response.headers_mut();
    clean(headers, service)?;
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    Ok(response)
}

/// Whether the body is a stream that goes on for as long as somebody listens.
fn streams_events(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.as_bytes().split(|byte| *byte == b';').next());
    kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(b"text/event-stream"))
}

/// Removes what was for our connection to the service, and what reaches beyond the service.
fn clean(headers: &mut HeaderMap, service: &Service) -> Result<(), Failure> {
    // RFC 9112 section 6.3: the transfer encoding overrides the length, which must not be passed on.
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
        if !hop_by_hop::is_only_chunked(headers) {
            return Err(ProxyRefusal::UpstreamBroken.caused_by("a transfer encoding besides chunked"));
        }
    }
    hop_by_hop::remove(headers);
    // It also deletes the cookies of every other host of the domain: a service would log citizens out of
    // all the others.
    headers.remove(CLEAR_SITE_DATA);
    if service.path != "/" {
        // A script of this service would answer for its neighbours on the host, the login among them.
        headers.remove(SERVICE_WORKER_ALLOWED);
    }
    let is_ours = |value: &HeaderValue| strip::sets_our_cookie(value.as_bytes());
    if headers.get_all(SET_COOKIE).iter().any(is_ours) {
        let kept: Vec<_> = headers.get_all(SET_COOKIE).iter().filter(|value| !is_ours(value)).cloned().collect();
        headers.remove(SET_COOKIE);
        for value in kept {
            headers.append(SET_COOKIE, value);
        }
    }
    Ok(())
}
