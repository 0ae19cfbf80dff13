//! Logins over OpenID Federation, with CIE and with SPID: the citizens and the services are the same as ever.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, anyhow};
use varco_core::level::Level;
use varco_tests::federation::{AuthorizationRequest, TestOpenIdProvider};
use varco_tests::harness::{Citizen, Gateway, GatewayBuilder, Intent, Page};
use varco_tests::service::Caller;

const METHODS: [&str; 2] = ["spid", "cie"];

/// A gateway with one method over OpenID.
fn gateway(method: &str) -> GatewayBuilder {
    match method {
        "spid" => Gateway::test().with_fake_spid_openid(),
        _ => Gateway::test().with_fake_cie_openid(),
    }
}

fn provider<'g>(gateway: &'g Gateway, method: &str) -> Result<&'g TestOpenIdProvider> {
    if method == "spid" { gateway.spid_openid() } else { gateway.cie_openid() }
}

/// What the gateway asks this provider when a citizen opens a page, read by the provider itself.
pub(crate) async fn asked(
    citizen: &mut Citizen,
    provider: &TestOpenIdProvider,
    path: &str,
) -> Result<AuthorizationRequest> {
    let departure = citizen.leave_for(provider.entity_id(), "anagrafe", path).await?;
    let request = provider.receive(departure.query().unwrap_or_default()).await;
    request.map_err(|unserved| anyhow!("the provider does not serve the gateway's request: {unserved:?}"))
}

/// How often the browser was at the provider from this hop on.
fn visits(citizen: &Citizen, from: usize) -> usize {
    let at_a_provider = |hop: &&Page| hop.address.host_str().is_some_and(|host| host.contains("-openid."));
    citizen.trail()[from..].iter().filter(at_a_provider).count()
}

#[tokio::test]
async fn a_citizen_reaches_the_page_they_asked_for() -> Result<()> {
    for method in METHODS {
        let gateway = gateway(method).with_service("anagrafe").start().await?;
        let mut bianca = gateway.citizen("bianca")?.by(method);
        let page = bianca.log_in("anagrafe", "/residenza?anno=2026&via=del+Fosso").await?;
        assert_eq!(page.address, gateway.address("anagrafe", "/residenza?anno=2026&via=del+Fosso")?, "{}", page.text());
        assert_eq!((page.status.as_u16(), page.element("who").as_deref()), (200, Some("Bianca Esempio")));
        let caller: Caller = bianca.open("anagrafe", "/whoami").await?.json()?;
        assert_eq!((caller.acr.as_str(), caller.amr), ("https://www.spid.gov.it/SpidL2", vec![method.to_owned()]));
        let expected = serde_json::json!({
            "given_name": "Bianca",
            "family_name": "Esempio",
            "https://attributes.eid.gov.it/fiscal_number": "SMPBNC85D52D612L",
        });
        assert_eq!(serde_json::to_value(caller.others)?, expected, "no more than the service is entitled to");
    }
    Ok(())
}

#[tokio::test]
async fn the_request_asks_for_what_the_service_may_know_in_the_name_of_its_body() -> Result<()> {
    for method in METHODS {
        let gateway = gateway(method).with_service("anagrafe").start().await?;
        let mut bianca = gateway.citizen("bianca")?;
        let request = asked(&mut bianca, provider(&gateway, method)?, "/certificati").await?;
        assert_eq!(request.client.id, format!("{}/c_e715", gateway.access_url()));
        assert_eq!(request.redirect_uri, format!("{}/return/{method}", gateway.access_url()));
        assert_eq!((request.level, request.scope.as_str()), (Level::Three, "openid"));
        let wanted = ["family_name", "given_name", "https://attributes.eid.gov.it/fiscal_number"];
        assert_eq!(request.claims, wanted);
        assert_eq!(request.client.chain.len(), 4, "body, aggregator, and what each superior says");
    }
    Ok(())
}

#[tokio::test]
async fn one_login_opens_the_services_of_every_body() -> Result<()> {
    let gateway = gateway("cie").with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut bianca = gateway.citizen("bianca")?.by("cie");
    bianca.log_in("anagrafe", "/").await?;
    let hops = bianca.trail().len();
    let other = bianca.open("fascicolo", "/referti").await?;
    assert_eq!((other.address, other.status.as_u16()), (gateway.address("fascicolo", "/referti")?, 200));
    assert_eq!(visits(&bianca, hops), 0, "the provider was asked again");
    let known: Caller = bianca.open("fascicolo", "/whoami").await?.json()?;
    let known: BTreeSet<_> = known.others.keys().map(String::as_str).collect();
    assert_eq!(known, BTreeSet::from(["given_name", "https://attributes.eid.gov.it/fiscal_number"]));
    Ok(())
}

#[tokio::test]
async fn a_part_that_asks_for_more_asks_the_provider_again() -> Result<()> {
    for method in METHODS {
        let gateway = gateway(method).with_service("anagrafe").start().await?;
        let mut bianca = gateway.citizen("bianca")?.by(method);
        let page = bianca.log_in("anagrafe", "/bacheca").await?;
        assert_eq!(page.element("level").as_deref(), Some("1"), "{}", page.text());
        for (path, level) in [("/", "2"), ("/certificati", "3")] {
            assert!(bianca.open("anagrafe", path).await?.element("who").is_none(), "less was enough for {path}");
            let page = bianca.log_in("anagrafe", path).await?;
            assert_eq!(page.element("level").as_deref(), Some(level), "{method} {path}");
        }
        assert_eq!(bianca.open("anagrafe", "/").await?.element("level").as_deref(), Some("3"));
    }
    Ok(())
}

