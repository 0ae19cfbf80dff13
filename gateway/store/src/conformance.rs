//! What every implementation of core's stores must do. An implementation gives a [`Fixture`] and
//! calls [`conformance!`], which makes one test of each promise.

pub(crate) mod samples;

use std::sync::Arc;

use varco_core::attempt::{BrowserId, LIFETIME};
use varco_core::handoff::HandoffCode;
use varco_core::logout::{LoginName, LogoutId, NotedLogin};
use varco_core::ports::{AttemptStore, BrowserStore, HandoffStore, LogoutStore, ReplayGuard, SessionStore};
use varco_core::session::{Session, SessionId};

use self::samples::*;

/// How many ask at the same time.
const CROWD: usize = 64;

/// An implementation under test.
pub(crate) trait Fixture: Sized {
    /// A store with nothing in it.
    async fn empty() -> Self;
    /// The gateway stopped without a word, and another one starts over the same data.
    async fn restarted(self) -> Self;
    fn attempts(&self) -> Arc<dyn AttemptStore>;
    fn sessions(&self) -> Arc<dyn SessionStore>;
    fn browsers(&self) -> Arc<dyn BrowserStore>;
    fn handoffs(&self) -> Arc<dyn HandoffStore>;
    fn logouts(&self) -> Arc<dyn LogoutStore>;
    fn replays(&self) -> Arc<dyn ReplayGuard>;
}

/// Makes a test of every promise, for one fixture.
macro_rules! conformance {
    ($fixture:ty) => {
        $crate::conformance::promises! { $fixture:
            an_attempt_is_found_by_both_halves_and_stays,
            an_attempt_is_replaced_by_its_next_state,
            an_attempt_is_taken_once_and_only_by_its_browser,
            an_attempt_is_gone_at_its_end,
            of_many_who_take_an_attempt_one_gets_it,
            an_attempt_outlives_a_restart,
            a_session_is_known_as_it_was_opened,
            a_session_outlives_a_restart,
            a_session_is_gone_at_its_idle_limit,
            a_session_is_gone_at_its_absolute_limit,
            a_session_stands_without_being_seen,
            an_ended_session_is_gone_for_good,
            of_many_who_end_a_session_one_is_told,
            no_find_brings_an_ended_session_back,
            a_login_is_noted_with_its_session_and_found_by_its_name,
            a_noted_login_outlives_its_session_and_a_restart,
            a_noted_login_is_gone_when_its_session_would_be,
            a_browser_has_the_session_that_it_was_given_last,
            of_many_sessions_of_a_browser_each_is_told_once,
            a_handoff_is_taken_once,
            a_handoff_is_gone_at_its_end,
            of_many_who_take_a_handoff_one_gets_it,
            a_handoff_outlives_a_restart,
            a_request_to_log_out_is_taken_once,
            a_request_to_log_out_is_gone_at_its_end,
            of_many_who_take_a_request_to_log_out_one_gets_it,
            a_request_to_log_out_outlives_a_restart,
            a_proof_is_used_once,
            a_proof_past_its_end_is_never_a_first_use,
            of_many_who_use_a_proof_one_is_first,
            a_used_proof_outlives_a_restart,
        }
    };
}

macro_rules! promises {
    ($fixture:ty: $($promise:ident,)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                $crate::conformance::$promise(<$fixture as $crate::conformance::Fixture>::empty().await).await;
            }
        )+
    };
}
pub(crate) use {conformance, promises};

// === attempts ===

pub(crate) async fn an_attempt_is_found_by_both_halves_and_stays(fixture: impl Fixture) {
    let (store, attempt) = (fixture.attempts(), attempt(1));
    store.put(&attempt).await.unwrap();
    for _ in 0..2 {
        let found = store.find(attempt.key(), noon()).await.unwrap().unwrap();
        assert_eq!(found.errand(), attempt.errand());
        assert_eq!(found.expires_at(), attempt.expires_at());
    }
    for other in strangers(attempt.key()) {
        assert!(store.find(&other, noon()).await.unwrap().is_none());
    }
}

