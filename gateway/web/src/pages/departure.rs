//! `GET /login/{method}`: begins a login and sends the citizen to the provider.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};
use http::{Method, Uri};
use varco_core::attempt::{Attempt, AttemptId, AttemptKey, BrowserId};
use varco_core::login::{Asked, LoginRefusal};
use varco_core::method::{Departure, LoginMethod};
use varco_core::name::{MethodId, ProviderId};
use varco_core::refusal::Refusal;

use crate::pages::{Frame, assets, found, headers_only, page, routes};
use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::{Stop, WebRefusal};
use crate::security;
use crate::segments::Segments;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "departure.html")]
struct FormPage<'a> {
    frame: Frame<'a>,
    provider: &'a str,
    action: &'a str,
    fields: &'a [(String, String)],
}

/// `GET /login/{method}`
pub(crate) async fn begin(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    Segments(method): Segments<String>,
    request_method: Method,
    uri: Uri,
) -> Result<Response, Stop> {
    let id = MethodId::parse(&method).map_err(|_| LoginRefusal::UnknownMethod)?;
    let turned_away = |refusal: Refusal| web.login.turn_away(&id, refusal);
    let method = web.login.methods.by_id(&id).ok_or_else(|| turned_away(LoginRefusal::UnknownMethod.into()))?;
    let parameters = Parameters::of_query(&uri).map_err(turned_away)?;
    if request_method == Method::HEAD {
        web.login.errand(parameters.wish()?)?;
        return Ok(headers_only());
    }
    let browser = visit.browser(&web).unwrap_or_else(|| BrowserId::draw(&*web.login.randomness));
    let attempt = attempt(&web, &visit, browser, &parameters).await.map_err(turned_away)?;
    let choose_again = routes::chooser(attempt.errand());
    let provider = parameters.value("idp").map(ProviderId::parse).transpose();
    let provider = provider.map_err(|_| turned_away(LoginRefusal::UnknownProvider.into()));
    let provider = provider.map_err(|refusal| Stop::from(refusal).or_retry_at(&choose_again))?;
    if provider.is_none() && !method.providers().is_empty() {
        return found(&choose_again);
    }
    let sent = web.login.send(attempt, &id, provider.as_ref()).await;
    let departure = sent.map_err(|refusal| {
        let asked = Asked { method: id.clone(), provider: provider.clone() };
        Stop::from(refusal).or_retry_at(&choose_again).after_asking(asked)
    })?;
    let cookie = AppendHeaders([(SET_COOKIE, web.cookies.set_browser(&browser))]);
    let answer = leave(&web, &visit, &departure, &provider_name(&**method, provider.as_ref()))?;
    Ok((cookie, answer).into_response())
}

/// Sends a browser to a provider, of whom the page that it may show says the name.
pub(crate) fn leave(web: &WebParts, visit: &Visit, departure: &Departure, provider: &str) -> Result<Response, Stop> {
    match departure {
        Departure::Redirect(address) => found(address),
        Departure::PostForm { action, fields } => {
            let form = FormPage { frame: Frame::new(&web.site, visit), provider, action, fields };
            let policy = security::policy_for_form(action);
            let policy = policy.ok_or_else(|| WebRefusal::Internal.because("a form for no address"))?;
            Ok(([(CONTENT_SECURITY_POLICY, policy)], page(&form)?).into_response())
        }
    }
}

/// The attempt that the chooser began, or, without one, a new one for what the query says.
async fn attempt(
    web: &WebParts,
    visit: &Visit,
    browser: BrowserId,
    parameters: &Parameters,
) -> Result<Attempt, Refusal> {
    if let Some(id) = parameters.value("attempt").and_then(|text| AttemptId::parse(text).ok())
        && let Some(attempt) = web.login.find(&AttemptKey { id, browser }).await?
    {
        return Ok(attempt);
    }
    let errand = web.login.errand(parameters.wish()?)?;
    web.login.start(browser, errand, visit.session_id(web)).await
}

/// The name of a provider as citizens know it, or else that of the method.
pub(crate) fn provider_name(method: &dyn LoginMethod, chosen: Option<&ProviderId>) -> String {
    let providers = method.providers();
    let found = providers.into_iter().find(|provider| Some(&provider.id) == chosen);
    found.map_or_else(|| method.descriptor().name.to_owned(), |provider| provider.name)
}
