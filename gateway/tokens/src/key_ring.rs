//! The keys that sign assertions (ES256), and the public halves that services verify with.

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use zeroize::Zeroizing;

/// A key on the curve P-256.
pub struct AssertionKey {
    pair: EcdsaKeyPair,
    jwk: Jwk,
}

/// The public half of a key, as RFC 7517 writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    kty: &'static str,
    crv: &'static str,
    x: String,
    y: String,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: &'static str,
    kid: String,
}

/// The key that signs, and those that signed what may still be on its way.
#[derive(Debug)]
pub struct KeyRing {
    /// Signs.
    pub current: AssertionKey,
    /// Published, so that what they signed can be verified; they sign nothing more.
    pub previous: Vec<AssertionKey>,
}

/// The text is not a key for assertions. The text itself is not repeated.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotAKey {
    /// Not one PEM block of a PKCS#8 private key.
    #[error("expected one PEM block `PRIVATE KEY` (PKCS#8)")]
    Pem,
    /// Not a key on P-256, or a broken one.
    #[error("expected an EC private key on the curve P-256")]
    Curve,
}

/// The cryptographic library could not make a key or a signature.
#[derive(Debug, thiserror::Error)]
#[error("the cryptographic library refused to work")]
pub struct CryptoFailure;

const PEM_TAG: &str = "PRIVATE KEY";

// === impl AssertionKey ===

impl AssertionKey {
    /// A new key.
    pub fn generate() -> Result<Self, CryptoFailure> {
        Ok(Self::from_pair(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?))
    }

    /// Reads a key that was kept as PKCS#8 in PEM.
    pub fn from_pem(text: &str) -> Result<Self, NotAKey> {
        let block = pem::parse(text).map_err(|_| NotAKey::Pem)?;
        if block.tag() != PEM_TAG {
            return Err(NotAKey::Pem);
        }
        let document = Zeroizing::new(block.into_contents());
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document)
            .map(Self::from_pair)
            .map_err(|_| NotAKey::Curve)
    }

    /// Writes the key as PKCS#8 in PEM, to keep it.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, CryptoFailure> {
        let document = self.pair.to_pkcs8v1()?;
        Ok(Zeroizing::new(pem::encode(&pem::Pem::new(PEM_TAG, document.as_ref()))))
    }

    /// The name of the key: its thumbprint (RFC 7638).
    pub fn kid(&self) -> &str {
        &self.jwk.kid
    }

    /// The public half.
    pub const fn public_jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The signature over `message`, as JWS wants it: r and s, 32 bytes each (RFC 7518 section 3.4).
    pub(crate) fn sign(&self, message: &[u8]) -> Result<impl AsRef<[u8]> + use<>, CryptoFailure> {
        Ok(self.pair.sign(&SystemRandom::new(), message)?)
    }

    fn from_pair(pair: EcdsaKeyPair) -> Self {
        let jwk = Jwk::of(pair.public_key().as_ref());
        Self { pair, jwk }
    }
}

impl fmt::Debug for AssertionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "AssertionKey({}, [redacted])", self.kid())
    }
}

// === impl Jwk ===

impl Jwk {
    /// From an uncompressed point: a byte of form, then x and y, 32 bytes each (SEC 1 section 2.3.3).
    fn of(point: &[u8]) -> Self {
        let coordinates = point.get(1..).unwrap_or_default();
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        let [x, y] = [x, y].map(|coordinate| BASE64URL_NOPAD.encode(coordinate));
        // RFC 7638 section 3: the required members only, in this order, without white space.
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
        Self { kty: "EC", crv: "P-256", x, y, usage: "sig", alg: "ES256", kid }
    }
}

// === impl KeyRing ===

impl KeyRing {
    /// The public halves of all keys, for the JWKS.
    pub fn public_jwks(&self) -> Vec<&Jwk> {
        std::iter::once(&self.current).chain(&self.previous).map(AssertionKey::public_jwk).collect()
    }
}

// === impl CryptoFailure ===

impl From<Unspecified> for CryptoFailure {
    fn from(_: Unspecified) -> Self {
        // The library tells no cause on purpose: a cause could be an oracle.
        Self
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk;

    use super::*;

    #[test]
    fn a_key_is_read_back_from_its_pem() {
        let key = AssertionKey::generate().unwrap();
        let read = AssertionKey::from_pem(&key.to_pem().unwrap()).unwrap();
        assert_eq!(read.public_jwk(), key.public_jwk());
    }

    #[test]
    fn the_name_of_a_key_is_its_thumbprint() {
        let key = AssertionKey::generate().unwrap();
        let published: jwk::Jwk = serde_json::from_value(serde_json::to_value(key.public_jwk()).unwrap()).unwrap();
        assert_eq!(published.thumbprint(jwk::ThumbprintHash::SHA256).unwrap(), key.kid());
        assert_eq!(published.common.key_id.as_deref(), Some(key.kid()));
    }

    #[test]
    fn other_texts_are_not_keys() {
        let wrap = |tag: &str, bytes: &[u8]| pem::encode(&pem::Pem::new(tag, bytes));
        let key = AssertionKey::generate().unwrap();
        let document = key.pair.to_pkcs8v1().unwrap();
        let other_curve = EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
        for (text, expected) in [
            (String::new(), NotAKey::Pem),
            (wrap("EC PRIVATE KEY", document.as_ref()), NotAKey::Pem),
            (wrap(PEM_TAG, &document.as_ref()[1..]), NotAKey::Curve),
            (wrap(PEM_TAG, other_curve.to_pkcs8v1().unwrap().as_ref()), NotAKey::Curve),
        ] {
            assert_eq!(AssertionKey::from_pem(&text).unwrap_err(), expected);
        }
    }

    #[test]
    fn a_key_prints_its_name_only() {
        let key = AssertionKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), format!("AssertionKey({}, [redacted])", key.kid()));
    }
}
