//! The one connection that writes. Changes that arrive while a commit is under way go into the next
//! one together, so the disk is waited for once a batch and not once a change.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, Row as _, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use varco_core::ports::StoreUnavailable;

use super::database::PATIENCE;
use super::table::{KEEP_EVIDENCE, NOTE_EVIDENCE, NOTE_LOGIN, PROBE, SESSIONS, Table, USE_PROOF};
use crate::seal::Name;

/// Most changes in one commit: bounds how long the last in the queue waits.
const BATCH: usize = 256;

/// Changes that may wait; then callers do.
const QUEUE: usize = 4096;

/// Writes for everybody.
#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Job>);

/// A row as it is written.
pub(super) struct Sealed {
    pub(super) name: Name,
    pub(super) expires_at: Timestamp,
    pub(super) value: Vec<u8>,
}

/// The login of a session as it is written.
pub(super) struct NotedRow {
    /// The name of the session's own row.
    pub(super) session: Name,
    pub(super) row: Sealed,
}

/// A record of evidence as it is written.
pub(super) struct KeptRow {
    pub(super) month: String,
    pub(super) kind: &'static str,
    /// Digests of what it is found by.
    pub(super) index: Vec<Name>,
    pub(super) row: Sealed,
}

/// One change.
pub(super) enum Change {
    /// Writes a row, in place of what stood under its name.
    Put(&'static Table, Sealed),
    /// Writes a row only where one of its name still stands.
    Renew(&'static Table, Sealed),
    /// Writes a session, and notes the login that it stands on, if on any.
    Open(Sealed, Option<NotedRow>),
    /// Keeps a record of evidence, and notes what it is found by.
    Keep(KeptRow),
    /// Takes a row out.
    Take(&'static Table, Name),
    /// Writes a row, and takes out what stood under its name.
    Swap(&'static Table, Sealed),
    /// Marks a proof as used, unless it is marked.
    UseProof(Name, Timestamp),
    /// Deletes some rows that ended before a time; by one of [`PURGES`](super::table::PURGES).
    Purge(&'static str, Timestamp),
    /// Changes nothing, but writes.
    Probe,
}

/// What came of a change.
#[derive(Default)]
pub(super) struct Outcome {
    /// How many rows it wrote or deleted.
    pub(super) rows: u64,
    /// The value that it took out.
    pub(super) taken: Option<Vec<u8>>,
}

struct Job {
    change: Change,
    done: oneshot::Sender<Result<Outcome, StoreUnavailable>>,
}

// === impl Writer ===

impl Writer {
    /// Starts writing over a connection; ends when the last copy of the writer is dropped.
    pub(super) fn start(connection: SqliteConnection) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(run(connection, receiver));
        Self(sender)
    }

    /// Makes a change; when this returns, it is on disk.
    pub(super) async fn write(&self, change: Change) -> Result<Outcome, StoreUnavailable> {
        let (done, outcome) = oneshot::channel();
        let made = async {
            self.0.send(Job { change, done }).await.map_err(|_| stopped())?;
            outcome.await.map_err(|_| stopped())?
        };
        // A change that comes too late is made all the same; nobody was told that it was.
        timeout(PATIENCE, made).await.map_err(|_| StoreUnavailable("the disk does not keep up".to_owned()))?
    }

    /// Makes changes that may share commits; when this returns, all are on disk.
    pub(super) async fn write_all(&self, changes: Vec<Change>) -> Result<(), StoreUnavailable> {
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in changes {
            let (done, outcome) = oneshot::channel();
            self.0.send(Job { change, done }).await.map_err(|_| stopped())?;
            outcomes.push(outcome);
        }
        for outcome in outcomes {
            outcome.await.map_err(|_| stopped())??;
        }
        Ok(())
    }

    /// Leaves a change to be made, if there is room in the queue.
    pub(super) fn leave(&self, change: Change) {
        let (done, _) = oneshot::channel();
        // A full queue means a busy disk: what is left here can be done without.
        let _ = self.0.try_send(Job { change, done });
    }
}

fn stopped() -> StoreUnavailable {
    StoreUnavailable("the writer has stopped".to_owned())
}

async fn run(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (changes, waiting): (Vec<_>, Vec<_>) = batch.drain(..).map(|job| (job.change, job.done)).unzip();
        // Whoever no longer waits does not hear of it; the change is made all the same.
        match commit(&mut connection, changes).await {
            Ok(outcomes) => {
                for (done, outcome) in waiting.into_iter().zip(outcomes) {
                    let _ = done.send(Ok(outcome));
                }
            }
            Err(error) => {
                let cause = error.to_string();
                for done in waiting {
                    let _ = done.send(Err(StoreUnavailable(cause.clone())));
                }
            }
        }
    }
    // Nobody is left to hear of an error; every change that was told is on disk already.
    let _ = connection.close().await;
}

async fn commit(connection: &mut SqliteConnection, changes: Vec<Change>) -> sqlx::Result<Vec<Outcome>> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        outcomes.push(change.make(&mut transaction).await?);
    }
    transaction.commit().await?;
    Ok(outcomes)
}

// === impl Change ===

impl Change {
    async fn make(self, transaction: &mut Transaction<'_, Sqlite>) -> sqlx::Result<Outcome> {
        let connection = &mut **transaction;
        let query = match self {
            Self::Put(table, row) => row.bind(table.put),
            Self::Renew(table, row) => row.bind(table.renew),
            Self::Open(session, noted) => {
                if let Some(noted) = noted {
                    noted.bind().execute(&mut *connection).await?;
                }
                session.bind(SESSIONS.put)
            }
            Self::Keep(kept) => {
                for digest in &kept.index {
                    kept.bind_index(digest).execute(&mut *connection).await?;
                }
                kept.bind()
            }
            Self::Take(table, name) => {
                let taken = take(table, &name, connection).await?;
                return Ok(Outcome { rows: u64::from(taken.is_some()), taken });
            }
            Self::Swap(table, row) => {
                let taken = take(table, &row.name, connection).await?;
                let rows = row.bind(table.put).execute(connection).await?.rows_affected();
                return Ok(Outcome { rows, taken });
            }
            Self::UseProof(name, expires_at) => sqlx::query(USE_PROOF).bind(name.to_vec()).bind(rounded_up(expires_at)),
            Self::Purge(statement, before) => sqlx::query(statement).bind(before.as_millisecond()),
            Self::Probe => sqlx::query(PROBE),
        };
        let rows = query.execute(connection).await?.rows_affected();
        Ok(Outcome { rows, taken: None })
    }
}

async fn take(table: &Table, name: &Name, connection: &mut SqliteConnection) -> sqlx::Result<Option<Vec<u8>>> {
    let row: Option<SqliteRow> = sqlx::query(table.take).bind(name.to_vec()).fetch_optional(connection).await?;
    row.map(|row| row.try_get(0)).transpose()
}

type Query = sqlx::query::Query<'static, Sqlite, <Sqlite as sqlx::Database>::Arguments>;

impl Sealed {
    fn bind(self, statement: &'static str) -> Query {
        sqlx::query(statement).bind(self.name.to_vec()).bind(rounded_up(self.expires_at)).bind(self.value)
    }
}

impl NotedRow {
    fn bind(self) -> Query {
        sqlx::query(NOTE_LOGIN)
            .bind(self.row.name.to_vec())
            .bind(self.session.to_vec())
            .bind(rounded_up(self.row.expires_at))
            .bind(self.row.value)
    }
}

impl KeptRow {
    fn bind_index(&self, digest: &Name) -> Query {
        sqlx::query(NOTE_EVIDENCE)
            .bind(digest.to_vec())
            .bind(self.row.name.to_vec())
            .bind(rounded_up(self.row.expires_at))
    }

    fn bind(self) -> Query {
        sqlx::query(KEEP_EVIDENCE)
            .bind(self.row.name.to_vec())
            .bind(self.month)
            .bind(self.kind)
            .bind(rounded_up(self.row.expires_at))
            .bind(self.row.value)
    }
}

/// Milliseconds, a little late rather than early: a row must not be purged before its end.
fn rounded_up(at: Timestamp) -> i64 {
    at.as_millisecond().saturating_add(1)
}
