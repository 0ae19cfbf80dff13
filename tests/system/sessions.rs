//! One session for the region: how it is carried, how it survives, how it ends.

use anyhow::{Context, Result};
use http::{Method, header};
use url::Url;
use varco_tests::harness::{Citizen, Gateway, Intent, Page};
use varco_tests::identity_provider::Variation;

use crate::asked;

const SESSION: &str = "__Host-varco-session";
const BROWSER: &str = "__Host-varco-browser";

#[tokio::test]
async fn cookies_are_bound_to_their_host_and_hidden_from_scripts() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let mut seen = Vec::new();
    let gateways = bianca.trail().iter().filter(|page| page.address.host_str() != Some("idp.localhost"));
    for cookie in gateways.flat_map(|page| page.headers.get_all(header::SET_COOKIE)) {
        let cookie = cookie.to_str()?;
        let (name, _) = cookie.split_once('=').context("a cookie has a name")?;
        let same_site = if name == BROWSER { "None" } else { "Lax" };
        assert!(name.starts_with("__Host-"), "{name}");
        for attribute in ["; Path=/", "; Secure", "; HttpOnly", &format!("; SameSite={same_site}")] {
            assert!(cookie.contains(attribute), "{name} lacks {attribute}");
        }
        assert!(!cookie.contains("Domain"), "{name}");
        seen.push(name.to_owned());
    }
    assert!(seen.iter().any(|name| name == SESSION) && seen.iter().any(|name| name == BROWSER), "{seen:?}");
    Ok(())
}

#[tokio::test]
async fn the_cookie_of_one_host_opens_no_other_host() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let cookie = bianca.cookie("anagrafe.localhost", SESSION).context("a session on the service's host")?;
    assert_eq!(with_session(&gateway, "anagrafe", &cookie).await?.status, 200);
    assert_eq!(with_session(&gateway, "fascicolo", &cookie).await?.status, 302);
    Ok(())
}

#[tokio::test]
async fn a_cookie_with_one_letter_changed_is_no_session() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let cookie = bianca.cookie("anagrafe.localhost", SESSION).context("a session on the service's host")?;
    for at in [0, cookie.len() / 2] {
        let mut changed = cookie.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed)?;
        assert_eq!(with_session(&gateway, "anagrafe", &changed).await?.status, 302, "letter {at}");
    }
    Ok(())
}

#[tokio::test]
async fn a_logout_on_one_service_ends_the_session_on_all() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let page = bianca.log_in("anagrafe", "/").await?;
    bianca.open("fascicolo", "/").await?;
    let kept: Vec<_> = ["anagrafe", "fascicolo"]
        .map(|service| (service, bianca.cookie(&format!("{service}.localhost"), SESSION)))
        .into();
    let logout = page.link("/.varco/logout").context("the service's page has a way out")?;
    assert_eq!(bianca.visit(logout).await?.status, 200);
    for (service, cookie) in kept {
        assert_asked_to_log_in(&mut bianca, service).await?;
        // Not even somebody who kept the cookie.
        let cookie = cookie.context("a session on the service's host")?;
        assert_eq!(with_session(&gateway, service, &cookie).await?.status, 302, "{service}");
    }
    Ok(())
}

#[tokio::test]
async fn a_stronger_login_ends_the_weaker_session() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let weaker = bianca.cookie("anagrafe.localhost", SESSION).context("a session on the service's host")?;
    bianca.log_in("anagrafe", "/certificati").await?;
    assert_eq!(with_session(&gateway, "anagrafe", &weaker).await?.status, 302);
    bianca.open("anagrafe", "/.varco/logout").await?;
    assert_asked_to_log_in(&mut bianca, "anagrafe").await
}

#[tokio::test]
async fn a_logout_on_the_access_host_asks_first() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let question = bianca.visit(format!("{}/logout", gateway.access_url()).parse()?).await?;
    assert_eq!(bianca.open("anagrafe", "/").await?.status, 200, "the question alone ended the session");
    let form = question.form("/logout").context("a form that ends the session")?;
    assert_eq!(bianca.submit(form).await?.status, 200);
    assert_asked_to_log_in(&mut bianca, "anagrafe").await
}

