//! A citizen logs in, and the service receives a true statement of who is there.

use std::collections::BTreeSet;

use anyhow::Result;
use http::Method;
use varco_tests::harness::Gateway;
use varco_tests::identity_provider::Variation;
use varco_tests::service::Caller;

use crate::asked;

#[tokio::test]
async fn a_citizen_reaches_the_page_they_asked_for() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let page = bianca.log_in("anagrafe", "/residenza?anno=2026&via=del+Fosso").await?;
    assert_eq!(page.status, 200);
    assert_eq!(page.address, gateway.address("anagrafe", "/residenza?anno=2026&via=del+Fosso")?);
    assert_eq!(page.element("who").as_deref(), Some("Bianca Esempio"));
    assert_eq!(page.element("level").as_deref(), Some("2"));
    Ok(())
}

#[tokio::test]
async fn the_service_is_told_what_it_is_entitled_to_and_no_more() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut dario = gateway.citizen("dario")?;
    dario.log_in("anagrafe", "/").await?;
    // The service verified signature, type, issuer, audience and time before it answered.
    let caller: Caller = dario.open("anagrafe", "/whoami").await?.json()?;
    assert_eq!((caller.iss, caller.aud.as_str()), (gateway.access_url(), "anagrafe"));
    assert_eq!((caller.acr.as_str(), caller.amr), ("https://www.spid.gov.it/SpidL2", vec!["spid".to_owned()]));
    assert!((1..=300).contains(&(caller.exp - caller.iat)));
    assert!(caller.auth_time <= caller.iat);
    let expected = serde_json::json!({
        "given_name": "Dario",
        "family_name": "Collaudo",
        "https://attributes.eid.gov.it/fiscal_number": "CLLDRA79R05E715J",
    });
    assert_eq!(serde_json::to_value(caller.others)?, expected);
    Ok(())
}

#[tokio::test]
async fn one_login_opens_the_services_of_every_body() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let hops = bianca.trail().len();
    let other = bianca.open("fascicolo", "/referti").await?;
    assert_eq!(other.address, gateway.address("fascicolo", "/referti")?);
    assert_eq!(other.status, 200);
    let asked = bianca.trail()[hops..].iter().filter(|hop| hop.address.host_str() == Some("idp.localhost")).count();
    assert_eq!(asked, 0, "the provider was asked again");

    let one: Caller = bianca.open("anagrafe", "/whoami").await?.json()?;
    let other: Caller = bianca.open("fascicolo", "/whoami").await?.json()?;
    assert_ne!(one.sub, other.sub, "two bodies see the same subject");
    assert_ne!(one.sid, other.sid, "two bodies see the same session");
    let known: BTreeSet<_> = other.others.keys().map(String::as_str).collect();
    assert_eq!(known, BTreeSet::from(["given_name", "https://attributes.eid.gov.it/fiscal_number"]));
    Ok(())
}

#[tokio::test]
async fn a_service_that_may_know_more_than_was_asked_for_asks_again() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("fascicolo", "/").await?;
    // The family name was not asked for: without it the service would see half a person.
    let page = bianca.open("anagrafe", "/").await?;
    assert!(page.address.path().starts_with("/login"), "{}", page.address);
    let page = bianca.log_in("anagrafe", "/").await?;
    assert_eq!(page.element("who").as_deref(), Some("Bianca Esempio"));
    // From now on one session does for both.
    assert_eq!(bianca.open("fascicolo", "/").await?.element("who").as_deref(), Some("Bianca"));
    assert_eq!(bianca.open("anagrafe", "/").await?.element("who").as_deref(), Some("Bianca Esempio"));
    Ok(())
}

#[tokio::test]
async fn a_body_knows_its_citizens_again() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut subjects = Vec::new();
    for username in ["bianca", "bianca", "dario"] {
        let mut citizen = gateway.citizen(username)?;
        citizen.log_in("anagrafe", "/").await?;
        let caller: Caller = citizen.open("anagrafe", "/whoami").await?.json()?;
        assert!(citizen.person().fiscal_number.is_some_and(|number| !caller.sub.contains(number)));
        subjects.push(caller.sub);
    }
    assert_eq!(subjects[0], subjects[1]);
    assert_ne!(subjects[0], subjects[2]);
    Ok(())
}

