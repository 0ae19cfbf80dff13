//! What the entities say of themselves, and what the aggregator says of the bodies.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use varco_core::federation::FederationError;
use varco_core::method::Document;
use varco_core::name::BodyId;

use super::kept::Content;
use super::{Entities, Organization, STATEMENT};
use crate::statement::MEDIA_TYPE;

// === impl Entities ===

impl Entities {
    /// What the aggregator or a body says of itself.
    pub(super) fn configuration_token(&self, body: Option<&BodyId>, now: Timestamp) -> Option<String> {
        let keys = self.keys(body)?;
        let (own, name, metadata, superiors, marks) = if let Some(body) = body {
            let organization = self.options.bodies.get(body)?;
            let metadata = self.body_metadata(body, organization, now)?;
            let marks = self.marks_of(body, organization, now);
            (self.body(body), format!("configuration {body}"), metadata, vec![self.aggregator()], marks)
        } else {
            let superiors = self.options.superiors.clone();
            (self.aggregator(), "configuration".to_owned(), self.aggregator_metadata(), superiors, self.held_marks(now))
        };
        let mut claims = about(&own, &own);
        claims.insert("jwks".to_owned(), keys.federation_jwks(now).to_json());
        claims.insert("metadata".to_owned(), metadata);
        claims.insert("authority_hints".to_owned(), superiors.into());
        add_marks(&mut claims, marks);
        let content = Content { name, media_type: MEDIA_TYPE, claims, lifetime: self.options.lifetime };
        self.kept.signed(content, &*keys.federation_signer(now)?, now)
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
        let mut claims = about(&self.aggregator(), &self.body(body));
        claims.insert("jwks".to_owned(), self.keys(Some(body))?.federation_jwks(now).to_json());
        add_marks(&mut claims, self.marks_of(body, organization, now));
        // Nobody stands below a body.
        claims.insert("constraints".to_owned(), json!({ "max_path_length": 0 }));
        if !self.options.metadata_policy.is_empty() {
            claims.insert("metadata_policy".to_owned(), self.options.metadata_policy.clone().into());
        }
        claims.insert("source_endpoint".to_owned(), format!("{}/fetch", self.options.access).into());
        let name = format!("statement {body}");
        let content = Content { name, media_type: MEDIA_TYPE, claims, lifetime: self.options.lifetime };
        self.kept.signed(content, &*self.keys(None)?.federation_signer(now)?, now)
    }

    /// `/list`: the bodies, all of which are relying parties. (OpenID Federation 1.0, section 8.2.)
    pub(super) fn list(&self, entity_type: Option<&str>, mark_type: Option<&str>) -> Document {
        let of_type = entity_type.is_none_or(|named| ["openid_relying_party", "federation_entity"].contains(&named));
        let marked = |body: &Organization| mark_type.is_none_or(|named| self.gives(named, body));
        let bodies = self.options.bodies.iter().filter(|(_, body)| of_type && marked(body));
        let content = json!(bodies.map(|(body, _)| self.body(body)).collect::<Vec<_>>()).to_string().into_bytes();
        Document { media_type: "application/json", content }
    }
}

/// The claims that everything signed about somebody has.
pub(super) fn about(issuer: &str, subject: &str) -> Map<String, Value> {
    [("iss", issuer), ("sub", subject)].map(|(claim, name)| (claim.to_owned(), name.into())).into_iter().collect()
}

/// Where there are none, nothing is said of them: readers may take an empty list for a mistake.
pub(super) fn add_marks(claims: &mut Map<String, Value>, marks: Vec<Value>) {
    if !marks.is_empty() {
        claims.insert("trust_marks".to_owned(), marks.into());
    }
}
