//! Where the provider answers: citizens with a browser, clients without one.

use axum::Router;
use axum::extract::{Form, Path, RawForm, RawQuery, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use http::{HeaderMap, Method, StatusCode, header};
use serde::Deserialize;

use super::request::{AuthorizationRequest, Unserved};
use super::variation::ELSEWHERE;
use super::{TestOpenIdProvider, pages};
use crate::federation::entity::answer;
use crate::identity_provider::Anomaly;
use crate::identity_provider::transaction::Transaction;
use crate::now::now;

type Provider = State<TestOpenIdProvider>;

pub(super) fn router(provider: TestOpenIdProvider) -> Router {
    let without_a_browser = Router::new()
        .route("/.well-known/openid-federation", get(configuration))
        .route("/superiors/{number}/.well-known/openid-federation", get(superior))
        .route("/token", post(async |State(it): Provider, form: String| it.give_tokens(&form).await))
        .route("/userinfo", any(userinfo))
        .route("/introspection", post(async |State(it): Provider, form: String| it.introspect(&form).await))
        .route("/revocation", post(async |State(it): Provider, form: String| it.revoke(&form).await))
        .route(ELSEWHERE, any(StatusCode::NO_CONTENT))
        .layer(from_fn_with_state(provider.clone(), note));
    Router::new()
        .route("/", get(async |State(it): Provider| pages::front(it.0.flavour)))
        .route("/style.css", get(crate::identity_provider::style))
        .route("/authorization", get(by_query).post(by_form))
        .route("/login/{name}", get(login))
        .route("/login/{name}/password", post(password))
        .route("/login/{name}/code", post(code))
        .route("/login/{name}/confirm", post(confirm))
        .route("/login/{name}/consent", post(consent))
        .route("/login/{name}/cancel", post(cancel))
        .route("/login/{name}/error", post(error))
        .merge(without_a_browser)
        .with_state(provider)
}

async fn note(State(provider): Provider, request: Request, next: Next) -> Response {
    let asked = format!("{} {}", request.method(), request.uri().path());
    provider.state().asked.push(asked);
    next.run(request).await
}

async fn configuration(State(provider): Provider) -> Response {
    answer("application/entity-statement+jwt", provider.configuration())
}

async fn superior(State(provider): Provider, Path(number): Path<u32>) -> Response {
    answer("application/entity-statement+jwt", provider.made_up(number))
}

async fn userinfo(State(provider): Provider, method: Method, headers: HeaderMap) -> Response {
    provider.tell(&method, &headers).await
}

async fn by_query(State(provider): Provider, RawQuery(query): RawQuery) -> Response {
    authorize(&provider, query.as_deref().unwrap_or_default()).await
}

async fn by_form(State(provider): Provider, RawForm(form): RawForm) -> Response {
    authorize(&provider, &String::from_utf8_lossy(&form)).await
}

async fn authorize(provider: &TestOpenIdProvider, query: &str) -> Response {
    match provider.receive(query).await {
        Ok(request) => see(&provider.0.transactions.open(Transaction::new(request, now()))),
        Err(Unserved::Page(fault)) => pages::refused(provider.0.flavour, &fault),
        Err(Unserved::Back(address)) => go(&address),
    }
}

async fn login(State(provider): Provider, Path(name): Path<String>) -> Response {
    match provider.0.transactions.find(&name) {
        Some(transaction) if transaction.is_too_old(now()) => stop(&provider, &name, Anomaly::Timeout),
        Some(transaction) => pages::login(provider.0.flavour, &name, &transaction),
        None => gone(),
    }
}

#[derive(Deserialize)]
struct Password {
    username: String,
    password: String,
}

async fn password(State(provider): Provider, Path(name): Path<String>, Form(typed): Form<Password>) -> Response {
    step(&provider, &name, |transaction| transaction.password(&typed.username, &typed.password))
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

async fn code(State(provider): Provider, Path(name): Path<String>, Form(typed): Form<Code>) -> Response {
    step(&provider, &name, |transaction| transaction.code(&typed.code))
}

async fn confirm(State(provider): Provider, Path(name): Path<String>) -> Response {
    step(&provider, &name, |transaction| {
        transaction.confirm();
        Ok(())
    })
}

#[derive(Deserialize)]
struct Consent {
    answer: String,
}

async fn consent(State(provider): Provider, Path(name): Path<String>, Form(given): Form<Consent>) -> Response {
    if given.answer != "yes" {
        return stop(&provider, &name, Anomaly::ConsentDenied);
    }
    let consenting = provider.0.transactions.find(&name).and_then(|transaction| transaction.consenting());
    match (consenting, provider.0.transactions.close(&name)) {
        (Some(person), Some(Transaction { request, .. })) => go(&provider.grant(&request, person)),
        _ => gone(),
    }
}

async fn cancel(State(provider): Provider, Path(name): Path<String>) -> Response {
    stop(&provider, &name, Anomaly::Cancelled)
}

#[derive(Deserialize)]
struct Chosen {
    error: String,
}

async fn error(State(provider): Provider, Path(name): Path<String>, Form(chosen): Form<Chosen>) -> Response {
    match pages::ERRORS.into_iter().find(|known| *known == chosen.error) {
        Some(word) => end(&provider, &name, word, "scelto dal cittadino"),
        None => (StatusCode::BAD_REQUEST, "Nessun errore ha questo nome.").into_response(),
    }
}

/// Takes one step of a login, or ends it.
fn step(
    provider: &TestOpenIdProvider,
    name: &str,
    change: impl FnOnce(&mut Transaction<AuthorizationRequest>) -> Result<(), Anomaly>,
) -> Response {
    match provider.0.transactions.change(name, change) {
        Some(Ok(())) => see(name),
        Some(Err(anomaly)) => stop(provider, name, anomaly),
        None => gone(),
    }
}

/// Ends a login because of the citizen: the protocol has one word for whatever that was.
fn stop(provider: &TestOpenIdProvider, name: &str, anomaly: Anomaly) -> Response {
    end(provider, name, "access_denied", anomaly.words())
}

fn end(provider: &TestOpenIdProvider, name: &str, word: &'static str, why: &str) -> Response {
    match provider.0.transactions.close(name) {
        Some(Transaction { request, .. }) => go(&provider.refuse(&request, word, why)),
        None => gone(),
    }
}

fn go(address: &str) -> Response {
    (StatusCode::FOUND, [(header::LOCATION, address), (header::CACHE_CONTROL, "no-store")]).into_response()
}

/// The page of a login: a reload of it posts nothing again.
fn see(name: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/login/{name}"))]).into_response()
}

fn gone() -> Response {
    (StatusCode::NOT_FOUND, "Questo accesso è finito: si ricomincia dal servizio.").into_response()
}
