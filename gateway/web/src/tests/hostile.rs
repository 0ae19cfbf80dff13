//! What nobody should send.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use futures_util::stream;
use http::header::{ALLOW, LOCATION};
use tokio::time::{Instant, sleep};

use super::world::{Browser, POSTE, World};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn no_return_address_leads_elsewhere() {
    let world = World::new();
    for bad in
        ["//evil.example", "https://evil.example", "/%5Cevil.example", "javascript:alert(1)", "/%09/evil", "", "x"]
    {
        for page in ["/login", "/login/spid"] {
            let refused = world.browser().get(&format!("{page}?service=anagrafe&return_to={bad}")).await;
            assert_eq!((refused.status.as_u16(), refused.code()), (400, "login.request.malformed"), "{page} {bad}");
        }
        let refused = world.browser().get(&format!("/.varco/language?to=en&back={bad}")).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "login.request.malformed"), "{bad}");
        assert!(!refused.headers.contains_key(LOCATION));
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let world = World::new();
    for (address, code) in [
        ("/login?service=nessuno", "login.service.unknown"),
        ("/login?service=%3Cb%3E", "login.service.unknown"),
        ("/login/nessuno?service=anagrafe", "login.method.unknown"),
        ("/login/%3Cb%3E?service=anagrafe", "login.method.unknown"),
        ("/login/spid?service=anagrafe&idp=https://nessuno.example", "login.provider.unknown"),
        ("/login/spid?service=anagrafe&idp=a%20b", "login.provider.unknown"),
        ("/return/nessuno?a=b", "login.method.unknown"),
        ("/metadata/nessuno", "login.method.unknown"),
        ("/metadata/spid/c_x000", "web.page.unknown"),
        ("/nessuna", "web.page.unknown"),
        ("/.varco/static/x/version", "web.page.unknown"),
        ("/.varco/static/x/..%2Fpackage.json", "web.page.unknown"),
        ("/.varco/static/x/varco.css.br", "web.page.unknown"),
        ("/login/%ff?service=anagrafe", "web.page.unknown"),
        ("/return/%ff", "web.page.unknown"),
        ("/metadata/%ff", "web.page.unknown"),
        ("/metadata/spid/%ff", "web.page.unknown"),
        ("/.varco/static/x/%ff", "web.page.unknown"),
    ] {
        let refused = world.browser().get(address).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (404, code), "{address}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let world = World::new();
    for query in
        ["service=a&service=b", "service=anagrafe&level=4", "service=anagrafe&level=x", "service=anagrafe&binding=x"]
    {
        let refused = world.browser().get(&format!("/login?{query}")).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "login.request.malformed"), "{query}");
    }
    let weak = world.browser().get(&format!("/login/spid?service=tributi&idp={POSTE}")).await;
    assert_eq!((weak.status.as_u16(), weak.code()), (403, "login.method.too-weak"));
    let broken = world.browser().get("/login/spid?service=anagrafe&idp=https://broken.example").await;
    assert_eq!((broken.status.as_u16(), broken.code()), (500, "web.internal"));
}

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused() {
    let world = World::new();
    let mut browser = under_way(&world).await;
    let twice = browser.post_from("cross-site", "/return/spid", "RelayState=a&RelayState=b".to_owned()).await;
    assert_eq!((twice.status.as_u16(), twice.code()), (400, "login.request.malformed"));
    let twice = browser.get("/return/spid?SAMLResponse=a&SAMLResponse=a").await;
    assert_eq!(twice.code(), "login.request.malformed");
}

#[tokio::test]
async fn a_body_that_is_no_form_or_too_large_is_refused() {
    let world = World::new();
    let mut browser = under_way(&world).await;
    let json = [("content-type", "application/json")];
    let refused = browser.ask("POST", "/return/spid", &json, Body::from("{}")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "login.request.malformed"));
    let large = format!("SAMLResponse={}", "A".repeat(512 * 1024));
    let refused = browser.post_from("cross-site", "/return/spid", large).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "web.request.too-large"));
    let fits = format!("SAMLResponse={}", "A".repeat(511 * 1024));
    let refused = browser.post_from("cross-site", "/return/spid", fits).await;
    assert_eq!(refused.code(), "login.attempt.unknown");
}

