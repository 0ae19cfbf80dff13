//! The organisations in our metadata, as federations want to know them.

use std::collections::BTreeMap;

use varco_core::attribute::Attribute;
use varco_core::name::{BodyId, ServiceId};

/// An organisation: who runs the gateway, or a body whose services stand behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its full name, as registers have it.
    pub name: String,
    /// Its code in the index of public administrations; a private organisation has none.
    pub ipa: Option<BodyId>,
    /// Its VAT number, with the country.
    pub vat_number: Option<String>,
    /// Its fiscal code.
    pub fiscal_code: String,
    /// What it does, by its NACE code; asked of private organisations.
    pub nace2: Option<String>,
    /// Where its seat is: the Belfiore code of the municipality.
    pub municipality: Option<String>,
    /// The two letters of the province.
    pub province: Option<String>,
    /// An office that the operators of providers can write to.
    pub email: String,
    /// And call.
    pub phone: Option<String>,
}

/// A body whose services stand behind the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Who it is.
    pub party: Party,
    /// Its web site.
    pub url: String,
    /// Its services.
    pub services: BTreeMap<ServiceId, Asking>,
}

/// What a service asks of citizens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// Its name, as citizens know it.
    pub name: String,
    /// The number of its attribute set. Providers have it from the published metadata, so it must
    /// never change its meaning.
    pub attribute_set: u16,
    /// The attributes that it is entitled to.
    pub attributes: Vec<Attribute>,
}
