//! The outside world of a bench: a clock that stands, and the randomness of the machine.

use jiff::Timestamp;
use varco_core::ports::{Clock, Randomness};

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
