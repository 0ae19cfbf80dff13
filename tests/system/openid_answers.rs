//! Answers over OpenID that an honest provider does not give: each is refused with its code, the attempt is spent,
//! nobody is logged in, the service hears nothing, and nobody else is called because of it.

use anyhow::Result;
use serde_json::{Value, json};
use varco_tests::federation::{Flaw, Form, Nuisance, TestOpenIdProvider, Variation};
use varco_tests::harness::{Citizen, Gateway, Page};
use varco_tests::now::now;

use crate::openid::asked;

/// A variation, the status, and the code after the word of the method.
type Case = (Variation, u16, &'static str);

fn id_token(name: &'static str, value: impl Into<Option<Value>>, code: &'static str) -> Case {
    (Variation::IdTokenClaim(name, value.into()), 403, code)
}

fn userinfo(name: &'static str, value: impl Into<Option<Value>>, code: &'static str) -> Case {
    (Variation::UserInfoClaim(name, value.into()), 403, code)
}

/// What the ID token must not say.
fn claims_of_id_tokens(issuer: &str, client: &str) -> Vec<Case> {
    let second = now().as_second();
    vec![
        id_token("iss", json!(format!("{issuer}/")), "id-token.issuer"),
        id_token("iss", json!("https://altro-gestore.example"), "id-token.issuer"),
        id_token("iss", None, "id-token.issuer"),
        id_token("iss", json!([issuer]), "id-token.malformed"),
        id_token("aud", json!("https://altro-ente.example"), "id-token.audience"),
        id_token("aud", json!([client, "https://altro-ente.example"]), "id-token.audience"),
        id_token("aud", json!([]), "id-token.audience"),
        id_token("aud", None, "id-token.audience"),
        id_token("azp", json!("https://altro-ente.example"), "id-token.authorized-party"),
        id_token("exp", json!(second - 120), "id-token.expired"),
        id_token("exp", json!((second + 300).to_string()), "id-token.malformed"),
        id_token("exp", None, "id-token.expired"),
        id_token("iat", json!(second + 3600), "id-token.issued"),
        id_token("iat", json!(second - 3600), "id-token.issued"),
        id_token("iat", None, "id-token.issued"),
        id_token("nbf", json!(second + 3600), "id-token.not-yet-valid"),
        id_token("nonce", json!("n".repeat(64)), "id-token.nonce"),
        id_token("nonce", json!(["n".repeat(64)]), "id-token.malformed"),
        id_token("nonce", None, "id-token.nonce"),
        id_token("acr", json!("https://www.spid.gov.it/SpidL1"), "id-token.level"),
        id_token("acr", json!("https://www.spid.gov.it/SpidL9"), "id-token.level"),
        id_token("acr", None, "id-token.level"),
        id_token("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"), "id-token.access-token"),
        id_token("at_hash", None, "id-token.access-token"),
        id_token("c_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"), "id-token.code"),
        id_token("jti", None, "id-token.id"),
        id_token("sub", None, "id-token.subject"),
        id_token("sub", json!(""), "id-token.subject"),
    ]
}

/// What must not be said of a person.
fn claims_of_userinfo(issuer: &str, client: &str) -> Vec<Case> {
    const FISCAL_NUMBER: &str = "https://attributes.eid.gov.it/fiscal_number";
    let second = now().as_second();
    vec![
        userinfo("sub", json!("un'altra persona"), "userinfo.subject"),
        userinfo("sub", None, "userinfo.subject"),
        userinfo("iss", json!(format!("{issuer}/")), "userinfo.issuer"),
        userinfo("iss", None, "userinfo.issuer"),
        userinfo("aud", json!([client, "https://altro-ente.example"]), "userinfo.audience"),
        userinfo("aud", None, "userinfo.audience"),
        userinfo("exp", json!(second - 120), "userinfo.expired"),
        userinfo("exp", json!("domani"), "userinfo.malformed"),
        userinfo("exp", None, "userinfo.expired"),
        userinfo("iat", json!(second + 3600), "userinfo.issued"),
        userinfo(FISCAL_NUMBER, json!("TINIT-CLLDRA79R05E715K"), "userinfo.fiscal-number"),
        userinfo(FISCAL_NUMBER, json!("CLLDRA79R05E715J"), "userinfo.fiscal-number"),
        userinfo(FISCAL_NUMBER, json!(["TINIT-CLLDRA79R05E715J"]), "userinfo.fiscal-number"),
        userinfo(FISCAL_NUMBER, None, "userinfo.anonymous"),
        userinfo("given_name", None, "userinfo.attribute"),
        userinfo("given_name", json!({ "it": "Dario" }), "userinfo.attribute"),
    ]
}

