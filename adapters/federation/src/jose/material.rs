//! What public keys are made of: numbers and points that were looked at before anything is done with them.
//! (RFC 7518, section 6.)

use aws_lc_rs::agreement;
use aws_lc_rs::digest::{SHA256, digest};
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value, json};

use super::base64;
use super::jwk::JwkFault;

/// SPID/CIE OpenID guidelines, cryptographic algorithms: RSA keys have 2048 bits at least. Larger ones than this
/// only cost time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// What a key is made of.
#[derive(Clone)]
pub(super) enum Material {
    /// Modulus and exponent.
    Rsa { modulus: Vec<u8>, exponent: Vec<u8>, decoding: DecodingKey },
    /// A point, uncompressed.
    Ec { curve: Curve, point: Vec<u8> },
}

/// A curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P521,
}

// === impl Material ===

impl Material {
    pub(super) fn rsa(modulus: Vec<u8>, exponent: Vec<u8>) -> Result<Self, JwkFault> {
        let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
        // RFC 7518, section 6.3.1: no leading zeros. An even or a huge exponent is none.
        let plain = modulus.first() != Some(&0) && exponent.first() != Some(&0);
        let odd = exponent.last().is_some_and(|last| last % 2 == 1) && exponent.len() <= 4 && exponent != [1];
        if !(plain && odd && RSA_BITS.contains(&bits)) {
            return Err(JwkFault::Unusable);
        }
        let decoding = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
        Ok(Self::Rsa { modulus, exponent, decoding })
    }

    pub(super) fn ec(curve: &str, x: &[u8], y: &[u8]) -> Result<Self, JwkFault> {
        let curve = Curve::from_name(curve).ok_or(JwkFault::Unknown)?;
        // RFC 7518, section 6.2.1.2: as long as the field is.
        if x.len() != curve.length() || y.len() != curve.length() {
            return Err(JwkFault::Unusable);
        }
        let point = [&[4], x, y].concat();
        Self::point(curve, point)
    }

    /// A point that lies on the curve.
    pub(super) fn point(curve: Curve, point: Vec<u8>) -> Result<Self, JwkFault> {
        let key = agreement::UnparsedPublicKey::new(curve.agreement(), &point);
        match agreement::ParsedPublicKey::try_from(key) {
            Ok(_) => Ok(Self::Ec { curve, point }),
            Err(_) => Err(JwkFault::Unusable),
        }
    }

    /// The members that make the key, in the order of RFC 7638.
    pub(super) fn members(&self) -> Map<String, Value> {
        let members = match self {
            Self::Rsa { modulus, exponent, .. } => {
                json!({ "e": base64::encode(exponent), "kty": "RSA", "n": base64::encode(modulus) })
            }
            Self::Ec { curve, point } => {
                let (x, y) = point[1..].split_at(curve.length());
                json!({ "crv": curve.as_str(), "kty": "EC", "x": base64::encode(x), "y": base64::encode(y) })
            }
        };
        members.as_object().cloned().unwrap_or_default()
    }

    /// RFC 7638, section 3.2: the members in the order of their names, without white space.
    pub(super) fn thumbprint(&self) -> String {
        let members: std::collections::BTreeMap<_, _> = self.members().into_iter().collect();
        let text = serde_json::to_vec(&members).unwrap_or_default();
        base64::encode(digest(&SHA256, &text))
    }
}

// === impl Curve ===

impl Curve {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::P256, Self::P521].into_iter().find(|curve| curve.as_str() == name)
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P521 => "P-521",
        }
    }

    /// How long a coordinate is, in bytes.
    pub(super) const fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P521 => 66,
        }
    }

    pub(super) fn agreement(self) -> &'static agreement::Algorithm {
        match self {
            Self::P256 => &agreement::ECDH_P256,
            Self::P521 => &agreement::ECDH_P521,
        }
    }
}
