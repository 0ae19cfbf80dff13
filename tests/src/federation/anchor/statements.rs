//! What the anchor says: of itself, of its members, and of the marks that it gave.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::{LIFETIME_SECONDS, Member, Misconduct, Role, TestAnchor};
use crate::federation::entity::{Portrait, federation_entity, sign};
use crate::federation::key::Key;
use crate::federation::trust::{Entity, Sought};
use crate::now::{now, random_token};

/// SPID/CIE OpenID guidelines, entity statements: what is laid down for whoever is below.
pub(super) fn policy_for_everybody() -> Value {
    let signatures = ["RS256", "RS512", "ES256", "ES512", "PS256", "PS512"];
    let key_managements = ["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"];
    let encryptions = ["A128CBC-HS256", "A256CBC-HS512"];
    json!({
        "openid_relying_party": {
            "client_id": { "essential": true },
            "client_registration_types": { "subset_of": ["automatic"], "essential": true },
            "grant_types": {
                "superset_of": ["authorization_code"],
                "subset_of": ["authorization_code", "refresh_token"],
            },
            "redirect_uris": { "essential": true },
            "response_types": { "value": ["code"] },
            "id_token_signed_response_alg": { "one_of": signatures },
            "userinfo_signed_response_alg": { "one_of": signatures },
            "userinfo_encrypted_response_alg": { "one_of": key_managements },
            "userinfo_encrypted_response_enc": { "one_of": encryptions },
            "token_endpoint_auth_method": { "one_of": ["private_key_jwt"] },
        },
        "openid_provider": {
            "subject_types_supported": { "value": ["pairwise"] },
            "id_token_signing_alg_values_supported": { "subset_of": signatures },
            "userinfo_encryption_alg_values_supported": { "subset_of": key_managements },
            "token_endpoint_auth_methods_supported": { "subset_of": ["private_key_jwt"], "essential": true },
            "client_registration_types_supported": { "subset_of": ["automatic"], "essential": true },
        },
    })
}

impl TestAnchor {
    /// The anchor's own configuration.
    pub(super) fn configuration(&self) -> Result<String> {
        let id = &self.0.id;
        let endpoint = |name: &str| format!("{id}/{name}");
        let mut entity = federation_entity(id, "Autorità di federazione di prova");
        for name in ["fetch", "list", "resolve", "trust_mark_status"] {
            entity[format!("federation_{name}_endpoint")] = endpoint(name).into();
        }
        let key = self.signs_with();
        let others = json!({
            "metadata": { "federation_entity": entity },
            "constraints": { "max_path_length": 1 },
            "trust_mark_issuers": self.mark_issuers(),
        });
        let portrait = Portrait { id, key: &key, lifetime_seconds: LIFETIME_SECONDS, others };
        sign(&key, &portrait.claims())
    }

    /// Aggregators mark the relying parties below them.
    fn mark_issuers(&self) -> Value {
        let id = &self.0.id;
        let state = self.state();
        let aggregators = state.members.iter().filter(|(_, member)| member.role == Role::Aggregator);
        let of_parties: Vec<_> = std::iter::once(id).chain(aggregators.map(|(id, _)| id)).collect();
        let mut issuers = json!({});
        issuers[Role::RelyingParty.mark()] = json!(of_parties);
        issuers[Role::Provider.mark()] = json!([id]);
        issuers[Role::Aggregator.mark()] = json!([id]);
        issuers
    }

    /// What the anchor says of a member; `None` where it is none.
    pub(super) fn statement(&self, subject: &str) -> Option<Result<String>> {
        let (member, misconduct) = {
            let state = self.state();
            (state.members.get(subject)?.clone(), state.misconduct)
        };
        Some(self.sign_statement(subject, &member, misconduct))
    }

