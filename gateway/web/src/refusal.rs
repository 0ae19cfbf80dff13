//! What the pages themselves refuse, and how any refusal becomes an answer.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use varco_core::login::{Asked, LoginRefusal, Stopped};
use varco_core::refusal::{Refusal, Status, refusals};

use crate::routes;

refusals! {
    /// Why there is no such page, or not like this.
    pub enum WebRefusal {
        /// There is nothing at this address.
        UnknownPage => ("web.page.unknown", NotFound),
        /// There is something, and this HTTP method does not go with it.
        Method => ("web.method.not-allowed", MethodNotAllowed),
        /// The form is too large.
        TooLarge => ("web.request.too-large", BadRequest),
        /// The form takes too long to arrive.
        TooSlow => ("web.request.too-slow", BadRequest),
        /// Another site asked for something that only our own pages may ask for.
        CrossSite => ("web.request.cross-site", Forbidden),
        /// The gateway is at fault.
        Internal => ("web.internal", Internal),
    }
}

/// A request that is refused. [`visit::receive`](crate::visit::receive) draws its page, in one place.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    /// Why.
    pub(crate) refusal: Refusal,
    /// Where the citizen may try again.
    pub(crate) retry: Option<String>,
    /// Who was asked, where somebody was.
    pub(crate) asked: Option<Asked>,
}

/// Stands among the extensions of an answer that is a refusal, so that whoever writes the request's
/// line in the log knows why.
#[derive(Clone, Debug)]
pub struct Refused(pub Refusal);

// === impl Stop ===

impl Stop {
    /// Offers to try again at this address.
    pub(crate) fn or_retry_at(mut self, address: impl Into<String>) -> Self {
        self.retry = Some(address.into());
        self
    }

    /// Names who was asked, or was to be.
    pub(crate) fn after_asking(mut self, asked: Asked) -> Self {
        self.asked = Some(asked);
        self
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let mut response = status_of(&self.refusal).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, retry: None, asked: None }
    }
}

impl From<LoginRefusal> for Stop {
    fn from(reason: LoginRefusal) -> Self {
        Refusal::from(reason).into()
    }
}

impl From<WebRefusal> for Stop {
    fn from(reason: WebRefusal) -> Self {
        Refusal::from(reason).into()
    }
}

impl From<Stopped> for Stop {
    fn from(stopped: Stopped) -> Self {
        let retry = stopped.errand.as_ref().map(routes::chooser);
        Self { refusal: stopped.refusal, retry, asked: stopped.asked }
    }
}

/// The HTTP status of a refusal.
pub(crate) fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal.status() {
        Status::BadRequest => StatusCode::BAD_REQUEST,
        Status::Forbidden => StatusCode::FORBIDDEN,
        Status::NotFound => StatusCode::NOT_FOUND,
        Status::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Status::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Status::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Status::BadGateway => StatusCode::BAD_GATEWAY,
        Status::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Status::GatewayTimeout => StatusCode::GATEWAY_TIMEOUT,
    }
}
