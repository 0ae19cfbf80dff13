//! The public door: every request gets an [`Arrival`], and goes to the
//! pages of the gateway or through to a service.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use tokio::time::Instant;
use tower::ServiceExt as _;
use varco_core::arrival::{Arrival, RequestId};
use varco_core::card::ShownCertificates;
use varco_core::catalogue::Catalogue;
use varco_core::ports::Clock;
use varco_core::refusal::Refusal;
use varco_core::request_path::RequestPath;
use varco_proxy::{Pages, Proxy, bounded};
use varco_telemetry::Telemetry;
use varco_telemetry::facts::RequestFacts;
use varco_web::Refused;

use crate::arrivals::{Arrivals, DoorRefusal};
use crate::card_door::{self, CardDoor};
use crate::limits::LoginLimit;
use crate::listener::{Handler, Peer};

/// Everything behind the public listeners.
pub(crate) struct Front {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) arrivals: Arrivals,
    pub(crate) limit: Option<Arc<LoginLimit>>,
    pub(crate) insecure_http: bool,
    pub(crate) pages: Arc<dyn Pages>,
    pub(crate) web: Router,
    pub(crate) proxy: Proxy,
    pub(crate) card: Option<Arc<CardDoor>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) telemetry: Arc<Telemetry>,
}

/// Where a session arrives on a service host: a step of a login, limited as the others are.
const HANDOFF: &str = "/.varco/session";

/// Where citizens log out.
const LOGOUT: &str = "/logout";

/// Who answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    /// The pages of the gateway.
    Web,
    /// A page of the gateway that begins or ends a login, or hears a provider.
    WebLogin,
    /// A service, or the refusal to find one.
    Service,
}

// === impl Front ===

impl Handler for Front {
    async fn handle(self: Arc<Self>, mut request: Request<Body>, peer: Peer) -> Response<Body> {
        let request_id = self.arrivals.request_id();
        let (method, began) = (bounded(request.method().clone()), Instant::now());
        if let Some(shown) = request.extensions_mut().remove::<ShownCertificates>() {
            let answered = self.read_card(&request.map(drop), peer, request_id, &shown).await;
            self.tell(request_id, &method, &answered, began);
            return answered;
        }
        let answered = match self.admit(&request, peer, request_id) {
            Ok((arrival, Room::Service)) => {
                request.extensions_mut().insert(arrival);
                // The proxy tells of its requests itself: it knows when the last byte has left.
                return self.proxy.handle(request).await;
            }
            Ok((arrival, Room::Web | Room::WebLogin)) => {
                request.extensions_mut().insert(arrival);
                let Ok(response) = self.web.clone().oneshot(request).await;
                response
            }
            Err(response) => *response,
        };
        self.tell(request_id, &method, &answered, began);
        answered
    }
}

impl Front {
    /// Reads a card. It costs as much as a login, and is limited as one.
    async fn read_card(
        &self,
        request: &Request<()>,
        peer: Peer,
        request_id: RequestId,
        shown: &ShownCertificates,
    ) -> Response<Body> {
        let (Some(door), Ok(arrival)) = (&self.card, self.arrivals.read(request, peer, request_id)) else {
            return card_door::bare(StatusCode::BAD_REQUEST);
        };
        // Nothing that speaks HTTP stands in front of this door: what a request says of others is its sender's.
        let allowed = peer.trusted || self.limit.as_ref().is_none_or(|limit| limit.allows(peer.address));
        if allowed {
            door.answer(request, &arrival.host, shown, self.clock.now()).await
        } else {
            // The access host says so, on a page: here each picture of one would ask for the card.
            door.turn_away(self.clock.now()).await
        }
    }

