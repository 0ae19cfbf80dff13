//! What the tests of several rooms stand on.

use jiff::SignedDuration;
use varco_core::attribute::Attribute;

use crate::profile::{Profile, SingleLogout};

/// A federation as strict as can be.
pub(crate) const PROFILE: Profile = Profile {
    method: "spid",
    name: "SPID",
    codes: codes!("spid"),
    attributes: &[
        ("spidCode", Attribute::SpidCode),
        ("name", Attribute::GivenName),
        ("familyName", Attribute::FamilyName),
        ("dateOfBirth", Attribute::Birthdate),
        ("fiscalNumber", Attribute::FiscalNumber),
        ("email", Attribute::Email),
        ("digitalAddress", Attribute::DigitalAddress),
    ],
    assertion_consumer_service: 0,
    issuer_format_required: true,
    european_identifiers: true,
    purpose: None,
    comparison: |wished, _| wished,
    single_logout: SingleLogout::Saml,
    clock_skew: SignedDuration::from_secs(60),
};
