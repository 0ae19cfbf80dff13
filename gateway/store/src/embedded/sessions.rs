//! Sessions: those in use are in memory, all are in the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;
use moka::notification::RemovalCause;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use varco_core::logout::{LoginName, NotedLogin};
use varco_core::ports::{SessionStore, StoreUnavailable};
use varco_core::session::{Session, SessionId};

use super::Embedded;
use super::rows::{Rows, unavailable};
use super::table::SESSIONS;
use super::writer::{Change, Sealed};

/// How many ends and loads of sessions can be under way at once, at most one for each session.
const GATES: usize = 256;

/// Sessions whose last request is written down in one go.
const FLUSH_STEP: usize = 128;

/// The sessions of the embedded store.
pub(super) struct Sessions {
    known: Cache<SessionId, Arc<Known>>,
    /// Held while a session is loaded and while it is ended: a load that began before the end would
    /// otherwise bring the session back into memory after it.
    gates: [Mutex<()>; GATES],
    rows: Arc<Rows>,
}

/// A session in memory.
struct Known {
    session: Arc<Session>,
    /// When the last request came, in microseconds since 1970.
    seen: AtomicI64,
    /// What the database knows of `seen`.
    written: AtomicI64,
    /// Set when somebody ends it, before the database hears of it.
    ended: AtomicBool,
}

/// A session in the database.
#[derive(Serialize, Deserialize)]
struct Stored {
    session: Arc<Session>,
    seen_at: Timestamp,
}

#[async_trait]
impl SessionStore for Embedded {
    async fn open(&self, session: Session) -> Result<(), StoreUnavailable> {
        self.sessions.open(session).await
    }

    fn known(&self, id: &SessionId, now: Timestamp) -> Option<Arc<Session>> {
        self.sessions.known.get(id)?.see(now)
    }

    async fn find(&self, id: &SessionId, now: Timestamp) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        self.sessions.find(id, now).await
    }

    async fn stands(&self, id: &SessionId, now: Timestamp) -> Result<bool, StoreUnavailable> {
        self.sessions.stands(id, now).await
    }

    async fn end(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        // A task of its own, so that a logout whose browser hangs up half-way is carried out.
        let (sessions, id) = (Arc::clone(&self.sessions), *id);
        tokio::spawn(async move { sessions.end(&id).await }).await.map_err(unavailable)?
    }

    async fn logins(&self, name: &LoginName, now: Timestamp) -> Result<Vec<NotedLogin>, StoreUnavailable> {
        let mut logins = self.rows.logins(name).await?;
        logins.retain(|noted| now < noted.expires_at);
        Ok(logins)
    }
}

// === impl Sessions ===

impl Sessions {
    /// No session in memory yet, and never more than `capacity`.
    pub(super) fn new(rows: &Arc<Rows>, capacity: u64) -> Self {
        let of_evicted = Arc::clone(rows);
        let known = Cache::builder()
            .max_capacity(capacity)
            .eviction_policy(EvictionPolicy::lru())
            .eviction_listener(move |id: Arc<SessionId>, known: Arc<Known>, cause| {
                if cause == RemovalCause::Size
                    && known.is_unwritten()
                    && let Ok(row) = known.sealed(&of_evicted, &id)
                {
                    of_evicted.writer.leave(Change::Renew(&SESSIONS, row));
                }
            })
            .build();
        Self { known, gates: std::array::from_fn(|_| Mutex::new(())), rows: Arc::clone(rows) }
    }

    async fn open(&self, session: Session) -> Result<(), StoreUnavailable> {
        let (id, seen_at) = (session.id, session.opened_at);
        let noted = session.provider_login.clone();
        let noted = noted.map(|login| NotedLogin { session: id, login, expires_at: session.expires_at });
        let noted = noted.map(|noted| self.rows.noted(&noted)).transpose()?;
        let known = Known::new(Stored { session: Arc::new(session), seen_at });
        self.rows.writer.write(Change::Open(known.sealed(&self.rows, &id)?, noted)).await?;
        // No gate: until this returns, nobody has the id that they could end it by.
        self.known.insert(id, Arc::new(known));
        Ok(())
    }

