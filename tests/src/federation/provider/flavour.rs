//! Where SPID and CIE differ, and what each knows of a person. (SPID/CIE OpenID guidelines, user attributes.)

use serde_json::{Value, json};

use crate::identity_provider::Person;

/// The federation that a provider is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// SPID.
    Spid,
    /// CIE.
    Cie,
}

macro_rules! eid {
    ($name:literal) => {
        concat!("https://attributes.eid.gov.it/", $name)
    };
}

const OF_BOTH: [&str; 11] = [
    "given_name",
    "family_name",
    "place_of_birth",
    "birthdate",
    "gender",
    eid!("fiscal_number"),
    "document_details",
    "phone_number",
    "email",
    eid!("e_delivery_service"),
    "address",
];
const OF_SPID: [&str; 6] = [
    eid!("spid_code"),
    eid!("company_name"),
    eid!("registered_office"),
    eid!("company_fiscal_number"),
    eid!("vat_number"),
    eid!("eid_exp_date"),
];
const OF_CIE: [&str; 3] = ["email_verified", "phone_number_verified", eid!("landline_number")];

// === impl Flavour ===

impl Flavour {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spid => "SPID",
            Self::Cie => "CIE",
        }
    }

    /// What clients may ask for as a whole. None of them gets tokens for when the person is away.
    pub const fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Spid => &["openid"],
            Self::Cie => &["openid", "profile", "email"],
        }
    }

    /// Every claim about a person.
    pub fn claims(self) -> impl Iterator<Item = &'static str> {
        let own: &[&str] = match self {
            Self::Spid => &OF_SPID,
            Self::Cie => &OF_CIE,
        };
        OF_BOTH.iter().chain(own).copied()
    }

    /// What a scope stands for.
    pub const fn in_scope(scope: &str) -> &'static [&'static str] {
        match scope.as_bytes() {
            b"profile" => &["family_name", "given_name", "birthdate", eid!("fiscal_number")],
            b"email" => &["email", "email_verified"],
            _ => &[],
        }
    }
}

/// A claim about a person; nothing where they do not have it.
pub(super) fn claim_of(person: &Person, name: &str) -> Option<Value> {
    let known = |attribute: &str| person.attribute(attribute).map(|value| value.text);
    let text = |attribute: &str| Some(Value::String(known(attribute)?));
    match name {
        "given_name" => text("name"),
        "family_name" => text("familyName"),
        "place_of_birth" => Some(json!({ "locality": known("placeOfBirth")?, "region": known("countyOfBirth")? })),
        "birthdate" => text("dateOfBirth"),
        "gender" => Some(if person.gender == "F" { "female" } else { "male" }.into()),
        eid!("fiscal_number") => text("fiscalNumber"),
        "document_details" => Some(json!({
            "type": "cartaIdentita",
            "document_number": "CA00000AA",
            "issuer": { "name": "comuneProva" },
            "date_of_issuance": "2025-01-01",
            "date_of_expiry": "2035-01-01",
        })),
        "phone_number" => text("mobilePhone"),
        "email" => text("email"),
        "email_verified" | "phone_number_verified" => Some(true.into()),
        eid!("landline_number") => Some("+390550000001".into()),
        eid!("e_delivery_service") => text("digitalAddress"),
        "address" => Some(json!({ "formatted": known("address")? })),
        eid!("spid_code") => text("spidCode"),
        eid!("company_name") => text("companyName"),
        eid!("registered_office") => Some(json!({ "formatted": known("registeredOffice")? })),
        eid!("company_fiscal_number") => text("companyFiscalNumber"),
        eid!("vat_number") => text("ivaCode"),
        eid!("eid_exp_date") => text("expirationDate"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_known_of_people() {
        let bianca = Person::named("bianca").unwrap();
        let of_companies = |name: &str| ["company", "registered_office", "vat"].iter().any(|word| name.contains(word));
        for flavour in [Flavour::Spid, Flavour::Cie] {
            for name in flavour.claims() {
                assert_eq!(claim_of(bianca, name).is_some(), !of_companies(name), "{name}");
            }
        }
        assert!(claim_of(Person::named("impresa").unwrap(), eid!("vat_number")).is_some());
    }
}
