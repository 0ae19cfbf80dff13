//! Identity providers are data: they change while the gateway runs, and a mistake in them changes nothing.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use varco_tests::authority::make_signer;
use varco_tests::harness::Gateway;
use varco_tests::identity_provider::{TestIdp, Variation};
use varco_tests::now::now;

use crate::asked;

/// How long the gateway may take to notice: it looks every second.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_provider_changes_its_key_while_the_gateway_runs() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let old = gateway.spid()?;
    let new = TestIdp::new(old.entity_id(), &make_signer("The same provider")?, reqwest::Client::new())?;
    assert_eq!(outcome(&gateway, old).await?, "accepted");
    assert_eq!(outcome(&gateway, &new).await?, "spid.response.signature", "nobody has announced this key");

    publish(&gateway, &old.metadata()?.replacen(KEY, &format!("{}{KEY}", key_of(&new)?), 1), "refreshed").await?;
    assert_eq!(outcome(&gateway, old).await?, "accepted");
    assert_eq!(outcome(&gateway, &new).await?, "accepted");

    publish(&gateway, &new.metadata()?, "refreshed").await?;
    assert_eq!(outcome(&gateway, &new).await?, "accepted");
    assert_eq!(outcome(&gateway, old).await?, "spid.response.signature", "this key was withdrawn");
    Ok(())
}

#[tokio::test]
async fn metadata_that_breaks_stops_no_login_not_even_after_a_restart() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    publish(&gateway, "<EntityDescriptor", "failed").await?;
    assert_eq!(outcome(&gateway, gateway.spid()?).await?, "accepted");
    gateway.restart().await?;
    assert_eq!(outcome(&gateway, gateway.spid()?).await?, "accepted");
    assert!(gateway.log().contains("is not readable as XML"), "an operator is not told");
    Ok(())
}

#[tokio::test]
async fn operators_see_when_certificates_expire() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let provider = gateway.spid()?.entity_id().to_owned();
    let metrics = gateway.metrics().await?;
    for series in [
        format!("varco_provider_certificate_expiry_timestamp_seconds{{method=\"spid\",provider=\"{provider}\"}} "),
        "varco_own_certificate_expiry_timestamp_seconds{method=\"spid\",body=\"none\"} ".to_owned(),
    ] {
        let line = metrics.lines().find_map(|line| line.strip_prefix(&series)).with_context(|| series.clone())?;
        let expires: i64 = line.parse()?;
        assert!(expires > now().as_second() + 60 * 86_400, "{series}{line}");
    }
    assert!(metrics.contains("varco_providers{method=\"spid\",source=\"idp.xml\"} 1"), "{metrics}");
    Ok(())
}

/// Where the first key of a provider stands in its metadata.
const KEY: &str = "<md:KeyDescriptor ";

/// The key that a provider publishes, as it stands there.
fn key_of(provider: &TestIdp) -> Result<String> {
    let metadata = provider.metadata()?;
    let (_, rest) = metadata.split_once(KEY).context("no key")?;
    let (key, _) = rest.split_once("</md:KeyDescriptor>").context("no end of the key")?;
    Ok(format!("{KEY}{key}</md:KeyDescriptor>"))
}

/// Puts a document in the place of the provider's metadata, and waits until the gateway has read it.
async fn publish(gateway: &Gateway, metadata: &str, outcome: &str) -> Result<()> {
    let series = format!("varco_metadata_refreshes_total{{method=\"spid\",source=\"idp.xml\",outcome=\"{outcome}\"}} ");
    let count = async || -> Result<u64> {
        let metrics = gateway.metrics().await?;
        let value = metrics.lines().find_map(|line| line.strip_prefix(&series));
        Ok(value.map(str::parse).transpose()?.unwrap_or_default())
    };
    let before = count().await?;
    let draft = gateway.folder().join("provider.draft");
    fs::write(&draft, metadata)?;
    fs::rename(draft, gateway.folder().join("idp.xml"))?;
    let noticed = async {
        while count().await? == before {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    };
    match tokio::time::timeout(PATIENCE, noticed).await {
        Ok(outcome) => outcome,
        Err(_) => bail!("the gateway does not read the metadata anew"),
    }
}

/// What becomes of a login whose answer `signer` signs: `accepted`, or the code that the page shows.
async fn outcome(gateway: &Gateway, signer: &TestIdp) -> Result<String> {
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, gateway, "/").await?;
    let response = signer.respond(&request, dario.person(), &Variation::Good)?;
    let page = dario.bring_back(&response, &request.relay_state).await?;
    match page.element("who") {
        Some(_) => Ok("accepted".to_owned()),
        None => page.code().with_context(|| format!("neither a service nor a refusal: {page:?}")),
    }
}
