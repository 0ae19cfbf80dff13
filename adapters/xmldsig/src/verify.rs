//! Verifying an enveloped signature, and holding on to what was verified.
//!
//! Two shapes of signature are accepted, each by a function of its own. [`verify`] takes the one of the SAML
//! signature profile (SAML core §5.4): one reference, to the element that envelops it, through the
//! enveloped-signature transform and exclusive canonicalisation. [`verify_advanced`] takes the one of trust
//! lists, which says when and with which certificate it was made, and signs that too. The structure is checked
//! before any cryptography is done.

mod advanced;
mod reference;
mod signed_info;

use std::collections::HashSet;

use crate::element::Element;
use crate::key::TrustedKey;
use crate::key_info;
use reference::Reference;
use signed_info::SignedInfo;

pub use advanced::verify_advanced;

/// The namespace of XML signatures.
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

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
    #[error("the signature has another structure than is accepted")]
    Structure,
    /// An algorithm that is not on the list.
    #[error("an algorithm is not accepted")]
    Algorithm,
    /// A transform that is not on the list, or in another order.
    #[error("the transforms are not the ones that are accepted")]
    Transforms,
    /// A reference is to something else than what holds the signature, and what the signature says of itself.
    #[error("a reference is to something else than what must be signed")]
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

/// Verifies the signature that is a direct child of `element` and covers it, with one of `keys`.
///
/// What the signature says of its own key is not looked at.
pub fn verify<'x>(element: Element<'x>, keys: &[TrustedKey]) -> Result<Verified<'x>, SignatureRefusal> {
    let signature = only_signature(element)?;
    // An Object would bring content that no check of ours expects; nothing else may stand here.
    let (info, value) = match signature.children().collect::<Vec<_>>()[..] {
        [info, value] => (info, value),
        [info, value, key] if is_key_info(key) => (info, value),
        _ => return Err(SignatureRefusal::Structure),
    };
    let info = SignedInfo::of(info, value)?;
    let [reference] = info.references;
    let reference = Reference::of(reference, &[ENVELOPED])?;
    let element = element.hiding(signature);
    if !reference.names(element, "ID") {
        return Err(SignatureRefusal::Reference);
    }
    check_identifiers(element)?;
    info.check(keys)?;
    reference.check(element)?;
    Ok(Verified(element))
}

// === impl Verified ===

impl<'x> Verified<'x> {
    /// The element, without its signature.
    pub const fn element(self) -> Element<'x> {
        self.0
    }
}

/// The signature that is a direct child of an element, which has one only.
fn only_signature(element: Element<'_>) -> Result<Element<'_>, SignatureRefusal> {
    let mut signatures = element.children_named(DSIG, "Signature");
    let signature = signatures.next().ok_or(SignatureRefusal::Missing)?;
    if signatures.next().is_some() { Err(SignatureRefusal::Several) } else { Ok(signature) }
}

fn is_key_info(element: Element<'_>) -> bool {
    element.is(DSIG, "KeyInfo") && key_info::is_plausible(element)
}

/// No identifier of the whole document names two elements.
fn check_identifiers(element: Element<'_>) -> Result<(), SignatureRefusal> {
    let document = element.document();
    let root = document.document_element().ok_or(SignatureRefusal::Reference)?;
    let mut seen = HashSet::new();
    let mut identifiers = Element::new(document, root).descendants().flat_map(Element::identifiers);
    if identifiers.all(|id| seen.insert(id)) { Ok(()) } else { Err(SignatureRefusal::DuplicateId) }
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

#[cfg(test)]
mod tests;
