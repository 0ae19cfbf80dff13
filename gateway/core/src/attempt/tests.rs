use proptest::prelude::*;

use super::*;
use crate::attribute::Attributes;
use crate::identity::{PersonIdentifier, Scheme};
use crate::ports::tests::Sequence;

fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn method(word: &str) -> MethodId {
    MethodId::parse(word).unwrap()
}

fn provider(word: &str) -> ProviderId {
    ProviderId::parse(word).unwrap()
}

fn started(level: Level, now: Timestamp) -> Attempt {
    let randomness = Sequence::default();
    let key = AttemptKey { id: AttemptId::draw(&randomness), browser: BrowserId::draw(&randomness) };
    let errand =
        Errand { service: ServiceId::parse("anagrafe").unwrap(), return_to: ReturnPath::root(), level, binding: None };
    Attempt::start(key, errand, None, now)
}

fn question(level: Level) -> Sent {
    Sent {
        method: method("spid"),
        provider: Some(provider("https://idp.example")),
        level,
        purpose: None,
        memo: String::new(),
    }
}

fn answer(level: Level, now: Timestamp) -> Identity {
    Identity {
        person: PersonIdentifier::new(Scheme::FiscalNumber, "RSSMRA80A01H501U"),
        method: method("spid"),
        provider: Some(provider("https://idp.example")),
        level,
        attributes: Attributes::default(),
        authenticated_at: now,
        provider_login: None,
    }
}

/// An attempt that completed at `now`, for the tests of what follows.
pub(crate) fn completed_at(now: Timestamp) -> Completed {
    started(Level::Two, now)
        .send(question(Level::Two), now)
        .unwrap()
        .come_back(&method("spid"), now)
        .unwrap()
        .complete(answer(Level::Two, now), now)
        .unwrap()
}

fn code(result: Result<Completed, Refusal>) -> &'static str {
    result.map_or_else(|refusal| refusal.code(), |_| "completed")
}

#[test]
fn an_answer_before_the_question_is_refused() {
    let returned = started(Level::Two, noon()).come_back(&method("spid"), noon());
    assert_eq!(returned.unwrap_err(), AttemptRefusal::NotSent);
}

#[test]
fn an_answer_to_another_method_is_refused() {
    let sent = started(Level::Two, noon()).send(question(Level::Two), noon()).unwrap();
    assert_eq!(sent.come_back(&method("cie"), noon()).unwrap_err(), AttemptRefusal::OtherMethod);
}

#[test]
fn an_answer_of_another_provider_is_refused() {
    let returned =
        started(Level::Two, noon()).send(question(Level::Two), noon()).unwrap().come_back(&method("spid"), noon());
    let mut identity = answer(Level::Two, noon());
    identity.provider = Some(provider("https://other.example"));
    assert_eq!(code(returned.unwrap().complete(identity, noon())), "login.attempt.other-provider");
}

#[test]
fn a_lower_level_is_refused_and_a_higher_one_accepted() {
    for (asked, reached, expected) in [
        (Level::Two, Level::One, "login.level-too-low"),
        (Level::Two, Level::Two, "completed"),
        (Level::Two, Level::Three, "completed"),
        (Level::Three, Level::Two, "login.level-too-low"),
    ] {
        let returned =
            started(asked, noon()).send(question(asked), noon()).unwrap().come_back(&method("spid"), noon()).unwrap();
        assert_eq!(code(returned.complete(answer(reached, noon()), noon())), expected, "{asked} {reached}");
    }
}

#[test]
fn a_question_below_what_the_errand_needs_does_not_help() {
    let returned = started(Level::Three, noon())
        .send(question(Level::One), noon())
        .unwrap()
        .come_back(&method("spid"), noon())
        .unwrap();
    assert_eq!(code(returned.complete(answer(Level::One, noon()), noon())), "login.level-too-low");
}

#[test]
fn an_attempt_ends_with_its_lifetime() {
    let last = noon().checked_add(LIFETIME).unwrap().checked_sub(SignedDuration::from_nanos(1)).unwrap();
    let late = noon().checked_add(LIFETIME).unwrap();
    let sent = started(Level::Two, noon()).send(question(Level::Two), noon()).unwrap();
    assert!(sent.clone().come_back(&method("spid"), last).is_ok());
    assert_eq!(sent.come_back(&method("spid"), late).unwrap_err(), AttemptRefusal::Expired);
    assert_eq!(started(Level::Two, noon()).send(question(Level::Two), late).unwrap_err(), AttemptRefusal::Expired);
}

proptest! {
    /// No path leads to `Completed` without a question, an answer to it, and the level needed.
    #[test]
    fn only_a_sufficient_answer_in_time_completes(
        needed in 0usize..3, asked in 0usize..3, reached in 0usize..3, sent_first: bool, minutes in 0i64..60,
    ) {
        let (needed, asked, reached) = (Level::ALL[needed], Level::ALL[asked], Level::ALL[reached]);
        let later = noon().checked_add(SignedDuration::from_mins(minutes)).unwrap();
        let attempt = started(needed, noon());
        let attempt = if sent_first { attempt.send(question(asked), noon()).unwrap() } else { attempt };
        let completed = attempt
            .come_back(&method("spid"), later)
            .map_err(Refusal::from)
            .and_then(|returned| returned.complete(answer(reached, later), later));
        let right = sent_first && minutes < 30 && reached >= asked && reached >= needed;
        prop_assert_eq!(completed.is_ok(), right);
    }
}

/// An adapter may note a secret, such as the one of a PKCE exchange.
#[test]
fn a_note_does_not_print() {
    let sent = Sent { memo: "code-verifier".to_owned(), ..question(Level::Two) };
    let attempt = started(Level::Two, noon()).send(sent.clone(), noon()).unwrap();
    assert!(!format!("{sent:?} {attempt:?}").contains("code-verifier"));
}