    fn sign_statement(&self, subject: &str, member: &Member, misconduct: Option<Misconduct>) -> Result<String> {
        let (id, issued_at) = (&self.0.id, now().as_second());
        let mut claims = json!({
            "iss": id,
            "sub": subject,
            "iat": issued_at,
            "exp": issued_at + LIFETIME_SECONDS,
            "jwks": member.jwks,
            "metadata_policy": member.policy,
            "source_endpoint": format!("{id}/fetch"),
        });
        if member.role == Role::Aggregator {
            claims["constraints"] = json!({ "max_path_length": 0 });
        }
        if member.marked {
            claims["trust_marks"] = json!([self.show_mark(subject, member.role.mark())?]);
        }
        distort(&mut claims, misconduct);
        let key = self.signs_with();
        if misconduct == Some(Misconduct::ForgedStatement) {
            let header = json!({ "alg": key.algorithm(), "kid": key.id(), "typ": "entity-statement+jwt" });
            return self.0.foreign.sign_text(&header, &claims.to_string());
        }
        sign(&key, &claims)
    }

    /// A mark of the anchor. (SPID/CIE OpenID guidelines, trust marks.)
    pub(super) fn show_mark(&self, subject: &str, kind: &str) -> Result<Value> {
        let issued_at = now().as_second();
        let claims = json!({
            "iss": self.0.id,
            "sub": subject,
            "id": kind,
            "trust_mark_type": kind,
            "iat": issued_at,
            "exp": issued_at + LIFETIME_SECONDS,
            "ref": format!("{}/agreement", self.0.id),
            "logo_uri": format!("{}/logo.svg", self.0.id),
            "organization_type": "public",
            "jti": random_token(),
        });
        let mark = self.signs_with().sign(Some("trust-mark+jwt"), &claims)?;
        Ok(json!({ "id": kind, "trust_mark_type": kind, "trust_mark": mark }))
    }

    /// Who is below, of a type where one is named.
    pub(super) fn list(&self, entity_type: Option<&str>) -> Vec<String> {
        let state = self.state();
        let meant = |member: &Member| entity_type.is_none_or(|kind| kind == member.role.entity_type());
        state.members.iter().filter(|(_, member)| meant(member)).map(|(id, _)| id.clone()).collect()
    }

    /// Whether a mark that the anchor gave still stands.
    pub(super) fn is_marked(&self, subject: &str, kind: &str) -> bool {
        self.state().members.get(subject).is_some_and(|member| member.marked && member.role.mark() == kind)
    }

    /// What an entity is, seen from here.
    pub(super) async fn resolve(&self, subject: &str, kind: &'static str) -> Result<String> {
        let Entity { metadata, chain, expires_at, .. } =
            self.trust().find(Sought { id: subject, kind, mark: None }).await.context("not trusted")?;
        let mut of_kind = json!({});
        of_kind[kind] = Value::Object(metadata);
        let claims = json!({
            "iss": self.0.id,
            "sub": subject,
            "iat": now().as_second(),
            "exp": expires_at,
            "metadata": of_kind,
            "trust_chain": chain,
        });
        self.signs_with().sign(Some("resolve-response+jwt"), &claims)
    }

    fn signs_with(&self) -> Key {
        match self.state().misconduct {
            Some(Misconduct::OtherKeys) => self.0.foreign.clone(),
            _ => self.0.key.clone(),
        }
    }
}

fn distort(claims: &mut Value, misconduct: Option<Misconduct>) {
    match misconduct {
        Some(Misconduct::ExpiredStatement) => claims["exp"] = (now().as_second() - 600).into(),
        Some(Misconduct::OtherIssuer) => claims["iss"] = "https://altra-autorita.example".into(),
        Some(Misconduct::OtherSubject) => claims["sub"] = "https://altro-ente.example".into(),
        Some(Misconduct::UnknownCritical) => {
            claims["crit"] = json!(["riserva"]);
            claims["riserva"] = true.into();
        }
        Some(Misconduct::UnknownCriticalOperator) => {
            claims["metadata_policy_crit"] = json!(["espressione"]);
            claims["metadata_policy"]["openid_provider"]["issuer"] = json!({ "espressione": ".*" });
        }
        Some(Misconduct::ForbiddingPolicy) => {
            let nothing = json!({ "subset_of": ["explicit"], "essential": true });
            claims["metadata_policy"]["openid_provider"]["client_registration_types_supported"] = nothing;
        }
        Some(Misconduct::ForbiddingConstraint) => {
            claims["constraints"] = json!({ "allowed_entity_types": ["openid_relying_party"] });
        }
        _ => {}
    }
}
