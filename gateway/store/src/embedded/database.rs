//! Opening the file: who may read it, who uses it, which version it is, which key it belongs to.

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqliteConnection, SqlitePool};
use varco_core::ports::StoreUnavailable;

use super::table::{FINGERPRINT, SET_FINGERPRINT};
use crate::seal::Seal;

/// Connections that read beside the one that writes.
const READERS: u32 = 4;

/// How long a reader or the writer is waited for before the store counts as unavailable.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file, or the folder that it is in, cannot be made or changed.
    #[error("{path}: {cause}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Another process uses it. Two gateways with one file would honour each other's ended sessions.
    #[error("{path} is in use by another gateway; each needs a file of its own, or a shared store")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It was written with another key, so nothing in it can be read.
    #[error(
        "{path} was written with another store key; give back that key, or move the file away (everybody logs in again)"
    )]
    OtherKey {
        /// The file.
        path: PathBuf,
    },
    /// It is of a version that this gateway does not know, or a migration failed.
    #[error("{path}: {cause}")]
    Migration {
        /// The file.
        path: PathBuf,
        /// What failed.
        cause: sqlx::migrate::MigrateError,
    },
    /// It is not a database, or is damaged.
    #[error("{path}: {cause}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        cause: sqlx::Error,
    },
    /// It opened, and then could not be written.
    #[error("{path}: {cause}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: StoreUnavailable,
    },
}

/// An open database.
pub(super) struct Database {
    pub(super) writer: SqliteConnection,
    pub(super) readers: SqlitePool,
    pub(super) claim: Claim,
}

/// The right to use the database, held as long as the store is in use.
pub(super) struct Claim(File);

// === impl Database ===

impl Database {
    /// Opens the database at a path, making it where it is missing.
    pub(super) async fn open(path: &Path, seal: &Seal) -> Result<Self, OpenError> {
        let claim = Claim::take(path)?;
        let failed = |cause| OpenError::Database { path: path.to_owned(), cause };
        // FULL: a commit is acknowledged when it is on the disk, so what was acknowledged outlives the
        // machine and not only the process.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .disable_statement_logging();
        let mut writer = options.connect().await.map_err(failed)?;
        sqlx::migrate!("migrations/sqlite")
            .run(&mut writer)
            .await
            .map_err(|cause| OpenError::Migration { path: path.to_owned(), cause })?;
        if fingerprint(&mut writer, seal).await.map_err(failed)? != seal.fingerprint() {
            return Err(OpenError::OtherKey { path: path.to_owned() });
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options.read_only(true));
        Ok(Self { writer, readers, claim })
    }
}

// === impl Claim ===

impl Claim {
    /// Takes the database for this process alone, and makes it readable by nobody else. SQLite gives
    /// its companion files the permissions of the database.
    fn take(path: &Path) -> Result<Self, OpenError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.map_err(|cause| OpenError::File { path: folder.to_owned(), cause })?;
        }
        // The lock is a file of its own and comes first: to open and close a file that SQLite of this
        // very process has open would drop SQLite's own locks on it.
        let lock_path = path.with_added_extension("lock");
        let lock = private(&lock_path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => OpenError::InUse { path: path.to_owned() },
            TryLockError::Error(cause) => OpenError::File { path: lock_path, cause },
        })?;
        private(path)?;
        Ok(Self(lock))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // Closing is not enough where a child process is just being started: it holds a copy.
        let _ = self.0.unlock();
    }
}

/// A file that nobody else can read.
fn private(path: &Path) -> Result<File, OpenError> {
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let restricted = opened.and_then(|file| {
        file.set_permissions(Permissions::from_mode(0o600))?;
        Ok(file)
    });
    restricted.map_err(|cause| OpenError::File { path: path.to_owned(), cause })
}

/// The fingerprint of the key that the database belongs to; a new one belongs to ours.
async fn fingerprint(writer: &mut SqliteConnection, seal: &Seal) -> sqlx::Result<Vec<u8>> {
    sqlx::query(SET_FINGERPRINT).bind(seal.fingerprint().to_vec()).execute(&mut *writer).await?;
    sqlx::query_scalar(FINGERPRINT).fetch_one(writer).await
}
