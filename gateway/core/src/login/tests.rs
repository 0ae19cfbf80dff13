//! The story of a login, with a provider of the test's own and stores that are plain maps.

mod cast;
mod logout;

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU8;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use self::cast::{FakeProvider, Heard, Maps, StoppedClock};
use super::*;
use crate::age::Ages;
use crate::attempt::LIFETIME;
use crate::attribute::Attribute;
use crate::body::Body;
use crate::event::{LoginEvent, Outcome};
use crate::identity::{Identity, PersonIdentifier, Scheme};
use crate::logout::{
    Farewell, Hearing, LoginName, LogoutId, LogoutMessage, LogoutNotice, LogoutRefusal, LogoutRequest, LogoutResponse,
    NotedLogin, Parting, PendingLogout, ProviderLogin, Reach,
};
use crate::method::{Descriptor, Document, Proof, Provider, Return, Sending, Verified};
use crate::name::BodyId;
use crate::origin::Origin;
use crate::ports::StoreUnavailable;
use crate::ports::tests::Sequence;
use crate::purpose::Purpose;
use crate::refusal::Status;
use crate::service::{Access, Rule};

// === the way out ===

#[test]
fn a_wish_becomes_an_errand_at_no_less_than_the_service_asks_for_anywhere() {
    let story = Story::new();
    let level = |service, level| story.login.errand(Wish { level, ..wish(service) }).unwrap().level;
    assert_eq!(level("anagrafe", None), Level::Two, "its own");
    assert_eq!(level("anagrafe", Some(Level::One)), Level::One, "a part of it asks for that");
    assert_eq!(level("fascicolo", Some(Level::One)), Level::Three, "no part of it does");
    assert_eq!(level("anagrafe", Some(Level::Three)), Level::Three, "more is always granted");
    assert_eq!(story.login.errand(wish("echo")).unwrap().return_to.to_string(), "/echo", "its first page");
    assert_eq!(story.login.errand(wish("altro")).unwrap_err(), LoginRefusal::UnknownService);
}

#[test]
fn a_citizen_is_sent_to_the_provider_they_chose() {
    let story = Story::new();
    let attempt = story.started("anagrafe");
    let departure = now(story.login.send(attempt.clone(), &method("spid"), Some(&idp()))).unwrap();
    let relay_state = attempt.key().id.reveal();
    assert_eq!(departure, Departure::Redirect(format!("https://idp.example/?level=2&RelayState={relay_state}")));
    assert!(now(story.login.find(attempt.key())).unwrap().is_some());
}

#[test]
fn what_cannot_be_asked_leaves_the_attempt_for_another_choice() {
    let story = Story::new();
    let attempt = story.started("fascicolo");
    let other = ProviderId::parse("https://other.example").unwrap();
    for (word, provider, code) in [
        ("cie", idp(), "login.method.unknown"),
        ("weak", idp(), "login.method.too-weak"),
        ("spid", other, "login.provider.unknown"),
    ] {
        let refusal = now(story.login.send(attempt.clone(), &method(word), Some(&provider))).unwrap_err();
        assert_eq!(refusal.code(), code);
    }
    assert!(now(story.login.find(attempt.key())).unwrap().is_some());
    assert_eq!(story.outcomes(), [""; 0], "nothing has ended");
    let told = ["none: login.method.unknown", "weak: login.method.too-weak", "spid: login.provider.unknown"];
    assert_eq!(story.turned_away(), told);
}

// === the way back ===

#[test]
fn a_login_that_succeeds_is_told_once_with_what_was_reached() {
    let story = Story::new();
    story.provider.answers(|answer| answer.level = Level::Three);
    let attempt = story.sent("anagrafe");
    let welcome = story.come_back(&attempt).unwrap();
    assert_eq!(welcome.landing, Landing::Page("https://anagrafe.example/".to_owned()));
    assert_eq!(welcome.session.level, Level::Three);
    assert_eq!(welcome.session.expires_at, at(8 * 60));
    assert!(story.others.known(&welcome.session.id, noon()).is_some());
    let told = Event::Login(LoginEvent {
        at: noon(),
        method: method("spid"),
        provider: Some(idp()),
        level: Level::Three,
        body: BodyId::parse("c_e715").unwrap(),
        service: ServiceId::parse("anagrafe").unwrap(),
        outcome: Outcome::Success,
    });
    assert_eq!(*story.events.0.lock().unwrap(), [told]);
    assert_eq!(code(story.come_back(&attempt)), "login.attempt.unknown", "an answer is looked at once");
}

