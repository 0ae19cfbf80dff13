//! `[methods.*]`: the ways to log in. A method whose section is there is open.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::sections::services::OneOrList;
use crate::written::{self, Written};

/// The ways to log in.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Methods {
    /// SPID, over SAML.
    pub spid: Option<Spid>,
    /// CIE, the electronic identity card, over SAML.
    pub cie: Option<Cie>,
    /// The identities of other European countries, through the Italian eIDAS node. It speaks like a provider
    /// of SPID, and knows the bodies by their metadata for SPID.
    pub eidas: Option<Eidas>,
}

/// SPID, over SAML.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Spid {
    /// Metadata of the identity providers: files or addresses, each of one provider or of many.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "OneOrList")]
    pub idp_metadata: Vec<MetadataSource>,
    /// The private key that signs requests and metadata, in PEM. Where neither key nor certificate is
    /// set, both are made in the folder of the keys.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub key_file: Option<PathBuf>,
    /// Its certificate, in PEM.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub certificate_file: Option<PathBuf>,
    /// How requests travel to the identity provider.
    pub binding: Binding,
    /// How the level that is reached compares to the level that is asked for.
    pub comparison: Comparison,
}

/// CIE, the electronic identity card, over SAML. It signs with the keys of SPID.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cie {
    /// Metadata of the identity provider: files or addresses.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "OneOrList")]
    pub idp_metadata: Vec<MetadataSource>,
    /// How requests travel to the identity provider.
    pub binding: Binding,
    /// How the level that is reached compares to the level that is asked for: at least, or no other.
    pub comparison: Comparison,
}

/// The identities of other European countries, through the Italian eIDAS node.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Eidas {
    /// Metadata of the node: files or addresses.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "OneOrList")]
    pub idp_metadata: Vec<MetadataSource>,
}

/// Where metadata is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataSource {
    /// A file.
    File(PathBuf),
    /// An address.
    Address(Url),
}

/// How a SAML request travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Binding {
    /// In the address of a redirect.
    #[default]
    Redirect,
    /// In a form that posts itself.
    Post,
}

/// How the level that is reached compares to the level that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Comparison {
    /// At least the level.
    #[default]
    Minimum,
    /// The level, no other.
    Exact,
    /// Above the level.
    Better,
    /// As high as can be, up to the level.
    Maximum,
}

impl Written for MetadataSource {
    const EXPECTED: &'static str = "a file or an address that begins with https:// or http://";

    fn read(text: &str, folder: &Path) -> Option<Self> {
        if text.contains("://") {
            Url::read(text, folder).map(Self::Address)
        } else {
            PathBuf::read(text, folder).map(Self::File)
        }
    }
}
