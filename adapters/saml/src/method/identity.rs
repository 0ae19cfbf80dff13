//! From the attributes of a verified assertion to a person.

use std::collections::BTreeMap;

use varco_core::attribute::{Attribute, Attributes};
use varco_core::identity::{PersonIdentifier, Scheme};
use varco_core::purpose::Purpose;

use crate::profile::{self, Profile};
use crate::reason::{Fault, Reason};

/// ETSI EN 319 412-1: a tax identification number of Italy.
const FISCAL_NUMBER_PREFIX: &str = "TINIT-";

/// What was asked of the provider.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) attributes: &'a [Attribute],
    pub(super) purpose: Option<Purpose>,
}

/// What a verified assertion says of a person, each value of its type.
#[derive(Debug)]
pub(super) struct Stated {
    pub(super) person: PersonIdentifier,
    pub(super) attributes: Attributes,
    /// What was stated, but not in a form that services can be given.
    pub(super) left_out: Vec<Attribute>,
}

/// Who a verified assertion speaks of, and what it says of them, within what was asked for: a
/// provider that tells more is not listened to.
pub(super) fn read(stated: &BTreeMap<String, String>, asked: Asked<'_>, profile: &Profile) -> Result<Stated, Fault> {
    let (mut values, mut left_out) = (BTreeMap::new(), Vec::new());
    for (name, value) in stated {
        let Some(attribute) = profile.attribute_named(name) else { continue };
        match typed(attribute, value) {
            Some(value) => {
                values.insert(attribute, value);
            }
            None if attribute == Attribute::FiscalNumber => return Err(Reason::FiscalNumber.into()),
            None if profile::needed(asked.attributes, asked.purpose).any(|needed| needed == attribute) => {
                return Err(Reason::Attribute.because(name));
            }
            None if asked.attributes.contains(&attribute) => left_out.push(attribute),
            None => {}
        }
    }
    let person = person(&values, asked.purpose, profile)?;
    values.retain(|attribute, _| asked.attributes.contains(attribute));
    // Avviso 18: providers let nobody in with another kind of identity (error 30). It can be seen where a legal
    // person has to stand behind it.
    if asked.purpose.is_some_and(Purpose::is_of_legal_persons_only)
        && !Attribute::OF_COMPANIES.iter().any(|attribute| values.contains_key(attribute))
    {
        return Err(Reason::Purpose.because("no legal person stands behind it"));
    }
    Ok(Stated { person, attributes: values.into_iter().collect(), left_out })
}

/// A value in the form in which services get it. The number of a person always has its prefix, the number of
/// a company with some providers.
fn typed(attribute: Attribute, value: &str) -> Option<String> {
    let bare = value.strip_prefix(FISCAL_NUMBER_PREFIX);
    let value = match attribute {
        Attribute::FiscalNumber => bare?,
        Attribute::CompanyFiscalNumber => bare.unwrap_or(value),
        _ => value,
    };
    attribute.read(value).ok()
}

/// The person, by the fiscal number. Where there is none: the legal person, if one may answer, or the
/// European identifier, if the federation has them.
fn person(
    values: &BTreeMap<Attribute, String>,
    purpose: Option<Purpose>,
    profile: &Profile,
) -> Result<PersonIdentifier, Reason> {
    let value = |attribute| values.get(&attribute);
    if let Some(number) = value(Attribute::FiscalNumber) {
        return Ok(PersonIdentifier::new(Scheme::FiscalNumber, number));
    }
    if purpose.is_some_and(Purpose::admits_legal_persons) {
        let number = value(Attribute::CompanyFiscalNumber).or_else(|| value(Attribute::VatNumber));
        return number.map(|number| PersonIdentifier::new(Scheme::LegalPerson, number)).ok_or(Reason::Anonymous);
    }
    // The European network vouches for natural persons.
    if !profile.european_identifiers || purpose.is_some() {
        return Err(Reason::Anonymous);
    }
    let code = value(Attribute::SpidCode).filter(|code| is_european(code));
    Ok(PersonIdentifier::new(Scheme::Eidas, code.ok_or(Reason::Anonymous)?))
}

/// eIDAS SAML attribute profile, person identifier: the country that identified the person, the
/// country that they go to, and a value of the first country's choosing: `DE/IT/...`.
fn is_european(code: &str) -> bool {
    let is_country = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let mut parts = code.splitn(3, '/');
    parts.next().is_some_and(is_country)
        && parts.next().is_some_and(is_country)
        && parts.next().is_some_and(|value| !value.is_empty())
}

#[cfg(test)]
mod tests;
