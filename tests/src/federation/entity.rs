//! What entities of the test federation publish of themselves.

use anyhow::Result;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::key::{Key, Use, jwks};
use super::trust::STATEMENT;
use crate::now::now;

/// What an entity says of itself, beyond what they all say.
pub(super) struct Portrait<'a> {
    pub(super) id: &'a str,
    pub(super) key: &'a Key,
    pub(super) lifetime_seconds: i64,
    /// Every other claim.
    pub(super) others: Value,
}

impl Portrait<'_> {
    /// The claims of an entity configuration.
    pub(super) fn claims(&self) -> Value {
        let issued_at = now().as_second();
        let mut claims = json!({
            "iss": self.id,
            "sub": self.id,
            "iat": issued_at,
            "exp": issued_at + self.lifetime_seconds,
            "jwks": jwks([self.key.public(Use::Signature)]),
        });
        for (name, value) in self.others.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        claims
    }
}

/// The members that every entity of a federation has. (SPID/CIE OpenID guidelines, `federation_entity`.)
pub(super) fn federation_entity(id: &str, name: &str) -> Value {
    json!({
        "organization_name": name,
        "homepage_uri": id,
        "policy_uri": format!("{id}/policy"),
        "logo_uri": format!("{id}/logo.svg"),
        "contacts": ["prova@pec.example"],
    })
}

/// A statement, signed.
pub(super) fn sign(key: &Key, claims: &Value) -> Result<String> {
    key.sign(Some(STATEMENT), claims)
}

/// A signed document of this media type, as an answer.
pub(super) fn answer(kind: &'static str, token: Result<String>) -> Response {
    match token {
        Ok(token) => ([(header::CONTENT_TYPE, kind)], token).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// A JSON document, as an answer.
pub(super) fn json_answer(status: StatusCode, content: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], content.to_string()).into_response()
}