#[tokio::test]
async fn another_site_cannot_log_a_citizen_out() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    for method in [Method::GET, Method::POST] {
        let request = bianca.request(method, "anagrafe", "/.varco/logout")?;
        bianca.fetch(request.header("sec-fetch-site", "cross-site")).await?;
    }
    let request = bianca.request(Method::POST, "accesso", "/logout")?;
    let page = bianca.fetch(request.header("origin", "https://altrove.example")).await?;
    assert_eq!(page.status, 403);
    assert_eq!(bianca.open("anagrafe", "/").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_session_survives_a_restart() -> Result<()> {
    let mut gateway =
        Gateway::test().with_fake_spid().with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    gateway.restart().await?;
    let page = bianca.open("anagrafe", "/").await?;
    assert_eq!(page.element("who").as_deref(), Some("Bianca Esempio"));
    // It still opens a host where the browser has never been.
    assert_eq!(bianca.open("fascicolo", "/").await?.element("who").as_deref(), Some("Bianca"));
    Ok(())
}

#[tokio::test]
async fn a_session_that_ended_stays_ended_over_a_restart() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let cookie = bianca.cookie("anagrafe.localhost", SESSION).context("a session on the service's host")?;
    bianca.open("anagrafe", "/.varco/logout").await?;
    gateway.restart().await?;
    assert_eq!(with_session(&gateway, "anagrafe", &cookie).await?.status, 302);
    Ok(())
}

#[tokio::test]
async fn a_login_that_is_under_way_survives_a_restart() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, &gateway, "/residenza").await?;
    gateway.restart().await?;
    let response = gateway.spid()?.respond(&request, dario.person(), &Variation::Good)?;
    let page = dario.bring_back(&response, &request.relay_state).await?;
    assert_eq!(page.address, gateway.address("anagrafe", "/residenza")?);
    assert_eq!(page.element("who").as_deref(), Some("Dario Collaudo"));

    // And the answer stays used.
    gateway.restart().await?;
    let again = dario.bring_back(&response, &request.relay_state).await?;
    assert_eq!(again.code().as_deref(), Some("login.attempt.unknown"));
    Ok(())
}

#[tokio::test]
async fn a_handoff_is_for_one_browser_and_one_use() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let used = bianca.trail().iter().filter_map(Page::location).find(|it| it.path() == "/.varco/session");
    let used = used.context("a hand-off on the way to the service")?;
    assert_handoff_refused(&bianca.visit(used.clone()).await?);

    // One that was not used yet, stolen on its way to the other service.
    let login = bianca.fetch(bianca.request(Method::GET, "fascicolo", "/")?).await?;
    let login = login.location().context("the way to the login")?;
    let handoff = bianca.fetch(bianca.request(Method::GET, "accesso", &path_of(&login))?).await?;
    let handoff = handoff.location().filter(|it| it.path() == "/.varco/session").context("a hand-off")?;
    let mut thief = gateway.citizen("dario")?;
    thief.open("fascicolo", "/").await?;
    assert_handoff_refused(&thief.visit(handoff).await?);
    assert_asked_to_log_in(&mut thief, "fascicolo").await
}

#[tokio::test]
async fn a_login_ends_on_the_service_and_nowhere_else() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for elsewhere in ["//altrove.example/", "https://altrove.example/", "/\\altrove.example", "altrove"] {
        let mut address = Url::parse(&format!("{}/login", gateway.access_url()))?;
        address.query_pairs_mut().append_pair("service", "anagrafe").append_pair("return_to", elsewhere);
        let page = gateway.citizen("bianca")?.visit_and(address, Intent::LogIn).await?;
        assert_ne!(page.address.host_str(), Some("altrove.example"), "{elsewhere}");
        assert_eq!(page.status, 400, "{elsewhere}");
    }
    Ok(())
}

fn assert_handoff_refused(page: &Page) {
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some("login.handoff.refused")), "{page:?}");
}

async fn assert_asked_to_log_in(citizen: &mut Citizen, service: &str) -> Result<()> {
    let page = citizen.open(service, "/").await?;
    assert!(page.address.path().starts_with("/login"), "{service}: {}", page.address);
    Ok(())
}

/// What somebody gets who has only this cookie.
async fn with_session(gateway: &Gateway, service: &str, cookie: &str) -> Result<Page> {
    let stranger = gateway.anonymous()?;
    let request = stranger.request(Method::GET, gateway.address(service, "/")?);
    stranger.send(request.header("accept", "text/html").header("cookie", format!("{SESSION}={cookie}"))).await
}

fn path_of(address: &Url) -> String {
    format!("{}?{}", address.path(), address.query().unwrap_or_default())
}
