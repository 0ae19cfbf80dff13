//! Signed tokens in their compact form. (RFC 7515, RFC 7519, RFC 8725.)

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P521_SHA512_FIXED, UnparsedPublicKey};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};

use super::algorithm::{Accepted, Signature};
use super::base64;
use super::claims::Claims;
use super::json;
use super::jwk::{Jwk, Jwks};
use super::material::{Curve, Material};

/// Longer tokens are none: the longest real ones, with trust marks, have less than 20 KiB.
pub const LONGEST: usize = 256 * 1024;

/// A token whose signature nobody has looked at.
#[derive(Debug)]
pub struct Unverified<'t> {
    signed: Signed<'t>,
    claims: Claims,
}

/// A token that one of the given keys has signed. `Debug` prints its header, and the names of its claims.
#[derive(Clone)]
pub struct Verified {
    token: String,
    header: Header,
    claims: Claims,
}

/// A text that is signed, whatever it says. `Debug` prints its header.
pub(super) struct Signed<'t> {
    token: &'t str,
    header: Header,
    payload: Vec<u8>,
}

/// What a token says of itself, as far as anybody asks.
#[derive(Clone, Debug)]
struct Header {
    algorithm: Signature,
    key_id: Option<String>,
    media_type: Option<String>,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsFault {
    /// Not a signed token in compact form with strict JSON in it.
    #[error("not a signed token")]
    Malformed,
    /// An algorithm that is not on the list.
    #[error("an algorithm that is not accepted")]
    Algorithm,
    /// A header that asks for something that is not done here.
    #[error("a header that asks for more than is done here")]
    Header,
    /// It does not say which key signed it, or it is none of those that count.
    #[error("no key of this name")]
    UnknownKey,
    /// The key is not for such a signature.
    #[error("the key is not for such a signature")]
    Key,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
}

// === impl Unverified ===

impl<'t> Unverified<'t> {
    /// Takes a token apart.
    pub fn parse(token: &'t str) -> Result<Self, JwsFault> {
        let signed = Signed::parse(token)?;
        let claims = json::object(&signed.payload).map(Claims::new).map_err(|_| JwsFault::Malformed)?;
        Ok(Self { signed, claims })
    }

    /// The key that it says it is signed with.
    pub fn key_id(&self) -> Option<&str> {
        self.signed.header.key_id.as_deref()
    }

    /// What it claims to be.
    pub fn media_type(&self) -> Option<&str> {
        self.signed.header.media_type.as_deref()
    }

    /// What it claims, which anybody may have written.
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Verifies it with the key that it names, which must be one of these.
    pub fn verify(self, keys: &Jwks, accepted: Accepted) -> Result<Verified, JwsFault> {
        self.signed.verify(keys, accepted)?;
        Ok(Verified { token: self.signed.token.to_owned(), header: self.signed.header, claims: self.claims })
    }
}

// === impl Signed ===

impl<'t> Signed<'t> {
    /// RFC 7515, section 5.2, steps 1 to 7.
    pub(super) fn parse(token: &'t str) -> Result<Self, JwsFault> {
        if token.len() > LONGEST {
            return Err(JwsFault::Malformed);
        }
        let mut parts = token.split('.').map(base64::decode);
        let mut part = || parts.next().flatten().ok_or(JwsFault::Malformed);
        let (header, payload, _signature) = (part()?, part()?, part()?);
        if parts.next().is_some() {
            return Err(JwsFault::Malformed);
        }
        let header = json::object(&header).map(Claims::new).map_err(|_| JwsFault::Malformed)?;
        Ok(Self { token, header: Header::read(&header)?, payload })
    }

    /// RFC 7515, section 5.2, step 8: with the key that it names, by an algorithm that the use and the key allow.
    pub(super) fn verify(&self, keys: &Jwks, accepted: Accepted) -> Result<(), JwsFault> {
        let algorithm = self.header.algorithm;
        if !accepted.holds(algorithm) {
            return Err(JwsFault::Algorithm);
        }
        let key = self.header.key_id.as_deref().and_then(|id| keys.by_id(id)).ok_or(JwsFault::UnknownKey)?;
        if !key.is_for(algorithm) {
            return Err(JwsFault::Key);
        }
        let (signed, signature) = self.token.rsplit_once('.').ok_or(JwsFault::Malformed)?;
        if verifies(key, algorithm, signed.as_bytes(), signature) { Ok(()) } else { Err(JwsFault::Signature) }
    }
}

impl fmt::Debug for Signed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.header.fmt(formatter)
    }
}

// === impl Header ===

impl Header {
    /// Members that would bring a key or an address of one are not read: a token does not choose its key.
    /// (RFC 8725, section 3.10.)
    fn read(header: &Claims) -> Result<Self, JwsFault> {
        let optional = |name| header.optional_text(name).map_err(|_| JwsFault::Malformed);
        // RFC 7515, section 4.1.11; RFC 7797; RFC 7516, section 4.1.3.
        if ["crit", "b64", "zip", "enc"].iter().any(|name| header.value(name).is_some()) {
            return Err(JwsFault::Header);
        }
        let algorithm = optional("alg")?.ok_or(JwsFault::Malformed)?;
        Ok(Self {
            algorithm: Signature::from_name(algorithm).ok_or(JwsFault::Algorithm)?,
            key_id: optional("kid")?.map(str::to_owned),
            media_type: optional("typ")?.map(str::to_owned),
        })
    }
}

// === impl Verified ===

impl Verified {
    /// What it says.
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// What it is.
    pub fn media_type(&self) -> Option<&str> {
        self.header.media_type.as_deref()
    }

    /// The key that signed it.
    pub fn key_id(&self) -> &str {
        self.header.key_id.as_deref().unwrap_or_default()
    }

    /// How it is signed.
    pub const fn algorithm(&self) -> Signature {
        self.header.algorithm
    }

    /// The token itself.
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for Verified {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Verified").field(&self.header).field(&self.claims).finish()
    }
}

/// Whether a key made a signature, in base64url, of an algorithm that it is for.
pub(super) fn verifies(key: &Jwk, algorithm: Signature, signed: &[u8], signature: &str) -> bool {
    let by_library =
        |decoding: &DecodingKey, algorithm| crypto::verify(signature, signed, decoding, algorithm).unwrap_or_default();
    match (&key.material, algorithm) {
        (Material::Rsa { decoding, .. }, Signature::Rs256) => by_library(decoding, Algorithm::RS256),
        (Material::Rsa { decoding, .. }, Signature::Rs512) => by_library(decoding, Algorithm::RS512),
        (Material::Rsa { decoding, .. }, Signature::Ps256) => by_library(decoding, Algorithm::PS256),
        (Material::Rsa { decoding, .. }, Signature::Ps512) => by_library(decoding, Algorithm::PS512),
        (Material::Ec { curve: Curve::P256, point }, Signature::Es256) => {
            by_library(&DecodingKey::from_ec_der(point), Algorithm::ES256)
        }
        // The library has no ES512.
        (Material::Ec { curve: Curve::P521, point }, Signature::Es512) => {
            let key = UnparsedPublicKey::new(&ECDSA_P521_SHA512_FIXED, point);
            base64::decode(signature).is_some_and(|signature| key.verify(signed, &signature).is_ok())
        }
        _ => false,
    }
}
