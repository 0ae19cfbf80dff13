//! The keys of a provider, asked for anew: a provider may begin to sign with a key that its chain, as it was
//! resolved, does not have yet. Whoever brings tokens must not be able to make us ask all the time.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use varco_core::name::ProviderId;

/// A provider's chain is not resolved more often than this because of tokens.
const SELDOM: SignedDuration = SignedDuration::from_mins(1);

/// Resolves the chain of a provider, and puts what comes of it in use.
#[async_trait]
pub trait Renew: Send + Sync {
    /// Does so for this provider, which is in use.
    async fn renew(&self, provider: &ProviderId);
}

/// Renews, once a minute for each provider. Only providers in use are remembered, so that nobody can fill the
/// memory with others.
pub struct Renewals {
    renew: Arc<dyn Renew>,
    last: Mutex<HashMap<ProviderId, Timestamp>>,
}

// === impl Renewals ===

impl Renewals {
    /// Renews by this.
    pub fn new(renew: Arc<dyn Renew>) -> Self {
        Self { renew, last: Mutex::default() }
    }

    /// Renews the chain of a provider that is in use, unless that was done a moment ago.
    pub(crate) async fn renew(&self, provider: &ProviderId, now: Timestamp) {
        if self.is_due(provider, now) {
            self.renew.renew(provider).await;
        }
    }

    fn is_due(&self, provider: &ProviderId, now: Timestamp) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // The clock may have been ahead.
        let due = last.get(provider).is_none_or(|last| now.duration_since(*last).abs() >= SELDOM);
        if due {
            last.insert(provider.clone(), now);
        }
        due
    }
}
