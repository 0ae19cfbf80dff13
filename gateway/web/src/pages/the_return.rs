//! `GET|POST /return/{method}`: the citizen is back from the provider.
//!
//! The answer is posted by another site, which is no forgery: it counts only for the browser that
//! holds the cookie of the attempt that it names.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use http::Uri;
use http::header::SET_COOKIE;
use varco_core::login::{Landing, LoginRefusal};
use varco_core::method::{Channel, Return};
use varco_core::name::MethodId;
use varco_core::refusal::Refusal;

use crate::pages::{found, routes};
use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::Stop;
use crate::segments::Segments;
use crate::visit::Visit;

/// `GET /return/{method}`
pub(crate) async fn by_redirect(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    Segments(method): Segments<String>,
    uri: Uri,
) -> Result<Response, Stop> {
    let method = method_of(&web, &method)?;
    let parameters = Parameters::of_query(&uri).map_err(|refusal| web.login.turn_away(&method, refusal))?.into_inner();
    complete(&web, &visit, &method, Return { channel: Channel::Query, parameters }).await
}

/// `POST /return/{method}`
pub(crate) async fn by_form(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    Segments(method): Segments<String>,
    body: Body,
) -> Result<Response, Stop> {
    let method = method_of(&web, &method)?;
    // An answer counts for the browser of its attempt only: who is none has no form worth keeping.
    if visit.browser(&web).is_none() {
        Parameters::waste(body).await;
        return complete(&web, &visit, &method, Return::default()).await;
    }
    let parameters = Parameters::of_form(&visit.headers, body).await;
    let parameters = parameters.map_err(|refusal| web.login.turn_away(&method, refusal))?.into_inner();
    complete(&web, &visit, &method, Return { channel: Channel::Form, parameters }).await
}

fn method_of(web: &WebParts, word: &str) -> Result<MethodId, Refusal> {
    let method = MethodId::parse(word).map_err(|_| LoginRefusal::UnknownMethod)?;
    match web.login.methods.by_id(&method) {
        Some(_) => Ok(method),
        None => Err(web.login.turn_away(&method, LoginRefusal::UnknownMethod)),
    }
}

async fn complete(web: &WebParts, visit: &Visit, method: &MethodId, returned: Return) -> Result<Response, Stop> {
    let welcome = web.login.complete(method, visit.browser(web), &returned).await?;
    let token = web.tokens.seal(&welcome.session.id, &visit.arrival.host);
    let cookie = AppendHeaders([(SET_COOKIE, web.cookies.set_session(&token))]);
    Ok((cookie, found(&address(web, welcome.landing)?)?).into_response())
}

/// Where a citizen with a session goes on.
pub(crate) fn address(web: &WebParts, landing: Landing) -> Result<String, Stop> {
    match landing {
        Landing::Page(address) => Ok(address),
        Landing::Handoff { service, code } => {
            let catalogue = &web.login.catalogue;
            let service = catalogue.service(&service).ok_or(LoginRefusal::UnknownService)?;
            Ok(routes::handoff(&catalogue.origin(service), &code))
        }
    }
}