#[test]
fn a_login_that_is_refused_is_told_once_and_spends_the_attempt() {
    type Turn = fn(&Story);
    let turns: [(&str, Turn); 4] = [
        ("fake.cancelled", |story| story.provider.answers(|answer| answer.refusal = Some("fake.cancelled"))),
        ("login.level-too-low", |story| story.provider.answers(|answer| answer.level = Level::One)),
        ("login.attempt.other-provider", |story| story.provider.answers(|answer| answer.provider = None)),
        ("login.store.unavailable", |story| story.others.go_away()),
    ];
    for (expected, turn) in turns {
        let story = Story::new();
        let attempt = story.sent("anagrafe");
        turn(&story);
        let stopped = story.come_back(&attempt).unwrap_err();
        assert_eq!(stopped.refusal.code(), expected);
        assert_eq!(stopped.errand.as_ref(), Some(attempt.errand()), "they may want to try again");
        assert_eq!(stopped.asked, Some(Asked { method: method("spid"), provider: Some(idp()) }), "and with whom");
        assert_eq!(story.outcomes(), [expected]);
        assert_eq!(story.turned_away(), [""; 0], "one refusal is one event");
        assert!(story.others.sessions.lock().unwrap().is_empty());
        assert_eq!(code(story.come_back(&attempt)), "login.attempt.unknown");
        assert_eq!(story.outcomes(), [expected], "told no second time");
        assert_eq!(story.turned_away(), ["spid: login.attempt.unknown"], "the second answer is another refusal");
    }
}

#[test]
fn a_proof_opens_one_session() {
    let story = Story::new();
    let (mine, stolen) = (story.sent("anagrafe"), story.sent("anagrafe"));
    story.come_back(&mine).unwrap();
    assert_eq!(code(story.come_back(&stolen)), "login.proof.replayed");
    assert_eq!(story.outcomes(), ["success", "login.proof.replayed"]);
    assert_eq!(story.others.sessions.lock().unwrap().len(), 1);
}

#[test]
fn an_answer_in_another_browser_is_refused_and_does_not_spend_the_attempt() {
    let story = Story::new();
    let attempt = story.sent("anagrafe");
    let other = BrowserId::draw(&*story.login.randomness);
    for browser in [None, Some(other)] {
        let stopped = story.arrive("spid", browser, &answer_to(&attempt)).unwrap_err();
        assert_eq!(stopped.refusal.code(), "login.attempt.unknown");
        assert!(stopped.errand.is_none(), "what somebody else came for is not told");
    }
    assert_eq!(story.outcomes(), [""; 0]);
    assert_eq!(story.turned_away(), ["spid: login.attempt.unknown"; 2]);
    assert!(story.come_back(&attempt).is_ok());
}

#[test]
fn an_answer_that_nobody_asked_for_opens_nothing() {
    let story = Story::new();
    assert_eq!(code(story.arrive("spid", None, &Return::default())), "login.attempt.unknown");
    let attempt = story.started("anagrafe");
    assert_eq!(code(story.come_back(&attempt)), "login.attempt.not-sent");
    let attempt = story.sent("anagrafe");
    let browser = Some(attempt.key().browser);
    assert_eq!(code(story.arrive("cie", browser, &answer_to(&attempt))), "login.method.unknown");
    assert_eq!(code(story.arrive("weak", browser, &answer_to(&attempt))), "login.attempt.other-method");
    assert_eq!(code(story.come_back(&attempt)), "login.attempt.unknown", "spent at the wrong door");
    let late = story.sent("anagrafe");
    story.clock.set(noon().checked_add(LIFETIME).unwrap());
    assert_eq!(code(story.come_back(&late)), "login.attempt.unknown");
    assert_eq!(story.outcomes(), ["login.attempt.not-sent", "login.attempt.other-method"], "what was spent is told");
    let unknown = "spid: login.attempt.unknown";
    assert_eq!(story.turned_away(), [unknown, "none: login.method.unknown", unknown, unknown]);
    assert!(story.others.sessions.lock().unwrap().is_empty());
}

// === whom a service is for ===

