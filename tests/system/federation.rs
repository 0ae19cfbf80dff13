//! The gateway in a federation: what it shows of itself, whom it trusts, and whom it does not.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use http::Method;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;
use varco_tests::federation::{
    Misconduct, Onboarding, Portrayal, RELYING_PARTY_MARK, Role, TestOpenIdProvider, Token, Unserved,
};
use varco_tests::harness::{Gateway, Page};

const PATIENCE: Duration = Duration::from_secs(30);

/// What a stranger gets at a path of the access host.
async fn get(gateway: &Gateway, path: &str) -> Result<Page> {
    let stranger = gateway.anonymous()?;
    let address = format!("{}{path}", gateway.access_url());
    stranger.send(stranger.request(Method::GET, address.parse()?)).await
}

async fn token(gateway: &Gateway, path: &str) -> Result<Token> {
    let page = get(gateway, path).await?;
    Token::parse(&page.content).with_context(|| format!("{}: {} {}", page.address, page.status, page.content))
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn both() -> varco_tests::harness::GatewayBuilder {
    Gateway::test().with_fake_cie_openid().with_service("anagrafe").with_service("fascicolo")
}

/// Waits until something holds.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    let waiting = async {
        while !holds().await? {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    };
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(outcome) => outcome,
        Err(_) => bail!("not in time: {what}"),
    }
}

/// Waits until the gateway has looked at the anchor and at all below it, whatever came of it.
async fn until_looked(gateway: &Gateway) -> Result<()> {
    until("the gateway looks at the anchor", async || {
        let metrics = gateway.metrics().await?;
        let of_cie = "varco_metadata_refreshes_total{method=\"cie\",source=\"anchor.localhost";
        Ok(metrics.lines().any(|line| line.starts_with(of_cie) && !line.ends_with(" 0")))
    })
    .await
}

// === what the gateway shows: the modules of the OpenID Foundation's suite for deployed entities ===

