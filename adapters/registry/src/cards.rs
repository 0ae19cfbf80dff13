//! The health card, from its settings: the trust lists, what was revoked, and the method over them.
//!
//! ```text
//!   trust lists ─▶ approved? ─▶ authorities in use ─┐
//!   lists of revoked certificates, responders ──────┴─▶ Cards ─▶ the method, on both hosts
//! ```

mod approval;
mod copies;
mod lists;
mod network;
mod reading;
mod responders;
mod review;
mod revocations;

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use varco_core::card::CardReader;
use varco_core::event::{CardCheckEvent, CardStanding, Event, Expiring, ExpiryEvent, RevocationSource};
use varco_core::name::MethodId;
use varco_health_card::authority::{Authorities, Authority};
use varco_health_card::certificate::CardCertificate;
use varco_health_card::handoff::Seal;
use varco_health_card::method::{HealthCard, HealthCardOptions, METHOD};
use varco_health_card::ocsp::CardStatus;
use varco_health_card::trust::Trust;
use varco_health_card::trust_list::TrustListRefusal;
use varco_health_card::verdict::{Policy, Source, Verdict};
use varco_settings::Settings;
use varco_settings::sections::{self, Revocation};

use self::approval::{Approvals, Approved};
use self::copies::Copies;
use self::lists::ListSource;
use self::network::CardNetwork;
use self::revocations::{Ages, Revocations};
use crate::providers::SourceError;
use crate::providers::expiries::Expiries;
use crate::upkeep::rest_until;
use crate::{Fault, OpenMethod, World};

pub use review::{AuthorityState, ListedAuthority, approve, listed};

/// Why cards cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// A trust list, or the certificates of its signers, cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// What was read is no trust list that counts.
    #[error("the trust list {origin}: {source}")]
    List {
        /// The file or address.
        origin: String,
        /// Why.
        source: TrustListRefusal,
    },
    /// The list is older than the one in use.
    #[error("the trust list {origin} has number {older}, and the one in use number {newer}")]
    Older {
        /// The file or address.
        origin: String,
        /// Its number.
        older: u64,
        /// The number of the one in use.
        newer: u64,
    },
    /// What was approved cannot be read or written.
    #[error("the approved authorities: {0}")]
    Approvals(#[from] io::Error),
    /// The key that seals the way between the hosts is none.
    #[error("the key of the card host")]
    Key,
}

/// Who vouches for cards, and what they have revoked.
pub(crate) struct Cards {
    authorities: ArcSwap<Authorities>,
    revocations: Arc<Revocations>,
    policy: Policy,
    world: World,
}

/// What keeps it up to date.
pub(crate) struct CardUpkeep {
    method: MethodId,
    sources: Vec<ListSource>,
    approvals: Approvals,
    network: Arc<CardNetwork>,
    cards: Arc<Cards>,
    expiries: Expiries,
}

/// Opens the health card where its section is there.
pub(crate) async fn open(settings: &Settings, world: &World) -> Result<Option<OpenMethod>, Fault> {
    let Some(section) = &settings.methods.health_card else { return Ok(None) };
    let upkeep = open_trust(section, settings, world).await?;
    let method = Arc::new(HealthCard::new(HealthCardOptions {
        access: settings.gateway.access_url.clone(),
        address: section.url.clone(),
        seal: Seal::new(&world.card_key).ok_or(CardError::Key)?,
        trust: Arc::clone(&upkeep.cards) as Arc<dyn Trust>,
        policy: upkeep.cards.policy,
        randomness: Arc::clone(&world.randomness),
    })?);
    let cards = Some(Arc::clone(&method) as Arc<dyn CardReader>);
    Ok(Some(OpenMethod { method, cards, upkeep: vec![upkeep.into()] }))
}

async fn open_trust(section: &sections::HealthCard, settings: &Settings, world: &World) -> Result<CardUpkeep, Fault> {
    let (method, now) = (MethodId::parse(METHOD)?, world.clock.now());
    let folder = settings.metadata_folder();
    let sources = ListSource::open_all(section, &method, &folder, now).await?;
    let network = Arc::new(CardNetwork::new(&section.revocation_hosts)?);
    let ages = Ages {
        refresh: SignedDuration::from_secs(section.crl_refresh_seconds.get().into()),
        grace: SignedDuration::from_secs(section.crl_grace_seconds.into()),
    };
    let policy = match section.revocation {
        Revocation::Hard => Policy::Hard,
        Revocation::Soft => Policy::Soft,
    };
    let revocations = Arc::new(Revocations::open(Arc::clone(&network), Copies::new(&folder), ages, world));
    let cards = Cards { authorities: ArcSwap::default(), revocations, policy, world: world.clone() };
    let approvals = Approvals::new(&folder);
    let upkeep =
        CardUpkeep { method, sources, approvals, network, cards: Arc::new(cards), expiries: Expiries::default() };
    upkeep.publish().map_err(CardError::from)?;
    Ok(upkeep)
}

// === impl Cards ===

