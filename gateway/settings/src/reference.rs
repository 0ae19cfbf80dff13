//! The settings described by their own types: JSON Schema for editors, a table for readers.

use crate::settings::Settings;

/// The JSON Schema of the configuration file, for `config/schema.json`.
pub fn schema() -> String {
    format!("{:#}\n", schemars::schema_for!(Settings).as_value())
}
