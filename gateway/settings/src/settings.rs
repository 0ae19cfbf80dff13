//! All settings together.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;
use varco_core::body;
use varco_core::catalogue::{Catalogue, Conflict};
use varco_core::name::{BodyId, ServiceId};

use crate::sections::{
    Aggregator, Body, Federation, Gateway, Keys, Limits, Log, Management, Methods, Service, Sessions, Store,
};
use crate::written;

/// Everything that the gateway can be told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Settings of Varco")]
pub struct Settings {
    /// The gateway itself: its public address and where it listens.
    pub gateway: Gateway,
    /// The listener for operators.
    #[serde(default)]
    pub management: Management,
    /// Where data is kept.
    #[serde(default)]
    pub store: Store,
    /// The gateway's own keys.
    #[serde(default)]
    pub keys: Keys,
    /// How long citizens stay logged in.
    #[serde(default)]
    pub sessions: Sessions,
    /// The log.
    #[serde(default)]
    pub log: Log,
    /// How much one client may ask for.
    #[serde(default)]
    pub limits: Limits,
    /// Who runs the gateway, as its metadata tells identity providers.
    #[serde(default)]
    pub aggregator: Option<Aggregator>,
    /// The ways to log in.
    #[serde(default)]
    pub methods: Methods,
    /// What the gateway is in the OpenID federations of SPID and CIE.
    #[serde(default)]
    pub federation: Federation,
    /// A folder of files `IPA.toml`, one per body: a `[body]` table and the `[services.ID]` tables of that body.
    #[serde(default, deserialize_with = "written::optional")]
    #[schemars(with = "Option<String>")]
    pub bodies_folder: Option<PathBuf>,
    /// The public bodies, by their codes in the index of public administrations (IPA).
    #[serde(default)]
    pub bodies: BTreeMap<BodyId, Body>,
    /// The services behind the gateway, by their identifiers.
    #[serde(default)]
    pub services: BTreeMap<ServiceId, Service>,
}

// === impl Settings ===

impl Settings {
    /// Bodies and services as the rules know them. What [`load`](crate::load) accepted has no conflict.
    pub fn catalogue(&self) -> Result<Catalogue, Conflict> {
        let bodies = self.bodies.iter().map(|(id, body)| body::Body { id: id.clone(), name: body.name.clone() });
        let services = self.services.iter().map(|(id, service)| service.to_core(id));
        Catalogue::new(self.gateway.access_url.clone(), bodies, services)
    }

    /// The folder of the last good copies of other people's metadata, next to the database.
    pub fn metadata_folder(&self) -> PathBuf {
        self.store.folder().join("metadata")
    }

    /// The folder of the gateway's own keys: as set, or `keys` next to the database.
    pub fn keys_folder(&self) -> PathBuf {
        self.keys.folder.clone().unwrap_or_else(|| self.store.folder().join("keys"))
    }
}
