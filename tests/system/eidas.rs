//! Login through the European network, by its Italian node.

use anyhow::Result;
use varco_tests::harness::{Gateway, GatewayBuilder};
use varco_tests::service::Caller;

const SPID_CODE: &str = "https://attributes.eid.gov.it/spid_code";

fn with_the_node() -> GatewayBuilder {
    Gateway::test().with_fake_spid().with_fake_eidas().with_service("anagrafe")
}

#[tokio::test]
async fn a_european_citizen_logs_in_through_the_node_and_is_known_again() -> Result<()> {
    let gateway = with_the_node().start().await?;
    let mut subjects = Vec::new();
    for _ in 0..2 {
        let mut greta = gateway.citizen("greta")?.by("eidas");
        assert_eq!(greta.log_in("anagrafe", "/").await?.element("who").as_deref(), Some("Greta Beispiel"));
        let caller: Caller = greta.open("anagrafe", "/whoami").await?.json()?;
        assert_eq!(caller.amr, ["eidas"]);
        assert_eq!(caller.others.keys().collect::<Vec<_>>(), ["family_name", "given_name"]);
        subjects.push(caller.sub);
    }
    assert_eq!(subjects[0], subjects[1]);
    Ok(())
}

#[tokio::test]
async fn the_node_is_asked_for_the_smaller_set_that_has_what_a_service_may_know() -> Result<()> {
    let larger = with_the_node()
        .with_setting("VARCO_SERVICES__ANAGRAFE__ATTRIBUTES", r#"["given_name", "spid_code", "gender"]"#)
        .start()
        .await?;
    let mut greta = larger.citizen("greta")?.by("eidas");
    assert_eq!(greta.log_in("anagrafe", "/").await?.status, 200);
    let caller: Caller = greta.open("anagrafe", "/whoami").await?.json()?;
    let expected = serde_json::json!({"given_name": "Greta", "gender": "F", SPID_CODE: "DE/IT/a-1/b"});
    assert_eq!(serde_json::to_value(caller.others)?, expected);
    Ok(())
}

#[tokio::test]
async fn an_italian_identity_is_the_same_person_at_the_node() -> Result<()> {
    let gateway = with_the_node().start().await?;
    let mut subjects = Vec::new();
    for method in ["spid", "eidas"] {
        let mut dario = gateway.citizen("dario")?.by(method);
        dario.log_in("anagrafe", "/").await?;
        let page = dario.open("anagrafe", "/whoami").await?;
        subjects.push((page.status, page.json::<Caller>().ok().map(|caller| caller.sub)));
    }
    assert_eq!(subjects[0], subjects[1]);
    Ok(())
}
