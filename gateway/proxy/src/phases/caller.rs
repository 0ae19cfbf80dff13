//! Phase 3: who is calling. A session that this process knows costs no round trip.

use std::sync::Arc;

use jiff::Timestamp;
use varco_core::ports::StoreUnavailable;
use varco_core::session::{Session, SessionId};

use crate::setup::Proxy;

/// Who is calling, as far as it can be told.
#[derive(Default)]
pub(crate) struct Caller {
    /// The session that the request came with, alive.
    pub(crate) session: Option<Arc<Session>>,
    /// Why it could not be told whether there is one.
    pub(crate) store_away: Option<StoreUnavailable>,
}

impl Proxy {
    /// Looks the session up.
    pub(crate) async fn caller(&self, session: Option<SessionId>, now: Timestamp) -> Caller {
        let Some(id) = session else { return Caller::default() };
        if let Some(session) = self.sessions.known(&id, now) {
            return Caller { session: Some(session), store_away: None };
        }
        match self.sessions.find(&id, now).await {
            Ok(session) => Caller { session, store_away: None },
            Err(away) => Caller { session: None, store_away: Some(away) },
        }
    }
}