#[async_trait]
impl Trust for Cards {
    fn authorities(&self) -> Arc<Authorities> {
        self.authorities.load_full()
    }

    async fn standing(&self, card: &CardCertificate<'_>, authority: &Authority, now: Timestamp) -> Verdict {
        let verdict = self.revocations.standing(card, authority, now).await;
        self.world.events.record(&Event::CardCheck(CardCheckEvent {
            at: now,
            outcome: match (verdict.outcome, self.policy) {
                (CardStatus::Good, _) => CardStanding::Good,
                (CardStatus::Revoked, _) => CardStanding::Revoked,
                (CardStatus::Unknown, Policy::Hard) => CardStanding::Unknown,
                (CardStatus::Unknown, Policy::Soft) => CardStanding::UnknownAccepted,
            },
            source: match verdict.source {
                Source::List { next_at, .. } if now < next_at => RevocationSource::List,
                Source::List { .. } => RevocationSource::StaleList,
                Source::Responder { .. } => RevocationSource::Responder,
                Source::Nobody => RevocationSource::Nobody,
            },
            age: verdict.age,
        }));
        verdict
    }
}

// === impl CardUpkeep ===

impl CardUpkeep {
    /// Asks for the trust lists of which there is not even a copy, once.
    pub(crate) async fn prepare(&mut self) {
        self.refresh(|source, _| source.list.is_none()).await;
    }

    /// Reads everything when it is due, for ever. A long list keeps no trust list waiting.
    pub(crate) async fn run(mut self) {
        let (revocations, clock) = (Arc::clone(&self.cards.revocations), Arc::clone(&self.cards.world.clock));
        let trusted = async {
            loop {
                self.refresh(|source, now| source.due <= now).await;
                self.look_at_ends();
                let due = self.sources.iter().map(|source| source.due).min();
                tokio::time::sleep(rest_until(due.unwrap_or(Timestamp::MAX), clock.now())).await;
            }
        };
        tokio::join!(revocations.run(), trusted);
    }

    async fn refresh(&mut self, is_meant: impl Fn(&ListSource, Timestamp) -> bool) {
        let now = self.cards.world.clock.now();
        let mut readings = Vec::new();
        for (place, source) in self.sources.iter_mut().enumerate() {
            if is_meant(source, now) {
                readings.push((place, source.refresh(&*self.cards.world.randomness, now).await));
            }
        }
        let waiting = match self.publish() {
            Ok(waiting) => waiting,
            Err(cause) => {
                let file = self.approvals.path().display();
                tracing::error!(target: "varco::card", %file, %cause, "the approved authorities cannot be read");
                Vec::new()
            }
        };
        for (place, reading) in readings {
            let source = &self.sources[place];
            let is_of_it = |one: &&Authority| source.list.as_ref().is_some_and(|list| list.authorities.holds(one));
            let names: Vec<_> = waiting.iter().filter(is_of_it).map(Authority::to_string).collect();
            self.cards.world.events.record(&Event::Metadata(source.event(&self.method, reading, &names, now)));
        }
    }

    /// Puts in use what the lists say of the approved authorities, and gives those that are not. Where nobody has approved
    /// any yet, the first lists are.
    fn publish(&self) -> io::Result<Vec<Authority>> {
        let lists: Vec<_> = self.sources.iter().filter_map(|source| source.list.as_deref()).collect();
        let all = Authorities::merged(lists.iter().map(|list| &list.authorities));
        let approved = match self.approvals.read() {
            Ok(Some(approved)) => approved,
            // What the lists say of those in use counts all the same: that they are withdrawn above all.
            Err(cause) if !self.cards.authorities.load().all().is_empty() => {
                let file = self.approvals.path().display();
                tracing::error!(target: "varco::card", %file, %cause, "the approved authorities cannot be read");
                Approved::of(self.cards.authorities.load().all())
            }
            Err(cause) => return Err(cause),
            // Where a list is missing still, the next reading is the first.
            Ok(None) if lists.len() < self.sources.len() => Approved::default(),
            Ok(None) => {
                let approved = Approved::of(all.all());
                self.approvals.write(&approved)?;
                approved
            }
        };
        let (known, waiting): (Vec<_>, Vec<_>) = all.all().iter().cloned().partition(|one| approved.holds(one));
        let hosts: BTreeSet<_> = lists.iter().flat_map(|list| list.hosts.iter().cloned()).collect();
        self.network.know(hosts);
        if known != self.cards.authorities.load().all() {
            self.cards.authorities.store(Arc::new(Authorities::new(known)));
        }
        Ok(waiting)
    }

    fn look_at_ends(&mut self) {
        let now = self.cards.world.clock.now();
        let end = |source: &ListSource| source.list.as_ref().and_then(|list| list.next_at);
        let ends = self.sources.iter().map(|source| (Expiring::Metadata(source.label.clone()), end(source)));
        for (what, end, notice) in self.expiries.look(ends, now) {
            let event = ExpiryEvent { at: now, method: self.method.clone(), what, end, notice };
            self.cards.world.events.record(&Event::Expiry(event));
        }
    }
}
