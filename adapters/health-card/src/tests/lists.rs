//! Lists of what was revoked.

use proptest::prelude::*;
use rcgen::SerialNumber;

use super::made::{TestAuthority, noon};
use crate::revocation::{ListRefusal, RevokedList};

#[test]
fn a_list_knows_what_it_holds() {
    let ours = TestAuthority::new("CA di prova");
    let list = RevokedList::read(&ours.list(&[7, 0x1234, u64::MAX]), &ours.listed(), noon()).unwrap();
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
    let list = RevokedList::read(&der, &ours.listed(), noon()).unwrap();
    assert!(list.holds(&long) && list.holds(&[1; 16]));
    assert!(!list.holds(&long[..16]) && !list.holds(&[1; 15]) && !list.holds(&[&[1][..], &[0x7f; 20]].concat()));
}

#[test]
fn an_empty_list_is_a_list() {
    let ours = TestAuthority::new("CA di prova");
    assert_eq!(RevokedList::read(&ours.list(&[]), &ours.listed(), noon()).unwrap().length(), 0);
}

#[test]
fn a_list_is_its_authoritys() {
    let (ours, same_name, other) =
        (TestAuthority::new("CA di prova"), TestAuthority::new("CA di prova"), TestAuthority::new("Altra CA"));
    let read = |der: &[u8]| RevokedList::read(der, &ours.listed(), noon()).map(drop);
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
    assert_eq!(RevokedList::read(&ours.list(&[7]), &ours.listed(), yesterday).map(drop), Err(ListRefusal::TooEarly));
}

proptest! {
    #[test]
    fn property_a_changed_byte_is_seen(at in 0_usize..300, to in any::<u8>()) {
        let (authority, good) = good_list();
        let mut der = good.clone();
        let at = at % der.len();
        prop_assume!(der[at] != to);
        der[at] = to;
        prop_assert!(RevokedList::read(&der, &authority.listed(), noon()).is_err());
    }

    #[test]
    fn property_it_holds_exactly_what_was_revoked(serials in proptest::collection::btree_set(1_u64.., 0..20), other in 1_u64..) {
        let (authority, _) = good_list();
        let serials: Vec<_> = serials.into_iter().collect();
        let list = RevokedList::read(&authority.list(&serials), &authority.listed(), noon()).unwrap();
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