#[test]
fn a_method_is_asked_only_for_what_it_can_give() {
    let story = Story::new();
    let can = |service: &str| {
        let service = story.login.catalogue.service(&ServiceId::parse(service).unwrap()).unwrap();
        let methods = story.login.methods.serving(service, Level::Two);
        methods.map(|method| method.descriptor().id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(can("anagrafe"), ["spid", "weak"]);
    assert_eq!(can("sportello"), ["spid"], "the other has no professional identities");
    assert_eq!(can("patente"), ["spid"], "the other does not tell the date of birth");
    for (service, code) in [("sportello", "login.method.no-purpose"), ("patente", "login.method.no-birthdate")] {
        let refusal = now(story.login.send(story.started(service), &method("weak"), Some(&idp()))).unwrap_err();
        assert_eq!((refusal.code(), refusal.status()), (code, Status::Forbidden));
    }
}

#[test]
fn a_session_remembers_the_kind_of_identity_and_serves_no_other() {
    let story = Story::new();
    let personal = story.logged_in().session;
    assert_eq!(personal.purpose, None);
    let sportello = story.login.errand(wish("sportello")).unwrap();
    assert_eq!(now(story.login.pass(&personal.id, &sportello)).unwrap(), None, "it asks for professional identities");
    story.provider.answers(|answer| answer.proof = "another");
    let professional = story.come_back(&story.sent("sportello")).unwrap().session;
    assert_eq!(professional.purpose, Some(Purpose::PG));
    assert!(now(story.login.pass(&professional.id, &sportello)).unwrap().is_some());
    let anagrafe = story.login.errand(wish("anagrafe")).unwrap();
    assert_eq!(now(story.login.pass(&professional.id, &anagrafe)).unwrap(), None);
}

#[test]
fn the_kind_of_identity_is_the_one_that_was_asked_for() {
    let mut story = Story::new();
    let attempt = story.sent("anagrafe");
    // The configuration changes while the citizen is away.
    story.login.catalogue = Arc::new(catalogue_with(|anagrafe| anagrafe.purpose = Some(Purpose::PG)));
    let session = story.come_back(&attempt).unwrap().session;
    assert_eq!(session.purpose, None);
    let errand = story.login.errand(wish("anagrafe")).unwrap();
    assert_eq!(now(story.login.pass(&session.id, &errand)).unwrap(), None);
}

#[test]
fn whom_a_service_is_not_for_gets_no_session_by_a_login_for_it() {
    for (birthdate, expected) in [
        (Some("2008-11-25"), "success"),
        (Some("2008-11-26"), "login.age.too-young"),
        (Some("1955-11-25"), "login.age.too-old"),
        (None, "login.age.unknown"),
    ] {
        let story = Story::new();
        story.provider.answers(|answer| answer.birthdate = birthdate);
        let stopped = story.come_back(&story.sent("patente"));
        assert_eq!(stopped.map_or_else(|stopped| stopped.refusal.code(), |_| "success"), expected);
        assert_eq!(story.outcomes(), [expected]);
        assert_eq!(story.others.sessions.lock().unwrap().len(), usize::from(expected == "success"));
    }
}

#[test]
fn a_login_that_is_refused_for_the_age_leaves_the_session_that_was_there() {
    let story = Story::new();
    let session = story.logged_in().session.id;
    let errand = story.login.errand(wish("patente")).unwrap();
    let attempt = now(story.login.start(BrowserId::draw(&*story.login.randomness), errand, Some(session))).unwrap();
    now(story.login.send(attempt.clone(), &method("spid"), Some(&idp()))).unwrap();
    story.provider.answers(|answer| (answer.birthdate, answer.proof) = (Some("2010-01-01"), "another"));
    assert_eq!(code(story.come_back(&attempt)), "login.age.too-young");
    assert!(story.others.known(&session, noon()).is_some());
}

#[test]
fn whom_a_service_is_not_for_does_not_pass_with_a_session_either() {
    let story = Story::new();
    // Eleven hours after noon it is midnight in Italy, and their birthday.
    story.clock.set(at(11 * 60 - 10));
    story.provider.answers(|answer| answer.birthdate = Some("1955-11-26"));
    let session = story.come_back(&story.sent("patente")).unwrap().session.id;
    let errand = story.login.errand(wish("patente")).unwrap();
    assert!(now(story.login.pass(&session, &errand)).unwrap().is_some(), "still 70 years old");
    story.clock.set(at(11 * 60));
    let passed = now(story.login.pass(&session, &errand));
    assert_eq!(passed.map(|landing| landing.is_some()).map_err(|refusal| refusal.code()), Err("login.age.too-old"));
}

// === with a session ===

#[test]
fn a_session_passes_where_its_level_does() {
    let story = Story::new();
    let session = story.logged_in().session.id;
    let pass = |service| {
        let errand = story.login.errand(wish(service)).unwrap();
        now(story.login.pass(&session, &errand)).unwrap()
    };
    assert_eq!(pass("anagrafe"), Some(Landing::Page("https://anagrafe.example/".to_owned())));
    assert_eq!(pass("fascicolo"), None, "level 2 is not level 3");
    story.clock.set(at(30));
    assert_eq!(pass("anagrafe"), None, "idle too long");
    assert_eq!(story.outcomes(), ["success"], "to pass is not to log in");
}

#[test]
fn a_second_login_replaces_the_session_that_did_not_do() {
    let story = Story::new();
    let first = story.logged_in().session.id;
    let errand = story.login.errand(wish("fascicolo")).unwrap();
    let attempt = now(story.login.start(BrowserId::draw(&*story.login.randomness), errand, Some(first))).unwrap();
    now(story.login.send(attempt.clone(), &method("spid"), Some(&idp()))).unwrap();
    story.provider.answers(|answer| (answer.level, answer.proof) = (Level::Three, "another"));
    let second = story.come_back(&attempt).unwrap().session.id;
    assert_ne!(first, second);
    let sessions = story.others.sessions.lock().unwrap();
    assert!(sessions.contains_key(&second) && !sessions.contains_key(&first), "one logout must end all");
}

#[test]
fn of_two_logins_in_one_browser_one_session_is_left() {
    let story = Story::new();
    let first_tab = story.sent("anagrafe");
    let (browser, errand) = (first_tab.key().browser, first_tab.errand().clone());
    let second_tab = now(story.login.start(browser, errand, None)).unwrap();
    now(story.login.send(second_tab.clone(), &method("spid"), Some(&idp()))).unwrap();
    let first = story.come_back(&first_tab).unwrap().session.id;
    story.provider.answers(|answer| answer.proof = "another");
    let second = story.come_back(&second_tab).unwrap().session.id;
    let sessions = story.others.sessions.lock().unwrap();
    assert!(sessions.contains_key(&second) && !sessions.contains_key(&first), "one logout must end all");
}

#[test]
fn a_session_is_handed_to_a_host_of_its_own_and_not_to_the_access_host() {
    let story = Story::new();
    let session = story.logged_in().session.id;
    let land = |service| {
        let errand = story.login.errand(Wish { binding: Some(binding('A')), ..wish(service) }).unwrap();
        now(story.login.pass(&session, &errand)).unwrap().unwrap()
    };
    assert_eq!(land("echo"), Landing::Page("https://accesso.example/echo".to_owned()));
    assert!(matches!(land("anagrafe"), Landing::Handoff { service, .. } if service.as_str() == "anagrafe"));
}

#[test]
fn a_handoff_is_redeemed_once_by_the_browser_it_was_made_for() {
    let story = Story::new();
    let (session, code) = story.handed_off();
    let (found, page) = now(story.login.redeem(&code, "anagrafe.example", Some(&binding('A')))).unwrap();
    assert_eq!((found.id, page.as_str()), (session, "https://anagrafe.example/"));
    assert_eq!(story.redeem(&code, "anagrafe.example", 'A'), "login.handoff.refused", "twice");
}

#[test]
fn a_handoff_in_wrong_hands_is_refused_and_spent() {
    for (host, character, minute) in
        [("fascicolo.example", 'A', 0), ("anagrafe.example", 'B', 0), ("anagrafe.example", 'A', 1)]
    {
        let story = Story::new();
        let (_, code) = story.handed_off();
        story.clock.set(at(minute));
        assert_eq!(story.redeem(&code, host, character), "login.handoff.refused", "{host} {character} {minute}");
        story.clock.set(noon());
        assert_eq!(story.redeem(&code, "anagrafe.example", 'A'), "login.handoff.refused", "spent");
    }
}

#[test]
fn a_handoff_in_a_browser_that_waits_for_none_is_refused_and_spent() {
    let story = Story::new();
    let (_, code) = story.handed_off();
    let refusal = now(story.login.redeem(&code, "anagrafe.example", None)).unwrap_err();
    assert_eq!(refusal.code(), "login.handoff.refused");
    assert_eq!(story.redeem(&code, "anagrafe.example", 'A'), "login.handoff.refused", "spent");
}

#[test]
fn a_session_that_ended_is_not_handed_over_and_its_end_is_told_once() {
    let story = Story::new();
    let (session, code) = story.handed_off();
    now(story.login.leave(&session)).unwrap();
    now(story.login.leave(&session)).unwrap();
    assert_eq!(story.redeem(&code, "anagrafe.example", 'A'), "login.handoff.refused");
    assert_eq!(story.outcomes(), ["success", "logout"]);
}

#[test]
fn a_store_that_is_away_stops_every_step_in_the_same_words() {
    let story = Story::new();
    let (session, code) = story.handed_off();
    let (attempt, errand) = (story.sent("anagrafe"), story.login.errand(wish("anagrafe")).unwrap());
    story.attempts.go_away();
    story.others.go_away();
    let login = &story.login;
    let refusals = [
        now(login.start(attempt.key().browser, errand.clone(), None)).unwrap_err(),
        now(login.find(attempt.key())).unwrap_err(),
        now(login.send(attempt.clone(), &method("spid"), Some(&idp()))).unwrap_err(),
        story.come_back(&attempt).unwrap_err().refusal,
        now(login.pass(&session, &errand)).unwrap_err(),
        now(login.redeem(&code, "anagrafe.example", Some(&binding('A')))).unwrap_err(),
        now(login.leave(&session)).unwrap_err(),
    ];
    for (step, refusal) in refusals.iter().enumerate() {
        assert_eq!((refusal.code(), refusal.status()), ("login.store.unavailable", Status::Unavailable), "step {step}");
        assert_eq!(refusal.cause(), Some("the store is not available: gone"), "step {step}");
    }
}

// === who takes part ===

struct Story {
    login: Login,
    provider: Arc<FakeProvider>,
    attempts: Arc<Maps>,
    others: Arc<Maps>,
    events: Arc<Heard>,
    clock: Arc<StoppedClock>,
}

impl Story {
    fn new() -> Self {
        let provider = Arc::new(FakeProvider::new("spid", &Level::ALL));
        let weak = Arc::new(FakeProvider::plain("weak", &[Level::One, Level::Two]));
        let (attempts, others) = (Arc::new(Maps::default()), Arc::new(Maps::default()));
        let (events, clock) = (Arc::new(Heard::default()), Arc::new(StoppedClock(Mutex::new(noon()))));
        let login = Login {
            catalogue: Arc::new(catalogue()),
            methods: [provider.clone() as Arc<dyn LoginMethod>, weak].into_iter().collect(),
            attempts: attempts.clone(),
            sessions: others.clone(),
            browsers: others.clone(),
            handoffs: others.clone(),
            logouts: others.clone(),
            replays: others.clone(),
            events: events.clone(),
            clock: clock.clone(),
            randomness: Arc::new(Sequence::default()),
            lifetimes: Lifetimes { absolute: SignedDuration::from_hours(8), idle: SignedDuration::from_mins(30) },
        };
        Self { login, provider, attempts, others, events, clock }
    }

    fn started(&self, service: &str) -> Attempt {
        let errand = self.login.errand(wish(service)).unwrap();
        now(self.login.start(BrowserId::draw(&*self.login.randomness), errand, None)).unwrap()
    }

    fn sent(&self, service: &str) -> Attempt {
        let attempt = self.started(service);
        now(self.login.send(attempt.clone(), &method("spid"), Some(&idp()))).unwrap();
        attempt
    }

    fn come_back(&self, attempt: &Attempt) -> Result<Welcome, Box<Stopped>> {
        self.arrive("spid", Some(attempt.key().browser), &answer_to(attempt))
    }

    fn arrive(&self, word: &str, browser: Option<BrowserId>, returned: &Return) -> Result<Welcome, Box<Stopped>> {
        now(self.login.complete(&method(word), browser, returned)).map_err(Box::new)
    }

    fn logged_in(&self) -> Welcome {
        self.come_back(&self.sent("anagrafe")).unwrap()
    }

    fn handed_off(&self) -> (SessionId, HandoffCode) {
        let session = self.logged_in().session.id;
        let errand = self.login.errand(Wish { binding: Some(binding('A')), ..wish("anagrafe") }).unwrap();
        match now(self.login.pass(&session, &errand)).unwrap() {
            Some(Landing::Handoff { code, .. }) => (session, code),
            other => panic!("{other:?}"),
        }
    }

    fn redeem(&self, code: &HandoffCode, host: &str, character: char) -> &'static str {
        let redeemed = now(self.login.redeem(code, host, Some(&binding(character))));
        redeemed.map_or_else(|refusal| refusal.code(), |_| "redeemed")
    }

    fn outcomes(&self) -> Vec<&'static str> {
        let label = |event: &Event| match event {
            Event::Login(login) => Some(login.outcome.label()),
            Event::Logout { .. } => Some("logout"),
            Event::Metadata(_)
            | Event::Expiry(_)
            | Event::CardCheck(_)
            | Event::RevocationList(_)
            | Event::Refusal { .. } => None,
        };
        self.events.0.lock().unwrap().iter().filter_map(label).collect()
    }

    /// The refusals of what is no attempt's end, each after its method.
    fn turned_away(&self) -> Vec<String> {
        let label = |event: &Event| match event {
            Event::Refusal { method, refusal, .. } => {
                Some(format!("{}: {}", method.as_ref().map_or("none", MethodId::as_str), refusal.code()))
            }
            Event::Login(_)
            | Event::Logout { .. }
            | Event::Metadata(_)
            | Event::Expiry(_)
            | Event::CardCheck(_)
            | Event::RevocationList(_) => None,
        };
        self.events.0.lock().unwrap().iter().filter_map(label).collect()
    }
}

