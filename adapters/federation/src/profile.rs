//! What a federation asks where federations differ: data for the engine, one value for each.

use jiff::SignedDuration;
use varco_core::attribute::Attribute;
use varco_core::level::Level;

use crate::reason::Codes;

/// A federation of OpenID providers, as far as it differs from others.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The word of the method in `/login/{method}` and `/return/{method}`.
    pub method: &'static str,
    /// Its name, as citizens know it.
    pub name: &'static str,
    /// The codes of its refusals.
    pub codes: Codes,
    /// What is asked for as a whole; the data of the person are asked for one by one.
    pub scope: &'static str,
    /// Its claims about persons.
    pub claims: &'static [Claim],
    /// Whether a provider must say who it is when the browser comes back.
    pub issuer_in_callback: bool,
    /// Whether a logout also ends the right to new access tokens, where there is one.
    pub refresh_ends_at_logout: bool,
    /// How far the clocks of providers may be from ours.
    pub clock_skew: SignedDuration,
}

/// A claim about a person, as providers write it, and what is read from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub form: Form,
}

/// How a claim is written. (SPID/CIE OpenID guidelines, attributes.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text.
    Text(Attribute),
    /// A text with this prefix, which may be missing unless it is a person's. (ETSI EN 319 412-1.)
    Prefixed(&'static str, Attribute),
    /// `male` or `female`, or in one letter.
    Gender,
    /// Where the person was born: the municipality and the province.
    PlaceOfBirth,
    /// Where the person lives, whole and in its parts.
    Address,
    /// An address, on one line.
    Office(Attribute),
    /// An identity document.
    Document,
}

/// ETSI EN 319 412-1: a tax identification number of Italy.
const FISCAL_NUMBER_PREFIX: &str = "TINIT-";

macro_rules! eid {
    ($name:literal) => {
        concat!("https://attributes.eid.gov.it/", $name)
    };
}

const fn claim(name: &'static str, form: Form) -> Claim {
    Claim { name, form }
}

const FISCAL_NUMBER: Claim =
    claim(eid!("fiscal_number"), Form::Prefixed(FISCAL_NUMBER_PREFIX, Attribute::FiscalNumber));

/// SPID/CIE OpenID guidelines, attributes: those that both federations have.
const OF_BOTH: [Claim; 11] = [
    claim("given_name", Form::Text(Attribute::GivenName)),
    claim("family_name", Form::Text(Attribute::FamilyName)),
    FISCAL_NUMBER,
    claim("birthdate", Form::Text(Attribute::Birthdate)),
    claim("place_of_birth", Form::PlaceOfBirth),
    claim("gender", Form::Gender),
    claim("email", Form::Text(Attribute::Email)),
    claim("phone_number", Form::Text(Attribute::MobilePhone)),
    claim(eid!("e_delivery_service"), Form::Text(Attribute::DigitalAddress)),
    claim("address", Form::Address),
    claim("document_details", Form::Document),
];

/// Those of SPID alone, after those of both.
const OF_SPID: [Claim; 17] = {
    let mut all = [FISCAL_NUMBER; 17];
    let mut index = 0;
    while index < OF_BOTH.len() {
        all[index] = OF_BOTH[index];
        index += 1;
    }
    all[11] = claim(eid!("spid_code"), Form::Text(Attribute::SpidCode));
    all[12] = claim(eid!("company_name"), Form::Text(Attribute::CompanyName));
    all[13] = claim(eid!("registered_office"), Form::Office(Attribute::RegisteredOffice));
    all[14] =
        claim(eid!("company_fiscal_number"), Form::Prefixed(FISCAL_NUMBER_PREFIX, Attribute::CompanyFiscalNumber));
    all[15] = claim(eid!("vat_number"), Form::Text(Attribute::VatNumber));
    all[16] = claim(eid!("eid_exp_date"), Form::Text(Attribute::ExpirationDate));
    all
};

/// SPID.
pub static SPID: Profile = Profile {
    method: "spid",
    name: "SPID",
    codes: codes!("spid"),
    scope: "openid",
    claims: &OF_SPID,
    // Guidelines, authorization endpoint: `iss` is required of CIE alone. Where a provider of SPID says in its
    // metadata that it sends it, it is required of it too.
    issuer_in_callback: false,
    refresh_ends_at_logout: true,
    clock_skew: SignedDuration::from_secs(60),
};

/// CIE.
pub static CIE: Profile = Profile {
    method: "cie",
    name: "CIE",
    codes: codes!("cie"),
    // Never `offline_access`: the provider in use refuses it.
    scope: "openid",
    claims: &OF_BOTH,
    issuer_in_callback: true,
    // Guidelines, logout: a refresh token of CIE MUST NOT be revoked by it.
    refresh_ends_at_logout: false,
    clock_skew: SignedDuration::from_secs(60),
};

// === impl Profile ===

impl Profile {
    /// Every attribute that the federation has.
    pub fn attributes(&self) -> Vec<Attribute> {
        self.claims.iter().flat_map(|claim| claim.form.attributes()).copied().collect()
    }

    /// What is asked for on behalf of a service: what it is entitled to as far as the federation has it, and the
    /// fiscal number, by which the person is known.
    pub fn asked_for(&self, entitled: impl IntoIterator<Item = Attribute>) -> Vec<Attribute> {
        let entitled: Vec<_> = entitled.into_iter().collect();
        let asked = |attribute: &Attribute| *attribute == Attribute::FiscalNumber || entitled.contains(attribute);
        self.attributes().into_iter().filter(asked).collect()
    }
}

// === impl Form ===

impl Form {
    /// What is read from a claim of this form.
    pub const fn attributes(&self) -> &[Attribute] {
        match self {
            Self::Text(attribute) | Self::Prefixed(_, attribute) | Self::Office(attribute) => {
                std::slice::from_ref(attribute)
            }
            Self::Gender => &[Attribute::Gender],
            Self::PlaceOfBirth => &[Attribute::PlaceOfBirth, Attribute::CountyOfBirth],
            Self::Address => &[
                Attribute::Address,
                Attribute::DomicileStreetAddress,
                Attribute::DomicilePostalCode,
                Attribute::DomicileMunicipality,
                Attribute::DomicileProvince,
                Attribute::DomicileNation,
            ],
            Self::Document => &[Attribute::IdCard],
        }
    }
}

/// SPID/CIE OpenID guidelines, authorization endpoint: whether the person is asked to agree only, or to log in
/// again first. A session that the provider keeps counts at the first level alone.
pub(crate) const fn prompt(level: Level) -> &'static str {
    match level {
        Level::One => "consent",
        Level::Two | Level::Three => "consent login",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_gets_what_it_is_entitled_to_and_the_federation_has() {
        let asked = CIE.asked_for([Attribute::Email, Attribute::SpidCode, Attribute::DomicileProvince]);
        assert_eq!(asked, [Attribute::FiscalNumber, Attribute::Email, Attribute::DomicileProvince]);
        assert!(SPID.asked_for([Attribute::SpidCode]).contains(&Attribute::SpidCode));
    }

    #[test]
    fn every_attribute_of_a_federation_comes_from_one_claim() {
        for profile in [&SPID, &CIE] {
            let mut attributes = profile.attributes();
            let all = attributes.len();
            attributes.sort_unstable();
            attributes.dedup();
            assert_eq!(attributes.len(), all, "{}", profile.name);
        }
        assert_eq!(SPID.attributes().len(), Attribute::ALL.len(), "SPID has all that there is");
    }

    #[test]
    fn offline_access_is_never_asked_for() {
        assert!([&SPID, &CIE].iter().all(|profile| profile.scope == "openid"));
    }
}
