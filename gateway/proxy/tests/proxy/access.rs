//! Who passes, and what those who do not are told.

use std::sync::atomic::Ordering;

use data_encoding::BASE64URL_NOPAD;
use varco_core::age::AgeRefusal;
use varco_core::attribute::Attribute;
use varco_core::decision::Decision;
use varco_core::level::Level;
use varco_core::purpose::Purpose;
use varco_core::secret::Secret;
use varco_tokens::handoff::binding_of;

use crate::stage::{Stage, body, header, status};
use crate::upstreams::Recording;

const HTML: &str = "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

async fn stage() -> (Recording, Stage) {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    (service, stage)
}

#[tokio::test]
async fn a_browser_without_a_session_is_sent_to_the_login_with_all_that_it_came_for() {
    let (service, stage) = stage().await;
    let answer = stage.ask("/certificati?tipo=nascita&x=a%2Fb+c", &[HTML]).await;
    assert_eq!(status(&answer), 302);
    let secret = Secret::from_bytes([0; 16]);
    let expected = format!(
        "https://accesso.test:8443/login?service=anagrafe&level=2\
         &return_to=%2Fcertificati%3Ftipo%3Dnascita%26x%3Da%252Fb%2Bc&binding={}",
        binding_of(&secret).as_str()
    );
    assert_eq!(header(&answer, "location"), Some(&*expected));
    let cookie = header(&answer, "set-cookie").unwrap();
    assert!(cookie.starts_with(&format!("__Host-varco-handoff={};", secret.reveal())), "{cookie}");
    assert_eq!(header(&answer, "cache-control"), Some("no-store"));
    assert!(service.all().is_empty());
    let fact = stage.told.only().await;
    assert_eq!((fact.status, fact.code), (302, Some("proxy.login-needed")));
    assert_eq!(fact.decision, Some(Decision::LoginNeeded(Level::Two)));
}

#[tokio::test]
async fn a_binding_that_the_browser_has_is_used_again() {
    let (_, stage) = stage().await;
    let secret = Secret::from_bytes([9; 16]);
    let cookie = format!("Cookie: __Host-varco-handoff={}", secret.reveal());
    let answer = stage.ask("/", &[HTML, &cookie]).await;
    assert!(header(&answer, "location").unwrap().ends_with(binding_of(&secret).as_str()));
    assert!(header(&answer, "set-cookie").unwrap().contains(&secret.reveal()));
    let answer = stage.ask("/", &[HTML, "Cookie: __Host-varco-handoff=short"]).await;
    assert!(!header(&answer, "set-cookie").unwrap().contains("short"));
}

#[tokio::test]
async fn head_is_a_page_too_and_a_long_address_ends_on_the_first_page() {
    let (_, stage) = stage().await;
    let answer = stage.send(format!("HEAD / HTTP/1.1\r\nHost: anagrafe.test\r\n{HTML}\r\n\r\n")).await;
    assert_eq!(status(&answer), 302);
    let answer = stage.ask(&format!("/{}", "x".repeat(2100)), &[HTML]).await;
    assert!(!header(&answer, "location").unwrap().contains("return_to"), "{answer}");
}

#[tokio::test]
async fn a_service_on_the_access_host_needs_no_hand_off() {
    let (_, stage) = stage().await;
    let answer = stage.send(format!("GET /echo/x HTTP/1.1\r\nHost: accesso.test\r\n{HTML}\r\n\r\n")).await;
    let expected = "https://accesso.test:8443/login?service=echo&level=1&return_to=%2Fecho%2Fx";
    assert_eq!((status(&answer), header(&answer, "location")), (302, Some(expected)));
    assert_eq!(header(&answer, "set-cookie"), None);
}

#[tokio::test]
async fn a_login_begins_on_the_first_host_of_a_service() {
    let (_, stage) = stage().await;
    let answer = stage.send(format!("GET /a?b HTTP/1.1\r\nHost: www.anagrafe.test\r\n{HTML}\r\n\r\n")).await;
    assert_eq!(status(&answer), 302);
    assert_eq!(header(&answer, "location"), Some("https://anagrafe.test:8443/a?b"));
}

#[tokio::test]
async fn a_program_without_a_session_is_told_the_level_and_the_methods() {
    let (service, stage) = stage().await;
    let post = format!("POST / HTTP/1.1\r\nHost: anagrafe.test\r\n{HTML}\r\nContent-Length: 0\r\n\r\n");
    for answer in
        [stage.ask("/", &["Accept: application/json"]).await, stage.ask("/", &[]).await, stage.send(post).await]
    {
        assert_eq!(status(&answer), 401);
        assert_eq!(header(&answer, "content-type"), Some("application/problem+json"));
        assert_eq!(header(&answer, "www-authenticate"), Some("Varco"));
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
        let document: serde_json::Value = serde_json::from_str(body(&answer)).unwrap();
        let expected = serde_json::json!({
            "type": "about:blank", "title": "Unauthorized", "status": 401, "code": "proxy.login-needed",
            "level": 2, "methods": ["spid"], "request_id": "0909090909090909",
        });
        assert_eq!(document, expected);
    }
    assert!(service.all().is_empty());
}

