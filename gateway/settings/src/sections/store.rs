//! `[store]`: where data is kept.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::written::{self, Written};

/// The database where nothing is set, from the folder of the configuration file.
pub(crate) const DEFAULT_FILE: &str = "data/varco.sqlite";

/// Where data is kept.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// Sessions, pending logins and hand-offs: `embedded`, in the gateway's own process, which is also the default.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub hot: Hot,
    /// What must outlive the process: `sqlite:PATH`; `sqlite:data/varco.sqlite`, next to the
    /// configuration file, where nothing is set. The folder is made if it is missing.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub durable: Durable,
}

/// Where hot data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hot {
    /// In the gateway's own process.
    Embedded,
}

/// Where durable data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Durable {
    /// In the SQLite database of this file.
    Sqlite(PathBuf),
}

// === impl Store ===

impl Store {
    /// The folder of the database.
    pub fn folder(&self) -> &Path {
        let Durable::Sqlite(file) = &self.durable;
        file.parent().unwrap_or(file)
    }
}

impl Default for Store {
    fn default() -> Self {
        Self { hot: Hot::Embedded, durable: Durable::Sqlite(PathBuf::from(DEFAULT_FILE)) }
    }
}

impl Written for Hot {
    const EXPECTED: &'static str = "\"embedded\" (Redis is not in this version)";

    fn read(text: &str, _: &Path) -> Option<Self> {
        (text == "embedded").then_some(Self::Embedded)
    }
}

impl Written for Durable {
    const EXPECTED: &'static str = "sqlite:PATH (PostgreSQL is not in this version)";

    fn read(text: &str, folder: &Path) -> Option<Self> {
        text.strip_prefix("sqlite:").and_then(|path| PathBuf::read(path, folder)).map(Self::Sqlite)
    }
}
