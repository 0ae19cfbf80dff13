//! The outside world: the clock of the machine and its randomness.

use jiff::Timestamp;
use varco_core::ports::{Clock, Randomness};

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

/// The randomness of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemRandomness;

// === impl SystemClock ===

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock of the machine")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

// === impl SystemRandomness ===

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        if aws_lc_rs::rand::fill(bytes).is_err() {
            // Without randomness no secret is safe; nothing that could be answered would be right.
            std::process::abort();
        }
    }
}
