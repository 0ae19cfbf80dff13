//! From a response to the one assertion whose signature was verified.

use varco_xmldsig::{DSIG, Decrypted, DecryptionKey, Element, TrustedKey, Verified, decrypt, verify};

use crate::reason::{Fault, Reason};
use crate::vocabulary::ASSERTION;

/// The one assertion that a response carries, before anything of it is believed.
pub(super) enum Carried<'x> {
    /// In the clear.
    Plain(Element<'x>),
    /// Encrypted for us; it stands in a document of its own.
    Encrypted(Decrypted),
}

/// Finds the only assertion of a response, and verifies the signature of the response if it has one.
///
/// SPID technical rules, single sign-on: the assertion must be signed, the response may be. A signature
/// of the response that is there and does not verify refuses the whole.
pub(super) fn carried<'x>(
    response: Element<'x>,
    keys: &[TrustedKey],
    decryption: &[DecryptionKey],
) -> Result<Carried<'x>, Fault> {
    let plain = response.only_child(ASSERTION, "Assertion");
    let encrypted = response.only_child(ASSERTION, "EncryptedAssertion");
    let found = only_one(response).then_some(plain.or(encrypted)).flatten().ok_or(Reason::Assertion)?;
    check_places(response, &[response, found])?;
    if signatures(response) > 0 {
        verify(response, keys).map_err(|reason| Reason::Signature.because(reason))?;
    }
    if plain.is_some() {
        return Ok(Carried::Plain(found));
    }
    decrypt(found, decryption).map(Carried::Encrypted).map_err(|reason| Reason::Encryption.because(reason))
}

/// The assertion, signed by one of `keys`. That a response around it is signed, or that it was encrypted for
/// us, which anybody can do, is never enough.
pub(super) fn verified<'x>(assertion: Element<'x>, keys: &[TrustedKey]) -> Result<Verified<'x>, Fault> {
    verify(assertion, keys).map_err(|reason| Reason::Signature.because(reason))
}

/// The root of what was decrypted, if it is an assertion and hides no other.
pub(super) fn unwrapped(root: Element<'_>) -> Result<Element<'_>, Fault> {
    if !(root.is(ASSERTION, "Assertion") && only_one(root)) {
        return Err(Reason::Assertion.into());
    }
    check_places(root, &[root])?;
    Ok(root)
}

/// Signature wrapping hides a second assertion somewhere; whatever its namespace, there is none.
fn only_one(root: Element<'_>) -> bool {
    let any = |element: &Element<'_>| matches!(element.name(), "Assertion" | "EncryptedAssertion");
    root.descendants().filter(any).count() == 1
}

/// Signatures stand as children of these elements, and nowhere else.
fn check_places(root: Element<'_>, elements: &[Element<'_>]) -> Result<(), Reason> {
    let all = root.descendants().filter(|element| element.name() == "Signature").count();
    let here = elements.iter().map(|element| signatures(*element)).sum::<usize>();
    if all == here { Ok(()) } else { Err(Reason::Signature) }
}

fn signatures(element: Element<'_>) -> usize {
    element.children_named(DSIG, "Signature").count()
}
