//! Every address of the pages, once: to mount a route, and to link to it.

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use url::form_urlencoded::Serializer;
use varco_core::attempt::{AttemptId, Errand};
use varco_core::handoff::HandoffCode;
use varco_core::name::{MethodId, ProviderId};
use varco_core::origin::Origin;
use varco_core::return_path::ReturnPath;

use crate::language::Language;
use crate::pages::{
    chooser, departure, documents, federation, handoff, home, language, logout, refusal, single_logout, the_return,
};
use crate::parts::WebParts;
use crate::{assets, security, visit};

/// The list of services.
pub(crate) const HOME: &str = "/";
/// The hand-off of a session, on a service host.
pub(crate) const HANDOFF: &str = "/.varco/session";
/// Logout on the access host.
pub(crate) const LOGOUT: &str = "/logout";
/// What `/logout` is told by it: the method that could not end every session.
pub(crate) const PARTIAL: &str = "partial";
const LOGOUT_BY_PROVIDER: &str = "/logout/{method}";
const CHOOSER: &str = "/login";
const BEGIN: &str = "/login/{method}";
const RETURN: &str = "/return/{method}";
const METADATA: &str = "/metadata/{method}";
const METADATA_OF_BODY: &str = "/metadata/{method}/{ipa}";
const JWKS: &str = "/.well-known/jwks.json";
// What the gateway is in OpenID federations. The names of the last four are those that CIE lays down. (SPID/CIE OpenID
// guidelines, endpoints of the federation.)
const ENTITY: &str = "/.well-known/openid-federation";
const ENTITY_OF_BODY: &str = "/{ipa}/.well-known/openid-federation";
const FETCH: &str = "/fetch";
const LIST: &str = "/list";
const RESOLVE: &str = "/resolve";
const TRUST_MARK_STATUS: &str = "/trust_mark_status";
const LOGOUT_ANYWHERE: &str = "/.varco/logout";
const LANGUAGE: &str = "/.varco/language";

/// The routes: those of the access host, and those below `/.varco/`, which belong to the gateway on
/// every host. Every request must carry its [`Arrival`](varco_core::arrival::Arrival) as an extension.
pub fn router(parts: WebParts) -> Router {
    let web = Arc::new(parts);
    Router::new()
        .route(HOME, get(home::show))
        .route(CHOOSER, get(chooser::show))
        .route(BEGIN, get(departure::begin))
        .route(RETURN, get(the_return::by_redirect).post(the_return::by_form))
        .route(METADATA, get(documents::metadata))
        .route(METADATA_OF_BODY, get(documents::metadata_of_body))
        .route(JWKS, get(documents::jwks))
        .route(ENTITY, get(federation::configuration))
        .route(ENTITY_OF_BODY, get(federation::configuration_of_body))
        .route(FETCH, get(federation::fetch).post(federation::fetch))
        .route(LIST, get(federation::list).post(federation::list))
        .route(RESOLVE, get(federation::resolve).post(federation::resolve))
        .route(TRUST_MARK_STATUS, get(federation::mark_status).post(federation::mark_status))
        .route(LOGOUT, get(logout::ask).post(logout::end))
        .route(LOGOUT_BY_PROVIDER, get(single_logout::by_redirect).post(single_logout::by_form))
        .route(HANDOFF, get(handoff::receive))
        .route(LOGOUT_ANYWHERE, get(logout::end_by_link).post(logout::end_by_form))
        .route(LANGUAGE, get(language::switch))
        .route(assets::PATH, get(assets::serve))
        .fallback(refusal::unknown_page)
        .method_not_allowed_fallback(refusal::wrong_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&web), visit::receive))
        .layer(middleware::from_fn_with_state(Arc::clone(&web), security::protect))
        .with_state(web)
}

// === links ===

/// The choice of a method for an errand.
pub(crate) fn chooser(errand: &Errand) -> String {
    let mut query = query(CHOOSER);
    query.append_pair("service", errand.service.as_str());
    query.append_pair("return_to", errand.return_to.as_str());
    query.append_pair("level", errand.level.label());
    if let Some(binding) = &errand.binding {
        query.append_pair("binding", binding.as_str());
    }
    query.finish()
}

/// The beginning of a method, with one of its providers. The service is named besides the attempt, so
/// that the link still leads there when the attempt is over.
pub(crate) fn begin(method: &MethodId, provider: Option<&ProviderId>, attempt: &AttemptId, errand: &Errand) -> String {
    let mut query = query(&BEGIN.replace("{method}", method.as_str()));
    query.append_pair("service", errand.service.as_str());
    if let Some(provider) = provider {
        query.append_pair("idp", provider.as_str());
    }
    query.append_pair("attempt", &attempt.reveal());
    query.finish()
}

/// The page of who is logged out here, and maybe not everywhere where this method logged them in.
pub(crate) fn partly_logged_out(method: &MethodId) -> String {
    query(LOGOUT).append_pair(PARTIAL, method.as_str()).finish()
}

/// The hand-off of a session to the host of a service.
pub(crate) fn handoff(host: &Origin, code: &HandoffCode) -> String {
    format!("{host}{HANDOFF}?code={}", code.reveal())
}

/// The same page in another language.
pub(crate) fn language(to: Language, back: &ReturnPath) -> String {
    let mut query = query(LANGUAGE);
    query.append_pair("to", to.tag()).append_pair("back", back.as_str());
    query.finish()
}

fn query(path: &str) -> Serializer<'static, String> {
    Serializer::for_suffix(format!("{path}?"), path.len() + 1)
}
