//! Decrypting an element that was encrypted for us (XML Encryption 1.1).
//!
//! Only what providers really send is read: one `EncryptedData` that holds one element, and the one
//! `EncryptedKey` that goes with it, inside its `KeyInfo` or beside it. Data is AES-GCM, the key is RSA-OAEP.
//! CBC and PKCS#1 v1.5 are refused: a forger who watches them fail often enough learns the plain text.
//!
//! What can be judged without the private key is judged first. From there on there is one refusal, and the
//! same work is done whatever is wrong, so that failing tells nothing.
//!
//! Anybody who has our certificate can encrypt for us: what was decrypted is no more trusted than its
//! envelope. A signature has to be verified, inside it or around the envelope.

mod algorithm;
mod decrypted;
mod envelope;
mod key;

use zeroize::Zeroizing;

pub use self::decrypted::Decrypted;
use self::envelope::Envelope;
pub use self::key::DecryptionKey;
use crate::element::Element;

/// The namespace of XML encryption.
const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";

/// Why an encrypted element is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptionRefusal {
    /// Another structure than the ones that are accepted.
    #[error("the encrypted element has another structure than is accepted")]
    Structure,
    /// More than one piece of encrypted data, or more than one encrypted key.
    #[error("there is more than one encrypted element or encrypted key")]
    Several,
    /// The cipher text is somewhere else.
    #[error("the cipher text is not in the message but referred to")]
    CipherReference,
    /// A block cipher in CBC mode, which nothing protects against changes.
    #[error("encryption in CBC mode is not accepted, only AES-GCM")]
    Cbc,
    /// RSA with the padding of PKCS#1 v1.5.
    #[error("a key encrypted with RSA 1.5 is not accepted, only with RSA-OAEP")]
    RsaPkcs1,
    /// Another algorithm that is not on the list, or digests that do not go together.
    #[error("an encryption algorithm is not accepted")]
    Algorithm,
    /// RSA-OAEP with a label.
    #[error("RSA-OAEP with OAEPparams is not accepted")]
    OaepLabel,
    /// Not base64, or of a length that no cipher text or encrypted key has.
    #[error("a cipher text is not base64, or has an impossible length")]
    CipherText,
    /// Whatever went wrong once a private key was used.
    #[error("what is encrypted cannot be decrypted with any of our keys, or is not one element of sound XML")]
    Undecipherable,
}

/// Decrypts what `element`, such as a `saml:EncryptedAssertion`, holds, with one of `keys`.
pub fn decrypt(element: Element<'_>, keys: &[DecryptionKey]) -> Result<Decrypted, DecryptionRefusal> {
    let envelope = Envelope::of(element)?;
    let opened = open(envelope, keys).ok_or(DecryptionRefusal::Undecipherable)?;
    Decrypted::new(&opened, &element.namespaces()).ok_or(DecryptionRefusal::Undecipherable)
}

/// Where no key unwraps the content key, another is used in its place and the result is thrown away: the
/// time that refusing takes does not tell which half failed.
fn open(envelope: Envelope, keys: &[DecryptionKey]) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = envelope.cipher;
    let mut content_key = None;
    for key in keys {
        let unwrapped = key.unwrap(envelope.transport, &envelope.wrapped_key);
        content_key = unwrapped.filter(|unwrapped| unwrapped.len() == cipher.key_len()).or(content_key);
    }
    let is_unwrapped = content_key.is_some();
    let content_key = content_key.unwrap_or_else(|| Zeroizing::new(vec![0; cipher.key_len()]));
    cipher.open(&content_key, envelope.cipher_text).filter(|_| is_unwrapped)
}

#[cfg(test)]
mod tests;
