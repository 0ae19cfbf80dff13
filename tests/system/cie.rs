//! Login with the electronic identity card: another federation, the same citizens.

use anyhow::{Result, anyhow};
use http::Method;
use varco_tests::harness::{Citizen, Gateway, Intent};
use varco_tests::identity_provider::{AuthnRequest, Variation};
use varco_tests::service::Caller;

use crate::refused_answers::verdict;

/// What the gateway asks the provider of CIE when this citizen opens a page, read by the provider itself.
async fn asked(citizen: &mut Citizen, gateway: &Gateway, path: &str) -> Result<AuthnRequest> {
    let message = citizen.leave_for_provider("anagrafe", path).await?;
    let request = gateway.cie()?.receive(&message).await;
    request.map_err(|unserved| anyhow!("the provider does not serve the gateway's request: {unserved:?}"))
}

#[tokio::test]
async fn a_citizen_logs_in_with_the_identity_card() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?.by("cie");
    let page = bianca.log_in("anagrafe", "/residenza").await?;
    assert_eq!(page.address, gateway.address("anagrafe", "/residenza")?);
    assert_eq!(page.element("who").as_deref(), Some("Bianca Esempio"));
    let caller: Caller = bianca.open("anagrafe", "/whoami").await?.json()?;
    assert_eq!((caller.acr.as_str(), caller.amr), ("https://www.spid.gov.it/SpidL2", vec!["cie".to_owned()]));
    let entitled = ["family_name", "given_name", "https://attributes.eid.gov.it/fiscal_number"];
    assert_eq!(caller.others.keys().collect::<Vec<_>>(), entitled, "the date of birth is not the service's to know");
    Ok(())
}

#[tokio::test]
async fn a_body_knows_its_citizens_again_whatever_they_log_in_with() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_fake_cie().with_service("anagrafe").start().await?;
    let mut subjects = Vec::new();
    for method in ["spid", "cie"] {
        let mut dario = gateway.citizen("dario")?.by(method);
        dario.log_in("anagrafe", "/").await?;
        let caller: Caller = dario.open("anagrafe", "/whoami").await?.json()?;
        assert_eq!(caller.amr, [method]);
        subjects.push(caller.sub);
    }
    assert_eq!(subjects[0], subjects[1]);
    Ok(())
}

#[tokio::test]
async fn a_service_that_may_know_more_than_cie_does_is_reached_with_what_there_is() -> Result<()> {
    let gateway = Gateway::test()
        .with_fake_cie()
        .with_service("anagrafe")
        .with_setting("VARCO_SERVICES__ANAGRAFE__ATTRIBUTES", r#"["given_name", "spid_code", "email"]"#)
        .start()
        .await?;
    let mut bianca = gateway.citizen("bianca")?.by("cie");
    assert_eq!(bianca.log_in("anagrafe", "/").await?.element("who").as_deref(), Some("Bianca"));
    let caller: Caller = bianca.open("anagrafe", "/whoami").await?.json()?;
    assert_eq!(caller.others.keys().collect::<Vec<_>>(), ["given_name"], "and nobody asks again");
    Ok(())
}

#[tokio::test]
async fn what_the_rules_allow_is_accepted() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie().with_service("anagrafe").start().await?;
    for (variation, level) in [(Variation::OnlyAssertionSigned, "2"), (Variation::HigherLevel, "3")] {
        let mut dario = gateway.citizen("dario")?.by("cie");
        let request = asked(&mut dario, &gateway, "/").await?;
        let response = gateway.cie()?.respond(&request, dario.person(), &variation)?;
        let page = dario.bring_back(&response, &request.relay_state).await?;
        assert_eq!(page.element("level").as_deref(), Some(level), "{variation:?}: {page:?}");
    }
    Ok(())
}

#[tokio::test]
async fn every_answer_that_breaks_a_rule_is_refused() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie().with_service("anagrafe").start().await?;
    for variation in Variation::every_refused() {
        let mut dario = gateway.citizen("dario")?.by("cie");
        let request = asked(&mut dario, &gateway, "/").await?;
        let response = gateway.cie()?.respond(&request, dario.person(), &variation)?;
        let page = dario.bring_back(&response, &request.relay_state).await?;
        let (status, code) = verdict(&variation);
        let code = code.replace("spid.", "cie.");
        assert_eq!((page.status.as_u16(), page.code()), (status, Some(code)), "{variation:?}");
        assert!(dario.open("anagrafe", "/").await?.address.path().starts_with("/login"));
    }
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    Ok(())
}

#[tokio::test]
async fn an_answer_of_cie_is_none_of_spid() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_fake_cie().with_service("anagrafe").start().await?;
    let mut dario = gateway.citizen("dario")?.by("cie");
    let request = asked(&mut dario, &gateway, "/").await?;
    let response = gateway.cie()?.respond(&request, dario.person(), &Variation::Good)?;
    let mut dario = dario.by("spid");
    let page = dario.bring_back(&response, &request.relay_state).await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some("login.attempt.other-method")));
    Ok(())
}

#[tokio::test]
async fn a_citizen_who_gives_up_is_told_so() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?.by("cie");
    let page = bianca.go("anagrafe", "/", Intent::Cancel).await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some("cie.error.nr25")));
    Ok(())
}

#[tokio::test]
async fn each_body_publishes_metadata_of_its_own() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie().with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut anybody = gateway.citizen("bianca")?;
    for (body, name) in [("c_e715", "Comune Dimostrativo"), ("ausl_demo", "Azienda USL Dimostrativa")] {
        let address = format!("{}/metadata/cie/{body}", gateway.access_url());
        let page = anybody.fetch(gateway.anonymous()?.request(Method::GET, address.parse()?)).await?;
        assert_eq!(page.header("content-type"), Some("application/samlmetadata+xml"));
        let entity_id = format!("entityID=\"{}/cie/{body}\"", gateway.access_url());
        assert!(page.content.contains(&entity_id) && page.content.contains(name), "{}", page.content);
    }
    Ok(())
}