#[tokio::test(start_paused = true)]
async fn a_form_has_a_deadline_in_whatever_way_it_is_slow() {
    let world = World::new();
    let mut browser = under_way(&world).await;
    let stalls = stream::pending::<Result<&str, Infallible>>();
    for body in [Body::from_stream(stalls), dripping(b"A"), dripping(PIECE)] {
        let began = Instant::now();
        let refused = browser.ask("POST", "/return/spid", &[FORM], body).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "web.request.too-slow"));
        assert_eq!(began.elapsed().as_secs(), 15);
    }
}

#[tokio::test(start_paused = true)]
async fn the_form_of_a_browser_without_an_attempt_is_not_looked_at() {
    let world = World::new();
    for body in [Body::from("{}"), dripping(b"A"), endless(&Arc::default())] {
        let json = [("content-type", "application/json")];
        let began = Instant::now();
        let refused = world.browser().ask("POST", "/return/spid", &json, body).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (403, "login.attempt.unknown"));
        assert!(began.elapsed().as_secs() <= 15);
    }
}

#[tokio::test]
async fn of_a_form_without_end_little_is_taken_in() {
    let world = World::new();
    for mut browser in [under_way(&world).await, world.browser()] {
        let taken = Arc::default();
        let refused = browser.ask("POST", "/return/spid", &[FORM], endless(&taken)).await;
        assert!(refused.status.is_client_error());
        assert!((512 * 1024..2 * 1024 * 1024).contains(&taken.load(Ordering::Relaxed)), "{taken:?}");
    }
}

#[tokio::test]
async fn more_parameters_than_anybody_needs_are_refused() {
    let world = World::new();
    let mut browser = under_way(&world).await;
    let with = |others| (0..others).fold("RelayState=a".to_owned(), |form, other| format!("{form}&p{other}=x"));
    let fits = browser.post_from("cross-site", "/return/spid", with(31)).await;
    assert_eq!(fits.code(), "login.attempt.unknown");
    let refused = browser.post_from("cross-site", "/return/spid", with(32)).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "login.request.malformed"));
    let refused = browser.get(&format!("/login?service=anagrafe&{}", with(31))).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "login.request.malformed"));
}

#[tokio::test]
async fn a_method_that_a_route_does_not_have_is_refused() {
    let world = World::new();
    let refused = world.browser().post("/login", "").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (405, "web.method.not-allowed"));
    assert_eq!(refused.header(ALLOW), "GET,HEAD");
}

#[tokio::test]
async fn nothing_from_outside_becomes_markup() {
    let world = World::new();
    let mut browser = world.browser();
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for address in [
        format!("/nessuna?x={hostile}"),
        format!("/login?service=anagrafe&return_to=/{hostile}"),
        format!("/login?service={hostile}"),
        format!("/login/{hostile}?service=anagrafe"),
    ] {
        let page = browser.get(&address).await;
        assert!(!page.body.contains("<script"), "{address}: {}", page.body);
    }
    let choice = browser.get("/login?service=anagrafe").await;
    assert!(choice.body.contains("&#60;script&#62;alert(1)"), "the provider's name");
    browser.log_in("/login?service=anagrafe").await;
    assert!(browser.get("/").await.body.contains("Ada Lovelace &#60;b&#62;"));
    let form = browser.get(&format!("/login/spid?service=anagrafe&idp={POSTE}")).await;
    assert_eq!(form.field("SAMLRequest"), "PHNhbWw+&#34;&#39;&#60;");
}

/// A browser that began a login.
async fn under_way(world: &World) -> Browser<'_> {
    let mut browser = world.browser();
    browser.get("/login?service=anagrafe").await;
    browser
}

/// A body of which another piece comes every five seconds.
fn dripping(piece: &'static [u8]) -> Body {
    Body::from_stream(stream::unfold((), move |()| async move {
        sleep(Duration::from_secs(5)).await;
        Some((Ok::<_, Infallible>(piece), ()))
    }))
}

/// A body without end, and how much of it was asked for.
fn endless(taken: &Arc<AtomicUsize>) -> Body {
    let taken = Arc::clone(taken);
    let pieces = std::iter::repeat_with(move || {
        taken.fetch_add(PIECE.len(), Ordering::Relaxed);
        Ok::<_, Infallible>(PIECE)
    });
    Body::from_stream(stream::iter(pieces))
}

const PIECE: &[u8] = &[b'A'; 16 * 1024];
