//! `[bodies.IPA]`: the public bodies.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use crate::written::{self, Written};

/// A public body whose services stand behind the gateway.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Its full name, as citizens know it.
    pub name: String,
    /// Its web site.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub url: Url,
    /// Its fiscal code.
    pub fiscal_code: String,
    /// An address of an office, not of a person.
    pub email: String,
    /// The municipality where it has its seat.
    pub locality: String,
}

impl Written for Url {
    const EXPECTED: &'static str = "an address such as https://www.comune.example/";

    fn read(text: &str, _: &Path) -> Option<Self> {
        Self::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
    }
}
