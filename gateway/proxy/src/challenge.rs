//! What a caller is told who must log in first, or log in at a higher level.

use axum::body::Body;
use http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use varco_core::arrival::RequestId;
use varco_core::level::Level;
use varco_core::name::MethodId;
use varco_core::return_path::ReturnPath;
use varco_core::secret::Secret;
use varco_core::service::Service;
use varco_tokens::handoff::binding_of;

use crate::error::{ProxyRefusal, Stop};
use crate::phases::route::Routed;
use crate::phases::strip::Taken;
use crate::problem::problem;
use crate::request::Visit;
use crate::setup::Proxy;

/// A demand to log in.
#[derive(Debug)]
pub(crate) struct Challenge {
    missing: Missing,
    form: Form,
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A session.
    Login,
    /// A session of a higher level, of another kind of identity, or of which more is known.
    More,
}

/// How it is told.
#[derive(Debug)]
enum Form {
    /// Who asked for a page is sent away, with the cookie that the hand-off will be bound to.
    Redirect { location: HeaderValue, cookie: Option<HeaderValue> },
    /// Anybody else is told the level that is needed, and the methods that would do.
    Unauthorized(Level, Vec<MethodId>),
}

/// All but what RFC 3986 section 2.3 leaves as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

// === impl Proxy ===

impl Proxy {
    /// Asks the caller of a request to log in at a level.
    pub(crate) fn challenge(
        &self,
        visit: &Visit<'_>,
        routed: &Routed<'_>,
        taken: &Taken,
        missing: Missing,
        level: Level,
    ) -> Stop {
        let service = &*routed.service;
        let is_page = visit.reader.reads_html && matches!(visit.head.method, Method::GET | Method::HEAD);
        if !is_page || taken.websocket.is_some() {
            let methods = self.methods.serving(service, level).map(|method| method.descriptor().id.clone());
            return Challenge { missing, form: Form::Unauthorized(level, methods.collect()) }.into();
        }
        let page = visit.head.uri.path_and_query().and_then(|target| ReturnPath::parse(target.as_str()).ok());
        let (location, cookie) = if visit.arrival.host == self.catalogue.origin(service).host() {
            self.to_login(service, page.as_ref(), level, taken.handoff)
        } else {
            (self.to_first_host(service, page.as_ref()), None)
        };
        match HeaderValue::try_from(location) {
            Ok(location) => Challenge { missing, form: Form::Redirect { location, cookie } }.into(),
            Err(error) => ProxyRefusal::Internal.caused_by(error).into(),
        }
    }

    /// The address of the login. A service with a host of its own also gets the session handed over,
    /// bound to a secret of this browser.
    fn to_login(
        &self,
        service: &Service,
        page: Option<&ReturnPath>,
        level: Level,
        known: Option<Secret>,
    ) -> (String, Option<HeaderValue>) {
        let mut address = format!("{}/login?service={}&level={level}", self.catalogue.access(), service.id);
        // Without it the login ends on the service's first page.
        if let Some(page) = page {
            address.push_str("&return_to=");
            address.extend(utf8_percent_encode(page.as_str(), RESERVED));
        }
        if self.catalogue.is_on_access_host(service) {
            return (address, None);
        }
        let secret = known.unwrap_or_else(|| Secret::draw(&*self.randomness));
        address.push_str("&binding=");
        address.push_str(binding_of(&secret).as_str());
        (address, Some(self.cookies.set_handoff(&secret)))
    }

    /// The same page on the service's first host: sessions are handed over there.
    fn to_first_host(&self, service: &Service, page: Option<&ReturnPath>) -> String {
        page.map_or_else(|| self.catalogue.first_page(service), |page| self.catalogue.address(service, page))
    }
}

// === impl Challenge ===

impl Challenge {
    /// The stable code.
    pub(crate) const fn code(&self) -> &'static str {
        match self.missing {
            Missing::Login => "proxy.login-needed",
            Missing::More => "proxy.step-up",
        }
    }

    /// The answer.
    pub(crate) fn response(self, request_id: RequestId) -> Response<Body> {
        let code = self.code();
        match self.form {
            Form::Redirect { location, cookie } => redirect(location, cookie),
            Form::Unauthorized(level, methods) => unauthorized(code, level, &methods, request_id),
        }
    }
}

fn redirect(location: HeaderValue, cookie: Option<HeaderValue>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    headers.insert(LOCATION, location);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(cookie) = cookie {
        headers.insert(SET_COOKIE, cookie);
    }
    response
}

fn unauthorized(code: &str, level: Level, methods: &[MethodId], request_id: RequestId) -> Response<Body> {
    let methods: Vec<_> = methods.iter().map(MethodId::as_str).collect();
    let members = [("level", level.number().into()), ("methods", methods.into())];
    let mut response = problem(StatusCode::UNAUTHORIZED, code, request_id, members);
    // RFC 9110 section 15.5.2: a 401 names a scheme. This one makes no browser ask for a password.
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Varco"));
    response
}