/// Who signed it, and whether anybody did.
fn signatures() -> Vec<Case> {
    let of_id_token = |flaw| match flaw {
        Flaw::None | Flaw::SharedSecret | Flaw::OtherKey | Flaw::Changed | Flaw::KeyInside => "id-token.signature",
        Flaw::UnknownKey => "id-token.key",
        Flaw::TwiceAMember | Flaw::Critical => "id-token.malformed",
    };
    let of_userinfo = |flaw| match flaw {
        Flaw::None | Flaw::SharedSecret | Flaw::OtherKey | Flaw::Changed | Flaw::KeyInside => "userinfo.signature",
        Flaw::UnknownKey => "userinfo.key",
        Flaw::TwiceAMember | Flaw::Critical => "userinfo.malformed",
    };
    let in_id_token = Flaw::ALL.into_iter().map(|flaw| (Variation::IdToken(flaw), 403, of_id_token(flaw)));
    let in_userinfo = Flaw::ALL.into_iter().map(|flaw| (Variation::UserInfo(flaw), 403, of_userinfo(flaw)));
    in_id_token.chain(in_userinfo).collect()
}

/// How it is wrapped, and what comes instead of it.
fn manners() -> Vec<Case> {
    let form = |form| match form {
        Form::Json => "userinfo.answer",
        Form::Clear | Form::ForSomebodyElse | Form::UnknownKey | Form::Changed => "userinfo.encryption",
    };
    let forms = [Form::Clear, Form::Json, Form::ForSomebodyElse, Form::UnknownKey, Form::Changed];
    let of_token_endpoint = |nuisance| match nuisance {
        Nuisance::Refused | Nuisance::Broken => "token.refused",
        _ => "token.answer",
    };
    // Whoever says nothing is waited for, elsewhere.
    let nuisances = || Nuisance::ALL.into_iter().filter(|it| *it != Nuisance::Silent);
    let mut cases: Vec<Case> = forms.into_iter().map(|it| (Variation::UserInfoForm(it), 403, form(it))).collect();
    cases.extend(nuisances().map(|it| (Variation::TokenEndpoint(it), 403, of_token_endpoint(it))));
    cases.extend(nuisances().map(|it| (Variation::UserInfoEndpoint(it), 403, "userinfo.answer")));
    for (name, value, code) in [
        ("token_type", Some(json!("mac")), "token.answer"),
        ("access_token", None, "token.answer"),
        ("access_token", Some(json!("un-altro")), "id-token.access-token"),
        ("access_token", Some(json!("due parole")), "token.answer"),
        ("id_token", None, "token.answer"),
        ("id_token", Some(json!("non.e.vero")), "id-token.malformed"),
    ] {
        cases.push((Variation::TokenAnswer(name, value), 403, code));
    }
    cases
}

/// What the browser brings back.
fn callbacks(issuer: &str) -> Vec<Case> {
    let back =
        |name, value: Option<&str>, status, code| (Variation::Callback(name, value.map(str::to_owned)), status, code);
    vec![
        back("iss", None, 403, "callback.issuer"),
        back("iss", Some(&format!("{issuer}/")), 403, "callback.issuer"),
        back("iss", Some("https://altro-gestore.example"), 403, "callback.issuer"),
        back("code", None, 400, "callback.malformed"),
        back("code", Some(""), 400, "callback.malformed"),
        back("code", Some("inventato"), 403, "token.refused"),
        back("error", Some("access_denied"), 400, "callback.malformed"),
    ]
}

/// Has Dario log in while the provider answers like this.
async fn log_in(
    gateway: &Gateway,
    provider: &TestOpenIdProvider,
    variation: Variation,
) -> Result<(Citizen, Page, String)> {
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, provider, "/").await?;
    provider.answers(variation);
    provider.take_asked();
    let back = provider.grant(&request, dario.person());
    let page = dario.visit(back.parse()?).await?;
    provider.answers(Variation::Good);
    let again = provider.grant(&request, dario.person());
    Ok((dario, page, again))
}

