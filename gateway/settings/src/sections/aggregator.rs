//! `[aggregator]`: who runs the gateway.

use schemars::JsonSchema;
use serde::Deserialize;
use varco_core::name::BodyId;

use super::contact::{Belfiore, Email, FiscalCode, Nace2, Name, Phone, Province, VatNumber};
use crate::written;

/// Who runs the gateway for the public bodies, as its metadata tells identity providers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aggregator {
    /// Its full name.
    #[serde(deserialize_with = "written::text::<Name, _>")]
    pub name: String,
    /// Its code in the index of public administrations (IPA).
    pub ipa: BodyId,
    /// Its VAT number, with the country: `IT01234567890`. CIE asks for it where a body is a private organisation.
    #[serde(default, deserialize_with = "written::optional_text::<VatNumber, _>")]
    pub vat_number: Option<String>,
    /// Its fiscal code.
    #[serde(deserialize_with = "written::text::<FiscalCode, _>")]
    pub fiscal_code: String,
    /// Where the operators of identity providers write to; not a person's address.
    #[serde(deserialize_with = "written::text::<Email, _>")]
    pub email: String,
    /// Where they call, without spaces: `+39055000000`.
    #[serde(deserialize_with = "written::text::<Phone, _>")]
    pub phone: String,
    /// The municipality where it has its seat.
    pub locality: String,
    /// The Belfiore code of that municipality: `D612`. CIE asks for it.
    #[serde(default, deserialize_with = "written::optional_text::<Belfiore, _>")]
    pub municipality: Option<String>,
    /// The two letters of its province.
    #[serde(default, deserialize_with = "written::optional_text::<Province, _>")]
    pub province: Option<String>,
    /// What it does, by its NACE code: `84.11`. CIE asks for it where a body is a private organisation.
    #[serde(default, deserialize_with = "written::optional_text::<Nace2, _>")]
    pub nace2: Option<String>,
}
