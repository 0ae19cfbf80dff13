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
use crate::refusal::Stop;
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
    visit.must_be_of_this_site()?;
    end_session(&web, &visit).await?;
    logged_out(&web, &visit)
}

/// `GET|POST /.varco/logout`: what services link to. Another site that sends the browser here gets
/// the question of the access host instead.
pub(crate) async fn end_here(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
) -> Result<Response, Stop> {
    let farewell = found(&format!("{}{}", web.site.access, routes::LOGOUT))?;
    if visit.must_be_of_this_site().is_err() {
        return Ok(farewell);
    }
    end_session(&web, &visit).await?;
    Ok((no_session(&web), farewell).into_response())
}

async fn end_session(web: &WebParts, visit: &Visit) -> Result<(), Stop> {
    match visit.session_id(web) {
        Some(session) => Ok(web.login.end(&session).await?),
        None => Ok(()),
    }
}

fn logged_out(web: &WebParts, visit: &Visit) -> Result<Response, Stop> {
    Ok((no_session(web), page(&LoggedOut { frame: Frame::new(&web.site, visit) })?).into_response())
}

fn no_session(web: &WebParts) -> AppendHeaders<[(http::HeaderName, HeaderValue); 1]> {
    AppendHeaders([(SET_COOKIE, web.cookies.clear(Cookie::Session))])
}
