//! The cases that a card can be in, each with its code.

use proptest::prelude::*;
use rcgen::{ExtendedKeyUsagePurpose, KeyUsagePurpose};

use super::made::{HEALTH_CARD, IDENTITY_CARD, LOMBARDY, Said, TestAuthority, noon};
use crate::authority::{Authorities, Standing};
use crate::certificate::{CardCertificate, CardKind};
use crate::refusal::CardRefusal;

fn read(change: impl FnOnce(&mut Said)) -> Result<CardKind, CardRefusal> {
    let der = TestAuthority::new("CA di prova").card(change);
    CardCertificate::read(&der, noon()).map(|card| card.kind())
}

#[test]
fn a_good_card_says_whose_it_is() {
    let der = TestAuthority::new("CA di prova").card(|_| {});
    let card = CardCertificate::read(&der, noon()).unwrap();
    assert_eq!(card.holder().fiscal_number.as_str(), "SMPBNC85D52D612L");
    let names = (card.holder().given_name.as_deref(), card.holder().family_name.as_deref());
    assert_eq!(names, (Some("Bianca"), Some("Esempio")));
    assert_eq!(card.serial(), [0x12, 0x34]);
    assert!(!format!("{card:?}").contains("SMPBNC"));
}

#[test]
fn cards_of_every_kind_are_known() {
    for (policy, kind) in
        [(HEALTH_CARD, CardKind::HealthCard), (LOMBARDY, CardKind::HealthCard), (IDENTITY_CARD, CardKind::IdentityCard)]
    {
        assert_eq!(read(|said| said.policy = Some(policy)), Ok(kind));
    }
    assert_eq!(CardKind::of_policy("1.3.76.12.1.1.10.2.2.10"), Some(CardKind::HealthCard));
}

#[test]
fn a_critical_policy_is_understood() {
    assert_eq!(read(|said| said.policy_is_critical = true), Ok(CardKind::HealthCard));
}

#[test]
fn a_certificate_of_another_kind_is_told_so() {
    assert_eq!(read(|said| said.policy = None), Err(CardRefusal::WrongKind));
    assert_eq!(read(|said| said.policy = Some(&[1, 3, 76, 16, 2, 2])), Err(CardRefusal::WrongKind));
}

#[test]
fn the_certificate_that_signs_documents_is_told_so() {
    let signing = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    assert_eq!(read(|said| said.usages = signing), Err(CardRefusal::SignatureCertificate));
    assert_eq!(
        read(|said| said.usages = vec![KeyUsagePurpose::ContentCommitment]),
        Err(CardRefusal::SignatureCertificate)
    );
}

#[test]
fn a_certificate_that_is_not_for_logging_in_is_refused() {
    assert_eq!(read(|said| said.usages = vec![KeyUsagePurpose::KeyEncipherment]), Err(CardRefusal::Usage));
    assert_eq!(read(|said| said.usages = vec![]), Err(CardRefusal::Usage));
    assert_eq!(read(|said| said.purposes = vec![]), Err(CardRefusal::Usage));
    let server = vec![ExtendedKeyUsagePurpose::ServerAuth];
    assert_eq!(read(|said| said.purposes = server), Err(CardRefusal::Usage));
    assert_eq!(read(|said| said.is_authority = true), Err(CardRefusal::Usage));
}

#[test]
fn a_card_counts_in_its_time() {
    assert_eq!(read(|said| said.years = (2020, 2026)), Err(CardRefusal::Expired));
    assert_eq!(read(|said| said.years = (2027, 2033)), Err(CardRefusal::NotYetValid));
    let der = TestAuthority::new("CA di prova").card(|said| said.years = (2020, 2026));
    let at = |text: &str| CardCertificate::read(&der, text.parse().unwrap()).is_ok();
    assert!(at("2026-01-01T00:00:00Z") && !at("2026-01-01T00:00:01Z"), "the last second counts");
    assert!(at("2020-01-01T00:00:00Z") && !at("2019-12-31T23:59:59Z"), "and so does the first");
}

#[test]
fn the_holder_is_named_once_and_by_a_fiscal_number() {
    let named = |names: &[&'static str]| {
        let names = names.to_vec();
        read(|said| said.common_names = names)
    };
    assert_eq!(named(&[]), Err(CardRefusal::Subject));
    for wrong in ["SMPBNC85D52D612A/7430010024925855.x=", "Bianca Esempio", "/SMPBNC85D52D612L", "SMPBNC85D52D612L.x/"]
    {
        assert_eq!(named(&[wrong]), Err(CardRefusal::FiscalNumber), "{wrong}");
    }
    assert_eq!(named(&["SMPBNC85D52D612L"]), Ok(CardKind::HealthCard));
}