#[tokio::test]
async fn a_part_that_asks_for_more_asks_the_provider_again() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let below = bianca.open("anagrafe", "/certificati/nascita").await?;
    assert!(below.element("who").is_none(), "level 2 was enough for level 3");
    let page = bianca.log_in("anagrafe", "/certificati/nascita").await?;
    assert_eq!(page.address, gateway.address("anagrafe", "/certificati/nascita")?);
    assert_eq!(page.element("level").as_deref(), Some("3"));
    // And what asks for less is open with the stronger session.
    assert_eq!(bianca.open("anagrafe", "/").await?.element("level").as_deref(), Some("3"));
    Ok(())
}

#[tokio::test]
async fn a_part_that_asks_for_less_is_reached_with_less() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut carla = gateway.citizen("carla")?;
    let page = carla.log_in("anagrafe", "/bacheca").await?;
    assert_eq!(page.element("level").as_deref(), Some("1"));
    assert!(carla.open("anagrafe", "/").await?.element("who").is_none(), "level 1 was enough for level 2");
    Ok(())
}

#[tokio::test]
async fn a_link_that_asks_for_a_lower_level_does_not_lower_the_need() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut carla = gateway.citizen("carla")?;
    let chooser = carla.open("anagrafe", "/certificati").await?;
    let mut lowered = chooser.address.clone();
    let pairs = chooser.address.query_pairs().filter(|(name, _)| name != "level");
    lowered.query_pairs_mut().clear().extend_pairs(pairs).append_pair("level", "1");
    carla.visit(lowered).await?;
    let page = carla.open("anagrafe", "/certificati").await?;
    assert!(page.element("who").is_none());
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    Ok(())
}

#[tokio::test]
async fn the_request_may_travel_in_a_form() -> Result<()> {
    let gateway = Gateway::test()
        .with_fake_spid()
        .with_service("anagrafe")
        .with_setting("VARCO_METHODS__SPID__BINDING", "post")
        .start()
        .await?;
    let mut bianca = gateway.citizen("bianca")?;
    let page = bianca.log_in("anagrafe", "/").await?;
    assert_eq!(page.element("who").as_deref(), Some("Bianca Esempio"));
    let to_provider = bianca.trail().iter().find(|hop| hop.form_with("SAMLRequest").is_some());
    assert!(to_provider.is_some(), "no form left for the provider");
    Ok(())
}

#[tokio::test]
async fn what_the_rules_allow_is_accepted() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for (variation, level) in [(Variation::OnlyAssertionSigned, "2"), (Variation::HigherLevel, "3")] {
        let mut dario = gateway.citizen("dario")?;
        let request = asked(&mut dario, &gateway, "/").await?;
        let response = gateway.spid()?.respond(&request, dario.person(), &variation)?;
        let page = dario.bring_back(&response, &request.relay_state).await?;
        assert_eq!(page.element("level").as_deref(), Some(level), "{variation:?}: {page:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_level_that_is_asked_for_in_the_address_is_asked_of_the_provider() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let chooser = bianca.open("anagrafe", "/").await?;
    let link = chooser.link("/login/spid").map(|link| link.query().map(str::to_owned));
    let query = link.flatten().unwrap_or_default();
    let idp: String = url::form_urlencoded::byte_serialize(gateway.spid()?.entity_id().as_bytes()).collect();
    assert!(query.contains(&idp), "the chooser names no provider: {query}");
    let address = format!("{}/login/spid?service=anagrafe&idp={idp}&level=3", gateway.access_url());
    let departure = bianca.fetch(gateway.anonymous()?.request(Method::GET, address.parse()?)).await?;
    assert_eq!(departure.status, 302);
    let address = departure.location().unwrap_or_else(|| panic!("{departure:?}"));
    let message = varco_tests::identity_provider::Message::from_query(address.query().unwrap_or_default());
    let message = message.unwrap_or_else(|anomaly| panic!("nr{}", anomaly.number()));
    assert!(message.xml.contains("https://www.spid.gov.it/SpidL3"));
    Ok(())
}
