//! `[sessions]`: how long citizens stay logged in.

use std::num::NonZeroU32;

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;
use varco_core::session::Lifetimes;

use crate::written::whole;

/// How long citizens stay logged in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// From the login to the end of the session, whatever happens.
    pub lifetime_minutes: NonZeroU32,
    /// Without a request to any service.
    pub idle_minutes: NonZeroU32,
}

// === impl Sessions ===

impl Sessions {
    /// The same, as the rules know it.
    pub fn lifetimes(&self) -> Lifetimes {
        Lifetimes {
            absolute: SignedDuration::from_mins(self.lifetime_minutes.get().into()),
            idle: SignedDuration::from_mins(self.idle_minutes.get().into()),
        }
    }
}

impl Default for Sessions {
    fn default() -> Self {
        Self { lifetime_minutes: whole(480), idle_minutes: whole(30) }
    }
}
