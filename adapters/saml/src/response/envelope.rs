//! The Response around the assertion. None of this is trusted, since the signature of the response is
//! optional: it refuses early what is not for us, and the assertion is checked again for itself.

use crate::reason::{Fault, Reason};
use jiff::Timestamp;
use varco_xmldsig::Element;

use super::{Expected, instant};
use crate::profile::Profile;
use crate::vocabulary::{ASSERTION, ENTITY, PROTOCOL};

/// Longer names would only fill the memory of who must not forget them.
const LONGEST_ID: usize = 256;

// SPID technical rules, single sign-on, <Response>: each attribute and element below.
pub(super) fn check(response: Element<'_>, expected: &Expected<'_>, profile: &Profile) -> Result<(), Fault> {
    if !response.is(PROTOCOL, "Response") {
        return Err(Reason::Malformed.because("the root is not a Response"));
    }
    // SAML profiles §4.1.5: an answer that nobody asked for is not accepted.
    if response.attribute("InResponseTo") != Some(expected.request_id) {
        return Err(Reason::InResponseTo.because("Response"));
    }
    identity(response)?;
    issue_instant(response, expected, profile)?;
    // SAML core §3.2.2: a message that is addressed to another location is discarded.
    if response.attribute("Destination") != Some(expected.destination) {
        return Err(Reason::Destination.into());
    }
    issuer(response, expected, false)
}

/// SAML core §1.3.4 and §2.3.3: a name, and version 2.0. Gives the name.
pub(super) fn identity(element: Element<'_>) -> Result<&str, Fault> {
    let id = element.attribute("ID").filter(|id| is_name(id) && id.len() <= LONGEST_ID);
    let id = id.ok_or_else(|| Reason::Id.because(element.name()))?;
    if element.attribute("Version") == Some("2.0") { Ok(id) } else { Err(Reason::Version.because(element.name())) }
}

/// An xs:ID is an XML name without a colon; of the letters of all scripts only those that no two readers
/// disagree on.
fn is_name(id: &str) -> bool {
    let begins = id.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    begins && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Not before the request and not in the future. The same instant as the request will do.
pub(super) fn issue_instant(element: Element<'_>, expected: &Expected<'_>, profile: &Profile) -> Result<(), Fault> {
    let issued_at = instant::of(element, "IssueInstant")?;
    if expected.requested_at.duration_since(issued_at) > profile.clock_skew {
        return Err(Reason::IssuedTooEarly.because(element.name()));
    }
    if is_in_the_future(issued_at, expected, profile) {
        return Err(Reason::IssuedTooLate.because(element.name()));
    }
    Ok(())
}

/// The provider that was asked, named as an entity. SAML core §2.2.5: without a format it is one too,
/// which profiles may not be content with.
pub(super) fn issuer(element: Element<'_>, expected: &Expected<'_>, format_required: bool) -> Result<(), Fault> {
    let refused = || Reason::Issuer.because(element.name());
    let issuer = element.only_child(ASSERTION, "Issuer").ok_or_else(refused)?;
    let entity = match issuer.attribute("Format") {
        Some(format) => format == ENTITY,
        None => !format_required,
    };
    let text = issuer.text().ok_or_else(refused)?;
    if entity && text.trim() == expected.provider.entity_id.as_str() { Ok(()) } else { Err(refused()) }
}

pub(super) fn is_in_the_future(instant: Timestamp, expected: &Expected<'_>, profile: &Profile) -> bool {
    instant.duration_since(expected.now) > profile.clock_skew
}