// === the place ===

/// `anagrafe` at level 2 with a part at level 1, `fascicolo` at level 3, `echo` on the access host,
/// `sportello` for who acts for a legal person, `patente` from 18 to 70 years.
fn catalogue() -> Catalogue {
    catalogue_with(|_| ())
}

/// The same, after a change to `anagrafe`.
fn catalogue_with(change: impl FnOnce(&mut Service)) -> Catalogue {
    let body = Body { id: BodyId::parse("c_e715").unwrap(), name: "Comune".to_owned() };
    let service = |id: &str, hosts: &[&str], path: &str, level| Service {
        id: ServiceId::parse(id).unwrap(),
        body: body.id.clone(),
        name: id.to_owned(),
        hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        path: path.to_owned(),
        level,
        attributes: vec![],
        purpose: None,
        ages: None,
        rules: vec![],
    };
    let mut anagrafe = service("anagrafe", &["anagrafe.example"], "/", Level::Two);
    anagrafe.rules.push(Rule { path: "/orari".to_owned(), methods: vec![], access: Access::Level(Level::One) });
    change(&mut anagrafe);
    let purpose = Some(Purpose::PG);
    let sportello = Service { purpose, ..service("sportello", &["sportello.example"], "/", Level::Two) };
    let ages = Ages::between(NonZeroU8::new(18), NonZeroU8::new(70));
    let patente = Service { ages, ..service("patente", &["patente.example"], "/", Level::Two) };
    let fascicolo = service("fascicolo", &["fascicolo.example"], "/", Level::Three);
    let echo = service("echo", &[], "/echo", Level::Two);
    let access = Origin::parse("https://accesso.example").unwrap();
    Catalogue::new(access, [body.clone()], [anagrafe, fascicolo, echo, sportello, patente]).unwrap()
}

fn wish(service: &str) -> Wish {
    Wish { service: ServiceId::parse(service).unwrap(), return_to: None, level: None, binding: None }
}

fn answer_to(attempt: &Attempt) -> Return {
    let parameters = [("RelayState".to_owned(), attempt.key().id.reveal())].into();
    Return { parameters, ..Return::default() }
}

fn code(result: Result<Welcome, Box<Stopped>>) -> &'static str {
    result.map_or_else(|stopped| stopped.refusal.code(), |_| "welcome")
}

fn method(word: &str) -> MethodId {
    MethodId::parse(word).unwrap()
}

fn idp() -> ProviderId {
    ProviderId::parse("https://idp.example").unwrap()
}

fn binding(character: char) -> Binding {
    Binding::parse(&format!("{}A", character.to_string().repeat(42))).unwrap()
}

fn noon() -> Timestamp {
    at(0)
}

/// So many minutes after noon.
fn at(minutes: i64) -> Timestamp {
    let noon: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
    noon.checked_add(SignedDuration::from_mins(minutes)).unwrap()
}

/// What comes of a step; with these stores, none has to wait.
fn now<T>(step: impl Future<Output = T>) -> T {
    match pin!(step).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("a step waited"),
    }
}
