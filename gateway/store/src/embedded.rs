//! The store that needs no other process: memory for what is asked often, SQLite for what must last.

mod database;
mod evidence;
mod logins;
mod rows;
mod sessions;
mod table;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use varco_core::ports::StoreUnavailable;

pub use self::database::OpenError;
use self::database::{Claim, Database};
use self::rows::{Rows, unavailable};
use self::sessions::Sessions;
use self::writer::{Change, Writer};
use crate::seal::{Seal, StoreKey};

/// How long a row that has ended is kept: a session is over by what memory knows of it, which the
/// database learns later.
const PURGE_DELAY: SignedDuration = SignedDuration::from_mins(5);

/// Where the embedded store keeps its data, and how much of it in memory.
#[derive(Debug)]
pub struct Options {
    /// The SQLite file. It and its folder are made where they are missing.
    pub database: PathBuf,
    /// What its rows are sealed under.
    pub key: StoreKey,
    /// Most sessions in memory; beyond them, those used longest ago are read from the file again.
    pub sessions_in_memory: u64,
}

/// Attempts, sessions, hand-offs, used proofs, requests to log out, and evidence, for one gateway.
pub struct Embedded {
    sessions: Arc<Sessions>,
    rows: Arc<Rows>,
    _claim: Claim,
}

// === impl Embedded ===

impl Embedded {
    /// Opens the store, on a tokio runtime, and clears out what ended before `now`.
    pub async fn open(options: Options, now: Timestamp) -> Result<Self, OpenError> {
        let seal = Seal::new(&options.key);
        let Database { writer, readers, claim } = Database::open(&options.database, &seal).await?;
        let rows = Arc::new(Rows { seal, writer: Writer::start(writer), readers });
        let sessions = Arc::new(Sessions::new(&rows, options.sessions_in_memory));
        let store = Self { sessions, rows, _claim: claim };
        store.maintain(now).await.map_err(|away| OpenError::Unusable { path: options.database, cause: away })?;
        Ok(store)
    }

    /// Writes down when sessions were last seen, finishes ends that failed, and deletes what is over.
    /// To be called every minute or so, and once when the gateway stops.
    pub async fn maintain(&self, now: Timestamp) -> Result<(), StoreUnavailable> {
        self.sessions.settle(now).await?;
        self.rows.purge(now.checked_sub(PURGE_DELAY).unwrap_or(Timestamp::MIN)).await
    }

    /// Whether the database can be read and written.
    pub async fn ping(&self) -> Result<(), StoreUnavailable> {
        sqlx::query("SELECT 1 FROM store_key").execute(&self.rows.readers).await.map_err(unavailable)?;
        self.rows.writer.write(Change::Probe).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
