//! A trust anchor of an OpenID federation: its address, or a table that says more of it.

use std::fmt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use url::{Host, Url};

use crate::written::{self, TextVisitor, Written};

/// A trust anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustAnchor {
    /// Its entity identifier, as it is written.
    pub id: EntityAddress,
    /// Its keys, as a JWK set, where they are pinned.
    pub keys_file: Option<PathBuf>,
}

/// The address that names an entity. It is kept as it is written: two that differ in a slash are two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityAddress(String);

/// What the schema says of one trust anchor or a list of them.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is there for the schema")]
pub(crate) enum WrittenAnchors {
    One(WrittenAnchor),
    List(Vec<WrittenAnchor>),
}

/// What the schema says of one trust anchor.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is there for the schema")]
pub(crate) enum WrittenAnchor {
    Text(String),
    Table(AnchorTable),
}

/// A trust anchor, with more to say of it.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnchorTable {
    /// Its entity identifier.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    id: EntityAddress,
    /// A file with its keys of the federation, as a JWK set. Without it, the TLS of its address is what vouches for
    /// the keys that stand there.
    #[serde(default, deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    keys_file: Option<PathBuf>,
}

// === impl TrustAnchor ===

impl<'de> Deserialize<'de> for TrustAnchor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(written::TEXT_OR_TABLE, AnchorVisitor)
    }
}

struct AnchorVisitor;

impl<'de> Visitor<'de> for AnchorVisitor {
    type Value = TrustAnchor;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, or a table with its id", EntityAddress::EXPECTED)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, text: A) -> Result<TrustAnchor, A::Error> {
        let id = TextVisitor::<EntityAddress>::new().visit_seq(text)?;
        Ok(TrustAnchor { id, keys_file: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<TrustAnchor, A::Error> {
        let AnchorTable { id, keys_file } = AnchorTable::deserialize(MapAccessDeserializer::new(table))?;
        Ok(TrustAnchor { id, keys_file })
    }
}

// === impl EntityAddress ===

impl EntityAddress {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nobody can answer in its place.
    pub(crate) fn is_protected(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether it leads nowhere but to this machine.
    pub(crate) fn is_on_this_machine(&self) -> bool {
        match Url::parse(&self.0).ok().as_ref().and_then(Url::host) {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        }
    }
}

impl Written for EntityAddress {
    const EXPECTED: &'static str = "the address of an entity, such as https://registry.example, without query";

    fn read(text: &str, folder: &Path) -> Option<Self> {
        let url = Url::read(text, folder)?;
        (url.query().is_none() && url.fragment().is_none()).then(|| Self(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for EntityAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        written::required(deserializer)
    }
}
