//! Answers about cards: those that count, and every way not to.

use std::sync::OnceLock;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384};
use proptest::prelude::*;
use rcgen::{ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};

use super::made::answer::{BASIC, GOOD, UNKNOWN, WrittenAnswer, WrittenSingle, by_key, by_name, id, revoked};
use super::made::list::extension;
use super::made::{Said, TestAuthority, noon};
use crate::certificate::CardCertificate;
use crate::der::{SEQUENCE, only, write};
use crate::ocsp::{CardStatus, OcspAnswer, OcspRefusal, question};

/// A card, its authority, and a responder that the authority named.
struct Scene {
    ours: TestAuthority,
    card: Vec<u8>,
    card_key: KeyPair,
    responder: (Vec<u8>, KeyPair),
}

type Outcome = Result<CardStatus, OcspRefusal>;

const GOOD_CARD: Outcome = Ok(CardStatus::Good);

// === impl Scene ===

impl Scene {
    fn get() -> &'static Self {
        static SCENE: OnceLock<Scene> = OnceLock::new();
        SCENE.get_or_init(|| {
            let ours = TestAuthority::new("CA di prova");
            let (card, card_key) = ours.card_and_key(|_| {});
            let responder = ours.responder(|_| {});
            Self { ours, card, card_key, responder }
        })
    }

    fn answer(&self) -> WrittenAnswer {
        WrittenAnswer::about(&self.card, &self.ours.der(), &self.ours.der())
    }

    /// After a change, signed by the authority.
    fn direct(&self, change: impl FnOnce(&mut WrittenAnswer)) -> Outcome {
        let mut answer = self.answer();
        change(&mut answer);
        self.read(&answer.signed_by(self.ours.issuer.key()))
    }

    /// Signed by somebody who brings their certificate.
    fn brought(&self, (certificate, key): &(Vec<u8>, KeyPair)) -> Outcome {
        let mut answer = WrittenAnswer::about(&self.card, &self.ours.der(), certificate);
        answer.certificates = vec![certificate.clone()];
        self.read(&answer.signed_by(key))
    }

    /// Signed by a responder that the authority named, after a change.
    fn delegated(&self, change: impl FnOnce(&mut Said)) -> Outcome {
        self.brought(&self.ours.responder(change))
    }

    fn read(&self, der: &[u8]) -> Outcome {
        self.read_at(der, "2026-11-25T12:00:00Z")
    }

    fn read_at(&self, der: &[u8], now: &str) -> Outcome {
        let card = CardCertificate::read(&self.card, noon()).unwrap();
        OcspAnswer::read(der, &card, &self.ours.der(), now.parse().unwrap()).map(|answer| answer.status)
    }
}

// === what counts ===

#[test]
fn an_answer_says_what_it_says() {
    let scene = Scene::get();
    assert_eq!(scene.direct(|_| {}), GOOD_CARD);
    assert_eq!(scene.direct(|answer| answer.singles[0].said = UNKNOWN.to_vec()), Ok(CardStatus::Unknown));
    assert_eq!(scene.direct(|answer| answer.singles[0].said = revoked()), Ok(CardStatus::Revoked));
    let no_reason = write(0xa1, &[&[0x18, 15], b"20260101000000Z"]);
    assert_eq!(scene.direct(|answer| answer.singles[0].said = no_reason), Ok(CardStatus::Revoked));
}

#[test]
fn an_answer_knows_its_times_and_its_card() {
    let scene = Scene::get();
    let card = CardCertificate::read(&scene.card, noon()).unwrap();
    let der = scene.answer().signed_by(scene.ours.issuer.key());
    let answer = OcspAnswer::read(&der, &card, &scene.ours.der(), noon()).unwrap();
    let said = (answer.made_at.to_string(), answer.this_update.to_string(), answer.next_update.unwrap().to_string());
    let expected = ["2026-11-25T11:59:00Z", "2026-11-25T11:55:00Z", "2026-11-26T11:55:00Z"].map(str::to_owned);
    assert_eq!(said, expected.into());
    assert!(answer.is_about(&card) && answer.is_fresh(noon()));
    assert!(!answer.is_fresh("2026-11-26T11:55:01Z".parse().unwrap()));
    let other = scene.ours.card(|said| said.serial = 7);
    assert!(!answer.is_about(&CardCertificate::read(&other, noon()).unwrap()));
}

