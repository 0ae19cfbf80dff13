//! Single logout: what a citizen asks for, and what a provider does.

use super::*;

#[test]
fn without_a_session_of_the_provider_a_logout_is_over_at_once() {
    for login in [None, Some(ProviderLogin { keeps_session: false, ..login("broken") }), Some(login("nothing"))] {
        let story = Story::new();
        story.provider.answers(|answer| answer.login.clone_from(&login));
        let session = story.logged_in().session.id;
        assert!(matches!(now(story.login.leave(&session)).unwrap(), Parting::Over), "{login:?}");
        assert!(matches!(now(story.login.leave(&session)).unwrap(), Parting::Over), "twice");
        assert_eq!(story.outcomes(), ["success", "logout"]);
    }
}

#[test]
fn a_session_has_ended_before_its_provider_is_asked() {
    let story = Story::new();
    let session = story.logged_in_on(login("ask"));
    let departure = story.leaves(&session);
    assert!(story.others.known(&session, noon()).is_none());
    assert_eq!(story.hears_answer(&departure, &idp()), "Partial");
    assert_eq!(story.hears_answer(&departure, &idp()), "logout.response.unknown", "an answer counts once");
    assert_eq!(story.outcomes(), ["success", "logout"]);
}

#[test]
fn an_answer_counts_only_if_the_one_who_was_asked_gives_it_in_time() {
    let story = Story::new();
    let session = story.logged_in_on(login("ask"));
    let departure = story.leaves(&session);
    let other = ProviderId::parse("https://other.example").unwrap();
    assert_eq!(story.hears_answer(&LogoutId::draw(&Sequence::default()).reveal(), &idp()), "logout.response.unknown");
    assert_eq!(story.hears_answer(&departure, &other), "logout.response.other-provider");

    let story = Story::new();
    let session = story.logged_in_on(login("ask"));
    let departure = story.leaves(&session);
    story.clock.set(at(10));
    assert_eq!(story.hears_answer(&departure, &idp()), "logout.response.unknown", "too late");

    let story = Story::new();
    let session = story.logged_in_on(login("ask"));
    let departure = story.leaves(&session);
    assert_eq!(
        story.hears("weak", &[("provider", idp().as_str()), ("to", &departure)]),
        "logout.response.other-provider"
    );
}

#[test]
fn a_provider_that_cannot_be_asked_keeps_nobody_logged_in() {
    let story = Story::new();
    let session = story.logged_in_on(login("broken"));
    match now(story.login.leave(&session)).unwrap() {
        Parting::Partial { fault, .. } => assert_eq!(fault.code(), "fake.broken"),
        other => panic!("{other:?}"),
    }
    assert!(story.others.known(&session, noon()).is_none());

    let story = Story::new();
    let session = story.logged_in_on(login("page"));
    match now(story.login.leave(&session)).unwrap() {
        Parting::Page { address, .. } => assert_eq!(address, "https://idp.example/bye"),
        other => panic!("{other:?}"),
    }
    assert!(story.others.known(&session, noon()).is_none());
}

#[test]
fn a_provider_ends_the_sessions_on_its_login_and_no_others() {
    let named = |name, index| vec![("provider", "https://idp.example"), ("name", name), ("index", index)];
    let all = |name| vec![("provider", "https://idp.example"), ("name", name)];
    let indexed = ProviderLogin { index: Some("_session".to_owned()), ..login("Comune") };
    for (login, request, ends) in [
        (indexed.clone(), named("_name", "_session"), true),
        (indexed.clone(), all("_name"), true),
        (login("Comune"), named("_name", "_session"), true),
        (indexed.clone(), named("_name", "_other"), false),
        (indexed.clone(), named("_other", "_session"), false),
        (indexed, vec![("provider", "https://other.example"), ("name", "_name")], false),
    ] {
        let story = Story::new();
        let session = story.logged_in_on(login);
        let replied = story.hears("spid", &request);
        assert_eq!(story.others.known(&session, noon()).is_none(), ends, "{request:?}");
        let known = request[0].1 == "https://idp.example" && request[1].1 == "_name";
        assert_eq!(replied, format!("question as {}: Everywhere", if known { "Comune" } else { "nobody" }));
    }
}

