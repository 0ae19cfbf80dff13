//! Nothing of a person, and nothing that grants anything, is written to the log.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::Value;
use varco_tests::federation as openid;
use varco_tests::harness::{Citizen, Gateway, Intent, Page};
use varco_tests::identity_provider::{Anomaly, Variation};

use crate::asked;

#[tokio::test]
async fn a_whole_run_leaves_nothing_of_a_person_in_the_log() -> Result<()> {
    let mut gateway = Gateway::test()
        .with_fake_spid()
        .with_service("anagrafe")
        .with_service("fascicolo")
        .with_setting("VARCO_LOG__LEVEL", "trace")
        .start()
        .await?;
    let mut secrets = BTreeSet::new();

    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/residenza").await?;
    bianca.log_in("anagrafe", "/certificati").await?;
    bianca.open("fascicolo", "/").await?;
    let headers: Value = bianca.open("anagrafe", "/headers").await?.json()?;
    secrets.extend(headers["x-varco-assertion"][0].as_str().map(str::to_owned));
    bianca.open("anagrafe", "/.varco/logout").await?;
    bianca.go("anagrafe", "/", Intent::Error(Anomaly::Suspended)).await?;
    secrets.extend(secrets_of(&bianca));

    for variation in [Variation::TamperedAttribute, Variation::WrongFiscalNumber, Variation::MalformedXml] {
        let mut dario = gateway.citizen("dario")?;
        let request = asked(&mut dario, &gateway, "/").await?;
        let response = gateway.spid()?.respond(&request, dario.person(), &variation)?;
        dario.bring_back(&response, &request.relay_state).await?;
        secrets.insert(response);
        secrets.insert(request.relay_state);
        secrets.extend(secrets_of(&dario));
    }
    gateway.restart().await?;

    let log = gateway.log();
    assert!(log.contains("spid.response.signature"), "the log says nothing of what happened");
    assert!(secrets.len() > 30, "too few secrets to look for: {}", secrets.len());
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "the log holds {secret}");
    }
    Ok(())
}

#[tokio::test]
async fn a_whole_run_over_openid_leaves_nothing_of_a_person_in_the_log() -> Result<()> {
    let mut gateway = Gateway::test()
        .with_fake_spid_openid()
        .with_fake_cie_openid()
        .with_service("anagrafe")
        .with_setting("VARCO_LOG__LEVEL", "trace")
        .start()
        .await?;
    let mut secrets = BTreeSet::new();
    for method in ["spid", "cie"] {
        let mut bianca = gateway.citizen("bianca")?.by(method);
        bianca.log_in("anagrafe", "/residenza").await?;
        bianca.log_in("anagrafe", "/certificati").await?;
        bianca.open("anagrafe", "/.varco/logout").await?;
        bianca.go("anagrafe", "/", Intent::Cancel).await?;
        secrets.extend(secrets_of(&bianca));
    }
    let provider = gateway.cie_openid()?;
    for answer in [
        openid::Variation::IdToken(openid::Flaw::Changed),
        openid::Variation::IdToken(openid::Flaw::TwiceAMember),
        openid::Variation::TokenEndpoint(openid::Nuisance::Broken),
        openid::Variation::UserInfo(openid::Flaw::UnknownKey),
        openid::Variation::UserInfoForm(openid::Form::Clear),
        openid::Variation::UserInfoClaim("given_name", Some(serde_json::json!({ "it": "Dario" }))),
        openid::Variation::UserInfoClaim(
            "https://attributes.eid.gov.it/fiscal_number",
            Some("TINIT-CLLDRA79R05E715K".into()),
        ),
        openid::Variation::Callback("error", Some("Dario Collaudo".to_owned())),
    ] {
        provider.answers(answer);
        let mut dario = gateway.citizen("dario")?.by("cie");
        let page = dario.log_in("anagrafe", "/").await?;
        assert!(page.code().is_some(), "{}", page.text());
        secrets.extend(secrets_of(&dario));
    }
    secrets.insert("CLLDRA79R05E715K".to_owned());
    secrets.extend(provider.secrets());
    secrets.extend(gateway.spid_openid()?.secrets());
    gateway.restart().await?;
    assert_log_holds_none_of(&secrets, &gateway.log());
    Ok(())
}

fn assert_log_holds_none_of(secrets: &BTreeSet<String>, log: &str) {
    assert!(log.contains("cie.id-token.signature"), "the log says nothing of what happened");
    assert!(secrets.len() > 60, "too few secrets to look for: {}", secrets.len());
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "the log holds {secret}");
    }
}

/// Who they are, and whatever grants something to who reads it on the way.
fn secrets_of(citizen: &Citizen) -> BTreeSet<String> {
    let person = citizen.person();
    let attributes = ["spidCode", "email", "digitalAddress", "dateOfBirth", "mobilePhone"];
    let mut secrets = BTreeSet::from([person.given_name, person.family_name].map(str::to_owned));
    secrets.extend(person.fiscal_number.map(str::to_owned));
    secrets.extend(attributes.iter().filter_map(|name| Some(person.attribute(name)?.text)));
    let at_the_gateway = |page: &&Page| page.address.host_str() != Some("idp.localhost");
    for page in citizen.trail().iter().filter(at_the_gateway) {
        let cookies = page.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        secrets.extend(cookies.filter_map(|cookie| Some(cookie.split(';').next()?.split_once('=')?.1.to_owned())));
        let location = page.location().filter(|location| location.path() == "/.varco/session");
        secrets.extend(location.iter().flat_map(|it| it.query_pairs().map(|(_, value)| value.into_owned())));
    }
    // What goes to an OpenID provider and what comes back goes by the address.
    let addressed = citizen.trail().iter().flat_map(|page| page.address.query_pairs());
    let granting = |name: &str| ["code", "state", "nonce", "request", "code_challenge"].contains(&name);
    secrets.extend(addressed.filter(|(name, _)| granting(name)).map(|(_, value)| value.into_owned()));
    let posted = citizen.trail().iter().filter_map(|page| page.form_with("SAMLResponse"));
    secrets.extend(posted.flat_map(|form| form.fields).map(|(_, value)| value));
    secrets.retain(|secret| secret.len() > 3);
    secrets
}
