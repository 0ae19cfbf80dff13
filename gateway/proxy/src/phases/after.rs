//! Phase 7: the answer of the service, cleaned, goes to the client; what became of it is told once.

use std::time::Duration;

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, SET_COOKIE, TRANSFER_ENCODING, UPGRADE};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version};
use hyper::body::Incoming;
use varco_core::service::Service;

use crate::body::Download;
use crate::error::{Failure, ProxyRefusal};
use crate::observer::Watch;
use crate::phases::route::Routed;
use crate::phases::{hop_by_hop, strip};
use crate::tunnel::Tunnel;

/// The service has begun to answer.
pub(crate) struct Exchange {
    pub(crate) response: Response<Incoming>,
}

/// What the client gets.
pub(crate) enum Answer {
    /// The answer of the service, its body within a time of silence.
    Streaming(Response<Incoming>, Duration),
    /// A WebSocket was opened.
    Switched(Response<Body>),
}

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const SERVICE_WORKER_ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

// === impl Exchange ===

impl Exchange {
    /// Takes the answer over. `tunnel` is there where the client asked for a WebSocket; `named` says
    /// whether the service was told who asks.
    pub(crate) fn after(self, routed: &Routed<'_>, tunnel: Option<Tunnel>, named: bool) -> Result<Answer, Failure> {
        let mut response = self.response;
        *response.version_mut() = Version::HTTP_11;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return switch(response, &routed.service, tunnel).map(Answer::Switched);
        }
        *response.extensions_mut() = Extensions::new();
        let headers = response.headers_mut();
        clean(headers, &routed.service)?;
        if named && !headers.contains_key(CACHE_CONTROL) {
            // A shared cache before the gateway could show it to somebody else (RFC 9111 section 4.2.2). To
            // the citizen's own browser this says nothing new.
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        }
        Ok(Answer::Streaming(response, routed.upstream.idle_timeout))
    }
}

// === impl Answer ===

impl Answer {
    /// The response, which tells the observer when its last byte is gone.
    pub(crate) fn response(self, mut watch: Watch) -> Response<Body> {
        match self {
            Self::Streaming(response, idle) => response.map(|body| Body::new(Download::new(body, idle, watch))),
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
