//! Whatever stops a citizen at the provider is told on a page of its own, with what to do next.

use std::collections::BTreeSet;

use anyhow::Result;
use varco_tests::harness::{Gateway, Intent};
use varco_tests::identity_provider::{Anomaly, Variation};

use crate::asked;

/// The name of the provider.
const NAME: &str = "SPID di prova";

/// What a page says of each, and whether only the provider can help.
const OF_CITIZENS: [(Anomaly, &str, bool); 8] = [
    (Anomaly::WrongCredentials, "Troppi tentativi con credenziali errate", true),
    (Anomaly::LevelOutOfReach, "Le tue credenziali non bastano per questo servizio", true),
    (Anomaly::Timeout, "Tempo scaduto", false),
    (Anomaly::ConsentDenied, "Consenso negato", false),
    (Anomaly::Suspended, "Identità sospesa, revocata o bloccata", true),
    (Anomaly::Reserved, "Accesso non riuscito", false),
    (Anomaly::Cancelled, "Accesso annullato", false),
    (Anomaly::OtherKindOfIdentity, "Tipo di identità diverso da quello richiesto", false),
];

#[tokio::test]
async fn each_error_of_the_table_has_its_page() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut texts = BTreeSet::new();
    for anomaly in Anomaly::OF_CITIZENS {
        let mut bianca = gateway.citizen("bianca")?;
        let page = bianca.go("anagrafe", "/", Intent::Error(anomaly)).await?;
        assert_eq!(page.status, 403);
        assert_eq!(page.code(), Some(format!("spid.error.nr{}", anomaly.number())));
        let words = page.text().replace(&page.code().unwrap_or_default(), "");
        assert!(texts.insert(without_request_id(&words)), "another error has the same words: {words}");
    }
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    Ok(())
}

#[tokio::test]
async fn the_page_says_what_happened_with_whom_and_leads_back_to_the_choice() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let provider = gateway.spid()?.entity_id().to_owned();
    let ours = Anomaly::OF_REQUESTS.map(|anomaly| (anomaly, "Richiesta non accettata dal gestore", false));
    for (anomaly, title, only_the_provider_can_help) in OF_CITIZENS.into_iter().chain(ours) {
        let mut bianca = gateway.citizen("bianca")?;
        let request = asked(&mut bianca, &gateway, "/residenza").await?;
        let response = gateway.spid()?.respond_with_error(&request, anomaly)?;
        let page = bianca.bring_back(&response, &request.relay_state).await?;
        let code = format!("spid.error.nr{:02}", anomaly.number());
        assert_eq!((page.status.as_u16(), page.code()), (403, Some(code)));
        let text = page.text();
        assert!(text.contains(title) && text.contains(NAME), "{anomaly:?}: {text}");
        assert_eq!(page.content.contains(&format!("href=\"{provider}\"")), only_the_provider_can_help, "{anomaly:?}");
        let retry = page.link("/login?").unwrap_or_else(|| panic!("no way to try again: {page:?}"));
        assert!(retry.query().is_some_and(|query| query.contains("return_to=%2Fresidenza")), "{retry}");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_that_the_provider_finds_wrong_alarms_the_operator() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.go("anagrafe", "/", Intent::Cancel).await?;
    let alarm = |metrics: &str, alarm: &str| {
        let series = format!("varco_alarms{{alarm=\"{alarm}\",");
        metrics
            .lines()
            .find(|line| line.starts_with(&series))
            .and_then(|line| Some(line.rsplit_once(' ')?.1.to_owned()))
    };
    let metrics = gateway.metrics().await?;
    assert_eq!(alarm(&metrics, "our-request"), None, "a citizen who gives up is no fault of ours");

    let request = asked(&mut bianca, &gateway, "/").await?;
    let response = gateway.spid()?.respond_with_error(&request, Anomaly::AttributeConsumer)?;
    bianca.bring_back(&response, &request.relay_state).await?;
    let metrics = gateway.metrics().await?;
    assert_eq!(alarm(&metrics, "our-request").as_deref(), Some("1"), "{metrics}");
    for (code, count) in [("spid.error.nr25", 1), ("spid.error.nr18", 1)] {
        let line = format!("varco_login_refusals_total{{method=\"spid\",code=\"{code}\"}} {count}");
        assert!(metrics.lines().any(|known| known == line), "{line} in {metrics}");
    }
    Ok(())
}

#[tokio::test]
async fn a_burst_of_bad_signatures_of_one_provider_alarms_the_operator() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let provider = gateway.spid()?.entity_id().to_owned();
    let series = format!("varco_alarms{{alarm=\"signature-burst\",method=\"spid\",provider=\"{provider}\"}}");
    for (forged, alarm) in [(9, 0), (1, 1)] {
        for _ in 0..forged {
            let mut dario = gateway.citizen("dario")?;
            let request = asked(&mut dario, &gateway, "/").await?;
            let response = gateway.spid()?.respond(&request, dario.person(), &Variation::ForeignKey)?;
            let page = dario.bring_back(&response, &request.relay_state).await?;
            assert_eq!(page.code().as_deref(), Some("spid.response.signature"));
        }
        let metrics = gateway.metrics().await?;
        assert!(metrics.lines().any(|line| line == format!("{series} {alarm}")), "{alarm}: {metrics}");
    }
    Ok(())
}

#[tokio::test]
async fn what_a_citizen_does_at_the_provider_comes_back_as_its_code() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for (username, intent, code) in [
        ("bianca", Intent::TypeWrongPasswords, "spid.error.nr19"),
        ("carla", Intent::LogIn, "spid.error.nr20"),
        ("dario", Intent::DenyConsent, "spid.error.nr22"),
        ("elio", Intent::LogIn, "spid.error.nr23"),
        ("bianca", Intent::Cancel, "spid.error.nr25"),
    ] {
        let page = gateway.citizen(username)?.go("anagrafe", "/", intent).await?;
        assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some(code)), "{username} {intent:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_citizen_who_gave_up_can_try_again() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    let page = bianca.cancel("anagrafe", "/residenza").await?;
    let retry = page.link("/login?").unwrap_or_else(|| panic!("no way to try again: {page:?}"));
    let page = bianca.visit_and(retry, Intent::LogIn).await?;
    assert_eq!(page.address, gateway.address("anagrafe", "/residenza")?);
    assert_eq!(page.element("who").as_deref(), Some("Bianca Esempio"));
    Ok(())
}

#[tokio::test]
async fn the_page_speaks_the_language_of_the_reader() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let address = format!("{}/login?service=none-such", gateway.access_url());
    let mut titles = BTreeSet::new();
    for language in ["it", "en"] {
        let stranger = gateway.anonymous()?;
        let request = stranger.request(http::Method::GET, address.parse()?);
        let page = stranger.send(request.header("accept", "text/html").header("accept-language", language)).await?;
        assert_eq!(page.status, 404);
        assert!(page.content.contains(&format!("<html lang=\"{language}\"")), "{}", page.content);
        titles.insert(page.text());
    }
    assert_eq!(titles.len(), 2);
    Ok(())
}

/// The request id is different on every page: 16 hexadecimal digits.
fn without_request_id(text: &str) -> String {
    let is_id = |word: &&str| word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split(' ').filter(|word| !is_id(word)).collect::<Vec<_>>().join(" ")
}
