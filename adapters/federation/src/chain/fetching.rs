//! Asking entities, within the budget of one chain.

use jiff::Timestamp;
use url::Url;

use crate::chain::{ChainFault, Resolver};
use crate::entity_id::{Addresses, EntityId};
use crate::http::{Ask, Request};
use crate::jose::Jwks;
use crate::statement::{EntityConfiguration, SubordinateStatement};

/// The requests that are left.
pub(super) struct Fetching<'a> {
    resolver: Resolver<'a>,
    left: usize,
}

// === impl Fetching ===

impl<'a> Fetching<'a> {
    pub(super) const fn new(resolver: &Resolver<'a>) -> Self {
        Self { resolver: *resolver, left: resolver.budget.requests }
    }

    pub(super) const fn addresses(&self) -> Addresses {
        self.resolver.addresses
    }

    /// How many may stand between an entity and the anchor.
    pub(super) const fn depth(&self) -> usize {
        self.resolver.budget.depth
    }

    /// What an entity says of itself, not verified.
    pub(super) async fn configuration(&mut self, what: &'static str, entity: &EntityId) -> Result<String, ChainFault> {
        let address = entity.configuration_address().ok_or(ChainFault::Answer(what))?;
        self.token(what, &address, "application/entity-statement+jwt").await
    }

    /// What an entity says of another: verified with the keys that are known to be its own.
    pub(super) async fn statement(
        &mut self,
        superior: &EntityConfiguration,
        keys: &Jwks,
        subject: &EntityId,
        now: Timestamp,
    ) -> Result<SubordinateStatement, ChainFault> {
        let what = "statement of a superior";
        let mut address = superior
            .endpoint("federation_fetch_endpoint", self.resolver.addresses)
            .ok_or(ChainFault::Endpoint("federation_fetch_endpoint"))?;
        address.query_pairs_mut().append_pair("sub", subject.as_str());
        let token = self.token(what, &address, "application/entity-statement+jwt").await?;
        SubordinateStatement::verify(&token, &superior.entity, subject, keys, now)
            .map_err(|fault| ChainFault::Statement { what, fault })
    }

    pub(super) async fn token(
        &mut self,
        what: &'static str,
        address: &Url,
        accept: &'static str,
    ) -> Result<String, ChainFault> {
        let content = self.document(what, address, accept).await?;
        String::from_utf8(content).map_err(|_| ChainFault::Answer(what))
    }

    /// A document. Its media type does not count: what it is, its signature and its form say.
    pub(super) async fn document(
        &mut self,
        what: &'static str,
        address: &Url,
        accept: &'static str,
    ) -> Result<Vec<u8>, ChainFault> {
        self.left = self.left.checked_sub(1).ok_or(ChainFault::Exhausted)?;
        let budget = self.resolver.budget;
        let request = Request { address, ask: Ask::Get, accept, most: budget.bytes, patience: budget.patience };
        let answer = self.resolver.http.send(request).await.map_err(|fault| ChainFault::Http { what, fault })?;
        if answer.status == 200 { Ok(answer.content) } else { Err(ChainFault::Answer(what)) }
    }
}
