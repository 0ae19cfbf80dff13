//! What nobody should send.

use axum::body::Body;
use http::header::{ALLOW, LOCATION};

use super::world::{POSTE, World};

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
    let mut browser = world.browser();
    let twice = browser.post_from("cross-site", "/return/spid", "RelayState=a&RelayState=b".to_owned()).await;
    assert_eq!((twice.status.as_u16(), twice.code()), (400, "login.request.malformed"));
    let twice = browser.get("/return/spid?SAMLResponse=a&SAMLResponse=a").await;
    assert_eq!(twice.code(), "login.request.malformed");
}

#[tokio::test]
async fn a_body_that_is_no_form_or_too_large_is_refused() {
    let world = World::new();
    let mut browser = world.browser();
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
