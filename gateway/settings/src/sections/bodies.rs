//! `[bodies.IPA]`: the public bodies.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::contact::{Email, FiscalCode, Name};
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
}

impl Written for Url {
    const EXPECTED: &'static str = "an address such as https://www.comune.example/";

    fn read(text: &str, _: &Path) -> Option<Self> {
        Self::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
    }
}
