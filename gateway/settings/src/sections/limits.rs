//! `[limits]`: how much one client may ask for.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::written::whole;

/// How much one client may ask for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Whether there are limits at all.
    pub enabled: bool,
    /// Steps of logins per minute, for each client address: a login takes three. An office, or the customers
    /// of a mobile network, may share one address.
    pub logins_per_minute_per_address: NonZeroU32,
    /// How many of them may come at once.
    pub login_burst_per_address: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { enabled: true, logins_per_minute_per_address: whole(300), login_burst_per_address: whole(100) }
    }
}
