//! Settings before they have types: a tree in which every value knows where it was written.

mod deserialize;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A value and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What was written.
    pub(crate) value: Value,
    /// Where.
    pub(crate) place: Place,
}

/// What was written.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Text.
    Text(String),
    /// Text of an environment variable: it means whatever its setting is, a number or a text.
    Unquoted(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(BTreeMap<String, Node>),
}

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The file or variable.
    pub(crate) source: Arc<Source>,
    /// The line in the file, from 1; 0 for a variable.
    pub(crate) line: usize,
}

/// A file or variable that settings are read from.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    /// As messages show it.
    pub(crate) name: String,
    /// The folder that relative paths in it start from.
    pub(crate) folder: Box<Path>,
}

// === impl Node ===

impl Node {
    /// The node at a path of keys, or the deepest one on the way to it.
    pub(crate) fn nearest<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> &Self {
        let mut node = self;
        for key in keys {
            let next = match &node.value {
                Value::Table(table) => table.get(key),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }
}

// === impl Place ===

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.source.name)?;
        if self.line > 0 { write!(formatter, ":{}", self.line) } else { Ok(()) }
    }
}

// === impl Value ===

impl fmt::Display for Value {
    /// As an error shows what was found.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Unquoted(text) => write!(formatter, "{:?}", shortened(text)),
            Self::Integer(number) => number.fmt(formatter),
            Self::Float(number) => number.fmt(formatter),
            Self::Boolean(value) => value.fmt(formatter),
            Self::List(list) if list.is_empty() => formatter.write_str("an empty list"),
            Self::List(_) => formatter.write_str("a list"),
            Self::Table(_) => formatter.write_str("a table"),
        }
    }
}

fn shortened(text: &str) -> &str {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