pub(crate) async fn an_attempt_is_replaced_by_its_next_state(fixture: impl Fixture) {
    let (store, attempt) = (fixture.attempts(), attempt(1));
    store.put(&attempt).await.unwrap();
    store.put(&attempt.clone().send(question(), noon()).unwrap()).await.unwrap();
    let taken = store.take(attempt.key(), noon()).await.unwrap().unwrap();
    assert_eq!(taken.come_back(&spid(), noon()).unwrap().sent().memo, question().memo);
    assert!(store.take(attempt.key(), noon()).await.unwrap().is_none());
}

pub(crate) async fn an_attempt_is_taken_once_and_only_by_its_browser(fixture: impl Fixture) {
    let (store, attempt) = (fixture.attempts(), attempt(1));
    store.put(&attempt).await.unwrap();
    for other in strangers(attempt.key()) {
        assert!(store.take(&other, noon()).await.unwrap().is_none());
    }
    assert!(store.take(attempt.key(), noon()).await.unwrap().is_some());
    assert!(store.take(attempt.key(), noon()).await.unwrap().is_none());
    assert!(store.find(attempt.key(), noon()).await.unwrap().is_none());
}

pub(crate) async fn an_attempt_is_gone_at_its_end(fixture: impl Fixture) {
    let (store, end) = (fixture.attempts(), after(LIFETIME));
    let (early, late) = (attempt(1), attempt(2));
    store.put(&early).await.unwrap();
    store.put(&late).await.unwrap();
    assert!(store.find(early.key(), just_before(end)).await.unwrap().is_some());
    assert!(store.find(early.key(), end).await.unwrap().is_none());
    assert!(store.take(early.key(), just_before(end)).await.unwrap().is_some());
    assert!(store.take(late.key(), end).await.unwrap().is_none());
}

pub(crate) async fn of_many_who_take_an_attempt_one_gets_it(fixture: impl Fixture) {
    let attempt = attempt(1);
    fixture.attempts().put(&attempt).await.unwrap();
    let taken = crowd(|| {
        let (store, key) = (fixture.attempts(), *attempt.key());
        async move { store.take(&key, noon()).await.unwrap().is_some() }
    });
    assert_eq!(taken.await, 1);
}

pub(crate) async fn an_attempt_outlives_a_restart(fixture: impl Fixture) {
    let attempt = attempt(1);
    fixture.attempts().put(&attempt.clone().send(question(), noon()).unwrap()).await.unwrap();
    let fixture = fixture.restarted().await;
    let taken = fixture.attempts().take(attempt.key(), noon()).await.unwrap().unwrap();
    assert!(taken.come_back(&spid(), noon()).is_ok());
    let fixture = fixture.restarted().await;
    assert!(fixture.attempts().take(attempt.key(), noon()).await.unwrap().is_none(), "spent before the restart");
}

// === sessions ===

pub(crate) async fn a_session_is_known_as_it_was_opened(fixture: impl Fixture) {
    let (store, session) = (fixture.sessions(), session(1));
    assert!(store.known(&session.id, noon()).is_none());
    assert!(store.find(&session.id, noon()).await.unwrap().is_none());
    store.open(session.clone()).await.unwrap();
    assert_eq!(content(&store.find(&session.id, noon()).await.unwrap().unwrap()), content(&session));
    assert_eq!(content(&store.known(&session.id, noon()).unwrap()), content(&session), "no question to the store");
}

pub(crate) async fn a_session_outlives_a_restart(fixture: impl Fixture) {
    let session = session(1);
    fixture.sessions().open(session.clone()).await.unwrap();
    let fixture = fixture.restarted().await;
    let found = fixture.sessions().find(&session.id, noon()).await.unwrap().unwrap();
    assert_eq!(content(&found), content(&session));
    assert!(fixture.sessions().known(&session.id, noon()).is_some(), "once found, it is known");
}

