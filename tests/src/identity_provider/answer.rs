//! What the test identity provider says of a citizen, and how it is written.

use askama::Template;
use jiff::{SignedDuration, Timestamp};
use varco_core::level::Level;

use super::anomaly::Anomaly;
use super::people::{Person, Value};
use super::request::AuthnRequest;
use crate::now::random_token;

/// Everything a response says. The honest one comes from [`Answer::honest`]; variations change it.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) response_id: String,
    pub(super) assertion_id: String,
    pub(super) issuer: String,
    pub(super) issued_at: String,
    pub(super) in_response_to: String,
    pub(super) destination: String,
    pub(super) recipient: String,
    pub(super) audience: String,
    pub(super) not_before: String,
    pub(super) not_on_or_after: String,
    pub(super) name_id: String,
    pub(super) context_class: String,
    pub(super) session_index: Option<String>,
    pub(super) attributes: Vec<(String, Value)>,
}

#[derive(Template)]
#[template(path = "response.xml")]
struct Response<'a> {
    answer: &'a Answer,
}

#[derive(Template)]
#[template(path = "error-response.xml")]
struct ErrorResponse<'a> {
    id: &'a str,
    issuer: &'a str,
    issued_at: &'a str,
    in_response_to: &'a str,
    destination: &'a str,
    status: &'a str,
    second_status: &'a str,
    number: String,
}

/// How long an answer may be presented.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

// === impl Answer ===

impl Answer {
    /// What an honest provider answers to `request` about `person`.
    pub(super) fn honest(issuer: &str, request: &AuthnRequest, person: &Person, now: Timestamp) -> Self {
        let attribute = |name: &String| Some((name.clone(), person.attribute(name)?));
        Self {
            response_id: new_id(),
            assertion_id: new_id(),
            issuer: issuer.to_owned(),
            issued_at: instant(now),
            in_response_to: request.id.clone(),
            destination: request.consumer.clone(),
            recipient: request.consumer.clone(),
            audience: request.issuer.clone(),
            not_before: instant(now),
            not_on_or_after: instant(now + LIFETIME),
            name_id: new_id(),
            context_class: request.level.context_class().to_owned(),
            // A session of the provider exists at level 1 only.
            session_index: (request.level == Level::One).then(new_id),
            attributes: request.attributes.iter().filter_map(attribute).collect(),
        }
    }

    /// The response as XML, not signed.
    pub(super) fn write(&self) -> Result<String, askama::Error> {
        Response { answer: self }.render()
    }
}

/// An error of the table, to `consumer`; with the second value its ID. Not signed.
pub(super) fn write_error(
    issuer: &str,
    consumer: &str,
    in_response_to: &str,
    anomaly: Anomaly,
    (status, second_status): (&str, &str),
    now: Timestamp,
) -> Result<(String, String), askama::Error> {
    let id = new_id();
    let xml = ErrorResponse {
        id: &id,
        issuer,
        issued_at: &instant(now),
        in_response_to,
        destination: consumer,
        status,
        second_status,
        number: format!("{:02}", anomaly.number()),
    }
    .render()?;
    Ok((xml, id))
}

/// A new identifier: an underscore, for it must not begin with a digit.
pub(super) fn new_id() -> String {
    format!("_{}", random_token())
}

/// Whole seconds in UTC.
pub(super) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
