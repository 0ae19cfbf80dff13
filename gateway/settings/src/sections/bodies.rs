//! `[bodies.IPA]`: the public bodies.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::contact::{Belfiore, Email, FiscalCode, Nace2, Name, Phone, PostalCode, Province, VatNumber};
use crate::written::{self, Written};

/// A public body whose services stand behind the gateway.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Its full name, as citizens know it.
    #[serde(deserialize_with = "written::text::<Name, _>")]
    pub name: String,
    /// Its web site.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub url: Url,
    /// Its fiscal code.
    #[serde(deserialize_with = "written::text::<FiscalCode, _>")]
    pub fiscal_code: String,
    /// An address of an office, not of a person.
    #[serde(deserialize_with = "written::text::<Email, _>")]
    pub email: String,
    /// Where the operators of identity providers call, without spaces: `+390583000000`.
    #[serde(default, deserialize_with = "written::optional_text::<Phone, _>")]
    pub phone: Option<String>,
    /// Its VAT number, with the country: `IT01234567890`. Private organisations and operators need one.
    #[serde(default, deserialize_with = "written::optional_text::<VatNumber, _>")]
    pub vat_number: Option<String>,
    /// Its role towards the identity providers of SPID.
    #[serde(default)]
    pub activity: Activity,
    /// The Belfiore code of the municipality of its seat: `E715`. CIE asks for it.
    #[serde(default, deserialize_with = "written::optional_text::<Belfiore, _>")]
    pub municipality: Option<String>,
    /// The two letters of its province.
    #[serde(default, deserialize_with = "written::optional_text::<Province, _>")]
    pub province: Option<String>,
    /// The name of the town of its seat, for a certificate of its own.
    #[serde(default, deserialize_with = "written::optional_text::<Name, _>")]
    pub locality: Option<String>,
    /// What it does, by its NACE code: `62.01`. CIE asks private organisations for it.
    #[serde(default, deserialize_with = "written::optional_text::<Nace2, _>")]
    pub nace2: Option<String>,
    /// Whom identity providers send their invoices to. Private organisations need it.
    #[serde(default)]
    pub billing: Option<Billing>,
    /// A private key of its own that signs its SAML requests and metadata, in PEM.
    #[serde(default, deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub key_file: Option<PathBuf>,
    /// The certificate of that key, in PEM.
    #[serde(default, deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub certificate_file: Option<PathBuf>,
    /// A certificate that the metadata holds besides, in PEM: of the key that signs next, or of the one that
    /// signed before.
    #[serde(default, deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub other_certificate_file: Option<PathBuf>,
}

/// The role of a body towards the identity providers of SPID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// A public body behind an aggregator, which is who runs the gateway.
    #[default]
    #[serde(rename = "pub-ag-full")]
    PublicFull,
    /// A public body that signs with a key of its own, which the aggregator vouches for.
    #[serde(rename = "pub-ag-lite")]
    PublicLight,
    /// A private organisation behind an aggregator.
    #[serde(rename = "pri-ag-full")]
    PrivateFull,
    /// A private organisation that signs with a key of its own, which the aggregator vouches for.
    #[serde(rename = "pri-ag-lite")]
    PrivateLight,
    /// An operator of public services.
    #[serde(rename = "pub-op-full")]
    OperatorFull,
    /// A public body for itself, without an aggregator.
    Public,
    /// A private organisation for itself, without an aggregator.
    Private,
}

/// Whom identity providers send their invoices to.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Billing {
    /// The full name; the body's where nothing is said.
    #[serde(default, deserialize_with = "written::optional_text::<Name, _>")]
    pub name: Option<String>,
    /// The VAT number; the body's where nothing is said.
    #[serde(default, deserialize_with = "written::optional_text::<VatNumber, _>")]
    pub vat_number: Option<String>,
    /// The street, and the number in it.
    #[serde(deserialize_with = "written::text::<Name, _>")]
    pub street: String,
    /// The postal code: five digits.
    #[serde(deserialize_with = "written::text::<PostalCode, _>")]
    pub postal_code: String,
    /// The municipality.
    #[serde(deserialize_with = "written::text::<Name, _>")]
    pub town: String,
    /// The two letters of the province.
    #[serde(default, deserialize_with = "written::optional_text::<Province, _>")]
    pub province: Option<String>,
    /// An address of an office, not of a person.
    #[serde(deserialize_with = "written::text::<Email, _>")]
    pub email: String,
    /// A telephone number.
    #[serde(default, deserialize_with = "written::optional_text::<Phone, _>")]
    pub phone: Option<String>,
}

// === impl Activity ===

impl Activity {
    /// Whether the body is a private organisation.
    pub const fn is_private(self) -> bool {
        matches!(self, Self::Private | Self::PrivateFull | Self::PrivateLight)
    }
}

impl Written for Url {
    const EXPECTED: &'static str = "an address such as https://www.comune.example/";

    fn read(text: &str, _: &Path) -> Option<Self> {
        Self::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
    }
}
