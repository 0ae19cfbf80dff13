//! `GET /.varco/language`: keeps the language that a citizen chose.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::Uri;
use http::header::SET_COOKIE;
use varco_core::login::LoginRefusal;
use varco_core::refusal::Refusal;
use varco_core::return_path::ReturnPath;

use crate::language::Language;
use crate::pages::found;
use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::Stop;

/// `GET /.varco/language`
pub(crate) async fn switch(State(web): State<Arc<WebParts>>, uri: Uri) -> Result<Response, Stop> {
    let parameters = Parameters::of_query(&uri)?;
    let malformed = |what: &'static str| move || -> Refusal { LoginRefusal::MalformedRequest.because(what) };
    let language = parameters.value("to").and_then(Language::parse).ok_or_else(malformed("to"))?;
    let back = parameters.value("back").and_then(|back| ReturnPath::parse(back).ok()).ok_or_else(malformed("back"))?;
    let cookie = language.keep(web.site.access.is_https()).map(|cookie| AppendHeaders([(SET_COOKIE, cookie)]));
    Ok((cookie, found(back.as_str())?).into_response())
}
