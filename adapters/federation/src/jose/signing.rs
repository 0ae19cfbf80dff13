//! Keys that sign.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA512,
};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::algorithm::Signature;
use super::base64;
use super::jwk::{Jwk, JwkFault};
use super::material::{Curve, Material};
use super::pem;

/// A key that signs by one algorithm.
pub struct SigningKey {
    algorithm: Signature,
    pair: Pair,
    public: Jwk,
}

enum Pair {
    Rsa(rsa::KeyPair),
    Ec(EcdsaKeyPair),
}

/// A key cannot be made, read or used. The key is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// Not one block of PEM with a private key.
    #[error("expected one PEM block `PRIVATE KEY` (PKCS#8)")]
    Pem,
    /// Another kind of key than the algorithm takes, or one that is broken or too weak.
    #[error("the key is not for {0}")]
    Kind(&'static str),
    /// The cryptographic library refused to work.
    #[error("the cryptographic library refused to work")]
    Library,
}

// === impl SigningKey ===

impl SigningKey {
    /// Makes a key; one of RSA has 2048 bits.
    pub fn generate(algorithm: Signature) -> Result<Self, KeyFault> {
        let der = match curve(algorithm) {
            None => {
                let pair = rsa::KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyFault::Library)?;
                let der: Pkcs8V1Der<'static> = pair.as_der().map_err(|_| KeyFault::Library)?;
                Zeroizing::new(der.as_ref().to_vec())
            }
            Some((signing, _)) => {
                let der = EcdsaKeyPair::generate_pkcs8(signing, &SystemRandom::new());
                Zeroizing::new(der.map_err(|_| KeyFault::Library)?.as_ref().to_vec())
            }
        };
        Self::from_pkcs8(algorithm, &der)
    }

    /// Reads a key for an algorithm.
    pub fn from_pem(algorithm: Signature, text: &str) -> Result<Self, KeyFault> {
        Self::from_pkcs8(algorithm, &pem::decode(text)?)
    }

    fn from_pkcs8(algorithm: Signature, der: &[u8]) -> Result<Self, KeyFault> {
        let kind = KeyFault::Kind(algorithm.as_str());
        let (pair, material) = match curve(algorithm) {
            None => {
                let pair = rsa::KeyPair::from_pkcs8(der).map_err(|_| kind)?;
                let material = rsa_material(&pair).map_err(|_| kind)?;
                (Pair::Rsa(pair), material)
            }
            Some((signing, curve)) => {
                let pair = EcdsaKeyPair::from_pkcs8(signing, der).map_err(|_| kind)?;
                let point = pair.public_key().as_ref().to_vec();
                (Pair::Ec(pair), Material::point(curve, point).map_err(|_| kind)?)
            }
        };
        let public = Jwk {
            key_id: material.thumbprint(),
            algorithm: Some(algorithm.as_str().to_owned()),
            usage: Some("sig".to_owned()),
            operations: None,
            material,
        };
        Ok(Self { algorithm, pair, public })
    }

    /// As it is kept in a file.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyFault> {
        let library = |_| KeyFault::Library;
        match &self.pair {
            Pair::Rsa(pair) => {
                let der: Pkcs8V1Der<'static> = pair.as_der().map_err(library)?;
                Ok(pem::encode(der.as_ref()))
            }
            Pair::Ec(pair) => Ok(pem::encode(pair.to_pkcs8v1().map_err(library)?.as_ref())),
        }
    }

    /// Its name: what it is made of. (RFC 7638.)
    pub fn key_id(&self) -> &str {
        self.public.key_id()
    }

    /// Its public half.
    pub fn public(&self) -> Jwk {
        self.public.clone()
    }

    /// Signs claims, and says what they are.
    pub fn sign(&self, media_type: Option<&str>, claims: &Map<String, Value>) -> Result<String, KeyFault> {
        let mut header = json!({ "alg": self.algorithm.as_str(), "kid": self.key_id() });
        if let (Some(media_type), Some(members)) = (media_type, header.as_object_mut()) {
            members.insert("typ".to_owned(), media_type.into());
        }
        let claims = serde_json::to_vec(claims).map_err(|_| KeyFault::Library)?;
        let signed = format!("{}.{}", base64::encode(header.to_string()), base64::encode(claims));
        let signature = self.signature(signed.as_bytes())?;
        Ok(format!("{signed}.{}", base64::encode(signature)))
    }

    fn signature(&self, signed: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let (random, library) = (SystemRandom::new(), |_| KeyFault::Library);
        match &self.pair {
            Pair::Ec(pair) => Ok(pair.sign(&random, signed).map_err(library)?.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding: &'static dyn aws_lc_rs::signature::RsaEncoding = match self.algorithm {
                    Signature::Rs512 => &RSA_PKCS1_SHA512,
                    Signature::Ps256 => &RSA_PSS_SHA256,
                    Signature::Ps512 => &RSA_PSS_SHA512,
                    Signature::Rs256 | Signature::Es256 | Signature::Es512 => &RSA_PKCS1_SHA256,
                };
                pair.sign(padding, &random, signed, &mut signature).map_err(library)?;
                Ok(signature)
            }
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKey({}, {})", self.algorithm.as_str(), self.key_id())
    }
}

/// The public half of a pair.
pub(super) fn rsa_material(pair: &rsa::KeyPair) -> Result<Material, JwkFault> {
    let public = pair.public_key();
    let bytes = |number: aws_lc_rs::io::Positive<'_>| number.big_endian_without_leading_zero().to_vec();
    Material::rsa(bytes(public.modulus()), bytes(public.exponent()))
}

const fn curve(algorithm: Signature) -> Option<(&'static EcdsaSigningAlgorithm, Curve)> {
    match algorithm {
        Signature::Es256 => Some((&ECDSA_P256_SHA256_FIXED_SIGNING, Curve::P256)),
        Signature::Es512 => Some((&ECDSA_P521_SHA512_FIXED_SIGNING, Curve::P521)),
        Signature::Rs256 | Signature::Rs512 | Signature::Ps256 | Signature::Ps512 => None,
    }
}
