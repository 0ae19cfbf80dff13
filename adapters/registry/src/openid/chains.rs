//! The trust chains of the providers of one method: resolved in the background, renewed before they end.
//!
//! ```text
//!   anchor, when it is due:     its configuration, and who is below it ─┬─ had ......... who has gone is out at once
//!                                                                       └─ not had ..... everything stays
//!   provider, when it is due:   its chain ─┬─ holds ..... in use from now on, its statements kept as evidence
//!                                          └─ does not .. the last good one stays until it ends
//! ```
//! No login waits for any of it but one: see [`Renew`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use varco_core::event::{Event, MetadataEvent, MetadataOutcome};
use varco_core::name::{MethodId, ProviderId};
use varco_federation::anchor::TrustAnchor;
use varco_federation::chain::{Budget, ChainFault, Resolver};
use varco_federation::entity_id::{Addresses, EntityId};
use varco_federation::http::Http;
use varco_federation::own::Entities;
use varco_federation::providers::{Directory, ENTITY_TYPE, OpenIdProvider, Renew};
use varco_federation::statement::EntityConfiguration;

use super::record::{Tally, evidence, label};
use super::rhythm;
use crate::World;
use crate::upkeep::rest_until;

/// Where the log lines of this module stand, beside those of the events.
const TARGET: &str = "varco::metadata";

/// How many chains are resolved at the same time.
const AT_ONCE: usize = 4;

/// How many providers one anchor can have: real federations have a dozen.
const MOST_PROVIDERS: usize = 200;

/// Whose chains are resolved, and how.
pub(crate) struct Options {
    /// The word of the method that asks the providers.
    pub(crate) word: &'static str,
    /// The method itself.
    pub(crate) method: MethodId,
    /// Who is asked what these providers are.
    pub(crate) entities: Arc<Entities>,
    /// Where chains end.
    pub(crate) anchors: Vec<TrustAnchor>,
    /// The providers that citizens can choose; all where nobody is named.
    pub(crate) chosen: Vec<EntityId>,
    /// The types of trust marks that a provider must show.
    pub(crate) required_marks: Vec<String>,
    /// The addresses that are used at all.
    pub(crate) addresses: Addresses,
    /// The network.
    pub(crate) http: Arc<dyn Http>,
}

/// The chains of one method.
pub(crate) struct Chains {
    options: Options,
    in_use: Arc<Directory>,
    state: Mutex<Vec<Below>>,
    world: World,
}

/// An anchor, and who is below it.
#[derive(Default)]
struct Below {
    configuration: Option<Arc<EntityConfiguration>>,
    due: Timestamp,
    failures: u32,
    providers: BTreeMap<EntityId, Held>,
}

/// A provider, as far as it is known.
#[derive(Clone, Default)]
struct Held {
    provider: Option<Arc<OpenIdProvider>>,
    due: Timestamp,
    failures: u32,
}

// === impl Chains ===

impl Chains {
    pub(crate) fn new(options: Options, world: &World) -> Self {
        let state = options.anchors.iter().map(|_| Below::default()).collect();
        Self { options, in_use: Arc::default(), state: Mutex::new(state), world: world.clone() }
    }

    /// The providers that can be asked, now and from now on.
    pub(crate) fn in_use(&self) -> Arc<Directory> {
        Arc::clone(&self.in_use)
    }

    /// Asks for everything that is due.
    pub(crate) async fn look(&self) {
        for index in 0..self.options.anchors.len() {
            let mut tally = Tally::default();
            self.look_at_anchor(index, &mut tally).await;
            self.look_at_providers(index, &mut tally).await;
            if tally.tried > 0 {
                self.tell(index, tally);
            }
        }
    }

    /// Asks for everything when it is due, for ever.
    pub(crate) async fn run(&self) {
        loop {
            self.look().await;
            tokio::time::sleep(rest_until(self.due(), self.world.clock.now())).await;
        }
    }

    fn due(&self) -> Timestamp {
        let state = self.state();
        let providers = state.iter().flat_map(|below| below.providers.values().map(|held| held.due));
        state.iter().map(|below| below.due).chain(providers).min().unwrap_or(Timestamp::MAX)
    }

    async fn look_at_anchor(&self, index: usize, tally: &mut Tally) {
        let now = self.world.clock.now();
        if !rhythm::is_due(self.state()[index].due, now) {
            return;
        }
        let outcome = self.ask_anchor(&self.options.anchors[index], now).await;
        tally.note(&outcome);
        let mut state = self.state();
        let below = &mut state[index];
        if let Ok((configuration, listed)) = outcome {
            below.providers.retain(|entity, _| listed.contains(entity));
            for entity in listed {
                below.providers.entry(entity).or_default();
            }
            below.failures = 0;
            below.due = rhythm::next(now, configuration.expires_at, &*self.world.randomness);
            below.configuration = Some(Arc::new(configuration));
        } else {
            below.failures = below.failures.saturating_add(1);
            below.due = rhythm::retry(now, below.failures, &*self.world.randomness);
        }
        self.publish(&state);
    }

