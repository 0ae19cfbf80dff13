//! What the rules need of the outside world: time, randomness, places to keep things, and
//! somebody who listens. Implementations live in other crates.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::attempt::{Attempt, AttemptKey, BrowserId};
use crate::event::Event;
use crate::evidence::Evidence;
use crate::handoff::{Handoff, HandoffCode};
use crate::logout::{LoginName, LogoutId, NotedLogin, PendingLogout};
use crate::method::Proof;
use crate::session::{Session, SessionId};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Draws unpredictable bytes.
pub trait Randomness: Send + Sync {
    /// Fills `bytes` with bytes that nobody can predict.
    fn fill(&self, bytes: &mut [u8]);
}

/// A store cannot be asked at the moment. The cause is for the log and holds no personal data.
#[derive(Debug, thiserror::Error)]
#[error("the store is not available: {0}")]
pub struct StoreUnavailable(pub String);

/// Keeps logins that have begun and not ended.
#[async_trait]
pub trait AttemptStore: Send + Sync {
    /// Keeps an attempt until it expires, in place of what stood under the same key.
    async fn put(&self, attempt: &Attempt) -> Result<(), StoreUnavailable>;

    /// Reads an attempt and leaves it where it is.
    async fn find(&self, key: &AttemptKey, now: Timestamp) -> Result<Option<Attempt>, StoreUnavailable>;

    /// Takes an attempt out: of all who ask for the same one at the same time, one gets it.
    async fn take(&self, key: &AttemptKey, now: Timestamp) -> Result<Option<Attempt>, StoreUnavailable>;
}

/// Keeps the sessions of citizens.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Keeps a new session, and notes the login that it stands on. When this returns, both survive a
    /// restart.
    async fn open(&self, session: Session) -> Result<(), StoreUnavailable>;

    /// The session, if it is alive at `now` and can be told without any input or output; marks it as
    /// seen at `now`. This is what a proxied request calls first.
    fn known(&self, id: &SessionId, now: Timestamp) -> Option<Arc<Session>>;

    /// The session, if it is alive at `now`, asking the store where needed; marks it as seen.
    async fn find(&self, id: &SessionId, now: Timestamp) -> Result<Option<Arc<Session>>, StoreUnavailable>;

    /// Whether the session is alive at `now`, asking the store where needed. This is no request: it
    /// does not mark the session as seen.
    async fn stands(&self, id: &SessionId, now: Timestamp) -> Result<bool, StoreUnavailable>;

    /// Ends a session and returns it. When this returns, the session is never honoured again.
    async fn end(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreUnavailable>;

    /// The logins of this name that were noted, whether their sessions stand or have ended, each until
    /// its session would have ended at the latest. This is no request of theirs.
    async fn logins(&self, name: &LoginName, now: Timestamp) -> Result<Vec<NotedLogin>, StoreUnavailable>;
}

/// Keeps requests to log out that providers have not answered.
#[async_trait]
pub trait LogoutStore: Send + Sync {
    /// Keeps a request until it expires.
    async fn put(&self, id: &LogoutId, pending: &PendingLogout) -> Result<(), StoreUnavailable>;

    /// Takes a request out: it is answered at most once.
    async fn take(&self, id: &LogoutId, now: Timestamp) -> Result<Option<PendingLogout>, StoreUnavailable>;
}

/// Remembers which session a browser has.
#[async_trait]
pub trait BrowserStore: Send + Sync {
    /// Notes the session that a browser has now, until it ends, and tells which it had. Of all who
    /// call this for the same browser, each session is told to exactly one.
    async fn swap(
        &self,
        browser: &BrowserId,
        session: &SessionId,
        expires_at: Timestamp,
    ) -> Result<Option<SessionId>, StoreUnavailable>;
}

/// Keeps hand-offs of sessions to service hosts.
#[async_trait]
pub trait HandoffStore: Send + Sync {
    /// Keeps a hand-off until it expires.
    async fn put(&self, code: &HandoffCode, handoff: &Handoff) -> Result<(), StoreUnavailable>;

    /// Takes a hand-off out: a code is redeemed at most once.
    async fn take(&self, code: &HandoffCode, now: Timestamp) -> Result<Option<Handoff>, StoreUnavailable>;
}

/// Remembers which proofs were used.
#[async_trait]
pub trait ReplayGuard: Send + Sync {
    /// Marks a proof as used until it expires. `true` the first time, `false` ever after; a proof that has
    /// expired is no first use, since its mark may be gone.
    async fn first_use(&self, proof: &Proof, now: Timestamp) -> Result<bool, StoreUnavailable>;
}

/// Keeps the messages of exchanges with providers, encrypted, for [`KEPT_MONTHS`](crate::evidence::KEPT_MONTHS).
#[async_trait]
pub trait EvidenceStore: Send + Sync {
    /// Keeps the messages of an exchange. When this returns, they survive a restart.
    async fn keep(&self, evidence: &Evidence) -> Result<(), StoreUnavailable>;
}

/// Hears of what happened. Must not block.
pub trait EventSink: Send + Sync {
    /// Takes note of an event.
    fn record(&self, event: &Event);
}

/// What tests put in place of the outside world.
#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::Randomness;

    /// Bytes that differ from draw to draw, and are the same in every run.
    #[derive(Default)]
    pub(crate) struct Sequence(AtomicU8);

    impl Randomness for Sequence {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        }
    }
}
