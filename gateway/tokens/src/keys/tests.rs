use std::fs::Permissions;

use super::*;
use crate::fixture::Sequence;

fn files(folder: &Path) -> Vec<(String, u32)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().permissions().mode() & 0o777)
        })
        .collect();
    files.sort();
    files
}

#[test]
fn secrets_are_made_once_for_their_owner_only() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("keys");
    let made = Keys::open(&folder, &Sequence::default()).unwrap();
    assert_eq!(files(&folder), [("assertion.pem".to_owned(), 0o600), ("master.key".to_owned(), 0o600)]);
    assert_eq!(files(parent.path()), [("keys".to_owned(), 0o700)]);
    let read = Keys::open(&folder, &Sequence::default()).unwrap();
    assert_eq!(read.master.as_bytes(), made.master.as_bytes());
    assert_eq!(read.ring.current.kid(), made.ring.current.kid());
}

#[test]
fn gateways_that_start_together_agree() {
    let folder = tempfile::tempdir().unwrap();
    let randomness = Sequence::default();
    let opened: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| Keys::open(folder.path(), &randomness).unwrap())).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    for keys in &opened {
        assert_eq!(keys.master.as_bytes(), opened[0].master.as_bytes());
        assert_eq!(keys.ring.current.kid(), opened[0].ring.current.kid());
    }
    assert_eq!(files(folder.path()).len(), 2, "no draft is left");
}

#[test]
fn keys_that_signed_before_are_read_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let previous = [AssertionKey::generate().unwrap(), AssertionKey::generate().unwrap()];
    for (name, key) in ["2026-01", "2026-02"].iter().zip(&previous) {
        let path = folder.path().join(format!("assertion.previous.{name}.pem"));
        write_draft(&path, key.to_pem().unwrap().as_bytes()).unwrap();
    }
    let read = Keys::open(folder.path(), &Sequence::default()).unwrap().ring.previous;
    assert_eq!(read.iter().map(AssertionKey::kid).collect::<Vec<_>>(), previous.each_ref().map(AssertionKey::kid));
}

#[test]
fn a_secret_that_others_can_read_stops_the_start() {
    for (name, mode) in [("master.key", 0o644), ("assertion.pem", 0o640), ("assertion.pem", 0o602)] {
        let folder = tempfile::tempdir().unwrap();
        Keys::open(folder.path(), &Sequence::default()).unwrap();
        let path = folder.path().join(name);
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let error = Keys::open(folder.path(), &Sequence::default()).unwrap_err().to_string();
        let path = path.display();
        assert_eq!(error, format!("{path}: mode {mode:04o} lets other users at this secret; run `chmod 600` on it"));
    }
}

#[test]
fn a_broken_file_is_named_and_not_replaced() {
    for (name, content, expected) in [
        ("master.key", "c2hvcnQ=", "expected 32 bytes in base64"),
        ("master.key", "?", "expected 32 bytes in base64"),
        ("assertion.pem", "secret", "expected one PEM block `PRIVATE KEY` (PKCS#8)"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        write_draft(&path, content.as_bytes()).unwrap();
        let error = Keys::open(folder.path(), &Sequence::default()).unwrap_err().to_string();
        assert_eq!(error, format!("{}: {expected}", path.display()));
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[test]
fn what_is_printed_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(folder.path(), &Sequence::default()).unwrap();
    let printed = format!("{keys:?}");
    assert!(printed.contains("MasterSecret([redacted])") && printed.contains("AssertionKey("), "{printed}");
    assert_eq!(printed.matches("[redacted]").count(), 2, "{printed}");
}

#[test]
fn a_folder_that_cannot_be_used_is_named_with_the_reason() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Keys::open(&file.join("keys"), &Sequence::default()).unwrap_err().to_string();
    assert_eq!(error, format!("{}: Not a directory (os error 20)", file.join("keys").display()));
}
