//! What the entities say of themselves, and what the aggregator says of the bodies.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use varco_core::federation::FederationError;
use varco_core::method::Document;
use varco_core::name::BodyId;

use super::{Entities, Organization, STATEMENT};
use crate::jose::SigningKey;
use crate::statement::MEDIA_TYPE;

// === impl Entities ===

impl Entities {
    /// What the aggregator or a body says of itself.
    pub(super) fn configuration_token(&self, body: Option<&BodyId>, now: Timestamp) -> Option<String> {
        match body {
            None => self.kept.or_sign("configuration", now, self.options.lifetime, || self.sign_aggregator(now)),
            Some(body) => {
                let organization = self.options.bodies.get(body)?;
                let name = format!("configuration {body}");
                self.kept.or_sign(&name, now, self.options.lifetime, || self.sign_body(body, organization, now))
            }
        }
    }

    fn sign_aggregator(&self, now: Timestamp) -> Option<String> {
        let keys = self.keys(None)?;
        let own = self.aggregator();
        let mut claims = self.claims(&own, &own, now);
        claims.insert("jwks".to_owned(), keys.federation_jwks(now).to_json());
        claims.insert("metadata".to_owned(), self.aggregator_metadata());
        claims.insert("authority_hints".to_owned(), self.options.superiors.clone().into());
        claims.insert("trust_marks".to_owned(), self.held_marks().into());
        sign(&*keys.federation_signer(now)?, &claims)
    }

    fn sign_body(&self, body: &BodyId, organization: &Organization, now: Timestamp) -> Option<String> {
        let keys = self.keys(Some(body))?;
        let own = self.body(body);
        let mut claims = self.claims(&own, &own, now);
        claims.insert("jwks".to_owned(), keys.federation_jwks(now).to_json());
        claims.insert("metadata".to_owned(), self.body_metadata(body, organization, now)?);
        claims.insert("authority_hints".to_owned(), json!([self.aggregator()]));
        claims.insert("trust_marks".to_owned(), self.marks_of(body, organization, now).into());
        sign(&*keys.federation_signer(now)?, &claims)
    }

    /// `/fetch`: what the aggregator says of a body. (OpenID Federation 1.0, section 8.1.)
    pub(super) fn fetch(&self, subject: &str, now: Timestamp) -> Result<Document, FederationError> {
        // Of itself it speaks in its configuration.
        if subject == self.aggregator() {
            return Err(FederationError::InvalidRequest);
        }
        let body = self.body_named(subject).ok_or(FederationError::NotFound)?;
        let token = self.statement_token(body, now).ok_or(FederationError::TemporarilyUnavailable)?;
        Ok(Document { media_type: STATEMENT, content: token.into_bytes() })
    }

    /// What the aggregator says of a body.
    pub(super) fn statement_token(&self, body: &BodyId, now: Timestamp) -> Option<String> {
        let organization = self.options.bodies.get(body)?;
        self.kept.or_sign(&format!("statement {body}"), now, self.options.lifetime, || {
            let keys = self.keys(Some(body))?;
            let mut claims = self.claims(&self.aggregator(), &self.body(body), now);
            claims.insert("jwks".to_owned(), keys.federation_jwks(now).to_json());
            claims.insert("trust_marks".to_owned(), self.marks_of(body, organization, now).into());
            if !self.options.metadata_policy.is_empty() {
                claims.insert("metadata_policy".to_owned(), self.options.metadata_policy.clone().into());
            }
            claims.insert("source_endpoint".to_owned(), format!("{}/fetch", self.options.access).into());
            sign(&*self.keys(None)?.federation_signer(now)?, &claims)
        })
    }

    /// `/list`: the bodies, all of which are relying parties. (OpenID Federation 1.0, section 8.2.)
    pub(super) fn list(&self, entity_type: Option<&str>, mark_type: Option<&str>) -> Document {
        let of_type = entity_type.is_none_or(|named| ["openid_relying_party", "federation_entity"].contains(&named));
        let marked = mark_type.is_none_or(|named| self.issued_types().iter().any(|issued| issued == named));
        let bodies = self.options.bodies.keys().filter(|_| of_type && marked).map(|body| self.body(body));
        let content = json!(bodies.collect::<Vec<_>>()).to_string().into_bytes();
        Document { media_type: "application/json", content }
    }

    /// The claims that every statement has.
    pub(super) fn claims(&self, issuer: &str, subject: &str, now: Timestamp) -> Map<String, Value> {
        let expires_at = now.checked_add(self.options.lifetime).unwrap_or(Timestamp::MAX);
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), issuer.into());
        claims.insert("sub".to_owned(), subject.into());
        claims.insert("iat".to_owned(), now.as_second().into());
        claims.insert("exp".to_owned(), expires_at.as_second().into());
        claims
    }
}

fn sign(key: &SigningKey, claims: &Map<String, Value>) -> Option<String> {
    key.sign(Some(MEDIA_TYPE), claims).ok()
}
