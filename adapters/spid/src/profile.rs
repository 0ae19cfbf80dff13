//! SPID and eIDAS, as the engine wants to know them.

use jiff::SignedDuration;
use varco_core::attribute::Attribute;
use varco_core::purpose::Purpose;
use varco_saml::codes;
use varco_saml::element::Element;
use varco_saml::profile::{Profile, SingleLogout};

/// SPID technical rules, table of attributes; `companyFiscalNumber` by Avviso 18. `address` was
/// replaced by the five parts of a domicile (Avviso 25), providers still send it where asked.
const ATTRIBUTES: [(&str, Attribute); 23] = [
    ("spidCode", Attribute::SpidCode),
    ("name", Attribute::GivenName),
    ("familyName", Attribute::FamilyName),
    ("placeOfBirth", Attribute::PlaceOfBirth),
    ("countyOfBirth", Attribute::CountyOfBirth),
    ("dateOfBirth", Attribute::Birthdate),
    ("gender", Attribute::Gender),
    ("companyName", Attribute::CompanyName),
    ("registeredOffice", Attribute::RegisteredOffice),
    ("fiscalNumber", Attribute::FiscalNumber),
    ("companyFiscalNumber", Attribute::CompanyFiscalNumber),
    ("ivaCode", Attribute::VatNumber),
    ("idCard", Attribute::IdCard),
    ("mobilePhone", Attribute::MobilePhone),
    ("email", Attribute::Email),
    ("address", Attribute::Address),
    ("domicileStreetAddress", Attribute::DomicileStreetAddress),
    ("domicilePostalCode", Attribute::DomicilePostalCode),
    ("domicileMunicipality", Attribute::DomicileMunicipality),
    ("domicileProvince", Attribute::DomicileProvince),
    ("domicileNation", Attribute::DomicileNation),
    ("expirationDate", Attribute::ExpirationDate),
    ("digitalAddress", Attribute::DigitalAddress),
];

/// SPID.
pub static SPID: Profile = Profile {
    method: "spid",
    name: "SPID",
    codes: codes!("spid"),
    attributes: &ATTRIBUTES,
    assertion_consumer_service: 0,
    // SPID technical rules, single sign-on, <Assertion>: its issuer names the format.
    issuer_format_required: true,
    // The Italian node of eIDAS may also stand in the list of the providers, as one more of them.
    european_identifiers: true,
    purpose: Some(purpose),
    comparison: |wished, _| wished,
    single_logout: SingleLogout::Saml,
    clock_skew: SignedDuration::from_secs(60),
};

/// Avviso 18: what asks for professional identities.
fn purpose(purpose: Purpose) -> Element {
    Element::new("spid:Purpose").with("xmlns:spid", "https://spid.gov.it/saml-extensions").text(purpose.as_str())
}

/// The Italian node of the eIDAS network.
pub static EIDAS: Profile = Profile {
    method: "eidas",
    name: "eIDAS",
    // The message format of the European network has no logout, and the metadata, which is that of SPID, says
    // where SPID's messages go.
    single_logout: SingleLogout::None,
    codes: codes!("eidas"),
    attributes: &EUROPEAN_ATTRIBUTES,
    assertion_consumer_service: 1,
    // Those who come through the European network are natural persons.
    purpose: None,
    ..SPID
};

/// The attributes of a natural person that cross borders, in two sets of fixed number.
const EUROPEAN_ATTRIBUTES: [(&str, Attribute); 8] = [
    ("spidCode", Attribute::SpidCode),
    ("name", Attribute::GivenName),
    ("familyName", Attribute::FamilyName),
    ("dateOfBirth", Attribute::Birthdate),
    ("fiscalNumber", Attribute::FiscalNumber),
    ("placeOfBirth", Attribute::PlaceOfBirth),
    ("address", Attribute::Address),
    ("gender", Attribute::Gender),
];

/// A set of attributes that every service provider has under the same number and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EuropeanSet {
    pub(crate) index: u16,
    pub(crate) name: &'static str,
    size: usize,
}

/// What each country has of everybody.
pub(crate) const MINIMUM: EuropeanSet =
    EuropeanSet { index: 99, name: "eIDAS Natural Person Minimum Attribute Set", size: 5 };

/// What some have besides.
pub(crate) const FULL: EuropeanSet =
    EuropeanSet { index: 100, name: "eIDAS Natural Person Full Attribute Set", size: EUROPEAN_ATTRIBUTES.len() };

// === impl EuropeanSet ===

impl EuropeanSet {
    /// The smaller set that has all of what a service may know.
    pub(crate) fn for_service(entitled: &[Attribute]) -> Self {
        let beyond = |attribute: &Attribute| !MINIMUM.attributes().contains(attribute);
        let crosses_borders = |attribute: &Attribute| FULL.attributes().contains(attribute);
        if entitled.iter().any(|attribute| beyond(attribute) && crosses_borders(attribute)) { FULL } else { MINIMUM }
    }

    /// The attributes in it.
    pub(crate) fn attributes(self) -> Vec<Attribute> {
        EUROPEAN_ATTRIBUTES[..self.size].iter().map(|(_, attribute)| *attribute).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attribute_has_one_name_and_each_name_one_attribute() {
        for known in Attribute::ALL {
            let name = SPID.name_of(*known).unwrap_or_else(|| panic!("{known:?} has no SPID name"));
            assert_eq!(SPID.attribute_named(name), Some(*known));
        }
        assert_eq!(Attribute::ALL.len(), ATTRIBUTES.len());
        assert_eq!(SPID.attribute_named("fiscalnumber"), None, "names are exact");
    }

    #[test]
    fn the_fiscal_number_is_always_asked_for_and_nothing_else_unasked() {
        assert_eq!(SPID.asked_for(&[]), [Attribute::FiscalNumber]);
        assert_eq!(
            SPID.asked_for(&[Attribute::Email, Attribute::GivenName]),
            [Attribute::GivenName, Attribute::FiscalNumber, Attribute::Email]
        );
    }

    #[test]
    fn the_full_european_set_is_for_who_needs_more_than_the_minimum() {
        let set = EuropeanSet::for_service;
        assert_eq!(set(&[]), MINIMUM);
        assert_eq!(set(&[Attribute::Birthdate, Attribute::FiscalNumber]), MINIMUM);
        assert_eq!(set(&[Attribute::Gender]), FULL);
        assert_eq!(set(&[Attribute::Email]), MINIMUM, "no country sends it, in neither set");
    }
}
