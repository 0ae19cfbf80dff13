//! The outside world: the clock of the machine and its randomness.

use std::sync::Arc;

use jiff::Timestamp;
use varco_core::event::Event;
use varco_core::ports::{Clock, EventSink, Randomness};

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

/// The randomness of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemRandomness;

/// Hears nothing: for commands that only want to know what is configured.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unheard;

/// What the login methods need of it.
pub(crate) fn world(events: Arc<dyn EventSink>) -> varco_registry::World {
    varco_registry::World { clock: Arc::new(SystemClock), randomness: Arc::new(SystemRandomness), events }
}

// === impl Unheard ===

impl EventSink for Unheard {
    fn record(&self, _: &Event) {}
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
