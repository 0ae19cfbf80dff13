//! The keys of the gateway's entities change while citizens log in: new ones stand beside the old ones first.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use http::Method;
use jiff::fmt::strtime;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use varco_tests::binary::binary;
use varco_tests::federation::{Role, Token};
use varco_tests::harness::Gateway;
use varco_tests::now::now;

/// How the files of keys say when they were made.
const STAMP: &str = "%Y%m%dT%H%M%SZ";

/// Runs `varco keys` beside the gateway.
fn keys(gateway: &Gateway, arguments: &[&str]) -> Result<()> {
    let configuration = gateway.folder().join("varco.toml");
    let ran = Command::new(binary()?).arg("keys").args(arguments).arg("--config").arg(configuration).output()?;
    ensure!(ran.status.success(), "varco keys {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    Ok(())
}

/// What an entity of the gateway says of itself.
async fn configuration(gateway: &Gateway, path: &str) -> Result<Token> {
    let stranger = gateway.anonymous()?;
    let address = format!("{}{path}/.well-known/openid-federation", gateway.access_url());
    Ok(Token::parse(&stranger.send(stranger.request(Method::GET, address.parse()?)).await?.content)?)
}

/// The names of the keys of a use, in their order.
fn names(jwks: &Value, usage: &str) -> Vec<String> {
    let of_use = jwks["keys"].as_array().into_iter().flatten().filter(|key| key["use"] == usage);
    of_use.filter_map(|key| Some(key["kid"].as_str()?.to_owned())).collect()
}

async fn core_keys(gateway: &Gateway, usage: &str) -> Result<Vec<String>> {
    let body = configuration(gateway, "/c_e715").await?;
    Ok(names(&body.claim("metadata").context("metadata")?["openid_relying_party"]["jwks"], usage))
}

/// Logs Bianca in; the name of the key that signed the request.
async fn log_in(gateway: &Gateway) -> Result<String> {
    let mut bianca = gateway.citizen("bianca")?.by("cie");
    let page = bianca.log_in("anagrafe", "/").await?;
    ensure!(page.element("who").as_deref() == Some("Bianca Esempio"), "{}", page.text());
    let to_provider = bianca.trail().iter().rfind(|hop| hop.address.path() == "/authorization");
    let address = &to_provider.context("she was at the provider")?.address;
    let (_, request) = address.query_pairs().find(|(name, _)| name == "request").context("a request object")?;
    Token::parse(&request)?.header("kid").map(str::to_owned).context("a key")
}

/// Makes the keys that were made last look as old as this.
fn age(gateway: &Gateway, entity: &str, hours: i64) -> Result<()> {
    let folder = gateway.folder().join("data/keys/federation").join(entity);
    let made = stamp(now() - SignedDuration::from_hours(hours))?;
    let mut aged = 0;
    for file in fs::read_dir(&folder)? {
        let path = file?.path();
        let parts: Vec<_> = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().split('.').collect();
        let [kind, old, rest @ ..] = &parts[..] else { continue };
        if *old != "first" {
            let renamed: PathBuf = folder.join([&[*kind, &made], rest].concat().join("."));
            fs::rename(&path, renamed)?;
            aged += 1;
        }
    }
    ensure!(aged > 0, "no key was made in {}", folder.display());
    Ok(())
}

fn stamp(at: Timestamp) -> Result<String> {
    Ok(strtime::format(STAMP, &at.to_zoned_datetime(jiff::tz::TimeZone::UTC))?)
}

#[tokio::test]
async fn core_keys_change_and_nobody_is_turned_away() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let first = log_in(&gateway).await?;
    assert_eq!(core_keys(&gateway, "sig").await?, std::slice::from_ref(&first));

    keys(&gateway, &["rotate", "--core"])?;
    gateway.restart().await?;
    let published = core_keys(&gateway, "sig").await?;
    assert_eq!((published.len(), &published[0]), (2, &first), "the new one stands beside the old one");
    assert_eq!(core_keys(&gateway, "enc").await?.len(), 2);
    gateway.cie_openid()?.remembers(true);
    assert_eq!(log_in(&gateway).await?, first, "nobody knows the new one yet");

    // Everybody has heard of the new one.
    age(&gateway, "bodies/c_e715", 25)?;
    gateway.restart().await?;
    // This provider goes on with what it heard when both stood there, and encrypts for the old one.
    assert_eq!(log_in(&gateway).await?, published[1], "the new one signs");
    gateway.cie_openid()?.remembers(false);
    assert_eq!(core_keys(&gateway, "sig").await?, [published[1].clone(), first], "the old one stays for a while");

    // Nobody needs the old one.
    age(&gateway, "bodies/c_e715", 72)?;
    gateway.restart().await?;
    assert_eq!(log_in(&gateway).await?, published[1]);
    assert_eq!(core_keys(&gateway, "sig").await?, [published[1].clone()]);
    assert_eq!(core_keys(&gateway, "enc").await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn the_key_of_a_body_in_the_federation_changes_below_the_aggregator() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let first = configuration(&gateway, "/c_e715").await?.header("kid").map(str::to_owned);
    keys(&gateway, &["rotate", "--federation", "--body", "c_e715"])?;
    gateway.restart().await?;
    log_in(&gateway).await?;
    assert_eq!(configuration(&gateway, "/c_e715").await?.header("kid").map(str::to_owned), first);
    age(&gateway, "bodies/c_e715", 25)?;
    gateway.restart().await?;
    log_in(&gateway).await?;
    assert_ne!(configuration(&gateway, "/c_e715").await?.header("kid").map(str::to_owned), first);
    Ok(())
}

#[tokio::test]
async fn the_key_of_the_aggregator_waits_until_the_anchor_knows_it() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let aggregator = configuration(&gateway, "").await?;
    let first = names(aggregator.claim("jwks").context("keys")?, "sig");
    keys(&gateway, &["rotate", "--federation"])?;
    gateway.restart().await?;
    let aggregator = configuration(&gateway, "").await?;
    let both = names(aggregator.claim("jwks").context("keys")?, "sig");
    assert_eq!((both.len(), aggregator.header("kid")), (2, Some(first[0].as_str())));
    log_in(&gateway).await?;

    gateway.anchor()?.onboard(&gateway.access_url(), Role::Aggregator).await?;
    keys(&gateway, &["rotate", "--federation", "--finish"])?;
    age(&gateway, "aggregator", 25)?;
    gateway.restart().await?;
    assert_eq!(configuration(&gateway, "").await?.header("kid"), Some(both[1].as_str()));
    log_in(&gateway).await?;
    Ok(())
}
