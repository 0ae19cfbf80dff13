use tempfile::TempDir;

use super::*;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn body() -> BodyId {
    BodyId::parse("c_e715").unwrap()
}

fn files_in(folder: &TempDir) -> EntityKeyFiles {
    EntityKeyFiles::new(folder.path(), Signature::Es256, HOUR * 24)
}

fn names(folder: &TempDir, below: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path().join("federation").join(below)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn what_is_missing_is_made_once_for_the_gateway_alone() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    let first = list(&files.open([&body()], noon()).unwrap(), noon());
    assert_eq!(names(&folder, "aggregator"), ["federation.20261125T120000Z.pem"]);
    let of_body = ["encryption", "federation", "signing"].map(|kind| format!("{kind}.20261125T120000Z.pem"));
    assert_eq!(names(&folder, "bodies/c_e715"), of_body);
    assert_eq!(list(&files.open([&body()], noon() + HOUR).unwrap(), noon()), first, "and kept");
    let path = folder.path().join("federation/bodies/c_e715").join(&of_body[0]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(files.open([&body()], noon()), Err(EntityKeysError::OpenToOthers { mode: 0o640, .. })));
}

#[test]
fn a_core_key_is_rotated_by_itself() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    files.open([&body()], noon()).unwrap();
    let later = noon() + HOUR * 100;
    files.rotate_core(&body(), later).unwrap();
    let ring = files.open([&body()], later).unwrap();
    let roles = |hours: i32| -> Vec<Roles> {
        let listed = list(&ring, later + HOUR * hours);
        listed.iter().filter(|key| key.kind == Kind::Signing).map(|key| key.roles).collect()
    };
    assert_eq!(roles(0), [Roles::Current, Roles::Next]);
    assert_eq!(roles(24), [Roles::Previous, Roles::Current]);
    assert_eq!(roles(48), [Roles::Over, Roles::Current]);
    files.clean(&ring, later + HOUR * 48).unwrap();
    assert_eq!(names(&folder, "bodies/c_e715").len(), 3, "what nobody needs is gone");
}

#[test]
fn the_aggregators_key_waits_until_its_superiors_know_it() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    files.open([], noon()).unwrap();
    assert!(matches!(files.activate(noon()), Err(EntityKeysError::NoneWaits)));
    let later = noon() + HOUR * 100;
    files.rotate_federation(None, later).unwrap();
    let signer = |now| files.open([], now).unwrap()[&None].federation_signer(now).unwrap().key_id().to_owned();
    let before = signer(noon());
    assert_eq!(signer(later + HOUR * 1000), before, "however long it takes");
    files.activate(later + HOUR * 200).unwrap();
    assert_ne!(signer(later + HOUR * 200), before, "and then at once");
    let published = |hours| files.open([], later).unwrap()[&None].federation_jwks(later + HOUR * hours).keys().len();
    assert_eq!((published(200), published(224)), (2, 1));
}

#[test]
fn what_is_no_key_is_named() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    files.open([], noon()).unwrap();
    let aggregator = folder.path().join("federation/aggregator");
    write_new(&aggregator.join("federation.20261125T130000Z.pem"), "no key").unwrap();
    assert!(matches!(files.open([], noon()), Err(EntityKeysError::NotAKey { .. })));
    fs::remove_file(aggregator.join("federation.20261125T130000Z.pem")).unwrap();
    write_new(&aggregator.join("notes.pem"), "no key").unwrap();
    assert!(files.open([], noon()).is_ok(), "other files are nobody's business");
}
