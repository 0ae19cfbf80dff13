//! What operators rely on: the start, the stop, health, metrics.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use http::Method;
use varco_tests::binary::Varco;
use varco_tests::harness::{Gateway, Intent};

#[tokio::test]
async fn every_login_is_counted_once_with_its_outcome() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").with_service("fascicolo").start().await?;
    gateway.citizen("bianca")?.log_in("anagrafe", "/").await?;
    let mut dario = gateway.citizen("dario")?;
    dario.log_in("anagrafe", "/").await?;
    // A session that opens another service is no login.
    dario.open("fascicolo", "/").await?;
    gateway.citizen("bianca")?.log_in("anagrafe", "/certificati").await?;
    gateway.citizen("bianca")?.go("fascicolo", "/", Intent::Cancel).await?;
    let metrics = gateway.metrics().await?;
    let mut logins: Vec<_> = metrics.lines().filter(|line| line.starts_with("varco_logins_total{")).collect();
    logins.sort_unstable();
    let provider = gateway.spid()?.entity_id();
    let line = |level, body, outcome, count| {
        format!(
            "varco_logins_total{{method=\"spid\",provider=\"{provider}\",level=\"{level}\",body=\"{body}\",\
             outcome=\"{outcome}\"}} {count}"
        )
    };
    let mut expected =
        [line(2, "c_e715", "success", 2), line(3, "c_e715", "success", 1), line(2, "ausl_demo", "spid.error.nr25", 1)];
    expected.sort_unstable();
    assert_eq!(logins, expected);
    Ok(())
}

#[tokio::test]
async fn requests_are_counted_for_each_service() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let stranger = gateway.anonymous()?;
    for _ in 0..3 {
        stranger.open(gateway.address("anagrafe", "/orari")?).await?;
    }
    let metrics = gateway.metrics().await?;
    let counted = "varco_requests_total{service=\"anagrafe\",status=\"2xx\"} 3";
    assert!(metrics.lines().any(|line| line == counted), "{metrics}");
    assert!(metrics.contains("varco_request_duration_seconds_count{service=\"anagrafe\"} 3"), "{metrics}");
    Ok(())
}

#[tokio::test]
async fn it_says_that_it_is_alive_and_ready() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for path in ["/livez", "/readyz"] {
        let answer = gateway.anonymous()?.open(format!("{}{path}", gateway.management_url()).parse()?).await?;
        assert_eq!(answer.status, 200, "{path}");
    }
    // Operators' pages are on their own listener, and nowhere else.
    let outside = gateway.anonymous()?.open(format!("{}/metrics", gateway.access_url()).parse()?).await?;
    assert_eq!(outside.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_stop_lets_requests_in_flight_end() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let request = bianca.request(Method::GET, "anagrafe", "/slow?milliseconds=1500")?;
    let in_flight = tokio::spawn(async move { request.send().await?.text().await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    gateway.ask_to_stop()?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(gateway.connect("anagrafe").await.is_err(), "it takes new connections");
    assert_eq!(in_flight.await??, "at last");
    drop(bianca);
    assert!(gateway.stopped().await?, "it does not end well");
    Ok(())
}

#[tokio::test]
async fn a_mistake_in_the_configuration_stops_the_start() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("varco.toml");
    for (text, complaint) in [
        (
            "[gateway]\naccess_url = \"https://accesso.localhost\"\nlissten = \"127.0.0.1:0\"\n",
            "varco.toml:3: gateway.lissten",
        ),
        ("[gateway]\naccess_url = 7\n", "varco.toml:2: gateway.access_url"),
        ("[gateway\n", "varco.toml:1: "),
    ] {
        fs::write(&file, text)?;
        let mut varco = Varco::start(&["serve", "--config", &file.display().to_string()], &[], false)?;
        let status = tokio::time::timeout(Duration::from_secs(10), varco.wait()).await.context("it started")??;
        assert!(!status.success());
        tokio::time::sleep(Duration::from_millis(100)).await;
        let output = varco.output().text();
        assert!(output.contains(complaint), "{output}");
    }
    Ok(())
}
