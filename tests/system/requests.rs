//! What the gateway asks a provider: the provider checks every rule itself, these are the rest.

use std::collections::BTreeSet;

use anyhow::Result;
use varco_core::level::Level;
use varco_tests::harness::Gateway;

use crate::asked;

#[tokio::test]
async fn each_body_asks_in_its_own_name_for_what_its_service_may_know() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").with_service("fascicolo").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let one = asked(&mut bianca, &gateway, "/").await?;
    let message = bianca.leave_for_provider("fascicolo", "/").await?;
    let other = gateway.spid()?.receive(&message).await.unwrap_or_else(|unserved| panic!("{unserved:?}"));
    assert_ne!(one.issuer, other.issuer);
    assert!(one.issuer.contains("c_e715") && one.issuer.contains("pub-ag-full"), "{}", one.issuer);
    assert!(one.attributes.contains(&"familyName".to_owned()));
    assert!(!other.attributes.contains(&"familyName".to_owned()), "{:?}", other.attributes);
    // Who it is must be known in any case.
    assert!(other.attributes.contains(&"fiscalNumber".to_owned()), "{:?}", other.attributes);
    Ok(())
}

#[tokio::test]
async fn every_request_has_a_name_and_a_relay_state_of_its_own() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut names = BTreeSet::new();
    for _ in 0..5 {
        let request = asked(&mut gateway.citizen("bianca")?, &gateway, "/segreto").await?;
        assert!(request.id.len() >= 33, "less than 128 bits in hexadecimal: {}", request.id);
        assert!(!request.relay_state.contains("segreto"));
        names.insert(request.id);
        names.insert(request.relay_state);
    }
    assert_eq!(names.len(), 10);
    Ok(())
}

#[tokio::test]
async fn the_level_of_the_part_is_asked_for() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for (path, level) in [("/bacheca", Level::One), ("/", Level::Two), ("/certificati", Level::Three)] {
        let request = asked(&mut gateway.citizen("bianca")?, &gateway, path).await?;
        assert_eq!(request.level, level, "{path}");
    }
    Ok(())
}