#[test]
fn a_card_is_named_by_either_digest() {
    let scene = Scene::get();
    let named = |hash| scene.direct(|answer| answer.singles[0].id = id(hash, &scene.card, &scene.ours.der()));
    assert_eq!(named(&SHA1_FOR_LEGACY_USE_ONLY), GOOD_CARD);
    assert_eq!(named(&SHA256), GOOD_CARD);
    assert_eq!(named(&SHA384), Err(OcspRefusal::AnotherCard), "nobody asks by this one");
}

#[test]
fn a_responder_is_named_by_name_or_key() {
    let scene = Scene::get();
    assert_eq!(scene.direct(|answer| answer.responder = by_key(&scene.ours.der())), GOOD_CARD);
    let (certificate, key) = &scene.responder;
    for responder in [by_name(certificate), by_key(certificate)] {
        let answer = WrittenAnswer { responder, certificates: vec![certificate.clone()], ..scene.answer() };
        assert_eq!(scene.read(&answer.signed_by(key)), GOOD_CARD);
    }
}

#[test]
fn who_answers_may_be_named_by_the_authority() {
    let scene = Scene::get();
    assert_eq!(scene.brought(&scene.responder), GOOD_CARD);
    assert_eq!(scene.delegated(|said| said.usages = vec![]), GOOD_CARD, "a key that does not say what it is for");
}

#[test]
fn the_issuer_may_stand_in_between() {
    let top = TestAuthority::new("CA di prova");
    let middle = top.below("CA in mezzo");
    let der = middle.card(|_| {});
    let card = CardCertificate::read(&der, noon()).unwrap();
    let answer = WrittenAnswer::about(&der, &middle.der(), &middle.der()).signed_by(middle.issuer.key());
    assert!(OcspAnswer::read(&answer, &card, &middle.der(), noon()).is_ok());
    assert_eq!(OcspAnswer::read(&answer, &card, &top.der(), noon()), Err(OcspRefusal::Issuer));
    assert!(question(&card, &middle.der()).is_ok());
    assert_eq!(question(&card, &top.der()), Err(OcspRefusal::Issuer));
}

#[test]
fn a_question_is_about_one_card_and_nothing_else() {
    let scene = Scene::get();
    let card = CardCertificate::read(&scene.card, noon()).unwrap();
    let asked = question(&card, &scene.ours.der()).unwrap();
    // The whole, what would be signed, the list, and what is asked, each with nothing beside it.
    let inner = (0..4).fold(&asked[..], |outer, _| only(outer, SEQUENCE).unwrap());
    assert_eq!(inner, id(&SHA1_FOR_LEGACY_USE_ONLY, &scene.card, &scene.ours.der()));
}

#[test]
fn what_may_be_passed_over_is() {
    let scene = Scene::get();
    let nonce = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02];
    let said = |critical| write(0xa1, &[&write(SEQUENCE, &[&extension(&nonce, critical, &[4, 1, 7])])]);
    assert_eq!(scene.direct(|answer| answer.extensions = said(false)), GOOD_CARD);
    assert_eq!(scene.direct(|answer| answer.singles[0].extensions = said(false)), GOOD_CARD);
    assert_eq!(scene.direct(|answer| answer.extensions = said(true)), Err(OcspRefusal::Critical));
    assert_eq!(scene.direct(|answer| answer.singles[0].extensions = said(true)), Err(OcspRefusal::Critical));
}

// === who may not ===

#[test]
fn attack_another_authority_signs() {
    let scene = Scene::get();
    let (same_name, other) = (TestAuthority::new("CA di prova"), TestAuthority::new("Altra CA"));
    let answer = scene.answer();
    assert_eq!(scene.read(&answer.signed_by(same_name.issuer.key())), Err(OcspRefusal::Signature));
    let bare = WrittenAnswer { responder: by_name(&other.der()), ..answer.clone() };
    assert_eq!(scene.read(&bare.signed_by(other.issuer.key())), Err(OcspRefusal::Responder));
    for stranger in [&same_name, &other] {
        let brought =
            WrittenAnswer { responder: by_key(&stranger.der()), certificates: vec![stranger.der()], ..answer.clone() };
        assert_eq!(scene.read(&brought.signed_by(stranger.issuer.key())), Err(OcspRefusal::Unauthorised));
    }
}

