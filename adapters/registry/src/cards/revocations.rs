//! What the authorities have revoked, as far as it is known here.
//!
//! Lists are read in the background; a login looks a number up in memory. Where a list is not there yet, or its time is
//! over, the login waits for it and for the authority's responder, whichever comes first, for as long as a citizen would.
//! A source that has just failed is left alone for a while, so that nobody waits for it again.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use url::Url;
use varco_health_card::authority::Authority;
use varco_health_card::certificate::CardCertificate;
use varco_health_card::ocsp::CardStatus;
use varco_health_card::verdict::{Evidence, Source, Verdict};

use super::copies::{Copies, ListName, MOST_LISTS};
use super::network::{CardNetwork, PATIENCE_FOR_ANSWER};
use super::reading::{Held, Reader};
use super::responders::Responders;
use crate::World;
use crate::upkeep::rest_until;

/// How many addresses of one card are looked at.
const MOST_ADDRESSES: usize = 4;

/// What the authorities have revoked.
pub(super) struct Revocations {
    lists: RwLock<HashMap<ListName, Arc<Held>>>,
    reader: Arc<Reader>,
    responders: Responders,
    grace: SignedDuration,
    /// Rings when there is a list that nobody had asked for.
    learnt: Notify,
    world: World,
}

/// How old things may be.
#[derive(Clone, Copy)]
pub(super) struct Ages {
    /// How often a list is read anew, at least.
    pub(super) refresh: SignedDuration,
    /// How long it counts after the next one was due.
    pub(super) grace: SignedDuration,
}

// === impl Revocations ===

impl Revocations {
    /// What was known when the gateway was last open.
    pub(super) fn open(network: Arc<CardNetwork>, copies: Copies, ages: Ages, world: &World) -> Self {
        let reader = Reader::new(Arc::clone(&network), copies, ages.refresh, world);
        let held = reader.kept().into_iter().map(|held| (held.name.clone(), Arc::new(held)));
        Self {
            lists: RwLock::new(held.collect()),
            reader: Arc::new(reader),
            responders: Responders::new(network),
            grace: ages.grace,
            learnt: Notify::new(),
            world: world.clone(),
        }
    }

    /// Whether a card was revoked, as far as anybody can say in time.
    pub(super) async fn standing(&self, card: &CardCertificate<'_>, authority: &Authority, now: Timestamp) -> Verdict {
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

    /// Reads every list when it is due, for ever.
    pub(super) async fn run(&self) {
        loop {
            let now = self.world.clock.now();
            self.all().iter().filter(|held| held.is_due(now)).for_each(|held| self.reader.begin(held));
            let next = self.all().iter().map(|held| held.state().due).min().unwrap_or(Timestamp::MAX);
            tokio::select! {
                () = tokio::time::sleep(rest_until(next, self.world.clock.now())) => {}
                () = self.learnt.notified() => {}
            }
        }
    }

    fn judge(&self, card: &CardCertificate<'_>, authority: &Authority, held: &[Arc<Held>], now: Timestamp) -> Verdict {
        let lists: Vec<_> = held.iter().filter_map(|held| held.state().list).collect();
        let lists: Vec<_> = lists.iter().map(|list| &**list).collect();
        let answer = self.responders.answer(card, authority);
        let evidence = Evidence { issuer: authority.certificate(), lists: &lists, answer: answer.as_deref() };
        Verdict::of(card, &evidence, self.grace, now)
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
        if lists.len() >= MOST_LISTS {
            // What could never be had makes room.
            lists.retain(|_, held| held.state().list.is_some());
        }
        for name in names {
            if lists.len() < MOST_LISTS || lists.contains_key(&name) {
                let held = lists.entry(name.clone()).or_insert_with(|| Arc::new(self.reader.learn(name, now)));
                kept.push(Arc::clone(held));
            }
        }
        self.learnt.notify_one();
        kept
    }

    /// Asks whoever may know, all at once. A list that comes too late for this card is there for the next.
    fn ask<'a>(
        &'a self,
        card: &'a CardCertificate<'_>,
        authority: &'a Authority,
        held: &[Arc<Held>],
        now: Timestamp,
    ) -> FuturesUnordered<BoxFuture<'a, ()>> {
        let asking = FuturesUnordered::new();
        for held in held.iter().filter(|held| held.is_due(now)) {
            let (reader, held) = (Arc::clone(&self.reader), Arc::clone(held));
            let reading = tokio::spawn(async move { reader.read(&held).await });
            asking.push(reading.map(|_| ()).boxed());
        }
        let responders = card.responders().into_iter().take(MOST_ADDRESSES);
        for responder in responders.filter(|responder| self.responders.may_be_asked(responder, now)) {
            asking.push(self.responders.ask(responder, card, authority, now).boxed());
        }
        asking
    }

    fn all(&self) -> Vec<Arc<Held>> {
        self.lists.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
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
