//! What is told to operators: the fields of the log lines, each written in one place.
//!
//! A path or a query string is not among them: which page of a health service somebody opened is
//! about that person, even without a name.

use std::time::Duration;

use varco_core::arrival::RequestId;
use varco_core::event::{Event, LoginEvent, Outcome};
use varco_core::name::{MethodId, ProviderId, ServiceId};
use varco_core::refusal::Refusal;

use crate::alarm::Alarm;

/// Stands in labels and log lines where there is no service, provider or code.
pub(crate) const NONE: &str = "none";

/// A request, once its outcome is known.
#[derive(Clone, Debug)]
pub struct RequestFacts<'a> {
    /// Names the request, in the log and on the error page that the citizen saw.
    pub request_id: RequestId,
    /// The service, if the request belongs to one.
    pub service: Option<&'a ServiceId>,
    /// The HTTP method.
    pub method: &'a str,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The stable code of what stopped it, if the gateway did.
    pub code: Option<&'static str>,
    /// Why, for the log only. No personal data.
    pub cause: Option<&'a str>,
    /// From its arrival to the end of the answer.
    pub duration: Duration,
    /// From its departure to the service until the head of the answer, if it was sent on.
    pub upstream_duration: Option<Duration>,
}

/// Writes the line of a request: what went wrong at the gateway or behind it is a warning.
pub(crate) fn log_request(facts: &RequestFacts<'_>) {
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                target: "varco::request",
                request_id = %facts.request_id,
                service = facts.service.map(ServiceId::as_str),
                method = facts.method,
                status = facts.status,
                code = facts.code,
                cause = facts.cause,
                duration_ms = milliseconds(facts.duration),
                upstream_ms = facts.upstream_duration.map(milliseconds),
                "request"
            )
        };
    }
    if facts.status >= 500 { line!(warn) } else { line!(info) }
}

/// Writes the line of an event.
pub(crate) fn log_event(event: &Event) {
    match event {
        Event::Login(login) => log_login(login),
        Event::Refusal { method, refusal, .. } => log_refusal(method.as_ref(), refusal),
        Event::Logout { method, .. } => log_logout(method),
    }
}

fn log_login(login: &LoginEvent) {
    tracing::info!(
        target: "varco::login",
        login_method = login.method.as_str(),
        provider = login.provider.as_ref().map(ProviderId::as_str),
        // `level` is the severity of the line.
        assurance = login.level.number(),
        body = login.body.as_str(),
        service = login.service.as_str(),
        outcome = login.outcome.label(),
        cause = match &login.outcome {
            Outcome::Success => None,
            Outcome::Refused(refusal) => refusal.cause(),
        },
        "{}",
        match login.outcome {
            Outcome::Success => "login",
            Outcome::Refused(_) => "login refused",
        }
    );
}

fn log_refusal(method: Option<&MethodId>, refusal: &Refusal) {
    tracing::info!(
        target: "varco::login",
        login_method = method.map(MethodId::as_str),
        outcome = refusal.code(),
        cause = refusal.cause(),
        "login refused"
    );
}

fn log_logout(method: &MethodId) {
    tracing::info!(target: "varco::login", login_method = method.as_str(), "logout");
}

/// Writes that an alarm begins, because of a refusal with this code.
pub(crate) fn log_alarm_begins(alarm: Alarm, method: &MethodId, provider: &ProviderId, code: &str) {
    tracing::error!(
        target: "varco::alarm",
        alarm = alarm.word(),
        login_method = method.as_str(),
        provider = provider.as_str(),
        code,
        "alarm: {}",
        alarm.meaning()
    );
}

/// Writes that an alarm is over.
pub(crate) fn log_alarm_ends(alarm: Alarm, method: &MethodId, provider: &ProviderId) {
    tracing::info!(
        target: "varco::alarm",
        alarm = alarm.word(),
        login_method = method.as_str(),
        provider = provider.as_str(),
        "the alarm is over"
    );
}

/// Milliseconds with three decimals.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
