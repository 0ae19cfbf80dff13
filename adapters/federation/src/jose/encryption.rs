//! Encrypting a token for somebody. (RFC 7516.)

use aws_lc_rs::agreement::{self, PrivateKey};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::signature::RsaPublicKeyComponents;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::agreement::{Parties, wrap};
use super::algorithm::{ContentEncryption, KeyManagement};
use super::base64;
use super::content::seal;
use super::jwk::Jwk;
use super::material::{Curve, Material};

/// The key is not for that, or the cryptographic library refused to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token cannot be encrypted")]
pub struct NotEncrypted;

/// Encrypts a token, which must itself be one (`cty` says so), for the holder of a key.
pub fn encrypt(
    token: &str,
    to: &Jwk,
    management: KeyManagement,
    content: ContentEncryption,
) -> Result<String, NotEncrypted> {
    if !to.is_for_encryption(management) {
        return Err(NotEncrypted);
    }
    let mut header = json!({ "alg": management.as_str(), "enc": content.as_str(), "kid": to.key_id(), "cty": "JWT" });
    let (key, wrapped) = content_key(to, management, content, &mut header).ok_or(NotEncrypted)?;
    let header = base64::encode(header.to_string());
    let sealed = seal(content, &key, header.as_bytes(), token.as_bytes()).ok_or(NotEncrypted)?;
    let parts = [wrapped, sealed.vector, sealed.content, sealed.tag].map(base64::encode);
    Ok(format!("{header}.{}", parts.join(".")))
}

/// The key of the content, and how it travels.
fn content_key(
    to: &Jwk,
    management: KeyManagement,
    content: ContentEncryption,
    header: &mut Value,
) -> Option<(Zeroizing<Vec<u8>>, Vec<u8>)> {
    let mut key = Zeroizing::new(vec![0; content.key_length()]);
    rand::fill(&mut key).ok()?;
    match (&to.material, management) {
        (Material::Rsa { modulus, exponent, .. }, KeyManagement::RsaOaep | KeyManagement::RsaOaep256) => {
            let sha1 = management == KeyManagement::RsaOaep;
            let padding = if sha1 { &OAEP_SHA1_MGF1SHA1 } else { &OAEP_SHA256_MGF1SHA256 };
            let wrapped = for_rsa(modulus, exponent, padding, &key)?;
            Some((key, wrapped))
        }
        (Material::Ec { curve: Curve::P256, point }, KeyManagement::EcdhEs) => {
            Some((agreed(point, management, content, header)?, Vec::new()))
        }
        (Material::Ec { curve: Curve::P256, point }, KeyManagement::EcdhEsA128Kw | KeyManagement::EcdhEsA256Kw) => {
            let wrapped = wrap(&agreed(point, management, content, header)?, &key).ok()?;
            Some((key, wrapped))
        }
        _ => None,
    }
}

fn for_rsa(
    modulus: &[u8],
    exponent: &[u8],
    padding: &'static aws_lc_rs::rsa::OaepAlgorithm,
    key: &[u8],
) -> Option<Vec<u8>> {
    let public: PublicEncryptingKey = RsaPublicKeyComponents { n: modulus, e: exponent }.try_into().ok()?;
    let public = OaepPublicEncryptingKey::new(public).ok()?;
    let mut wrapped = vec![0; public.ciphertext_size()];
    public.encrypt(padding, key, &mut wrapped, None).ok()?;
    Some(wrapped)
}

/// A key that an ephemeral one and theirs make, whose public half goes into the header.
fn agreed(
    point: &[u8],
    management: KeyManagement,
    content: ContentEncryption,
    header: &mut Value,
) -> Option<Zeroizing<Vec<u8>>> {
    let ephemeral = PrivateKey::generate(&agreement::ECDH_P256).ok()?;
    let public = ephemeral.compute_public_key().ok()?;
    let (x, y) = public.as_ref().get(1..)?.split_at_checked(Curve::P256.length())?;
    let epk = json!({ "kty": "EC", "crv": "P-256", "x": base64::encode(x), "y": base64::encode(y) });
    header.as_object_mut()?.insert("epk".to_owned(), epk);
    let parties = Parties { management, content, information: [&[], &[]] };
    parties.derive(&ephemeral, Curve::P256, point).ok()
}
