//! From a response to the one assertion whose signature was verified.

use crate::reason::{Fault, Reason};
use varco_xmldsig::{DSIG, Element, TrustedKey, Verified, verify};

use crate::vocabulary::ASSERTION;

/// The only assertion of the document, signed by one of `keys`.
///
/// SPID technical rules, single sign-on: the assertion must be signed, the response may be. A signature
/// of the response that is there and does not verify refuses the whole.
pub(super) fn assertion<'x>(response: Element<'x>, keys: &[TrustedKey]) -> Result<Verified<'x>, Fault> {
    let assertion = only_assertion(response).ok_or(Reason::Assertion)?;
    check_places(response, assertion)?;
    let signature = |reason| Reason::Signature.because(reason);
    if has_signature(response) {
        verify(response, keys).map_err(signature)?;
    }
    verify(assertion, keys).map_err(signature)
}

/// Signature wrapping hides a second assertion somewhere; whatever its namespace, there is none.
fn only_assertion(response: Element<'_>) -> Option<Element<'_>> {
    let any = |element: &Element<'_>| matches!(element.name(), "Assertion" | "EncryptedAssertion");
    let assertion = response.only_child(ASSERTION, "Assertion")?;
    (response.descendants().filter(any).count() == 1).then_some(assertion)
}

/// Signatures stand in the response and in the assertion, and nowhere else.
fn check_places(response: Element<'_>, assertion: Element<'_>) -> Result<(), Reason> {
    let here = |element: Element<'_>| element.children_named(DSIG, "Signature").count();
    let all = response.descendants().filter(|element| element.name() == "Signature").count();
    if all == here(response) + here(assertion) { Ok(()) } else { Err(Reason::Signature) }
}

fn has_signature(element: Element<'_>) -> bool {
    element.children_named(DSIG, "Signature").next().is_some()
}
