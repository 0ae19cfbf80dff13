//! `GET|POST /logout/{method}`: what a provider sends by the browser, to end sessions or to answer us.
//!
//! It comes from another site, by a form mostly without the session's cookie, and is no forgery: it counts
//! because the provider signed it. So no cookie is looked at here, and none is taken away, which would log
//! out whoever somebody sends here with a message about themselves.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{Method, Uri};
use varco_core::login::LoginRefusal;
use varco_core::logout::{Hearing, LogoutNotice, Reach};
use varco_core::name::MethodId;

use crate::pages::departure::{leave, provider_name};
use crate::pages::{found, headers_only, routes};
use crate::parameters::Parameters;
use crate::parts::WebParts;
use crate::refusal::{Refused, Stop};
use crate::segments::Segments;
use crate::visit::Visit;

/// `GET /logout/{method}`
pub(crate) async fn by_redirect(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    Segments(method): Segments<String>,
    request_method: Method,
    uri: Uri,
) -> Result<Response, Stop> {
    let method = method_of(&method)?;
    if request_method == Method::HEAD {
        return Ok(headers_only());
    }
    hear(&web, &visit, &method, LogoutNotice::Query(uri.query().unwrap_or_default())).await
}

/// `POST /logout/{method}`
pub(crate) async fn by_form(
    State(web): State<Arc<WebParts>>,
    Extension(visit): Extension<Arc<Visit>>,
    Segments(method): Segments<String>,
    body: Body,
) -> Result<Response, Stop> {
    let method = method_of(&method)?;
    let fields = Parameters::of_form(&visit.headers, body).await;
    let fields = fields.map_err(|refusal| web.login.turn_away(&method, refusal))?.into_inner();
    hear(&web, &visit, &method, LogoutNotice::Form(&fields)).await
}

fn method_of(word: &str) -> Result<MethodId, LoginRefusal> {
    MethodId::parse(word).map_err(|_| LoginRefusal::UnknownMethod)
}

async fn hear(web: &WebParts, visit: &Visit, id: &MethodId, notice: LogoutNotice<'_>) -> Result<Response, Stop> {
    match web.login.hear(id, notice).await? {
        Hearing::Reply { provider, departure, fault } => {
            let method = web.login.methods.by_id(id).ok_or(LoginRefusal::UnknownMethod)?;
            let mut response = leave(web, visit, &departure, &provider_name(&**method, Some(&provider)))?;
            if let Some(fault) = fault {
                response.extensions_mut().insert(Refused(fault));
            }
            Ok(response)
        }
        // A page that says what is true of this browser, whoever's answer that was: it has the cookie.
        Hearing::Over(Reach::Everywhere) => found(routes::LOGOUT),
        Hearing::Over(Reach::Partial) => found(&routes::partly_logged_out(id)),
    }
}
