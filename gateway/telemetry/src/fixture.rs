//! Events and requests for the tests of this crate.

use std::time::Duration;

use jiff::Timestamp;
use varco_core::arrival::RequestId;
use varco_core::event::{Event, LoginEvent, Outcome};
use varco_core::level::Level;
use varco_core::name::{BodyId, MethodId, ProviderId, ServiceId};
use varco_core::ports::Randomness;

use crate::facts::RequestFacts;

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
