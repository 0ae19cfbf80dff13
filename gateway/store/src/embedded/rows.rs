//! Values in and out of the tables, sealed on the way in and opened on the way out.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Row as _, SqlitePool};
use varco_core::logout::{LoginName, NotedLogin};
use varco_core::ports::StoreUnavailable;

use super::table::{FIND_LOGINS, PROVIDER_LOGINS, PURGE_STEP, PURGES, SESSIONS, Table};
use super::writer::{Change, NotedRow, Sealed, Writer};
use crate::seal::{Address, Seal};

/// The rows of the database.
pub(super) struct Rows {
    pub(super) seal: Seal,
    pub(super) writer: Writer,
    pub(super) readers: SqlitePool,
}

// === impl Rows ===

impl Rows {
    /// Keeps a value until it expires.
    pub(super) async fn put(
        &self,
        table: &'static Table,
        secret: &[u8],
        expires_at: Timestamp,
        value: &impl Serialize,
    ) -> Result<(), StoreUnavailable> {
        let row = self.sealed(table, secret, expires_at, value)?;
        self.writer.write(Change::Put(table, row)).await?;
        Ok(())
    }

    /// Reads a value and leaves it where it is.
    pub(super) async fn find<T: DeserializeOwned>(
        &self,
        table: &'static Table,
        secret: &[u8],
    ) -> Result<Option<T>, StoreUnavailable> {
        let at = Address { table: table.name, secret };
        let name = self.seal.name(at).to_vec();
        let row = sqlx::query(table.find).bind(name).fetch_optional(&self.readers).await.map_err(unavailable)?;
        let sealed: Option<Vec<u8>> = row.map(|row| row.try_get(0)).transpose().map_err(unavailable)?;
        Ok(sealed.and_then(|sealed| self.opened(at, &sealed)))
    }

    /// Takes a value out: one of those who ask gets it.
    pub(super) async fn take<T: DeserializeOwned>(
        &self,
        table: &'static Table,
        secret: &[u8],
    ) -> Result<Option<T>, StoreUnavailable> {
        let at = Address { table: table.name, secret };
        let outcome = self.writer.write(Change::Take(table, self.seal.name(at))).await?;
        Ok(outcome.taken.and_then(|sealed| self.opened(at, &sealed)))
    }

    /// Keeps a value until it expires, and takes out the one that was kept before.
    pub(super) async fn swap<T: Serialize + DeserializeOwned>(
        &self,
        table: &'static Table,
        secret: &[u8],
        expires_at: Timestamp,
        value: &T,
    ) -> Result<Option<T>, StoreUnavailable> {
        let row = self.sealed(table, secret, expires_at, value)?;
        let outcome = self.writer.write(Change::Swap(table, row)).await?;
        Ok(outcome.taken.and_then(|sealed| self.opened(Address { table: table.name, secret }, &sealed)))
    }

    /// The logins of one name.
    pub(super) async fn logins(&self, name: &LoginName) -> Result<Vec<NotedLogin>, StoreUnavailable> {
        let at = Address { table: PROVIDER_LOGINS, secret: name.as_bytes() };
        let name = self.seal.name(at).to_vec();
        let rows = sqlx::query(FIND_LOGINS).bind(name).fetch_all(&self.readers).await.map_err(unavailable)?;
        let sealed = rows.iter().map(|row| row.try_get::<Vec<u8>, _>(0)).collect::<Result<Vec<_>, _>>();
        Ok(sealed.map_err(unavailable)?.iter().filter_map(|sealed| self.opened(at, sealed)).collect())
    }

    /// The login that a session stands on, ready to be noted.
    pub(super) fn noted(&self, noted: &NotedLogin) -> Result<NotedRow, StoreUnavailable> {
        let name = noted.login.login_name();
        let at = Address { table: PROVIDER_LOGINS, secret: name.as_bytes() };
        let session = self.seal.name(Address { table: SESSIONS.name, secret: noted.session.0.as_bytes() });
        Ok(NotedRow { session, row: self.sealed_at(at, noted.expires_at, noted)? })
    }

    /// A value, ready to be written.
    pub(super) fn sealed(
        &self,
        table: &'static Table,
        secret: &[u8],
        expires_at: Timestamp,
        value: &impl Serialize,
    ) -> Result<Sealed, StoreUnavailable> {
        self.sealed_at(Address { table: table.name, secret }, expires_at, value)
    }

    fn sealed_at(
        &self,
        at: Address<'_>,
        expires_at: Timestamp,
        value: &impl Serialize,
    ) -> Result<Sealed, StoreUnavailable> {
        // JSON, because a later version of the gateway may add a field and must still read these.
        let plain = serde_json::to_vec(value).map_err(unavailable)?;
        let value = self.seal.close(at, plain).map_err(unavailable)?;
        Ok(Sealed { name: self.seal.name(at), expires_at, value })
    }

    /// Deletes what ended before a time, in small steps that logins fit between.
    pub(super) async fn purge(&self, before: Timestamp) -> Result<(), StoreUnavailable> {
        for statement in PURGES {
            while self.writer.write(Change::Purge(statement, before)).await?.rows == PURGE_STEP {}
        }
        Ok(())
    }

    /// A value that does not open is as good as absent: somebody changed it, or it is of a version that
    /// this one does not read. Either way it must not be honoured.
    pub(super) fn opened<T: DeserializeOwned>(&self, at: Address<'_>, sealed: &[u8]) -> Option<T> {
        let value = self.seal.open(at, sealed).ok().and_then(|plain| serde_json::from_slice(&plain).ok());
        if value.is_none() {
            tracing::warn!(table = at.table, "a stored row does not open and is treated as absent");
        }
        value
    }
}

/// The store's error for one of SQLite. It names no value: statements are constant, and what is bound to
/// them is never part of the text.
pub(super) fn unavailable(error: impl std::fmt::Display) -> StoreUnavailable {
    StoreUnavailable(error.to_string())
}
