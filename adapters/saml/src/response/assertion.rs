//! The verified assertion: who, for whom, when, how. Every value is read through [`Verified`].

use std::collections::BTreeMap;

use crate::reason::{Fault, Reason};
use jiff::Timestamp;
use varco_core::level::Level;
use varco_xmldsig::{Element, Verified};

use super::{Expected, VerifiedAssertion, envelope, instant};
use crate::profile::Profile;
use crate::vocabulary::{ASSERTION, BEARER, TRANSIENT};

// SPID technical rules, single sign-on, <Assertion>: each attribute and element below.
pub(super) fn read(
    assertion: Verified<'_>,
    expected: &Expected<'_>,
    profile: &Profile,
) -> Result<VerifiedAssertion, Fault> {
    let assertion = assertion.element();
    let id = envelope::identity(assertion)?;
    envelope::issue_instant(assertion, expected, profile)?;
    envelope::issuer(assertion, expected, profile.issuer_format_required)?;
    let subject = assertion.only_child(ASSERTION, "Subject").ok_or(Reason::Subject)?;
    let (name_id, name_qualifier) = name_id(subject)?;
    let confirmed_until = confirmation(subject, expected, profile)?;
    let valid_until = conditions(assertion, expected, profile)?;
    let authentication = authentication(assertion, expected, profile)?;
    Ok(VerifiedAssertion {
        id: id.to_owned(),
        not_on_or_after: confirmed_until.min(valid_until),
        name_id,
        name_qualifier,
        session_index: authentication.session_index.map(str::to_owned),
        authenticated_at: authentication.at,
        level: authentication.level,
        attributes: attributes(assertion, expected)?,
    })
}

/// A name for this login only, and whose name it is.
fn name_id(subject: Element<'_>) -> Result<(String, String), Fault> {
    let refused = |cause: &str| Reason::Subject.because(cause);
    let name_id = subject.only_child(ASSERTION, "NameID").ok_or_else(|| refused("no NameID"))?;
    if name_id.attribute("Format") != Some(TRANSIENT) {
        return Err(refused("the NameID is not transient"));
    }
    let qualifier = name_id.attribute("NameQualifier").map(str::trim).filter(|qualifier| !qualifier.is_empty());
    let qualifier = qualifier.ok_or_else(|| refused("the NameID has no NameQualifier"))?;
    let text = name_id.text().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok((text.ok_or_else(|| refused("the NameID is empty"))?, qualifier.to_owned()))
}

/// SAML profiles §4.1.4.3: whoever bears the assertion is its subject, if they bring it here, in answer
/// to this request, in time. Gives until when.
fn confirmation(subject: Element<'_>, expected: &Expected<'_>, profile: &Profile) -> Result<Timestamp, Fault> {
    let refused = |cause: &str| Reason::Confirmation.because(cause);
    let confirmation =
        subject.only_child(ASSERTION, "SubjectConfirmation").ok_or_else(|| refused("not exactly one"))?;
    if confirmation.attribute("Method") != Some(BEARER) {
        return Err(refused("the method is not bearer"));
    }
    let data =
        confirmation.only_child(ASSERTION, "SubjectConfirmationData").ok_or_else(|| refused("it has no data"))?;
    if data.attribute("Recipient") != Some(expected.destination) {
        return Err(Reason::Recipient.into());
    }
    if data.attribute("InResponseTo") != Some(expected.request_id) {
        return Err(Reason::InResponseTo.because("SubjectConfirmationData"));
    }
    if data.attribute("NotBefore").is_some() {
        begun(data, expected, profile)?;
    }
    unexpired(data, expected)
}

