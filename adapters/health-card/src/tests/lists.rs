//! Lists of what was revoked.

use proptest::prelude::*;
use rcgen::{KeyUsagePurpose, SerialNumber};

use super::made::list::{
    CERTIFICATE_ISSUER, DELTA, HOLD_INSTRUCTION, INVALID_SINCE, LIST_NUMBER, POINT, REASON, WrittenList, entry,
    extension, point, published_at, reason,
};
use super::made::{TestAuthority, noon};
use crate::certificate::CardCertificate;
use crate::der::{INTEGER, SEQUENCE, write};
use crate::revocation::{ListRefusal, RevokedList};

#[test]
fn a_list_knows_what_it_holds() {
    let ours = TestAuthority::new("CA di prova");
    let list = RevokedList::read(&ours.list(&[7, 0x1234, u64::MAX]), &ours.der(), noon()).unwrap();
    assert_eq!(list.length(), 3);
    for (serial, held) in [(&[7][..], true), (&[0, 7], true), (&[0x12, 0x34], true), (&[0xff; 8], true), (&[8], false)]
    {
        assert_eq!(list.holds(serial), held, "{serial:?}");
    }
    assert!(!list.is_stale(noon()) && list.is_stale("2026-12-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn a_number_of_any_length_is_itself() {
    let ours = TestAuthority::new("CA di prova");
    let long = vec![0x7f; 20];
    let der = ours.list_of(vec![SerialNumber::from(long.clone()), SerialNumber::from(vec![1; 16])]);
    let list = RevokedList::read(&der, &ours.der(), noon()).unwrap();
    assert!(list.holds(&long) && list.holds(&[1; 16]));
    assert!(!list.holds(&long[..16]) && !list.holds(&[1; 15]) && !list.holds(&[&[1][..], &[0x7f; 20]].concat()));
}

#[test]
fn an_empty_list_is_a_list() {
    let ours = TestAuthority::new("CA di prova");
    assert_eq!(RevokedList::read(&ours.list(&[]), &ours.der(), noon()).unwrap().length(), 0);
}

#[test]
fn a_list_is_its_authoritys() {
    let (ours, same_name, other) =
        (TestAuthority::new("CA di prova"), TestAuthority::new("CA di prova"), TestAuthority::new("Altra CA"));
    let read = |der: &[u8]| RevokedList::read(der, &ours.der(), noon()).map(drop);
    assert_eq!(read(&same_name.list(&[7])), Err(ListRefusal::Signature));
    assert_eq!(read(&other.list(&[7])), Err(ListRefusal::Issuer));
    let der = ours.list(&[7]);
    for wrong in [&der[..der.len() - 1], &[&der[..], &[0]].concat(), &[], &ours.der()] {
        assert_eq!(read(wrong), Err(ListRefusal::Malformed));
    }
}

#[test]
fn a_list_of_tomorrow_does_not_count_today() {
    let ours = TestAuthority::new("CA di prova");
    let yesterday = "2026-11-23T23:59:59Z".parse().unwrap();
    assert_eq!(RevokedList::read(&ours.list(&[7]), &ours.der(), yesterday).map(drop), Err(ListRefusal::TooEarly));
}

#[test]
fn whoever_issued_the_card_signs_its_list() {
    let top = TestAuthority::new("CA di prova");
    let middle = top.below("CA in mezzo");
    let list = RevokedList::read(&middle.list(&[7]), &middle.der(), noon()).unwrap();
    assert_eq!(RevokedList::read(&middle.list(&[7]), &top.der(), noon()).map(drop), Err(ListRefusal::Issuer));
    let same_name = TestAuthority::new("CA in mezzo");
    let same_key = middle.renamed("CA altrove");
    for (issuer, is_theirs) in [(&middle, true), (&top, false), (&same_name, false), (&same_key, false)] {
        assert_eq!(list.is_of(&issuer.der()), is_theirs);
    }
}

#[test]
fn a_key_that_is_for_other_things_signs_no_list() {
    let read = |usages| {
        let authority = TestAuthority::with_usages("CA di prova", usages);
        let der = WrittenList::of(&authority).signed_by(authority.issuer.key());
        RevokedList::read(&der, &authority.der(), noon()).map(drop)
    };
    assert_eq!(read(vec![KeyUsagePurpose::KeyCertSign]), Err(ListRefusal::Usage));
    assert_eq!(read(vec![KeyUsagePurpose::CrlSign]), Ok(()));
    assert_eq!(read(vec![]), Ok(()), "a key that does not say what it is for");
}

// === of which certificates ===

/// A list of our own after a change.
fn written(change: impl FnOnce(&mut WrittenList)) -> Result<RevokedList, ListRefusal> {
    let (ours, _) = good_list();
    let mut list = WrittenList::of(ours);
    change(&mut list);
    RevokedList::read(&list.signed_by(ours.issuer.key()), &ours.der(), noon())
}

#[test]
fn a_list_of_a_part_is_told_by_its_address() {
    let (ours, _) = good_list();
    let whole = written(|_| {}).unwrap();
    let users = written(|list| list.extensions.push(point(&[], &[0x81, 1, 0xff]))).unwrap();
    let both = ["http://crl.example.it/1.crl", "ldap://example.it/cn=1"];
    let part = written(|list| list.extensions.push(point(&both, &[0x81, 1, 0xff]))).unwrap();
    for (address, covered) in [
        ("http://crl.example.it/1.crl", true),
        ("ldap://example.it/cn=1", true),
        ("http://crl.example.it/2.crl", false),
        ("HTTP://crl.example.it/1.crl", false),
        ("http://crl.example.it/1.crl/", false),
        ("", false),
    ] {
        assert!(whole.covers(address) && users.covers(address));
        assert_eq!(part.covers(address), covered, "{address}");
    }
    let (first, second) = (published_at(&both[..1], &[]), published_at(&["http://crl.example.it/2.crl"], &[]));
    // With some reasons only, and with a list of somebody else.
    let some_reasons = published_at(&both, &[0x81, 2, 6, 0x40]);
    let of_others = published_at(&both, &write(0xa2, &[&write(0x86, &[b"http://example.it/"])]));
    for (points, covered) in [
        (vec![first.clone()], true),
        (vec![second.clone(), first.clone()], true),
        (vec![some_reasons.clone(), first], true),
        (vec![second], false),
        (vec![some_reasons], false),
        (vec![of_others], false),
        (vec![], false),
    ] {
        let der = ours.card(|said| said.points = points);
        let card = CardCertificate::read(&der, noon()).unwrap();
        assert!(whole.covers_card(&card) && users.covers_card(&card));
        assert_eq!(part.covers_card(&card), covered);
    }
}

#[test]
fn a_list_of_a_part_that_has_no_address_covers_nobody() {
    // A directory's name, and a name below that of the issuer.
    for name in [&[0xa0, 4, 0xa4, 2, 0x30, 0][..], &[0xa1, 0]] {
        let value = write(SEQUENCE, &[&write(0xa0, &[name])]);
        let list = written(|list| list.extensions.push(extension(&POINT, true, &value))).unwrap();
        assert!(!list.covers("http://crl.example.it/1.crl") && !list.covers(""));
    }
}

#[test]
fn a_list_that_is_too_narrow_does_not_count() {
    let limited = |limits: &[u8]| {
        let limits = limits.to_vec();
        written(|list| list.extensions.push(point(&[], &limits))).map(drop)
    };
    // Of authorities, of some reasons, of several authorities, of attributes.
    for limits in [&[0x82, 1, 0xff][..], &[0x83, 2, 0, 0x80], &[0x84, 1, 0xff], &[0x85, 1, 0xff]] {
        assert_eq!(limited(limits), Err(ListRefusal::Partial), "{limits:?}");
    }
    assert_eq!(limited(&[0x81, 1, 0, 0x82, 1, 0, 0x84, 1, 0, 0x85, 1, 0]), Ok(()), "not said to be limited");
    for limits in
        [&[0x81, 1, 1][..], &[0x81, 0], &[0x81, 1, 0xff, 0x81, 1, 0xff], &[0x86, 1, 0], &[0x80, 1, 0], &[0x30]]
    {
        assert_eq!(limited(limits), Err(ListRefusal::Malformed), "{limits:?}");
    }
}

#[test]
fn a_list_of_changes_does_not_count() {
    for critical in [false, true] {
        let delta = extension(&DELTA, critical, &[2, 1, 1]);
        assert_eq!(written(|list| list.extensions.push(delta)).map(drop), Err(ListRefusal::Partial));
    }
}

#[test]
fn what_a_list_says_of_itself_is_understood() {
    let riddle = |critical| extension(&[0x2a, 3, 4], critical, &[5, 0]);
    assert_eq!(written(|list| list.extensions.push(riddle(true))).map(drop), Err(ListRefusal::Partial));
    assert_eq!(written(|list| list.extensions.push(riddle(false))).map(drop), Ok(()));
    let spelt = |critical| write(SEQUENCE, &[&[6, 3, 0x2a, 3, 4], &[1, 1, critical], &[4, 2, 5, 0]]);
    assert_eq!(written(|list| list.extensions.push(spelt(0))).map(drop), Ok(()), "some say so");
    assert_eq!(written(|list| list.extensions.push(spelt(1))).map(drop), Err(ListRefusal::Malformed));
    for twice in [extension(&LIST_NUMBER, false, &[2, 1, 1]), point(&[], &[])] {
        let extensions = vec![twice.clone(), twice];
        assert_eq!(written(|list| list.extensions = extensions).map(drop), Err(ListRefusal::Malformed));
    }
}

#[test]
fn entries_are_understood_too() {
    let with = |extensions: Vec<Vec<u8>>| written(|list| list.entries = vec![entry(&[7], &extensions)]).map(drop);
    let since = extension(&INVALID_SINCE, false, &[&[0x18, 15][..], b"20260101000000Z"].concat());
    assert_eq!(with(vec![reason(1), since]), Ok(()));
    assert_eq!(with(vec![reason(6)]), Ok(()), "on hold is revoked");
    assert_eq!(with(vec![extension(&REASON, true, &[0x0a, 1, 1])]), Ok(()));
    assert_eq!(with(vec![reason(8)]), Err(ListRefusal::Partial), "taken off a list that is not this one");
    let hold = |critical| extension(&HOLD_INSTRUCTION, critical, &[6, 1, 0x2a]);
    assert_eq!(with(vec![hold(false)]), Ok(()));
    assert_eq!(with(vec![hold(true)]), Err(ListRefusal::Partial));
    for critical in [false, true] {
        let issuer = extension(&CERTIFICATE_ISSUER, critical, &[0x30, 0]);
        assert_eq!(with(vec![issuer]), Err(ListRefusal::Partial));
    }
    for wrong in [vec![0x30, 0], vec![5, 0], extension(&REASON, false, &[2, 1, 1])] {
        assert_eq!(with(vec![wrong]), Err(ListRefusal::Malformed));
    }
}

#[test]
fn an_entry_has_one_form() {
    let good = entry(&[7], &[]);
    let after = write(SEQUENCE, &[&good[2..], &[0x31, 0]]);
    for wrong in
        [entry(&[], &[]), entry(&[1; 21], &[]), write(SEQUENCE, &[&[2, 1, 7]]), after, vec![0x31, 0], vec![0x30]]
    {
        let list = written(|list| list.entries = vec![good.clone(), wrong.clone()]);
        assert_eq!(list.map(drop), Err(ListRefusal::Malformed), "{wrong:?}");
    }
}

#[test]
fn a_list_says_when_the_next_one_is_due() {
    assert_eq!(written(|list| list.next_at = None).map(drop), Err(ListRefusal::NoEnd));
}

// === which one ===

#[test]
fn an_old_list_does_not_take_the_place_of_a_new_one() {
    let numbered = |number: Option<&[u8]>, made_at| {
        let number = number.map(|number| extension(&LIST_NUMBER, false, &write(INTEGER, &[number])));
        written(|list| (list.extensions, list.made_at) = (number.into_iter().collect(), made_at)).unwrap()
    };
    let (early, late) = ("261123000000Z", "261124000000Z");
    let in_use = numbered(Some(&[1, 0]), late);
    for (number, made_at, older) in [
        (Some(&[0, 0xff][..]), early, true),
        (Some(&[0, 0xff]), late, true),
        (Some(&[1, 0]), early, true),
        (Some(&[1, 0]), late, false),
        (Some(&[1, 1]), late, false),
        // From before the numbers began anew.
        (Some(&[1, 1]), early, true),
        // Numbers that begin anew.
        (Some(&[1]), "261125000000Z", false),
        (None, early, true),
        (None, late, false),
    ] {
        assert_eq!(numbered(number, made_at).is_older_than(&in_use), older, "{number:?} {made_at}");
    }
    assert!(numbered(Some(&[9]), early).is_older_than(&numbered(None, late)));
}

#[test]
fn a_number_of_a_list_is_a_whole_number() {
    let numbered = |value: &[u8]| {
        let number = extension(&LIST_NUMBER, false, value);
        written(|list| list.extensions = vec![number]).map(drop)
    };
    assert_eq!(numbered(&write(INTEGER, &[&[0x7f; 20]])), Ok(()));
    for wrong in [write(INTEGER, &[&[1; 21]]), write(INTEGER, &[&[0x80]]), write(INTEGER, &[]), vec![5, 0]] {
        assert_eq!(numbered(&wrong), Err(ListRefusal::Malformed), "{wrong:?}");
    }
}

// === how much ===

#[test]
fn a_long_list_takes_little_room() {
    let serial = |number: u32, length: usize| {
        let mut serial = vec![0x5a; length];
        serial[length - 4..].copy_from_slice(&number.to_be_bytes());
        serial
    };
    let entries = (0..200_000).map(|number| entry(&serial(number, if number % 2 == 0 { 8 } else { 16 }), &[reason(1)]));
    let entries = entries.collect();
    let list = written(|list| list.entries = entries).unwrap();
    assert_eq!(list.length(), 200_000);
    assert!(list.holds(&serial(2, 8)) && list.holds(&serial(3, 16)) && !list.holds(&serial(3, 8)));
    let least = 100_000 * (8 + 16);
    assert!((least..least + 4096).contains(&list.bytes()), "{}", list.bytes());
    assert_eq!(format!("{list:?}"), "RevokedList(200000 until 2026-12-01T00:00:00Z)");
}

proptest! {
    #[test]
    fn property_a_changed_byte_is_seen(at in 0_usize..300, to in any::<u8>()) {
        let (authority, good) = good_list();
        let mut der = good.clone();
        let at = at % der.len();
        prop_assume!(der[at] != to);
        der[at] = to;
        prop_assert!(RevokedList::read(&der, &authority.der(), noon()).is_err());
    }

    #[test]
    fn property_nothing_that_is_signed_makes_it_panic(
        which in 0_usize..3,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = match which {
            0 => point(&["http://crl.example.it/1.crl"], &[0x81, 1, 0xff]),
            1 => extension(&LIST_NUMBER, false, &[2, 2, 1, 7]),
            _ => entry(&[7; 9], &[reason(1)]),
        };
        for (at, to) in changes {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        let _ = written(|list| if which == 2 { list.entries.push(bytes) } else { list.extensions.push(bytes) });
    }

    #[test]
    fn property_no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(RevokedList::read(&bytes, &good_list().0.der(), noon()).is_err());
    }

    #[test]
    fn property_it_holds_exactly_what_was_revoked(serials in proptest::collection::btree_set(1_u64.., 0..20), other in 1_u64..) {
        let (authority, _) = good_list();
        let serials: Vec<_> = serials.into_iter().collect();
        let list = RevokedList::read(&authority.list(&serials), &authority.der(), noon()).unwrap();
        for serial in &serials {
            prop_assert!(list.holds(&serial.to_be_bytes()));
        }
        prop_assert_eq!(list.holds(&other.to_be_bytes()), serials.contains(&other));
    }
}

fn good_list() -> &'static (TestAuthority, Vec<u8>) {
    static LIST: std::sync::OnceLock<(TestAuthority, Vec<u8>)> = std::sync::OnceLock::new();
    LIST.get_or_init(|| {
        let ours = TestAuthority::new("CA di prova");
        let list = ours.list(&[7, 8, 9]);
        (ours, list)
    })
}
