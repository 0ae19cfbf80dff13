//! The check of metadata, as a command: on what the gateway serves, and on what somebody spoilt.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result};
use varco_tests::binary;
use varco_tests::harness::Gateway;

/// Runs `varco metadata check` with these arguments.
fn check(arguments: &[&Path]) -> Result<(Option<i32>, String)> {
    let Output { status, stdout, .. } =
        Command::new(binary::binary()?).args(["metadata", "check"]).args(arguments).output()?;
    Ok((status.code(), String::from_utf8(stdout)?))
}

/// The last line of what it says.
fn verdict(said: &str) -> &str {
    said.lines().last().unwrap_or_default()
}

#[tokio::test]
async fn our_own_metadata_has_no_fault() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_fake_cie().with_service("anagrafe").start().await?;
    for (method, profile) in [("spid", "pub-ag-full"), ("cie", "cie-public")] {
        let address = format!("{}/metadata/{method}/c_e715", gateway.access_url());
        let served = gateway.anonymous()?.open(address.parse()?).await?;
        let file = gateway.folder().join(format!("{method}.xml"));
        fs::write(&file, &served.content)?;
        let (code, said) = check(&[&file])?;
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(said.lines().next(), Some(format!("{}, checked as {profile}", file.display()).as_str()));
        assert!(verdict(&said).starts_with("Good: no errors, no warnings"), "{said}");
    }
    Ok(())
}

#[tokio::test]
async fn faults_and_changes_are_told_by_the_exit_code_too() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let address = format!("{}/metadata/spid/c_e715", gateway.access_url());
    let served = gateway.anonymous()?.open(address.parse()?).await?.content;
    let [good, spoilt, unknown] = ["good.xml", "spoilt.xml", "none.xml"].map(|name| gateway.folder().join(name));
    fs::write(&good, &served)?;
    let set = served.split("<md:AttributeConsumingService").nth(1).context("a set of attributes")?;
    fs::write(&spoilt, served.replace(set, &set.replacen("fiscalNumber", "codiceFiscale", 1)))?;

    let (code, said) = check(&[&spoilt])?;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("spid.attributes.unknown") && said.contains("saml.signature.invalid"), "{said}");

    let against = Path::new("--against");
    let (code, said) = check(&[&good, against, &good])?;
    assert_eq!((code, verdict(&said).ends_with("Nobody need be told.")), (Some(0), true), "{said}");
    let (code, said) = check(&[&good, against, &spoilt])?;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("asks also for fiscalNumber: an index never changes its meaning"), "{said}");
    assert!(verdict(&said).ends_with("A change breaks logins that work today."), "{said}");

    assert_eq!(check(&[&unknown])?.0, Some(2));
    Ok(())
}
