//! The attributes of SPID under both their names.

use varco_core::attribute::Attribute;

/// SPID technical rules, table of attributes; `companyFiscalNumber` by Avviso 18. `address` was
/// replaced by the five parts of a domicile (Avviso 25), providers still send it where asked.
const NAMES: [(&str, Attribute); 23] = [
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

/// The name of an attribute in SPID.
pub fn spid_name(attribute: Attribute) -> Option<&'static str> {
    NAMES.iter().find(|(_, known)| *known == attribute).map(|(name, _)| *name)
}

/// The attribute that SPID calls by this name.
pub fn attribute(spid_name: &str) -> Option<Attribute> {
    NAMES.iter().find(|(name, _)| *name == spid_name).map(|(_, attribute)| *attribute)
}

/// Every attribute that SPID can give.
pub fn all() -> Vec<Attribute> {
    NAMES.iter().map(|(_, attribute)| *attribute).collect()
}

/// What is asked for on behalf of a service: what it is entitled to, and the fiscal number, by which
/// the person is known. The order is that of the table, so that it never depends on configuration.
pub fn asked_for(entitled: &[Attribute]) -> Vec<Attribute> {
    let asked = |attribute: &Attribute| *attribute == Attribute::FiscalNumber || entitled.contains(attribute);
    all().into_iter().filter(asked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attribute_has_one_name_and_each_name_one_attribute() {
        for known in Attribute::ALL {
            let name = spid_name(*known).unwrap_or_else(|| panic!("{known:?} has no SPID name"));
            assert_eq!(attribute(name), Some(*known));
        }
        assert_eq!(Attribute::ALL.len(), NAMES.len());
        assert_eq!(attribute("fiscalnumber"), None, "names are exact");
    }

    #[test]
    fn the_fiscal_number_is_always_asked_for_and_nothing_else_unasked() {
        assert_eq!(asked_for(&[]), [Attribute::FiscalNumber]);
        assert_eq!(
            asked_for(&[Attribute::Email, Attribute::GivenName]),
            [Attribute::GivenName, Attribute::FiscalNumber, Attribute::Email]
        );
    }
}
