//! What follows from all that is known about a card.

use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::made::answer::{GOOD, UNKNOWN, WrittenAnswer, revoked};
use super::made::list::{WrittenList, entry, point, published_at};
use super::made::{TestAuthority, noon};
use crate::certificate::CardCertificate;
use crate::ocsp::{CardStatus, OcspAnswer};
use crate::refusal::CardRefusal;
use crate::revocation::RevokedList;
use crate::verdict::{Evidence, Policy, Source, Verdict};

const ADDRESS: &str = "http://crl.example.it/1.crl";
const HELD: [u8; 2] = [0x12, 0x34];
const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// Everything that could be said about one card, all of it verified.
struct Case {
    issuer: Vec<u8>,
    card: Vec<u8>,
    lists: Vec<RevokedList>,
    answers: Vec<OcspAnswer>,
}

/// Places in [`Case::lists`].
const CLEAN: usize = 0;
const HOLDING: usize = 1;
const CLEAN_PART: usize = 2;
const OTHER_PART: usize = 3;
const HOLDING_OTHER_PART: usize = 4;
const OF_STRANGER: usize = 5;
const HOLDING_RESPONDER: usize = 6;

/// Places in [`Case::answers`].
const SAYS_GOOD: usize = 0;
const SAYS_REVOKED: usize = 1;
const SAYS_UNKNOWN: usize = 2;
const ABOUT_ANOTHER: usize = 3;
const DELEGATED: usize = 4;

// === impl Case ===

impl Case {
    fn get() -> &'static Self {
        static CASE: OnceLock<Case> = OnceLock::new();
        CASE.get_or_init(|| {
            // The stranger has the same name, and revoked the same number.
            let (ours, stranger) = (TestAuthority::new("CA di prova"), TestAuthority::new("CA di prova"));
            let card = ours.card(|said| said.points = vec![published_at(&[ADDRESS], &[])]);
            Self { issuer: ours.der(), lists: lists(&ours, &stranger), answers: answers(&ours, &card), card }
        })
    }

    fn card(&self) -> CardCertificate<'_> {
        CardCertificate::read(&self.card, noon()).unwrap()
    }

    fn verdict(&self, lists: &[usize], answer: Option<usize>, grace: SignedDuration, now: Timestamp) -> Verdict {
        let lists: Vec<_> = lists.iter().map(|place| &self.lists[*place]).collect();
        let evidence =
            Evidence { issuer: &self.issuer, lists: &lists, answer: answer.map(|place| &self.answers[place]) };
        Verdict::of(&self.card(), &evidence, grace, now)
    }

    fn outcome_at(&self, lists: &[usize], answer: Option<usize>, now: &str) -> CardStatus {
        self.verdict(lists, answer, GRACE, now.parse().unwrap()).outcome
    }

    fn outcome(&self, lists: &[usize], answer: Option<usize>) -> CardStatus {
        self.verdict(lists, answer, GRACE, noon()).outcome
    }
}

fn lists(ours: &TestAuthority, stranger: &TestAuthority) -> Vec<RevokedList> {
    let read = |authority: &TestAuthority, serial: &[u8], address: Option<&str>| {
        let mut list = WrittenList::of(authority);
        list.entries = vec![entry(serial, &[])];
        list.extensions.extend(address.map(|address| point(&[address], &[])));
        RevokedList::read(&list.signed_by(authority.issuer.key()), &authority.der(), noon()).unwrap()
    };
    let other = Some("http://crl.example.it/2.crl");
    vec![
        read(ours, &[7], None),
        read(ours, &HELD, None),
        read(ours, &[7], Some(ADDRESS)),
        read(ours, &[7], other),
        read(ours, &HELD, other),
        read(stranger, &HELD, None),
        read(ours, &[0x56, 0x78], other),
    ]
}

