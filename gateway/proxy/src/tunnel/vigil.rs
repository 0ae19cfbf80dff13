//! Watches over the session that a WebSocket was opened with: who logs out, or whose time is over, must
//! not go on talking to a service.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use varco_core::ports::{Clock, SessionStore};
use varco_core::session::Session;

use crate::body::Activity;

/// How long a WebSocket may outlive its session.
const LOOK: Duration = Duration::from_secs(1);

/// The session of a WebSocket, and whom to ask about it.
pub(super) struct Vigil {
    session: Arc<Session>,
    sessions: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
}

// === impl Vigil ===

impl Vigil {
    pub(super) fn over(session: Arc<Session>, sessions: &Arc<dyn SessionStore>, clock: &Arc<dyn Clock>) -> Self {
        Self { session, sessions: Arc::clone(sessions), clock: Arc::clone(clock) }
    }

    /// Returns when the session is over; where there is none, never.
    pub(super) async fn end(vigil: Option<&Self>, client: &Activity) {
        let Some(vigil) = vigil else { return std::future::pending().await };
        let mut heard = client.last();
        loop {
            sleep(LOOK).await;
            let last = client.last();
            if !vigil.stands(last > heard).await {
                return;
            }
            heard = last;
        }
    }

    /// Whether the session stands. What the client has sent counts as a request; the rest, what the
    /// service sends and this look, does not.
    async fn stands(&self, heard_of_client: bool) -> bool {
        let (id, now) = (&self.session.id, self.clock.now());
        let stands = if heard_of_client {
            self.sessions.find(id, now).await.map(|found| found.is_some())
        } else {
            self.sessions.stands(id, now).await
        };
        // A store that is away has heard of no logout: what is known of the session holds.
        stands.unwrap_or(now < self.session.expires_at)
    }
}
