//! Phase 1: which service a request is for, once it is sure that it is one request.

use std::sync::Arc;

use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderValue, Method};
use varco_core::request_path::{RequestPath, lies_below};
use varco_core::service::Service;

use crate::error::{Failure, ProxyRefusal};
use crate::phases::hop_by_hop;
use crate::request::Visit;
use crate::setup::Proxy;
use crate::upstream::Upstream;

/// Where a request goes.
pub(crate) struct Routed<'a> {
    /// The service.
    pub(crate) service: Arc<Service>,
    /// Where it runs.
    pub(crate) upstream: &'a Upstream,
    /// The host that the citizen sees, with its port.
    pub(crate) host: &'a HeaderValue,
    /// The path, as the rules judge it.
    pub(crate) path: RequestPath,
}

/// Paths of the gateway on every host. The listener knows only their plain spelling; no other
/// spelling of them may reach a service.
const OWN_PATHS: &str = "/.varco";

impl Proxy {
    /// Finds the service.
    pub(crate) fn route(&self, Visit { arrival, head, .. }: &Visit<'_>) -> Result<Routed<'_>, Failure> {
        check_form(head)?;
        let path = RequestPath::parse(head.uri.path()).map_err(|_| ProxyRefusal::AmbiguousPath)?;
        if path.readings().any(|reading| lies_below(reading, OWN_PATHS)) {
            return Err(ProxyRefusal::UnknownService.into());
        }
        let service = self.catalogue.route(&arrival.host, path.exact()).ok_or(ProxyRefusal::UnknownService)?;
        if !self.catalogue.leads_only_to(service, &arrival.host, &path) {
            return Err(ProxyRefusal::AmbiguousPath.caused_by("it leads to two services"));
        }
        let found = self.upstreams.of(service).and_then(|upstream| Some((upstream, upstream.host(&arrival.host)?)));
        let (upstream, host) = found.ok_or_else(|| ProxyRefusal::Internal.caused_by("a service without upstream"))?;
        Ok(Routed { service: Arc::clone(service), upstream, host, path })
    }
}

/// Refuses what two parties could read as two different requests, or for two different hosts.
fn check_form(head: &Parts) -> Result<(), Failure> {
    let malformed = |what| Err(ProxyRefusal::MalformedRequest.caused_by(what));
    // A tunnel, or an echo of the headers that the gateway adds.
    if matches!(head.method, Method::CONNECT | Method::TRACE) {
        return malformed("CONNECT or TRACE");
    }
    // RFC 9112 section 3.2: exactly one Host; section 3.2.2: the authority of the target says the same.
    let mut hosts = head.headers.get_all(HOST).iter();
    match (head.uri.authority(), hosts.next()) {
        (None, None) => return malformed("no host"),
        (Some(authority), Some(host)) if !host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes()) => {
            return malformed("two different hosts");
        }
        _ if hosts.next().is_some() => return malformed("more than one Host"),
        _ => {}
    }
    // RFC 9112 section 6.3. The HTTP library refuses most of this before.
    let mut lengths = head.headers.get_all(CONTENT_LENGTH).iter();
    let encoded = head.headers.contains_key(TRANSFER_ENCODING);
    if lengths.next().is_some() && (lengths.next().is_some() || encoded) {
        return malformed("more than one length");
    }
    if encoded && !hop_by_hop::is_only_chunked(&head.headers) {
        return malformed("a transfer encoding besides chunked");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn refused(build: impl FnOnce(http::request::Builder) -> http::request::Builder) -> bool {
        let (head, ()) = build(Request::builder()).body(()).unwrap().into_parts();
        check_form(&head).is_err_and(|failure| failure.reason == ProxyRefusal::MalformedRequest)
    }

    #[test]
    fn one_host_is_asked_for() {
        assert!(!refused(|request| request.uri("/").header("host", "a.example")));
        assert!(!refused(|request| request.uri("https://a.example/")), "HTTP/2 has no Host");
        assert!(!refused(|request| request.uri("http://A.example/").header("host", "a.example")));
        assert!(refused(|request| request.uri("/")));
        assert!(refused(|request| request.uri("/").header("host", "a.example").header("host", "a.example")));
        assert!(refused(|request| request.uri("http://b.example/").header("host", "a.example")));
        assert!(refused(|request| {
            request.uri("http://a.example/").header("host", "a.example").header("host", "b.example")
        }));
    }

    #[test]
    fn one_length_is_named() {
        let with = |request: http::request::Builder| request.uri("/").header("host", "a.example");
        assert!(!refused(|request| with(request).header("content-length", "1")));
        assert!(refused(|request| with(request).header("content-length", "1").header("content-length", "2")));
        assert!(refused(|request| with(request).header("content-length", "1").header("transfer-encoding", "chunked")));
    }

    #[test]
    fn tunnels_and_echoes_are_refused() {
        for method in ["CONNECT", "TRACE"] {
            assert!(refused(|request| request.method(method).uri("/").header("host", "a.example")), "{method}");
        }
    }
}
