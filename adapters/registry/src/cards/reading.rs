//! Lists of revoked certificates, and how one is read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;
use varco_core::event::{Event, MetadataOutcome, RevocationListEvent};
use varco_health_card::revocation::RevokedList;

use super::copies::{Copies, ListName};
use super::network::CardNetwork;
use crate::World;
use crate::openid::rhythm;

/// Lists that are read at the same time, one from each host: each may be long, and each host slow.
const AT_ONCE: usize = 8;

/// A list that is due later than this, or than lists are read anyway, was noted while the clock was ahead.
const LATEST: SignedDuration = SignedDuration::from_hours(24);

/// One list: what is known of it, and when it is read next. Whoever reads it holds the lock.
pub(super) struct Held {
    pub(super) name: ListName,
    state: RwLock<State>,
    reading: Mutex<()>,
    /// Nothing is due later than this.
    horizon: SignedDuration,
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
    hosts: StdMutex<HashMap<String, Arc<Mutex<()>>>>,
    world: World,
}

// === impl Held ===

impl Held {
    fn new(name: ListName, list: Option<Arc<RevokedList>>, due: Timestamp, refresh: SignedDuration) -> Self {
        let state = State { list, due, failures: 0 };
        Self { name, state: RwLock::new(state), reading: Mutex::const_new(()), horizon: refresh.max(LATEST) }
    }

    pub(super) fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let due = self.state().due;
        due <= now || due.duration_since(now) > self.horizon
    }
}

// === impl Reader ===

impl Reader {
    pub(super) fn new(network: Arc<CardNetwork>, copies: Copies, refresh: SignedDuration, world: &World) -> Self {
        Self {
            network,
            copies,
            refresh,
            places: Semaphore::new(AT_ONCE),
            hosts: StdMutex::default(),
            world: world.clone(),
        }
    }

    /// Every list that was kept.
    pub(super) fn kept(&self) -> Vec<Held> {
        let now = self.world.clock.now();
        let held = |(name, text): (ListName, Option<Vec<u8>>)| {
            let list = text.and_then(|text| RevokedList::read(&text, &name.issuer, now).ok()).map(Arc::new);
            Held::new(name, list, now, self.refresh)
        };
        self.copies.read().into_iter().map(held).collect()
    }

    /// A list that nobody has asked for yet.
    pub(super) fn learn(&self, name: ListName, now: Timestamp) -> Held {
        Held::new(name, None, now, self.refresh)
    }

    /// Begins to read a list, unless somebody is just doing that. Nobody waits for it.
    pub(super) fn begin(self: &Arc<Self>, held: &Arc<Held>) {
        if held.reading.try_lock().is_ok() {
            let (reader, held) = (Arc::clone(self), Arc::clone(held));
            tokio::spawn(async move { reader.read(&held).await });
        }
    }

    /// Reads a list; whoever comes while somebody is doing that waits for them.
    pub(super) async fn read(&self, held: &Held) {
        let _reading = held.reading.lock().await;
        if !held.is_due(self.world.clock.now()) {
            return;
        }
        let host = self.host_of(&held.name);
        let _host = host.lock().await;
        let _place = self.places.acquire().await;
        let now = self.world.clock.now();
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

    /// What is locked while a host is asked: one that is slow keeps only its own lists waiting.
    fn host_of(&self, name: &ListName) -> Arc<Mutex<()>> {
        let host = name.address.host_str().unwrap_or_default().to_owned();
        Arc::clone(self.hosts.lock().unwrap_or_else(PoisonError::into_inner).entry(host).or_default())
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
