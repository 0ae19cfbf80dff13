//! What only the embedded store promises: the file, its key, its upkeep. What every store promises is
//! in [`crate::conformance`].

mod history;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use varco_core::ports::{AttemptStore, BrowserStore, HandoffStore, LogoutStore, ReplayGuard, SessionStore};

use super::*;
use crate::conformance::samples::{
    ABSOLUTE, IDLE, after, attempt, content, just_before, noon, on_login, proof, session,
};
use crate::conformance::{Fixture, conformance};

conformance!(OnDisk);

/// An embedded store in a scratch folder.
struct OnDisk {
    store: Arc<Embedded>,
    folder: TempDir,
}

impl Fixture for OnDisk {
    async fn empty() -> Self {
        Self::over(tempfile::tempdir().unwrap()).await
    }

    async fn restarted(self) -> Self {
        let Self { store, folder } = self;
        drop(store);
        Self::over(folder).await
    }

    fn attempts(&self) -> Arc<dyn AttemptStore> {
        self.store.clone()
    }

    fn sessions(&self) -> Arc<dyn SessionStore> {
        self.store.clone()
    }

    fn browsers(&self) -> Arc<dyn BrowserStore> {
        self.store.clone()
    }

    fn handoffs(&self) -> Arc<dyn HandoffStore> {
        self.store.clone()
    }

    fn logouts(&self) -> Arc<dyn LogoutStore> {
        self.store.clone()
    }

    fn replays(&self) -> Arc<dyn ReplayGuard> {
        self.store.clone()
    }
}

fn options(folder: &Path) -> Options {
    Options { database: folder.join("data/varco.sqlite"), key: StoreKey::new([7; 32]), sessions_in_memory: 1000 }
}

impl OnDisk {
    async fn over(folder: TempDir) -> Self {
        Self { store: Arc::new(Embedded::open(options(folder.path()), noon()).await.unwrap()), folder }
    }
}

/// A second pair of hands in the database.
async fn execute(folder: &Path, statement: &'static str) -> u64 {
    let address = format!("sqlite://{}", options(folder).database.display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap().rows_affected()
}

async fn rows(folder: &Path) -> i64 {
    let address = format!("sqlite://{}", options(folder).database.display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM attempts) + (SELECT count(*) FROM sessions) + (SELECT count(*) FROM used_proofs) \
         + (SELECT count(*) FROM provider_logins)",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn the_files_are_for_the_gateway_alone_and_tell_nothing() {
    let fixture = OnDisk::empty().await;
    fixture.sessions().open(on_login(3, "_name-id")).await.unwrap();
    fixture.attempts().put(&attempt(5)).await.unwrap();
    fixture.replays().first_use(&proof("_assertion-id"), noon()).await.unwrap();
    let data = fixture.folder.path().join("data");
    assert_eq!(data.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    let mut everything = Vec::new();
    for file in data.read_dir().unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
        everything.extend(std::fs::read(file.path()).unwrap());
    }
    let holds = |needle: &[u8]| everything.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"attempts_by_end"), "this did read the database");
    for told in ["RSSDAA80A41H501X", "Ada", "ada@example.org", "anagrafe", "_assertion-id", "idp.example", "_name-id"] {
        assert!(!holds(told.as_bytes()), "{told}");
    }
    for number in [3, 5, 105] {
        assert!(!holds(&[number; 16]), "the bytes of a secret");
    }
}

#[tokio::test]
async fn another_key_is_refused_and_harms_nothing() {
    let fixture = OnDisk::empty().await;
    fixture.sessions().open(session(1)).await.unwrap();
    let OnDisk { store, folder } = fixture;
    drop(store);
    let other = Options { key: StoreKey::new([8; 32]), ..options(folder.path()) };
    let error = Embedded::open(other, noon()).await.err().unwrap();
    assert!(matches!(error, OpenError::OtherKey { .. }), "{error}");
    assert!(error.to_string().contains("another store key"), "{error}");
    let fixture = OnDisk::over(folder).await;
    assert!(fixture.sessions().find(&session(1).id, noon()).await.unwrap().is_some());
}

#[tokio::test]
async fn two_gateways_do_not_share_a_file() {
    let fixture = OnDisk::empty().await;
    let error = Embedded::open(options(fixture.folder.path()), noon()).await.err().unwrap();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    fixture.store.ping().await.unwrap();
}

