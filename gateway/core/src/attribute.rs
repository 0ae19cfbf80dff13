//! What can be known of a person: the one table of attributes, under their OpenID claim names.

mod value;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use value::NotAValue;

/// Declares the attributes with the claim name that services see.
macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident => $claim:literal,)+) => {
        /// One attribute of a person. In configuration it is written in `snake_case`
        /// (`fiscal_number`); a service receives it under [`Attribute::claim`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Attribute {
            $($(#[$doc])* $name,)+
        }

        impl Attribute {
            /// Every attribute.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name of the claim in the assertion.
            /// (Italian OpenID Connect guidelines, table of claims.)
            pub const fn claim(self) -> &'static str {
                match self {
                    $(Self::$name => $claim,)+
                }
            }
        }
    };
}

attributes! {
    /// Given names.
    GivenName => "given_name",
    /// Family name.
    FamilyName => "family_name",
    /// The fiscal number (codice fiscale), without the `TINIT-` prefix.
    FiscalNumber => "https://attributes.eid.gov.it/fiscal_number",
    /// The code of the SPID identity.
    SpidCode => "https://attributes.eid.gov.it/spid_code",
    /// Date of birth, `YYYY-MM-DD`.
    Birthdate => "birthdate",
    /// Place of birth, by its Belfiore code.
    PlaceOfBirth => "place_of_birth",
    /// Province of birth, two letters.
    CountyOfBirth => "county_of_birth",
    /// `F` or `M`.
    Gender => "gender",
    /// E-mail address.
    Email => "email",
    /// Mobile phone number: digits, after a `+` where the country is named.
    MobilePhone => "phone_number",
    /// Certified e-mail address (PEC).
    DigitalAddress => "https://attributes.eid.gov.it/e_delivery_service",
    /// Postal address, in one line.
    Address => "address",
    /// Domicile: street and number.
    DomicileStreetAddress => "domicile_street_address",
    /// Domicile: postal code.
    DomicilePostalCode => "domicile_postal_code",
    /// Domicile: municipality.
    DomicileMunicipality => "domicile_municipality",
    /// Domicile: province.
    DomicileProvince => "domicile_province",
    /// Domicile: nation.
    DomicileNation => "domicile_nation",
    /// Identity document: kind, number, issuer, expiry.
    IdCard => "document_details",
    /// When the SPID identity expires, `YYYY-MM-DD`.
    ExpirationDate => "https://attributes.eid.gov.it/eid_exp_date",
    /// Company name, for professional identities.
    CompanyName => "https://attributes.eid.gov.it/company_name",
    /// Registered office of the company.
    RegisteredOffice => "https://attributes.eid.gov.it/registered_office",
    /// Fiscal number of the company: eleven digits, or, of a one-man business, the owner's.
    CompanyFiscalNumber => "https://attributes.eid.gov.it/company_fiscal_number",
    /// VAT number, with the `VATIT-` prefix.
    VatNumber => "https://attributes.eid.gov.it/vat_number",
}

impl Attribute {
    /// What every natural person has, also one who comes through the European network (its minimum data set); a
    /// legal person has none of it. A provider leaves out what a person does not have, such as a certified
    /// e-mail address, so that the lack of anything else is no reason to refuse.
    pub const OF_EVERYBODY: [Self; 3] = [Self::GivenName, Self::FamilyName, Self::Birthdate];

    /// What tells that a company stands behind an identity, and which.
    pub const OF_COMPANIES: [Self; 3] = [Self::CompanyFiscalNumber, Self::VatNumber, Self::CompanyName];
}

impl fmt::Display for Attribute {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.claim())
    }
}

/// The attributes of one person. `Debug` prints their names, never their values.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attributes(BTreeMap<Attribute, String>);

// === impl Attributes ===

impl Attributes {
    /// The value of an attribute, if known.
    pub fn value(&self, attribute: Attribute) -> Option<&str> {
        self.0.get(&attribute).map(String::as_str)
    }

    /// Each attribute with its value, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (Attribute, &str)> {
        self.0.iter().map(|(attribute, value)| (*attribute, value.as_str()))
    }

    /// Whether both are known of the same company, or of none. One person may act for many: where one side
    /// names a company and the other does not, it may be another.
    pub fn agree_on_company(&self, other: &Self) -> bool {
        let known = Attribute::OF_COMPANIES.map(|attribute| (self.value(attribute), other.value(attribute)));
        let both = |pair: &(Option<&str>, Option<&str>)| pair.0.is_some() && pair.1.is_some();
        let differ = known.iter().any(|pair| both(pair) && pair.0 != pair.1);
        !differ && (known.iter().any(both) || known.iter().all(|pair| *pair == (None, None)))
    }

    /// These, and of the older ones those that are not among them.
    #[must_use]
    pub fn over(mut self, older: &Self) -> Self {
        for (attribute, value) in &older.0 {
            self.0.entry(*attribute).or_insert_with(|| value.clone());
        }
        self
    }

    /// Only those that somebody is entitled to.
    pub fn entitled<'a>(&'a self, to: &'a [Attribute]) -> impl Iterator<Item = (Attribute, &'a str)> {
        self.iter().filter(|(attribute, _)| to.contains(attribute))
    }
}

impl FromIterator<(Attribute, String)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (Attribute, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_sees_only_what_it_is_entitled_to() {
        let known: Attributes =
            [(Attribute::GivenName, "Ada".to_owned()), (Attribute::Email, "ada@example.org".to_owned())]
                .into_iter()
                .collect();
        let seen: Vec<_> = known.entitled(&[Attribute::GivenName, Attribute::Gender]).collect();
        assert_eq!(seen, [(Attribute::GivenName, "Ada")]);
    }

    #[test]
    fn values_do_not_print() {
        let known: Attributes = [(Attribute::GivenName, "Ada".to_owned())].into_iter().collect();
        assert_eq!(format!("{known:?}"), "{GivenName}");
    }
}
