//! The signatures of trust lists. (ETSI TS 119 612, annex B; ETSI EN 319 132-1.)
//!
//! They hold an object with properties: when the signature was made, and with which certificate. There are two
//! references, one to the whole document and one to these properties. Lists that somebody makes without tools for such
//! signatures have none, and one reference. Who has signed is known before anybody
//! looks: nothing of the properties is read, but they must be the ones that were signed.

use super::reference::Reference;
use super::signed_info::SignedInfo;
use super::{DSIG, ENVELOPED, SignatureRefusal, Verified, check_identifiers, is_key_info, only_signature};
use crate::element::Element;
use crate::key::TrustedKey;

const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";

/// The type of a reference to the properties of a signature.
const SIGNED_PROPERTIES: &str = "http://uri.etsi.org/01903#SignedProperties";

/// Attributes in which a document may have its identifier.
const IDENTIFIERS: [&str; 2] = ["Id", "ID"];

/// Verifies the signature that is a direct child of `element`, which must be the document element, and covers all of
/// it, with one of `keys`. Where it has properties, it covers them too; one that has none says nothing of itself.
///
/// What the signature says of its own key is not looked at.
pub fn verify_advanced<'x>(element: Element<'x>, keys: &[TrustedKey]) -> Result<Verified<'x>, SignatureRefusal> {
    let signature = only_signature(element)?;
    let covered = element.hiding(signature);
    match signature.children().collect::<Vec<_>>()[..] {
        [info, value, object] if object.is(DSIG, "Object") => with_properties(covered, [info, value, object], keys)?,
        [info, value, key, object] if is_key_info(key) => with_properties(covered, [info, value, object], keys)?,
        [info, value] => bare(covered, [info, value], keys)?,
        [info, value, key] if is_key_info(key) => bare(covered, [info, value], keys)?,
        _ => return Err(SignatureRefusal::Structure),
    }
    Ok(Verified(covered))
}

fn with_properties(
    element: Element<'_>,
    [info, value, object]: [Element<'_>; 3],
    keys: &[TrustedKey],
) -> Result<(), SignatureRefusal> {
    let properties = signed_properties(object).ok_or(SignatureRefusal::Structure)?;
    let info = SignedInfo::of(info, value)?;
    let (to_document, to_properties) = references(info.references)?;
    if !is_to_whole(&to_document, element) || !to_properties.names(properties, "Id") {
        return Err(SignatureRefusal::Reference);
    }
    check_identifiers(element)?;
    info.check(keys)?;
    to_document.check(element)?;
    to_properties.check(properties)
}

/// The document alone is signed.
fn bare(element: Element<'_>, [info, value]: [Element<'_>; 2], keys: &[TrustedKey]) -> Result<(), SignatureRefusal> {
    let info = SignedInfo::<1>::of(info, value)?;
    let [reference] = info.references;
    let reference = Reference::of(reference, &[ENVELOPED])?;
    if !is_to_whole(&reference, element) {
        return Err(SignatureRefusal::Reference);
    }
    check_identifiers(element)?;
    info.check(keys)?;
    reference.check(element)
}

/// ETSI EN 319 132-1, section 4.4: one object holds the properties. Those that are not signed may stand beside
/// them: nobody reads them.
fn signed_properties(object: Element<'_>) -> Option<Element<'_>> {
    let only = |element: Element<'_>| element.is(DSIG, "Object") && element.children().count() == 1;
    let qualifying = Some(object).filter(|object| only(*object))?.only_child(XADES, "QualifyingProperties")?;
    match qualifying.children().collect::<Vec<_>>()[..] {
        [signed] => Some(signed),
        [signed, unsigned] if unsigned.is(XADES, "UnsignedProperties") => Some(signed),
        _ => None,
    }
    .filter(|signed| signed.is(XADES, "SignedProperties"))
}

/// Those to the document and to the properties. Their order is not given, but which one is which is.
fn references([one, other]: [Element<'_>; 2]) -> Result<(Reference<'_>, Reference<'_>), SignatureRefusal> {
    let is_to_properties = |reference: Element<'_>| reference.attribute("Type") == Some(SIGNED_PROPERTIES);
    let (document, properties) = match (is_to_properties(one), is_to_properties(other)) {
        (false, true) => (one, other),
        (true, false) => (other, one),
        _ => return Err(SignatureRefusal::Reference),
    };
    Ok((Reference::of(document, &[ENVELOPED])?, Reference::of(properties, &[])?))
}

/// Whether a reference is to the whole document, of which this is the document element.
fn is_to_whole(reference: &Reference<'_>, element: Element<'_>) -> bool {
    let is_whole = element.document().document_element() == Some(element.id());
    is_whole && (reference.is_to_document() || IDENTIFIERS.iter().any(|name| reference.names(element, name)))
}

#[cfg(test)]
mod tests;
