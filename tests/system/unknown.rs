//! What is not there is not found, and says so with a code.

use anyhow::Result;
use varco_tests::harness::Gateway;

#[tokio::test]
async fn an_unknown_service_method_or_provider_is_not_found() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for (address, code) in [
        ("/login?service=catasto", "login.service.unknown"),
        ("/login/spid?service=catasto", "login.service.unknown"),
        ("/login/cie?service=anagrafe", "login.method.unknown"),
        ("/login/spid?service=anagrafe&idp=https://nessuno.example", "login.provider.unknown"),
        ("/return/cie", "login.method.unknown"),
        ("/metadata/cie", "login.method.unknown"),
        ("/nulla", "web.page.unknown"),
    ] {
        let address = format!("{}{address}", gateway.access_url());
        let page = gateway.anonymous()?.open(address.parse()?).await?;
        assert_eq!((page.status.as_u16(), page.code().as_deref()), (404, Some(code)), "{address}");
    }
    Ok(())
}

#[tokio::test]
async fn the_metadata_of_an_unknown_body_is_not_found() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for (ipa, status) in [("c_e715", 200), ("c_nulla", 404)] {
        let address = format!("{}/metadata/spid/{ipa}", gateway.access_url());
        assert_eq!(gateway.anonymous()?.open(address.parse()?).await?.status, status, "{ipa}");
    }
    Ok(())
}

#[tokio::test]
async fn an_unknown_host_is_no_service() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let page = gateway.anonymous()?.open(gateway.address("fascicolo", "/")?).await?;
    assert_eq!(page.status, 404);
    assert!(page.code().is_some(), "{page:?}");
    Ok(())
}
