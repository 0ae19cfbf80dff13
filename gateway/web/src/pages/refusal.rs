//! A refusal as a page: what happened, what to do next, and the two codes that support asks for.

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use varco_core::arrival::RequestId;
use varco_core::attempt::Errand;
use varco_core::login::Asked;
use varco_core::method::Methods;
use varco_core::refusal::Refusal;

use crate::language::Language;
use crate::pages::{Frame, assets, page, routes};
use crate::parts::{Site, WebParts};
use crate::refusal::{Refused, Stop, WebRefusal, status_of};
use crate::security::protect_headers;
use crate::texts::{RefusalTexts, Texts};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage<'a> {
    frame: Frame<'a>,
    texts: RefusalTexts,
    code: &'static str,
    request_id: RequestId,
    retry: Option<&'a str>,
    counterpart: Option<Counterpart>,
}

/// Who was asked who the citizen is.
struct Counterpart {
    method: &'static str,
    provider: Option<String>,
    /// Where the citizen can mend what is wrong with their identity: what the link says, and its address.
    mend: Option<(String, String)>,
}

/// Any address that is no route.
pub(crate) async fn unknown_page() -> Stop {
    WebRefusal::UnknownPage.into()
}

/// A route, with an HTTP method that it does not have.
pub(crate) async fn wrong_method() -> Stop {
    WebRefusal::Method.into()
}

/// The page of a refusal by one of the routes.
pub(crate) fn draw(web: &WebParts, visit: &Visit, stop: &Stop) -> Response {
    let frame = Frame::new(&web.site, visit);
    let asked = stop.asked.as_ref();
    let counterpart =
        asked.and_then(|asked| Counterpart::of(asked, &web.login.methods, frame.texts, stop.refusal.code()));
    render(frame, &stop.refusal, visit.arrival.request_id, stop.retry.as_deref(), counterpart)
}

impl Counterpart {
    fn of(asked: &Asked, methods: &Methods, texts: Texts, code: &str) -> Option<Self> {
        let method = methods.by_id(&asked.method)?;
        let known = method.providers().into_iter().find(|provider| Some(&provider.id) == asked.provider.as_ref());
        let mend = known
            .as_ref()
            .and_then(|provider| Some((texts.link_to_provider(code, &provider.name)?, provider.site.clone()?)));
        Some(Self { method: method.descriptor().name, provider: known.map(|provider| provider.name), mend })
    }
}

impl Site {
    /// The page of a refusal by another edge, with its headers. Where it is known what the citizen
    /// came for, they are offered to try again.
    pub fn refusal_page(
        &self,
        refusal: &Refusal,
        headers: &HeaderMap,
        request_id: RequestId,
        retry: Option<&Errand>,
    ) -> Response {
        let retry = retry.map(|errand| format!("{}{}", self.access, routes::chooser(errand)));
        let frame = Frame::without_address(self, Language::of(headers));
        let mut response = render(frame, refusal, request_id, retry.as_deref(), None);
        protect_headers(response.headers_mut(), &self.access);
        response.extensions_mut().insert(Refused(refusal.clone()));
        response
    }
}

fn render(
    frame: Frame<'_>,
    refusal: &Refusal,
    request_id: RequestId,
    retry: Option<&str>,
    counterpart: Option<Counterpart>,
) -> Response {
    let code = refusal.code();
    let texts = frame.texts.refusal(code);
    let status = status_of(refusal);
    match page(&RefusalPage { frame, texts, code, request_id, retry, counterpart }) {
        Ok(page) => (status, page).into_response(),
        // Writing to memory does not fail; if it did, the code still says what happened.
        Err(_) => (status, code).into_response(),
    }
}
