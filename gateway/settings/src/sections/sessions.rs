//! `[sessions]`: how long citizens stay logged in.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;
use varco_core::session::Lifetimes;

/// How long citizens stay logged in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// From the login to the end of the session, whatever happens.
    #[schemars(range(min = 1))]
    pub lifetime_minutes: u32,
    /// Without a request to any service.
    #[schemars(range(min = 1))]
    pub idle_minutes: u32,
}

// === impl Sessions ===

impl Sessions {
    /// The same, as the rules know it.
    pub fn lifetimes(&self) -> Lifetimes {
        Lifetimes {
            absolute: SignedDuration::from_mins(self.lifetime_minutes.into()),
            idle: SignedDuration::from_mins(self.idle_minutes.into()),
        }
    }
}

impl Default for Sessions {
    fn default() -> Self {
        Self { lifetime_minutes: 480, idle_minutes: 30 }
    }
}