async fn refuses(gateway: &Gateway, provider: &TestOpenIdProvider, method: &str, cases: Vec<Case>) -> Result<()> {
    for (variation, status, code) in cases {
        let (mut dario, page, again) = log_in(gateway, provider, variation.clone()).await?;
        let refused = (page.status.as_u16(), page.code().unwrap_or_default());
        assert_eq!(refused, (status, format!("{method}.{code}")), "{variation:?}: {}", page.text());
        let asked = provider.take_asked();
        assert!(!asked.iter().any(|asked| asked.contains("altrove")), "{variation:?}: {asked:?}");
        let twice = |path: &str| asked.iter().filter(|asked| asked.ends_with(path)).count() > 1;
        assert!(!twice("/token") && !twice("/userinfo"), "{variation:?}: {asked:?}");

        let second = dario.visit(again.parse()?).await?;
        assert_eq!(second.code().as_deref(), Some("login.attempt.unknown"), "{variation:?}: the attempt is not spent");
        assert!(dario.open("anagrafe", "/").await?.address.path().starts_with("/login"), "{variation:?}");
    }
    assert_eq!(gateway.service("anagrafe")?.requests(), 0, "the service was reached");
    Ok(())
}

#[tokio::test]
async fn every_id_token_that_breaks_a_rule_is_refused() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    let client = format!("{}/c_e715", gateway.access_url());
    refuses(&gateway, provider, "cie", claims_of_id_tokens(provider.entity_id(), &client)).await
}

#[tokio::test]
async fn everything_that_is_said_of_a_person_against_a_rule_is_refused() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    let client = format!("{}/c_e715", gateway.access_url());
    refuses(&gateway, provider, "cie", claims_of_userinfo(provider.entity_id(), &client)).await
}

#[tokio::test]
async fn nothing_counts_that_the_provider_did_not_sign() -> Result<()> {
    for method in ["spid", "cie"] {
        let gateway = match method {
            "spid" => Gateway::test().with_fake_spid_openid(),
            _ => Gateway::test().with_fake_cie_openid(),
        };
        let gateway = gateway.with_service("anagrafe").start().await?;
        let provider = if method == "spid" { gateway.spid_openid()? } else { gateway.cie_openid()? };
        refuses(&gateway, provider, method, signatures()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn whatever_comes_instead_of_an_answer_is_refused() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    refuses(&gateway, gateway.cie_openid()?, "cie", manners()).await
}

#[tokio::test]
async fn a_code_is_of_the_provider_that_was_asked() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    refuses(&gateway, provider, "cie", callbacks(provider.entity_id())).await
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for_for_ever() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let silent = vec![(Variation::TokenEndpoint(Nuisance::Silent), 403, "token.answer")];
    refuses(&gateway, gateway.cie_openid()?, "cie", silent).await
}

#[tokio::test]
async fn a_state_that_is_not_ours_belongs_to_nobody() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    for state in [None, Some("x"), Some("0123456789abcdef0123456789abcdef")] {
        let mut dario = gateway.citizen("dario")?;
        let request = asked(&mut dario, provider, "/").await?;
        provider.answers(Variation::Callback("state", state.map(str::to_owned)));
        let page = dario.visit(provider.grant(&request, dario.person()).parse()?).await?;
        provider.answers(Variation::Good);
        assert!(page.status.is_client_error() && page.code().is_some(), "{state:?}: {}", page.text());
        assert!(dario.open("anagrafe", "/").await?.address.path().starts_with("/login"));
        // It was another attempt, or none: the one that was made still stands.
        let page = dario.visit(provider.grant(&request, dario.person()).parse()?).await?;
        assert_eq!(page.element("who").as_deref(), Some("Dario Collaudo"), "{state:?}: {}", page.text());
    }
    Ok(())
}

#[tokio::test]
async fn what_the_rules_allow_is_accepted() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    let client = format!("{}/c_e715", gateway.access_url());
    for (variation, level) in [
        (Variation::Good, "2"),
        (Variation::IdTokenClaim("acr", Some(json!("https://www.spid.gov.it/SpidL3"))), "3"),
        (Variation::IdTokenClaim("aud", Some(json!(client))), "2"),
        (Variation::IdTokenClaim("azp", Some(json!(client))), "2"),
        (Variation::IdTokenClaim("exp", Some(json!(2_000_000_000.5))), "2"),
        (Variation::IdTokenClaim("altro", Some(json!({ "a": [1] }))), "2"),
        (Variation::TokenAnswer("token_type", Some(json!("bearer"))), "2"),
        (Variation::TokenAnswer("altro", Some(json!(1))), "2"),
        (Variation::UserInfoClaim("email", Some(json!("non@chiesta.example"))), "2"),
    ] {
        let (_, page, _) = log_in(&gateway, provider, variation.clone()).await?;
        assert_eq!(page.element("level").as_deref(), Some(level), "{variation:?}: {}", page.text());
    }
    Ok(())
}

