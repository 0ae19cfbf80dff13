//! What the authorities have revoked, as far as it is known here.
//!
//! Lists are read in the background; a login looks a number up in memory. Where a list is not there yet, or its time is
//! over, the login waits for it and for the authority's responder, whichever comes first, for as long as a citizen would.
//! A source that has just failed is left alone for a while, so that nobody waits for it again.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;
use url::Url;
use varco_core::event::{Event, MetadataOutcome, RevocationListEvent};
use varco_health_card::authority::Authority;
use varco_health_card::certificate::CardCertificate;
use varco_health_card::ocsp::{self, CardStatus, OcspAnswer};
use varco_health_card::revocation::RevokedList;
use varco_health_card::verdict::{Evidence, Source, Verdict};

use super::copies::{Copies, ListName, MOST_LISTS};
use super::network::{CardNetwork, PATIENCE_FOR_ANSWER};
use crate::World;
use crate::openid::rhythm;

/// How many addresses of one card are looked at.
const MOST_ADDRESSES: usize = 4;

/// Answers of responders that are remembered.
const ANSWERS: u64 = 10_000;

/// For how long at most: a card that was suspended may be good again, and a good one revoked.
const LIFE_OF_ANSWER: Duration = Duration::from_mins(10);

/// Lists that are read at the same time: each may be long.
const AT_ONCE: usize = 2;

/// How long a responder that did not answer is left alone.
const REST_OF_RESPONDER: SignedDuration = SignedDuration::from_secs(10);

/// What the authorities have revoked.
pub(super) struct Revocations {
    network: Arc<CardNetwork>,
    copies: Copies,
    refresh: SignedDuration,
    grace: SignedDuration,
    lists: RwLock<HashMap<ListName, Arc<Held>>>,
    answers: Cache<AnswerName, Arc<OcspAnswer>>,
    responders: RwLock<HashMap<Url, Timestamp>>,
    places: Semaphore,
    world: World,
}

/// Which card an answer is about: its number, and the certificate of the authority that gave it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct AnswerName(Arc<[u8]>, Box<[u8]>);

/// How old things may be.
#[derive(Clone, Copy)]
pub(super) struct Ages {
    /// How often a list is read anew, at least.
    pub(super) refresh: SignedDuration,
    /// How long it counts after the next one was due.
    pub(super) grace: SignedDuration,
}

/// One list: what is known of it, and when it is read next. Whoever reads it holds the lock.
struct Held {
    name: ListName,
    state: RwLock<State>,
    reading: Mutex<()>,
}

#[derive(Clone)]
struct State {
    list: Option<Arc<RevokedList>>,
    due: Timestamp,
    failures: u32,
}

// === impl Revocations ===

impl Revocations {
    /// What was known when the gateway was last open.
    pub(super) fn open(network: Arc<CardNetwork>, copies: Copies, ages: Ages, world: &World) -> Self {
        let now = world.clock.now();
        let held = copies.read().into_iter().map(|(name, text)| {
            let list = text.and_then(|text| RevokedList::read(&text, &name.issuer, now).ok()).map(Arc::new);
            (name.clone(), Arc::new(Held::new(name, list, now)))
        });
        Self {
            lists: RwLock::new(held.collect()),
            answers: Cache::builder().max_capacity(ANSWERS).time_to_live(LIFE_OF_ANSWER).build(),
            responders: RwLock::default(),
            places: Semaphore::new(AT_ONCE),
            world: world.clone(),
            refresh: ages.refresh,
            grace: ages.grace,
            network,
            copies,
        }
    }

    /// Whether a card was revoked, as far as anybody can say in time.
    pub(super) async fn standing(
        self: &Arc<Self>,
        card: &CardCertificate<'_>,
        authority: &Authority,
        now: Timestamp,
    ) -> Verdict {
        let points: Vec<_> = card.distribution_points().into_iter().take(MOST_ADDRESSES).collect();
        let held = self.held(&points, authority, now);
        let at_hand = self.judge(card, authority, &held, now);
        if is_settled(&at_hand, now) {
            return at_hand;
        }
        let mut asking = self.ask(card, authority, &held, now);
        let deadline = tokio::time::sleep(PATIENCE_FOR_ANSWER);
        tokio::pin!(deadline);
        loop {
            tokio::select! {
                answered = asking.next() => {
                    let verdict = self.judge(card, authority, &held, now);
                    if is_settled(&verdict, now) || answered.is_none() {
                        return verdict;
                    }
                }
                () = &mut deadline => return self.judge(card, authority, &held, now),
            }
        }
    }

    /// Reads every list that is due.
    pub(super) async fn look(self: &Arc<Self>) {
        let now = self.world.clock.now();
        let due: Vec<_> = self.all().into_iter().filter(|held| held.is_due(now)).collect();
        futures_util::future::join_all(due.iter().map(|held| self.read(held))).await;
    }

