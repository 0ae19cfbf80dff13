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
    let first = list(&files.open([&body()]).unwrap(), noon());
    assert_eq!(names(&folder, "aggregator"), ["federation.first.pem"]);
    let of_body = ["encryption", "federation", "signing"].map(|kind| format!("{kind}.first.pem"));
    assert_eq!(names(&folder, "bodies/c_e715"), of_body);
    assert_eq!(list(&files.open([&body()]).unwrap(), noon()), first, "and kept");
    let path = folder.path().join("federation/bodies/c_e715").join(&of_body[0]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(files.open([&body()]), Err(EntityKeysError::OpenToOthers { mode: 0o640, .. })));
}

#[test]
fn of_gateways_that_start_at_once_all_have_the_same_keys() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    let open = || list(&files.open([&body()]).unwrap(), noon());
    let listed: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        started.into_iter().map(|gateway| gateway.join().unwrap()).collect()
    });
    assert!(listed.iter().all(|keys| *keys == listed[0]));
    assert_eq!(listed[0].len(), 4);
    assert_eq!(names(&folder, "bodies/c_e715").len(), 3, "nor is there any draft left");
}

#[test]
fn what_another_gateway_removed_is_removed() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    files.open([&body()]).unwrap();
    files.rotate_core(&body(), noon()).unwrap();
    let ring = files.open([&body()]).unwrap();
    for _ in 0..2 {
        files.remove(&files.over(&ring, noon() + HOUR * 48)).unwrap();
        assert_eq!(names(&folder, "bodies/c_e715").len(), 3);
    }
}

#[test]
fn of_several_keys_that_wait_the_newest_is_the_next() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    files.open([]).unwrap();
    for hours in [1, 2] {
        files.rotate_federation(None, noon() + HOUR * hours).unwrap();
    }
    let newest = list(&files.open([]).unwrap(), noon()).pop().unwrap();
    assert_eq!((newest.made_at, newest.role), (Some(noon() + HOUR * 2), Role::Waits));
    files.activate(noon() + HOUR * 100).unwrap();
    let roles: Vec<_> = list(&files.open([]).unwrap(), noon() + HOUR * 100);
    assert_eq!(roles.iter().map(|key| key.role).collect::<Vec<_>>(), [Role::Previous, Role::Current]);
    assert_eq!(roles[1].key_id, newest.key_id);
}

#[test]
fn a_core_key_is_rotated_by_itself() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    files.open([&body()]).unwrap();
    let later = noon() + HOUR * 100;
    files.rotate_core(&body(), later).unwrap();
    let ring = files.open([&body()]).unwrap();
    let roles = |hours: i32| -> Vec<Role> {
        let listed = list(&ring, later + HOUR * hours);
        listed.iter().filter(|key| key.kind == Kind::Signing).map(|key| key.role).collect()
    };
    assert_eq!(roles(0), [Role::Current, Role::Next]);
    assert_eq!(roles(24), [Role::Previous, Role::Current]);
    assert_eq!(roles(48), [Role::Over, Role::Current]);
    files.remove(&files.over(&ring, later + HOUR * 48)).unwrap();
    assert_eq!(names(&folder, "bodies/c_e715").len(), 3, "what nobody needs is gone");
}

#[test]
fn the_aggregators_key_waits_until_its_superiors_know_it() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    files.open([]).unwrap();
    assert!(matches!(files.activate(noon()), Err(EntityKeysError::NoneWaits)));
    let later = noon() + HOUR * 100;
    files.rotate_federation(None, later).unwrap();
    let signer = |now| files.open([]).unwrap()[&None].federation_signer(now).unwrap().key_id().to_owned();
    let before = signer(noon());
    assert_eq!(signer(later + HOUR * 1000), before, "however long it takes");
    files.activate(later + HOUR * 200).unwrap();
    assert_ne!(signer(later + HOUR * 200), before, "and then at once");
    let published = |hours| files.open([]).unwrap()[&None].federation_jwks(later + HOUR * hours).keys().len();
    assert_eq!((published(200), published(224)), (2, 1));
}

#[test]
fn what_is_no_key_is_named() {
    let folder = TempDir::new().unwrap();
    let files = files_in(&folder);
    files.open([]).unwrap();
    let aggregator = folder.path().join("federation/aggregator");
    write_new(&aggregator.join("federation.20261125T130000Z.pem"), &aggregator.join("a.draft"), "no key").unwrap();
    assert!(matches!(files.open([]), Err(EntityKeysError::NotAKey { .. })));
    fs::remove_file(aggregator.join("federation.20261125T130000Z.pem")).unwrap();
    fs::write(aggregator.join("notes.pem"), "no key").unwrap();
    assert!(files.open([]).is_ok(), "other files are nobody's business");
}
