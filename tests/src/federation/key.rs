//! Keys of the test federation, which sign whatever they are given.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use crate::now::random_token;

/// A key under a name that it was given. Copies are the same key.
#[derive(Clone)]
pub struct Key(Arc<Named>);

struct Named {
    id: String,
    pair: Pair,
}

enum Pair {
    Rsa(rsa::KeyPair),
    P256(EcdsaKeyPair),
}

/// What a key is for. (RFC 7517, section 4.2.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Signatures.
    Signature,
    /// Encryption.
    Encryption,
}

// === impl Key ===

impl Key {
    /// A new key of RSA, which signs by RS256.
    pub fn rsa() -> Result<Self> {
        Ok(Self::named(Pair::Rsa(rsa::KeyPair::generate(KeySize::Rsa2048)?)))
    }

    /// A new key on P-256, which signs by ES256.
    pub fn p256() -> Result<Self> {
        Ok(Self::named(Pair::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?)))
    }

    /// The key of RSA of this name, which is made once in a process: making one takes time.
    pub(super) fn kept(name: &str) -> Result<Self> {
        static KEPT: Mutex<BTreeMap<String, Key>> = Mutex::new(BTreeMap::new());
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = kept.get(name) {
            return Ok(key.clone());
        }
        let key = Self::rsa()?;
        kept.insert(name.to_owned(), key.clone());
        Ok(key)
    }

    fn named(pair: Pair) -> Self {
        Self(Arc::new(Named { id: random_token(), pair }))
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The algorithm that it signs by.
    pub fn algorithm(&self) -> &'static str {
        match self.0.pair {
            Pair::Rsa(_) => "RS256",
            Pair::P256(_) => "ES256",
        }
    }

    /// Its public half, as it is published.
    pub fn public(&self, usage: Use) -> Value {
        let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        let mut members = match &self.0.pair {
            Pair::Rsa(pair) => {
                let key = pair.public_key();
                let [n, e] = [key.modulus(), key.exponent()].map(|it| encode(it.big_endian_without_leading_zero()));
                json!({ "kty": "RSA", "n": n, "e": e })
            }
            Pair::P256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
            }
        };
        members["kid"] = self.id().into();
        match usage {
            Use::Signature => (members["use"], members["alg"]) = ("sig".into(), self.algorithm().into()),
            Use::Encryption => members["use"] = "enc".into(),
        }
        members
    }

    /// Signs claims, and says what they are.
    pub fn sign(&self, kind: Option<&str>, claims: &Value) -> Result<String> {
        let mut header = json!({ "alg": self.algorithm(), "kid": self.id() });
        if let Some(kind) = kind {
            header["typ"] = kind.into();
        }
        self.sign_text(&header, &claims.to_string())
    }

    /// Signs any text under any header.
    pub fn sign_text(&self, header: &Value, payload: &str) -> Result<String> {
        let signed = unsigned(header, payload);
        let random = SystemRandom::new();
        let signature = match &self.0.pair {
            Pair::P256(pair) => pair.sign(&random, signed.as_bytes())?.as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature)?;
                signature
            }
        };
        Ok(format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature)))
    }

    /// The public half in DER, which is what one gets who takes it for a secret.
    pub fn public_bytes(&self) -> &[u8] {
        match &self.0.pair {
            Pair::Rsa(pair) => pair.public_key().as_ref(),
            Pair::P256(pair) => pair.public_key().as_ref(),
        }
    }
}

/// A set of public keys.
pub fn jwks(keys: impl IntoIterator<Item = Value>) -> Value {
    json!({ "keys": keys.into_iter().collect::<Vec<_>>() })
}

/// The part of a token that is signed.
pub(super) fn unsigned(header: &Value, payload: &str) -> String {
    [header.to_string().as_str(), payload].map(|part| BASE64URL_NOPAD.encode(part.as_bytes())).join(".")
}
