//! `[management]`: the listener for operators.

use std::net::{Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::written;

/// The listener for operators: health, metrics. Keep it off the public network.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Management {
    /// Where it listens; `127.0.0.1:9464` where nothing is set.
    #[serde(deserialize_with = "written::required")]
    #[schemars(with = "String")]
    pub listen: SocketAddr,
}

impl Default for Management {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 9464).into() }
    }
}
