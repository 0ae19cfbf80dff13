//! From the claims about a person to the person. (SPID/CIE OpenID guidelines, table of attributes.)

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use varco_core::attribute::{Attribute, Attributes};
use varco_core::identity::{PersonIdentifier, Scheme};

use crate::jose::Claims;
use crate::profile::{Form, Profile};
use crate::reason::{Fault, Reason};

/// What verified claims say of a person, each value of its type.
#[derive(Debug)]
pub(super) struct Stated {
    pub(super) person: PersonIdentifier,
    pub(super) attributes: Attributes,
    /// What was stated, but not in a form that services can be given.
    pub(super) left_out: Vec<Attribute>,
}

/// Whether a login is of no use without it: the person is known by the fiscal number, and everybody has the rest.
pub(super) fn is_needed(attribute: Attribute, asked_for: &[Attribute]) -> bool {
    attribute == Attribute::FiscalNumber
        || Attribute::OF_EVERYBODY.contains(&attribute) && asked_for.contains(&attribute)
}

/// Who verified claims speak of, and what they say, within what was asked for: a provider that tells more is not
/// listened to.
pub(super) fn read(claims: &Claims, asked_for: &[Attribute], profile: &Profile) -> Result<Stated, Fault> {
    let (mut values, mut left_out) = (BTreeMap::new(), Vec::new());
    for claim in profile.claims {
        let Some(stated) = claims.value(claim.name).filter(|stated| !stated.is_null()) else { continue };
        for (attribute, value) in claim.form.read(stated) {
            if !is_needed(attribute, asked_for) && !asked_for.contains(&attribute) {
                continue;
            }
            match value.and_then(|value| attribute.read(&value).ok()) {
                Some(value) => {
                    values.insert(attribute, value);
                }
                None if attribute == Attribute::FiscalNumber => return Err(Reason::FiscalNumber.into()),
                None if is_needed(attribute, asked_for) => return Err(Reason::Attribute.because(attribute)),
                None => left_out.push(attribute),
            }
        }
    }
    if let Some(missing) =
        Attribute::OF_EVERYBODY.iter().find(|one| is_needed(**one, asked_for) && !values.contains_key(one))
    {
        return Err(Reason::Attribute.because(missing));
    }
    let number = values.get(&Attribute::FiscalNumber).ok_or(Reason::Anonymous)?;
    let person = PersonIdentifier::new(Scheme::FiscalNumber, number);
    values.retain(|attribute, _| asked_for.contains(attribute));
    Ok(Stated { person, attributes: values.into_iter().collect(), left_out })
}

// === impl Form ===

impl Form {
    /// What a claim of this form says, as plain text; nothing in place of what is not of this form.
    fn read(self, stated: &Value) -> Vec<(Attribute, Option<String>)> {
        let text = stated.as_str();
        match self {
            Self::Text(attribute) => vec![(attribute, text.map(str::to_owned))],
            Self::Prefixed(prefix, attribute) => vec![(attribute, text.and_then(|text| bare(prefix, attribute, text)))],
            Self::Gender => vec![(Attribute::Gender, text.and_then(gender))],
            Self::PlaceOfBirth => {
                members(stated, &[(Attribute::PlaceOfBirth, &["locality"]), (Attribute::CountyOfBirth, &["region"])])
            }
            Self::Office(attribute) => vec![(attribute, one_line(stated, &OF_ADDRESS))],
            Self::Document => vec![(Attribute::IdCard, one_line(stated, &OF_DOCUMENT))],
            Self::Address => {
                let whole = (Attribute::Address, one_line(stated, &OF_ADDRESS));
                let parts: Parts<'_> = &[
                    (Attribute::DomicileStreetAddress, &["street_address"]),
                    (Attribute::DomicilePostalCode, &["postal_code"]),
                    (Attribute::DomicileMunicipality, &["locality"]),
                    (Attribute::DomicileProvince, &["region"]),
                    (Attribute::DomicileNation, &["country", "country_code"]),
                ];
                std::iter::once(whole).chain(members(stated, parts)).collect()
            }
        }
    }
}

/// The parts of an address, in the order in which it is written on one line.
const OF_ADDRESS: [&str; 6] = ["street_address", "postal_code", "locality", "region", "country", "country_code"];

/// The parts of a document, in the order of the table of attributes of SPID over SAML.
const OF_DOCUMENT: [&str; 5] = ["type", "document_number", "issuer", "date_of_issuance", "date_of_expiry"];

/// Attributes, and the members that each may stand in.
type Parts<'a> = &'a [(Attribute, &'a [&'a str])];

/// Each member of an object that is there.
fn members(stated: &Value, parts: Parts<'_>) -> Vec<(Attribute, Option<String>)> {
    let Some(object) = stated.as_object() else {
        return parts.iter().map(|(attribute, _)| (*attribute, None)).collect();
    };
    let part = |(attribute, names): &(Attribute, &[&str])| {
        let value = names.iter().find_map(|name| object.get(*name).filter(|value| !value.is_null()))?;
        Some((*attribute, value.as_str().map(str::to_owned)))
    };
    parts.iter().filter_map(part).collect()
}

/// A text as it is, or an object on one line: as it says itself, or its members in order.
fn one_line(stated: &Value, order: &[&str]) -> Option<String> {
    let Some(object) = stated.as_object() else { return stated.as_str().map(str::to_owned) };
    if let Some(whole) = object.get("formatted").and_then(Value::as_str).filter(|whole| !whole.trim().is_empty()) {
        return Some(whole.to_owned());
    }
    let parts: Vec<_> = order.iter().filter_map(|name| part(object, name)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A member that is a text, or an object with a name.
fn part<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let member = object.get(name)?;
    // Of a country, the name says what the code would.
    if name == "country_code" && object.get("country").is_some_and(Value::is_string) {
        return None;
    }
    member.as_str().or_else(|| member.get("name")?.as_str()).filter(|text| !text.trim().is_empty())
}

/// The number of a person always has its prefix, the number of a company with some providers.
fn bare(prefix: &str, attribute: Attribute, text: &str) -> Option<String> {
    let bare = text.strip_prefix(prefix).or((attribute != Attribute::FiscalNumber).then_some(text));
    bare.map(str::to_owned)
}

/// OpenID Connect Core, section 5.1, has words; the guidelines have letters.
fn gender(text: &str) -> Option<String> {
    match text {
        "female" | "F" => Some("F".to_owned()),
        "male" | "M" => Some("M".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
