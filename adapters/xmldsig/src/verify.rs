//! Verifying an enveloped signature, and holding on to what was verified.
//!
//! Only one shape of signature is accepted, the one of the SAML signature profile (SAML core §5.4): one
//! reference, to the element that envelops it, through the enveloped-signature transform and exclusive
//! canonicalisation. The structure is checked before any cryptography is done.

use std::collections::HashSet;

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::base64::decoded;
use crate::canonical::{EXCLUSIVE, canonical};
use crate::element::Element;
use crate::key::TrustedKey;
use crate::key_info;

/// The namespace of XML signatures.
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// A longer prefix list is refused: each prefix costs time at every element.
const LONGEST_PREFIX_LIST: usize = 32;

/// An element whose signature was verified. Its signature is not seen through it, since no signature
/// covers itself.
#[derive(Clone, Copy, Debug)]
pub struct Verified<'x>(Element<'x>);

/// Why a signature is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureRefusal {
    /// The element has no signature as a direct child.
    #[error("there is no signature")]
    Missing,
    /// The element has more than one signature.
    #[error("there is more than one signature")]
    Several,
    /// The signature has another structure than the one that is accepted.
    #[error("the signature has another structure than SAML allows")]
    Structure,
    /// An algorithm that is not on the list.
    #[error("an algorithm is not accepted")]
    Algorithm,
    /// A transform that is not on the list, or in another order.
    #[error("the transforms are not the enveloped signature and exclusive canonicalisation")]
    Transforms,
    /// The reference is not to the element that holds the signature.
    #[error("the reference is not to the element that holds the signature")]
    Reference,
    /// An identifier that occurs more than once in the document.
    #[error("an identifier is not unique")]
    DuplicateId,
    /// There is nothing to digest.
    #[error("the canonical form is empty")]
    Empty,
    /// The element is not what was digested when it was signed.
    #[error("the digest differs")]
    Digest,
    /// No trusted key made the signature.
    #[error("no trusted key made this signature")]
    Key,
}

/// A signature of the accepted shape, its values not verified.
struct Unverified<'x> {
    element: Element<'x>,
    signed_info: Element<'x>,
    signed_info_prefixes: Vec<&'x str>,
    algorithm: SignatureAlgorithm,
    value: Vec<u8>,
    reference: Reference<'x>,
}

struct Reference<'x> {
    uri: &'x str,
    prefixes: Vec<&'x str>,
    algorithm: DigestAlgorithm,
    digest: Vec<u8>,
}

/// Verifies the signature that is a direct child of `element` and covers it, with one of `keys`.
///
/// What the signature says of its own key is not looked at.
pub fn verify<'x>(element: Element<'x>, keys: &[TrustedKey]) -> Result<Verified<'x>, SignatureRefusal> {
    let signature = Unverified::of(element)?;
    let element = element.hiding(signature.element);
    signature.check_reference(element)?;
    signature.check_signature(keys)?;
    signature.check_digest(element)?;
    Ok(Verified(element))
}

// === impl Verified ===

impl<'x> Verified<'x> {
    /// The element, without its signature.
    pub const fn element(self) -> Element<'x> {
        self.0
    }
}

// === impl Unverified ===

