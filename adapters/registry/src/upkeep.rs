//! What keeps a method up to date while it is open.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::cards::CardUpkeep;
use crate::entities::EntitiesUpkeep;
use crate::openid::Chains;
use crate::providers::ProviderSources;

/// How long nothing is looked at, at most: an end that comes, or a clock that was set, is noticed in this time.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// How long nothing is looked at, at least.
const SHORTEST_REST: Duration = Duration::from_secs(1);

/// How long the start waits for chains: whoever answers later is there later.
const PREPARATION: Duration = Duration::from_secs(10);

/// What keeps a method up to date while it is open.
pub struct Upkeep(Work);

enum Work {
    /// The metadata of providers over SAML.
    Sources(Box<ProviderSources>),
    /// The trust chains of providers over OpenID.
    Chains(Arc<Chains>),
    /// What the gateway is in its OpenID federations.
    Entities(Box<EntitiesUpkeep>),
    /// Who vouches for cards, and what was revoked.
    Cards(Box<CardUpkeep>),
}

// === impl Upkeep ===

impl Upkeep {
    /// Asks for what nobody could log in without, once.
    pub async fn prepare(&mut self) {
        match &mut self.0 {
            Work::Sources(sources) => sources.prepare().await,
            Work::Chains(chains) => {
                // What is not there in time is told by the chains, and asked for again.
                let _ = tokio::time::timeout(PREPARATION, chains.look()).await;
            }
            Work::Entities(entities) => {
                let _ = tokio::time::timeout(PREPARATION, entities.look()).await;
            }
            Work::Cards(cards) => cards.prepare().await,
        }
    }

    /// Asks for everything when it is due, for ever.
    pub async fn run(self) {
        match self.0 {
            Work::Sources(sources) => sources.run().await,
            Work::Chains(chains) => chains.run().await,
            Work::Entities(entities) => entities.run().await,
            Work::Cards(cards) => cards.run().await,
        }
    }
}

impl From<ProviderSources> for Upkeep {
    fn from(sources: ProviderSources) -> Self {
        Self(Work::Sources(Box::new(sources)))
    }
}

impl From<Arc<Chains>> for Upkeep {
    fn from(chains: Arc<Chains>) -> Self {
        Self(Work::Chains(chains))
    }
}

impl From<EntitiesUpkeep> for Upkeep {
    fn from(entities: EntitiesUpkeep) -> Self {
        Self(Work::Entities(Box::new(entities)))
    }
}

impl From<CardUpkeep> for Upkeep {
    fn from(cards: CardUpkeep) -> Self {
        Self(Work::Cards(Box::new(cards)))
    }
}

/// How long to rest until something is due.
pub(crate) fn rest_until(due: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(due.duration_since(now)).unwrap_or(Duration::ZERO).clamp(SHORTEST_REST, LONGEST_REST)
}
