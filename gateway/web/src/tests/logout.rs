//! Logout that reaches the provider, and logout that comes from there.

use std::sync::atomic::Ordering;

use axum::body::Body;
use http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};

use super::world::{ACCESS, Answer, Browser, FASCICOLO, POSTE, World};

const SESSION: &str = "__Host-varco-session";

impl Browser<'_> {
    /// Logs in with a provider that keeps a session, which ends there in this way.
    async fn log_in_kept(&mut self, way: &str) {
        let choice = self.get("/login?service=anagrafe").await;
        let departure = self.get(&choice.link(POSTE)).await;
        let form = format!("RelayState={}&answer=ok&kept={way}", departure.field("RelayState"));
        assert_eq!(self.post_from("cross-site", "/return/spid", form).await.status, 302);
    }
}

fn policy(page: &Answer) -> &str {
    page.header(CONTENT_SECURITY_POLICY)
}

#[tokio::test]
async fn a_logout_goes_on_to_the_provider_and_comes_back() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in_kept("redirect").await;
    let question = browser.get("/logout").await;
    assert!(policy(&question).contains("form-action 'self' https:;"), "the form may lead to the provider");
    let departure = browser.post("/logout", "").await;
    let id = departure.location().strip_prefix("https://poste.example/slo?id=").unwrap().to_owned();
    assert_eq!((world.events.open_sessions(), browser.cookie(ACCESS, SESSION)), (0, None), "before the provider hears");
    let back = browser.get(&format!("/logout/spid?to={id}")).await;
    assert_eq!(back.location(), "/logout");
    let out = browser.get("/logout").await;
    assert!(out.body.contains("Non sei collegato") && out.body.contains("chiudi anche il browser"));
    let again = browser.get(&format!("/logout/spid?to={id}")).await;
    assert_eq!((again.status.as_u16(), again.code()), (403, "logout.response.unknown"));
}

#[tokio::test]
async fn where_the_provider_takes_forms_a_form_goes_there() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in_kept("form").await;
    let departure = browser.post("/logout", "").await;
    assert_eq!(departure.status, 200);
    assert!(departure.body.contains("action=\"https://poste.example/slo\"") && departure.body.contains("Poste ID"));
    assert!(policy(&departure).contains("form-action 'self' https:;"));
    let form = format!("to={}&partly=1", departure.field("SAMLRequest"));
    let back = browser.post_from("cross-site", "/logout/spid", form).await;
    assert_eq!(back.location(), "/logout?partial=spid");
    let out = browser.get(back.location()).await;
    assert!(out.body.contains("con SPID non è stato possibile farti uscire ovunque"), "{}", out.body);
    assert!(out.body.contains("chiudi tutte le finestre"));
}

#[tokio::test]
async fn a_service_host_leads_to_the_provider_too() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in_kept("redirect").await;
    let token = world.token_for(FASCICOLO);
    browser.plant(FASCICOLO, SESSION, &token);
    let clicked = [("sec-fetch-site", "same-origin")];
    let out = browser.ask("GET", &format!("https://{FASCICOLO}/.varco/logout"), &clicked, Body::empty()).await;
    assert!(out.location().starts_with("https://poste.example/slo?id="));
    assert_eq!((world.events.open_sessions(), browser.cookie(FASCICOLO, SESSION)), (0, None));
}

#[tokio::test]
async fn a_page_of_the_provider_is_offered_after_ours() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in_kept("page").await;
    let out = browser.post("/logout", "").await;
    assert_eq!((out.status.as_u16(), world.events.open_sessions()), (200, 0));
    assert!(out.body.contains("Non sei collegato") && out.body.contains("Esci anche da SPID"));
    assert!(out.body.contains("href=\"https://poste.example/slo?a=1&#38;b=2\""), "{}", out.body);
    assert_eq!(browser.cookie(ACCESS, SESSION), None);
}

