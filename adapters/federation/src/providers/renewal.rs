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

/// Renews, once a minute for each provider; whoever comes meanwhile waits for it too. Only providers in use are
/// remembered, so that nobody can fill the memory with others.
pub struct Renewals {
    renew: Arc<dyn Renew>,
    last: Mutex<HashMap<ProviderId, Arc<LastTime>>>,
}

/// When a provider's chain was renewed last; held while it is.
type LastTime = tokio::sync::Mutex<Option<Timestamp>>;

// === impl Renewals ===

impl Renewals {
    /// Renews by this.
    pub fn new(renew: Arc<dyn Renew>) -> Self {
        Self { renew, last: Mutex::default() }
    }

    /// Renews the chain of a provider that is in use, unless that was done a moment ago.
    pub(crate) async fn renew(&self, provider: &ProviderId, now: Timestamp) {
        let last_time = self.last_time(provider);
        let mut last = last_time.lock().await;
        // The clock may have been ahead.
        if last.is_none_or(|last| now.duration_since(last).abs() >= SELDOM) {
            *last = Some(now);
            self.renew.renew(provider).await;
        }
    }

    fn last_time(&self, provider: &ProviderId) -> Arc<LastTime> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(last.entry(provider.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Takes a while.
    #[derive(Default)]
    struct Slow(AtomicUsize);

    #[async_trait]
    impl Renew for Slow {
        async fn renew(&self, _: &ProviderId) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Else a new key of a provider would turn away all but the first who come back.
    #[tokio::test]
    async fn whoever_comes_while_keys_are_asked_for_waits_for_them_too() {
        let slow = Arc::new(Slow::default());
        let renewals = Renewals::new(slow.clone());
        let provider = ProviderId::parse("https://op.example").unwrap();
        let come = async || {
            renewals.renew(&provider, Timestamp::UNIX_EPOCH).await;
            slow.0.load(Ordering::Relaxed)
        };
        assert_eq!(tokio::join!(come(), come(), come()), (1, 1, 1));
    }
}