pub(crate) async fn a_session_is_gone_at_its_idle_limit(fixture: impl Fixture) {
    let store = fixture.sessions();
    let [by_known, by_find, unseen] = [1, 2, 3].map(|number| session(number).id);
    for number in [1, 2, 3] {
        store.open(session(number)).await.unwrap();
    }
    assert!(store.known(&unseen, after(IDLE)).is_none());
    assert!(store.find(&unseen, after(IDLE)).await.unwrap().is_none());
    assert!(store.known(&by_known, just_before(after(IDLE))).is_some());
    assert!(store.find(&by_find, just_before(after(IDLE))).await.unwrap().is_some());
    for seen in [by_known, by_find] {
        assert!(store.known(&seen, after(IDLE)).is_some(), "a request at the last instant counts");
        assert!(store.known(&seen, after(IDLE * 2)).is_none());
        assert!(store.find(&seen, after(IDLE * 2)).await.unwrap().is_none());
    }
}

pub(crate) async fn a_session_is_gone_at_its_absolute_limit(fixture: impl Fixture) {
    let (store, session) = (fixture.sessions(), Session { idle: ABSOLUTE * 2, ..session(1) });
    store.open(session.clone()).await.unwrap();
    assert!(store.find(&session.id, just_before(after(ABSOLUTE))).await.unwrap().is_some());
    assert!(store.known(&session.id, after(ABSOLUTE)).is_none());
    assert!(store.find(&session.id, after(ABSOLUTE)).await.unwrap().is_none());
    drop(store);
    let fixture = fixture.restarted().await;
    assert!(fixture.sessions().find(&session.id, after(ABSOLUTE)).await.unwrap().is_none());
}

pub(crate) async fn a_session_stands_without_being_seen(fixture: impl Fixture) {
    let (store, kept, ended) = (fixture.sessions(), session(1).id, session(2).id);
    store.open(session(1)).await.unwrap();
    store.open(session(2)).await.unwrap();
    assert!(!store.stands(&session(3).id, noon()).await.unwrap(), "never opened");
    assert!(store.stands(&ended, noon()).await.unwrap());
    store.end(&ended).await.unwrap();
    assert!(!store.stands(&ended, noon()).await.unwrap());
    assert!(store.stands(&kept, just_before(after(IDLE))).await.unwrap());
    assert!(!store.stands(&kept, after(IDLE)).await.unwrap(), "nothing was a request");
    drop(store);
    let fixture = fixture.restarted().await;
    assert!(fixture.sessions().stands(&kept, just_before(after(IDLE))).await.unwrap(), "the store is asked");
    assert!(!fixture.sessions().stands(&kept, after(IDLE)).await.unwrap());
    assert!(!fixture.sessions().stands(&ended, noon()).await.unwrap());
}

pub(crate) async fn an_ended_session_is_gone_for_good(fixture: impl Fixture) {
    let (store, ended, other) = (fixture.sessions(), session(1), session(2));
    store.open(ended.clone()).await.unwrap();
    store.open(other.clone()).await.unwrap();
    assert_eq!(content(&store.end(&ended.id).await.unwrap().unwrap()), content(&ended));
    assert!(store.end(&ended.id).await.unwrap().is_none(), "ended before");
    assert!(store.known(&ended.id, noon()).is_none());
    assert!(store.find(&ended.id, noon()).await.unwrap().is_none());
    drop(store);
    let fixture = fixture.restarted().await;
    assert!(fixture.sessions().find(&ended.id, noon()).await.unwrap().is_none());
    assert!(fixture.sessions().find(&other.id, noon()).await.unwrap().is_some());
}

