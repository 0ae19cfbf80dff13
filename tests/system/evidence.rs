//! What is kept of logins over OpenID: every message, so that it can be shown later who logged in and on whose word,
//! and nothing that somebody who has only the file could read.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use varco_core::evidence::{Evidence, EvidenceKind, IndexName, MessageName};
use varco_core::ports::Randomness;
use varco_store::{Embedded, Options, StoreKey};
use varco_tests::federation::{Token, Variation};
use varco_tests::harness::Gateway;
use varco_tests::now::now;
use varco_tokens::keys::Keys;
use varco_tokens::master::Purpose;

/// The gateway's keys are there: nothing has to be drawn.
struct Nothing;

impl Randomness for Nothing {
    fn fill(&self, _: &mut [u8]) {
        panic!("a key is made anew");
    }
}

/// Stops the gateway, and opens its store with its keys.
async fn store_of(gateway: &mut Gateway) -> Result<Embedded> {
    gateway.ask_to_stop()?;
    ensure!(gateway.stopped().await?, "the gateway did not end well");
    let data = gateway.folder().join("data");
    let keys = Keys::open(&data.join("keys"), &Nothing)?;
    let key = StoreKey::new(*keys.master.derive(Purpose::StoreEncryption));
    Ok(Embedded::open(Options { database: data.join("varco.sqlite"), key, sessions_in_memory: 10 }, now()).await?)
}

fn message(evidence: &Evidence, name: MessageName) -> Result<&str> {
    let found = evidence.messages.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| text.as_str()).with_context(|| format!("no {name:?}"))
}

#[tokio::test]
async fn every_message_of_a_login_is_kept_and_found_again() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?.clone();
    let mut bianca = gateway.citizen("bianca")?.by("cie");
    bianca.log_in("anagrafe", "/").await?;
    let question = bianca.visit(format!("{}/logout", gateway.access_url()).parse()?).await?;
    bianca.submit(question.form("/logout").context("a form that ends the session")?).await?;
    let client = format!("{}/c_e715", gateway.access_url());

    let store = store_of(&mut gateway).await?;
    let of_client = store.evidence(IndexName::ClientId, &client).await?;
    let kinds: Vec<_> = of_client.iter().map(|evidence| evidence.kind).collect();
    assert_eq!(kinds, [EvidenceKind::Login, EvidenceKind::Revocation]);

    let login = &of_client[0];
    assert_eq!((login.method.as_str(), login.provider.as_str()), ("cie", provider.entity_id()));
    let request = Token::parse(message(login, MessageName::AuthenticationRequest)?)?;
    assert_eq!(request.text_claim("client_id")?, client);
    assert!(message(login, MessageName::AuthenticationResponse)?.contains("code="));
    let redeemed = message(login, MessageName::TokenRequest)?;
    assert!(redeemed.contains("grant_type=authorization_code"));
    for secret in ["code_verifier", "client_assertion="] {
        assert!(!redeemed.contains(secret), "{secret} is nobody's to know: {redeemed}");
    }
    let (_, answer) = message(login, MessageName::TokenResponse)?.split_once('\n').context("an answer")?;
    let answer: Value = serde_json::from_str(answer)?;
    let id_token = Token::parse(answer["id_token"].as_str().context("an ID token")?)?;
    let person = Token::parse(message(login, MessageName::UserInfoResponse)?)?;
    assert_eq!(person.text_claim("given_name")?, "Bianca", "readable when our key has gone");

    for (name, value) in [
        (IndexName::TokenId, id_token.text_claim("jti")?.to_owned()),
        (IndexName::Subject, id_token.text_claim("sub")?.to_owned()),
        (IndexName::Issuer, provider.entity_id().to_owned()),
    ] {
        let found = store.evidence(name, &value).await?;
        assert!(found.iter().any(|evidence| evidence == login), "not found by {name:?}");
    }
    let (_, digest) =
        login.index.iter().find(|(name, _)| *name == IndexName::TrustChain).context("which chain it was")?;
    let of_chain = store.evidence(IndexName::TrustChain, digest).await?;
    let chain = of_chain.iter().find(|it| it.kind == EvidenceKind::TrustChain).context("the chain itself")?;
    let statements: Vec<_> = chain.messages.iter().map(|(name, _)| *name).collect();
    let expected =
        [MessageName::EntityConfiguration, MessageName::SubordinateStatement, MessageName::EntityConfiguration];
    assert_eq!(statements, expected);
    Ok(())
}

#[tokio::test]
async fn what_was_refused_is_kept_too() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?.clone();
    provider.answers(Variation::UserInfoClaim("sub", Some("un'altra persona".into())));
    let page = gateway.citizen("bianca")?.by("cie").log_in("anagrafe", "/").await?;
    assert_eq!(page.code().as_deref(), Some("cie.userinfo.subject"));
    let client = format!("{}/c_e715", gateway.access_url());
    let store = store_of(&mut gateway).await?;
    let kept = store.evidence(IndexName::ClientId, &client).await?;
    let person = Token::parse(message(kept.first().context("evidence")?, MessageName::UserInfoResponse)?)?;
    assert_eq!(person.text_claim("sub")?, "un'altra persona");
    Ok(())
}

#[tokio::test]
async fn the_file_alone_tells_nothing_of_anybody() -> Result<()> {
    let mut gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    gateway.citizen("bianca")?.by("cie").log_in("anagrafe", "/").await?;
    let provider = gateway.cie_openid()?.clone();
    drop(store_of(&mut gateway).await?);
    let mut files = 0;
    for file in fs::read_dir(gateway.folder().join("data"))? {
        let file = file?.path();
        if !file.is_file() {
            continue;
        }
        files += 1;
        let content = fs::read(&file)?;
        let secrets = ["Bianca", "Esempio", "SMPBNC85D52D612L", provider.entity_id(), "/c_e715"].map(str::to_owned);
        for secret in secrets.into_iter().chain(provider.secrets()) {
            let holds = content.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!holds, "{} holds {secret}", file.display());
        }
    }
    assert!(files > 0, "no file was looked at");
    Ok(())
}
