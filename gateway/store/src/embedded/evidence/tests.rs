//! Evidence: kept for as long as the law says, found by what is in its index, told by no file.

use jiff::SignedDuration;
use sqlx::{Connection as _, SqliteConnection};
use tempfile::TempDir;
use varco_core::evidence::{EvidenceKind, MessageName};
use varco_core::name::{MethodId, ProviderId};

use super::super::{Embedded, Options, PURGE_DELAY};
use super::*;
use crate::seal::StoreKey;

fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn login(code: &str, at: Timestamp) -> Evidence {
    Evidence {
        at,
        method: MethodId::parse("cie").unwrap(),
        provider: ProviderId::parse("https://op.example").unwrap(),
        kind: EvidenceKind::Login,
        index: vec![(IndexName::Code, code.to_owned()), (IndexName::Subject, "pairwise-of-ada".to_owned())],
        messages: vec![(MessageName::UserInfoResponse, "signed words about Ada".to_owned())],
    }
}

fn options(folder: &TempDir) -> Options {
    let database = folder.path().join("data/varco.sqlite");
    Options { database, key: StoreKey::new([7; 32]), sessions_in_memory: 10 }
}

async fn open(folder: &TempDir) -> Embedded {
    Embedded::open(options(folder), noon()).await.unwrap()
}

async fn count(folder: &TempDir, statement: &'static str) -> i64 {
    let address = format!("sqlite://{}", options(folder).database.display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    sqlx::query_scalar(statement).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn what_was_kept_is_found_by_its_index_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    let later = noon() + SignedDuration::from_mins(1);
    store.keep(&login("code-2", later)).await.unwrap();
    store.keep(&login("code-1", noon())).await.unwrap();
    drop(store);
    let store = open(&folder).await;
    assert_eq!(store.evidence(IndexName::Code, "code-1").await.unwrap(), [login("code-1", noon())]);
    let of_person = store.evidence(IndexName::Subject, "pairwise-of-ada").await.unwrap();
    assert_eq!(of_person, [login("code-1", noon()), login("code-2", later)], "oldest first");
    for (name, value) in [(IndexName::TokenId, "code-1"), (IndexName::Code, "code-3"), (IndexName::Code, "")] {
        assert!(store.evidence(name, value).await.unwrap().is_empty(), "{name:?} {value}");
    }
}

#[tokio::test]
async fn the_same_record_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    for _ in 0..2 {
        store.keep(&login("code-1", noon())).await.unwrap();
    }
    assert_eq!(store.evidence(IndexName::Code, "code-1").await.unwrap().len(), 1);
}

/// DPCM of 24 October 2014, art. 13: 24 months.
#[tokio::test]
async fn evidence_is_kept_for_24_months_and_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    store.keep(&login("code-1", noon())).await.unwrap();
    let end: Timestamp = "2028-11-25T12:00:00Z".parse().unwrap();
    store.maintain(end + PURGE_DELAY).await.unwrap();
    assert_eq!(store.evidence(IndexName::Code, "code-1").await.unwrap().len(), 1, "to the last moment");
    store.maintain(end + PURGE_DELAY + SignedDuration::from_millis(2)).await.unwrap();
    assert!(store.evidence(IndexName::Code, "code-1").await.unwrap().is_empty());
    let rows = "SELECT (SELECT count(*) FROM evidence) + (SELECT count(*) FROM evidence_index)";
    assert_eq!(count(&folder, rows).await, 0, "nor what it was found by");
}

#[tokio::test]
async fn the_files_tell_a_month_and_nothing_of_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    store.keep(&login("code-1", noon())).await.unwrap();
    let in_month = "SELECT count(*) FROM evidence WHERE month = '2026-11' AND kind = 'login'";
    assert_eq!(count(&folder, in_month).await, 1);
    let mut everything = Vec::new();
    for file in folder.path().join("data").read_dir().unwrap() {
        everything.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |needle: &str| everything.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(holds("evidence_by_month"), "this did read the database");
    for told in ["Ada", "code-1", "pairwise", "op.example"] {
        assert!(!holds(told), "{told}");
    }
}

#[tokio::test]
async fn a_record_that_somebody_changed_is_absent() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    store.keep(&login("code-1", noon())).await.unwrap();
    let address = format!("sqlite://{}", options(&folder).database.display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    let changed = sqlx::query("UPDATE evidence SET sealed = substr(sealed, 1, length(sealed) - 1)");
    assert_eq!(changed.execute(&mut connection).await.unwrap().rows_affected(), 1);
    assert!(store.evidence(IndexName::Code, "code-1").await.unwrap().is_empty());
}