#[test]
fn omocodia_is_kept_as_it_is() {
    let der = TestAuthority::new("CA di prova").card(|said| said.common_names = vec!["GMLVIO75C08D61NO/1.x="]);
    let card = CardCertificate::read(&der, noon()).unwrap();
    assert_eq!(card.holder().fiscal_number.as_str(), "GMLVIO75C08D61NO");
}

#[test]
fn what_is_no_certificate_is_refused() {
    let der = TestAuthority::new("CA di prova").card(|_| {});
    let long = vec![0x30; 20_000];
    for wrong in [&der[1..], &der[..der.len() - 1], &[&der[..], &[0]].concat(), &[], &long] {
        assert_eq!(CardCertificate::read(wrong, noon()).map(drop), Err(CardRefusal::Malformed));
    }
}

// === who vouches ===

fn vouched(authorities: &Authorities, der: &[u8]) -> Result<String, CardRefusal> {
    let card = CardCertificate::read(der, noon()).unwrap();
    authorities.vouching(&card, noon()).map(|authority| authority.name.clone())
}

#[test]
fn an_authority_of_the_list_vouches_for_its_cards_alone() {
    let (ours, other) = (TestAuthority::new("CA di prova"), TestAuthority::new("CA di prova"));
    let card = ours.card(|_| {});
    assert_eq!(vouched(&ours.alone(), &card), Ok("CA di prova".to_owned()));
    assert_eq!(vouched(&other.alone(), &card), Err(CardRefusal::Untrusted), "the same name with another key");
    assert_eq!(vouched(&Authorities::default(), &card), Err(CardRefusal::Untrusted));
}

#[test]
fn nobody_stands_in_between() {
    let top = TestAuthority::new("CA di prova");
    let middle = top.below("CA in mezzo");
    let card = middle.card(|_| {});
    assert_eq!(vouched(&top.alone(), &card), Err(CardRefusal::Untrusted));
    let both = Authorities::new(vec![top.listed(), middle.listed()]);
    assert!(vouched(&both, &card).is_ok(), "it is on the list itself");
}

#[test]
fn an_authority_that_two_lists_name_is_recognised_whenever_one_says_so() {
    let ours = TestAuthority::new("CA di prova");
    let standing = |since: &str, recognised| Standing { since: since.parse().unwrap(), recognised };
    let one = vec![standing("2020-01-01T00:00:00Z", true), standing("2022-01-01T00:00:00Z", false)];
    let other = vec![standing("2021-01-01T00:00:00Z", true), standing("2023-01-01T00:00:00Z", false)];
    let merged = Authorities::new(vec![ours.listed_as(one), ours.listed_as(other)]);
    assert_eq!(merged.all().len(), 1);
    let recognised = |at: &str| merged.all()[0].was_recognised_at(at.parse().unwrap());
    for (at, is_so) in [
        ("2019-06-01T00:00:00Z", false),
        ("2020-06-01T00:00:00Z", true),
        ("2022-06-01T00:00:00Z", true),
        ("2023-06-01T00:00:00Z", false),
    ] {
        assert_eq!(recognised(at), is_so, "{at}");
    }
}

#[test]
fn what_an_authority_issued_while_it_was_recognised_keeps_its_worth() {
    let ours = TestAuthority::new("CA di prova");
    let standing = |since: &str, recognised| Standing { since: since.parse().unwrap(), recognised };
    let history = vec![standing("2025-01-01T00:00:00Z", false), standing("2020-01-01T00:00:00Z", true)];
    let authorities = Authorities::new(vec![ours.listed_as(history)]);
    assert!(vouched(&authorities, &ours.card(|said| said.years = (2024, 2030))).is_ok());
    let later = ours.card(|said| said.years = (2025, 2031));
    assert_eq!(vouched(&authorities, &later), Err(CardRefusal::Untrusted));
    let before = ours.card(|said| said.years = (2019, 2030));
    assert_eq!(vouched(&authorities, &before), Err(CardRefusal::Untrusted));
}

proptest! {
    #[test]
    fn property_a_changed_byte_never_makes_another_card(at in 0_usize..600, to in any::<u8>()) {
        let (authorities, good) = good_card();
        let mut der = good.clone();
        let at = at % der.len();
        prop_assume!(der[at] != to);
        der[at] = to;
        if let Ok(card) = CardCertificate::read(&der, noon()) {
            prop_assert!(authorities.vouching(&card, noon()).is_err());
        }
    }

    #[test]
    fn property_no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = CardCertificate::read(&bytes, noon());
    }
}

fn good_card() -> &'static (Authorities, Vec<u8>) {
    static CARD: std::sync::OnceLock<(Authorities, Vec<u8>)> = std::sync::OnceLock::new();
    CARD.get_or_init(|| {
        let ours = TestAuthority::new("CA di prova");
        (ours.alone(), ours.card(|_| {}))
    })
}
