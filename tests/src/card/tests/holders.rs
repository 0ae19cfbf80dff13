//! Fiscal numbers, and the names made of them.

use varco_core::fiscal_number::FiscalNumber;

use crate::card::{common_name, omocodic, with_wrong_check_letter};
use crate::identity_provider::PEOPLE;

#[test]
fn a_common_name_has_all_that_makes_it_hard_to_read() {
    for number in PEOPLE.iter().filter_map(|person| person.fiscal_number) {
        let name = common_name(number);
        let (first, rest) = name.split_once('/').unwrap();
        let (card, digest) = rest.split_once('.').unwrap();
        assert_eq!((first, card.len(), digest.len()), (number, 16, 28));
        assert!(card.chars().all(|digit| digit.is_ascii_digit()), "{card}");
        assert!(digest.contains('+') && digest.contains('/') && digest.ends_with('='), "{digest}");
        assert_eq!(data_encoding::BASE64.decode(digest.as_bytes()).unwrap().len(), 20);
        assert!(name.len() <= 64);
    }
}

#[test]
fn a_common_name_is_always_the_same() {
    assert_eq!(common_name("SMPBNC85D52D612L"), common_name("SMPBNC85D52D612L"));
    assert_ne!(common_name("SMPBNC85D52D612L"), common_name("CLLDRA79R05E715J"));
}

#[test]
fn omocodia_changes_the_last_digit_and_the_letter() {
    assert_eq!(omocodic("RSSMRA80A01H501U").unwrap(), "RSSMRA80A01H50MM");
    let twice = omocodic("RSSMRA80A01H50MM").unwrap();
    assert!(twice.starts_with("RSSMRA80A01H5LM") && FiscalNumber::parse(&twice).is_ok(), "{twice}");
    assert!(omocodic("").is_err());
}

#[test]
fn a_wrong_letter_is_wrong() {
    let wrong = with_wrong_check_letter("SMPBNC85D52D612L").unwrap();
    assert!(wrong.starts_with("SMPBNC85D52D612") && FiscalNumber::parse(&wrong).is_err(), "{wrong}");
}
