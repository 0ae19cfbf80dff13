//! The messages of exchanges with providers. Each record is sealed under a key of its own, named by a keyed
//! digest of all of it: the same record kept twice is one row. It is found by keyed digests of what is
//! in its index, so that the file alone does not tell whose logins it holds.

use async_trait::async_trait;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use sqlx::Row as _;
use varco_core::evidence::{Evidence, IndexName, KEPT_MONTHS};
use varco_core::ports::{EvidenceStore, StoreUnavailable};

use super::Embedded;
use super::rows::{Rows, unavailable};
use super::table::FIND_EVIDENCE;
use super::writer::{Change, KeptRow, Sealed};
use crate::seal::{Address, Name};

/// The table of the records.
const EVIDENCE: &str = "evidence";

/// The table of what they are found by.
const INDEX: &str = "evidence_index";

#[async_trait]
impl EvidenceStore for Embedded {
    async fn keep(&self, evidence: &Evidence) -> Result<(), StoreUnavailable> {
        let row = self.rows.kept(evidence)?;
        self.rows.writer.write(Change::Keep(row)).await?;
        Ok(())
    }
}

impl Embedded {
    /// The records whose index has this value under this name, oldest first.
    pub async fn evidence(&self, name: IndexName, value: &str) -> Result<Vec<Evidence>, StoreUnavailable> {
        let digest = self.rows.digest(name, value).to_vec();
        let rows = sqlx::query(FIND_EVIDENCE).bind(digest).fetch_all(&self.rows.readers).await.map_err(unavailable)?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let name: Vec<u8> = row.try_get(0).map_err(unavailable)?;
            let sealed: Vec<u8> = row.try_get(1).map_err(unavailable)?;
            found.extend(self.rows.opened(Address { table: EVIDENCE, secret: &name }, &sealed));
        }
        found.sort_by_key(|evidence: &Evidence| evidence.at);
        Ok(found)
    }
}

// === impl Rows ===

impl Rows {
    fn kept(&self, evidence: &Evidence) -> Result<KeptRow, StoreUnavailable> {
        let plain = serde_json::to_vec(evidence).map_err(unavailable)?;
        let name = self.seal.name(Address { table: EVIDENCE, secret: &plain });
        let value = self.seal.close(Address { table: EVIDENCE, secret: &name }, plain).map_err(unavailable)?;
        Ok(KeptRow {
            month: evidence.at.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m").to_string(),
            kind: evidence.kind.as_str(),
            index: evidence.index.iter().map(|(name, value)| self.digest(*name, value)).collect(),
            row: Sealed { name, expires_at: kept_until(evidence.at), value },
        })
    }

    fn digest(&self, name: IndexName, value: &str) -> Name {
        // The words hold no NUL, so that no two pairs run together.
        let secret = [name.as_str(), "\0", value].concat();
        self.seal.name(Address { table: INDEX, secret: secret.as_bytes() })
    }
}

/// The end of the duty to keep what was over at `at`. (DPCM of 24 October 2014, art. 13.)
fn kept_until(at: Timestamp) -> Timestamp {
    let end = at.to_zoned_datetime(TimeZone::UTC).checked_add(Span::new().months(KEPT_MONTHS));
    end.map_or(Timestamp::MAX, |end| end.timestamp())
}

#[cfg(test)]
mod tests;
