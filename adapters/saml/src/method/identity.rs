//! From the attributes of a verified assertion to a person.

use std::collections::BTreeMap;

use varco_core::attribute::{Attribute, Attributes};
use varco_core::fiscal_number::FiscalNumber;
use varco_core::identity::{PersonIdentifier, Scheme};

use crate::profile::Profile;
use crate::reason::Reason;

/// ETSI EN 319 412-1: a tax identification number of Italy.
const FISCAL_NUMBER_PREFIX: &str = "TINIT-";

/// Who a verified assertion speaks of, and what it says of them, within what was asked for: a
/// provider that tells more is not listened to.
pub(super) fn identity(
    stated: &BTreeMap<String, String>,
    asked_for: &[Attribute],
    profile: &Profile,
) -> Result<(PersonIdentifier, Attributes), Reason> {
    let known = |(name, value): (&String, &String)| Some((profile.attribute_named(name)?, value.clone()));
    let mut values: BTreeMap<_, _> = stated.iter().filter_map(known).collect();
    let person = person(&mut values, profile)?;
    values.retain(|attribute, _| asked_for.contains(attribute));
    Ok((person, values.into_iter().collect()))
}

/// The person, by the fiscal number; by the European identifier where there is none, and one will do.
fn person(values: &mut BTreeMap<Attribute, String>, profile: &Profile) -> Result<PersonIdentifier, Reason> {
    if let Some(value) = values.get_mut(&Attribute::FiscalNumber) {
        let number = value.strip_prefix(FISCAL_NUMBER_PREFIX).ok_or(Reason::FiscalNumber)?;
        let number = FiscalNumber::parse(number).map_err(|_| Reason::FiscalNumber)?;
        number.as_str().clone_into(value);
        return Ok(PersonIdentifier::new(Scheme::FiscalNumber, number.as_str()));
    }
    let code = values.get(&Attribute::SpidCode).filter(|code| profile.european_identifiers && is_european(code));
    Ok(PersonIdentifier::new(Scheme::Eidas, code.ok_or(Reason::Anonymous)?.as_str()))
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
    use crate::fixture::PROFILE;

    const ASKED: [Attribute; 4] =
        [Attribute::GivenName, Attribute::FamilyName, Attribute::FiscalNumber, Attribute::DigitalAddress];

    fn stated(values: &[(&str, &str)]) -> BTreeMap<String, String> {
        let named = [("name", "Ada"), ("familyName", "Rossi")];
        named.iter().chain(values).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn of(values: &[(&str, &str)]) -> Result<(PersonIdentifier, Attributes), Reason> {
        identity(&stated(values), &ASKED, &PROFILE)
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
            assert_eq!(refusal, Reason::FiscalNumber, "{bad}");
        }
    }

    #[test]
    fn without_one_a_european_identifier_does() {
        let (person, attributes) = of(&[("spidCode", "DE/IT/a-b/c")]).unwrap();
        assert_eq!((person.scheme(), person.value()), (Scheme::Eidas, "DE/IT/a-b/c"));
        assert_eq!(attributes.value(Attribute::SpidCode), None, "it was not asked for");
        for bad in ["AGID-001", "DE/IT/", "DE/IT", "de/it/x", "DEU/IT/x", ""] {
            assert_eq!(of(&[("spidCode", bad)]).unwrap_err(), Reason::Anonymous, "{bad}");
        }
        assert_eq!(of(&[]).unwrap_err(), Reason::Anonymous);
        let national = Profile { european_identifiers: false, ..PROFILE };
        let refused = identity(&stated(&[("spidCode", "DE/IT/a-b/c")]), &ASKED, &national);
        assert_eq!(refused.unwrap_err(), Reason::Anonymous, "where the federation has none");
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
