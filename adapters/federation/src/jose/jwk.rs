//! Public keys as entities publish them. (RFC 7517, RFC 7518 section 6.)

use serde_json::{Value, json};

use super::algorithm::{KeyManagement, Signature};
use super::base64;
use super::claims::Claims;
use super::material::{Curve, Material};

/// Real sets have less than ten keys.
const MOST_KEYS: usize = 32;
/// A public key.
#[derive(Clone)]
pub struct Jwk {
    pub(super) key_id: String,
    pub(super) algorithm: Option<String>,
    pub(super) usage: Option<String>,
    pub(super) operations: Option<Vec<String>>,
    pub(super) material: Material,
}

/// Why an object is no key that is used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwkFault {
    /// A kind of key that is not used here: others in its set may be.
    #[error("a key of a kind that is not used")]
    Unknown,
    /// A key that is broken, too weak, or private.
    #[error("a key that cannot be used")]
    Unusable,
}

/// The keys that somebody publishes, each under a name of its own.
#[derive(Clone, Debug, Default)]
pub struct Jwks(Vec<Jwk>);

/// Why a value is no set of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwksFault {
    /// Not an object with a list of keys.
    #[error("not a set of keys")]
    NotASet,
    /// Too many keys.
    #[error("more than {MOST_KEYS} keys")]
    TooMany,
    /// Two keys of one name.
    #[error("two keys of one name")]
    SameName,
    /// A key that is broken, too weak, or private.
    #[error(transparent)]
    Key(JwkFault),
}

// === impl Jwk ===

impl Jwk {
    /// Reads a key.
    pub fn from_value(value: &Value) -> Result<Self, JwkFault> {
        let members = value.as_object().cloned().map(Claims::new).ok_or(JwkFault::Unusable)?;
        let optional = |name| members.optional_text(name).map_err(|_| JwkFault::Unusable);
        let operations = members.optional_texts("key_ops").map_err(|_| JwkFault::Unusable)?;
        let bytes = |name| optional(name)?.and_then(base64::decode).ok_or(JwkFault::Unusable);
        // A private key that was published is everybody's.
        if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|name| members.value(name).is_some()) {
            return Err(JwkFault::Unusable);
        }
        let material = match (optional("kty")?, optional("crv")?) {
            (Some("RSA"), _) => Material::rsa(bytes("n")?, bytes("e")?)?,
            (Some("EC"), Some(curve)) => Material::ec(curve, &bytes("x")?, &bytes("y")?)?,
            _ => return Err(JwkFault::Unknown),
        };
        Ok(Self {
            key_id: optional("kid")?.filter(|id| !id.is_empty()).ok_or(JwkFault::Unusable)?.to_owned(),
            algorithm: optional("alg")?.map(str::to_owned),
            usage: optional("use")?.map(str::to_owned),
            operations: operations.map(|names| names.into_iter().map(str::to_owned).collect()),
            material,
        })
    }

    /// Its name.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Its name by what it is made of. (RFC 7638.)
    pub fn thumbprint(&self) -> String {
        self.material.thumbprint()
    }

    /// As it is published.
    pub fn to_json(&self) -> Value {
        let mut members = self.material.members();
        members.insert("kid".to_owned(), self.key_id.clone().into());
        for (name, value) in [("alg", &self.algorithm), ("use", &self.usage)] {
            if let Some(value) = value {
                members.insert(name.to_owned(), value.clone().into());
            }
        }
        if let Some(operations) = &self.operations {
            members.insert("key_ops".to_owned(), operations.clone().into());
        }
        Value::Object(members)
    }

    /// Whether it may verify signatures of this algorithm. (RFC 7517, sections 4.2 to 4.4.)
    pub(super) fn is_for(&self, algorithm: Signature) -> bool {
        let fits = match (&self.material, algorithm) {
            (Material::Rsa { .. }, _) => algorithm.key_type() == "RSA",
            (Material::Ec { curve: Curve::P256, .. }, _) => algorithm == Signature::Es256,
            (Material::Ec { curve: Curve::P521, .. }, _) => algorithm == Signature::Es512,
        };
        let said = self.algorithm.as_deref().is_none_or(|said| said == algorithm.as_str());
        fits && said && self.is_meant_for("sig", &["verify"])
    }

    /// Whether one may encrypt for it in this way. (RFC 7517, sections 4.2 to 4.4.)
    pub(super) fn is_for_encryption(&self, management: KeyManagement) -> bool {
        let said = self.algorithm.as_deref().is_none_or(|said| said == management.as_str());
        said && self.is_meant_for("enc", &["encrypt", "wrapKey", "deriveKey", "deriveBits"])
    }

    /// A key that does not say what it is for is for everything that it fits. (RFC 7517, sections 4.2 and 4.3.)
    fn is_meant_for(&self, usage: &str, any_of: &[&str]) -> bool {
        let listed = |names: &Vec<String>| names.iter().any(|name| any_of.contains(&name.as_str()));
        self.usage.as_deref().is_none_or(|said| said == usage) && self.operations.as_ref().is_none_or(listed)
    }
}

impl std::fmt::Debug for Jwk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Jwk({})", self.key_id)
    }
}

// === impl Jwks ===

impl Jwks {
    /// Reads a set. Keys of kinds that are not used here are left out.
    pub fn from_value(value: &Value) -> Result<Self, JwksFault> {
        let keys = value.get("keys").and_then(Value::as_array).ok_or(JwksFault::NotASet)?;
        if keys.len() > MOST_KEYS {
            return Err(JwksFault::TooMany);
        }
        let mut known: Vec<Jwk> = Vec::new();
        for key in keys {
            match Jwk::from_value(key) {
                Ok(key) if known.iter().any(|other| other.key_id == key.key_id) => return Err(JwksFault::SameName),
                Ok(key) => known.push(key),
                Err(JwkFault::Unknown) => {}
                Err(fault) => return Err(JwksFault::Key(fault)),
            }
        }
        Ok(Self(known))
    }

    /// The key of this name.
    pub fn by_id(&self, key_id: &str) -> Option<&Jwk> {
        self.0.iter().find(|key| key.key_id == key_id)
    }

    /// All keys.
    pub fn keys(&self) -> &[Jwk] {
        &self.0
    }

    /// As it is published.
    pub fn to_json(&self) -> Value {
        json!({ "keys": self.0.iter().map(Jwk::to_json).collect::<Vec<_>>() })
    }
}

impl FromIterator<Jwk> for Jwks {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}
