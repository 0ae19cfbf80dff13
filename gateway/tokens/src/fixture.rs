//! One secret, one citizen and one service for the tests of this crate.

use std::sync::atomic::{AtomicU8, Ordering};

use jiff::SignedDuration;
use varco_core::attribute::Attribute;
use varco_core::identity::{PersonIdentifier, Scheme};
use varco_core::level::Level;
use varco_core::name::{BodyId, MethodId, ProviderId, ServiceId};
use varco_core::ports::Randomness;
use varco_core::secret::Secret;
use varco_core::service::Service;
use varco_core::session::{Session, SessionId};
use zeroize::Zeroizing;

use crate::master::MasterSecret;

/// Bytes that differ from draw to draw, and are the same in every run.
#[derive(Default)]
pub(crate) struct Sequence(AtomicU8);

impl Randomness for Sequence {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// The bytes 0 to 31.
pub(crate) fn master() -> MasterSecret {
    MasterSecret::from_bytes(Zeroizing::new(std::array::from_fn(|index| u8::try_from(index).unwrap())))
}

pub(crate) fn person() -> PersonIdentifier {
    PersonIdentifier::new(Scheme::FiscalNumber, "RSSMRA80A01H501U")
}

pub(crate) fn session_id() -> SessionId {
    SessionId(Secret::from_bytes([7; 16]))
}

pub(crate) fn body(id: &str) -> BodyId {
    BodyId::parse(id).unwrap()
}

/// Opened on 25 November 2026 at noon, for eight hours.
pub(crate) fn session() -> Session {
    let attributes = [
        (Attribute::GivenName, "Ada"),
        (Attribute::FamilyName, "Rossi"),
        (Attribute::FiscalNumber, "RSSMRA80A01H501U"),
        (Attribute::Email, "ada@example.org"),
    ];
    let opened_at = "2026-11-25T12:00:00Z".parse().unwrap();
    Session {
        id: session_id(),
        person: person(),
        method: MethodId::parse("spid").unwrap(),
        provider: Some(ProviderId::parse("https://idp.example").unwrap()),
        level: Level::Two,
        attributes: attributes.into_iter().map(|(attribute, value)| (attribute, value.to_owned())).collect(),
        asked_for: attributes.into_iter().map(|(attribute, _)| attribute).collect(),
        purpose: None,
        authenticated_at: opened_at,
        opened_at,
        expires_at: "2026-11-25T20:00:00Z".parse().unwrap(),
        idle: SignedDuration::from_mins(30),
        provider_login: None,
    }
}

/// A service of `c_e715` that may know the given name and the fiscal number.
pub(crate) fn service(id: &str) -> Service {
    Service {
        id: ServiceId::parse(id).unwrap(),
        body: body("c_e715"),
        name: id.to_owned(),
        hosts: vec![],
        path: "/".to_owned(),
        level: Level::Two,
        attributes: vec![Attribute::GivenName, Attribute::FiscalNumber, Attribute::Gender],
        purpose: None,
        ages: None,
        rules: vec![],
    }
}
