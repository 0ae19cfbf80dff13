//! Where the metadata of identity providers is read from: a text that is a file or an address, or a table
//! that says more of it.

use std::fmt;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use url::Url;

use crate::written::{self, TextVisitor, Written};

/// A source of metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataSource {
    /// Where it is.
    pub location: MetadataLocation,
    /// The certificates of which one must have signed it, in PEM.
    pub signer_file: Option<PathBuf>,
    /// How often it is read anew, where that is set.
    pub refresh_seconds: Option<NonZeroU32>,
}

/// Where metadata is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataLocation {
    /// In a file.
    File(PathBuf),
    /// At an address.
    Address(Url),
}

/// What the schema says of one source or a list of them.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is there for the schema")]
pub(crate) enum WrittenSources {
    One(WrittenSource),
    List(Vec<WrittenSource>),
}

/// What the schema says of one source.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is there for the schema")]
pub(crate) enum WrittenSource {
    Text(String),
    Table(SourceTable),
}

/// The metadata of identity providers, with more to say of it.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceTable {
    /// The file or address.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    location: MetadataLocation,
    /// A file of certificates in PEM: the signature of the whole document must be made with the key of one of
    /// them. Without it, the file or the TLS of the address is what is trusted.
    #[serde(default, deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    signer_file: Option<PathBuf>,
    /// How often it is read anew. Where nothing is set: a file every minute, an address every hour, or as
    /// often as its answer or its metadata asks, from ten minutes to a day.
    #[serde(default)]
    refresh_seconds: Option<NonZeroU32>,
}

// === impl MetadataSource ===

impl From<MetadataLocation> for MetadataSource {
    fn from(location: MetadataLocation) -> Self {
        Self { location, signer_file: None, refresh_seconds: None }
    }
}

impl<'de> Deserialize<'de> for MetadataSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(written::TEXT_OR_TABLE, SourceVisitor)
    }
}

impl From<SourceTable> for MetadataSource {
    fn from(table: SourceTable) -> Self {
        let SourceTable { location, signer_file, refresh_seconds } = table;
        Self { location, signer_file, refresh_seconds }
    }
}

struct SourceVisitor;

impl<'de> Visitor<'de> for SourceVisitor {
    type Value = MetadataSource;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, or a table with its location", MetadataLocation::EXPECTED)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, text: A) -> Result<MetadataSource, A::Error> {
        TextVisitor::<MetadataLocation>::new().visit_seq(text).map(MetadataSource::from)
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<MetadataSource, A::Error> {
        SourceTable::deserialize(MapAccessDeserializer::new(table)).map(MetadataSource::from)
    }
}

impl Written for MetadataLocation {
    const EXPECTED: &'static str = "a file or an address that begins with https:// or http://";

    fn read(text: &str, folder: &Path) -> Option<Self> {
        if text.contains("://") {
            Url::read(text, folder).map(Self::Address)
        } else {
            PathBuf::read(text, folder).map(Self::File)
        }
    }
}
