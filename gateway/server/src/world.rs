//! The outside world: the clock of the machine and its randomness.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use varco_core::event::Event;
use varco_core::evidence::Evidence;
use varco_core::ports::{Clock, EventSink, EvidenceStore, Randomness, StoreUnavailable};
use zeroize::Zeroizing;

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

/// The randomness of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemRandomness;

/// Hears nothing and keeps nothing: for commands that only want to know what is configured.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unheard;

/// What the login methods need of it.
pub(crate) fn world(
    events: Arc<dyn EventSink>,
    evidence: Arc<dyn EvidenceStore>,
    card_key: Zeroizing<[u8; 32]>,
) -> varco_registry::World {
    let (clock, randomness) = (Arc::new(SystemClock), Arc::new(SystemRandomness));
    varco_registry::World { clock, randomness, events, evidence, card_key }
}

/// The same, for commands during which nobody logs in.
pub(crate) fn unheard() -> varco_registry::World {
    let mut no_key = Zeroizing::new([0; 32]);
    SystemRandomness.fill(&mut *no_key);
    world(Arc::new(Unheard), Arc::new(Unheard), no_key)
}

// === impl Unheard ===

impl EventSink for Unheard {
    fn record(&self, _: &Event) {}
}

#[async_trait]
impl EvidenceStore for Unheard {
    async fn keep(&self, _: &Evidence) -> Result<(), StoreUnavailable> {
        Err(StoreUnavailable("no store is open".to_owned()))
    }
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
