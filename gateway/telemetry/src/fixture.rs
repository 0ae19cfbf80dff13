//! Events and requests for the tests of this crate.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use varco_core::arrival::RequestId;
use varco_core::event::{
    CardCheckEvent, CardStanding, Event, Expiring, ExpiryEvent, LoginEvent, MetadataEvent, MetadataOutcome, Outcome,
    RevocationListEvent, RevocationSource,
};
use varco_core::expiry::Notice;
use varco_core::level::Level;
use varco_core::name::{BodyId, MethodId, ProviderId, ServiceId};
use varco_core::ports::Randomness;
use varco_core::refusal::{Refusal, Status};

use crate::facts::RequestFacts;

/// Tries to begin a log line of its own.
pub(crate) const CAUSE: &str = "connection refused\n{\"level\":\"INFO\"}\u{1b}[31m";

struct Zero;

impl Randomness for Zero {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

pub(crate) fn login(provider: Option<&str>, outcome: Outcome) -> Event {
    Event::Login(LoginEvent {
        at: Timestamp::UNIX_EPOCH,
        method: MethodId::parse("spid").unwrap(),
        provider: provider.map(|id| ProviderId::parse(id).unwrap()),
        level: Level::Two,
        body: BodyId::parse("c_e715").unwrap(),
        service: ServiceId::parse("anagrafe").unwrap(),
        outcome,
    })
}

/// The refusal with this code, and with a cause that tries to begin a log line of its own.
pub(crate) fn refusal(code: &'static str) -> Refusal {
    Refusal::new(code, Status::Forbidden).because(CAUSE)
}

/// A login that was refused with this code at `at`.
pub(crate) fn refused_at(at: Timestamp, method: &str, provider: &str, code: &'static str) -> Event {
    let Event::Login(login) = login(Some(provider), Outcome::Refused(refusal(code))) else { unreachable!() };
    Event::Login(LoginEvent { at, method: MethodId::parse(method).unwrap(), ..login })
}

/// What was refused before there was a login to end.
pub(crate) fn turned_away(method: Option<&str>) -> Event {
    Event::Refusal {
        at: Timestamp::UNIX_EPOCH,
        method: method.map(|id| MethodId::parse(id).unwrap()),
        refusal: refusal("login.attempt.unknown"),
    }
}

/// A reading of metadata with this outcome.
pub(crate) fn metadata(outcome: MetadataOutcome, providers: usize) -> Event {
    Event::Metadata(MetadataEvent {
        at: Timestamp::UNIX_EPOCH,
        method: MethodId::parse("spid").unwrap(),
        source: "registry.spid.example".to_owned(),
        outcome,
        cause: (outcome != MetadataOutcome::Refreshed).then(|| CAUSE.to_owned()),
        providers,
        refused: 1,
    })
}

/// Seven days before something ends.
pub(crate) fn expiry(what: Expiring, notice: Option<Notice>) -> Event {
    Event::Expiry(ExpiryEvent {
        at: Timestamp::UNIX_EPOCH,
        method: MethodId::parse("spid").unwrap(),
        what,
        end: Some(Timestamp::from_second(7 * 24 * 3600).unwrap()),
        notice,
    })
}

/// A card that was held against the list of its authority.
pub(crate) fn card_check(outcome: CardStanding) -> Event {
    Event::CardCheck(CardCheckEvent {
        at: Timestamp::UNIX_EPOCH,
        outcome,
        source: RevocationSource::List,
        age: SignedDuration::from_mins(5),
    })
}

/// A reading of such a list.
pub(crate) fn revocation_list(outcome: MetadataOutcome, is_in_use: bool) -> Event {
    Event::RevocationList(RevocationListEvent {
        at: Timestamp::UNIX_EPOCH,
        source: "crl.authority.example/ca.crl".to_owned(),
        outcome,
        cause: (outcome == MetadataOutcome::Failed).then(|| CAUSE.to_owned()),
        revoked: is_in_use.then_some(12),
        next_at: is_in_use.then(|| Timestamp::from_second(24 * 3600).unwrap()),
    })
}

pub(crate) fn logout() -> Event {
    Event::Logout { at: Timestamp::UNIX_EPOCH, method: MethodId::parse("spid").unwrap() }
}

pub(crate) fn request(service: Option<&ServiceId>, status: u16) -> RequestFacts<'_> {
    RequestFacts {
        request_id: RequestId::draw(&Zero),
        service,
        method: "GET",
        status,
        code: None,
        cause: None,
        duration: Duration::from_micros(3_250),
        upstream_duration: None,
    }
}