#[tokio::test]
async fn a_body_knows_its_citizens_again_whatever_they_log_in_with() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let mut subjects = BTreeSet::new();
    for method in METHODS {
        let mut dario = gateway.citizen("dario")?.by(method);
        dario.log_in("anagrafe", "/").await?;
        let caller: Caller = dario.open("anagrafe", "/whoami").await?.json()?;
        assert_eq!(caller.amr, [method]);
        subjects.insert(caller.sub);
    }
    assert_eq!(subjects.len(), 1);
    Ok(())
}

#[tokio::test]
async fn both_protocols_of_a_method_stand_side_by_side() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let chooser = gateway.citizen("dario")?.open("anagrafe", "/").await?;
    let mut subjects = BTreeSet::new();
    for entity in [gateway.cie()?.entity_id(), gateway.cie_openid()?.entity_id()] {
        let idp: String = url::form_urlencoded::byte_serialize(entity.as_bytes()).collect();
        let button = chooser.link(&idp).with_context(|| format!("no button for {entity}"))?;
        let mut dario = gateway.citizen("dario")?.by("cie");
        let page = dario.visit_and(button, Intent::LogIn).await?;
        assert_eq!(page.element("who").as_deref(), Some("Dario Collaudo"), "{entity}: {}", page.text());
        let caller: Caller = dario.open("anagrafe", "/whoami").await?.json()?;
        subjects.insert((caller.sub, caller.amr));
    }
    assert_eq!(subjects.len(), 1, "{subjects:?}");
    Ok(())
}

#[tokio::test]
async fn a_login_that_fails_at_the_provider_ends_on_a_page_with_its_reason() -> Result<()> {
    let gateway = gateway("cie").with_service("anagrafe").start().await?;
    for (username, intent, code) in [
        ("bianca", Intent::Cancel, "cie.callback.denied"),
        ("bianca", Intent::DenyConsent, "cie.callback.denied"),
        ("bianca", Intent::TypeWrongPasswords, "cie.callback.denied"),
        ("carla", Intent::LogIn, "cie.callback.denied"),
        ("elio", Intent::LogIn, "cie.callback.denied"),
        ("bianca", Intent::Fail("login_required"), "cie.callback.login-required"),
        ("bianca", Intent::Fail("consent_required"), "cie.callback.consent-required"),
        ("bianca", Intent::Fail("temporarily_unavailable"), "cie.callback.provider-busy"),
        ("bianca", Intent::Fail("server_error"), "cie.callback.provider-error"),
        ("bianca", Intent::Fail("invalid_client"), "cie.callback.our-request"),
        ("bianca", Intent::Fail("unauthorized_client"), "cie.callback.our-request"),
        ("bianca", Intent::Fail("invalid_request_object"), "cie.callback.our-request"),
    ] {
        let mut citizen = gateway.citizen(username)?.by("cie");
        let page = citizen.go("anagrafe", "/", intent).await?;
        assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some(code)), "{username} {intent:?}");
        assert!(citizen.open("anagrafe", "/").await?.address.path().starts_with("/login"));
    }
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    Ok(())
}

#[tokio::test]
async fn a_logout_ends_what_the_provider_granted() -> Result<()> {
    for method in METHODS {
        let gateway = gateway(method).with_service("anagrafe").start().await?;
        let mut bianca = gateway.citizen("bianca")?.by(method);
        bianca.log_in("anagrafe", "/").await?;
        let granted = provider(&gateway, method)?.granted();
        assert!(granted.iter().all(|grant| grant.redeemed && !grant.revoked), "{granted:?}");
        let question = bianca.visit(format!("{}/logout", gateway.access_url()).parse()?).await?;
        let page = bianca.submit(question.form("/logout").context("a form that ends the session")?).await?;
        assert_eq!((page.address.path(), page.status.as_u16()), ("/logout", 200), "{}", page.text());
        let granted = provider(&gateway, method)?.granted();
        assert!(granted.iter().all(|grant| grant.revoked), "{method}: {granted:?}");
        assert!(bianca.open("anagrafe", "/").await?.address.path().starts_with("/login"));
    }
    Ok(())
}

#[tokio::test]
async fn a_restart_in_between_loses_nothing() -> Result<()> {
    let mut gateway = gateway("cie").with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?.by("cie");
    bianca.log_in("anagrafe", "/").await?;
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, gateway.cie_openid()?, "/").await?;
    gateway.restart().await?;
    assert_eq!(bianca.open("anagrafe", "/").await?.status, 200, "the session is still there");
    let back = gateway.cie_openid()?.grant(&request, dario.person());
    let page = dario.visit(back.parse()?).await?;
    assert_eq!(page.element("who").as_deref(), Some("Dario Collaudo"), "{}", page.text());
    let mut carla = gateway.citizen("bianca")?.by("cie");
    assert_eq!(carla.log_in("anagrafe", "/").await?.status, 200, "the keys are the same");
    Ok(())
}
