//! The algorithms that are accepted; whatever is not listed is refused.

use aws_lc_rs::aead::{self, AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm};
use zeroize::Zeroizing;

use super::{DecryptionRefusal, XENC};
use crate::element::Element;
use crate::verify::DSIG;

const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";

pub(super) const AES_128_GCM_URI: &str = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
pub(super) const AES_192_GCM_URI: &str = "http://www.w3.org/2009/xmlenc11#aes192-gcm";
pub(super) const AES_256_GCM_URI: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
pub(super) const RSA_OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";

const RSA_OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
const RSA_1_5: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const MGF1_SHA1: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha1";
const MGF1_SHA256: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha256";

/// How the content is encrypted: a cipher that also proves that nothing was changed.
#[derive(Clone, Copy)]
pub(super) struct ContentCipher(&'static aead::Algorithm);

/// How the key of the content is encrypted.
pub(super) type KeyTransport = &'static OaepAlgorithm;

// === impl ContentCipher ===

impl ContentCipher {
    /// What an `EncryptionMethod` of content names.
    pub(super) fn of(method: Element<'_>) -> Result<Self, DecryptionRefusal> {
        if method.children().next().is_some() {
            return Err(DecryptionRefusal::Algorithm);
        }
        match method.attribute("Algorithm") {
            Some(AES_128_GCM_URI) => Ok(Self(&AES_128_GCM)),
            Some(AES_192_GCM_URI) => Ok(Self(&AES_192_GCM)),
            Some(AES_256_GCM_URI) => Ok(Self(&AES_256_GCM)),
            Some(other) if other.ends_with("-cbc") => Err(DecryptionRefusal::Cbc),
            _ => Err(DecryptionRefusal::Algorithm),
        }
    }

    pub(super) fn key_len(self) -> usize {
        self.0.key_len()
    }

    /// What is encrypted cannot be empty.
    pub(super) fn shortest(self) -> usize {
        NONCE_LEN + self.0.tag_len() + 1
    }

    /// Decrypts nonce, cipher text and tag in one (XML Encryption 1.1 §5.2.4).
    pub(super) fn open(self, key: &[u8], mut cipher_text: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
        let key = LessSafeKey::new(UnboundKey::new(self.0, key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(cipher_text.get(..NONCE_LEN)?).ok()?;
        let mut content = Zeroizing::new(cipher_text.split_off(NONCE_LEN));
        let length = key.open_in_place(nonce, Aad::empty(), &mut content).ok()?.len();
        content.truncate(length);
        Some(content)
    }
}

/// What an `EncryptionMethod` of a key names.
///
/// XML Encryption 1.1 §5.5.2: SHA-1 is what both identifiers mean where nothing else is said, and the mask
/// of the older one is always made with it. RSA-OAEP does not rest on the digest resisting collisions.
pub(super) fn key_transport(method: Element<'_>) -> Result<KeyTransport, DecryptionRefusal> {
    let algorithm = method.attribute("Algorithm").ok_or(DecryptionRefusal::Algorithm)?;
    if algorithm == RSA_1_5 {
        return Err(DecryptionRefusal::RsaPkcs1);
    }
    if method.children_named(XENC, "OAEPparams").next().is_some() {
        return Err(DecryptionRefusal::OaepLabel);
    }
    let digest = parameter(method, DSIG, "DigestMethod")?;
    let mask = parameter(method, XENC11, "MGF")?;
    if method.children().count() != usize::from(digest.is_some()) + usize::from(mask.is_some()) {
        return Err(DecryptionRefusal::Algorithm);
    }
    match (algorithm, digest.unwrap_or(SHA1), mask.unwrap_or(MGF1_SHA1)) {
        (RSA_OAEP_MGF1P | RSA_OAEP, SHA1, MGF1_SHA1) => Ok(&OAEP_SHA1_MGF1SHA1),
        (RSA_OAEP, SHA256, MGF1_SHA256) => Ok(&OAEP_SHA256_MGF1SHA256),
        _ => Err(DecryptionRefusal::Algorithm),
    }
}

/// The algorithm that a child names, if there is such a child.
fn parameter<'x>(method: Element<'x>, namespace: &str, name: &str) -> Result<Option<&'x str>, DecryptionRefusal> {
    let Some(parameter) = method.children_named(namespace, name).next() else { return Ok(None) };
    let bare = parameter.children().next().is_none();
    parameter.attribute("Algorithm").filter(|_| bare).map(Some).ok_or(DecryptionRefusal::Algorithm)
}
