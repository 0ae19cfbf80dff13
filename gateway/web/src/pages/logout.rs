//! Logout: on the access host with a question first, on every host at once.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::HeaderValue;
use http::header::SET_COOKIE;
use varco_tokens::cookies::Cookie;

use crate::pages::{Frame, assets, found, page, routes};
use crate::parts::WebParts;
use crate::refusal::{Stop, WebRefusal};
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
}

/// `GET /logout`
pub(crate) async fn ask(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Stop> {
    if visit.session(&web).await?.is_some() {
        page(&Question { frame: Frame::new(&web.site, &visit) })
    } else {
        logged_out(&web, &visit)
    }
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
    end_session(&web, &visit).await?;
    logged_out(&web, &visit)
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
    let farewell = found(&format!("{}{}", web.site.access, routes::LOGOUT))?;
    if !of_this_site {
        return Ok(farewell);
    }
    end_session(web, visit).await?;
    Ok((no_session(web), farewell).into_response())
}

async fn end_session(web: &WebParts, visit: &Visit) -> Result<(), Stop> {
    match visit.session_id(web) {
        Some(session) => {
            web.login.leave(&session).await?;
            Ok(())
        }
        None => Ok(()),
    }
}

fn logged_out(web: &WebParts, visit: &Visit) -> Result<Response, Stop> {
    Ok((no_session(web), page(&LoggedOut { frame: Frame::new(&web.site, visit) })?).into_response())
}

fn no_session(web: &WebParts) -> AppendHeaders<[(http::HeaderName, HeaderValue); 1]> {
    AppendHeaders([(SET_COOKIE, web.cookies.clear(Cookie::Session))])
}