#[test]
fn attack_another_authority_delegates() {
    let scene = Scene::get();
    for name in ["CA di prova", "Altra CA"] {
        let stranger = TestAuthority::new(name);
        assert_eq!(scene.brought(&stranger.responder(|_| {})), Err(OcspRefusal::Unauthorised));
    }
    let below = scene.ours.below("CA in mezzo");
    assert_eq!(scene.brought(&below.responder(|_| {})), Err(OcspRefusal::Unauthorised), "not directly");
}

#[test]
fn attack_a_certificate_for_other_things() {
    let scene = Scene::get();
    for purposes in [vec![], vec![ExtendedKeyUsagePurpose::ClientAuth], vec![ExtendedKeyUsagePurpose::Any]] {
        assert_eq!(scene.delegated(|said| said.purposes = purposes), Err(OcspRefusal::Unauthorised));
    }
    let other_use = vec![KeyUsagePurpose::KeyEncipherment];
    assert_eq!(scene.delegated(|said| said.usages = other_use), Err(OcspRefusal::Unauthorised));
    assert_eq!(scene.delegated(|said| said.is_authority = true), Err(OcspRefusal::Unauthorised));
    assert_eq!(scene.delegated(|said| said.riddle = true), Err(OcspRefusal::Unauthorised));
}

#[test]
fn attack_a_certificate_that_is_over() {
    let scene = Scene::get();
    assert_eq!(scene.delegated(|said| said.years = (2020, 2026)), Err(OcspRefusal::Unauthorised));
    assert_eq!(scene.delegated(|said| said.years = (2027, 2030)), Err(OcspRefusal::Unauthorised));
}

#[test]
fn attack_the_card_answers_for_itself() {
    let scene = Scene::get();
    let answer =
        WrittenAnswer { responder: by_key(&scene.card), certificates: vec![scene.card.clone()], ..scene.answer() };
    assert_eq!(scene.read(&answer.signed_by(&scene.card_key)), Err(OcspRefusal::Unauthorised));
}

#[test]
fn attack_a_good_certificate_and_another_key() {
    let scene = Scene::get();
    let (certificate, _) = &scene.responder;
    assert_eq!(scene.brought(&(certificate.clone(), KeyPair::generate().unwrap())), Err(OcspRefusal::Signature));
    let bare = WrittenAnswer { responder: by_name(certificate), ..scene.answer() };
    assert_eq!(scene.read(&bare.signed_by(&scene.responder.1)), Err(OcspRefusal::Responder), "not brought");
    let not_named = WrittenAnswer { certificates: vec![certificate.clone()], ..scene.answer() };
    assert_eq!(scene.read(&not_named.signed_by(&scene.responder.1)), Err(OcspRefusal::Signature), "not the one named");
}

// === about what ===

#[test]
fn attack_an_answer_about_another_card() {
    let scene = Scene::get();
    let other = scene.ours.card(|said| said.serial = 0x1235);
    let about = |card: &[u8], issuer: &[u8]| {
        let single = WrittenSingle::about(card, issuer);
        scene.direct(|answer| answer.singles = vec![single])
    };
    assert_eq!(about(&other, &scene.ours.der()), Err(OcspRefusal::AnotherCard));
    for name in ["CA di prova", "Altra CA"] {
        let stranger = TestAuthority::new(name).der();
        assert_eq!(about(&scene.card, &stranger), Err(OcspRefusal::AnotherCard), "the same number with somebody else");
    }
    let same_key = scene.ours.renamed("Altra CA").der();
    assert_eq!(about(&scene.card, &same_key), Err(OcspRefusal::AnotherCard));
}

