//! The settings described by their own types: a JSON Schema for editors, tables for readers.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::settings::Settings;

/// More words than this are listed in a table of their own.
const FEW_WORDS: usize = 5;

/// The JSON Schema of the configuration file, for `config/schema.json`.
pub fn schema() -> String {
    format!("{:#}\n", schemars::schema_for!(Settings).as_value())
}

/// Every setting with its kind, default and meaning, in Markdown, for `docs/settings.md`.
pub fn reference() -> String {
    let schema = schemars::schema_for!(Settings);
    let root = schema.as_value();
    let mut reference = Reference { definitions: &root["$defs"], text: INTRODUCTION.to_owned() };
    reference.section("", root);
    reference.words();
    reference.text
}

const INTRODUCTION: &str = "\
# Settings

Written by `cargo xtask gen` from the types in `gateway/settings/src/sections`. How files, environment and
relative paths go together is told in `config/varco.example.toml`, which is also the place to start from.
";

struct Reference<'a> {
    definitions: &'a Value,
    text: String,
}

// === impl Reference ===

impl<'a> Reference<'a> {
    /// One table of the file, then the tables in it.
    fn section(&mut self, name: &str, table: &'a Value) {
        let (mut rows, mut inner) = (String::new(), Vec::new());
        for (key, setting) in entries(table, "properties") {
            let below = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
            match self.table_in(&below, setting) {
                Some(section) if self.resolve(setting)["type"] != "array" => inner.push(section),
                section => {
                    self.row(&mut rows, key, setting, requires(table, key));
                    inner.extend(section);
                }
            }
        }
        if !rows.is_empty() {
            let heading = if name.is_empty() { "At the top".to_owned() } else { format!("`[{name}]`") };
            let _ = write!(self.text, "\n## {heading}\n\n{}\n\n", meaning(table));
            let _ = write!(self.text, "| setting | kind | default | meaning |\n|---|---|---|---|\n{rows}");
        }
        for (name, table) in inner {
            self.section(&name, table);
        }
    }

    fn row(&self, rows: &mut String, key: &str, setting: &Value, required: bool) {
        let default = match setting.get("default") {
            _ if required => "must be set".to_owned(),
            None | Some(Value::Null) => String::new(),
            Some(default) => format!("`{default}`"),
        };
        let _ = writeln!(rows, "| `{key}` | {} | {default} | {} |", self.kind(setting), meaning(setting));
    }

    /// The table that a setting is, or that it holds many of, with its name.
    fn table_in(&self, name: &str, setting: &'a Value) -> Option<(String, &'a Value)> {
        let setting = self.resolve(setting);
        let named = match name {
            "bodies" => "bodies.IPA".to_owned(),
            "services" => "services.ID".to_owned(),
            other => other.to_owned(),
        };
        [setting, self.resolve(&setting["items"]), self.resolve(&setting["additionalProperties"])]
            .into_iter()
            .find(|table| table.get("properties").is_some())
            .map(|table| (named, table))
    }

    /// What a value looks like.
    fn kind(&self, setting: &Value) -> String {
        let name = setting["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let setting = self.resolve(setting);
        let words: Vec<_> = words(setting).map(|(word, _)| format!("`\"{word}\"`")).collect();
        let alternatives = setting["anyOf"].as_array();
        match (setting["type"].as_str().or_else(|| setting["type"][0].as_str()), alternatives) {
            _ if words.len() > FEW_WORDS => format!("a word of *{}*", name.unwrap_or("these")),
            _ if !words.is_empty() => words.join(", "),
            (_, Some(kinds)) => kinds.iter().map(|kind| self.kind(kind)).collect::<Vec<_>>().join(" or "),
            (Some("array"), None) => format!("list: {}", self.kind(&setting["items"])),
            (Some("integer"), None) => number(setting),
            (Some("boolean"), None) => "`true`, `false`".to_owned(),
            (Some("object"), None) => "table".to_owned(),
            (_, None) => "text".to_owned(),
        }
    }

    /// The words of settings that have many.
    fn words(&mut self) {
        for (name, definition) in self.definitions.as_object().into_iter().flatten() {
            let words: Vec<_> = words(definition).collect();
            if words.len() > FEW_WORDS {
                let _ = write!(self.text, "\n## {name}\n\n| word | meaning |\n|---|---|\n");
                for (word, what) in words {
                    let _ = writeln!(self.text, "| `{word}` | {} |", meaning(what));
                }
            }
        }
    }

    /// The schema behind a reference, or behind "that or null".
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let of_option = schema["anyOf"].as_array().and_then(|kinds| match kinds.as_slice() {
            [kind, null] if null["type"] == "null" => Some(kind),
            _ => None,
        });
        let definition = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        match (of_option, definition) {
            (Some(kind), _) => self.resolve(kind),
            (None, Some(name)) => &self.definitions[name],
            (None, None) => schema,
        }
    }
}

fn entries<'a>(schema: &'a Value, of: &str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    schema.get(of).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn words(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    schema["oneOf"].as_array().into_iter().flatten().filter_map(|word| Some((word["const"].as_str()?, word)))
}

fn requires(table: &Value, key: &str) -> bool {
    table["required"].as_array().is_some_and(|keys| keys.iter().any(|required| required == key))
}

fn number(schema: &Value) -> String {
    match (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        (Some(least), Some(most)) => format!("whole number from {least} to {most}"),
        (Some(least), None) => format!("whole number from {least}"),
        (None, _) => "whole number".to_owned(),
    }
}

/// The documentation of the type or field, on one line.
fn meaning(schema: &Value) -> String {
    schema["description"].as_str().unwrap_or_default().replace("\n\n", " ").replace('\n', " ").replace('|', "\\|")
}