pub(crate) async fn of_many_who_end_a_session_one_is_told(fixture: impl Fixture) {
    let session = session(1);
    fixture.sessions().open(session.clone()).await.unwrap();
    let ended = crowd(|| {
        let (store, id) = (fixture.sessions(), session.id);
        async move { store.end(&id).await.unwrap().is_some() }
    });
    assert_eq!(ended.await, 1);
}

/// Each round, others are in the middle of loading the session from the store when it ends.
pub(crate) async fn no_find_brings_an_ended_session_back(fixture: impl Fixture) {
    const ROUNDS: u8 = 60;
    for round in 0..ROUNDS {
        fixture.sessions().open(session(round)).await.unwrap();
    }
    let fixture = fixture.restarted().await;
    for round in 0..ROUNDS {
        let (store, id) = (fixture.sessions(), session(round).id);
        let finders: Vec<_> = (0..8)
            .map(|_| {
                let store = fixture.sessions();
                tokio::spawn(async move { store.find(&id, noon()).await.unwrap().is_some() })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(store.end(&id).await.unwrap().is_some(), "round {round}");
        assert!(store.known(&id, noon()).is_none(), "round {round}: known after its end");
        for finder in finders {
            finder.await.unwrap();
        }
        assert!(store.known(&id, noon()).is_none(), "round {round}: brought back by a find");
        assert!(store.find(&id, noon()).await.unwrap().is_none(), "round {round}: found after its end");
    }
}

// === logins ===

pub(crate) async fn a_login_is_noted_with_its_session_and_found_by_its_name(fixture: impl Fixture) {
    let store = fixture.sessions();
    for number in [1, 2] {
        store.open(on_login(number, "_name")).await.unwrap();
    }
    store.open(on_login(3, "_other")).await.unwrap();
    store.open(session(4)).await.unwrap();
    assert_eq!(noted(&*store, "_name").await, [secret(1).reveal(), secret(2).reveal()]);
    assert_eq!(noted(&*store, "_other").await, [secret(3).reveal()]);
    assert_eq!(noted(&*store, "_nobody").await, [""; 0]);
    let found: Vec<NotedLogin> = store.logins(&login("_other").login_name(), noon()).await.unwrap();
    assert_eq!((&found[0].login, found[0].expires_at), (&login("_other"), after(ABSOLUTE)));
    let of_others = [("cie", "https://idp.example"), ("spid", "https://other.example")];
    for (method, provider) in of_others.map(|(method, provider)| (method_of(method), provider_of(provider))) {
        assert!(store.logins(&LoginName::new(&method, &provider, "_name"), noon()).await.unwrap().is_empty());
    }
}

pub(crate) async fn a_noted_login_outlives_its_session_and_a_restart(fixture: impl Fixture) {
    let session = on_login(1, "_name");
    fixture.sessions().open(session.clone()).await.unwrap();
    let fixture = fixture.restarted().await;
    let found = fixture.sessions().find(&session.id, noon()).await.unwrap().unwrap();
    assert_eq!(found.provider_login, Some(login("_name")), "the session knows it too");
    fixture.sessions().end(&session.id).await.unwrap();
    let fixture = fixture.restarted().await;
    assert_eq!(noted(&*fixture.sessions(), "_name").await, [secret(1).reveal()]);
}

pub(crate) async fn a_noted_login_is_gone_when_its_session_would_be(fixture: impl Fixture) {
    let store = fixture.sessions();
    store.open(on_login(1, "_name")).await.unwrap();
    let name = login("_name").login_name();
    assert_eq!(store.logins(&name, just_before(after(ABSOLUTE))).await.unwrap().len(), 1);
    assert!(store.logins(&name, after(ABSOLUTE)).await.unwrap().is_empty());
    assert!(!store.stands(&session(1).id, after(IDLE)).await.unwrap(), "nothing was a request");
}

/// The sessions that are noted under a name, in order.
async fn noted(store: &dyn SessionStore, name: &str) -> Vec<String> {
    let found = store.logins(&login(name).login_name(), noon()).await.unwrap();
    let mut sessions: Vec<_> = found.iter().map(|noted| noted.session.reveal()).collect();
    sessions.sort_unstable();
    sessions
}

// === browsers ===

pub(crate) async fn a_browser_has_the_session_that_it_was_given_last(fixture: impl Fixture) {
    let (ada, other) = (BrowserId(samples::secret(1)), BrowserId(samples::secret(2)));
    let [first, second, third] = [1, 2, 3].map(|number| SessionId(samples::secret(number)));
    let swap = async |store: Arc<dyn BrowserStore>, browser, session| {
        store.swap(&browser, &session, after(ABSOLUTE)).await.unwrap()
    };
    assert_eq!(swap(fixture.browsers(), ada, first).await, None);
    assert_eq!(swap(fixture.browsers(), other, third).await, None);
    assert_eq!(swap(fixture.browsers(), ada, second).await, Some(first));
    let fixture = fixture.restarted().await;
    assert_eq!(swap(fixture.browsers(), ada, third).await, Some(second));
}

pub(crate) async fn of_many_sessions_of_a_browser_each_is_told_once(fixture: impl Fixture) {
    let (browsers, browser) = (fixture.browsers(), BrowserId(samples::secret(1)));
    let swaps = (0..CROWD).map(|number| {
        let browsers = Arc::clone(&browsers);
        tokio::spawn(async move {
            let session = SessionId(samples::secret(u8::try_from(number).unwrap()));
            browsers.swap(&browser, &session, after(ABSOLUTE)).await.unwrap()
        })
    });
    let mut told = std::collections::HashSet::new();
    for swap in swaps.collect::<Vec<_>>() {
        told.extend(swap.await.unwrap().map(|session| session.reveal()));
    }
    assert_eq!(told.len(), CROWD - 1, "all but the last are told");
}

// === hand-offs ===

pub(crate) async fn a_handoff_is_taken_once(fixture: impl Fixture) {
    let (store, code) = (fixture.handoffs(), HandoffCode(secret(1)));
    store.put(&code, &handoff()).await.unwrap();
    assert!(store.take(&HandoffCode(secret(2)), noon()).await.unwrap().is_none());
    let taken = store.take(&code, noon()).await.unwrap().unwrap();
    assert!(taken.is_for(&service(), &binding(), noon()));
    assert_eq!((taken.session, taken.return_to), (handoff().session, handoff().return_to));
    assert!(store.take(&code, noon()).await.unwrap().is_none());
}

pub(crate) async fn a_handoff_is_gone_at_its_end(fixture: impl Fixture) {
    let (store, end) = (fixture.handoffs(), handoff().expires_at);
    for number in [1, 2] {
        store.put(&HandoffCode(secret(number)), &handoff()).await.unwrap();
    }
    assert!(store.take(&HandoffCode(secret(1)), just_before(end)).await.unwrap().is_some());
    assert!(store.take(&HandoffCode(secret(2)), end).await.unwrap().is_none());
}

pub(crate) async fn of_many_who_take_a_handoff_one_gets_it(fixture: impl Fixture) {
    let code = HandoffCode(secret(1));
    fixture.handoffs().put(&code, &handoff()).await.unwrap();
    let taken = crowd(|| {
        let store = fixture.handoffs();
        async move { store.take(&code, noon()).await.unwrap().is_some() }
    });
    assert_eq!(taken.await, 1);
}

pub(crate) async fn a_handoff_outlives_a_restart(fixture: impl Fixture) {
    let code = HandoffCode(secret(1));
    fixture.handoffs().put(&code, &handoff()).await.unwrap();
    let fixture = fixture.restarted().await;
    assert!(fixture.handoffs().take(&code, noon()).await.unwrap().is_some());
    let fixture = fixture.restarted().await;
    assert!(fixture.handoffs().take(&code, noon()).await.unwrap().is_none(), "redeemed before the restart");
}

// === requests to log out ===

pub(crate) async fn a_request_to_log_out_is_taken_once(fixture: impl Fixture) {
    let (store, id) = (fixture.logouts(), LogoutId(secret(1)));
    store.put(&id, &pending_logout()).await.unwrap();
    assert!(store.take(&LogoutId(secret(2)), noon()).await.unwrap().is_none());
    let taken = store.take(&id, noon()).await.unwrap().unwrap();
    assert_eq!((taken.method, taken.provider), (pending_logout().method, pending_logout().provider));
    assert!(store.take(&id, noon()).await.unwrap().is_none());
}

pub(crate) async fn a_request_to_log_out_is_gone_at_its_end(fixture: impl Fixture) {
    let (store, end) = (fixture.logouts(), pending_logout().expires_at);
    for number in [1, 2] {
        store.put(&LogoutId(secret(number)), &pending_logout()).await.unwrap();
    }
    assert!(store.take(&LogoutId(secret(1)), just_before(end)).await.unwrap().is_some());
    assert!(store.take(&LogoutId(secret(2)), end).await.unwrap().is_none());
}

pub(crate) async fn of_many_who_take_a_request_to_log_out_one_gets_it(fixture: impl Fixture) {
    let id = LogoutId(secret(1));
    fixture.logouts().put(&id, &pending_logout()).await.unwrap();
    let taken = crowd(|| {
        let store = fixture.logouts();
        async move { store.take(&id, noon()).await.unwrap().is_some() }
    });
    assert_eq!(taken.await, 1);
}

pub(crate) async fn a_request_to_log_out_outlives_a_restart(fixture: impl Fixture) {
    let id = LogoutId(secret(1));
    fixture.logouts().put(&id, &pending_logout()).await.unwrap();
    let fixture = fixture.restarted().await;
    assert!(fixture.logouts().take(&id, noon()).await.unwrap().is_some());
    let fixture = fixture.restarted().await;
    assert!(fixture.logouts().take(&id, noon()).await.unwrap().is_none(), "answered before the restart");
}

// === proofs ===

pub(crate) async fn a_proof_is_used_once(fixture: impl Fixture) {
    let store = fixture.replays();
    assert!(store.first_use(&proof("_one"), noon()).await.unwrap());
    assert!(!store.first_use(&proof("_one"), noon()).await.unwrap());
    assert!(!store.first_use(&proof("_one"), just_before(proof("_one").expires_at)).await.unwrap());
    assert!(store.first_use(&proof("_two"), noon()).await.unwrap());
}

pub(crate) async fn a_proof_past_its_end_is_never_a_first_use(fixture: impl Fixture) {
    let store = fixture.replays();
    assert!(!store.first_use(&proof("_late"), proof("_late").expires_at).await.unwrap());
    assert!(store.first_use(&proof("_in_time"), just_before(proof("_in_time").expires_at)).await.unwrap());
}

pub(crate) async fn of_many_who_use_a_proof_one_is_first(fixture: impl Fixture) {
    let first = crowd(|| {
        let store = fixture.replays();
        async move { store.first_use(&proof("_one"), noon()).await.unwrap() }
    });
    assert_eq!(first.await, 1);
}

pub(crate) async fn a_used_proof_outlives_a_restart(fixture: impl Fixture) {
    assert!(fixture.replays().first_use(&proof("_one"), noon()).await.unwrap());
    let fixture = fixture.restarted().await;
    assert!(!fixture.replays().first_use(&proof("_one"), noon()).await.unwrap());
}

/// Lets a crowd do the same thing at the same time, and counts for how many it came out true.
async fn crowd<F: Future<Output = bool> + Send + 'static>(deed: impl Fn() -> F) -> usize {
    let deeds: Vec<_> = (0..CROWD).map(|_| tokio::spawn(deed())).collect();
    let mut count = 0;
    for deed in deeds {
        count += usize::from(deed.await.unwrap());
    }
    count
}
