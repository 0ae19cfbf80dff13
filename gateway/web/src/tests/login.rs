//! Logging in, moving between hosts, logging out.

use std::sync::atomic::Ordering;

use axum::body::Body;
use http::header::{CONTENT_TYPE, REFERRER_POLICY, SET_COOKIE};
use varco_core::event::Event;
use varco_core::secret::Secret;
use varco_tokens::handoff::binding_of;

use super::world::{ACCESS, Browser, FASCICOLO, POSTE, World};

const SESSION: &str = "__Host-varco-session";
const HANDOFF: &str = "__Host-varco-handoff";

#[tokio::test]
async fn a_login_leads_to_the_page_that_was_asked_for() {
    let world = World::new();
    let mut browser = world.browser();
    let landed = browser.log_in("/login?service=anagrafe&return_to=/anagrafe/certificati%3Ftipo%3Dnascita").await;
    assert_eq!(landed.location(), format!("https://{ACCESS}/anagrafe/certificati?tipo=nascita"));
    let cookie = landed.header(SET_COOKIE);
    assert!(cookie.starts_with(SESSION) && cookie.ends_with("; Path=/; HttpOnly; Secure; SameSite=Lax"), "{cookie}");
    assert!(matches!(world.events.take_events()[..], [Event::Login(_)]));
}

#[tokio::test]
async fn who_is_logged_in_is_not_asked_again() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in("/login?service=anagrafe").await;
    let landed = browser.get("/login?service=anagrafe&return_to=/anagrafe/altro").await;
    assert_eq!(landed.location(), format!("https://{ACCESS}/anagrafe/altro"));
}

#[tokio::test]
async fn a_session_below_the_level_is_told_what_is_missing() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in("/login?service=anagrafe").await;
    let choice = browser.get("/login?service=tributi").await;
    assert_eq!(choice.status, 200);
    assert!(choice.body.contains("livello di sicurezza 2, ma per questa pagina serve il livello 3"), "{}", choice.body);
    assert!(choice.body.contains("nessun metodo di accesso raggiunge"));
}

#[tokio::test]
async fn a_session_with_too_few_data_is_told_that_and_nothing_of_levels() {
    let world = World::new();
    let mut browser = world.browser();
    browser.hand_off().await;
    let choice = browser.get("/login?service=anagrafe").await;
    assert_eq!(choice.status, 200);
    assert!(choice.body.contains("Anagrafe deve ricevere dati che non hai ancora condiviso"), "{}", choice.body);
    assert!(!choice.body.contains("ma per questa pagina serve il livello"));
}

#[tokio::test]
async fn a_method_can_be_begun_without_the_chooser() {
    let world = World::new();
    let form = world.browser().get(&format!("/login/spid?service=anagrafe&idp={POSTE}&level=2")).await;
    assert_eq!(form.status, 200);
    assert!(form.header("content-security-policy").contains("form-action 'self' https:;"));
    assert!(form.header(SET_COOKIE).contains("; Secure; SameSite=None"));
    assert!(!form.field("RelayState").contains("http"));
    let redirect = world.browser().get("/login/spid?service=anagrafe&idp=https://redirect.example").await;
    assert!(redirect.location().starts_with("https://redirect.example/sso?RelayState="));
}

#[tokio::test]
async fn a_method_without_the_provider_that_it_needs_goes_back_to_the_choice() {
    let world = World::new();
    let answer = world.browser().get("/login/spid?service=anagrafe&return_to=/anagrafe/x").await;
    assert_eq!(answer.location(), "/login?service=anagrafe&return_to=%2Fanagrafe%2Fx&level=2");
}

#[tokio::test]
async fn the_attempt_remembers_what_the_link_does_not_say() {
    let world = World::new();
    let mut browser = world.browser();
    let choice = browser.get("/login?service=anagrafe&return_to=/anagrafe/certificati").await;
    let link = choice.link(POSTE);
    assert!(!link.contains("certificati"));
    let departure = browser.get(&link).await;
    let form = format!("RelayState={}&answer=ok", departure.field("RelayState"));
    let landed = browser.post_from("cross-site", "/return/spid", form).await;
    assert_eq!(landed.location(), format!("https://{ACCESS}/anagrafe/certificati"));
    // The attempt is over; the link of the old page still leads to the service.
    let again = browser.get(&link).await;
    assert_eq!(again.status, 200);
}

