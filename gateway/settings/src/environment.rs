//! From environment variables to the tree: `VARCO_<SECTION>__<KEY>`.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use crate::tree::{Node, Place, Source, Table, Value};

const PREFIX: &str = "VARCO_";

/// A variable that sets something.
pub(crate) struct Variable {
    keys: Vec<String>,
    node: Node,
}

/// The variables that are meant for the gateway, those of whole tables before those of their parts.
/// Relative paths in them start from the working directory.
pub(crate) fn variables<K, V>(environment: impl IntoIterator<Item = (K, V)>, working_directory: &Path) -> Vec<Variable>
where
    K: Into<OsString>,
    V: Into<OsString>,
{
    let folder = working_directory.to_string_lossy();
    let variable = |(name, value): (K, V)| {
        let name = name.into().into_string().ok()?;
        let keys = name.strip_prefix(PREFIX)?.to_lowercase().split("__").map(str::to_owned).collect();
        let place = Place { source: Arc::new(Source { folder: folder.to_string(), name }), line: 0 };
        let text = value.into().to_string_lossy().into_owned();
        Some(Variable { keys, node: Node { value: read(text, &place), place } })
    };
    let mut variables: Vec<_> = environment.into_iter().filter_map(variable).collect();
    variables.sort_by(|one, other| one.keys.cmp(&other.keys));
    variables
}

// === impl Variable ===

impl Variable {
    /// What it sets, if that is this setting of the top level.
    pub(crate) fn sets(&self, key: &str) -> Option<&Node> {
        (self.keys == [key]).then_some(&self.node)
    }

    /// Puts it in the place of what the files say.
    pub(crate) fn apply(self, root: &mut Node) {
        let Some((last, tables)) = self.keys.split_last() else { return };
        let mut table = root.make_table();
        for key in tables {
            let place = self.node.place.clone();
            let missing = || Node { value: Value::Table(Table::new()), place };
            table = table.entry(key.clone()).or_insert_with(missing).make_table();
        }
        table.insert(last.clone(), self.node);
    }
}

/// Lists, tables and quoted texts are written as JSON; the rest is text, or whatever the setting wants.
fn read(text: String, place: &Place) -> Value {
    match serde_json::from_str(&text) {
        Ok(json) if text.starts_with(['[', '{', '"']) => from_json(json, place),
        _ => Value::Unquoted(text),
    }
}

fn from_json(json: serde_json::Value, place: &Place) -> Value {
    let node = |json| Node { value: from_json(json, place), place: place.clone() };
    match json {
        serde_json::Value::Null => Value::Unquoted("null".to_owned()),
        serde_json::Value::Bool(value) => Value::Boolean(value),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or(f64::INFINITY)), Value::Integer)
        }
        serde_json::Value::String(text) => Value::Text(text),
        serde_json::Value::Array(list) => Value::List(list.into_iter().map(node).collect()),
        serde_json::Value::Object(table) => {
            Value::Table(table.into_iter().map(|(key, value)| (key, node(value))).collect())
        }
    }
}
