//! The pages of the provider: those of the SPID test provider, in its own name.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::Value;
use varco_core::level::Level;

use super::flavour::{Flavour, claim_of};
use super::request::{AuthorizationRequest, Fault};
use crate::identity_provider::transaction::{Step, Transaction};
use crate::identity_provider::{PEOPLE, Person};

#[derive(Template)]
#[template(path = "openid-login.html")]
struct LoginPage<'a> {
    flavour: &'static str,
    name: &'a str,
    client: &'a str,
    level: Level,
    step: &'a Step,
    failed: bool,
    people: &'a [Person],
    attributes: Vec<(&'a str, String)>,
    errors: &'a [&'static str],
}

#[derive(Template)]
#[template(path = "openid-refused.html")]
struct RefusedPage<'a> {
    flavour: &'static str,
    fault: &'a Fault,
}

#[derive(Template)]
#[template(path = "openid-front.html")]
struct FrontPage<'a> {
    flavour: &'static str,
    people: &'a [Person],
}

/// Every error that the citizen can have the provider answer with. (SPID/CIE OpenID guidelines, authorization
/// endpoint and errors of the federation.)
pub(super) const ERRORS: [&str; 12] = [
    "access_denied",
    "unauthorized_client",
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "unsupported_response_type",
    "login_required",
    "consent_required",
    "invalid_request_object",
    "registration_not_supported",
];

/// The step of a login.
pub(super) fn login(flavour: Flavour, name: &str, transaction: &Transaction<AuthorizationRequest>) -> Response {
    let request = &transaction.request;
    let sent = |person: &Person| {
        let value = |claim: &'_ String| claim_of(person, claim).map(|value| shown(&value));
        request.claims.iter().filter_map(|claim| Some((claim.as_str(), value(claim)?))).collect()
    };
    let known =
        ["client_name", "organization_name"].iter().find_map(|name| request.client.metadata.get(*name)?.as_str());
    html(
        StatusCode::OK,
        &LoginPage {
            flavour: flavour.name(),
            name,
            client: known.unwrap_or(&request.client.id),
            level: request.level,
            step: &transaction.step,
            failed: transaction.failed_before(),
            people: &PEOPLE,
            attributes: transaction.consenting().map(sent).unwrap_or_default(),
            errors: &ERRORS,
        },
    )
}

/// A request that is refused without telling the client.
pub(super) fn refused(flavour: Flavour, fault: &Fault) -> Response {
    html(StatusCode::BAD_REQUEST, &RefusedPage { flavour: flavour.name(), fault })
}

/// Who can log in here.
pub(super) fn front(flavour: Flavour) -> Response {
    html(StatusCode::OK, &FrontPage { flavour: flavour.name(), people: &PEOPLE })
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(members) => members.values().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, [(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
