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

use crate::pages::{found, routes};
use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::Stop;
use crate::visit::Visit;

/// `GET /.varco/session`
pub(crate) async fn receive(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    uri: Uri,
) -> Result<Response, Stop> {
    // Trying again is to open the service again: with a session that stands, it is there at once.
    take_over(&web, &visit, &uri).await.map_err(|stop| stop.or_retry_at(routes::HOME))
}

async fn take_over(web: &WebParts, visit: &Visit, uri: &Uri) -> Result<Response, Stop> {
    let parameters = Parameters::of_query(uri)?;
    let code = parameters.value("code").and_then(|code| HandoffCode::parse(code).ok());
    let code = code.ok_or_else(|| LoginRefusal::HandoffRefused.because("no code"))?;
    let cookie = web.cookies.find(&visit.headers, Cookie::Handoff).and_then(|text| Secret::parse(text).ok());
    let secret = cookie.ok_or_else(|| LoginRefusal::HandoffRefused.because("the browser has no hand-off cookie"))?;
    let host = &visit.arrival.host;
    let (session, page) = web.login.redeem(&code, host, &binding_of(&secret)).await?;
    let cookie = AppendHeaders([(SET_COOKIE, web.cookies.set_session(&web.tokens.seal(&session.id, host)))]);
    Ok((cookie, found(&page)?).into_response())
}
