//! Watches over what goes on after the head of an answer and may go on for hours: who has logged out, or
//! whose time is over, must not go on talking to a service, or listening to it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use varco_core::ports::{Clock, SessionStore};
use varco_core::session::Session;

use crate::body::Activity;
use crate::setup::Proxy;

/// How long anything may outlive its session.
const LOOK: Duration = Duration::from_secs(1);

/// What puts an end to it: that of the session with which it began, if there was one, and that of the
/// gateway.
pub(crate) struct Vigil {
    session: Option<Watched>,
    closing: watch::Receiver<bool>,
}

/// A session, and whom to ask about it.
struct Watched {
    session: Arc<Session>,
    sessions: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
}

// === impl Proxy ===

impl Proxy {
    /// Watches over what began with this session, or with none.
    pub(crate) fn vigil(&self, session: Option<Arc<Session>>) -> Vigil {
        let watched =
            |session| Watched { session, sessions: Arc::clone(&self.sessions), clock: Arc::clone(&self.clock) };
        Vigil { session: session.map(watched), closing: self.closing.subscribe() }
    }
}

// === impl Vigil ===

impl Vigil {
    /// Returns when it must end. `client` tells when the client last sent something.
    pub(crate) async fn end(&mut self, client: &Activity) {
        let of_session = async {
            match &self.session {
                Some(watched) => watched.end(client).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = of_session => {}
            _ = self.closing.wait_for(|closing| *closing) => {}
        }
    }
}

// === impl Watched ===

impl Watched {
    async fn end(&self, client: &Activity) {
        let mut heard = client.last();
        loop {
            sleep(LOOK).await;
            let last = client.last();
            if !self.stands(last > heard).await {
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
