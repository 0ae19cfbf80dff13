//! `[aggregator]`: who runs the gateway.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;
use varco_core::name::BodyId;

use crate::written;

/// Who runs the gateway for the public bodies, as its metadata tells identity providers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Aggregator {
    /// Its full name.
    pub name: String,
    /// Its code in the index of public administrations (IPA).
    pub ipa: BodyId,
    /// Its VAT number, with the country: `IT01234567890`.
    #[serde(default)]
    pub vat_number: Option<String>,
    /// Its fiscal code.
    pub fiscal_code: String,
    /// Where the operators of identity providers write to; not a person's address.
    pub email: String,
    /// Where they call, without spaces: `+39055000000`.
    pub phone: String,
    /// The municipality where it has its seat.
    pub locality: String,
    /// Its web site.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub url: Url,
}