fn answers(ours: &TestAuthority, card: &[u8]) -> Vec<OcspAnswer> {
    let other = ours.card(|said| said.serial = 7);
    let issuer = ours.der();
    let read = |about: &[u8], said: &[u8]| {
        let der = WrittenAnswer::about(about, &issuer, &issuer).saying(said).signed_by(ours.issuer.key());
        OcspAnswer::read(&der, &CardCertificate::read(about, noon()).unwrap(), &issuer, noon()).unwrap()
    };
    let (certificate, key) = ours.responder(|_| {});
    let mut delegated = WrittenAnswer::about(card, &issuer, &certificate);
    delegated.certificates = vec![certificate];
    let delegated = delegated.signed_by(&key);
    let delegated = OcspAnswer::read(&delegated, &CardCertificate::read(card, noon()).unwrap(), &issuer, noon());
    vec![read(card, &GOOD), read(card, &revoked()), read(card, &UNKNOWN), read(&other, &revoked()), delegated.unwrap()]
}

#[test]
fn a_list_that_covers_the_card_says_whether_it_is_good() {
    let case = Case::get();
    assert_eq!(case.outcome(&[CLEAN], None), CardStatus::Good);
    assert_eq!(case.outcome(&[CLEAN_PART], None), CardStatus::Good);
    assert_eq!(case.outcome(&[HOLDING], None), CardStatus::Revoked);
    assert_eq!(case.outcome(&[OTHER_PART], None), CardStatus::Unknown, "it would not be on this one");
    assert_eq!(case.outcome(&[HOLDING_OTHER_PART], None), CardStatus::Revoked, "but it is");
    assert_eq!(case.outcome(&[OTHER_PART, CLEAN_PART], None), CardStatus::Good);
}

#[test]
fn what_is_about_others_is_passed_over() {
    let case = Case::get();
    assert_eq!(case.outcome(&[OF_STRANGER], Some(ABOUT_ANOTHER)), CardStatus::Unknown);
    assert_eq!(case.outcome(&[OF_STRANGER, CLEAN], Some(ABOUT_ANOTHER)), CardStatus::Good);
}

#[test]
fn a_list_counts_a_grace_longer() {
    let case = Case::get();
    let at = |now| case.outcome_at(&[CLEAN], None, now);
    assert_eq!(at("2026-12-01T23:59:59Z"), CardStatus::Good);
    assert_eq!(at("2026-12-02T00:00:00Z"), CardStatus::Unknown);
    let none = |now: &str| case.verdict(&[CLEAN], None, SignedDuration::ZERO, now.parse().unwrap()).outcome;
    assert_eq!(none("2026-11-30T23:59:59Z"), CardStatus::Good);
    assert_eq!(none("2026-12-01T00:00:00Z"), CardStatus::Unknown);
    assert_eq!(case.outcome_at(&[HOLDING], None, "2036-01-01T00:00:00Z"), CardStatus::Revoked, "revoked is revoked");
}

#[test]
fn an_answer_counts_in_its_time() {
    let case = Case::get();
    assert_eq!(case.outcome(&[], Some(SAYS_GOOD)), CardStatus::Good);
    assert_eq!(case.outcome(&[], Some(SAYS_UNKNOWN)), CardStatus::Unknown);
    assert_eq!(case.outcome(&[], Some(SAYS_REVOKED)), CardStatus::Revoked);
    let later = "2026-11-27T12:00:00Z";
    assert_eq!(case.outcome_at(&[], Some(SAYS_GOOD), later), CardStatus::Unknown);
    assert_eq!(case.outcome_at(&[], Some(SAYS_REVOKED), later), CardStatus::Revoked);
}

#[test]
fn revoked_wins_over_good() {
    let case = Case::get();
    assert_eq!(case.outcome(&[CLEAN], Some(SAYS_REVOKED)), CardStatus::Revoked);
    assert_eq!(case.outcome(&[HOLDING], Some(SAYS_GOOD)), CardStatus::Revoked);
    assert_eq!(case.outcome(&[CLEAN, HOLDING], Some(SAYS_GOOD)), CardStatus::Revoked);
    assert_eq!(case.outcome(&[CLEAN], Some(SAYS_UNKNOWN)), CardStatus::Good, "who does not know does not deny");
}

#[test]
fn a_responder_that_was_revoked_calls_nobody_good() {
    let case = Case::get();
    assert_eq!(case.outcome(&[], Some(DELEGATED)), CardStatus::Good);
    assert_eq!(case.outcome(&[HOLDING_RESPONDER], Some(DELEGATED)), CardStatus::Unknown);
    assert_eq!(case.outcome(&[HOLDING_RESPONDER], Some(SAYS_GOOD)), CardStatus::Good, "signed by the authority itself");
    let besides = case.verdict(&[HOLDING_RESPONDER, CLEAN], Some(DELEGATED), GRACE, noon());
    assert!(matches!(besides.source, Source::List { .. }), "although the answer is newer");
}

