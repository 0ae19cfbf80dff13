//! What keeps the gateway's entities up to date while it is open: their keys, which `varco keys rotate` changes, and what
//! trust anchors say of the aggregator.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use varco_federation::anchor::TrustAnchor;
use varco_federation::chain::{Budget, ChainFault, Resolver};
use varco_federation::entity_id::EntityId;
use varco_federation::own::Superior;

use crate::World;
use crate::federation_keys::{EntityKeyFiles, EntityKeysError};
use crate::openid::Common;

/// Where the log lines of this module stand.
const TARGET: &str = "varco::metadata";

/// How often it is looked at whether anything is due, and whether there are other keys.
const EVERY: Duration = Duration::from_secs(10);

/// How many looks in a row must find the same keys over before their files go. What goes does not come back, and a clock
/// that is wrong for a while has any key look old.
const LOOKS_BEFORE_REMOVAL: u32 = 360;

/// How often a trust anchor that knows the aggregator is asked.
const SELDOM: SignedDuration = SignedDuration::from_mins(5);

/// How soon one is asked again that does not answer, or does not know the aggregator yet.
const SOON: SignedDuration = SignedDuration::from_secs(30);

/// What keeps the entities up to date.
pub(crate) struct EntitiesUpkeep {
    common: Common,
    files: EntityKeyFiles,
    anchors: Vec<TrustAnchor>,
    world: World,
    /// The files of the keys that are in use.
    read: Vec<PathBuf>,
    /// The files of those that nobody needs any more, and how many looks found the same.
    over: (Vec<PathBuf>, u32),
    heard: BTreeMap<String, Superior>,
    /// The anchors of which it was told that they say nothing of the aggregator.
    silent: BTreeSet<String>,
    due: Timestamp,
}

// === impl EntitiesUpkeep ===

impl EntitiesUpkeep {
    /// What was just opened: nobody was asked yet.
    pub(super) fn new(common: Common, files: EntityKeyFiles, anchors: Vec<TrustAnchor>, world: &World) -> Self {
        Self {
            common,
            files,
            anchors,
            world: world.clone(),
            read: Vec::new(),
            over: (Vec::new(), 0),
            heard: BTreeMap::new(),
            silent: BTreeSet::new(),
            due: Timestamp::MIN,
        }
    }

    /// Looks at the keys, and asks the trust anchors if it is time.
    pub(crate) async fn look(&mut self) {
        let now = self.world.clock.now();
        if let Err(fault) = self.look_at_keys(now) {
            tracing::error!(target: TARGET, %fault, "the keys of the federation cannot be read; those before stay in use");
        }
        // What is due later than it ever is was noted while the clock was ahead.
        if now >= self.due || self.due.duration_since(now) > SELDOM {
            let rest = if self.ask_all(now).await { SELDOM } else { SOON };
            self.due = now.checked_add(rest).unwrap_or(Timestamp::MAX);
        }
    }

    /// Keeps them up to date, for ever.
    pub(crate) async fn run(mut self) {
        loop {
            self.look().await;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// New keys are published, and files that nobody needs any more are removed.
    fn look_at_keys(&mut self, now: Timestamp) -> Result<(), EntityKeysError> {
        let entities = &self.common.entities;
        let over = self.files.over(&entities.keyring(), now);
        self.over = if over == self.over.0 { (over, self.over.1.saturating_add(1)) } else { (over, 1) };
        if self.over.1 >= LOOKS_BEFORE_REMOVAL {
            self.files.remove(&self.over.0)?;
        }
        let found = self.files.found(entities.bodies())?;
        if found != self.read {
            entities.replace_keys(self.files.open(entities.bodies())?);
            self.read = found;
        }
        Ok(())
    }

    /// Asks every trust anchor what it says of the aggregator; whether each of them knows it.
    async fn ask_all(&mut self, now: Timestamp) -> bool {
        for anchor in self.anchors.clone() {
            let heard = self.ask(&anchor, now).await;
            self.note(anchor.entity.to_string(), heard, now);
        }
        self.heard.retain(|_, superior| now < superior.anchor.expires_at);
        self.common.entities.hear(self.heard.values().cloned().collect());
        self.silent.is_empty()
    }

    async fn ask(&self, anchor: &TrustAnchor, now: Timestamp) -> Result<Superior, Unheard> {
        let Common { http, addresses, entities } = &self.common;
        let resolver = Resolver { http: &**http, addresses: *addresses, budget: Budget::USUAL, required_marks: &[] };
        let aggregator = EntityId::parse(&entities.aggregator(), *addresses);
        let aggregator = aggregator.map_err(|_| ChainFault::Answer("the aggregator's own name"))?;
        let anchor = resolver.anchor(anchor, now).await?;
        match resolver.statement(&anchor, &aggregator, now).await {
            Ok(statement) => Ok(Superior { anchor, statement: Some(statement) }),
            Err(fault) => Err(Unheard { fault, instead: Some(Superior { anchor, statement: None }) }),
        }
    }

    fn note(&mut self, anchor: String, heard: Result<Superior, Unheard>, now: Timestamp) {
        match heard {
            Ok(superior) => {
                if self.silent.remove(&anchor) {
                    tracing::info!(target: TARGET, %anchor, "the trust anchor knows the aggregator");
                }
                self.heard.insert(anchor, superior);
            }
            Err(Unheard { fault, instead }) => {
                if self.silent.insert(anchor.clone()) {
                    tracing::warn!(target: TARGET, %anchor, %fault, "the trust anchor says nothing of the aggregator");
                }
                // What it said before counts for as long as it said.
                let before = self.heard.get(&anchor).and_then(|superior| superior.statement.as_ref());
                if let Some(superior) = instead.filter(|_| before.is_none_or(|before| before.expires_at <= now)) {
                    self.heard.insert(anchor, superior);
                }
            }
        }
    }
}

/// Why an anchor says nothing of the aggregator, and what it says all the same.
struct Unheard {
    fault: ChainFault,
    instead: Option<Superior>,
}

impl From<ChainFault> for Unheard {
    fn from(fault: ChainFault) -> Self {
        Self { fault, instead: None }
    }
}

#[cfg(test)]
mod tests;
