//! `[federation]`: what the gateway is in the OpenID federations of SPID and CIE.

use std::num::NonZeroU32;
use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::contact::Email;
use crate::written::{self, whole};

/// What the gateway is in the OpenID federations of SPID and CIE: an aggregator, and below it an entity for each
/// body. It is open where a method has trust anchors.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Federation {
    /// The aggregator's site; its access host where nothing is set.
    #[serde(deserialize_with = "written::optional")]
    pub homepage_url: Option<Url>,
    /// What the aggregator does with personal data.
    #[serde(deserialize_with = "written::optional")]
    pub policy_url: Option<Url>,
    /// The aggregator's logo, in SVG.
    #[serde(deserialize_with = "written::optional")]
    pub logo_url: Option<Url>,
    /// Where others write to: certified addresses of offices. The aggregator's own where nothing is set.
    #[serde(deserialize_with = "written::texts::<Email, _>")]
    pub contacts: Vec<String>,
    /// Files that each hold a trust mark that the aggregator was given. Those that stand in what a trust anchor says
    /// of it are found by themselves.
    #[serde(deserialize_with = "written::list")]
    #[schemars(with = "Vec<String>")]
    pub trust_mark_files: Vec<PathBuf>,
    /// The types of trust marks that the aggregator gives to its bodies. Those for which a trust anchor names it as an
    /// issuer are found by themselves.
    pub issued_trust_marks: Vec<String>,
    /// What the aggregator lays down for its bodies: for each type of entity and parameter, the operators of OpenID
    /// Federation 1.0, section 6.1.
    pub metadata_policy: Map<String, Value>,
    /// Networks that are not public and may be asked all the same: where a provider or a trust anchor stands in one of
    /// yours. An entity names its addresses itself, so nobody else may lead the gateway there.
    #[serde(deserialize_with = "written::list")]
    #[schemars(with = "Vec<String>")]
    pub private_networks: Vec<IpNet>,
    /// The authorities, in PEM, that the certificates of entities may come from, in place of the public ones.
    #[serde(deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub authorities_file: Option<PathBuf>,
    /// How requests, statements and assertions are signed.
    pub algorithm: FederationAlgorithm,
    /// For how many hours a statement counts. Others keep it that long: a change takes so long to be known.
    pub statement_hours: NonZeroU32,
}

/// How requests, statements and assertions are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FederationAlgorithm {
    /// RSA with SHA-256, which everybody knows.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256, which takes a twentieth of the time.
    #[serde(rename = "ES256")]
    Es256,
}

impl Default for Federation {
    fn default() -> Self {
        Self {
            homepage_url: None,
            policy_url: None,
            logo_url: None,
            contacts: Vec::new(),
            trust_mark_files: Vec::new(),
            issued_trust_marks: Vec::new(),
            metadata_policy: Map::new(),
            private_networks: Vec::new(),
            authorities_file: None,
            algorithm: FederationAlgorithm::default(),
            statement_hours: whole(24),
        }
    }
}
