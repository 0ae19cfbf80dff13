//! Where the test identity provider answers.

use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{Method, StatusCode, header};
use serde::Deserialize;

use super::anomaly::Anomaly;
use super::message::Message;
use super::request::AuthnRequest;
use super::transaction::Transaction;
use super::variation::Variation;
use super::{PostedForm, TestIdp, Unserved, logout, pages};
use crate::now::now;

pub(super) fn router(provider: TestIdp) -> Router {
    Router::new()
        .route("/", get(async || pages::front()))
        .route("/sso", axum::routing::any(sign_on))
        .route("/slo", axum::routing::any(logout::end))
        .route("/slo/answers", axum::routing::any(logout::hear))
        .route("/metadata", get(metadata))
        .route("/style.css", get(pages::style))
        .route("/answer.js", get(pages::script))
        .route("/login/{name}", get(login))
        .route("/login/{name}/password", post(password))
        .route("/login/{name}/code", post(code))
        .route("/login/{name}/confirm", post(confirm))
        .route("/login/{name}/consent", post(consent))
        .route("/login/{name}/cancel", post(cancel))
        .route("/login/{name}/error", post(error))
        .with_state(provider)
}

async fn metadata(State(provider): State<TestIdp>) -> Response {
    match provider.metadata() {
        Ok(xml) => ([(header::CONTENT_TYPE, "application/samlmetadata+xml")], xml).into_response(),
        Err(error) => broken(&error),
    }
}

async fn sign_on(
    State(provider): State<TestIdp>,
    method: Method,
    RawQuery(query): RawQuery,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let message = match (method, form) {
        (Method::GET, _) => Message::from_query(query.as_deref().unwrap_or_default()),
        (Method::POST, Ok(Form(fields))) => Message::from_form(&fields),
        (Method::POST, Err(_)) => Err(Anomaly::Binding),
        _ => Err(Anomaly::HttpMethod),
    };
    let message = match message {
        Ok(message) => message,
        Err(anomaly) => return pages::refused(anomaly),
    };
    match provider.receive(&message).await {
        Ok(request) => see(&provider.0.transactions.open(Transaction::new(request, now()))),
        Err(Unserved::Page(anomaly)) => pages::refused(anomaly),
        Err(Unserved::Form(form)) => pages::answer(&form),
    }
}

async fn login(State(provider): State<TestIdp>, Path(name): Path<String>) -> Response {
    match provider.0.transactions.find(&name) {
        Some(transaction) if transaction.is_too_old(now()) => stop(&provider, &name, Anomaly::Timeout),
        Some(transaction) => pages::login(&name, &transaction),
        None => gone(),
    }
}

#[derive(Deserialize)]
struct Password {
    username: String,
    password: String,
}

async fn password(State(provider): State<TestIdp>, Path(name): Path<String>, Form(typed): Form<Password>) -> Response {
    step(&provider, &name, |transaction| transaction.password(&typed.username, &typed.password))
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

async fn code(State(provider): State<TestIdp>, Path(name): Path<String>, Form(typed): Form<Code>) -> Response {
    step(&provider, &name, |transaction| transaction.code(&typed.code))
}

async fn confirm(State(provider): State<TestIdp>, Path(name): Path<String>) -> Response {
    step(&provider, &name, |transaction| {
        transaction.confirm();
        Ok(())
    })
}

#[derive(Deserialize)]
struct Consent {
    answer: String,
}

async fn consent(State(provider): State<TestIdp>, Path(name): Path<String>, Form(given): Form<Consent>) -> Response {
    if given.answer != "yes" {
        return stop(&provider, &name, Anomaly::ConsentDenied);
    }
    let consenting = provider.0.transactions.find(&name).and_then(|transaction| transaction.consenting());
    let (Some(person), Some(Transaction { request, .. })) = (consenting, provider.0.transactions.close(&name)) else {
        return gone();
    };
    match provider.respond(&request, person, &Variation::Good) {
        Ok(response) => take_back(request.consumer, response, request.relay_state),
        Err(error) => broken(&error),
    }
}

async fn cancel(State(provider): State<TestIdp>, Path(name): Path<String>) -> Response {
    stop(&provider, &name, Anomaly::Cancelled)
}

#[derive(Deserialize)]
struct Number {
    number: u8,
}

async fn error(State(provider): State<TestIdp>, Path(name): Path<String>, Form(chosen): Form<Number>) -> Response {
    match Anomaly::of_citizens(chosen.number) {
        Some(anomaly) => stop(&provider, &name, anomaly),
        None => (StatusCode::BAD_REQUEST, "Nessun errore ha questo codice.").into_response(),
    }
}

/// Takes one step of a login, or ends it.
fn step(
    provider: &TestIdp,
    name: &str,
    change: impl FnOnce(&mut Transaction<AuthnRequest>) -> Result<(), Anomaly>,
) -> Response {
    match provider.0.transactions.change(name, change) {
        Some(Ok(())) => see(name),
        Some(Err(anomaly)) => stop(provider, name, anomaly),
        None => gone(),
    }
}

/// Ends a login with an error of the table.
fn stop(provider: &TestIdp, name: &str, anomaly: Anomaly) -> Response {
    let Some(Transaction { request, .. }) = provider.0.transactions.close(name) else { return gone() };
    match provider.respond_with_error(&request, anomaly) {
        Ok(response) => take_back(request.consumer, response, request.relay_state),
        Err(error) => broken(&error),
    }
}

fn take_back(action: String, response: String, relay_state: String) -> Response {
    pages::answer(&PostedForm { action, response, relay_state })
}

/// The page of a login: a reload of it posts nothing again.
fn see(name: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/login/{name}"))]).into_response()
}

fn gone() -> Response {
    (StatusCode::NOT_FOUND, "Questo accesso è finito: si ricomincia dal servizio.").into_response()
}

fn broken(error: &anyhow::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
}