#[tokio::test]
async fn an_answer_counts_in_the_browser_that_asked_only() {
    let world = World::new();
    let mut browser = world.browser();
    let departure = browser.get(&format!("/login/spid?service=anagrafe&idp={POSTE}")).await;
    let form = format!("RelayState={}&answer=ok", departure.field("RelayState"));
    let mut other = world.browser();
    other.get("/login?service=anagrafe").await;
    for mut thief in [world.browser(), other] {
        let refused = thief.post_from("cross-site", "/return/spid", form.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "login.attempt.unknown"));
    }
    assert_eq!(world.events.open_sessions(), 0);
    assert_eq!(browser.post_from("cross-site", "/return/spid", form).await.status, 302);
}

#[tokio::test]
async fn a_refused_login_says_why_and_leads_back() {
    let world = World::new();
    let mut browser = world.browser();
    let departure = browser.get(&format!("/login/spid?service=anagrafe&return_to=/anagrafe/x&idp={POSTE}")).await;
    let form = format!("RelayState={}&answer=error.nr25", departure.field("RelayState"));
    let refused = browser.post_from("cross-site", "/return/spid", form.clone()).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "spid.error.nr25"));
    assert!(refused.body.contains("/login?service=anagrafe&#38;return_to=%2Fanagrafe%2Fx&#38;level=2"));
    assert!(!refused.headers.contains_key(SET_COOKIE));
    let again = browser.post_from("cross-site", "/return/spid", form).await;
    assert_eq!(again.code(), "login.attempt.unknown");
}

#[tokio::test]
async fn an_answer_can_come_by_redirect_where_the_method_wants_it_so() {
    let world = World::new();
    let mut browser = world.browser();
    let departure = browser.get(&format!("/login/spid?service=anagrafe&idp={POSTE}")).await;
    let relay_state = departure.field("RelayState");
    let refused = browser.get(&format!("/return/spid?RelayState={relay_state}&answer=ok&by=form")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "login.attempt.unknown"));
    let form = format!("RelayState={relay_state}&answer=ok&by=query");
    assert_eq!(browser.post_from("cross-site", "/return/spid", form).await.code(), "login.attempt.unknown");
    let landed = browser.get(&format!("/return/spid?RelayState={relay_state}&answer=ok&by=query")).await;
    assert_eq!(landed.location(), format!("https://{ACCESS}/anagrafe"));
}

#[tokio::test]
async fn the_session_is_handed_over_to_the_browser_that_waits_for_it() {
    let world = World::new();
    let mut browser = world.browser();
    let handoff = browser.hand_off().await;
    let mut thief = world.browser();
    thief.plant(FASCICOLO, HANDOFF, &Secret::from_bytes([8; 16]).reveal());
    let stolen = thief.get(&handoff).await;
    assert_eq!((stolen.status.as_u16(), stolen.code()), (403, "login.handoff.refused"));
    let first_page = format!("<a class=\"btn btn-primary\" href=\"https://{FASCICOLO}/\">Riprova</a>");
    assert!(stolen.body.contains(&first_page), "to the service itself: {}", stolen.body);
    // The theft spent the code: the citizen opens the service again and is there.
    assert_eq!(browser.get(&handoff).await.code(), "login.handoff.refused");
    browser.wait_for_handoff();
    let handoff = browser.get(&chooser_of_fascicolo()).await.location().to_owned();
    let landed = browser.get(&handoff).await;
    assert_eq!(landed.location(), format!("https://{FASCICOLO}/referti"));
    let here = browser.cookie(FASCICOLO, SESSION).unwrap();
    assert_ne!(Some(here), browser.cookie(ACCESS, SESSION), "a token is good for one host");
}

