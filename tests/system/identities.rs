//! Who is there: personal and professional identities, minors, people from other countries, and what providers
//! send that is of no use.

use anyhow::{Context, Result, anyhow};
use varco_core::purpose::Purpose;
use varco_tests::harness::{Citizen, Gateway, GatewayBuilder, Page};
use varco_tests::identity_provider::{AuthnRequest, Variation};
use varco_tests::service::Caller;

const COMPANY_NAME: &str = "https://attributes.eid.gov.it/company_name";
const FISCAL_NUMBER: &str = "https://attributes.eid.gov.it/fiscal_number";

/// `fascicolo` asks for who acts for a company, and may know its name; `anagrafe` is for everybody.
fn with_a_professional_service() -> GatewayBuilder {
    Gateway::test()
        .with_fake_spid()
        .with_service("anagrafe")
        .with_service("fascicolo")
        .with_setting("VARCO_SERVICES__FASCICOLO__PURPOSE", "PG")
        .with_setting("VARCO_SERVICES__FASCICOLO__ATTRIBUTES", r#"["given_name", "fiscal_number", "company_name"]"#)
}

/// `anagrafe` is for adults, `fascicolo` for people up to 17.
fn with_services_for_ages() -> GatewayBuilder {
    Gateway::test()
        .with_fake_spid()
        .with_service("anagrafe")
        .with_service("fascicolo")
        .with_setting("VARCO_SERVICES__ANAGRAFE__MINIMUM_AGE", "18")
        .with_setting("VARCO_SERVICES__FASCICOLO__MAXIMUM_AGE", "17")
}

fn verdict(page: &Page) -> (u16, Option<String>) {
    (page.status.as_u16(), page.code())
}

fn refused(code: &str) -> (u16, Option<String>) {
    (403, Some(code.to_owned()))
}

/// What the gateway asks when this citizen opens a page of a service, read by the provider itself.
async fn asked(citizen: &mut Citizen, gateway: &Gateway, service: &str) -> Result<AuthnRequest> {
    let message = citizen.leave_for_provider(service, "/").await?;
    let request = gateway.spid()?.receive(&message).await;
    request.map_err(|unserved| anyhow!("the provider does not serve the gateway's request: {unserved:?}"))
}

/// What is shown when the provider answers like this.
async fn answered(citizen: &mut Citizen, gateway: &Gateway, service: &str, variation: &Variation) -> Result<Page> {
    let request = asked(citizen, gateway, service).await?;
    let response = gateway.spid()?.respond(&request, citizen.person(), variation)?;
    citizen.bring_back(&response, &request.relay_state).await
}

async fn seen_by(citizen: &mut Citizen, service: &str) -> Result<Caller> {
    citizen.open(service, "/whoami").await?.json()
}

// === professional identities ===

#[tokio::test]
async fn who_acts_for_a_company_reaches_the_service_that_asks_for_it() -> Result<()> {
    let gateway = with_a_professional_service().start().await?;
    let mut dario = gateway.citizen("impresa")?;
    let request = asked(&mut dario, &gateway, "fascicolo").await?;
    assert_eq!(request.purpose, Some(Purpose::PG));
    assert_eq!(dario.log_in("fascicolo", "/").await?.status, 200);
    let caller = seen_by(&mut dario, "fascicolo").await?;
    let expected = serde_json::json!({
        "given_name": "Dario", FISCAL_NUMBER: "CLLDRA79R05E715J", COMPANY_NAME: "Officine Prova S.r.l.",
    });
    assert_eq!(serde_json::to_value(caller.others)?, expected, "the numbers of the company are not for it to know");
    Ok(())
}

#[tokio::test]
async fn the_other_kind_of_identity_is_told_so() -> Result<()> {
    let gateway = with_a_professional_service().start().await?;
    for (username, service) in [("dario", "fascicolo"), ("ditta", "fascicolo"), ("impresa", "anagrafe")] {
        let page = gateway.citizen(username)?.log_in(service, "/").await?;
        assert_eq!(verdict(&page), refused("spid.error.nr30"), "{username} {service}");
        assert_eq!(gateway.service(service)?.requests(), 0);
    }
    let mut dario = gateway.citizen("dario")?;
    assert_eq!(asked(&mut dario, &gateway, "anagrafe").await?.purpose, None);
    Ok(())
}

#[tokio::test]
async fn a_provider_that_lets_a_personal_identity_pass_for_a_professional_one_is_not_believed() -> Result<()> {
    let gateway = with_a_professional_service().start().await?;
    let page = answered(&mut gateway.citizen("dario")?, &gateway, "fascicolo", &Variation::Good).await?;
    assert_eq!(verdict(&page), refused("spid.identity.purpose"));
    // One number that is right is enough; none that is right is none.
    let wrong = Variation::Value("ivaCode", "VATIT-09999990013");
    let page = answered(&mut gateway.citizen("impresa")?, &gateway, "fascicolo", &wrong).await?;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(gateway.service("fascicolo")?.requests(), 1);
    Ok(())
}

#[tokio::test]
async fn single_sign_on_does_not_lead_from_one_kind_of_identity_to_the_other() -> Result<()> {
    let gateway = with_a_professional_service().start().await?;
    let mut dario = gateway.citizen("dario")?;
    dario.log_in("anagrafe", "/").await?;
    let personal = seen_by(&mut dario, "anagrafe").await?;
    let page = dario.open("fascicolo", "/").await?;
    assert!(page.address.path().starts_with("/login"), "a personal session was enough: {page:?}");
    dario.identify_as("impresa")?;
    assert_eq!(dario.log_in("fascicolo", "/").await?.status, 200);
    let page = dario.open("anagrafe", "/").await?;
    assert!(page.address.path().starts_with("/login"), "a professional session was enough: {page:?}");
    dario.identify_as("dario")?;
    dario.log_in("anagrafe", "/").await?;
    let again = seen_by(&mut dario, "anagrafe").await?;
    assert_eq!((again.sub, again.others), (personal.sub, personal.others), "the same person, and no more is known");
    Ok(())
}

#[tokio::test]
async fn a_company_is_known_by_its_own_number_where_it_may_log_in() -> Result<()> {
    let gateway =
        with_a_professional_service().with_setting("VARCO_SERVICES__FASCICOLO__PURPOSE", "LP").start().await?;
    let mut subjects = Vec::new();
    for username in ["ditta", "ditta", "impresa"] {
        let mut caller = gateway.citizen(username)?;
        assert_eq!(caller.log_in("fascicolo", "/").await?.status, 200, "{username}");
        let seen = seen_by(&mut caller, "fascicolo").await?;
        assert_eq!(seen.others[COMPANY_NAME], "Officine Prova S.r.l.");
        assert_eq!(seen.others.contains_key("given_name"), username == "impresa");
        subjects.push(seen.sub);
    }
    assert_eq!(subjects[0], subjects[1]);
    assert_ne!(subjects[0], subjects[2], "who acts for a company is not the company");
    Ok(())
}

#[tokio::test]
async fn a_method_without_professional_identities_is_not_offered_for_them() -> Result<()> {
    let gateway = with_a_professional_service().with_fake_cie().start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let chooser = bianca.open("fascicolo", "/").await?;
    assert!(chooser.link("/login/spid").is_some() && chooser.link("/login/cie").is_none(), "{chooser:?}");
    assert!(chooser.text().contains("per uso professionale"), "{}", chooser.text());
    assert!(bianca.open("anagrafe", "/").await?.link("/login/cie").is_some());
    let idp: String = url::form_urlencoded::byte_serialize(gateway.cie()?.entity_id().as_bytes()).collect();
    let address = format!("{}/login/cie?service=fascicolo&idp={idp}", gateway.access_url());
    assert_eq!(verdict(&bianca.visit(address.parse()?).await?), refused("login.method.no-purpose"));
    Ok(())
}

// === ages ===

#[tokio::test]
async fn a_minor_does_not_get_into_a_service_for_adults() -> Result<()> {
    let gateway = with_services_for_ages().start().await?;
    let page = gateway.citizen("gaia")?.log_in("anagrafe", "/").await?;
    assert_eq!(verdict(&page), refused("login.age.too-young"));
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    let page = gateway.citizen("bianca")?.log_in("fascicolo", "/").await?;
    assert_eq!(verdict(&page), refused("login.age.too-old"));
    assert_eq!(gateway.service("fascicolo")?.requests(), 0);
    Ok(())
}

#[tokio::test]
async fn the_date_of_birth_is_asked_for_to_check_it_and_not_passed_on() -> Result<()> {
    let gateway = with_services_for_ages().start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let chooser = bianca.open("anagrafe", "/").await?;
    assert!(chooser.text().contains("data di nascita"), "they are told before they log in: {}", chooser.text());
    let request = asked(&mut bianca, &gateway, "anagrafe").await?;
    assert!(request.attributes.iter().any(|name| name == "dateOfBirth"), "{:?}", request.attributes);
    bianca.log_in("anagrafe", "/").await?;
    let caller = seen_by(&mut bianca, "anagrafe").await?;
    assert_eq!(caller.others.keys().collect::<Vec<_>>(), ["family_name", "given_name", FISCAL_NUMBER]);
    Ok(())
}

#[tokio::test]
async fn a_login_that_is_refused_for_the_age_leaves_the_session_that_was_there() -> Result<()> {
    let gateway = with_services_for_ages().start().await?;
    let mut gaia = gateway.citizen("gaia")?;
    assert_eq!(gaia.log_in("fascicolo", "/").await?.status, 200);
    // The other service may know the family name too, so that this takes another login.
    assert_eq!(verdict(&gaia.log_in("anagrafe", "/").await?), refused("login.age.too-young"));
    assert_eq!(gaia.open("fascicolo", "/").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_session_that_knows_the_age_is_refused_at_once() -> Result<()> {
    let gateway = with_services_for_ages()
        .with_setting("VARCO_SERVICES__ANAGRAFE__ATTRIBUTES", r#"["given_name"]"#)
        .start()
        .await?;
    let mut gaia = gateway.citizen("gaia")?;
    assert_eq!(gaia.log_in("fascicolo", "/").await?.status, 200);
    let hops = gaia.trail().len();
    // Her session was not handed over to this host: she is stopped on the way there.
    let page = gaia.open("anagrafe", "/").await?;
    assert_eq!(verdict(&page), refused("login.age.too-young"));
    let asked = gaia.trail()[hops..].iter().any(|hop| hop.address.host_str() == Some("idp.localhost"));
    assert!(!asked, "the provider was asked again");
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    assert_eq!(gaia.open("fascicolo", "/").await?.status, 200);
    Ok(())
}

// === people and values of all kinds ===

#[tokio::test]
async fn a_fiscal_number_that_was_changed_to_differ_from_anothers_is_kept_as_it_is() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut ivo = gateway.citizen("ivo")?;
    ivo.log_in("anagrafe", "/").await?;
    assert_eq!(seen_by(&mut ivo, "anagrafe").await?.others[FISCAL_NUMBER], "GMLVIO75C08D61NO");
    Ok(())
}

#[tokio::test]
async fn who_comes_through_the_european_network_needs_no_fiscal_number() -> Result<()> {
    let gateway = Gateway::test()
        .with_fake_spid()
        .with_service("anagrafe")
        .with_setting("VARCO_SERVICES__ANAGRAFE__ATTRIBUTES", r#"["given_name", "spid_code", "fiscal_number"]"#)
        .start()
        .await?;
    let mut greta = gateway.citizen("greta")?;
    assert_eq!(greta.log_in("anagrafe", "/").await?.status, 200);
    let caller = seen_by(&mut greta, "anagrafe").await?;
    let expected = serde_json::json!({
        "given_name": "Greta", "https://attributes.eid.gov.it/spid_code": "DE/IT/a-1/b",
    });
    assert_eq!(serde_json::to_value(caller.others)?, expected);
    Ok(())
}

#[tokio::test]
async fn a_value_of_no_use_is_left_out_and_told_by_its_name_only() -> Result<()> {
    let gateway = Gateway::test()
        .with_fake_spid()
        .with_service("anagrafe")
        .with_setting("VARCO_SERVICES__ANAGRAFE__ATTRIBUTES", r#"["given_name", "email", "birthdate"]"#)
        .start()
        .await?;
    let mut bianca = gateway.citizen("bianca")?;
    let none = Variation::Value("email", "non-disponibile");
    assert_eq!(answered(&mut bianca, &gateway, "anagrafe", &none).await?.status, 200);
    let caller = seen_by(&mut bianca, "anagrafe").await?;
    assert_eq!(caller.others.keys().collect::<Vec<_>>(), ["birthdate", "given_name"]);
    let log = gateway.log();
    let line = log.lines().find(|line| line.contains("an attribute is left out")).context("nothing is logged")?;
    assert!(line.contains("Email") && !log.contains("non-disponibile"), "{line}");

    let mut bianca = gateway.citizen("bianca")?;
    let with_zone = Variation::Value("dateOfBirth", "1985-04-12+02:00");
    assert_eq!(answered(&mut bianca, &gateway, "anagrafe", &with_zone).await?.status, 200);
    assert_eq!(seen_by(&mut bianca, "anagrafe").await?.others["birthdate"], "1985-04-12");

    let mut bianca = gateway.citizen("bianca")?;
    let no_date = Variation::Value("dateOfBirth", "12/04/1985");
    let page = answered(&mut bianca, &gateway, "anagrafe", &no_date).await?;
    assert_eq!(verdict(&page), refused("spid.identity.attribute"));
    Ok(())
}
