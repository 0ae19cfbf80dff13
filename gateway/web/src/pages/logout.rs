//! Logout: on the access host with a question first, on every host at once, and then at the provider where
//! it keeps a session of its own.
//!
//! Where a provider has no messages for that but a page, as CIE has, ours comes first and offers a link:
//! that page answers nothing, leads nowhere and may not come, so that whoever were sent there would never
//! read that they are logged out here.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};
use http::{HeaderValue, Uri};
use varco_core::login::LoginRefusal;
use varco_core::logout::Parting;
use varco_core::name::MethodId;
use varco_tokens::cookies::Cookie;

use crate::pages::departure::{leave, provider_name};
use crate::pages::{Frame, assets, found, page, routes};
use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::{Refused, Stop, WebRefusal};
use crate::security;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "logout.html")]
struct Question<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "logged_out.html")]
struct LoggedOut<'a> {
    frame: Frame<'a>,
    elsewhere: &'a Elsewhere,
}

/// What is left elsewhere, when nothing is left here.
enum Elsewhere {
    Nothing,
    /// A card in its reader, which the browser remembers.
    Card,
    /// This method could not end every session.
    Something(String),
    /// This method has a session of its own, which this page ends.
    Page(String, String),
}

/// `GET /logout`
pub(crate) async fn ask(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    uri: Uri,
) -> Result<Response, Stop> {
    let Some(session) = visit.session(&web).await? else {
        let parameters = Parameters::of_query(&uri)?;
        let partial = parameters.value(routes::PARTIAL).and_then(|word| MethodId::parse(word).ok());
        let partial = partial.filter(|method| web.login.methods.by_id(method).is_some());
        let elsewhere = partial.map_or(Elsewhere::Nothing, |method| Elsewhere::Something(name_of(&web, &method)));
        return logged_out(&web, &visit, &elsewhere);
    };
    let question = page(&Question { frame: Frame::new(&web.site, &visit) })?;
    if session.provider_login.as_ref().is_none_or(|login| !login.keeps_session) {
        return Ok(question);
    }
    let policy = [(CONTENT_SECURITY_POLICY, security::policy_for_answer(&web.site.access))];
    Ok((policy, question).into_response())
}

/// `POST /logout`
pub(crate) async fn end(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Stop> {
    // What does not tell where a form stands is no browser, and has no cookies that others could abuse.
    if visit.is_of_this_site() == Some(false) {
        return Err(WebRefusal::CrossSite.into());
    }
    let parting = end_session(&web, &visit).await?;
    part(&web, &visit, parting)
}

/// `GET /.varco/logout`: what services link to. Where the link may stand on another site, the citizen
/// gets the question of the access host instead: a browser that sends no `Referer` does not tell.
pub(crate) async fn end_by_link(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Stop> {
    end_here(&web, &visit, visit.is_of_this_site() == Some(true)).await
}

/// `POST /.varco/logout`: a form of a service. Every browser tells where a form stands.
pub(crate) async fn end_by_form(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Stop> {
    end_here(&web, &visit, visit.is_of_this_site() != Some(false)).await
}

async fn end_here(web: &WebParts, visit: &Visit, of_this_site: bool) -> Result<Response, Stop> {
    let farewell = || found(&format!("{}{}", web.site.access, routes::LOGOUT));
    if !of_this_site {
        return farewell();
    }
    match end_session(web, visit).await? {
        Parting::Over => Ok((no_session(web), farewell()?).into_response()),
        parting => part(web, visit, parting),
    }
}

async fn end_session(web: &WebParts, visit: &Visit) -> Result<Parting, Stop> {
    match visit.session_id(web) {
        Some(session) => Ok(web.login.leave(&session).await?),
        None => Ok(Parting::Over),
    }
}

/// The session is over here; what comes of it elsewhere.
fn part(web: &WebParts, visit: &Visit, parting: Parting) -> Result<Response, Stop> {
    match parting {
        Parting::Over => logged_out(web, visit, &Elsewhere::Nothing),
        Parting::Card => logged_out(web, visit, &Elsewhere::Card),
        Parting::Ask { method, provider, departure } => {
            let method = web.login.methods.by_id(&method).ok_or(LoginRefusal::UnknownMethod)?;
            let left = leave(web, visit, &departure, &provider_name(&**method, Some(&provider)))?;
            Ok((no_session(web), left).into_response())
        }
        Parting::Page { method, address } => logged_out(web, visit, &Elsewhere::Page(name_of(web, &method), address)),
        Parting::Partial { method, fault } => {
            let mut response = logged_out(web, visit, &Elsewhere::Something(name_of(web, &method)))?;
            response.extensions_mut().insert(Refused(fault));
            Ok(response)
        }
    }
}

/// The name of a method, as citizens know it; its word, where it is not open any more.
fn name_of(web: &WebParts, method: &MethodId) -> String {
    web.login.methods.by_id(method).map_or(method.as_str(), |method| method.descriptor().name).to_owned()
}

fn logged_out(web: &WebParts, visit: &Visit, elsewhere: &Elsewhere) -> Result<Response, Stop> {
    let page = page(&LoggedOut { frame: Frame::new(&web.site, visit), elsewhere })?;
    Ok((no_session(web), page).into_response())
}

fn no_session(web: &WebParts) -> AppendHeaders<[(http::HeaderName, HeaderValue); 1]> {
    AppendHeaders([(SET_COOKIE, web.cookies.clear(Cookie::Session))])
}