    /// When the next list is due.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.all().iter().map(|held| held.state().due).min()
    }

    fn judge(&self, card: &CardCertificate<'_>, authority: &Authority, held: &[Arc<Held>], now: Timestamp) -> Verdict {
        let lists: Vec<_> = held.iter().filter_map(|held| held.state().list).collect();
        let lists: Vec<_> = lists.iter().map(|list| &**list).collect();
        let answer = self.answers.get(&AnswerName::of(card, authority));
        Verdict::of(
            card,
            &Evidence { issuer: authority.certificate(), lists: &lists, answer: answer.as_deref() },
            self.grace,
            now,
        )
    }

    /// The lists of these addresses. One that nobody has asked for yet is kept in mind from now on.
    fn held(&self, points: &[Url], authority: &Authority, now: Timestamp) -> Vec<Arc<Held>> {
        let name = |point: &Url| ListName { address: point.clone(), issuer: authority.shared_certificate() };
        let names: Vec<_> = points.iter().map(name).collect();
        let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.iter().map(|name| lists.get(name).map(Arc::clone)).collect() {
            return known;
        }
        drop(lists);
        let mut lists = self.lists.write().unwrap_or_else(PoisonError::into_inner);
        let mut kept = Vec::new();
        for name in names {
            if lists.len() < MOST_LISTS || lists.contains_key(&name) {
                let held = lists.entry(name.clone()).or_insert_with(|| Arc::new(Held::new(name, None, now)));
                kept.push(Arc::clone(held));
            }
        }
        kept
    }

    fn all(&self) -> Vec<Arc<Held>> {
        self.lists.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

// === impl Revocations: asking ===

impl Revocations {
    /// Asks whoever may know, all at once. A list that comes too late for this card is there for the next.
    fn ask<'a>(
        self: &'a Arc<Self>,
        card: &'a CardCertificate<'_>,
        authority: &'a Authority,
        held: &[Arc<Held>],
        now: Timestamp,
    ) -> FuturesUnordered<BoxFuture<'a, ()>> {
        let asking = FuturesUnordered::new();
        for held in held.iter().filter(|held| held.is_due(now)) {
            let (this, held) = (Arc::clone(self), Arc::clone(held));
            let reading = tokio::spawn(async move { this.read(&held).await });
            asking.push(reading.map(|_| ()).boxed());
        }
        let responders = card.responders().into_iter().take(MOST_ADDRESSES);
        for responder in responders.filter(|responder| self.may_be_asked(responder, now)) {
            asking.push(self.ask_responder(responder, card, authority, now).boxed());
        }
        asking
    }

    async fn ask_responder(&self, responder: Url, card: &CardCertificate<'_>, authority: &Authority, now: Timestamp) {
        match self.answer(&responder, card, authority, now).await {
            Ok(answer) => self.answers.insert(AnswerName::of(card, authority), Arc::new(answer)),
            Err(cause) => {
                let source = format!("{}{}", responder.authority(), responder.path());
                tracing::warn!(target: "varco::card", source, cause, "a responder does not say whether a card was revoked");
                let again = now.checked_add(REST_OF_RESPONDER).unwrap_or(Timestamp::MAX);
                let mut responders = self.responders.write().unwrap_or_else(PoisonError::into_inner);
                responders.retain(|_, again| *again > now);
                responders.insert(responder, again);
            }
        }
    }

    async fn answer(
        &self,
        responder: &Url,
        card: &CardCertificate<'_>,
        authority: &Authority,
        now: Timestamp,
    ) -> Result<OcspAnswer, String> {
        let question = ocsp::question(card, authority.certificate()).map_err(|refusal| refusal.to_string())?;
        let answer = self.network.answer(responder, question).await.map_err(|fault| fault.to_string())?;
        OcspAnswer::read(&answer, card, authority.certificate(), now).map_err(|refusal| refusal.to_string())
    }

    fn may_be_asked(&self, responder: &Url, now: Timestamp) -> bool {
        let responders = self.responders.read().unwrap_or_else(PoisonError::into_inner);
        responders.get(responder).is_none_or(|again| *again <= now)
    }

    /// Reads a list, if nobody else is just doing that.
    async fn read(self: &Arc<Self>, held: &Arc<Held>) {
        let _reading = held.reading.lock().await;
        let now = self.world.clock.now();
        if !held.is_due(now) {
            return;
        }
        let _place = self.places.acquire().await;
        let (before, read) = (held.state(), self.fetch(held).await);
        let (state, outcome, cause) = match read {
            Ok(list) => {
                let end = list.next_at.min(now.checked_add(self.refresh).unwrap_or(Timestamp::MAX));
                let same = before.list.as_ref().is_some_and(|before| before.made_at == list.made_at);
                let outcome = if same { MetadataOutcome::Unchanged } else { MetadataOutcome::Refreshed };
                // A list that was late is asked for again soon.
                let due = end.max(rhythm::retry(now, 1, &*self.world.randomness));
                (State { list: Some(list), due, failures: 0 }, outcome, None)
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

/// Whether nobody needs to be asked any more: a list after its time may not know what the next one does.
fn is_settled(verdict: &Verdict, now: Timestamp) -> bool {
    let is_late = matches!(verdict.source, Source::List { next_at, .. } if next_at <= now);
    match verdict.outcome {
        CardStatus::Revoked => true,
        CardStatus::Good => !is_late,
        CardStatus::Unknown => false,
    }
}

// === impl AnswerName ===

impl AnswerName {
    fn of(card: &CardCertificate<'_>, authority: &Authority) -> Self {
        Self(authority.shared_certificate(), card.serial().into())
    }
}

// === impl Held ===

impl Held {
    const fn new(name: ListName, list: Option<Arc<RevokedList>>, due: Timestamp) -> Self {
        let state = State { list, due, failures: 0 };
        Self { name, state: RwLock::new(state), reading: Mutex::const_new(()) }
    }

    fn state(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_due(&self, now: Timestamp) -> bool {
        self.state().due <= now
    }
}
