//! How a service verifies who is calling: `X-Varco-Assertion`, with the keys that the gateway publishes.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::{Deserialize, Serialize};

/// Who is calling, as the gateway stated.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Caller {
    /// The gateway.
    pub iss: String,
    /// This service.
    pub aud: String,
    /// The person, under a name that only this body knows.
    pub sub: String,
    /// The level, as a context class.
    pub acr: String,
    /// How they logged in.
    pub amr: Vec<String>,
    /// When they logged in.
    pub auth_time: i64,
    /// The session.
    pub sid: String,
    /// When this was stated.
    pub iat: i64,
    /// Until when it holds.
    pub exp: i64,
    /// Every other claim: the attributes that the service is entitled to.
    #[serde(flatten)]
    pub others: BTreeMap<String, serde_json::Value>,
}

/// Why a service does not believe an assertion.
#[derive(Debug, thiserror::Error)]
pub enum Distrust {
    /// The gateway's keys cannot be had.
    #[error("the gateway's keys cannot be fetched: {0}")]
    NoKeys(#[from] reqwest::Error),
    /// Another kind of token, or of another key.
    #[error("not an assertion of the gateway: {0}")]
    Foreign(&'static str),
    /// Signature, audience, issuer or time are wrong.
    #[error(transparent)]
    Invalid(#[from] jsonwebtoken::errors::Error),
}

/// The gateway's keys, fetched when one is not known.
pub(super) struct Keys {
    gateway: String,
    client: reqwest::Client,
    known: Mutex<JwkSet>,
}

/// The header that carries it.
const HEADER: &str = "x-varco-assertion";

// === impl Caller ===

impl Caller {
    /// Given and family name, as far as the service may know them.
    pub fn full_name(&self) -> String {
        let names = ["given_name", "family_name"].map(|claim| self.attribute(claim).unwrap_or_default());
        names.join(" ").trim().to_owned()
    }

    /// The level: the last character of the context class.
    pub fn level(&self) -> &str {
        self.acr.strip_prefix("https://www.spid.gov.it/SpidL").unwrap_or(&self.acr)
    }

    /// How they logged in.
    pub fn method(&self) -> String {
        self.amr.join(", ")
    }

    /// An attribute by its claim name.
    pub fn attribute(&self, claim: &str) -> Option<&str> {
        self.others.get(claim).and_then(serde_json::Value::as_str)
    }

    /// Every attribute.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.others.iter().filter_map(|(claim, value)| Some((claim.as_str(), value.as_str()?)))
    }
}

// === impl Keys ===

impl Keys {
    pub(super) fn new(gateway: &str, client: reqwest::Client) -> Self {
        Self { gateway: gateway.to_owned(), client, known: Mutex::new(JwkSet { keys: Vec::new() }) }
    }

    /// Who calls the service `audience`; `None` where the gateway states nothing.
    pub(super) async fn caller(&self, headers: &HeaderMap, audience: &str) -> Result<Option<Caller>, Distrust> {
        let mut stated = headers.get_all(HEADER).iter();
        let Some(assertion) = stated.next() else { return Ok(None) };
        if stated.next().is_some() {
            return Err(Distrust::Foreign("there is more than one"));
        }
        let assertion = assertion.to_str().map_err(|_| Distrust::Foreign("not text"))?;
        let header = decode_header(assertion)?;
        if header.typ.as_deref() != Some("varco+jwt") {
            return Err(Distrust::Foreign("another type of token"));
        }
        let key = self.key(header.kid.as_deref().ok_or(Distrust::Foreign("it names no key"))?).await?;
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[&self.gateway]);
        validation.required_spec_claims =
            ["exp", "aud", "iss", "sub"].map(str::to_owned).into_iter().collect::<HashSet<_>>();
        validation.leeway = 5;
        Ok(Some(decode::<Caller>(assertion, &key, &validation)?.claims))
    }

    async fn key(&self, kid: &str) -> Result<DecodingKey, Distrust> {
        if let Some(key) = self.known_key(kid)? {
            return Ok(key);
        }
        let answer = self.client.get(format!("{}/.well-known/jwks.json", self.gateway)).send().await?;
        let keys = serde_json::from_slice(&answer.error_for_status()?.bytes().await?);
        let keys: JwkSet = keys.map_err(|_| Distrust::Foreign("the gateway publishes no keys"))?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = keys;
        self.known_key(kid)?.ok_or(Distrust::Foreign("the gateway does not publish its key"))
    }

    fn known_key(&self, kid: &str) -> Result<Option<DecodingKey>, Distrust> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(known.find(kid).map(DecodingKey::from_jwk).transpose()?)
    }
}
