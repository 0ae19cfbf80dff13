//! Asking entities, within the budget of one chain.

use jiff::Timestamp;
use url::Url;

use crate::chain::{Budget, ChainFault, Resolver};
use crate::entity_id::{Addresses, EntityId};
use crate::http::{Ask, HttpFault, Request};
use crate::statement::{EntityConfiguration, SubordinateStatement};

/// The requests and bytes that are left.
pub(super) struct Fetching<'a> {
    resolver: Resolver<'a>,
    requests: usize,
    bytes: usize,
}

// === impl Fetching ===

impl<'a> Fetching<'a> {
    pub(super) const fn new(resolver: &Resolver<'a>) -> Self {
        let Budget { requests, bytes_in_all, .. } = resolver.budget;
        Self { resolver: *resolver, requests, bytes: bytes_in_all }
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

    /// What an entity says of another: verified with its keys, of which the caller knows that they are its own.
    pub(super) async fn statement(
        &mut self,
        superior: &EntityConfiguration,
        subject: &EntityId,
        now: Timestamp,
    ) -> Result<SubordinateStatement, ChainFault> {
        let what = "statement of a superior";
        let mut address = superior
            .endpoint("federation_fetch_endpoint", self.resolver.addresses)
            .ok_or(ChainFault::Endpoint("federation_fetch_endpoint"))?;
        address.query_pairs_mut().append_pair("sub", subject.as_str());
        let token = self.token(what, &address, "application/entity-statement+jwt").await?;
        SubordinateStatement::verify(&token, &superior.entity, subject, &superior.keys, now)
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
        self.requests = self.requests.checked_sub(1).ok_or(ChainFault::Exhausted)?;
        let Budget { bytes, patience, .. } = self.resolver.budget;
        let most = bytes.min(self.bytes);
        let answer = self.resolver.http.send(Request { address, ask: Ask::Get, accept, most, patience }).await;
        let answer = answer.map_err(|fault| match fault {
            // What would have been allowed of another.
            HttpFault::TooLarge if most < bytes => ChainFault::Exhausted,
            fault => ChainFault::Http { what, fault },
        })?;
        self.bytes = self.bytes.saturating_sub(answer.content.len());
        if answer.status == 200 { Ok(answer.content) } else { Err(ChainFault::Answer(what)) }
    }
}
