//! What lives as long as a login or a logout: attempts, hand-offs, used proofs, requests to log out. Each is asked for once or
//! twice, so none is held in memory.

use async_trait::async_trait;
use jiff::Timestamp;
use varco_core::attempt::{Attempt, AttemptKey, BrowserId};
use varco_core::handoff::{Handoff, HandoffCode};
use varco_core::logout::{LogoutId, PendingLogout};
use varco_core::method::Proof;
use varco_core::ports::{AttemptStore, BrowserStore, HandoffStore, LogoutStore, ReplayGuard, StoreUnavailable};
use varco_core::session::SessionId;

use super::Embedded;
use super::table::{ATTEMPTS, BROWSERS, HANDOFFS, LOGOUTS};
use super::writer::Change;
use crate::seal::Address;

#[async_trait]
impl AttemptStore for Embedded {
    async fn put(&self, attempt: &Attempt) -> Result<(), StoreUnavailable> {
        self.rows.put(&ATTEMPTS, &both_halves(attempt.key()), attempt.expires_at(), attempt).await
    }

    async fn find(&self, key: &AttemptKey, now: Timestamp) -> Result<Option<Attempt>, StoreUnavailable> {
        let attempt: Option<Attempt> = self.rows.find(&ATTEMPTS, &both_halves(key)).await?;
        Ok(attempt.filter(|attempt| now < attempt.expires_at()))
    }

    async fn take(&self, key: &AttemptKey, now: Timestamp) -> Result<Option<Attempt>, StoreUnavailable> {
        let attempt: Option<Attempt> = self.rows.take(&ATTEMPTS, &both_halves(key)).await?;
        Ok(attempt.filter(|attempt| now < attempt.expires_at()))
    }
}

#[async_trait]
impl BrowserStore for Embedded {
    async fn swap(
        &self,
        browser: &BrowserId,
        session: &SessionId,
        expires_at: Timestamp,
    ) -> Result<Option<SessionId>, StoreUnavailable> {
        self.rows.swap(&BROWSERS, browser.0.as_bytes(), expires_at, session).await
    }
}

#[async_trait]
impl HandoffStore for Embedded {
    async fn put(&self, code: &HandoffCode, handoff: &Handoff) -> Result<(), StoreUnavailable> {
        self.rows.put(&HANDOFFS, code.0.as_bytes(), handoff.expires_at, handoff).await
    }

    async fn take(&self, code: &HandoffCode, now: Timestamp) -> Result<Option<Handoff>, StoreUnavailable> {
        let handoff: Option<Handoff> = self.rows.take(&HANDOFFS, code.0.as_bytes()).await?;
        Ok(handoff.filter(|handoff| now < handoff.expires_at))
    }
}

#[async_trait]
impl LogoutStore for Embedded {
    async fn put(&self, id: &LogoutId, pending: &PendingLogout) -> Result<(), StoreUnavailable> {
        self.rows.put(&LOGOUTS, id.0.as_bytes(), pending.expires_at, pending).await
    }

    async fn take(&self, id: &LogoutId, now: Timestamp) -> Result<Option<PendingLogout>, StoreUnavailable> {
        let pending: Option<PendingLogout> = self.rows.take(&LOGOUTS, id.0.as_bytes()).await?;
        Ok(pending.filter(|pending| now < pending.expires_at))
    }
}

#[async_trait]
impl ReplayGuard for Embedded {
    async fn first_use(&self, proof: &Proof, now: Timestamp) -> Result<bool, StoreUnavailable> {
        // The mark of a proof that has expired may be purged already, so its absence proves nothing.
        if now >= proof.expires_at {
            return Ok(false);
        }
        let name = self.rows.seal.name(Address { table: "used_proofs", secret: proof.id.as_bytes() });
        let outcome = self.rows.writer.write(Change::UseProof(name, proof.expires_at)).await?;
        Ok(outcome.rows == 1)
    }
}

/// An attempt is found by both halves of its key or not at all: an attempt that is asked for with the
/// wrong browser stays where it is.
fn both_halves(key: &AttemptKey) -> [u8; 32] {
    let mut both = [0; 32];
    both[..16].copy_from_slice(key.id.0.as_bytes());
    both[16..].copy_from_slice(key.browser.0.as_bytes());
    both
}
