//! Lists of revoked certificates, and how one is read.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;
use varco_core::event::{Event, MetadataOutcome, RevocationListEvent};
use varco_health_card::revocation::RevokedList;

use super::copies::{Copies, ListName};
use super::network::CardNetwork;
use crate::World;
use crate::openid::rhythm;

/// Lists that are read at the same time: each may be long.
const AT_ONCE: usize = 2;

/// One list: what is known of it, and when it is read next. Whoever reads it holds the lock.
pub(super) struct Held {
    pub(super) name: ListName,
    state: RwLock<State>,
    reading: Mutex<()>,
}

/// What is known of a list.
#[derive(Clone)]
pub(super) struct State {
    pub(super) list: Option<Arc<RevokedList>>,
    pub(super) due: Timestamp,
    failures: u32,
}

/// Reads lists.
pub(super) struct Reader {
    network: Arc<CardNetwork>,
    copies: Copies,
    /// How often a list is read anew, at least.
    refresh: SignedDuration,
    places: Semaphore,
    world: World,
}

// === impl Held ===

impl Held {
    pub(super) const fn new(name: ListName, list: Option<Arc<RevokedList>>, due: Timestamp) -> Self {
        let state = State { list, due, failures: 0 };
        Self { name, state: RwLock::new(state), reading: Mutex::const_new(()) }
    }

    pub(super) fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.state().due <= now
    }
}

// === impl Reader ===

impl Reader {
    pub(super) fn new(network: Arc<CardNetwork>, copies: Copies, refresh: SignedDuration, world: &World) -> Self {
        Self { network, copies, refresh, places: Semaphore::new(AT_ONCE), world: world.clone() }
    }

    /// Every list that was kept.
    pub(super) fn kept(&self) -> Vec<Held> {
        let now = self.world.clock.now();
        let held = |(name, text): (ListName, Option<Vec<u8>>)| {
            let list = text.and_then(|text| RevokedList::read(&text, &name.issuer, now).ok()).map(Arc::new);
            Held::new(name, list, now)
        };
        self.copies.read().into_iter().map(held).collect()
    }

    /// Reads a list, if nobody else is just doing that.
    pub(super) async fn read(&self, held: &Held) {
        let _reading = held.reading.lock().await;
        let now = self.world.clock.now();
        if !held.is_due(now) {
            return;
        }
        let _place = self.places.acquire().await;
        let (before, read) = (held.state(), self.fetch(held).await);
        let (state, outcome, cause) = match read {
            Ok(list) => {
                let outcome = match &before.list {
                    Some(before) if before.made_at == list.made_at => MetadataOutcome::Unchanged,
                    _ => MetadataOutcome::Refreshed,
                };
                (State { due: self.next(&list, now), list: Some(list), failures: 0 }, outcome, None)
            }
            Err(cause) => {
                let failures = before.failures.saturating_add(1);
                let due = rhythm::retry(now, failures, &*self.world.randomness);
                (State { due, failures, ..before }, MetadataOutcome::Failed, Some(cause))
            }
        };
        self.world.events.record(&Event::RevocationList(RevocationListEvent {
            at: now,
            source: held.name.label(),
            outcome,
            cause,
            revoked: state.list.as_ref().map(|list| list.length()),
            next_at: state.list.as_ref().map(|list| list.next_at),
        }));
        *held.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// When a list is read again. One that was late is asked for again soon.
    fn next(&self, list: &RevokedList, now: Timestamp) -> Timestamp {
        let end = list.next_at.min(now.checked_add(self.refresh).unwrap_or(Timestamp::MAX));
        if end > now { end } else { rhythm::retry(now, 1, &*self.world.randomness) }
    }

    /// A long list takes a while to read: that happens beside what serves citizens.
    async fn fetch(&self, held: &Held) -> Result<Arc<RevokedList>, String> {
        let text = self.network.list(&held.name.address).await.map_err(|fault| fault.to_string())?;
        let (name, copies, now) = (held.name.clone(), self.copies.clone(), self.world.clock.now());
        let before = held.state().list;
        let read = spawn_blocking(move || {
            let list = RevokedList::read(&text, &name.issuer, now).map_err(|refusal| refusal.to_string())?;
            if let Some(before) = before.filter(|before| list.is_older_than(before)) {
                return Err(format!("older than the list in use, which is of {}", before.made_at));
            }
            if let Err(cause) = copies.write(&name, &text) {
                tracing::warn!(target: "varco::card", source = name.label(), %cause, "a list could not be kept");
            }
            Ok(Arc::new(list))
        });
        read.await.map_err(|_| "the list could not be read to its end".to_owned())?
    }
}