#[test]
fn attack_two_answers_in_one() {
    let scene = Scene::get();
    let ours = WrittenSingle::about(&scene.card, &scene.ours.der());
    let bad = WrittenSingle { said: revoked(), ..ours.clone() };
    let other = WrittenSingle::about(&scene.ours.card(|said| said.serial = 7), &scene.ours.der());
    for singles in [vec![ours.clone(), bad], vec![other, ours.clone()], vec![ours.clone(), ours], vec![]] {
        assert_eq!(scene.direct(|answer| answer.singles = singles), Err(OcspRefusal::NotOne));
    }
}

#[test]
fn attack_somebody_elses_card_is_asked_about() {
    let scene = Scene::get();
    let card = CardCertificate::read(&scene.card, noon()).unwrap();
    for stranger in [TestAuthority::new("CA di prova"), scene.ours.renamed("Altra CA")] {
        let issuer = stranger.der();
        let der = WrittenAnswer::about(&scene.card, &issuer, &issuer).signed_by(stranger.issuer.key());
        assert_eq!(OcspAnswer::read(&der, &card, &issuer, noon()), Err(OcspRefusal::Issuer));
    }
}

// === when ===

#[test]
fn attack_an_old_answer_again() {
    let scene = Scene::get();
    let der = scene.answer().signed_by(scene.ours.issuer.key());
    assert_eq!(scene.read_at(&der, "2026-11-26T11:55:00Z"), GOOD_CARD, "the last instant counts");
    assert_eq!(scene.read_at(&der, "2026-11-26T11:55:01Z"), Err(OcspRefusal::TooOld));
    let mut open = scene.answer();
    open.singles[0].next_update = None;
    let der = open.signed_by(scene.ours.issuer.key());
    assert_eq!(scene.read_at(&der, "2026-11-26T11:55:00Z"), GOOD_CARD);
    assert_eq!(scene.read_at(&der, "2026-11-26T11:55:01Z"), Err(OcspRefusal::TooOld), "it does not say how long");
}

#[test]
fn attack_an_answer_from_the_future() {
    let scene = Scene::get();
    let at = |text| {
        scene.direct(|answer| {
            answer.made_at = text;
            answer.singles[0].this_update = text;
        })
    };
    assert_eq!(at("20261125120500Z"), GOOD_CARD, "clocks differ");
    assert_eq!(at("20261125120501Z"), Err(OcspRefusal::TooEarly));
    assert_eq!(scene.direct(|answer| answer.made_at = "20261125120501Z"), Err(OcspRefusal::TooEarly));
    assert_eq!(scene.direct(|answer| answer.singles[0].this_update = "20261125120501Z"), Err(OcspRefusal::TooEarly));
}

#[test]
fn instants_have_one_form() {
    let scene = Scene::get();
    for text in [
        "20261125115900",
        "202611251159Z",
        "20261125115900.5Z",
        "20261125115900+0000",
        "20261325115900Z",
        "2026112511590+Z",
    ] {
        assert_eq!(scene.direct(|answer| answer.made_at = text), Err(OcspRefusal::Malformed), "{text}");
    }
}

// === in what form ===

#[test]
fn attack_a_weak_signature() {
    let scene = Scene::get();
    let der = scene.answer().signed_by(scene.ours.issuer.key());
    // ECDSA with SHA-1, and with SHA-384 for a key of 256 bits.
    for method in
        [&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01, 0x00][..], &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]]
    {
        let known = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
        let at = der.windows(8).rposition(|window| window == known).unwrap();
        let changed = [&der[..at], method, &der[at + 8..]].concat();
        assert_eq!(scene.read(&changed), Err(OcspRefusal::Signature));
    }
}

#[test]
fn a_responder_that_does_not_answer_says_why() {
    let scene = Scene::get();
    for status in [1, 2, 3, 5, 6, 200] {
        assert_eq!(scene.direct(|answer| answer.status = status), Err(OcspRefusal::Declined(status)));
        assert_eq!(scene.read(&[0x30, 3, 0x0a, 1, status]), Err(OcspRefusal::Declined(status)));
    }
    assert_eq!(scene.read(&[0x30, 3, 0x0a, 1, 0]), Err(OcspRefusal::Malformed), "good, and nothing else");
}

