//! The pages as they are sent, and what holds for all of them.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use varco_core::arrival::RequestId;
use varco_core::login::LoginRefusal;
use varco_core::ports::Randomness;

use super::world::{Answer, POSTE, World, site};

struct Zeroes;

impl Randomness for Zeroes {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

#[tokio::test]
async fn the_pages_look_like_this() {
    let world = World::new();
    let mut browser = world.browser();
    insta::assert_snapshot!("home", browser.get("/").await.snapshot());
    insta::assert_snapshot!("chooser", browser.get("/login?service=anagrafe").await.snapshot());
    let form = browser.get(&format!("/login/spid?service=anagrafe&idp={POSTE}")).await;
    let page = form.snapshot().replace(form.field("RelayState"), "ATTEMPT");
    insta::assert_snapshot!("departure", page);
    insta::assert_snapshot!("logged_out", browser.get("/logout").await.snapshot());
    insta::assert_snapshot!("logged_out_partly", browser.get("/logout?partial=spid").await.snapshot());
    browser.log_in("/login?service=anagrafe").await;
    insta::assert_snapshot!("home_logged_in", browser.get("/").await.snapshot());
    insta::assert_snapshot!("logout", browser.get("/logout").await.snapshot());
    let refused = browser.get("/login?service=nessuno").await;
    insta::assert_snapshot!("refusal", refused.snapshot());
    let mut browser = world.browser();
    let refused = browser.come_back("/login?service=anagrafe", POSTE, "error.nr23").await;
    insta::assert_snapshot!("refusal_of_a_provider", refused.snapshot());
    browser.language = "en";
    insta::assert_snapshot!("chooser_english", browser.get("/login?service=fascicolo&level=2").await.snapshot());
}

#[tokio::test]
async fn every_page_keeps_the_rules_of_the_house() {
    let world = World::new();
    let mut browser = world.browser();
    browser.log_in("/login?service=anagrafe").await;
    for address in
        ["/", "/login?service=tributi", "/logout", "/nessuna", "/login/spid?service=anagrafe&idp=https://aruba.example"]
    {
        keeps_the_rules(&browser.get(address).await);
    }
    keeps_the_rules(&browser.post("/login", "").await);
}

fn keeps_the_rules(page: &Answer) {
    let html = &page.body;
    assert!(page.header(CONTENT_SECURITY_POLICY).starts_with("default-src 'self'; form-action 'self'"));
    assert!(page.header(CONTENT_SECURITY_POLICY).contains("frame-ancestors 'none'; base-uri 'none'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header(REFERRER_POLICY), "same-origin");
    assert_eq!(page.header(CACHE_CONTROL), "no-store");
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
    assert!(page.header("permissions-policy").contains("camera=()"));
    assert!(html.contains("<html lang=\"it\">") && html.contains("href=\"#content\""));
    assert_eq!(html.matches("<h1").count(), 1);
    for inline in [" style=", "<style", " onclick=", " onload=", "javascript:"] {
        assert!(!html.contains(inline), "{inline} in {html}");
    }
    assert!(html.split("<script").skip(1).all(|script| script.starts_with(" src=")), "{html}");
    assert!(html.len() < 16 * 1024, "{} bytes", html.len());
}

#[tokio::test]
async fn a_language_is_chosen_without_a_script_and_kept() {
    let world = World::new();
    let mut browser = world.browser();
    let page = browser.get("/login?service=anagrafe").await;
    let (_, rest) = page.body.split_once("<a href=\"/.varco/language").expect("a link to the other language");
    let link = format!("/.varco/language{}", rest.split('"').next().unwrap().replace("&#38;", "&"));
    let back = browser.get(&link).await;
    assert_eq!(back.location(), "/login?service=anagrafe");
    let english = browser.get("/login?service=anagrafe").await;
    assert!(english.body.contains("<html lang=\"en\">") && english.body.contains("Log in to Anagrafe"));
    assert!(browser.post("/login", "").await.body.contains("Not possible here"), "refusals too");
}

#[tokio::test]
async fn providers_have_no_fixed_place() {
    let world = World::new();
    let mut browser = world.browser();
    let mut first = std::collections::BTreeSet::new();
    for _ in 0..40 {
        let page = browser.get("/login?service=anagrafe").await;
        let (_, rest) = page.body.split_once("<ul class=\"providers\">").unwrap();
        first.insert(rest.split("<span>").nth(1).unwrap().split("</span>").next().unwrap().to_owned());
    }
    assert_eq!(first.len(), 4, "each provider comes first at times: {first:?}");
}

#[test]
fn another_edge_gets_the_same_page_of_a_refusal() {
    let mut headers = http::HeaderMap::new();
    headers.insert("accept-language", "en-GB".parse().unwrap());
    let refusal = LoginRefusal::StoreAway.because("host db.internal");
    let page = site().refusal_page(&refusal, &headers, RequestId::draw(&Zeroes), None);
    assert_eq!(page.status(), 503);
    assert!(page.headers().contains_key(CONTENT_SECURITY_POLICY));
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
}
