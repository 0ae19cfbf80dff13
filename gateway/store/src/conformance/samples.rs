//! What the promises are tried with.

use jiff::{SignedDuration, Timestamp};
use varco_core::attempt::{Attempt, AttemptId, AttemptKey, BrowserId, Errand, Sent};
use varco_core::attribute::Attribute;
use varco_core::handoff::{Binding, Handoff};
use varco_core::identity::{PersonIdentifier, Scheme};
use varco_core::level::Level;
use varco_core::logout::{PendingLogout, ProviderLogin};
use varco_core::method::Proof;
use varco_core::name::{MethodId, ProviderId, ServiceId};
use varco_core::return_path::ReturnPath;
use varco_core::secret::Secret;
use varco_core::session::{Session, SessionId};

/// How long a session of the tests lives without a request.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_mins(30);

/// How long it lives at most.
pub(crate) const ABSOLUTE: SignedDuration = SignedDuration::from_hours(8);

pub(crate) fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

pub(crate) fn after(duration: SignedDuration) -> Timestamp {
    noon().checked_add(duration).unwrap()
}

pub(crate) fn just_before(at: Timestamp) -> Timestamp {
    at.checked_sub(SignedDuration::from_nanos(1)).unwrap()
}

pub(crate) fn secret(number: u8) -> Secret {
    Secret::from_bytes([number; 16])
}

/// The session of Ada Rossi, opened at noon.
pub(crate) fn session(number: u8) -> Session {
    Session {
        id: SessionId(secret(number)),
        person: PersonIdentifier::new(Scheme::FiscalNumber, "RSSDAA80A41H501X"),
        method: spid(),
        provider: Some(provider_of("https://idp.example")),
        level: Level::Two,
        attributes: [(Attribute::GivenName, "Ada".to_owned()), (Attribute::Email, "ada@example.org".to_owned())]
            .into_iter()
            .collect(),
        asked_for: [Attribute::GivenName, Attribute::Email].into(),
        purpose: None,
        authenticated_at: noon(),
        opened_at: noon(),
        expires_at: after(ABSOLUTE),
        idle: IDLE,
        provider_login: None,
    }
}

/// The same, on a login that its provider calls by a name.
pub(crate) fn on_login(number: u8, name: &str) -> Session {
    Session { provider_login: Some(login(name)), ..session(number) }
}

pub(crate) fn login(name: &str) -> ProviderLogin {
    ProviderLogin {
        method: spid(),
        provider: provider_of("https://idp.example"),
        name: name.to_owned(),
        index: Some("_session-1".to_owned()),
        keeps_session: true,
        memo: "https://body.example".to_owned(),
    }
}

pub(crate) fn pending_logout() -> PendingLogout {
    let expires_at = after(SignedDuration::from_mins(10));
    PendingLogout { method: spid(), provider: provider_of("https://idp.example"), expires_at }
}

/// All of a session, to be compared.
pub(crate) fn content(session: &Session) -> serde_json::Value {
    serde_json::to_value(session).unwrap()
}

pub(crate) fn attempt(number: u8) -> Attempt {
    let key = AttemptKey { id: AttemptId(secret(number)), browser: BrowserId(secret(number + 100)) };
    let return_to = ReturnPath::parse("/pratiche?anno=2026").unwrap();
    let errand = Errand { service: service(), return_to, level: Level::Two, binding: Some(binding()) };
    Attempt::start(key, errand, Some(SessionId(secret(number))), noon())
}

pub(crate) fn proof(id: &str) -> Proof {
    Proof { id: id.to_owned(), expires_at: after(SignedDuration::from_mins(5)) }
}

pub(crate) fn handoff() -> Handoff {
    Handoff {
        session: SessionId(secret(9)),
        service: service(),
        binding: binding(),
        return_to: ReturnPath::root(),
        expires_at: after(SignedDuration::from_secs(60)),
    }
}

/// Keys that share no more than one half with this one.
pub(crate) fn strangers(key: &AttemptKey) -> [AttemptKey; 3] {
    let swapped = AttemptKey { id: AttemptId(key.browser.0), browser: BrowserId(key.id.0) };
    [AttemptKey { id: AttemptId(secret(77)), ..*key }, AttemptKey { browser: BrowserId(secret(77)), ..*key }, swapped]
}

pub(crate) fn question() -> Sent {
    Sent { method: spid(), provider: None, level: Level::Two, purpose: None, memo: "_request-1".to_owned() }
}

pub(crate) fn spid() -> MethodId {
    method_of("spid")
}

pub(crate) fn method_of(word: &str) -> MethodId {
    MethodId::parse(word).unwrap()
}

pub(crate) fn provider_of(entity_id: &str) -> ProviderId {
    ProviderId::parse(entity_id).unwrap()
}

pub(crate) fn service() -> ServiceId {
    ServiceId::parse("anagrafe").unwrap()
}

pub(crate) fn binding() -> Binding {
    Binding::parse(&"A".repeat(43)).unwrap()
}
