//! Settings that are written as text: how each kind is read, and what the error says was expected.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Unexpected, Visitor};

/// What a [`Deserializer`] of settings is asked for to get the text of a setting together with the
/// folder that relative paths in it start from.
pub(crate) const WITH_FOLDER: &str = "varco text with folder";

/// The same, or a table as it is.
pub(crate) const TEXT_OR_TABLE: &str = "varco text with folder, or table";

/// What it is asked for to get either a list, or one value as it is.
pub(crate) const ONE_OR_LIST: &str = "varco one or list";

/// A kind of setting that is written as text.
pub(crate) trait Written: Sized {
    /// What the text must look like, for the error: `expected …`.
    const EXPECTED: &'static str;

    /// Reads the text; relative paths start from `folder`.
    fn read(text: &str, folder: &Path) -> Option<Self>;
}

/// A required setting of such a kind.
pub(crate) fn required<'de, D: Deserializer<'de>, T: Written>(deserializer: D) -> Result<T, D::Error> {
    Text::deserialize(deserializer).map(|Text(value)| value)
}

/// An optional setting of such a kind.
pub(crate) fn optional<'de, D: Deserializer<'de>, T: Written>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::<Text<T>>::deserialize(deserializer).map(|value| value.map(|Text(value)| value))
}

/// A list of such settings.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Written>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Vec::<Text<T>>::deserialize(deserializer).map(|values| values.into_iter().map(|Text(value)| value).collect())
}

/// One such setting, or a list of at least one.
pub(crate) fn one_or_list<'de, D: Deserializer<'de>, T: Written>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let values: Vec<Text<T>> =
        deserializer.deserialize_newtype_struct(ONE_OR_LIST, OneOrListVisitor::<_, 1>(PhantomData))?;
    Ok(values.into_iter().map(|Text(value)| value).collect())
}

/// One setting of any kind, or a list that may be empty.
pub(crate) fn one_or_any<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_newtype_struct(ONE_OR_LIST, OneOrListVisitor::<T, 0>(PhantomData))
}

/// Such a setting of which only the text is kept, once it has the form of a `T`.
pub(crate) fn text<'de, T: Written + Into<String>, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    required::<D, T>(deserializer).map(Into::into)
}

/// The same, optional.
pub(crate) fn optional_text<'de, T: Written + Into<String>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    optional::<D, T>(deserializer).map(|value| value.map(Into::into))
}

/// A list of such settings.
pub(crate) fn texts<'de, T: Written + Into<String>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<String>, D::Error> {
    list::<D, T>(deserializer).map(|values| values.into_iter().map(Into::into).collect())
}

/// A default that is a whole number above zero.
pub(crate) const fn whole(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

struct Text<T>(T);

impl<'de, T: Written> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(WITH_FOLDER, TextVisitor(PhantomData)).map(Self)
    }
}

/// Reads the text of a setting together with the folder.
pub(crate) struct TextVisitor<T>(PhantomData<T>);

impl<T> TextVisitor<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Written> Visitor<'de> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<T, A::Error> {
        let text: String = pair.next_element()?.unwrap_or_default();
        let folder: PathBuf = pair.next_element()?.unwrap_or_default();
        T::read(&text, &folder).ok_or_else(|| Error::invalid_value(Unexpected::Str(&text), &self))
    }
}

struct OneOrListVisitor<T, const LEAST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const LEAST: usize> Visitor<'de> for OneOrListVisitor<T, LEAST> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("one value, or a list")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, one: D) -> Result<Vec<T>, D::Error> {
        T::deserialize(one).map(|value| vec![value])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        if values.len() < LEAST { Err(Error::invalid_length(0, &"at least one")) } else { Ok(values) }
    }
}

impl Written for PathBuf {
    const EXPECTED: &'static str = "a path";

    fn read(text: &str, folder: &Path) -> Option<Self> {
        (!text.is_empty() && !text.contains('\0')).then(|| folder.join(text))
    }
}
