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

/// What an entity is: its chain, and those of its marks that hold.
pub(super) struct Resolved {
    chain: Arc<Chain>,
    marks: Vec<Value>,
}

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
        let resolved = self.resolved(subject, anchor, now).ok_or(FederationError::NotFound)?;
        let mut metadata = resolved.chain.metadata.clone();
        if let Some(entity_type) = entity_type {
            metadata.retain(|name, _| name == entity_type);
        }
        if metadata.is_empty() {
            return Err(FederationError::NotFound);
        }
        let signed = self.sign_resolved(&resolved, metadata, now);
        let token = signed.ok_or(FederationError::TemporarilyUnavailable)?;
        Ok(Document { media_type: "application/resolve-response+jwt", content: token.into_bytes() })
    }

    /// OpenID Federation 1.0, section 8.3.2.
    fn sign_resolved(&self, resolved: &Resolved, metadata: Map<String, Value>, now: Timestamp) -> Option<String> {
        let Resolved { chain, marks } = resolved;
        let types: Vec<_> = metadata.keys().map(String::as_str).collect();
        let name = format!("resolved {} {} {}", chain.entity, chain.anchor, types.join(" "));
        let mut claims = about(&self.aggregator(), chain.entity.as_str());
        claims.insert("metadata".to_owned(), metadata.into());
        add_marks(&mut claims, marks.clone());
        claims.insert("trust_chain".to_owned(), json!(chain.statements));
        let lifetime = chain.expires_at.duration_since(now).min(self.options.lifetime);
        let content = Content { name, media_type: "resolve-response+jwt", claims, lifetime };
        self.kept.signed(content, &*self.keys(None)?.federation_signer(now)?, now)
    }

    /// One of ours, or a provider, if its chain holds. Of nobody else anything is worked out, or remembered.
    fn resolved(&self, subject: &str, anchor: Option<&str>, now: Timestamp) -> Option<Arc<Resolved>> {
        let wanted = |entity: &EntityId| anchor.is_none_or(|anchor| entity.as_str() == anchor);
        let (known, above) = (self.known.load(), self.above.load());
        let of_provider = |chain: &&Arc<Chain>| chain.entity.as_str() == subject && now < chain.expires_at;
        let chain = known.values().flatten().filter(of_provider).find(|chain| wanted(&chain.anchor));
        if let Some(chain) = chain {
            return self.worked_out(subject, &chain.anchor, now, || Some(Arc::clone(chain)));
        }
        if subject != self.aggregator() && self.body_named(subject).is_none() {
            return None;
        }
        above.iter().filter(|superior| wanted(&superior.anchor.entity)).find_map(|superior| {
            let own_chain = || self.own_chain(subject, superior, now).map(Arc::new);
            self.worked_out(subject, &superior.anchor.entity, now, own_chain)
        })
    }

    fn worked_out(
        &self,
        subject: &str,
        anchor: &EntityId,
        now: Timestamp,
        chain: impl FnOnce() -> Option<Arc<Chain>>,
    ) -> Option<Arc<Resolved>> {
        let work_out = || chain().map(|chain| Resolved { marks: self.marks_that_hold(&chain, now), chain });
        let found = self.resolved.find(format!("{subject} {anchor}"), now, work_out);
        found.filter(|resolved| now < resolved.chain.expires_at)
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
