//! The statement of who is calling, signed for one service: `X-Varco-Assertion`.
//!
//! A JWT (ES256, typ `varco+jwt`). It is signed once for a session and service and used again until
//! it is about to expire: a signature costs more than the rest of a proxied request.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use http::HeaderValue;
use jiff::Timestamp;
use moka::sync::Cache;
use serde::Serialize;
use varco_core::name::ServiceId;
use varco_core::service::Service;
use varco_core::session::{Session, SessionId};

use crate::key_ring::{CryptoFailure, KeyRing};
use crate::subjects::Subjects;

/// From `iat` to `exp`, in seconds. Services are promised at most 300.
pub const LIFETIME: i64 = 300;

/// How long before its end an assertion is replaced, in seconds: the service that gets it may take
/// its time, and its clock may be fast.
const MARGIN: i64 = 60;

/// How much memory the cache may take. An assertion weighs about one kilobyte.
const CACHE_BYTES: u64 = 32 << 20;

/// Signs assertions.
pub struct AssertionSigner {
    issuer: String,
    ring: KeyRing,
    subjects: Subjects,
    /// The protected header, encoded: it is the same for every assertion of a key.
    header: String,
    jwks: String,
    cache: Cache<(SessionId, ServiceId), Signed>,
}

/// An assertion could not be signed. The cause holds no personal data.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The cryptographic library refused.
    #[error(transparent)]
    Crypto(#[from] CryptoFailure),
    /// The claims could not be written as JSON.
    #[error("the claims cannot be written as JSON")]
    Json,
}

/// A signed assertion in the cache.
#[derive(Clone)]
struct Signed {
    value: HeaderValue,
    renew_at: i64,
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'static str,
    alg: &'static str,
    kid: &'a str,
}

/// The claims, in the order in which services read them.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    acr: &'static str,
    amr: [&'a str; 1],
    auth_time: i64,
    sid: String,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    attributes: BTreeMap<&'static str, &'a str>,
}

// === impl AssertionSigner ===

impl AssertionSigner {
    /// Signs as `issuer`, the address of the gateway.
    pub fn new(issuer: String, ring: KeyRing, subjects: Subjects) -> Result<Self, SigningError> {
        let header = Header { typ: "varco+jwt", alg: "ES256", kid: ring.current.kid() };
        let header = BASE64URL_NOPAD.encode(&json(&header)?);
        let jwks = serde_json::json!({ "keys": ring.public_jwks() }).to_string();
        let cache = Cache::builder()
            .max_capacity(CACHE_BYTES)
            .weigher(|_, signed: &Signed| u32::try_from(signed.value.len() + 256).unwrap_or(u32::MAX))
            .time_to_live(std::time::Duration::from_secs(LIFETIME.unsigned_abs()))
            .build();
        Ok(Self { issuer, ring, subjects, header, jwks, cache })
    }

    /// The assertion of a session, alive at `now`, for a service. It ends with the session at the latest.
    pub fn assertion(&self, session: &Session, service: &Service, now: Timestamp) -> Result<HeaderValue, SigningError> {
        let now = now.as_second();
        let key = (session.id, service.id.clone());
        if let Some(signed) = self.cache.get(&key).filter(|signed| now < signed.renew_at) {
            return Ok(signed.value);
        }
        let signed = self.sign(session, service, now)?;
        self.cache.insert(key, signed.clone());
        Ok(signed.value)
    }

    /// The public keys that verify assertions, as a JSON Web Key Set.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }

    fn sign(&self, session: &Session, service: &Service, now: i64) -> Result<Signed, SigningError> {
        let session_end = session.expires_at.as_second();
        let exp = session_end.min(now + LIFETIME);
        let claims = self.claims(session, service, now, exp);
        let mut token = format!("{}.{}", self.header, BASE64URL_NOPAD.encode(&json(&claims)?));
        let signature = self.ring.current.sign(token.as_bytes())?;
        token.push('.');
        token.push_str(&BASE64URL_NOPAD.encode(signature.as_ref()));
        let mut value = HeaderValue::try_from(token).map_err(|_| SigningError::Json)?;
        value.set_sensitive(true);
        // In the last minutes of a session no other assertion would live longer.
        let renew_at = if exp == session_end { exp } else { exp - MARGIN };
        Ok(Signed { value, renew_at })
    }

    fn claims<'a>(&'a self, session: &'a Session, service: &'a Service, iat: i64, exp: i64) -> Claims<'a> {
        Claims {
            iss: &self.issuer,
            aud: service.id.as_str(),
            sub: self.subjects.pairwise(&session.person, &service.body),
            acr: session.level.context_class(),
            amr: [session.method.as_str()],
            auth_time: session.authenticated_at.as_second(),
            sid: self.subjects.session_id_claim(&session.id, &service.body),
            iat,
            exp,
            attributes: session
                .attributes
                .entitled(&service.attributes)
                .map(|(attribute, value)| (attribute.claim(), value))
                .collect(),
        }
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, SigningError> {
    serde_json::to_vec(value).map_err(|_| SigningError::Json)
}

#[cfg(test)]
mod tests;
