//! From the attributes of a verified assertion to a person.

use std::collections::BTreeMap;

use varco_core::attribute::{Attribute, Attributes};
use varco_core::fiscal_number::FiscalNumber;
use varco_core::identity::{PersonIdentifier, Scheme};

use crate::attributes::attribute;
use crate::refusal::IdentityRefusal;

/// ETSI EN 319 412-1: a tax identification number of Italy.
const FISCAL_NUMBER_PREFIX: &str = "TINIT-";

/// Who a verified assertion speaks of, and what it says of them, within what was asked for: a
/// provider that tells more is not listened to.
pub(crate) fn identity<'a>(
    stated: impl IntoIterator<Item = (&'a str, &'a str)>,
    asked_for: &[Attribute],
) -> Result<(PersonIdentifier, Attributes), IdentityRefusal> {
    let known = |(name, value): (&str, &str)| attribute(name).map(|known| (known, value.to_owned()));
    let mut values: BTreeMap<_, _> = stated.into_iter().filter_map(known).collect();
    let person = person(&mut values)?;
    values.retain(|attribute, _| asked_for.contains(attribute));
    Ok((person, values.into_iter().collect()))
}

/// The person, by the fiscal number; by the European identifier where there is none.
fn person(values: &mut BTreeMap<Attribute, String>) -> Result<PersonIdentifier, IdentityRefusal> {
    if let Some(value) = values.get_mut(&Attribute::FiscalNumber) {
        let number = value.strip_prefix(FISCAL_NUMBER_PREFIX).ok_or(IdentityRefusal::FiscalNumber)?;
        let number = FiscalNumber::parse(number).map_err(|_| IdentityRefusal::FiscalNumber)?;
        number.as_str().clone_into(value);
        return Ok(PersonIdentifier::new(Scheme::FiscalNumber, number.as_str()));
    }
    let code = values.get(&Attribute::SpidCode).filter(|code| is_european(code)).ok_or(IdentityRefusal::Anonymous)?;
    Ok(PersonIdentifier::new(Scheme::Eidas, code.as_str()))
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
mod tests {
    use super::*;

    const ASKED: [Attribute; 4] =
        [Attribute::GivenName, Attribute::FamilyName, Attribute::FiscalNumber, Attribute::DigitalAddress];

    fn of(stated: &[(&'static str, &'static str)]) -> Result<(PersonIdentifier, Attributes), IdentityRefusal> {
        identity([("name", "Ada"), ("familyName", "Rossi")].iter().chain(stated).copied(), &ASKED)
    }

    #[test]
    fn a_person_is_known_by_the_fiscal_number_without_its_prefix() {
        let (person, attributes) = of(&[("fiscalNumber", "TINIT-rssmra80a01h501u"), ("spidCode", "AGID-001")]).unwrap();
        assert_eq!((person.scheme(), person.value()), (Scheme::FiscalNumber, "RSSMRA80A01H501U"));
        assert_eq!(attributes.value(Attribute::FiscalNumber), Some("RSSMRA80A01H501U"));
    }

    #[test]
    fn a_variant_by_omocodia_is_another_person() {
        let (person, _) = of(&[("fiscalNumber", "TINIT-RSSMRA80A01H50MM")]).unwrap();
        assert_eq!(person.value(), "RSSMRA80A01H50MM");
    }

    #[test]
    fn a_fiscal_number_that_is_none_stops_the_login() {
        for bad in
            ["RSSMRA80A01H501U", "TINIT-RSSMRA80A01H501V", "TINIT-", "TINDE-RSSMRA80A01H501U", "VATIT-01234567890"]
        {
            let refusal = of(&[("fiscalNumber", bad), ("spidCode", "DE/IT/1")]).unwrap_err();
            assert_eq!(refusal, IdentityRefusal::FiscalNumber, "{bad}");
        }
    }

    #[test]
    fn without_one_a_european_identifier_does() {
        let (person, attributes) = of(&[("spidCode", "DE/IT/a-b/c")]).unwrap();
        assert_eq!((person.scheme(), person.value()), (Scheme::Eidas, "DE/IT/a-b/c"));
        assert_eq!(attributes.value(Attribute::SpidCode), None, "it was not asked for");
        for bad in ["AGID-001", "DE/IT/", "DE/IT", "de/it/x", "DEU/IT/x", ""] {
            assert_eq!(of(&[("spidCode", bad)]).unwrap_err(), IdentityRefusal::Anonymous, "{bad}");
        }
        assert_eq!(of(&[]).unwrap_err(), IdentityRefusal::Anonymous);
    }

    #[test]
    fn what_was_not_asked_for_is_not_kept() {
        let (_, attributes) =
            of(&[("fiscalNumber", "TINIT-RSSMRA80A01H501U"), ("email", "ada@example.org"), ("shoeSize", "38")])
                .unwrap();
        assert_eq!(attributes.iter().count(), 3);
        assert_eq!(attributes.value(Attribute::Email), None);
    }
}