#[tokio::test]
async fn entity_configuration() -> Result<()> {
    let gateway = both().start().await?;
    let access = gateway.access_url();
    for path in ["", "/c_e715", "/ausl_demo"] {
        let page = get(&gateway, &format!("{path}/.well-known/openid-federation")).await?;
        assert_eq!(page.header("content-type"), Some("application/entity-statement+jwt"), "{path}");
        let configuration = Token::parse(&page.content)?;
        let id = format!("{access}{path}");
        assert_eq!(configuration.header("typ"), Some("entity-statement+jwt"));
        assert_eq!((configuration.text_claim("iss")?, configuration.text_claim("sub")?), (id.as_str(), id.as_str()));
        configuration.check_times(varco_tests::now::now())?;
        configuration.verify(configuration.claim("jwks").context("keys")?)?;
        let above = if path.is_empty() { gateway.anchor()?.entity_id() } else { &access };
        assert_eq!(configuration.claim("authority_hints"), Some(&json!([above])), "{path}");
        let metadata = configuration.claim("metadata").context("metadata")?;
        assert!(metadata["federation_entity"]["organization_name"].is_string(), "{path}: {metadata}");
        if !path.is_empty() {
            let party = &metadata["openid_relying_party"];
            assert_eq!(party["redirect_uris"], json!([format!("{access}/return/cie")]));
            assert_eq!(party["client_registration_types"], json!(["automatic"]));
            let core = party["jwks"]["keys"].as_array().context("core keys")?;
            let own = configuration.claim("jwks").context("keys")?["keys"].as_array().context("keys")?;
            let apart = core.iter().all(|key| own.iter().all(|other| key["kid"] != other["kid"]));
            assert!(apart, "the keys of the federation are apart from those of logins");
        }
    }
    assert_eq!(get(&gateway, "/nessuno/.well-known/openid-federation").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn list_and_fetch() -> Result<()> {
    let gateway = both().start().await?;
    let access = gateway.access_url();
    let mut listed: Vec<String> = get(&gateway, "/list?entity_type=openid_relying_party").await?.json()?;
    listed.sort_unstable();
    assert_eq!(listed, [format!("{access}/ausl_demo"), format!("{access}/c_e715")]);
    let aggregator = token(&gateway, "/.well-known/openid-federation").await?;
    for body in listed {
        let statement = token(&gateway, &format!("/fetch?sub={}", encoded(&body))).await?;
        assert_eq!((statement.text_claim("iss")?, statement.text_claim("sub")?), (access.as_str(), body.as_str()));
        statement.verify(aggregator.claim("jwks").context("keys")?)?;
        let path = body.strip_prefix(&access).context("below the access host")?;
        let own = token(&gateway, &format!("{path}/.well-known/openid-federation")).await?;
        own.verify(statement.claim("jwks").context("keys")?)?;
    }
    let nobody: Vec<String> = get(&gateway, "/list?entity_type=openid_provider").await?.json()?;
    assert_eq!(nobody, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn ensure_fetch_with_invalid_sub_fails() -> Result<()> {
    let gateway = both().start().await?;
    for sub in ["https://nessuno.example", "", "%00", "c_e715"] {
        let page = get(&gateway, &format!("/fetch?sub={}", encoded(sub))).await?;
        assert!([400, 404].contains(&page.status.as_u16()), "{sub}: {}", page.status);
        assert!(page.json::<Value>()?["error"].is_string(), "{sub}: {}", page.content);
    }
    assert_eq!(get(&gateway, "/fetch").await?.status, 400);
    Ok(())
}

#[tokio::test]
async fn ensure_fetch_with_iss_as_sub_fails() -> Result<()> {
    let gateway = both().start().await?;
    let page = get(&gateway, &format!("/fetch?sub={}", encoded(&gateway.access_url()))).await?;
    assert!([400, 404].contains(&page.status.as_u16()), "{}", page.status);
    Ok(())
}

#[tokio::test]
async fn preconfigured_keys_match_trust_anchors_keys() -> Result<()> {
    let gateway = both().misled(Misconduct::OtherKeys).start().await?;
    until_looked(&gateway).await?;
    assert!(!gateway.offers(gateway.cie_openid()?).await?, "another anchor answers in the place of ours");
    Ok(())
}

#[tokio::test]
async fn compare_trust_chain_to_resolve() -> Result<()> {
    let gateway = both().start().await?;
    let (anchor, provider) = (gateway.anchor()?.entity_id(), gateway.cie_openid()?.entity_id());
    let asked_before = gateway.anchor()?.asked().len();
    for name in ["anchor", "trust_anchor"] {
        let path = format!("/resolve?sub={}&{name}={}", encoded(provider), encoded(anchor));
        let resolved = token(&gateway, &path).await?;
        assert_eq!(resolved.text_claim("sub")?, provider);
        let chain = resolved.claim("trust_chain").and_then(Value::as_array).context("a chain")?;
        let subjects: Vec<_> = chain.iter().filter_map(|one| Token::parse(one.as_str()?).ok()).collect();
        assert_eq!(subjects.first().context("the first")?.text_claim("sub")?, provider);
        assert_eq!(subjects.last().context("the last")?.text_claim("iss")?, anchor);
        let metadata = &resolved.claim("metadata").context("metadata")?["openid_provider"];
        assert_eq!(metadata["subject_types_supported"], json!(["pairwise"]), "policies are applied");
    }
    let unknown = format!("/resolve?sub={}&trust_anchor={}", encoded("https://nessuno.example"), encoded(anchor));
    assert_eq!(get(&gateway, &unknown).await?.status, 404);
    let elsewhere = format!("/resolve?sub={}&trust_anchor={}", encoded(provider), encoded("https://altra.example"));
    assert!(get(&gateway, &elsewhere).await?.status.is_client_error());
    assert_eq!(gateway.anchor()?.asked().len(), asked_before, "a question leads to no other question");
    Ok(())
}

// === whom the providers trust ===

/// Why the provider does not serve the gateway.
async fn refused(gateway: &Gateway, provider: &TestOpenIdProvider) -> Result<String> {
    let mut bianca = gateway.citizen("bianca")?;
    let departure = bianca.leave_for(provider.entity_id(), "anagrafe", "/").await?;
    match provider.receive(departure.query().unwrap_or_default()).await {
        Err(Unserved::Back(address)) => {
            let page = bianca.visit(address.parse()?).await?;
            Ok(page.code().unwrap_or_default())
        }
        Err(Unserved::Page(fault)) => bail!("nobody is told: {fault:?}"),
        Ok(_) => Ok(String::new()),
    }
}

#[tokio::test]
async fn nobody_gets_through_before_the_gateway_is_onboarded() -> Result<()> {
    let gateway = both().before_onboarding().start().await?;
    let provider = gateway.cie_openid()?;
    assert_eq!(refused(&gateway, provider).await?, "cie.callback.our-request");
    gateway.anchor()?.onboard(&gateway.access_url(), Role::Aggregator).await?;
    assert_eq!(gateway.citizen("bianca")?.by("cie").log_in("anagrafe", "/").await?.status, 200);
    gateway.anchor()?.dismiss(&gateway.access_url());
    assert_eq!(refused(&gateway, provider).await?, "cie.callback.our-request", "nor once it has left");
    Ok(())
}

#[tokio::test]
async fn nobody_gets_through_without_a_trust_mark() -> Result<()> {
    let gateway = both().with_setting("VARCO_FEDERATION__ISSUED_TRUST_MARKS", "[]").before_onboarding().start().await?;
    assert_eq!(refused(&gateway, gateway.cie_openid()?).await?, "cie.callback.our-request");
    Ok(())
}

#[tokio::test]
async fn marks_are_found_where_the_anchor_names_the_gateway() -> Result<()> {
    let mut gateway = both().with_setting("VARCO_FEDERATION__ISSUED_TRUST_MARKS", "[]").start().await?;
    // It would ask again within a minute.
    gateway.restart().await?;
    until("the gateway has heard that it may give marks", async || {
        let body = token(&gateway, "/c_e715/.well-known/openid-federation").await?;
        let marks = body.claim("trust_marks").and_then(Value::as_array);
        Ok(marks.is_some_and(|marks| marks.iter().any(|mark| mark["trust_mark_type"] == RELYING_PARTY_MARK)))
    })
    .await?;
    assert_eq!(gateway.citizen("bianca")?.by("cie").log_in("anagrafe", "/").await?.status, 200);
    let aggregator = token(&gateway, "/.well-known/openid-federation").await?;
    let own = aggregator.claim("trust_marks").and_then(Value::as_array).context("marks of its own")?;
    assert!(own.iter().any(|mark| mark["trust_mark_type"] == Role::Aggregator.mark()), "{own:?}");
    Ok(())
}

#[tokio::test]
async fn the_policy_of_the_aggregator_holds_at_the_provider() -> Result<()> {
    let policy = r#"{"openid_relying_party": {"client_name": {"value": "Come dice la Regione"},
        "grant_types": {"subset_of": ["authorization_code"]}}}"#;
    let gateway = both().with_setting("VARCO_FEDERATION__METADATA_POLICY", policy).start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let request = crate::openid::asked(&mut bianca, gateway.cie_openid()?, "/").await?;
    assert_eq!(request.client.metadata["client_name"], "Come dice la Regione");
    assert_eq!(request.client.metadata["grant_types"], json!(["authorization_code"]));
    Ok(())
}

#[tokio::test]
async fn a_policy_of_the_anchor_that_leaves_nothing_ends_on_a_page() -> Result<()> {
    let gateway = both().start().await?;
    let policy = json!({ "openid_relying_party": { "token_endpoint_auth_method": { "one_of": ["tls_client_auth"] } } });
    let onboarding = Onboarding { role: Role::Aggregator, marked: true, policy: Some(policy) };
    gateway.anchor()?.onboard(&gateway.access_url(), onboarding).await?;
    assert_eq!(refused(&gateway, gateway.cie_openid()?).await?, "cie.callback.our-request");
    Ok(())
}

// === whom the gateway trusts ===

/// Whether the gateway has noted why there is no chain.
fn noted(gateway: &Gateway, cause: &str) -> bool {
    gateway.log().lines().any(|line| line.contains("cause=") && line.contains(cause))
}

const fn cause(misconduct: Misconduct) -> &'static str {
    match misconduct {
        Misconduct::ForgedStatement => "statement of a superior: the signature does not verify",
        Misconduct::OtherKeys => "configuration of the trust anchor: no key of this name",
        Misconduct::ExpiredStatement => "statement of a superior: expired",
        Misconduct::OtherIssuer => "statement of a superior: iss is somebody else",
        Misconduct::OtherSubject => "statement of a superior: sub is somebody else",
        Misconduct::UnknownCritical => "a claim that must be understood is not",
        Misconduct::UnknownCriticalOperator => "an operator that must be understood is not",
        Misconduct::ForbiddingPolicy => "client_registration_types_supported does not hold automatic",
        Misconduct::ForbiddingConstraint => "there is no openid_provider metadata",
        Misconduct::Endless => "the answer is too large",
    }
}

#[tokio::test]
async fn no_button_leads_to_a_provider_without_a_valid_chain() -> Result<()> {
    for misconduct in Misconduct::ALL {
        let gateway = both().misled(misconduct).start().await?;
        until_looked(&gateway).await?;
        let provider = gateway.cie_openid()?;
        assert!(!gateway.offers(provider).await?, "{misconduct:?}");
        assert!(noted(&gateway, cause(misconduct)), "{misconduct:?}: {}", gateway.log());
        let directly = format!("/login/cie?service=anagrafe&idp={}", encoded(provider.entity_id()));
        let page = get(&gateway, &directly).await?;
        assert!(page.status.is_client_error() || page.status.is_server_error(), "{misconduct:?}: {}", page.status);
    }
    Ok(())
}

/// How a provider may show itself, and why it must not where it must not.
fn portrayals() -> Vec<(Portrayal, Option<&'static str>)> {
    let second = varco_tests::now::now().as_second();
    let hints = |many: usize| json!((0..many).map(|it| format!("https://nessuno-{it}.example")).collect::<Vec<_>>());
    let claim = |name, value: Option<Value>, cause| (Portrayal::Claim(name, value), Some(cause));
    let metadata = |name, value: Option<Value>, cause| (Portrayal::Metadata(name, value), Some(cause));
    let registration = "client_registration_types_supported";
    vec![
        // The modules of the OpenID Foundation's suite for relying parties, `openid-federation-client-*`.
        claim("iss", Some(json!("{id}/")), "configuration of the entity: iss is somebody else"),
        claim("sub", Some(json!("https://altro.example")), "configuration of the entity: sub is somebody else"),
        claim("exp", None, "configuration of the entity: exp is missing"),
        claim("iat", None, "configuration of the entity: iat is missing"),
        metadata(registration, Some(json!([])), "client_registration_types_supported does not hold automatic"),
        metadata(registration, None, "client_registration_types_supported is not as the policy wants it"),
        (Portrayal::Metadata(registration, Some(json!(["automatic", "mai_sentito"]))), None),
        // And beyond.
        (Portrayal::Honest, None),
        claim("exp", Some(json!(second - 120)), "configuration of the entity: expired"),
        claim("exp", Some(json!("domani")), "exp has another type than it should"),
        claim("iat", Some(json!(second + 3600)), "configuration of the entity: issued in the future"),
        (Portrayal::Forged, Some("configuration of the entity: the signature does not verify")),
        claim("authority_hints", None, "no way leads to the trust anchor"),
        claim("authority_hints", Some(json!(["{id}"])), "no way leads to the trust anchor"),
        claim("authority_hints", Some(hints(1000)), "authority_hints has too many entries"),
        (Portrayal::Ring, Some("no way leads to the trust anchor")),
        (Portrayal::Ladder, Some("no way leads to the trust anchor")),
        claim("metadata", Some(json!({})), "there is no openid_provider metadata"),
        claim("trust_marks", None, "a trust mark that is required is not there"),
        (Portrayal::MarksItself, Some("a trust mark that is required is not there")),
        metadata("issuer", Some(json!("{id}/")), "issuer is not the entity itself"),
        metadata("jwks", Some(json!({ "keys": [] })), "jwks has no key that is used"),
        metadata(
            "authorization_endpoint",
            Some(json!("http://op.example/a")),
            "authorization_endpoint is not an address that may be used",
        ),
        metadata(
            "token_endpoint",
            Some(json!("http://op.example/t")),
            "token_endpoint is not an address that may be used",
        ),
        metadata("userinfo_endpoint", None, "userinfo_endpoint is missing"),
        metadata(
            "token_endpoint_auth_methods_supported",
            Some(json!(["none"])),
            "token_endpoint_auth_methods_supported does not hold private_key_jwt",
        ),
        (Portrayal::Metadata("revocation_endpoint", None), None),
    ]
}

#[tokio::test]
async fn a_provider_is_offered_only_if_what_it_says_of_itself_is_sound() -> Result<()> {
    let required = serde_json::to_string(&[Role::Provider.mark()])?;
    for (portrayal, cause) in portrayals() {
        let gateway = both().with_setting("VARCO_METHODS__CIE__REQUIRED_TRUST_MARKS", &required);
        let gateway = gateway.portrayed(portrayal.clone()).start().await?;
        until_looked(&gateway).await?;
        assert_eq!(gateway.offers(gateway.cie_openid()?).await?, cause.is_none(), "{portrayal:?}");
        assert!(cause.is_none_or(|cause| noted(&gateway, cause)), "{portrayal:?}: {}", gateway.log());
        let asked = gateway.cie_openid()?.take_asked();
        assert!(asked.len() <= 5, "{portrayal:?}: {asked:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_provider_is_offered_once_its_chain_holds_again() -> Result<()> {
    let gateway = both().misled(Misconduct::ForgedStatement).start().await?;
    until_looked(&gateway).await?;
    let provider = gateway.cie_openid()?;
    assert!(!gateway.offers(provider).await?);
    gateway.anchor()?.mislead(None);
    until("the provider's button is there", async || gateway.offers(provider).await).await?;
    assert_eq!(gateway.citizen("bianca")?.by("cie").log_in("anagrafe", "/").await?.status, 200);
    Ok(())
}
