//! Members of an object, read by their type: one that has another type is never read as one that is missing.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// An object whose members are read by their type. `Debug` prints the names of its members.
#[derive(Clone, Default, PartialEq)]
pub struct Claims(Map<String, Value>);

/// A member cannot be read. Its value is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsFault {
    /// It is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// It has another type than it should.
    #[error("{0} has another type than it should")]
    Type(&'static str),
}

// === impl Claims ===

impl Claims {
    /// The members of an object.
    pub const fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// A member, whatever its type.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text.
    pub fn text(&self, name: &'static str) -> Result<&str, ClaimsFault> {
        required(name, self.optional_text(name))
    }

    /// A text, if it is there.
    pub fn optional_text(&self, name: &'static str) -> Result<Option<&str>, ClaimsFault> {
        self.read(name, Value::as_str)
    }

    /// An instant. (RFC 7519, section 2: a number of seconds since 1970, which may have a fraction.)
    pub fn instant(&self, name: &'static str) -> Result<Timestamp, ClaimsFault> {
        required(name, self.optional_instant(name))
    }

    /// An instant, if it is there.
    pub fn optional_instant(&self, name: &'static str) -> Result<Option<Timestamp>, ClaimsFault> {
        self.read(name, seconds)
    }

    /// Yes or no, if it is there.
    pub fn optional_boolean(&self, name: &'static str) -> Result<Option<bool>, ClaimsFault> {
        self.read(name, Value::as_bool)
    }

    /// A list of texts, if it is there.
    pub fn optional_texts(&self, name: &'static str) -> Result<Option<Vec<&str>>, ClaimsFault> {
        self.read(name, texts)
    }

    /// A text, or a list of them. (RFC 7519, section 4.1.3.)
    pub fn one_or_many(&self, name: &'static str) -> Result<Vec<&str>, ClaimsFault> {
        required(name, self.read(name, |value| value.as_str().map(|one| vec![one]).or_else(|| texts(value))))
    }

    /// An object.
    pub fn object(&self, name: &'static str) -> Result<&Map<String, Value>, ClaimsFault> {
        required(name, self.optional_object(name))
    }

    /// An object, if it is there.
    pub fn optional_object(&self, name: &'static str) -> Result<Option<&Map<String, Value>>, ClaimsFault> {
        self.read(name, Value::as_object)
    }

    /// A list, if it is there.
    pub fn optional_list(&self, name: &'static str) -> Result<Option<&Vec<Value>>, ClaimsFault> {
        self.read(name, Value::as_array)
    }

    /// All members.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    fn read<'a, T>(
        &'a self,
        name: &'static str,
        as_type: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, ClaimsFault> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => as_type(value).map(Some).ok_or(ClaimsFault::Type(name)),
        }
    }
}

impl std::fmt::Debug for Claims {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

fn required<T>(name: &'static str, read: Result<Option<T>, ClaimsFault>) -> Result<T, ClaimsFault> {
    read?.ok_or(ClaimsFault::Missing(name))
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

fn seconds(value: &Value) -> Option<Timestamp> {
    let whole = value.as_i64().or_else(|| {
        let seconds = value.as_f64()?;
        // What is beyond is no instant either.
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked, and a fraction does not count")]
        (seconds.abs() < 1e12).then_some(seconds.floor() as i64)
    });
    Timestamp::from_second(whole?).ok()
}
