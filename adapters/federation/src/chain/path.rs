//! The way from an entity up to an anchor, and down again.

use jiff::Timestamp;

use super::fetching::Fetching;
use crate::chain::ChainFault;
use crate::entity_id::EntityId;
use crate::statement::{EntityConfiguration, StatementFault, SubordinateStatement};

/// The way up: the entity first. Whoever stands on it says so themselves; nothing of it is trusted.
pub(super) struct Path(Vec<EntityConfiguration>);

// === impl Path ===

impl Path {
    /// The shortest way. Whom it leads past is asked once, however often they are named.
    pub(super) async fn find(
        fetching: &mut Fetching<'_>,
        said: EntityConfiguration,
        anchor: &EntityConfiguration,
        now: Timestamp,
    ) -> Result<Self, ChainFault> {
        let mut seen = vec![said.entity.clone()];
        let mut ways = vec![vec![said]];
        loop {
            let arrived =
                |way: &Vec<EntityConfiguration>| way.last().is_some_and(|last| last.superiors.contains(&anchor.entity));
            if let Some(way) = ways.iter().position(arrived) {
                return Ok(Self(ways.swap_remove(way)));
            }
            ways = Self::further(fetching, ways, &mut seen, now).await?;
        }
    }

    /// Each way, one step longer.
    async fn further(
        fetching: &mut Fetching<'_>,
        ways: Vec<Vec<EntityConfiguration>>,
        seen: &mut Vec<EntityId>,
        now: Timestamp,
    ) -> Result<Vec<Vec<EntityConfiguration>>, ChainFault> {
        let (mut longer, deepest) = (Vec::new(), fetching.depth());
        for way in ways.iter().filter(|way| way.len() <= deepest) {
            let superiors = way.last().map(|last| last.superiors.clone()).unwrap_or_default();
            for superior in superiors {
                if seen.contains(&superior) {
                    continue;
                }
                seen.push(superior.clone());
                // One superior that does not answer leaves the others.
                match Self::step(fetching, &superior, now).await {
                    Ok(said) => longer.push([&way[..], &[said]].concat()),
                    Err(ChainFault::Exhausted) => return Err(ChainFault::Exhausted),
                    Err(_) => {}
                }
            }
        }
        if longer.is_empty() { Err(ChainFault::NoPath) } else { Ok(longer) }
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
            let statement = fetching.statement(&above, &above.keys, &said.entity, now).await?;
            // The configuration counts only if it is signed with the keys that the superior states.
            let verified =
                EntityConfiguration::verify(&said.token, &said.entity, &statement.keys, fetching.addresses(), now);
            let what = "configuration, by the keys that its superior states";
            above = verified.map_err(|fault: StatementFault| ChainFault::Statement { what, fault })?;
            // Whom it vouches for is vouched for by no other keys.
            above.keys = statement.keys.clone();
            statements.insert(0, (said.entity, statement));
        }
        Ok((above, statements))
    }
}
