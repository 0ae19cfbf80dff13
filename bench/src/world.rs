//! The outside world of a bench: a clock that stands, the randomness of the machine, and a service.

use anyhow::Result;
use jiff::Timestamp;
use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_core::name::{BodyId, ServiceId};
use varco_core::ports::{Clock, Randomness};
use varco_core::service::Service;

/// A clock that stands at this instant.
pub(crate) struct Standing(pub(crate) Timestamp);

/// The randomness of the machine.
pub(crate) struct Random;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

impl Randomness for Random {
    fn fill(&self, bytes: &mut [u8]) {
        if aws_lc_rs::rand::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// A service of a body.
pub(crate) fn service() -> Result<Service> {
    Ok(Service {
        id: ServiceId::parse("anagrafe")?,
        body: BodyId::parse("c_e715")?,
        name: "Anagrafe".to_owned(),
        hosts: Vec::new(),
        path: "/".to_owned(),
        level: Level::Two,
        attributes: vec![Attribute::GivenName, Attribute::FamilyName],
        purpose: None,
        ages: None,
        rules: Vec::new(),
    })
}
