//! The outside world: the clock of the machine and its randomness.

use std::sync::Arc;

use jiff::Timestamp;
use varco_core::ports::{Clock, Randomness};

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

/// The randomness of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemRandomness;

/// What the login methods need of it.
pub(crate) fn world() -> varco_registry::World {
    varco_registry::World { clock: Arc::new(SystemClock), randomness: Arc::new(SystemRandomness) }
}

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
