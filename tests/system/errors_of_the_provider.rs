//! Whatever stops a citizen at the provider is told on a page of its own, with what to do next.

use std::collections::BTreeSet;

use anyhow::Result;
use varco_tests::harness::{Gateway, Intent};
use varco_tests::identity_provider::Anomaly;

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
