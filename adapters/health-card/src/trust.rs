//! What the method needs to know of the world: who vouches for cards today, and what was revoked.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::authority::{Authorities, Authority};
use crate::certificate::CardCertificate;
use crate::verdict::Verdict;

/// Who vouches for cards, and what they have revoked.
#[async_trait]
pub trait Trust: Send + Sync {
    /// The authorities that vouch for cards now.
    fn authorities(&self) -> Arc<Authorities>;

    /// Whether a card was revoked by the authority that issued it, as far as anybody can say in the time that a citizen
    /// waits.
    async fn standing(&self, card: &CardCertificate<'_>, authority: &Authority, now: Timestamp) -> Verdict;
}