#[tokio::test]
async fn a_provider_that_cannot_be_asked_is_no_reason_to_stay() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in_kept("broken").await;
    let out = browser.post("/logout", "").await;
    assert_eq!((out.status.as_u16(), world.events.open_sessions()), (200, 0));
    assert!(out.body.contains("non è stato possibile farti uscire ovunque"));
    assert_eq!(out.refused.as_deref(), Some("spid.provider.no-address"), "the log says why");
}

#[tokio::test]
async fn a_provider_ends_a_session_without_its_cookie_and_hears_so() {
    for by_form in [false, true] {
        let world = World::new();
        world.browser().log_in_kept("redirect").await;
        // Browsers send no cookie of ours with a form of another site.
        let mut elsewhere = world.browser();
        for known in ["known", "known"] {
            if by_form {
                let reply = elsewhere.post_from("cross-site", "/logout/spid", "end=_ada".to_owned()).await;
                assert_eq!(reply.field("SAMLResponse"), format!("Everywhere {known}"));
                assert!(reply.body.contains("action=\"https://poste.example/back\""));
                assert!(policy(&reply).contains("form-action 'self' https:;"));
            } else {
                let reply = elsewhere.get("/logout/spid?end=_ada").await;
                assert_eq!(reply.location(), format!("{POSTE}/back?Everywhere-{known}"));
            }
            assert_eq!(world.events.open_sessions(), 0);
        }
    }
}

#[tokio::test]
async fn a_message_about_somebody_else_takes_no_cookie_away() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in_kept("redirect").await;
    let reply = browser.get("/logout/spid?end=_other").await;
    assert_eq!(reply.location(), format!("{POSTE}/back?Everywhere-unknown"), "answered all the same");
    assert_eq!(reply.header(SET_COOKIE), "");
    assert_eq!(world.events.open_sessions(), 1);
    let lie = browser.get("/logout?partial=spid").await;
    assert!(lie.body.contains("Vuoi uscire?"), "who is logged in is not told otherwise");
}

#[tokio::test]
async fn a_message_that_does_not_hold_is_a_page_and_ends_nothing() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in_kept("redirect").await;
    let refused = browser.get("/logout/spid?SAMLRequest=x").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "logout.request.signature"));
    let twice = browser.post_from("cross-site", "/logout/spid", "end=_ada&end=_ada".to_owned()).await;
    assert_eq!((twice.status.as_u16(), twice.code()), (400, "login.request.malformed"));
    for word in ["nessuno", "%20"] {
        let unknown = browser.get(&format!("/logout/{word}?end=_ada")).await;
        assert_eq!((unknown.status.as_u16(), unknown.code()), (404, "login.method.unknown"));
    }
    let head = browser.ask("HEAD", "/logout/spid?end=_ada", &[], Body::empty()).await;
    assert_eq!((head.status.as_u16(), world.events.open_sessions()), (200, 1), "HEAD is safe");
    let plain = [("content-type", "text/xml")];
    let no_form = browser.ask("POST", "/logout/spid", &plain, Body::from("<soap/>")).await;
    assert_eq!((no_form.status.as_u16(), world.events.open_sessions()), (400, 1));
}

#[tokio::test]
async fn a_provider_hears_that_a_session_may_still_stand() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in_kept("redirect").await;
    world.events.away.store(true, Ordering::Relaxed);
    let reply = browser.get("/logout/spid?end=_ada").await;
    assert_eq!(reply.location(), format!("{POSTE}/back?Partial-unknown"));
    assert_eq!(reply.refused.as_deref(), Some("login.store.unavailable"), "the log says why");
}

#[tokio::test]
async fn a_method_that_is_not_open_is_not_named() {
    let world = World::new();
    for word in ["nessuno", "%3Cscript%3E", ""] {
        let out = world.browser().get(&format!("/logout?partial={word}")).await;
        assert!(out.body.contains("chiudi anche il browser") && !out.body.contains("ovunque"), "{word}");
    }
}
