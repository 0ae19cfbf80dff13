//! What is told of every request, once, when its outcome is known.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use tokio::time::Instant;
use varco_core::arrival::RequestId;
use varco_core::decision::Decision;
use varco_core::name::ServiceId;
use varco_core::service::Service;

use crate::error::{Failure, ProxyRefusal, Source};

/// Hears of every request once: when the last byte of the answer was passed on, when the answer
/// broke off, or, for a WebSocket, when it was opened. Must not block.
pub trait Observer: Send + Sync {
    /// Takes note of a request.
    fn request(&self, facts: &RequestFacts<'_>);
}

/// What can be told of a request: nothing about the person, nothing of its path.
#[derive(Clone, Debug)]
pub struct RequestFacts<'a> {
    /// Names the request.
    pub request_id: RequestId,
    /// The service, where the request got that far.
    pub service: Option<&'a ServiceId>,
    /// The HTTP method; `other` where it is none of RFC 9110 or RFC 5789.
    pub method: &'a Method,
    /// The status of the answer. It stays what it was when the answer breaks off later: see `code`.
    pub status: StatusCode,
    /// What was decided, where the request got that far.
    pub decision: Option<Decision>,
    /// The stable code of what stopped the request.
    pub code: Option<&'static str>,
    /// Whose fault it is that the request failed.
    pub source: Option<Source>,
    /// Why it failed; for the log only.
    pub cause: Option<&'a str>,
    /// From the arrival of the request to the end of the answer.
    pub duration: Duration,
    /// From the forwarding of the request to the head of the answer.
    pub upstream_duration: Option<Duration>,
}

/// Follows one request, and tells the observer when it is dropped: so it tells exactly once, also
/// when the client goes away and nobody waits for the answer any more.
pub(crate) struct Watch {
    observer: Arc<dyn Observer>,
    request_id: RequestId,
    method: Method,
    began: Instant,
    status: StatusCode,
    code: Option<&'static str>,
    failure: Option<Failure>,
    upstream_duration: Option<Duration>,
    pub(crate) service: Option<Arc<Service>>,
    pub(crate) decision: Option<Decision>,
}

// === impl Watch ===

impl Watch {
    /// Begins to follow a request. Until something else is known, its client has gone away.
    pub(crate) fn begin(observer: Arc<dyn Observer>, request_id: RequestId, method: Method) -> Self {
        Self {
            observer,
            request_id,
            method: bounded(method),
            began: Instant::now(),
            status: StatusCode::BAD_REQUEST,
            code: None,
            failure: Some(ProxyRefusal::ClientBroken.into()),
            upstream_duration: None,
            service: None,
            decision: None,
        }
    }

    /// The gateway answered by itself.
    pub(crate) fn answered(&mut self, status: StatusCode, code: &'static str) {
        self.status = status;
        self.code = Some(code);
        self.failure = None;
    }

    /// The head of the service's answer is there.
    pub(crate) fn forwarded(&mut self, status: StatusCode, upstream_duration: Duration) {
        self.status = status;
        self.upstream_duration = Some(upstream_duration);
    }

    /// The request failed.
    pub(crate) fn failed(&mut self, failure: Failure) {
        self.failure = Some(failure);
    }

    /// The request failed before anything was answered.
    pub(crate) fn refused(&mut self, status: StatusCode, failure: Failure) {
        self.status = status;
        self.failed(failure);
    }

    /// Everything was passed on.
    pub(crate) fn completed(&mut self) {
        self.failure = None;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let failure = self.failure.as_ref();
        let reason = failure.map(|failure| failure.reason);
        self.observer.request(&RequestFacts {
            request_id: self.request_id,
            service: self.service.as_ref().map(|service| &service.id),
            method: &self.method,
            status: self.status,
            decision: self.decision,
            code: reason.map(|reason| reason.refusal().code()).or(self.code),
            source: reason.map(ProxyRefusal::source),
            cause: failure.and_then(|failure| failure.cause.as_deref()),
            duration: self.began.elapsed(),
            upstream_duration: self.upstream_duration,
        });
    }
}

/// A method that can be told: one that a client made up may be as long as a head, and say anything.
pub fn bounded(method: Method) -> Method {
    match method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::DELETE
        | Method::PATCH
        | Method::OPTIONS
        | Method::TRACE
        | Method::CONNECT => method,
        _ => Method::from_bytes(b"other").unwrap_or_default(),
    }
}
