//! The ways from an entity up to an anchor, and down again.

use jiff::Timestamp;

use super::fetching::Fetching;
use crate::chain::ChainFault;
use crate::entity_id::EntityId;
use crate::statement::{EntityConfiguration, SubordinateStatement};

/// A way up: the entity first. Whoever stands on it says so themselves; nothing of it is trusted.
#[derive(Clone)]
pub(super) struct Path(Vec<EntityConfiguration>);

/// All ways up, shortest first. Whom they lead past is asked once, however often they are named.
pub(super) struct Ways {
    anchor: EntityId,
    /// As far as they are known.
    open: Vec<Path>,
    /// Of these, those that have come to somebody right below the anchor.
    arrived: Vec<Path>,
    seen: Vec<EntityId>,
}

// === impl Ways ===

impl Ways {
    pub(super) fn from(said: EntityConfiguration, anchor: &EntityId) -> Self {
        let seen = vec![said.entity.clone(), anchor.clone()];
        let mut ways = Self { anchor: anchor.clone(), open: vec![Path(vec![said])], arrived: Vec::new(), seen };
        ways.note_arrived();
        ways
    }

    pub(super) async fn next(&mut self, fetching: &mut Fetching<'_>, now: Timestamp) -> Result<Path, ChainFault> {
        while self.arrived.is_empty() {
            self.further(fetching, now).await?;
            self.note_arrived();
        }
        Ok(self.arrived.remove(0))
    }

    fn note_arrived(&mut self) {
        let arrived = self.open.iter().filter(|way| way.superiors().contains(&self.anchor));
        self.arrived = arrived.cloned().collect();
    }

    /// Each way, one step longer.
    async fn further(&mut self, fetching: &mut Fetching<'_>, now: Timestamp) -> Result<(), ChainFault> {
        let (mut longer, deepest) = (Vec::new(), fetching.depth());
        for way in self.open.iter().filter(|way| way.0.len() <= deepest) {
            for superior in way.superiors() {
                if self.seen.contains(superior) {
                    continue;
                }
                self.seen.push(superior.clone());
                // One superior that does not answer leaves the others.
                match step(fetching, superior, now).await {
                    Ok(said) => longer.push(Path([&way.0[..], &[said]].concat())),
                    Err(ChainFault::Exhausted) => return Err(ChainFault::Exhausted),
                    Err(_) => {}
                }
            }
        }
        self.open = longer;
        if self.open.is_empty() { Err(ChainFault::NoPath) } else { Ok(()) }
    }
}

async fn step(
    fetching: &mut Fetching<'_>,
    superior: &EntityId,
    now: Timestamp,
) -> Result<EntityConfiguration, ChainFault> {
    let what = "configuration of a superior";
    let token = fetching.configuration(what, superior).await?;
    EntityConfiguration::self_signed(&token, superior, fetching.addresses(), now)
        .map_err(|fault| ChainFault::Statement { what, fault })
}

// === impl Path ===

impl Path {
    /// Who is above the last one on it.
    fn superiors(&self) -> &[EntityId] {
        self.0.last().map(|last| &last.superiors[..]).unwrap_or_default()
    }

    /// Verifies it from the anchor down: each with the keys that the one above states. Returns what the entity says
    /// of itself, and what each superior says of the one below it, the entity's own superior first.
    pub(super) async fn descend(
        self,
        fetching: &mut Fetching<'_>,
        anchor: &EntityConfiguration,
        now: Timestamp,
    ) -> Result<(EntityConfiguration, Vec<(EntityId, SubordinateStatement)>), ChainFault> {
        let mut above = anchor.clone();
        let mut statements = Vec::new();
        for said in self.0.into_iter().rev() {
            let statement = fetching.statement(&above, &said.entity, now).await?;
            // The configuration counts only if it is signed with the keys that the superior states.
            let verified =
                EntityConfiguration::verify(&said.token, &said.entity, &statement.keys, fetching.addresses(), now);
            let what = "configuration, by the keys that its superior states";
            above = verified.map_err(|fault| ChainFault::Statement { what, fault })?;
            // Whom it vouches for is vouched for by no other keys.
            above.keys = statement.keys.clone();
            statements.insert(0, (said.entity, statement));
        }
        Ok((above, statements))
    }
}