#[test]
fn a_request_is_answered_after_the_end_and_again() {
    let story = Story::new();
    let session = story.logged_in_on(login("Comune"));
    let request = [("provider", "https://idp.example"), ("name", "_name")];
    now(story.login.leave(&session)).unwrap();
    for _ in 0..2 {
        assert_eq!(story.hears("spid", &request), "question as Comune: Everywhere");
    }
    assert_eq!(story.hears("weak", &request), "question as nobody: Everywhere", "the names of another method");
    assert_eq!(story.outcomes(), ["success", "logout"], "told once");
}

#[test]
fn a_provider_is_told_when_a_session_may_still_stand() {
    let story = Story::new();
    story.logged_in_on(login("Comune"));
    story.others.go_away();
    let replied = story.hears("spid", &[("provider", "https://idp.example"), ("name", "_name")]);
    assert_eq!(replied, "question as nobody: Partial (login.store.unavailable)");
}

#[test]
fn a_stronger_login_does_not_forget_the_session_that_a_provider_keeps() {
    let story = Story::new();
    let first = story.logged_in_on(login("Comune"));
    let errand = story.login.errand(wish("fascicolo")).unwrap();
    let attempt = now(story.login.start(BrowserId::draw(&*story.login.randomness), errand, Some(first))).unwrap();
    now(story.login.send(attempt.clone(), &method("spid"), Some(&idp()))).unwrap();
    story.provider.answers(|answer| {
        answer.level = Level::Three;
        answer.proof = "another";
        answer.login = Some(ProviderLogin { name: "_later".to_owned(), keeps_session: false, ..login("Regione") });
    });
    let second = story.come_back(&attempt).unwrap().session;
    assert_eq!(second.provider_login, Some(login("Comune")));
    story.hears("spid", &[("provider", "https://idp.example"), ("name", "_name")]);
    assert!(story.others.known(&second.id, noon()).is_none());
}

#[test]
fn what_a_provider_calls_a_person_does_not_print() {
    let request =
        LogoutRequest { provider: idp(), name: "_name".to_owned(), indexes: vec![], memo: "_name".to_owned() };
    let printed = format!("{:?} {request:?} {:?}", login("_name"), login("").login_name());
    assert!(!printed.contains("_name"), "{printed}");
}

/// A login at a provider that keeps a session, with a memo.
fn login(memo: &str) -> ProviderLogin {
    ProviderLogin {
        method: method("spid"),
        provider: idp(),
        name: "_name".to_owned(),
        index: None,
        keeps_session: true,
        memo: memo.to_owned(),
    }
}

impl Story {
    fn logged_in_on(&self, login: ProviderLogin) -> SessionId {
        self.provider.answers(|answer| answer.login = Some(login));
        self.logged_in().session.id
    }

    /// Leaves for the provider: the name of the request that goes there.
    fn leaves(&self, session: &SessionId) -> String {
        match now(self.login.leave(session)).unwrap() {
            Parting::Ask { provider, departure: Departure::Redirect(id), .. } if provider == idp() => id,
            other => panic!("{other:?}"),
        }
    }

    fn hears_answer(&self, to: &str, provider: &ProviderId) -> String {
        self.hears("spid", &[("provider", provider.as_str()), ("to", to)])
    }

    /// What comes of a message with these fields.
    fn hears(&self, word: &str, fields: &[(&str, &str)]) -> String {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        match now(self.login.hear(&method(word), LogoutNotice::Form(&fields))) {
            Err(refusal) => refusal.code().to_owned(),
            Ok(Hearing::Over(reach)) => format!("{reach:?}"),
            Ok(Hearing::Reply { departure: Departure::Redirect(text), fault: None, .. }) => text,
            Ok(Hearing::Reply { departure: Departure::Redirect(text), fault: Some(fault), .. }) => {
                format!("{text} ({})", fault.code())
            }
            Ok(other) => panic!("{other:?}"),
        }
    }
}
