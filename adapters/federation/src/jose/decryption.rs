//! Encrypted tokens in their compact form. (RFC 7516.)

use std::borrow::Borrow;

use aws_lc_rs::agreement::{self, PrivateKey};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{self, KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey};
use serde_json::Value;
use zeroize::Zeroizing;

use super::agreement::{Parties, unwrap};
use super::algorithm::{ContentEncryption, KeyManagement};
use super::base64;
use super::claims::Claims;
use super::content::{Sealed, open};
use super::json;
use super::jwk::Jwk;
use super::jws::LONGEST;
use super::material::{Curve, Material};
use super::pem;
use super::signing::{KeyFault, rsa_material};

/// A key that others encrypt for.
pub struct DecryptionKey {
    private: Private,
    /// The key as it is kept.
    pkcs8: Zeroizing<Vec<u8>>,
    public: Jwk,
}

enum Private {
    Rsa(OaepPrivateDecryptingKey),
    Ec(PrivateKey),
}

/// The token is not decrypted. Nobody is told why: whoever could tell reasons apart could ask for a message
/// word by word. (RFC 7516, section 11.5.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be decrypted")]
pub struct NotDecrypted;

/// A token taken apart.
struct Parts<'t> {
    header: &'t str,
    management: KeyManagement,
    content: ContentEncryption,
    members: Claims,
    wrapped: Vec<u8>,
    sealed: Sealed,
}

/// How many keys are tried for a token that names none: each costs as much as a login does otherwise. While keys are
/// rotated there are two or three.
const MOST_TRIES: usize = 8;

/// Decrypts a token with the key that it names or, where it names none, with whichever of these keys fits: the first
/// ones are tried first.
pub fn decrypt<K: Borrow<DecryptionKey>>(token: &str, keys: &[K]) -> Result<Vec<u8>, NotDecrypted> {
    let parts = Parts::of(token).ok_or(NotDecrypted)?;
    let named = parts.members.optional_text("kid").map_err(|_| NotDecrypted)?;
    let may_open = |key: &&DecryptionKey| named.is_none_or(|id| key.public.key_id() == id);
    let fitting = keys.iter().map(Borrow::borrow).filter(may_open).filter(|key| key.takes(parts.management));
    fitting.take(MOST_TRIES).find_map(|key| parts.open_with(key)).ok_or(NotDecrypted)
}

// === impl DecryptionKey ===

impl DecryptionKey {
    /// Makes a key of RSA with 2048 bits.
    pub fn generate() -> Result<Self, KeyFault> {
        let pair = rsa::KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyFault::Library)?;
        let der: Pkcs8V1Der<'static> = pair.as_der().map_err(|_| KeyFault::Library)?;
        Self::from_pkcs8(der.as_ref())
    }

    /// Reads a key, of RSA or on P-256.
    pub fn from_pem(text: &str) -> Result<Self, KeyFault> {
        Self::from_pkcs8(&pem::decode(text)?)
    }

    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, KeyFault> {
        let (private, material) = rsa_private(der).or_else(|| ec_private(der)).ok_or(KeyFault::Kind("encryption"))?;
        // Without an algorithm: providers choose among those that the metadata names.
        let key_id = material.thumbprint();
        let public = Jwk { key_id, algorithm: None, usage: Some("enc".to_owned()), operations: None, material };
        Ok(Self { private, pkcs8: Zeroizing::new(der.to_vec()), public })
    }

    /// As it is kept in a file.
    pub fn to_pem(&self) -> Zeroizing<String> {
        pem::encode(&self.pkcs8)
    }

    /// Its public half.
    pub fn public(&self) -> Jwk {
        self.public.clone()
    }

    /// What was encrypted for it, where it is of RSA.
    #[cfg(test)]
    pub(super) fn unwrap(&self, management: KeyManagement, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        match &self.private {
            Private::Rsa(key) => decrypt_key(key, management, wrapped),
            Private::Ec(_) => None,
        }
    }

    /// The same key under another name, as others have named it.
    #[cfg(test)]
    pub(super) fn name(&mut self, key_id: &str) {
        key_id.clone_into(&mut self.public.key_id);
    }

    fn takes(&self, management: KeyManagement) -> bool {
        let by_rsa = matches!(management, KeyManagement::RsaOaep | KeyManagement::RsaOaep256);
        matches!(self.private, Private::Rsa(_)) == by_rsa
    }
}

impl std::fmt::Debug for DecryptionKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "DecryptionKey({})", self.public.key_id())
    }
}