#[tokio::test]
async fn what_is_not_a_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = options(folder.path()).database;
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "a letter, and not a database, of more than one line\n".repeat(100)).unwrap();
    let before = std::fs::read(&file).unwrap();
    let error = Embedded::open(options(folder.path()), noon()).await.err().unwrap();
    assert!(error.to_string().contains("varco.sqlite"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn a_row_that_somebody_changed_is_absent() {
    for tampering in [
        "UPDATE sessions SET sealed = substr(sealed, 1, length(sealed) - 1)",
        "UPDATE sessions SET sealed = x''",
        "UPDATE sessions SET sealed = (SELECT sealed FROM attempts)",
    ] {
        let fixture = OnDisk::empty().await;
        fixture.sessions().open(session(1)).await.unwrap();
        fixture.attempts().put(&attempt(1)).await.unwrap();
        let fixture = fixture.restarted().await;
        assert_eq!(execute(fixture.folder.path(), tampering).await, 1);
        let found = fixture.sessions().find(&session(1).id, noon()).await.unwrap();
        assert!(found.is_none(), "{tampering}");
    }
}

/// The end that counts is inside the sealed value.
#[tokio::test]
async fn a_later_end_in_the_column_prolongs_nothing() {
    let fixture = OnDisk::empty().await;
    fixture.sessions().open(session(1)).await.unwrap();
    fixture.attempts().put(&attempt(1)).await.unwrap();
    let fixture = fixture.restarted().await;
    for statement in ["UPDATE sessions SET expires_at = 1 << 62", "UPDATE attempts SET expires_at = 1 << 62"] {
        execute(fixture.folder.path(), statement).await;
    }
    assert!(fixture.sessions().find(&session(1).id, after(IDLE)).await.unwrap().is_none());
    assert!(fixture.attempts().take(attempt(1).key(), attempt(1).expires_at()).await.unwrap().is_none());
}

#[tokio::test]
async fn upkeep_deletes_what_is_over_and_nothing_else() {
    let fixture = OnDisk::empty().await;
    fixture.sessions().open(on_login(1, "_name")).await.unwrap();
    fixture.attempts().put(&attempt(1)).await.unwrap();
    fixture.replays().first_use(&proof("_one"), noon()).await.unwrap();
    let first_end = proof("_one").expires_at.checked_add(PURGE_DELAY).unwrap();
    fixture.store.maintain(just_before(first_end)).await.unwrap();
    assert_eq!(rows(fixture.folder.path()).await, 4);
    fixture.store.maintain(first_end.checked_add(SignedDuration::from_millis(2)).unwrap()).await.unwrap();
    assert_eq!(rows(fixture.folder.path()).await, 3);
    fixture.store.maintain(after(ABSOLUTE)).await.unwrap();
    assert_eq!(rows(fixture.folder.path()).await, 1, "the login of a session, until its latest end");
    fixture.store.maintain(after(ABSOLUTE + SignedDuration::from_mins(6))).await.unwrap();
    assert_eq!(rows(fixture.folder.path()).await, 0);
}

/// What an earlier version of the gateway stored has no login.
#[tokio::test]
async fn a_session_of_an_earlier_version_is_read() {
    let earlier = content(&session(1));
    assert!(earlier.get("provider_login").is_none());
    let read: varco_core::session::Session = serde_json::from_value(earlier).unwrap();
    assert_eq!(read.provider_login, None);
}

#[tokio::test]
async fn the_purge_of_one_login_leaves_another_of_the_same_name() {
    let fixture = OnDisk::empty().await;
    let early = varco_core::session::Session { expires_at: after(IDLE), ..on_login(1, "_name") };
    fixture.sessions().open(early).await.unwrap();
    fixture.sessions().open(on_login(2, "_name")).await.unwrap();
    fixture.store.maintain(after(IDLE * 2)).await.unwrap();
    let left =
        fixture.sessions().logins(&on_login(2, "_name").provider_login.unwrap().login_name(), noon()).await.unwrap();
    assert_eq!(left.iter().map(|noted| noted.session).collect::<Vec<_>>(), [session(2).id]);
}

#[tokio::test]
async fn upkeep_deletes_more_than_one_step_of_rows() {
    let fixture = OnDisk::empty().await;
    execute(
        fixture.folder.path(),
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         INSERT INTO used_proofs SELECT randomblob(32), i FROM n",
    )
    .await;
    assert_eq!(rows(fixture.folder.path()).await, 1200);
    fixture.store.maintain(noon()).await.unwrap();
    assert_eq!(rows(fixture.folder.path()).await, 0);
}

#[tokio::test]
async fn upkeep_writes_down_when_a_session_was_last_seen() {
    let fixture = OnDisk::empty().await;
    fixture.sessions().open(session(1)).await.unwrap();
    let (seen, later) = (after(IDLE / 2), after(IDLE));
    assert!(fixture.sessions().known(&session(1).id, seen).is_some());
    fixture.store.maintain(seen).await.unwrap();
    let fixture = fixture.restarted().await;
    assert!(fixture.sessions().find(&session(1).id, later).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn upkeep_does_not_disturb_what_goes_on_beside_it() {
    let fixture = OnDisk::empty().await;
    let store = Arc::clone(&fixture.store);
    let upkeep = tokio::spawn(async move {
        for second in 0..50 {
            store.maintain(after(SignedDuration::from_secs(second))).await.unwrap();
        }
    });
    for number in 1..=100 {
        fixture.sessions().open(session(number)).await.unwrap();
        assert!(fixture.sessions().known(&session(number).id, after(SignedDuration::from_secs(60))).is_some());
    }
    upkeep.await.unwrap();
    let fixture = fixture.restarted().await;
    for number in 1..=100 {
        assert!(fixture.sessions().find(&session(number).id, noon()).await.unwrap().is_some(), "{number}");
    }
}

#[tokio::test]
async fn a_session_that_leaves_memory_is_found_again_as_it_was_last_seen() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { sessions_in_memory: 1, ..options(folder.path()) };
    let fixture = OnDisk { store: Arc::new(Embedded::open(options, noon()).await.unwrap()), folder };
    fixture.sessions().open(session(1)).await.unwrap();
    assert!(fixture.sessions().known(&session(1).id, after(IDLE / 2)).is_some());
    fixture.sessions().open(session(2)).await.unwrap();
    fixture.store.sessions.evict();
    assert!(fixture.sessions().known(&session(1).id, after(IDLE / 2)).is_none(), "out of memory");
    // Queued behind what the eviction left to be written.
    fixture.store.ping().await.unwrap();
    assert!(fixture.sessions().stands(&session(1).id, after(IDLE)).await.unwrap());
    assert!(fixture.sessions().known(&session(1).id, after(IDLE / 2)).is_none(), "a look brings nothing back");
    assert!(fixture.sessions().find(&session(1).id, after(IDLE)).await.unwrap().is_some());
}

/// A logout while the database is away must not be forgotten when it is back.
#[tokio::test]
async fn an_end_that_failed_holds_in_memory_and_is_finished_later() {
    let fixture = OnDisk::empty().await;
    let folder = fixture.folder.path().to_owned();
    fixture.sessions().open(session(1)).await.unwrap();
    execute(&folder, "ALTER TABLE sessions RENAME TO away").await;
    let away = fixture.sessions().end(&session(1).id).await.unwrap_err();
    assert!(away.to_string().contains("no such table"), "{away}");
    assert!(fixture.sessions().known(&session(1).id, noon()).is_none());
    assert!(fixture.sessions().find(&session(1).id, noon()).await.unwrap().is_none());
    execute(&folder, "ALTER TABLE away RENAME TO sessions").await;
    fixture.store.maintain(noon()).await.unwrap();
    let fixture = fixture.restarted().await;
    assert!(fixture.sessions().find(&session(1).id, noon()).await.unwrap().is_none());
}

#[tokio::test]
async fn one_failed_change_does_not_stop_the_writer() {
    let fixture = OnDisk::empty().await;
    execute(fixture.folder.path(), "ALTER TABLE sessions RENAME TO away").await;
    fixture.sessions().open(session(1)).await.unwrap_err();
    fixture.sessions().find(&session(1).id, noon()).await.unwrap_err();
    assert!(fixture.sessions().known(&session(1).id, noon()).is_none(), "not acknowledged, not honoured");
    execute(fixture.folder.path(), "ALTER TABLE away RENAME TO sessions").await;
    fixture.sessions().open(session(1)).await.unwrap();
    fixture.store.ping().await.unwrap();
}

#[tokio::test]
async fn a_ping_tells_a_store_that_cannot_be_written() {
    let fixture = OnDisk::empty().await;
    fixture.store.ping().await.unwrap();
    execute(fixture.folder.path(), "DROP TABLE store_key").await;
    fixture.store.ping().await.unwrap_err();
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_process_that_dies() {
    let folder = tempfile::tempdir().unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "embedded::tests::dies_with_a_session_open"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(!child.status.success(), "it was to die");
    let found = OnDisk::over(folder).await.sessions().find(&session(1).id, noon()).await.unwrap();
    assert_eq!(content(&found.unwrap()), content(&session(1)));
}

#[tokio::test]
#[ignore = "the other half of what_was_acknowledged_outlives_a_process_that_dies, which runs it"]
async fn dies_with_a_session_open() {
    let store = Embedded::open(options(Path::new(".")), noon()).await.unwrap();
    SessionStore::open(&store, session(1)).await.unwrap();
    std::process::abort();
}