#[tokio::test]
async fn a_handoff_without_code_or_cookie_is_refused() {
    let world = World::new();
    let mut browser = world.browser();
    let handoff = browser.hand_off().await;
    for address in [format!("https://{FASCICOLO}/.varco/session"), format!("https://{FASCICOLO}/.varco/session?code=x")]
    {
        assert_eq!(browser.get(&address).await.code(), "login.handoff.refused");
    }
    browser.wait_for_handoff();
    assert_eq!(world.browser().get(&handoff).await.code(), "login.handoff.refused");
    assert_eq!(browser.get(&handoff).await.code(), "login.handoff.refused", "spent in another browser");
}

#[tokio::test]
async fn a_handoff_leaves_no_code_behind_and_a_refused_one_no_cookie() {
    let world = World::new();
    let mut browser = world.browser();
    let handoff = browser.hand_off().await;
    let (_, code) = handoff.split_once("code=").unwrap();
    let landed = browser.get(&handoff).await;
    assert_eq!(landed.status, 302);
    assert!(browser.cookie(FASCICOLO, SESSION).is_some());
    let refused = browser.get(&handoff).await;
    assert_eq!(refused.code(), "login.handoff.refused");
    assert_eq!(browser.cookie(FASCICOLO, HANDOFF), None);
    assert!(!refused.body.contains(code), "{}", refused.body);
    for answer in [landed, refused, browser.post(&handoff, "").await] {
        assert_eq!(answer.header(REFERRER_POLICY), "no-referrer");
    }
}

#[tokio::test]
async fn two_tabs_of_a_browser_both_arrive() {
    let world = World::new();
    let mut browser = world.browser();
    let first = browser.hand_off().await;
    let second = browser.get(&chooser_of_fascicolo()).await.location().to_owned();
    for handoff in [first, second] {
        assert_eq!(browser.get(&handoff).await.location(), format!("https://{FASCICOLO}/referti"));
    }
}

#[tokio::test]
async fn who_only_asks_whether_there_is_a_login_begins_none() {
    let world = World::new();
    let mut browser = world.browser();
    let begin = format!("/login/spid?service=anagrafe&idp={POSTE}");
    for address in ["/login?service=anagrafe", &begin] {
        let head = browser.ask("HEAD", address, &[], Body::empty()).await;
        assert_eq!((head.status.as_u16(), head.length), (200, 0), "{address}");
        assert_eq!(head.header(CONTENT_TYPE), "text/html; charset=utf-8");
        assert!(!head.headers.contains_key(SET_COOKIE));
    }
    assert_eq!(world.events.attempts_under_way(), 0);
    for address in ["/login?service=nessuno", "/login/spid?service=nessuno", "/login/nessuno?service=anagrafe"] {
        assert_eq!(browser.ask("HEAD", address, &[], Body::empty()).await.status, 404, "{address}");
    }
    browser.get("/login?service=anagrafe").await;
    assert_eq!(world.events.attempts_under_way(), 1);
}

#[tokio::test]
async fn logins_that_were_begun_side_by_side_leave_one_session() {
    let world = World::new();
    let mut browser = world.browser();
    let (here, there) = (browser.get("/login?service=anagrafe").await, browser.get("/login?service=anagrafe").await);
    for choice in [here, there] {
        let departure = browser.get(&choice.link(POSTE)).await;
        let form = format!("RelayState={}&answer=ok", departure.field("RelayState"));
        assert_eq!(browser.post_from("cross-site", "/return/spid", form).await.status, 302);
    }
    assert_eq!(world.events.open_sessions(), 1);
    browser.post("/logout", "").await;
    assert_eq!(world.events.open_sessions(), 0);
}

#[tokio::test]
async fn logout_asks_first_and_ends_the_session_everywhere() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in("/login?service=anagrafe").await;
    assert!(browser.get("/logout").await.body.contains("Vuoi uscire?"));
    assert_eq!(world.events.open_sessions(), 1);
    let out = browser.post("/logout", "").await;
    assert_eq!(out.status, 200);
    assert!(out.body.contains("Non sei collegato"));
    assert_eq!(world.events.open_sessions(), 0);
    assert_eq!(browser.cookie(ACCESS, SESSION), None);
    assert!(matches!(world.events.take_events()[..], [Event::Login(_), Event::Logout { .. }]));
    assert!(browser.get("/logout").await.body.contains("Non sei collegato"));
}

