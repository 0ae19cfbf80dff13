//! `/resolve`: what an entity is once all policies are applied, as far as a chain is at hand. Nobody is asked for it:
//! otherwise whoever asks us could have us ask others. (SPID/CIE OpenID guidelines, security considerations.)

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use varco_core::federation::FederationError;
use varco_core::method::Document;
use varco_core::name::BodyId;

use super::issuing::{about, add_marks};
use super::kept::Content;
use super::{Entities, Superior};
use crate::chain::{Chain, assemble};
use crate::entity_id::{Addresses, EntityId};
use crate::statement::{EntityConfiguration, SubordinateStatement};

// === impl Entities ===

impl Entities {
    pub(super) fn resolve(
        &self,
        subject: &str,
        anchor: Option<&str>,
        entity_type: Option<&str>,
        now: Timestamp,
    ) -> Result<Document, FederationError> {
        if anchor.is_some_and(|anchor| !self.options.superiors.iter().any(|known| known == anchor)) {
            return Err(FederationError::InvalidTrustAnchor);
        }
        let chain = self.chain_of(subject, anchor, now).ok_or(FederationError::NotFound)?;
        let mut metadata = chain.metadata.clone();
        if let Some(entity_type) = entity_type {
            metadata.retain(|name, _| name == entity_type);
        }
        if metadata.is_empty() {
            return Err(FederationError::NotFound);
        }
        let signed = self.sign_resolved(&chain, metadata, now);
        let token = signed.ok_or(FederationError::TemporarilyUnavailable)?;
        Ok(Document { media_type: "application/resolve-response+jwt", content: token.into_bytes() })
    }

    /// OpenID Federation 1.0, section 8.3.2.
    fn sign_resolved(&self, chain: &Chain, metadata: Map<String, Value>, now: Timestamp) -> Option<String> {
        let types: Vec<_> = metadata.keys().map(String::as_str).collect();
        let name = format!("resolved {} {} {}", chain.entity, chain.anchor, types.join(" "));
        let mut claims = about(&self.aggregator(), chain.entity.as_str());
        claims.insert("metadata".to_owned(), metadata.into());
        add_marks(&mut claims, self.marks_that_hold(chain, now));
        claims.insert("trust_chain".to_owned(), json!(chain.statements));
        let lifetime = chain.expires_at.duration_since(now).min(self.options.lifetime);
        let content = Content { name, media_type: "resolve-response+jwt", claims, lifetime };
        self.kept.signed(content, &*self.keys(None)?.federation_signer(now)?, now)
    }

    /// The chain of one of ours, or of a provider, if it holds.
    fn chain_of(&self, subject: &str, anchor: Option<&str>, now: Timestamp) -> Option<Arc<Chain>> {
        let wanted = |chain: &Chain| {
            chain.entity.as_str() == subject
                && now < chain.expires_at
                && anchor.is_none_or(|anchor| chain.anchor.as_str() == anchor)
        };
        let known = self.known.load();
        if let Some(chain) = known.values().flatten().find(|chain| wanted(chain)) {
            return Some(Arc::clone(chain));
        }
        let above = self.above.load();
        let own = above.iter().filter_map(|superior| self.own_chain(subject, superior, now));
        own.map(Arc::new).find(|chain| wanted(chain))
    }

    /// The chain of the aggregator or of a body to an anchor that knows the aggregator: read as others read it.
    fn own_chain(&self, subject: &str, superior: &Superior, now: Timestamp) -> Option<Chain> {
        let entity = |name: &str| EntityId::parse(name, Addresses::ThisMachineToo).ok();
        let aggregator = entity(&self.aggregator())?;
        let stated = superior.statement.clone()?;
        if subject == aggregator.as_str() {
            let said = self.read_configuration(&aggregator, None, &stated, now)?;
            return assemble(&said, &[(aggregator, stated)], &superior.anchor).ok();
        }
        let body = self.body_named(subject)?;
        let leaf = entity(subject)?;
        let token = self.statement_token(body, now)?;
        let statement = SubordinateStatement::verify(&token, &aggregator, &leaf, &stated.keys, now).ok()?;
        let said = self.read_configuration(&leaf, Some(body), &statement, now)?;
        assemble(&said, &[(leaf, statement), (aggregator, stated)], &superior.anchor).ok()
    }

    /// What one of ours says of itself, by the keys that its superior states.
    fn read_configuration(
        &self,
        entity: &EntityId,
        body: Option<&BodyId>,
        stated: &SubordinateStatement,
        now: Timestamp,
    ) -> Option<EntityConfiguration> {
        let token = self.configuration_token(body, now)?;
        EntityConfiguration::verify(&token, entity, &stated.keys, Addresses::ThisMachineToo, now).ok()
    }
}
