//! `[methods.*]`: the ways to log in. A method whose section is there is open.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::sections::health_card::HealthCard;
use crate::sections::metadata_source::{MetadataSource, WrittenSources};
use crate::sections::trust_anchor::{EntityAddress, TrustAnchor, WrittenAnchors};
use crate::written;

/// The ways to log in.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Methods {
    /// SPID.
    pub spid: Option<Spid>,
    /// CIE, the electronic identity card.
    pub cie: Option<Cie>,
    /// The identities of other European countries, through the Italian eIDAS node. It speaks like a provider
    /// of SPID, and knows the bodies by their metadata for SPID.
    pub eidas: Option<Eidas>,
    /// The health card, in a reader.
    pub health_card: Option<HealthCard>,
}

/// SPID, over SAML and OpenID.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Spid {
    /// Metadata of the identity providers: files or addresses, each of one provider or of many.
    /// Where there is more to say of one, a table: `{ location = "https://…", signer_file = "agid.pem",
    /// refresh_seconds = 3600 }`.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "WrittenSources")]
    pub idp_metadata: Vec<MetadataSource>,
    /// The private key that signs requests and metadata, in PEM. Where neither key nor certificate is
    /// set, both are made in the folder of the keys.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub key_file: Option<PathBuf>,
    /// Its certificate, in PEM.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub certificate_file: Option<PathBuf>,
    /// A certificate that the metadata holds besides, in PEM: of the key that signs next, or of the one that
    /// signed before.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub other_certificate_file: Option<PathBuf>,
    /// Whether the metadata holds a key that identity providers can encrypt assertions for. What comes in the
    /// clear is accepted all the same.
    pub encrypted_assertions: bool,
    /// How requests travel to the identity provider.
    pub binding: Binding,
    /// How the level that is reached compares to the level that is asked for.
    pub comparison: Comparison,
    /// The trust anchors of its OpenID federation: addresses or, to pin their keys,
    /// `{ id = "https://…", keys_file = "anchor.json" }`. Where there are any, citizens can also log in with the
    /// OpenID providers below them.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "WrittenAnchors")]
    pub trust_anchors: Vec<TrustAnchor>,
    /// The OpenID providers that citizens can choose, by their entity identifiers: all below the trust anchors where
    /// nothing is set.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "Vec<String>")]
    pub openid_providers: Vec<EntityAddress>,
    /// The types of trust marks that an OpenID provider must show.
    pub required_trust_marks: Vec<String>,
    /// Whether an OpenID provider may leave out issuer, audience and times where it says who somebody is. The public
    /// test provider does; nothing in production should.
    pub lenient_userinfo: bool,
}

/// CIE, the electronic identity card, over OpenID and SAML. Over SAML it signs with the key of SPID; without a section for SPID, with
/// `spid.key.pem` and `spid.crt.pem` in the folder of the keys, which are made if they are missing.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cie {
    /// Metadata of the identity provider: files or addresses.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "WrittenSources")]
    pub idp_metadata: Vec<MetadataSource>,
    /// Whether the metadata holds a key that identity providers can encrypt assertions for. What comes in the
    /// clear is accepted all the same.
    pub encrypted_assertions: bool,
    /// How requests travel to the identity provider.
    pub binding: Binding,
    /// How the level that is reached compares to the level that is asked for: at least, or no other.
    pub comparison: Comparison,
    /// The trust anchors of its OpenID federation: addresses or, to pin their keys,
    /// `{ id = "https://…", keys_file = "anchor.json" }`. Where there are any, citizens can also log in with the
    /// OpenID providers below them.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "WrittenAnchors")]
    pub trust_anchors: Vec<TrustAnchor>,
    /// The OpenID providers that citizens can choose, by their entity identifiers: all below the trust anchors where
    /// nothing is set.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "Vec<String>")]
    pub openid_providers: Vec<EntityAddress>,
    /// The types of trust marks that an OpenID provider must show.
    pub required_trust_marks: Vec<String>,
    /// Whether an OpenID provider may leave out issuer, audience and times where it says who somebody is. The public
    /// test provider does; nothing in production should.
    pub lenient_userinfo: bool,
}

/// The identities of other European countries, through the Italian eIDAS node.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Eidas {
    /// Metadata of the node: files or addresses.
    #[serde(deserialize_with = "written::one_or_any")]
    #[schemars(with = "WrittenSources")]
    pub idp_metadata: Vec<MetadataSource>,
}

/// How a SAML request travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Binding {
    /// In the address of a redirect.
    #[default]
    Redirect,
    /// In a form that posts itself.
    Post,
}

/// How the level that is reached compares to the level that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Comparison {
    /// At least the level.
    #[default]
    Minimum,
    /// The level, no other.
    Exact,
    /// Above the level.
    Better,
    /// As high as can be, up to the level.
    Maximum,
}