#[tokio::test]
async fn a_service_host_logs_out_everywhere_too() {
    let world = World::new();
    let mut browser = world.browser();
    let handoff = browser.hand_off().await;
    browser.get(&handoff).await;
    let clicked = [("sec-fetch-site", "same-origin")];
    let out = browser.ask("GET", &format!("https://{FASCICOLO}/.varco/logout"), &clicked, Body::empty()).await;
    assert_eq!(out.location(), format!("https://{ACCESS}/logout"));
    assert_eq!(browser.cookie(FASCICOLO, SESSION), None);
    assert_eq!(world.events.open_sessions(), 0);
    assert!(browser.get("/logout").await.body.contains("Non sei collegato"));
}

#[tokio::test]
async fn another_site_cannot_log_anybody_out() {
    let world = World::new();
    let mut browser = world.browser();
    let handoff = browser.hand_off().await;
    browser.get(&handoff).await;
    let refused = browser.post_from("cross-site", "/logout", String::new()).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "web.request.cross-site"));
    let refused = browser.ask("POST", "/logout", &[("origin", "null")], Body::empty()).await;
    assert_eq!(refused.code(), "web.request.cross-site");
    let linked = [("sec-fetch-site", "cross-site")];
    let asked = browser.ask("GET", &format!("https://{FASCICOLO}/.varco/logout"), &linked, Body::empty()).await;
    assert_eq!(asked.location(), format!("https://{ACCESS}/logout"));
    assert_eq!(world.events.open_sessions(), 1);
    let own = [("origin", "https://accesso.regione.example:443")];
    assert_eq!(browser.ask("POST", "/logout", &own, Body::empty()).await.status, 200);
    assert_eq!(world.events.open_sessions(), 0);
}

#[tokio::test]
async fn a_link_that_does_not_say_where_it_stands_logs_nobody_out_unasked() {
    let world = World::new();
    let mut browser = world.browser();
    let handoff = browser.hand_off().await;
    browser.get(&handoff).await;
    let logout = format!("https://{FASCICOLO}/.varco/logout");
    let foreign = "https://altrove.example/?https://fascicolo.example/";
    for unclear in [&[][..], &[("referer", foreign)], &[("referer", "")], &[("referer", "https://altrove.example")]] {
        let asked = browser.ask("GET", &logout, unclear, Body::empty()).await;
        assert_eq!(asked.location(), format!("https://{ACCESS}/logout"));
        assert_eq!(world.events.open_sessions(), 1, "{unclear:?}");
    }
    let question = browser.get("/logout").await;
    assert!(question.body.contains("Vuoi uscire?"));
    let ours = [("referer", "https://fascicolo.example/referti?anno=2026")];
    assert_eq!(browser.ask("GET", &logout, &ours, Body::empty()).await.location(), format!("https://{ACCESS}/logout"));
    assert_eq!(world.events.open_sessions(), 0);
}

#[tokio::test]
async fn a_store_that_is_away_is_a_page() {
    let world = World::new();
    world.events.away.store(true, Ordering::Relaxed);
    let refused = world.browser().get("/login?service=anagrafe").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (503, "login.store.unavailable"));
    assert!(!refused.body.contains("connection refused"), "the cause is for the log");
}

fn chooser_of_fascicolo() -> String {
    let binding = binding_of(&Secret::from_bytes([7; 16]));
    format!("/login?service=fascicolo&return_to=/referti&binding={}", binding.as_str())
}

impl Browser<'_> {
    /// Does what the proxy does for a page of the service host, logs in, and returns the way back.
    async fn hand_off(&mut self) -> String {
        self.wait_for_handoff();
        let landed = self.log_in(&chooser_of_fascicolo()).await;
        let handoff = landed.location().to_owned();
        assert!(handoff.starts_with(&format!("https://{FASCICOLO}/.varco/session?code=")), "{handoff}");
        handoff
    }

    fn wait_for_handoff(&mut self) {
        self.plant(FASCICOLO, HANDOFF, &Secret::from_bytes([7; 16]).reveal());
    }
}
