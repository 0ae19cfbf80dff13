//! The structure around a cipher text, judged before any cryptography is done.

use std::iter::Peekable;
use std::ops::RangeInclusive;
use std::vec::IntoIter;

use super::algorithm::{ContentCipher, KeyTransport, key_transport};
use super::{DecryptionRefusal, XENC};
use crate::base64::decoded;
use crate::element::Element;
use crate::key_info;
use crate::verify::DSIG;

/// What is encrypted with what, all of it from the message.
pub(super) struct Envelope {
    pub(super) cipher: ContentCipher,
    /// Nonce, cipher text and tag.
    pub(super) cipher_text: Vec<u8>,
    pub(super) transport: KeyTransport,
    pub(super) wrapped_key: Vec<u8>,
}

/// `Type` of encrypted data that is one element.
const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";

/// `Type` of what a `RetrievalMethod` finds.
const ENCRYPTED_KEY: &str = "http://www.w3.org/2001/04/xmlenc#EncryptedKey";

/// How long what an RSA key of 2048 to 8192 bits encrypts can be.
const WRAPPED_KEY: RangeInclusive<usize> = 256..=1024;

/// The children of an element, taken in order.
struct Children<'x>(Peekable<IntoIter<Element<'x>>>);

// === impl Envelope ===

impl Envelope {
    /// What `element` holds, which is encrypted data with its key inside or beside it, and nothing else.
    pub(super) fn of(element: Element<'_>) -> Result<Self, DecryptionRefusal> {
        for name in ["EncryptedData", "EncryptedKey"] {
            match element.descendants().filter(|element| element.is(XENC, name)).count() {
                0 => return Err(DecryptionRefusal::Structure),
                1 => {}
                _ => return Err(DecryptionRefusal::Several),
            }
        }
        let mut children = Children::of(element);
        let data = children.next(XENC, "EncryptedData")?;
        let beside = children.next_if(XENC, "EncryptedKey");
        children.end()?;

        if data.attribute("Type") != Some(ELEMENT) {
            return Err(DecryptionRefusal::Structure);
        }
        let mut parts = Children::of(data);
        let cipher = ContentCipher::of(parts.next(XENC, "EncryptionMethod")?)?;
        let key = encrypted_key(parts.next_if(DSIG, "KeyInfo"), beside)?;
        let cipher_text = cipher_value(parts.next(XENC, "CipherData")?)?;
        parts.end()?;
        if cipher_text.len() < cipher.shortest() {
            return Err(DecryptionRefusal::CipherText);
        }
        let (transport, wrapped_key) = key_parts(key, data.attribute("Id"))?;
        Ok(Self { cipher, cipher_text, transport, wrapped_key })
    }
}

/// The key, inside the data's `KeyInfo`, or beside the data, where a `KeyInfo` can only refer to it.
fn encrypted_key<'x>(
    key_info: Option<Element<'x>>,
    beside: Option<Element<'x>>,
) -> Result<Element<'x>, DecryptionRefusal> {
    match (key_info, beside) {
        (Some(info), None) => only(info, XENC, "EncryptedKey"),
        (None, Some(key)) => Ok(key),
        (Some(info), Some(key)) => {
            let retrieval = only(info, DSIG, "RetrievalMethod")?;
            let of_key = retrieval.attribute("Type").is_none_or(|of| of == ENCRYPTED_KEY);
            let bare = retrieval.children().next().is_none();
            let right = of_key && bare && refers(retrieval, key.attribute("Id"));
            if right { Ok(key) } else { Err(DecryptionRefusal::Structure) }
        }
        (None, None) => Err(DecryptionRefusal::Structure),
    }
}

/// How the key is encrypted, and its cipher text. What else it says of itself may not be nonsense, but is not
/// followed: our keys are few, and all are tried.
fn key_parts(key: Element<'_>, data_id: Option<&str>) -> Result<(KeyTransport, Vec<u8>), DecryptionRefusal> {
    let mut parts = Children::of(key);
    let transport = key_transport(parts.next(XENC, "EncryptionMethod")?)?;
    let about_our_key = parts.next_if(DSIG, "KeyInfo");
    let wrapped = cipher_value(parts.next(XENC, "CipherData")?)?;
    let list = parts.next_if(XENC, "ReferenceList");
    parts.next_if(XENC, "CarriedKeyName");
    parts.end()?;
    let of_this_data = |list| only(list, XENC, "DataReference").is_ok_and(|reference| refers(reference, data_id));
    if !about_our_key.is_none_or(key_info::is_plausible) || !list.is_none_or(of_this_data) {
        return Err(DecryptionRefusal::Structure);
    }
    if WRAPPED_KEY.contains(&wrapped.len()) { Ok((transport, wrapped)) } else { Err(DecryptionRefusal::CipherText) }
}

/// Whether a reference is to the element of this identifier, in the same document.
fn refers(reference: Element<'_>, id: Option<&str>) -> bool {
    let to = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#'));
    to.is_some_and(|to| !to.is_empty() && Some(to) == id)
}

fn cipher_value(cipher_data: Element<'_>) -> Result<Vec<u8>, DecryptionRefusal> {
    if cipher_data.children_named(XENC, "CipherReference").next().is_some() {
        return Err(DecryptionRefusal::CipherReference);
    }
    decoded(only(cipher_data, XENC, "CipherValue")?).ok_or(DecryptionRefusal::CipherText)
}

/// The one child of an element, which must be this one.
fn only<'x>(element: Element<'x>, namespace: &str, name: &str) -> Result<Element<'x>, DecryptionRefusal> {
    let mut children = Children::of(element);
    let only = children.next(namespace, name)?;
    children.end()?;
    Ok(only)
}

// === impl Children ===

impl<'x> Children<'x> {
    fn of(element: Element<'x>) -> Self {
        Self(element.children().collect::<Vec<_>>().into_iter().peekable())
    }

    /// The next child, which must be this one.
    fn next(&mut self, namespace: &str, name: &str) -> Result<Element<'x>, DecryptionRefusal> {
        self.next_if(namespace, name).ok_or(DecryptionRefusal::Structure)
    }

    /// The next child, if it is this one.
    fn next_if(&mut self, namespace: &str, name: &str) -> Option<Element<'x>> {
        self.0.next_if(|child| child.is(namespace, name))
    }

    /// There must be no other.
    fn end(mut self) -> Result<(), DecryptionRefusal> {
        if self.0.next().is_none() { Ok(()) } else { Err(DecryptionRefusal::Structure) }
    }
}