#[tokio::test]
async fn a_token_is_good_for_one_login() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    let once = Variation::IdTokenClaim("jti", Some(json!("una-volta-sola")));
    let (_, page, _) = log_in(&gateway, provider, once.clone()).await?;
    assert_eq!(page.status, 200, "{}", page.text());
    let (_, page, _) = log_in(&gateway, provider, once).await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some("login.proof.replayed")));
    Ok(())
}

#[tokio::test]
async fn an_answer_is_for_the_browser_that_asked() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, provider, "/").await?;
    let back = provider.grant(&request, dario.person());
    let mut stranger = gateway.citizen("bianca")?;
    asked(&mut stranger, provider, "/").await?;
    let page = stranger.visit(back.parse()?).await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some("login.attempt.unknown")));
    let page = dario.visit(back.parse()?).await?;
    assert_eq!(page.element("who").as_deref(), Some("Dario Collaudo"), "nobody else could spend it");
    Ok(())
}

/// RFC 9207: the gateway asks the one, the citizen is led on to the other, whose code must not be brought to the
/// first.
#[tokio::test]
async fn a_code_of_one_provider_is_never_taken_to_another() -> Result<()> {
    let gateway =
        Gateway::test().with_fake_cie_openid().with_other_cie_openid().with_service("anagrafe").start().await?;
    let (honest, attacker) = (gateway.cie_openid()?, gateway.other_cie_openid()?);
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, attacker, "/").await?;
    attacker.take_asked();
    let back = honest.grant(&request, dario.person());
    let page = dario.visit(back.parse()?).await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some("cie.callback.issuer")));
    let nothing: Vec<String> = Vec::new();
    assert_eq!(attacker.take_asked(), nothing, "the attacker is told the code");

    // And whoever answers in the honest one's name is not the honest one.
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, attacker, "/").await?;
    attacker.answers(Variation::IdTokenClaim("iss", Some(json!(honest.entity_id()))));
    let page = dario.visit(attacker.grant(&request, dario.person()).parse()?).await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some("cie.id-token.issuer")));
    Ok(())
}

#[tokio::test]
async fn keys_are_asked_for_anew_once_a_minute_at_most() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    provider.take_asked();
    let before = gateway.anchor()?.asked().len();
    for _ in 0..3 {
        let mut dario = gateway.citizen("dario")?;
        let request = asked(&mut dario, provider, "/").await?;
        provider.answers(Variation::IdToken(Flaw::UnknownKey));
        let page = dario.visit(provider.grant(&request, dario.person()).parse()?).await?;
        assert_eq!(page.code().as_deref(), Some("cie.id-token.key"));
    }
    let asked = provider.take_asked();
    let configurations = asked.iter().filter(|asked| asked.ends_with("/.well-known/openid-federation")).count();
    assert_eq!(configurations, 1, "{asked:?}");
    let about_provider: String = url::form_urlencoded::byte_serialize(provider.entity_id().as_bytes()).collect();
    let fetches = gateway.anchor()?.asked();
    let fetches = fetches[before..].iter().filter(|asked| asked.contains(&about_provider)).count();
    assert_eq!(fetches, 1);
    Ok(())
}

#[tokio::test]
async fn an_error_of_another_provider_is_none_of_this_one() -> Result<()> {
    let gateway = Gateway::test().with_fake_cie_openid().with_service("anagrafe").start().await?;
    let provider = gateway.cie_openid()?;
    for (issuer, code) in [
        (Some("https://altro-gestore.example"), "cie.callback.issuer"),
        // Nobody gets anything by it, and not every provider says who it is when it says no.
        (None, "cie.callback.denied"),
    ] {
        let mut dario = gateway.citizen("dario")?;
        let request = asked(&mut dario, provider, "/").await?;
        provider.answers(Variation::Callback("iss", issuer.map(str::to_owned)));
        let page = dario.visit(provider.refuse(&request, "access_denied", "prova").parse()?).await?;
        provider.answers(Variation::Good);
        assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some(code)), "{issuer:?}");
    }
    Ok(())
}
