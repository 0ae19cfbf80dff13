//! `GET /.varco/session` on a service host: takes over the session from the access host.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::Uri;
use http::header::SET_COOKIE;
use varco_core::handoff::HandoffCode;
use varco_core::login::LoginRefusal;
use varco_core::secret::Secret;
use varco_tokens::cookies::Cookie;
use varco_tokens::handoff::binding_of;

use crate::pages::found;
use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::Stop;
use crate::visit::Visit;

/// `GET /.varco/session`
pub(crate) async fn receive(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    uri: Uri,
) -> Response {
    match take_over(&web, &visit, &uri).await {
        // The cookie stays for its half hour: another tab of this browser may be on its way back too.
        Ok(taken_over) => taken_over,
        Err(stop) => {
            let forget = AppendHeaders([(SET_COOKIE, web.cookies.clear(Cookie::Handoff))]);
            (forget, Stop { retry: first_page(&web, &visit), ..stop }).into_response()
        }
    }
}

async fn take_over(web: &WebParts, visit: &Visit, uri: &Uri) -> Result<Response, Stop> {
    let parameters = Parameters::of_query(uri)?;
    let code = parameters.value("code").and_then(|code| HandoffCode::parse(code).ok());
    let code = code.ok_or_else(|| LoginRefusal::HandoffRefused.because("no code"))?;
    let cookie = web.cookies.find(&visit.headers, Cookie::Handoff).and_then(|text| Secret::parse(text).ok());
    let host = &visit.arrival.host;
    let (session, page) = web.login.redeem(&code, host, cookie.as_ref().map(binding_of).as_ref()).await?;
    let cookie = AppendHeaders([(SET_COOKIE, web.cookies.set_session(&web.tokens.seal(&session.id, host)))]);
    Ok((cookie, found(&page)?).into_response())
}

/// Where to try again: the service, which is there at once for who has a session that stands. Where a
/// host has several services, only the list of all knows which one it was.
fn first_page(web: &WebParts, visit: &Visit) -> Option<String> {
    let catalogue = &web.login.catalogue;
    let mut services = catalogue.services().filter(|service| service.answers_on(&visit.arrival.host));
    let service = services.next()?;
    services.next().is_none().then(|| catalogue.first_page(service))
}
