//! A citizen logs in, and the service receives a true statement of who is there.

use anyhow::Result;
use varco_tests::harness::Gateway;
use varco_tests::service::Caller;

#[tokio::test]
async fn a_citizen_reaches_the_page_they_asked_for() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let page = bianca.log_in("anagrafe", "/residenza?anno=2026").await?;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(page.address, gateway.address("anagrafe", "/residenza?anno=2026")?);
    assert_eq!(page.element("who").as_deref(), Some("Bianca Esempio"));
    let caller: Caller = bianca.open("anagrafe", "/whoami").await?.json()?;
    println!("{caller:?}");
    Ok(())
}
