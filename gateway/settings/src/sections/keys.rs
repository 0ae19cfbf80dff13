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
}
