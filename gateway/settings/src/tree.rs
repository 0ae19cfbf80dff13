//! Settings before they have types: a tree in which every value knows where it was written.

mod deserialize;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub(crate) use deserialize::Step;

/// A table of the tree.
pub(crate) type Table = BTreeMap<String, Node>;

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
    /// Text of an environment variable: whether it is a number or a text, its setting decides.
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
    Table(Table),
    /// It was wrong, and the problem has been noted; nobody reads it any more.
    Dropped,
}

/// Where something was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// The file or variable.
    pub(crate) source: Arc<Source>,
    /// The line in the file, from 1; 0 for a variable or a whole file.
    pub(crate) line: usize,
}

/// A file or variable that settings are read from.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    /// As messages show it.
    pub(crate) name: String,
    /// The folder that relative paths in it start from.
    pub(crate) folder: String,
}

// === impl Node ===

impl Node {
    /// The table that it is.
    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The table that it is; what is not a table becomes an empty one.
    pub(crate) fn make_table(&mut self) -> &mut Table {
        if !matches!(self.value, Value::Table(_)) {
            self.value = Value::Table(Table::new());
        }
        match &mut self.value {
            Value::Table(table) => table,
            _ => unreachable!("it was just made a table"),
        }
    }

    /// The table under a key; it is made if it is missing.
    pub(crate) fn table_at(&mut self, key: &str) -> &mut Table {
        let place = self.place.clone();
        let node = self.make_table().entry(key.to_owned());
        node.or_insert_with(|| Self { value: Value::Table(Table::new()), place }).make_table()
    }

    /// Where the setting of this dotted name was written, or else the table that it belongs to.
    pub(crate) fn place_of(&self, setting: &str) -> &Place {
        let mut node = self;
        for key in setting.split('.') {
            match node.table().and_then(|table| table.get(key)) {
                Some(next) => node = next,
                None => break,
            }
        }
        &node.place
    }

    /// The node that these steps lead to.
    pub(crate) fn at_mut(&mut self, steps: &[Step]) -> Option<&mut Self> {
        steps.iter().try_fold(self, |node, step| match (&mut node.value, step) {
            (Value::Table(table), Step::Key(key)) => table.get_mut(key),
            (Value::List(list), Step::Index(index)) => list.get_mut(*index),
            _ => None,
        })
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
            Self::Dropped => formatter.write_str("nothing"),
        }
    }
}

fn shortened(text: &str) -> &str {
    const LONGEST: usize = 80;
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}