fn decrypt_key(
    key: &OaepPrivateDecryptingKey,
    management: KeyManagement,
    wrapped: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let sha1 = management == KeyManagement::RsaOaep;
    let padding = if sha1 { &OAEP_SHA1_MGF1SHA1 } else { &OAEP_SHA256_MGF1SHA256 };
    let mut room = Zeroizing::new(vec![0; key.min_output_size()]);
    let found = key.decrypt(padding, wrapped, &mut room, None).ok()?;
    Some(Zeroizing::new(found.to_vec()))
}

fn rsa_private(der: &[u8]) -> Option<(Private, Material)> {
    let material = rsa_material(&rsa::KeyPair::from_pkcs8(der).ok()?).ok()?;
    let key = rsa::PrivateDecryptingKey::from_pkcs8(der).ok()?;
    Some((Private::Rsa(OaepPrivateDecryptingKey::new(key).ok()?), material))
}

fn ec_private(der: &[u8]) -> Option<(Private, Material)> {
    let key = PrivateKey::from_private_key_der(&agreement::ECDH_P256, der).ok()?;
    let point = key.compute_public_key().ok()?.as_ref().to_vec();
    Some((Private::Ec(key), Material::point(Curve::P256, point).ok()?))
}

// === impl Parts ===

impl<'t> Parts<'t> {
    fn of(token: &'t str) -> Option<Self> {
        if token.len() > LONGEST {
            return None;
        }
        let parts: Vec<_> = token.split('.').collect();
        let [header, wrapped, vector, content, tag] = parts[..] else { return None };
        let members = Claims::new(json::object(&base64::decode(header)?).ok()?);
        // What is compressed could be endless; what is critical is not known here. (RFC 7516, sections 4.1.3, 4.1.13.)
        if ["zip", "crit"].iter().any(|name| members.value(name).is_some()) {
            return None;
        }
        Some(Self {
            header,
            management: KeyManagement::from_name(members.text("alg").ok()?)?,
            content: ContentEncryption::from_name(members.text("enc").ok()?)?,
            wrapped: base64::decode(wrapped)?,
            sealed: Sealed {
                vector: base64::decode(vector)?,
                content: base64::decode(content)?,
                tag: base64::decode(tag)?,
            },
            members,
        })
    }

    /// RFC 7516, section 11.5: where the key cannot be had, another one takes its place, so that the time tells
    /// nothing.
    fn open_with(&self, key: &DecryptionKey) -> Option<Vec<u8>> {
        let mut other = Zeroizing::new(vec![0; self.content.key_length()]);
        rand::fill(&mut other).ok()?;
        let found = self.content_key(key).filter(|found| found.len() == other.len());
        open(self.content, &found.unwrap_or(other), self.header.as_bytes(), self.sealed.clone())
    }

    fn content_key(&self, key: &DecryptionKey) -> Option<Zeroizing<Vec<u8>>> {
        match (&key.private, self.management) {
            (Private::Rsa(key), KeyManagement::RsaOaep | KeyManagement::RsaOaep256) => {
                decrypt_key(key, self.management, &self.wrapped)
            }
            (Private::Ec(key), KeyManagement::EcdhEs) => {
                // RFC 7518, section 4.6: the key itself is agreed on, and none travels.
                self.wrapped.is_empty().then_some(())?;
                self.agreed(key)
            }
            (Private::Ec(key), KeyManagement::EcdhEsA128Kw | KeyManagement::EcdhEsA256Kw) => {
                unwrap(&self.agreed(key)?, &self.wrapped).ok()
            }
            _ => None,
        }
    }

    fn agreed(&self, key: &PrivateKey) -> Option<Zeroizing<Vec<u8>>> {
        let ephemeral = self.members.optional_object("epk").ok()??;
        let text = |name: &str| ephemeral.get(name).and_then(Value::as_str);
        let coordinate = |name: &str| text(name).and_then(base64::decode).filter(|it| it.len() == Curve::P256.length());
        if (text("kty"), text("crv")) != (Some("EC"), Some(Curve::P256.as_str())) {
            return None;
        }
        let point = [&[4][..], &coordinate("x")?, &coordinate("y")?].concat();
        let information = |name| match self.members.optional_text(name) {
            Ok(text) => base64::decode(text.unwrap_or_default()),
            Err(_) => None,
        };
        let (ours, theirs) = (information("apu")?, information("apv")?);
        let parties = Parties { management: self.management, content: self.content, information: [&ours, &theirs] };
        parties.derive(key, Curve::P256, &point).ok()
    }
}
