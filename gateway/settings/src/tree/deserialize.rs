//! From the tree to types, by serde. A mistake knows where it was made.

use std::fmt;

use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Node, Place, Value};
use crate::problem::{Fault, Problem, advice};
use crate::written::{ONE_OR_LIST, TEXT_OR_TABLE, WITH_FOLDER};

/// A setting that could not be read.
#[derive(Debug)]
pub(crate) struct Mistake {
    fault: Fault,
    place: Option<Place>,
    /// From the setting up to the root.
    steps: Vec<Step>,
}

/// One step from a node to one that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the value of a key.
    Key(String),
    /// To an element of a list.
    Index(usize),
}

// === impl Mistake ===

impl Mistake {
    fn new(fault: Fault) -> Self {
        Self { fault, place: None, steps: Vec::new() }
    }

    /// Adds where it was made: the first node on the way up is the one that it is about.
    fn within(mut self, step: Step, node: &Node) -> Self {
        if self.place.is_none() {
            self.place = Some(node.place.clone());
            match &mut self.fault {
                Fault::Wrong { found, .. } => *found = node.value.to_string(),
                Fault::Contradiction(why) if !node.is_compound() => *why = format!("found {}: {why}", node.value),
                _ => {}
            }
        }
        self.steps.push(step);
        self
    }

    /// Whether a setting is missing.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.fault, Fault::Missing)
    }

    /// The way from the root to the setting.
    pub(crate) fn steps(&self) -> Vec<Step> {
        self.steps.iter().rev().cloned().collect()
    }

    /// The same, to be told. What no node claimed is about the root.
    pub(crate) fn into_problem(self, root: &Node) -> Problem {
        let mut setting = String::new();
        for step in self.steps() {
            match step {
                Step::Key(key) if setting.is_empty() => setting = key,
                Step::Key(key) => setting = format!("{setting}.{key}"),
                Step::Index(index) => setting = format!("{setting}[{index}]"),
            }
        }
        Problem::new(self.place.unwrap_or_else(|| root.place.clone()), setting, self.fault)
    }
}

impl Error for Mistake {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::new(Fault::Contradiction(why.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Fault::Wrong { found: String::new(), expected: in_words(&expected.to_string()) })
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::invalid_type(Unexpected::Seq, expected)
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        let expected = match known {
            [] | [_] | [_, _] | [_, _, _] => {
                known.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" or ")
            }
            many => format!("a word that is known; {}", advice(found, many)),
        };
        Self::new(Fault::Wrong { found: String::new(), expected })
    }

    fn unknown_field(found: &str, known: &'static [&'static str]) -> Self {
        Self::new(Fault::Unknown(advice(found, known)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self { steps: vec![Step::Key(field.to_owned())], ..Self::new(Fault::Missing) }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.fault)
    }
}

impl std::error::Error for Mistake {}

/// What serde's own types say that they expect, in the words of settings.
fn in_words(expected: &str) -> String {
    let words = match expected {
        "u8" => "a small whole number",
        "u16" => "a whole number from 0 to 65535",
        "a nonzero u32" => "a whole number above zero",
        "a nonzero u8" => "a whole number from 1 to 255",
        "a boolean" => "true or false",
        "a string" => "a text",
        "a sequence" => "a list in brackets",
        "a map" => "a table",
        other if other.starts_with("struct ") => "a table",
        other => other,
    };
    words.to_owned()
}

// === impl Deserializer for &Node ===

impl Node {
    fn is_compound(&self) -> bool {
        matches!(self.value, Value::List(_) | Value::Table(_))
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match &self.value {
            Value::Text(text) | Value::Unquoted(text) => Unexpected::Str(text),
            Value::Integer(number) => Unexpected::Signed(*number),
            Value::Float(number) => Unexpected::Float(*number),
            Value::Boolean(value) => Unexpected::Bool(*value),
            Value::List(_) => Unexpected::Seq,
            Value::Table(_) => Unexpected::Map,
            Value::Dropped => Unexpected::Unit,
        }
    }

    fn whole_number<'de, V: Visitor<'de>>(&'de self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::Unquoted(text) => match text.parse() {
                Ok(number) => visitor.visit_i64(number),
                Err(_) => visitor.visit_str(text),
            },
            _ => self.deserialize_any(visitor),
        }
    }
}

/// Numbers may stand unquoted in an environment variable.
macro_rules! whole_numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
            self.whole_number(visitor)
        })+
    };
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::Text(text) | Value::Unquoted(text) => visitor.visit_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Boolean(value) => visitor.visit_bool(*value),
            Value::List(list) => visitor.visit_seq(Elements { rest: list.iter().enumerate() }),
            Value::Table(table) => visitor.visit_map(Entries { rest: table.iter(), current: None }),
            Value::Dropped => visitor.visit_unit(),
        }
    }

    whole_numbers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::Unquoted(text) if text == "true" => visitor.visit_bool(true),
            Value::Unquoted(text) if text == "false" => visitor.visit_bool(false),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Mistake> {
        match (name, &self.value) {
            (WITH_FOLDER | TEXT_OR_TABLE, Value::Text(text) | Value::Unquoted(text)) => {
                visitor.visit_seq(SeqDeserializer::new([text.as_str(), &self.place.source.folder].into_iter()))
            }
            (TEXT_OR_TABLE, Value::Table(_)) | (ONE_OR_LIST, Value::List(_)) => self.deserialize_any(visitor),
            (WITH_FOLDER | TEXT_OR_TABLE, _) => Err(Mistake::invalid_type(self.unexpected(), &visitor)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.value {
            Value::Text(text) | Value::Unquoted(text) => visitor.visit_enum(text.as_str().into_deserializer()),
            _ => Err(Mistake::invalid_type(self.unexpected(), &"a text")),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map struct identifier ignored_any
    }
}

struct Elements<'de> {
    rest: std::iter::Enumerate<std::slice::Iter<'de, Node>>,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mistake> {
        let next = self.rest.find(|(_, node)| !matches!(node.value, Value::Dropped));
        next.map(|(index, node)| seed.deserialize(node).map_err(|mistake| mistake.within(Step::Index(index), node)))
            .transpose()
    }
}

struct Entries<'de> {
    rest: std::collections::btree_map::Iter<'de, String, Node>,
    current: Option<(&'de String, &'de Node)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mistake> {
        self.current = self.rest.find(|(_, node)| !matches!(node.value, Value::Dropped));
        let Some((key, node)) = self.current else { return Ok(None) };
        let read: StrDeserializer<'_, Mistake> = key.as_str().into_deserializer();
        seed.deserialize(read).map(Some).map_err(|mistake| mistake.within(Step::Key(key.clone()), node))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        let (key, node) = self.current.take().ok_or_else(|| Mistake::custom("a value was asked for before its key"))?;
        seed.deserialize(node).map_err(|mistake| mistake.within(Step::Key(key.clone()), node))
    }
}
