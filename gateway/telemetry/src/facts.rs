//! What is told to operators: the fields of the log lines, each written in one place.
//!
//! A path or a query string is not among them: which page of a health service somebody opened is
//! about that person, even without a name.

use std::time::Duration;

use varco_core::arrival::RequestId;
use varco_core::event::{
    CardCheckEvent, CardStanding, Event, Expiring, ExpiryEvent, LoginEvent, MetadataEvent, MetadataOutcome, Outcome,
    RevocationListEvent,
};
use varco_core::expiry::Notice;
use varco_core::name::{BodyId, MethodId, ProviderId, ServiceId};
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
        Event::Metadata(metadata) => log_metadata(metadata),
        Event::Expiry(expiry) => log_expiry(expiry),
        Event::CardCheck(check) => log_card_check(check),
        Event::RevocationList(list) => log_revocation_list(list),
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

/// A document that is not used is an error where nobody can be asked for want of it, and where an operator
/// has to decide.
fn log_metadata(metadata: &MetadataEvent) {
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                target: "varco::metadata",
                login_method = metadata.method.as_str(),
                source = metadata.source,
                outcome = metadata.outcome.label(),
                providers = metadata.providers,
                refused = metadata.refused,
                cause = metadata.cause,
                "metadata of identity providers"
            )
        };
    }
    match metadata.outcome {
        MetadataOutcome::Unchanged => line!(debug),
        MetadataOutcome::Refreshed => line!(info),
        MetadataOutcome::Failed if metadata.providers > 0 => line!(warn),
        MetadataOutcome::Failed | MetadataOutcome::Held => line!(error),
    }
}

/// Writes what an operator should know about an end.
fn log_expiry(expiry: &ExpiryEvent) {
    let (Some(end), Some(notice)) = (expiry.end, expiry.notice) else { return };
    let (provider, source, body) = match &expiry.what {
        Expiring::Provider(provider) => (Some(provider.as_str()), None, None),
        Expiring::Metadata(source) => (None, Some(source.as_str()), None),
        Expiring::Own(body) => (None, None, Some(body.as_ref().map_or(NONE, BodyId::as_str))),
    };
    let what = match &expiry.what {
        Expiring::Provider(_) => "the certificate of an identity provider",
        Expiring::Metadata(_) => "the metadata of identity providers",
        Expiring::Own(_) => "our own signing certificate",
    };
    macro_rules! line {
        ($level:ident, $verb:literal) => {
            tracing::$level!(
                target: "varco::metadata",
                login_method = expiry.method.as_str(),
                provider,
                source,
                body,
                end = %end,
                days = notice.days(),
                $verb,
                what
            )
        };
    }
    if notice == Notice::Over { line!(error, "{} has expired") } else { line!(warn, "{} is about to expire") }
}

/// Writes who said whether a card was revoked. That nobody could is for an operator to mend.
fn log_card_check(check: &CardCheckEvent) {
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                target: "varco::card",
                outcome = check.outcome.label(),
                source = check.source.label(),
                age_seconds = check.age.as_secs(),
                "whether a card was revoked"
            )
        };
    }
    match check.outcome {
        CardStanding::Good | CardStanding::Revoked => line!(info),
        CardStanding::Unknown | CardStanding::UnknownAccepted => line!(warn),
    }
}

/// A list that cannot be had is an error where there is none in use, or the next one is due.
fn log_revocation_list(list: &RevocationListEvent) {
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                target: "varco::card",
                source = list.source,
                outcome = list.outcome.label(),
                revoked = list.revoked,
                next_update = list.next_at.map(tracing::field::display),
                cause = list.cause,
                "list of revoked certificates"
            )
        };
    }
    match list.outcome {
        MetadataOutcome::Unchanged => line!(debug),
        MetadataOutcome::Refreshed => line!(info),
        _ if list.next_at.is_some_and(|next| list.at < next) => line!(warn),
        MetadataOutcome::Failed | MetadataOutcome::Held => line!(error),
    }
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
