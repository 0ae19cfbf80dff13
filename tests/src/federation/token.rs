//! Signed tokens of others, taken apart and verified by hand: the gateway's own code never judges itself here.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P521_SHA512_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// A token in its compact form, of which nothing is known yet.
#[derive(Clone, Debug)]
pub struct Token {
    text: String,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    signature: Vec<u8>,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// Not three parts of base64url, two of them JSON objects.
    #[error("not a token")]
    Form,
    /// A claim is missing, or has another type or value than it must.
    #[error("{0} is missing or wrong")]
    Claim(&'static str),
    /// It names no key, or one that is not there.
    #[error("the key is unknown")]
    Key,
    /// The algorithm is none that is used, or not the key's.
    #[error("the algorithm is not one that the key is for")]
    Algorithm,
    /// The signature does not verify.
    #[error("the signature is wrong")]
    Signature,
}

/// Clocks may differ by this many seconds.
pub(super) const SKEW: i64 = 30;

// === impl Token ===

impl Token {
    /// Takes a token apart.
    pub fn parse(text: &str) -> Result<Self, Unsound> {
        let parts: Vec<_> = text.split('.').collect();
        let [header, claims, signature] = parts[..] else { return Err(Unsound::Form) };
        let bytes = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Unsound::Form);
        let object = |part| serde_json::from_slice(&bytes(part)?).map_err(|_| Unsound::Form);
        Ok(Self {
            text: text.to_owned(),
            header: object(header)?,
            claims: object(claims)?,
            signature: bytes(signature)?,
        })
    }

    /// The token itself.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A member of the header that is a text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// All claims.
    pub const fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// A claim.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// A claim that is a text.
    pub fn text_claim(&self, name: &'static str) -> Result<&str, Unsound> {
        self.claim(name).and_then(Value::as_str).ok_or(Unsound::Claim(name))
    }

    /// Whether the audience, which may be one or many, is this one among others.
    pub fn is_for(&self, audience: &str) -> bool {
        match self.claim("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(many)) => many.iter().any(|one| one == audience),
            _ => false,
        }
    }

    /// That it was issued, and has not expired, by numbers; it returns when it expires.
    pub fn check_times(&self, now: Timestamp) -> Result<i64, Unsound> {
        let number = |name| self.claim(name).and_then(Value::as_i64).ok_or(Unsound::Claim(name));
        if number("iat")? > now.as_second() + SKEW {
            return Err(Unsound::Claim("iat"));
        }
        let expires = number("exp")?;
        if expires <= now.as_second() { Err(Unsound::Claim("exp")) } else { Ok(expires) }
    }

    /// Verifies the signature with the key of a set that the token names.
    pub fn verify(&self, jwks: &Value) -> Result<(), Unsound> {
        let keys = jwks["keys"].as_array().ok_or(Unsound::Key)?;
        let name = self.header("kid").ok_or(Unsound::Key)?;
        let mut named = keys.iter().filter(|key| key["kid"] == name);
        let (Some(key), None) = (named.next(), named.next()) else { return Err(Unsound::Key) };
        if !key["use"].is_null() && key["use"] != "sig" {
            return Err(Unsound::Key);
        }
        let algorithm = self.header("alg").ok_or(Unsound::Algorithm)?;
        if !key["alg"].is_null() && key["alg"] != algorithm {
            return Err(Unsound::Algorithm);
        }
        let (signed, _) = self.text.rsplit_once('.').ok_or(Unsound::Form)?;
        verify(key, algorithm, signed.as_bytes(), &self.signature)
    }
}

fn verify(key: &Value, algorithm: &str, signed: &[u8], signature: &[u8]) -> Result<(), Unsound> {
    let part = |name: &str| {
        let text = key[name].as_str().ok_or(Unsound::Key)?;
        BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| Unsound::Key)
    };
    let rsa = |parameters: &'static RsaParameters| {
        let key = RsaPublicKeyComponents { n: part("n")?, e: part("e")? };
        key.verify(parameters, signed, signature).map_err(|_| Unsound::Signature)
    };
    let ec = |curve: &'static dyn VerificationAlgorithm| {
        let point = [vec![4], part("x")?, part("y")?].concat();
        UnparsedPublicKey::new(curve, point).verify(signed, signature).map_err(|_| Unsound::Signature)
    };
    match (key["kty"].as_str(), key["crv"].as_str(), algorithm) {
        (Some("RSA"), _, "RS256") => rsa(&RSA_PKCS1_2048_8192_SHA256),
        (Some("RSA"), _, "RS512") => rsa(&RSA_PKCS1_2048_8192_SHA512),
        (Some("RSA"), _, "PS256") => rsa(&RSA_PSS_2048_8192_SHA256),
        (Some("RSA"), _, "PS512") => rsa(&RSA_PSS_2048_8192_SHA512),
        (Some("EC"), Some("P-256"), "ES256") => ec(&ECDSA_P256_SHA256_FIXED),
        (Some("EC"), Some("P-521"), "ES512") => ec(&ECDSA_P521_SHA512_FIXED),
        _ => Err(Unsound::Algorithm),
    }
}
