//! The pages of the test identity provider: plain, in Italian, without scripts but one that posts.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};
use varco_core::level::Level;

use super::PostedForm;
use super::anomaly::Anomaly;
use super::people::{PEOPLE, Person};
use super::request::AuthnRequest;
use super::transaction::{Step, Transaction};

#[derive(Template)]
#[template(path = "provider-login.html")]
struct LoginPage<'a> {
    name: &'a str,
    issuer: &'a str,
    level: Level,
    step: &'a Step,
    failed: bool,
    people: &'a [Person],
    attributes: Vec<(&'a str, String)>,
    anomalies: &'a [Anomaly],
}

#[derive(Template)]
#[template(path = "provider-answer.html")]
struct AnswerPage<'a> {
    form: &'a PostedForm,
}

#[derive(Template)]
#[template(path = "provider-refused.html")]
struct RefusedPage {
    anomaly: Anomaly,
}

#[derive(Template)]
#[template(path = "provider-front.html")]
struct FrontPage<'a> {
    people: &'a [Person],
}

#[derive(Template)]
#[template(path = "provider-logout.html")]
struct LogoutPage<'a> {
    words: &'a str,
}

#[derive(Template)]
#[template(path = "provider-leave.html")]
struct LeavePage<'a> {
    action: &'a str,
    fields: &'a [(String, String)],
}

/// What came of a logout.
pub(super) fn logout(status: StatusCode, words: &str) -> Response {
    html(status, &LogoutPage { words })
}

/// The form that takes a logout message along.
pub(super) fn leave(action: &str, fields: &[(String, String)]) -> Response {
    html(StatusCode::OK, &LeavePage { action, fields })
}

/// The step of a login.
pub(super) fn login(name: &str, transaction: &Transaction<AuthnRequest>) -> Response {
    let request = &transaction.request;
    let sent = |person: &Person| {
        let value = |attribute: &'_ String| person.attribute(attribute).map(|value| value.text);
        request.attributes.iter().filter_map(|it| Some((it.as_str(), value(it)?))).collect()
    };
    let page = LoginPage {
        name,
        issuer: &request.issuer,
        level: request.level,
        step: &transaction.step,
        failed: transaction.failed_before(),
        people: &PEOPLE,
        attributes: transaction.consenting().map(sent).unwrap_or_default(),
        anomalies: &Anomaly::OF_CITIZENS,
    };
    html(StatusCode::OK, &page)
}

/// The form that takes an answer back.
pub(super) fn answer(form: &PostedForm) -> Response {
    html(StatusCode::OK, &AnswerPage { form })
}

/// A request that is refused without telling the service provider.
pub(super) fn refused(anomaly: Anomaly) -> Response {
    html(StatusCode::FORBIDDEN, &RefusedPage { anomaly })
}

/// Who can log in here.
pub(super) fn front() -> Response {
    html(StatusCode::OK, &FrontPage { people: &PEOPLE })
}

/// The style of every page.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css")).into_response()
}

/// The script that posts an answer.
pub(super) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript")], "document.getElementById('answer').submit();").into_response()
}

fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, [(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
