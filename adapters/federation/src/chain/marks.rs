//! The trust marks without which an entity is not believed: looked at before anybody of its choice is asked.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::fetching::Fetching;
use crate::chain::ChainFault;
use crate::entity_id::EntityId;
use crate::jose::Jwks;
use crate::statement::{EntityConfiguration, ShownMark};
use crate::trust_mark::{TrustMark, UnverifiedMark};

/// The marks of one entity, and the keys of those who issued them.
pub(super) struct Marks<'a, 'f> {
    fetching: &'f mut Fetching<'a>,
    said: &'f EntityConfiguration,
    anchor: &'f EntityConfiguration,
    now: Timestamp,
    /// Of issuers other than the anchor; nothing, where the anchor does not vouch for them.
    keys: BTreeMap<String, Option<Jwks>>,
}

// === impl Marks ===

impl<'a, 'f> Marks<'a, 'f> {
    pub(super) const fn new(
        fetching: &'f mut Fetching<'a>,
        said: &'f EntityConfiguration,
        anchor: &'f EntityConfiguration,
        now: Timestamp,
    ) -> Self {
        Self { fetching, said, anchor, now, keys: BTreeMap::new() }
    }

    /// Whether a mark of each of these types is shown and holds; returns when the first of them ends.
    pub(super) async fn check(mut self, required: &[String]) -> Result<Option<Timestamp>, ChainFault> {
        let mut first_end = None;
        for mark_type in required {
            let mark = self.of_type(mark_type).await.ok_or(ChainFault::Mark)?;
            first_end = [first_end, mark.expires_at].into_iter().flatten().min();
        }
        Ok(first_end)
    }

    async fn of_type(&mut self, mark_type: &str) -> Option<TrustMark> {
        let said = self.said;
        for mark in said.marks.iter().filter(|mark| mark.mark_type == mark_type) {
            if let Some(holds) = self.verify(mark).await {
                return Some(holds);
            }
        }
        None
    }

    async fn verify(&mut self, mark: &ShownMark) -> Option<TrustMark> {
        let unverified = UnverifiedMark::read(mark, &self.said.entity, self.anchor, self.now).ok()?;
        if unverified.issuer() == self.anchor.entity.as_str() {
            return unverified.verify(&self.anchor.keys).ok();
        }
        let issuer = unverified.issuer().to_owned();
        if !self.keys.contains_key(&issuer) {
            let keys = self.keys_of(&issuer).await;
            self.keys.insert(issuer.clone(), keys);
        }
        unverified.verify(self.keys.get(&issuer)?.as_ref()?).ok()
    }

    /// The anchor names them, and says which keys they have: nobody else is asked.
    async fn keys_of(&mut self, issuer: &str) -> Option<Jwks> {
        let issuer = EntityId::parse(issuer, self.fetching.addresses()).ok()?;
        let stated = self.fetching.statement(self.anchor, &issuer, self.now).await;
        stated.ok().map(|statement| statement.keys)
    }
}
