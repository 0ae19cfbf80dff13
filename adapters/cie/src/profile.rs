//! CIE, as the engine wants to know it.

use jiff::SignedDuration;
use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_saml::codes;
use varco_saml::profile::{Profile, SingleLogout};
use varco_saml::request::Comparison;

/// CIE manual, federation, Attribute Consuming Service: the minimum data set of eIDAS, and nothing else.
const ATTRIBUTES: [(&str, Attribute); 4] = [
    ("name", Attribute::GivenName),
    ("familyName", Attribute::FamilyName),
    ("dateOfBirth", Attribute::Birthdate),
    ("fiscalNumber", Attribute::FiscalNumber),
];

/// CIE.
pub static CIE: Profile = Profile {
    method: "cie",
    name: "CIE",
    codes: codes!("cie"),
    attributes: &ATTRIBUTES,
    assertion_consumer_service: 0,
    // CIE manual, protocols, <Assertion>: one of its examples names the format of the issuer, the other does not.
    issuer_format_required: false,
    european_identifiers: false,
    purpose: None,
    comparison,
    // CIE manual, protocols, logout: an address that is opened, and answers nothing.
    single_logout: SingleLogout::PlainAddress,
    clock_skew: SignedDuration::from_secs(60),
};

/// CIE manual, protocols, <RequestedAuthnContext>: `minimum` at every level, or, at the highest, `exact`.
const fn comparison(wished: Comparison, level: Level) -> Comparison {
    match (wished, level) {
        (Comparison::Exact, Level::Three) => Comparison::Exact,
        _ => Comparison::Minimum,
    }
}

/// What is asked for on behalf of every service.
// CIE manual, protocols, <AuthnRequest>: the attributes that are asked for must hold the minimum data set, which
// is all there is. A service sees no more of it than it is entitled to.
pub(crate) fn minimum_data_set() -> Vec<Attribute> {
    ATTRIBUTES.map(|(_, attribute)| attribute).to_vec()
}