#[test]
fn a_verdict_says_who_says_so_and_how_old_that_is() {
    let case = Case::get();
    let of = |lists: &[usize], answer| case.verdict(lists, answer, GRACE, noon());
    let list = of(&[CLEAN], None);
    let (made_at, next_at) = ("2026-11-24T00:00:00Z".parse().unwrap(), "2026-12-01T00:00:00Z".parse().unwrap());
    assert_eq!((list.source, list.age), (Source::List { made_at, next_at }, SignedDuration::from_hours(36)));
    let both = of(&[CLEAN], Some(SAYS_GOOD));
    let signed = Source::Responder { made_at: "2026-11-25T11:59:00Z".parse().unwrap() };
    assert_eq!((both.source, both.age), (signed, SignedDuration::from_mins(5)), "who has looked last");
    assert_eq!(of(&[], Some(SAYS_UNKNOWN)).source, signed);
    let nobody = of(&[OTHER_PART], None);
    assert_eq!((nobody.source, nobody.age), (Source::Nobody, SignedDuration::ZERO));
}

#[test]
fn what_nobody_knows_passes_where_the_policy_is_soft() {
    let case = Case::get();
    let nobody = case.verdict(&[], None, GRACE, noon());
    assert_eq!(nobody.under(Policy::Hard), Err(CardRefusal::RevocationUnknown));
    assert_eq!(nobody.under(Policy::Soft), Ok(nobody));
    let known = case.verdict(&[CLEAN], None, GRACE, noon());
    assert_eq!(known.under(Policy::Hard), Ok(known));
    for policy in [Policy::Hard, Policy::Soft] {
        assert_eq!(case.verdict(&[HOLDING], None, GRACE, noon()).under(policy), Err(CardRefusal::Revoked));
    }
}

/// Any of the lists, any answer or none, and any hour of three weeks.
fn evidence() -> impl Strategy<Value = (Vec<usize>, Option<usize>, SignedDuration, Timestamp)> {
    let lists = prop::sample::subsequence((0..=HOLDING_RESPONDER).collect::<Vec<_>>(), 0..=HOLDING_RESPONDER + 1);
    let answer = prop::option::of(0..=DELEGATED);
    (lists.prop_shuffle(), answer, 0_i64..96, -12_i64..500).prop_map(|(lists, answer, grace, hours)| {
        (lists, answer, SignedDuration::from_hours(grace), noon() + SignedDuration::from_hours(hours))
    })
}

proptest! {
    #[test]
    fn property_what_anybody_calls_revoked_never_passes((lists, answer, grace, now) in evidence()) {
        let verdict = Case::get().verdict(&lists, answer, grace, now);
        let held = lists.contains(&HOLDING) || lists.contains(&HOLDING_OTHER_PART) || answer == Some(SAYS_REVOKED);
        prop_assert_eq!(verdict.outcome == CardStatus::Revoked, held);
        for policy in [Policy::Hard, Policy::Soft] {
            prop_assert_eq!(verdict.under(policy) == Err(CardRefusal::Revoked), held);
        }
    }

    #[test]
    fn property_nothing_passes_hard_that_nobody_calls_good((lists, answer, grace, now) in evidence()) {
        let case = Case::get();
        let verdict = case.verdict(&lists, answer, grace, now);
        let listed = lists.iter().any(|list| [CLEAN, CLEAN_PART].contains(list))
            && now < "2026-12-01T00:00:00Z".parse::<Timestamp>().unwrap() + grace;
        let answered = now <= "2026-11-26T11:55:00Z".parse().unwrap() && now >= "2026-11-25T11:54:00Z".parse().unwrap();
        let trusted = answer == Some(SAYS_GOOD) || answer == Some(DELEGATED) && !lists.contains(&HOLDING_RESPONDER);
        prop_assert!(verdict.under(Policy::Hard).is_err() || listed || answered && trusted);
        prop_assert!(verdict.under(Policy::Soft).is_ok() || verdict.outcome == CardStatus::Revoked);
    }
}