    /// Finds the room for a request, or the answer where it may not come in.
    fn admit(
        &self,
        request: &Request<Body>,
        peer: Peer,
        request_id: RequestId,
    ) -> Result<(Arrival, Room), Box<Response<Body>>> {
        let refuse = |reason| Box::new(self.refuse(reason, request.headers(), request_id));
        let arrival = self.arrivals.read(request, peer, request_id).map_err(refuse)?;
        // RFC 9113, section 9.1.1: a browser may use a connection to the access host for any host of its certificate. On
        // another one it will be asked for a card.
        let is_for_card = self.card.as_ref().is_some_and(|door| door.is_at(&arrival.host));
        if is_for_card && !self.catalogue.knows_host(&arrival.host) {
            return Err(Box::new(card_door::bare(StatusCode::MISDIRECTED_REQUEST)));
        }
        if !arrival.secure && !self.insecure_http {
            return Err(self.to_https(&arrival, request).unwrap_or_else(|| refuse(DoorRefusal::Host)));
        }
        let room = self.room(&arrival.host, request.uri().path());
        let exhausted =
            room == Room::WebLogin && self.limit.as_ref().is_some_and(|limit| !limit.allows(arrival.client));
        if exhausted { Err(refuse(DoorRefusal::TooManyLogins)) } else { Ok((arrival, room)) }
    }

    fn tell(&self, request_id: RequestId, method: &Method, response: &Response<Body>, began: Instant) {
        let refused = response.extensions().get::<Refused>();
        self.telemetry.request(&RequestFacts {
            request_id,
            service: None,
            method: method.as_str(),
            status: response.status().as_u16(),
            code: refused.map(|refused| refused.0.code()),
            cause: refused.and_then(|refused| refused.0.cause()),
            duration: began.elapsed(),
            upstream_duration: None,
        });
    }

    fn room(&self, host: &str, path: &str) -> Room {
        let first = first_segment(path);
        if host != self.catalogue.access().host() {
            // What is not a service's host has no rooms of ours: the proxy says that there is nothing.
            let ours = first == ".varco" && self.catalogue.knows_host(host);
            return match ours {
                true if path == HANDOFF => Room::WebLogin,
                true => Room::Web,
                false => Room::Service,
            };
        }
        let to_service = RequestPath::parse(path)
            .is_ok_and(|path| path.readings().any(|reading| self.catalogue.route(host, reading).is_some()));
        match first.as_str() {
            "login" | "return" => Room::WebLogin,
            // A message of a provider costs as much to verify as an answer; the citizen's own logout is free.
            "logout" if path != LOGOUT => Room::WebLogin,
            _ if to_service => Room::Service,
            _ => Room::Web,
        }
    }

    fn refuse(&self, reason: DoorRefusal, headers: &HeaderMap, request_id: RequestId) -> Response<Body> {
        let mut response = self.pages.refusal(&Refusal::from(reason), headers, request_id);
        if reason == DoorRefusal::Host {
            // RFC 9112 section 11.2: what follows on such a connection may not be a request of its own.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// The same page, over TLS: nothing is answered in the clear.
    fn to_https(&self, arrival: &Arrival, request: &Request<Body>) -> Option<Box<Response<Body>>> {
        let access = self.catalogue.access();
        if !access.is_https() || !self.catalogue.knows_host(&arrival.host) {
            return None;
        }
        let path = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let location = HeaderValue::try_from(format!("{}{path}", access.with_host(&arrival.host))).ok()?;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
        response.headers_mut().insert(header::LOCATION, location);
        Some(Box::new(response))
    }
}

/// The first segment as a service could read it: decoded, folded, slashes squeezed.
fn first_segment(path: &str) -> String {
    let Ok(path) = RequestPath::parse(path) else { return String::new() };
    let folded = path.readings().last().unwrap_or_default();
    folded.split('/').find(|segment| !segment.is_empty()).unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_the_reserved_prefix_reaches_a_service() {
        for path in ["/.varco/session", "/.VARCO/x", "//.varco/x", "/%2evarco/x", "/.varco;a=1/x", "/.varco"] {
            assert_eq!(first_segment(path), ".varco", "{path}");
        }
        assert_eq!(first_segment("/.varcox/y"), ".varcox");
        assert_eq!(first_segment("/a/.varco"), "a");
    }
}