    async fn ask_anchor(
        &self,
        anchor: &TrustAnchor,
        now: Timestamp,
    ) -> Result<(EntityConfiguration, Vec<EntityId>), ChainFault> {
        let resolver = self.resolver();
        let configuration = resolver.anchor(anchor, now).await?;
        let mut listed = resolver.list(&configuration, ENTITY_TYPE).await?;
        let chosen = &self.options.chosen;
        listed.retain(|entity| chosen.is_empty() || chosen.contains(entity));
        listed.truncate(MOST_PROVIDERS);
        Ok((configuration, listed))
    }

    async fn look_at_providers(&self, index: usize, tally: &mut Tally) {
        let now = self.world.clock.now();
        let due: Vec<EntityId> = {
            let state = self.state();
            let due = state[index].providers.iter().filter(|(_, held)| rhythm::is_due(held.due, now));
            due.map(|(entity, _)| entity.clone()).collect()
        };
        let resolving = due.into_iter().map(|entity| async move { self.renew_one(index, &entity, now).await });
        let outcomes: Vec<_> = stream::iter(resolving).buffer_unordered(AT_ONCE).collect().await;
        for outcome in &outcomes {
            tally.note(outcome);
        }
    }

    /// Resolves the chain of a provider, and puts what comes of it in use.
    async fn renew_one(&self, index: usize, entity: &EntityId, now: Timestamp) -> Result<(), String> {
        let outcome = self.resolved(index, entity, now).await;
        let mut state = self.state();
        // It may have gone meanwhile.
        let Some(held) = state[index].providers.get_mut(entity) else { return Ok(()) };
        let outcome = match outcome {
            Ok(provider) => {
                held.due = rhythm::next(now, provider.expires_at(), &*self.world.randomness);
                (held.failures, held.provider) = (0, Some(Arc::new(provider)));
                Ok(())
            }
            Err(cause) => {
                held.failures = held.failures.saturating_add(1);
                held.due = rhythm::retry(now, held.failures, &*self.world.randomness);
                if held.failures == 1 {
                    let until = held.provider.as_ref().map(|provider| provider.expires_at());
                    tracing::warn!(target: TARGET, provider = %entity, %cause, ?until, "no chain to a provider");
                }
                Err(cause)
            }
        };
        self.publish(&state);
        outcome
    }

    /// What an anchor vouches for now. Nothing is in use of which it could not be shown later on why.
    async fn resolved(&self, index: usize, entity: &EntityId, now: Timestamp) -> Result<OpenIdProvider, String> {
        let configuration = self.state()[index].configuration.clone().filter(|said| now < said.expires_at);
        let configuration = configuration.ok_or("the trust anchor does not say what it is")?;
        let chain = self.resolver().resolve(entity, &configuration, now).await.map_err(|fault| fault.to_string())?;
        let provider = OpenIdProvider::of(Arc::new(chain), self.options.addresses);
        let provider = provider.map_err(|fault| fault.to_string())?;
        let evidence = evidence(&self.options.method, &provider, now);
        self.world.evidence.keep(&evidence).await.map_err(|away| away.to_string())?;
        Ok(provider)
    }

    fn resolver(&self) -> Resolver<'_> {
        let Options { http, addresses, required_marks, .. } = &self.options;
        Resolver { http: &**http, addresses: *addresses, budget: Budget::USUAL, required_marks }
    }

    /// Puts in use whoever has a chain; whether it holds is looked at on every login.
    fn publish(&self, state: &[Below]) {
        let held = state.iter().flat_map(|below| below.providers.values());
        let providers: Vec<_> = held.filter_map(|held| held.provider.clone()).collect();
        let chains: Vec<_> = providers.iter().map(|provider| Arc::clone(&provider.chain)).collect();
        self.options.entities.know(self.options.word, &chains);
        self.in_use.replace(providers);
    }

    fn tell(&self, index: usize, tally: Tally) {
        let at = self.world.clock.now();
        let state = self.state();
        let all = state[index].providers.values();
        let valid = all.clone().filter(|held| held.provider.as_ref().is_some_and(|one| one.is_valid(at))).count();
        let event = MetadataEvent {
            at,
            method: self.options.method.clone(),
            source: label(&self.options.anchors[index].entity),
            outcome: if tally.good > 0 { MetadataOutcome::Refreshed } else { MetadataOutcome::Failed },
            cause: tally.cause,
            providers: valid,
            refused: all.len() - valid,
        };
        drop(state);
        self.world.events.record(&Event::Metadata(event));
    }

    fn state(&self) -> MutexGuard<'_, Vec<Below>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Renew for Chains {
    async fn renew(&self, provider: &ProviderId) {
        let found = self.state().iter().enumerate().find_map(|(index, below)| {
            let entity = below.providers.keys().find(|entity| entity.as_str() == provider.as_str())?;
            Some((index, entity.clone()))
        });
        if let Some((index, entity)) = found {
            // What came of it is in use, or told already.
            let _ = self.renew_one(index, &entity, self.world.clock.now()).await;
        }
    }
}

#[cfg(test)]
mod tests;