/// SAML core §2.5: valid now, and meant for us. A condition that is not understood makes it invalid.
/// Gives until when.
fn conditions(assertion: Element<'_>, expected: &Expected<'_>, profile: &Profile) -> Result<Timestamp, Fault> {
    let conditions = assertion.only_child(ASSERTION, "Conditions").ok_or(Reason::Conditions)?;
    begun(conditions, expected, profile)?;
    let until = unexpired(conditions, expected)?;
    let known = |condition: Element<'_>| {
        ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"].iter().any(|name| condition.is(ASSERTION, name))
    };
    if !conditions.children().all(known) {
        return Err(Reason::Conditions.because("an unknown condition"));
    }
    // SAML core §2.5.1.4: of several restrictions each must hold; of several audiences one will do.
    let is_us = |audience: Element<'_>| audience.text().is_some_and(|text| text.trim() == expected.audience);
    let mut restrictions = conditions.children_named(ASSERTION, "AudienceRestriction").peekable();
    let restricted = restrictions.peek().is_some();
    if restricted && restrictions.all(|one| one.children_named(ASSERTION, "Audience").any(is_us)) {
        Ok(until)
    } else {
        Err(Reason::Audience.into())
    }
}

fn begun(element: Element<'_>, expected: &Expected<'_>, profile: &Profile) -> Result<(), Fault> {
    let not_before = instant::of(element, "NotBefore")?;
    if envelope::is_in_the_future(not_before, expected, profile) {
        return Err(Reason::NotYetValid.because(element.name()));
    }
    Ok(())
}

/// No skew here: providers allow minutes, and the longer it lives the longer a stolen one does.
fn unexpired(element: Element<'_>, expected: &Expected<'_>) -> Result<Timestamp, Fault> {
    let not_on_or_after = instant::of(element, "NotOnOrAfter")?;
    if expected.now < not_on_or_after { Ok(not_on_or_after) } else { Err(Reason::Expired.because(element.name())) }
}

/// How the person proved who they are.
struct Authentication<'x> {
    at: Timestamp,
    level: Level,
    session_index: Option<&'x str>,
}

fn authentication<'x>(
    assertion: Element<'x>,
    expected: &Expected<'_>,
    profile: &Profile,
) -> Result<Authentication<'x>, Fault> {
    let refused = |cause: &str| Reason::Authentication.because(cause);
    let statement =
        assertion.only_child(ASSERTION, "AuthnStatement").ok_or_else(|| refused("not exactly one AuthnStatement"))?;
    let at = instant::of(statement, "AuthnInstant")?;
    if envelope::is_in_the_future(at, expected, profile) {
        return Err(refused("it lies in the future"));
    }
    let context = statement.only_child(ASSERTION, "AuthnContext").ok_or_else(|| refused("no AuthnContext"))?;
    let class = context.only_child(ASSERTION, "AuthnContextClassRef").and_then(Element::text);
    let level =
        class.and_then(|class| Level::from_context_class(class.trim())).ok_or_else(|| refused("no known class"))?;
    // SPID technical rules, single sign-on: a higher level than asked is an answer, a lower one is not.
    if level < expected.level {
        return Err(Reason::LevelTooLow.into());
    }
    let session_index = statement.attribute("SessionIndex").filter(|index| !index.trim().is_empty());
    Ok(Authentication { at, level, session_index })
}

/// The attributes that have a value. A name that occurs twice, or with two values, could be read in two
/// ways.
fn attributes(assertion: Element<'_>, expected: &Expected<'_>) -> Result<BTreeMap<String, String>, Fault> {
    let refused = |cause: &str| Reason::Attributes.because(cause);
    let statement = assertion
        .only_child(ASSERTION, "AttributeStatement")
        .ok_or_else(|| refused("not exactly one AttributeStatement"))?;
    let mut attributes = BTreeMap::new();
    for attribute in statement.children_named(ASSERTION, "Attribute") {
        let name = attribute.attribute("Name").map(str::trim).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| refused("one without a name"))?;
        let value = attribute.only_child(ASSERTION, "AttributeValue").and_then(Element::text);
        let value = value.ok_or_else(|| refused("one without exactly one value"))?;
        if attributes.insert(name.to_owned(), value.trim().to_owned()).is_some() {
            return Err(refused("one of them twice"));
        }
    }
    // Providers send empty values for what a person does not have.
    attributes.retain(|_, value| !value.is_empty());
    if attributes.is_empty() {
        return Err(refused("none"));
    }
    match expected.attributes.iter().find(|name| !attributes.contains_key(**name)) {
        Some(missing) => Err(refused(&format!("{missing} is missing"))),
        None => Ok(attributes),
    }
}
