//! The tables, and every statement that is made to them.

/// A table of sealed rows that expire.
pub(super) struct Table {
    /// Its name.
    pub(super) name: &'static str,
    /// Writes a row: name, end, value.
    pub(super) put: &'static str,
    /// Writes a row over one that stands.
    pub(super) renew: &'static str,
    /// Reads the value of a row.
    pub(super) find: &'static str,
    /// Takes a row out and tells its value.
    pub(super) take: &'static str,
}

/// Rows that one purge deletes: bounds how long a login waits behind it.
pub(super) const PURGE_STEP: u64 = 500;

macro_rules! purge {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE name IN (SELECT name FROM ",
            $table,
            " WHERE expires_at <= ?1 LIMIT 500)"
        )
    };
}

macro_rules! table {
    ($name:literal) => {
        Table {
            name: $name,
            put: concat!(
                "INSERT INTO ",
                $name,
                " (name, expires_at, sealed) VALUES (?1, ?2, ?3) ",
                "ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at, sealed = excluded.sealed"
            ),
            renew: concat!("UPDATE ", $name, " SET expires_at = ?2, sealed = ?3 WHERE name = ?1"),
            find: concat!("SELECT sealed FROM ", $name, " WHERE name = ?1"),
            take: concat!("DELETE FROM ", $name, " WHERE name = ?1 RETURNING sealed"),
        }
    };
}

/// Logins that have begun.
pub(super) static ATTEMPTS: Table = table!("attempts");

/// Citizens who are logged in.
pub(super) static SESSIONS: Table = table!("sessions");

/// Sessions on their way to a service host.
pub(super) static HANDOFFS: Table = table!("handoffs");

/// The session that each browser has.
pub(super) static BROWSERS: Table = table!("browsers");

/// Requests to log out that providers have not answered.
pub(super) static LOGOUTS: Table = table!("logouts");

/// The logins that sessions stand on.
pub(super) const PROVIDER_LOGINS: &str = "provider_logins";

/// Notes the login of a session: its name, the session, its end, its value.
pub(super) const NOTE_LOGIN: &str = "INSERT INTO provider_logins (name, session, expires_at, sealed) \
     VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name, session) DO UPDATE SET expires_at = ?3, sealed = ?4";

/// Reads the values of the logins of one name. A provider has one name for one login: who has more of them
/// than this gives the same name to everybody, and could fill our memory with them.
pub(super) const FIND_LOGINS: &str =
    "SELECT sealed FROM provider_logins WHERE name = ?1 ORDER BY expires_at DESC LIMIT 1000";

/// Each deletes up to [`PURGE_STEP`] rows that ended before a time.
pub(super) static PURGES: [&str; 9] = [
    purge!("attempts"),
    purge!("sessions"),
    purge!("browsers"),
    purge!("handoffs"),
    purge!("logouts"),
    purge!("used_proofs"),
    purge!("evidence"),
    // A name is not one row here.
    "DELETE FROM provider_logins WHERE rowid IN (SELECT rowid FROM provider_logins WHERE expires_at <= ?1 LIMIT 500)",
    "DELETE FROM evidence_index WHERE rowid IN (SELECT rowid FROM evidence_index WHERE expires_at <= ?1 LIMIT 500)",
];

/// Marks a proof as used, unless it is marked.
pub(super) const USE_PROOF: &str =
    "INSERT INTO used_proofs (name, expires_at) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";

/// Keeps a record: its name, its month, its kind, its end, its value.
pub(super) const KEEP_EVIDENCE: &str = "INSERT INTO evidence (name, month, kind, expires_at, sealed) \
     VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO NOTHING";

/// Notes what a record is found by: a digest, the record, its end.
pub(super) const NOTE_EVIDENCE: &str = "INSERT INTO evidence_index (digest, evidence, expires_at) \
     VALUES (?1, ?2, ?3) ON CONFLICT (digest, evidence) DO NOTHING";

/// Reads the names and values of the records of one digest.
pub(super) const FIND_EVIDENCE: &str = "SELECT evidence.name, evidence.sealed FROM evidence_index \
     JOIN evidence ON evidence.name = evidence_index.evidence WHERE evidence_index.digest = ?1";

/// Writes without a change.
pub(super) const PROBE: &str = "UPDATE store_key SET fingerprint = fingerprint";

/// Sets the fingerprint of the store key in a new database.
pub(super) const SET_FINGERPRINT: &str =
    "INSERT INTO store_key (only, fingerprint) VALUES (1, ?1) ON CONFLICT (only) DO NOTHING";

/// The fingerprint of the store key that the rows were made with.
pub(super) const FINGERPRINT: &str = "SELECT fingerprint FROM store_key";