#[tokio::test]
async fn a_session_below_the_level_of_the_path_must_step_up() {
    let (service, stage) = stage().await;
    let cookie = format!("Cookie: {}", stage.log_in("anagrafe.test", Level::Two));
    let page = stage.ask("/referti/1", &[HTML, &cookie]).await;
    assert_eq!(status(&page), 302);
    assert!(header(&page, "location").unwrap().contains("&level=3&return_to=%2Freferti%2F1&binding="), "{page}");
    let fact = stage.told.only().await;
    assert_eq!((fact.decision, fact.code), (Some(Decision::StepUp(Level::Three)), Some("proxy.step-up")));
    let program = stage.ask("/referti/1", &[&cookie]).await;
    assert_eq!(status(&program), 401);
    assert!(body(&program).contains("\"code\":\"proxy.step-up\"") && body(&program).contains("\"level\":3"));
    assert!(service.all().is_empty());
    let higher = format!("Cookie: {}", stage.log_in("anagrafe.test", Level::Three));
    assert_eq!(status(&stage.ask("/referti/1", &[&higher]).await), 200);
}

#[tokio::test]
async fn a_session_passes_with_an_assertion_for_this_service_only() {
    let (service, stage) = stage().await;
    let cookie = format!("Cookie: {}", stage.log_in("anagrafe.test", Level::Two));
    for path in ["/", "/aiuto"] {
        assert_eq!(status(&stage.ask(path, &[&cookie]).await), 200);
    }
    for received in service.all() {
        let assertion = received.values("x-varco-assertion")[0];
        let claims = BASE64URL_NOPAD.decode(assertion.split('.').nth(1).unwrap().as_bytes()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!((&claims["aud"], &claims["given_name"]), (&"anagrafe".into(), &"Ada".into()));
        assert_eq!(claims["acr"], Level::Two.context_class());
    }
}

#[tokio::test]
async fn everybody_passes_where_a_path_is_public_and_nobody_is_named() {
    let (service, stage) = stage().await;
    assert_eq!(status(&stage.ask("/aiuto/orari", &[]).await), 200);
    assert!(service.only().values("x-varco-assertion").is_empty());
    assert_eq!(stage.told.only().await.decision, Some(Decision::Allow));
}

#[tokio::test]
async fn a_session_that_is_known_costs_no_round_trip() {
    let (_, stage) = stage().await;
    let cookie = format!("Cookie: {}", stage.log_in("anagrafe.test", Level::Two));
    stage.sessions.knows_by_heart.store(true, Ordering::SeqCst);
    assert_eq!(status(&stage.ask("/", &[&cookie]).await), 200);
    assert_eq!(stage.sessions.round_trips.load(Ordering::SeqCst), 0);
    stage.sessions.knows_by_heart.store(false, Ordering::SeqCst);
    assert_eq!(status(&stage.ask("/", &[&cookie]).await), 200);
    assert_eq!(stage.sessions.round_trips.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_store_that_is_away_stops_only_who_needs_a_session() {
    let (service, stage) = stage().await;
    let cookie = format!("Cookie: {}", stage.log_in("anagrafe.test", Level::Two));
    stage.sessions.away.store(true, Ordering::SeqCst);
    let answer = stage.ask("/", &[&cookie]).await;
    assert_eq!(status(&answer), 503);
    assert!(body(&answer).contains("proxy.store.unavailable") && !answer.contains("it is away"), "{answer}");
    assert_eq!(stage.told.only().await.cause.as_deref(), Some("the store is not available: it is away"));
    let page = stage.ask("/", &[HTML, "Accept-Language: en", &cookie]).await;
    assert!(status(&page) == 503 && body(&page) == "<p lang=en>proxy.store.unavailable", "{page}");
    let page = stage.ask("/", &[HTML, "Accept-Language: en", &cookie, "Cookie: lang=de"]).await;
    assert_eq!(body(&page), "<p lang=de>proxy.store.unavailable", "{page}");
    assert_eq!(status(&stage.ask("/aiuto", &[&cookie]).await), 200);
    assert!(service.only().values("x-varco-assertion").is_empty());
    assert_eq!(status(&stage.ask("/", &[]).await), 401, "without a cookie there is nothing to look up");
}

#[tokio::test]
async fn a_session_of_another_kind_of_identity_needs_another_login_and_is_not_named() {
    let (service, stage) = stage().await;
    let personal = format!("Cookie: {}", stage.log_in("sportello.test", Level::Two));
    let ask = |path: &str, lines: &str| format!("GET {path} HTTP/1.1\r\nHost: sportello.test\r\n{lines}\r\n\r\n");
    let page = stage.send(ask("/pratiche", &format!("{HTML}\r\n{personal}"))).await;
    let expected = "https://accesso.test:8443/login?service=sportello&level=2&return_to=%2Fpratiche&binding=";
    assert!(header(&page, "location").is_some_and(|location| location.starts_with(expected)), "{page}");
    let fact = stage.told.only().await;
    assert_eq!((fact.decision, fact.code), (Some(Decision::StepUp(Level::Two)), Some("proxy.step-up")));
    assert_eq!(status(&stage.send(ask("/aiuto", &personal)).await), 200);
    assert!(service.only().values("x-varco-assertion").is_empty(), "the service would take them for a professional");

    let professional = stage.log_in_as("sportello.test", Level::Two, |session| {
        session.purpose = Some(Purpose::PG);
        session.asked_for.extend([Attribute::CompanyFiscalNumber, Attribute::VatNumber]);
    });
    assert_eq!(status(&stage.send(ask("/pratiche", &format!("Cookie: {professional}"))).await), 200);
    assert_eq!(service.all()[1].values("x-varco-assertion").len(), 1);
    let elsewhere = stage.log_in_as("anagrafe.test", Level::Two, |session| session.purpose = Some(Purpose::PG));
    assert_eq!(status(&stage.ask("/", &[&format!("Cookie: {elsewhere}")]).await), 401);
}

/// The cookie of somebody born on this day, which was asked for.
fn born(stage: &Stage, date: &str) -> String {
    let cookie = stage.log_in_as("patente.test", Level::Two, |session| {
        session.asked_for.insert(Attribute::Birthdate);
        let known = [(Attribute::GivenName, "Ada"), (Attribute::Birthdate, date)];
        session.attributes = known.into_iter().map(|(attribute, value)| (attribute, value.to_owned())).collect();
    });
    format!("Cookie: {cookie}")
}

async fn ask_licence(stage: &Stage, path: &str, lines: &str) -> String {
    stage.send(format!("GET {path} HTTP/1.1\r\nHost: patente.test\r\n{lines}\r\n\r\n")).await
}

#[tokio::test]
async fn whom_a_service_is_not_for_is_refused_without_a_round_trip() {
    for (date, code, reason) in [
        ("2012-01-01", "login.age.too-young", AgeRefusal::TooYoung),
        ("1940-01-01", "login.age.too-old", AgeRefusal::TooOld),
    ] {
        let (service, stage) = stage().await;
        let cookie = born(&stage, date);
        stage.sessions.knows_by_heart.store(true, Ordering::SeqCst);
        let page = ask_licence(&stage, "/", &format!("{HTML}\r\nAccept-Language: en\r\n{cookie}")).await;
        assert_eq!((status(&page), body(&page)), (403, &*format!("<p lang=en>{code}")));
        assert_eq!(header(&page, "cache-control"), Some("no-store"));
        let fact = stage.told.only().await;
        assert_eq!((fact.decision, fact.code, fact.source), (Some(Decision::Refuse(reason)), Some(code), None));
        let document = ask_licence(&stage, "/", &cookie).await;
        assert_eq!(status(&document), 403);
        assert!(document.contains("application/problem+json") && body(&document).contains(code), "{document}");
        assert!(service.all().is_empty());
        assert_eq!(status(&ask_licence(&stage, "/aiuto", &cookie).await), 200, "everybody may read this");
        assert!(service.only().values("x-varco-assertion").is_empty(), "the service would take them for admitted");
        assert_eq!(stage.sessions.round_trips.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn a_date_of_birth_that_was_asked_for_to_check_it_is_not_passed_on() {
    let (service, stage) = stage().await;
    assert_eq!(status(&ask_licence(&stage, "/", &born(&stage, "1980-01-01")).await), 200);
    let received = service.only();
    let claims = received.values("x-varco-assertion")[0].split('.').nth(1).unwrap().as_bytes().to_vec();
    let claims: serde_json::Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(&claims).unwrap()).unwrap();
    assert_eq!((&claims["given_name"], claims.get("birthdate")), (&"Ada".into(), None));
}

#[tokio::test]
async fn a_session_whose_date_of_birth_was_not_asked_for_needs_another_login() {
    let (_, stage) = stage().await;
    let cookie = stage.log_in("patente.test", Level::Two);
    let answer = ask_licence(&stage, "/", &format!("Cookie: {cookie}")).await;
    assert_eq!(status(&answer), 401);
    let document: serde_json::Value = serde_json::from_str(body(&answer)).unwrap();
    assert_eq!((&document["code"], &document["methods"]), (&"proxy.step-up".into(), &serde_json::json!(["spid"])));
}