impl<'x> Unverified<'x> {
    fn of(element: Element<'x>) -> Result<Self, SignatureRefusal> {
        let mut signatures = element.children_named(DSIG, "Signature");
        let element = signatures.next().ok_or(SignatureRefusal::Missing)?;
        if signatures.next().is_some() {
            return Err(SignatureRefusal::Several);
        }
        // An Object would bring content that no check of ours expects; nothing else may stand here.
        let (signed_info, value) = match element.children().collect::<Vec<_>>()[..] {
            [info, value] => (info, value),
            [info, value, key] if key.is(DSIG, "KeyInfo") && key_info::is_plausible(key) => (info, value),
            _ => return Err(SignatureRefusal::Structure),
        };
        let [method, algorithm, reference] =
            exactly(named(signed_info, "SignedInfo")?, ["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
        if method.attribute("Algorithm") != Some(EXCLUSIVE) {
            return Err(SignatureRefusal::Algorithm);
        }
        Ok(Self {
            element,
            signed_info,
            signed_info_prefixes: prefix_list(method)?,
            algorithm: accepted(algorithm, SignatureAlgorithm::from_uri)?,
            value: decoded(named(value, "SignatureValue")?).ok_or(SignatureRefusal::Structure)?,
            reference: Reference::of(reference)?,
        })
    }

    /// `element` is the one that the reference names, and the only one.
    fn check_reference(&self, element: Element<'x>) -> Result<(), SignatureRefusal> {
        let id = element.attribute("ID").filter(|id| !id.is_empty()).ok_or(SignatureRefusal::Reference)?;
        if self.reference.uri.strip_prefix('#') != Some(id) {
            return Err(SignatureRefusal::Reference);
        }
        let document = element.document();
        let root = document.document_element().ok_or(SignatureRefusal::Reference)?;
        let mut seen = HashSet::new();
        let mut identifiers = Element::new(document, root).descendants().flat_map(Element::identifiers);
        if identifiers.all(|id| seen.insert(id)) { Ok(()) } else { Err(SignatureRefusal::DuplicateId) }
    }

    fn check_signature(&self, keys: &[TrustedKey]) -> Result<(), SignatureRefusal> {
        let bytes = canonical(self.signed_info, &self.signed_info_prefixes).ok_or(SignatureRefusal::Empty)?;
        let made_by = |key: &TrustedKey| key.verify_bytes(self.algorithm, &bytes, &self.value);
        if keys.iter().any(made_by) { Ok(()) } else { Err(SignatureRefusal::Key) }
    }

    fn check_digest(&self, element: Element<'x>) -> Result<(), SignatureRefusal> {
        let bytes = canonical(element, &self.reference.prefixes).ok_or(SignatureRefusal::Empty)?;
        let digest = self.reference.algorithm.of(&bytes);
        if digest.as_ref() == self.reference.digest { Ok(()) } else { Err(SignatureRefusal::Digest) }
    }
}

// === impl Reference ===

impl<'x> Reference<'x> {
    fn of(reference: Element<'x>) -> Result<Self, SignatureRefusal> {
        let [transforms, method, value] = exactly(reference, ["Transforms", "DigestMethod", "DigestValue"])?;
        let [enveloped, exclusive] =
            exactly(transforms, ["Transform", "Transform"]).map_err(|_| SignatureRefusal::Transforms)?;
        let named = |transform: Element<'x>, uri| transform.attribute("Algorithm") == Some(uri);
        let bare = enveloped.children().next().is_none();
        if !(bare && named(enveloped, ENVELOPED) && named(exclusive, EXCLUSIVE)) {
            return Err(SignatureRefusal::Transforms);
        }
        Ok(Self {
            uri: reference.attribute("URI").ok_or(SignatureRefusal::Reference)?,
            prefixes: prefix_list(exclusive)?,
            algorithm: accepted(method, DigestAlgorithm::from_uri)?,
            digest: decoded(value).ok_or(SignatureRefusal::Structure)?,
        })
    }
}

fn named<'x>(element: Element<'x>, name: &str) -> Result<Element<'x>, SignatureRefusal> {
    if element.is(DSIG, name) { Ok(element) } else { Err(SignatureRefusal::Structure) }
}

/// The children of an element, if they are these, in this order, and no others.
fn exactly<'x, const N: usize>(element: Element<'x>, names: [&str; N]) -> Result<[Element<'x>; N], SignatureRefusal> {
    let children: Vec<_> = element.children().collect();
    let children: [Element<'x>; N] = children.try_into().map_err(|_| SignatureRefusal::Structure)?;
    let as_named = children.iter().zip(names).all(|(child, name)| child.is(DSIG, name));
    if as_named { Ok(children) } else { Err(SignatureRefusal::Structure) }
}

/// The algorithm that an element names, which takes no parameters.
fn accepted<A>(method: Element<'_>, known: fn(&str) -> Option<A>) -> Result<A, SignatureRefusal> {
    let bare = method.children().next().is_none();
    method.attribute("Algorithm").filter(|_| bare).and_then(known).ok_or(SignatureRefusal::Algorithm)
}

/// The prefixes that exclusive canonicalisation treats inclusively, where it is told of any.
fn prefix_list(transform: Element<'_>) -> Result<Vec<&str>, SignatureRefusal> {
    let Some(parameter) = transform.children().next() else { return Ok(Vec::new()) };
    let only = transform.only_child(EXCLUSIVE, "InclusiveNamespaces").is_some() && transform.children().count() == 1;
    let list: Vec<_> = parameter.attribute("PrefixList").unwrap_or_default().split_ascii_whitespace().collect();
    let empty = parameter.text().is_some_and(|text| text.trim().is_empty());
    let sane = |prefix: &&str| *prefix == "#default" || !prefix.contains(['#', ':']);
    if only && empty && list.len() <= LONGEST_PREFIX_LIST && list.iter().all(sane) {
        Ok(list)
    } else {
        Err(SignatureRefusal::Transforms)
    }
}

#[cfg(test)]
mod tests;