#[test]
fn an_answer_is_of_the_known_kind() {
    let scene = Scene::get();
    assert_eq!(scene.direct(|answer| answer.kind = BASIC[..8].to_vec()), Err(OcspRefusal::Kind));
    let version = |number: u8| move |answer: &mut WrittenAnswer| answer.version = vec![0xa0, 3, 2, 1, number];
    assert_eq!(scene.direct(version(1)), Err(OcspRefusal::Malformed));
    assert_eq!(scene.direct(version(0)), Err(OcspRefusal::Malformed), "the first one is not written out");
    for said in [&[0x80, 1, 0][..], &[0x83, 0], &[0xa1, 0], &[0xa0, 0], &[5, 0]] {
        assert_eq!(scene.direct(|answer| answer.singles[0].said = said.to_vec()), Err(OcspRefusal::Malformed));
    }
}

#[test]
fn attack_something_comes_after_it() {
    let scene = Scene::get();
    let key = scene.ours.issuer.key();
    let good = scene.answer().signed_by(key);
    for wrong in [&good[..good.len() - 1], &[&good[..], &[0]].concat(), &[], &scene.card, &scene.ours.list(&[7])] {
        assert_eq!(scene.read(wrong), Err(OcspRefusal::Malformed));
    }
    for inside in [0x30, 0xa0, 0xa1] {
        let after = [inside, 0];
        assert_eq!(scene.direct(|answer| answer.extensions = after.to_vec()), Err(OcspRefusal::Malformed));
        assert_eq!(scene.direct(|answer| answer.singles[0].extensions = after.to_vec()), Err(OcspRefusal::Malformed));
        let said = [&GOOD[..], &after].concat();
        assert_eq!(scene.direct(|answer| answer.singles[0].said = said), Err(OcspRefusal::Malformed));
    }
    let basic = write(SEQUENCE, &[&[0x30, 0, 0x30, 0, 0x03, 1, 0]]);
    assert_eq!(scene.read(&scene.answer().around(&basic)), Err(OcspRefusal::Malformed));
}

#[test]
fn an_answer_is_short() {
    let scene = Scene::get();
    assert_eq!(scene.read(&vec![0x30; 64 * 1024 + 1]), Err(OcspRefusal::TooLong));
    let many = |count| move |answer: &mut WrittenAnswer| answer.certificates = vec![Scene::get().ours.der(); count];
    assert_eq!(scene.direct(many(8)), GOOD_CARD);
    assert_eq!(scene.direct(many(9)), Err(OcspRefusal::TooManyCertificates));
}

// === whatever comes ===

fn answers() -> &'static [Vec<u8>; 2] {
    static ANSWERS: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    ANSWERS.get_or_init(|| {
        let scene = Scene::get();
        let direct = scene.answer().saying(&revoked()).signed_by(scene.ours.issuer.key());
        let (certificate, key) = &scene.responder;
        let mut delegated = WrittenAnswer::about(&scene.card, &scene.ours.der(), certificate).saying(&revoked());
        delegated.certificates = vec![certificate.clone(), scene.ours.der()];
        [direct, delegated.signed_by(key)]
    })
}

proptest! {
    #[test]
    fn property_a_changed_byte_changes_nothing_that_is_believed(which in 0_usize..2, at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut der = answers()[which].clone();
        let at = at.index(der.len());
        der[at] = to;
        let outcome = Scene::get().read(&der);
        prop_assert!(outcome.is_err() || outcome == Ok(CardStatus::Revoked));
    }

    #[test]
    fn property_no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Scene::get().read(&bytes).is_err());
    }

    #[test]
    fn property_nothing_that_is_signed_makes_it_panic(
        which in 0_usize..5,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let scene = Scene::get();
        let mut answer = scene.answer().saying(&revoked());
        let field = match which {
            0 => &mut answer.responder,
            1 => &mut answer.singles[0].id,
            2 => &mut answer.singles[0].said,
            3 => { answer.extensions = write(0xa1, &[&write(SEQUENCE, &[&extension(&BASIC, false, &[5, 0])])]); &mut answer.extensions }
            _ => { answer.certificates = vec![scene.responder.0.clone()]; &mut answer.certificates[0] }
        };
        for (at, to) in changes {
            let at = at.index(field.len());
            field[at] = to;
        }
        let _ = scene.read(&answer.signed_by(scene.ours.issuer.key()));
    }
}
