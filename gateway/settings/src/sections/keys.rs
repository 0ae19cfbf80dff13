//! `[keys]`: the gateway's own keys.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::written;

/// The keys that sign sessions and assertions.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// Their folder; `keys` next to the database where nothing is set. They are made if they are missing.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub folder: Option<PathBuf>,
    /// The private key that identity providers encrypt assertions for, in PEM (RSA). Where neither it nor its
    /// certificate is set, both are made in the folder when a method asks for encrypted assertions.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub encryption_key_file: Option<PathBuf>,
    /// Its certificate, in PEM.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub encryption_certificate_file: Option<PathBuf>,
}