    async fn find(&self, id: &SessionId, now: Timestamp) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.see(now));
        }
        let _gate = self.gate(id).lock().await;
        if let Some(known) = self.known.get(id) {
            return Ok(known.see(now));
        }
        let Some(stored) = self.rows.find(&SESSIONS, id.0.as_bytes()).await? else { return Ok(None) };
        let known = Known::new(stored);
        let session = known.see(now);
        if session.is_some() {
            self.known.insert(*id, Arc::new(known));
        }
        Ok(session)
    }

    async fn stands(&self, id: &SessionId, now: Timestamp) -> Result<bool, StoreUnavailable> {
        if let Some(known) = self.known.get(id) {
            return Ok(known.stands(now));
        }
        let stored: Option<Stored> = self.rows.find(&SESSIONS, id.0.as_bytes()).await?;
        Ok(stored.is_some_and(|stored| stored.session.is_alive(stored.seen_at, now)))
    }

    async fn end(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        let _gate = self.gate(id).lock().await;
        // First in memory: if the database is away, this process honours the session no more, and
        // `settle` tries again.
        if let Some(known) = self.known.get(id) {
            known.ended.store(true, Ordering::Release);
        }
        let stored: Option<Stored> = self.rows.take(&SESSIONS, id.0.as_bytes()).await?;
        self.known.invalidate(id);
        Ok(stored.map(|stored| stored.session))
    }

    /// Brings the database up to date with memory, and drops from memory what is over.
    pub(super) async fn settle(&self, now: Timestamp) -> Result<(), StoreUnavailable> {
        let mut unwritten = Vec::new();
        for (id, known) in &self.known {
            if known.ended.load(Ordering::Acquire) {
                self.end(&id).await?;
            } else if !known.session.is_alive(known.seen_at(), now) {
                self.known.invalidate(&*id);
            } else if known.is_unwritten() {
                unwritten.push((id, known));
            }
        }
        for step in unwritten.chunks(FLUSH_STEP) {
            self.write_down(step).await?;
        }
        Ok(())
    }

    async fn write_down(&self, unwritten: &[(Arc<SessionId>, Arc<Known>)]) -> Result<(), StoreUnavailable> {
        let seen: Vec<_> = unwritten.iter().map(|(_, known)| known.seen.load(Ordering::Relaxed)).collect();
        let changes = unwritten.iter().map(|(id, known)| Ok(Change::Renew(&SESSIONS, known.sealed(&self.rows, id)?)));
        self.rows.writer.write_all(changes.collect::<Result<_, _>>()?).await?;
        for ((_, known), seen) in unwritten.iter().zip(seen) {
            known.written.fetch_max(seen, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Lets the cache bring itself below its capacity now and not in its own time.
    #[cfg(test)]
    pub(super) fn evict(&self) {
        self.known.run_pending_tasks();
    }

    fn gate(&self, id: &SessionId) -> &Mutex<()> {
        &self.gates[usize::from(id.0.as_bytes()[0]) % GATES]
    }
}

// === impl Known ===

impl Known {
    fn new(stored: Stored) -> Self {
        let seen = stored.seen_at.as_microsecond();
        Self {
            session: stored.session,
            seen: AtomicI64::new(seen),
            written: AtomicI64::new(seen),
            ended: AtomicBool::new(false),
        }
    }

    /// The session, if it is alive, which from now on it has been seen at `now`.
    fn see(&self, now: Timestamp) -> Option<Arc<Session>> {
        if !self.stands(now) {
            return None;
        }
        self.seen.fetch_max(now.as_microsecond(), Ordering::Relaxed);
        Some(Arc::clone(&self.session))
    }

    fn stands(&self, now: Timestamp) -> bool {
        !self.ended.load(Ordering::Acquire) && self.session.is_alive(self.seen_at(), now)
    }

    fn seen_at(&self) -> Timestamp {
        // What is in there came out of a timestamp.
        Timestamp::from_microsecond(self.seen.load(Ordering::Relaxed)).unwrap_or(Timestamp::MIN)
    }

    fn is_unwritten(&self) -> bool {
        self.seen.load(Ordering::Relaxed) > self.written.load(Ordering::Relaxed)
    }

    fn sealed(&self, rows: &Rows, id: &SessionId) -> Result<Sealed, StoreUnavailable> {
        let stored = Stored { session: Arc::clone(&self.session), seen_at: self.seen_at() };
        let idle_end = stored.seen_at.checked_add(self.session.idle).unwrap_or(Timestamp::MAX);
        rows.sealed(&SESSIONS, id.0.as_bytes(), idle_end.min(self.session.expires_at), &stored)
    }
}
