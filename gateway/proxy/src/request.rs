//! One proxied request, from its arrival to the answer: the phases, in their order.

use std::sync::Arc;

use axum::body::Body;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONNECTION, COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use varco_core::arrival::{Arrival, RequestId};
use varco_core::refusal::Refusal;

use crate::error::{ProxyRefusal, Stop};
use crate::observer::Watch;
use crate::phases::after::Answer;
use crate::problem::problem;
use crate::setup::Proxy;

/// A request on its way through the phases.
pub(crate) struct Visit<'a> {
    /// How it arrived.
    pub(crate) arrival: &'a Arrival,
    /// How its sender reads answers.
    pub(crate) reader: &'a Reader,
    /// Its head, edited in place.
    pub(crate) head: Parts,
}

/// How whoever asked wants to be told that something went wrong; noted before the headers leave.
pub(crate) struct Reader {
    pub(crate) reads_html: bool,
    language: Option<HeaderValue>,
    /// The language that was chosen is in one of them. Empty for who reads no pages.
    cookies: Vec<HeaderValue>,
}

// === impl Proxy ===

impl Proxy {
    /// Answers one request. The listener has attached its [`Arrival`].
    pub async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let (mut head, body) = request.into_parts();
        let arrival = head.extensions.remove::<Arrival>();
        let request_id = arrival.as_ref().map_or_else(|| RequestId::draw(&*self.randomness), |it| it.request_id);
        let mut watch = Watch::begin(Arc::clone(&self.observer), request_id, head.method.clone());
        let reader = Reader::of(&head.headers);
        let outcome = match arrival {
            Some(arrival) => self.phases(Visit { arrival: &arrival, reader: &reader, head }, body, &mut watch).await,
            None => Err(ProxyRefusal::Internal.caused_by("the listener attached no arrival").into()),
        };
        match outcome {
            Ok(answer) => answer.response(watch),
            Err(stop) => self.stop(stop, &reader, request_id, watch),
        }
    }

    async fn phases(&self, mut visit: Visit<'_>, body: Body, watch: &mut Watch) -> Result<Answer, Stop> {
        let now = self.clock.now();
        let routed = self.route(&visit)?;
        watch.service = Some(Arc::clone(&routed.service));
        let taken = self.strip(&mut visit, routed.upstream);
        let caller = self.caller(taken.session, now).await;
        let decision = routed.decide(&visit.head.method, caller.session.as_deref(), now);
        watch.decision = Some(decision);
        self.admit(decision, &visit, &routed, &taken, caller.store_away)?;
        self.sign(&mut visit, &routed, routed.named(caller.session.as_deref(), now), now)?;
        let exchange = routed.upstream.forward(visit.head, body, &taken, watch).await?;
        Ok(self.after(exchange, &routed, taken.websocket, caller.session)?)
    }

    /// The answer of the gateway itself.
    fn stop(&self, stop: Stop, reader: &Reader, request_id: RequestId, mut watch: Watch) -> Response<Body> {
        match stop {
            Stop::Challenge(challenge) => {
                let code = challenge.code();
                let response = challenge.response(request_id);
                watch.answered(response.status(), code);
                response
            }
            Stop::Refused(refusal) => {
                let response = self.refuse(&refusal, reader, request_id);
                watch.answered(response.status(), refusal.code());
                response
            }
            Stop::Failure(failure) => {
                let mut response = self.refuse(&failure.refusal(), reader, request_id);
                if failure.reason == ProxyRefusal::MalformedRequest {
                    // RFC 9112 section 11.2: what follows on such a connection may not be a request of its own.
                    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                watch.refused(response.status(), failure);
                response
            }
        }
    }

    fn refuse(&self, refusal: &Refusal, reader: &Reader, request_id: RequestId) -> Response<Body> {
        let mut response = if reader.reads_html {
            self.pages.refusal(refusal, &reader.headers(), request_id)
        } else {
            let status = StatusCode::from_u16(refusal.status().number()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            problem(status, refusal.code(), request_id, [])
        };
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

// === impl Reader ===

impl Reader {
    fn of(headers: &HeaderMap) -> Self {
        let names_html = |value: &HeaderValue| {
            let kinds = value.as_bytes().split(|byte| *byte == b',');
            kinds.filter_map(|kind| kind.split(|byte| *byte == b';').next()).any(|kind| {
                let kind = kind.trim_ascii();
                kind.eq_ignore_ascii_case(b"text/html") || kind.eq_ignore_ascii_case(b"application/xhtml+xml")
            })
        };
        let reads_html = headers.get_all(ACCEPT).iter().any(names_html);
        let cookies = headers.get_all(COOKIE).iter().filter(|_| reads_html).cloned().collect();
        Self { reads_html, language: headers.get(ACCEPT_LANGUAGE).cloned(), cookies }
    }

    fn headers(&self) -> HeaderMap {
        let language = self.language.iter().map(|value| (ACCEPT_LANGUAGE, value.clone()));
        language.chain(self.cookies.iter().map(|value| (COOKIE, value.clone()))).collect()
    }
}
