//! What a provider says of itself. (SPID/CIE OpenID guidelines, metadata of providers.)

use anyhow::Result;
use serde_json::{Value, json};
use varco_core::level::Level;

use super::TestOpenIdProvider;
use crate::federation::anchor::Role;
use crate::federation::entity::{Portrait, federation_entity, sign};
use crate::federation::key::{Key, Use, jwks};
use crate::federation::trust::STATEMENT;
use crate::now::now;

/// How a provider shows itself: as it is, or as no gateway should let it pass. In values, `{id}` stands for its entity
/// identifier.
#[derive(Clone, Debug, PartialEq)]
pub enum Portrayal {
    /// As it is.
    Honest,
    /// A claim of its configuration is this, or is left out.
    Claim(&'static str, Option<Value>),
    /// A member of its metadata as a provider is this, or is left out.
    Metadata(&'static str, Option<Value>),
    /// Its configuration is signed by a key that it does not name.
    Forged,
    /// It gives itself its trust mark.
    MarksItself,
    /// Its superiors are above each other, in a ring.
    Ring,
    /// Above each of its superiors is another one, without end.
    Ladder,
}

const SIGNATURES: [&str; 2] = ["RS256", "ES256"];
/// How many superiors are above each other in a ring.
const RING: u32 = 3;
const LIFETIME_SECONDS: i64 = 24 * 3600;

impl TestOpenIdProvider {
    /// Its entity configuration.
    pub(super) fn configuration(&self) -> Result<String> {
        let (portrayal, marks) = {
            let state = self.state();
            (state.portrayal.clone(), state.marks.clone())
        };
        let mut metadata = self.metadata();
        if let Portrayal::Metadata(name, value) = &portrayal {
            self.change(&mut metadata, name, value.as_ref())?;
        }
        let others = json!({
            "authority_hints": [self.0.anchor],
            "trust_marks": marks,
            "metadata": {
                "federation_entity": federation_entity(&self.0.id, &self.organization()),
                "openid_provider": metadata,
            },
        });
        let key = &self.0.federation;
        let mut claims = Portrait { id: &self.0.id, key, lifetime_seconds: LIFETIME_SECONDS, others }.claims();
        match portrayal {
            Portrayal::Claim(name, value) => self.change(&mut claims, name, value.as_ref())?,
            Portrayal::Forged => {
                let header = json!({ "alg": key.algorithm(), "kid": key.id(), "typ": STATEMENT });
                return Key::p256()?.sign_text(&header, &claims.to_string());
            }
            Portrayal::Ring | Portrayal::Ladder => claims["authority_hints"] = json!([self.step(0)]),
            Portrayal::MarksItself => claims["trust_marks"] = json!([self.own_mark()?]),
            Portrayal::Honest | Portrayal::Metadata(..) => {}
        }
        sign(key, &claims)
    }

    /// What citizens know it by.
    pub(super) fn organization(&self) -> String {
        format!("Gestore {} di prova", self.0.flavour.name())
    }

    fn metadata(&self) -> Value {
        let flavour = self.0.flavour;
        let mut metadata = json!({
            "issuer": self.0.id,
            "organization_name": self.organization(),
            "op_name": self.organization(),
            "logo_uri": self.endpoint("logo.svg"),
            "op_policy_uri": self.endpoint("policy"),
            "jwks": jwks([self.0.core.public(Use::Signature)]),
            "scopes_supported": flavour.scopes(),
            "claims_supported": flavour.claims().collect::<Vec<_>>(),
            "acr_values_supported": Level::ALL.map(Level::context_class),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "claims_parameter_supported": true,
            "request_parameter_supported": true,
            "request_uri_parameter_supported": false,
            "require_request_uri_registration": false,
            "authorization_response_iss_parameter_supported": true,
            "code_challenge_methods_supported": ["S256"],
            "client_registration_types_supported": ["automatic"],
            "request_authentication_methods_supported": { "authorization_endpoint": ["request_object"] },
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        });
        for name in ["authorization", "token", "userinfo", "introspection", "revocation"] {
            metadata[format!("{name}_endpoint")] = self.endpoint(name).into();
        }
        for name in ["request_object", "id_token", "userinfo", "token_endpoint_auth"] {
            metadata[format!("{name}_signing_alg_values_supported")] = json!(SIGNATURES);
        }
        metadata["userinfo_encryption_alg_values_supported"] = json!(["RSA-OAEP", "RSA-OAEP-256"]);
        metadata["userinfo_encryption_enc_values_supported"] = json!(["A128CBC-HS256", "A256CBC-HS512"]);
        metadata
    }

    /// What a superior says of itself that this provider made up: another one is above it.
    pub(super) fn made_up(&self, number: u32) -> Result<String> {
        let next = if self.state().portrayal == Portrayal::Ring { (number + 1) % RING } else { number + 1 };
        let (id, key) = (self.step(number), &self.0.federation);
        let mut entity = federation_entity(&id, "Inventata");
        entity["federation_fetch_endpoint"] = self.endpoint("fetch").into();
        let others = json!({ "authority_hints": [self.step(next)], "metadata": { "federation_entity": entity } });
        sign(key, &Portrait { id: &id, key, lifetime_seconds: LIFETIME_SECONDS, others }.claims())
    }

    fn step(&self, number: u32) -> String {
        self.endpoint(&format!("superiors/{number}"))
    }

    fn own_mark(&self) -> Result<Value> {
        let (id, kind, issued_at) = (&self.0.id, Role::Provider.mark(), now().as_second());
        let claims = json!({ "iss": id, "sub": id, "id": kind, "iat": issued_at, "exp": issued_at + LIFETIME_SECONDS });
        let mark = self.0.federation.sign(Some("trust-mark+jwt"), &claims)?;
        Ok(json!({ "id": kind, "trust_mark_type": kind, "trust_mark": mark }))
    }

    fn change(&self, members: &mut Value, name: &str, value: Option<&Value>) -> Result<()> {
        let Some(members) = members.as_object_mut() else { return Ok(()) };
        match value {
            Some(value) => {
                let value = serde_json::from_str(&value.to_string().replace("{id}", &self.0.id))?;
                members.insert(name.to_owned(), value);
            }
            None => drop(members.remove(name)),
        }
        Ok(())
    }
}
