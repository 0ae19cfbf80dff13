//! What the aggregator and the bodies say they are. (SPID/CIE OpenID guidelines, metadata of relying parties and of
//! entities of the federation.)

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use varco_core::name::BodyId;

use super::{Entities, Organization};

// === impl Entities ===

impl Entities {
    /// The aggregator: where it says what it thinks of whom.
    pub(super) fn aggregator_metadata(&self) -> Value {
        let mut entity = describe(&self.options.aggregator);
        for (name, path) in [
            ("federation_fetch_endpoint", "fetch"),
            ("federation_list_endpoint", "list"),
            ("federation_resolve_endpoint", "resolve"),
            ("federation_trust_mark_status_endpoint", "trust_mark_status"),
        ] {
            entity.insert(name.to_owned(), format!("{}/{path}", self.options.access).into());
        }
        json!({ "federation_entity": entity })
    }

    /// A body, as a relying party.
    pub(super) fn body_metadata(&self, body: &BodyId, organization: &Organization, now: Timestamp) -> Option<Value> {
        let keys = self.keys(Some(body))?;
        let algorithm = keys.signer(now)?.public().to_json()["alg"].clone();
        let mut entity = describe(organization);
        // Who asks about a body asks the aggregator.
        let resolve = format!("{}/resolve", self.options.access);
        entity.insert("federation_resolve_endpoint".to_owned(), resolve.into());
        Some(json!({
            "federation_entity": entity,
            "openid_relying_party": {
                "application_type": "web",
                "client_id": self.body(body),
                "client_name": organization.name,
                "organization_name": organization.name,
                "contacts": organization.contacts,
                "client_registration_types": ["automatic"],
                "redirect_uris": self.options.redirect_uris,
                "response_types": ["code"],
                "grant_types": ["authorization_code"],
                "subject_type": "pairwise",
                "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": algorithm,
                "request_object_signing_alg": algorithm,
                "id_token_signed_response_alg": "RS256",
                "userinfo_signed_response_alg": "RS256",
                "userinfo_encrypted_response_alg": "RSA-OAEP-256",
                "userinfo_encrypted_response_enc": "A256CBC-HS512",
                "jwks": keys.core_jwks(now).to_json(),
            },
        }))
    }
}

/// Who stands behind an entity.
fn describe(organization: &Organization) -> Map<String, Value> {
    let Organization { name, homepage, policy, logo, contacts, .. } = organization;
    let mut entity = Map::new();
    entity.insert("organization_name".to_owned(), name.clone().into());
    entity.insert("homepage_uri".to_owned(), homepage.clone().into());
    entity.insert("contacts".to_owned(), contacts.clone().into());
    for (member, value) in [("policy_uri", policy), ("logo_uri", logo)] {
        if let Some(value) = value {
            entity.insert(member.to_owned(), value.clone().into());
        }
    }
    entity
}
