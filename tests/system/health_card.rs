//! Logins with a card in a reader: which cards count, which do not, and what is said of each.

use anyhow::{Context as _, Result};
use jiff::SignedDuration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use varco_tests::card::{
    Card, CardAuthority, CardProfile, Conduct, IDENTITY_CARD, IDENTITY_CARDS, LOMBARDY, LOMBARDY_SISS, Nuisance,
    STRANGERS, Times,
};
use varco_tests::card_world::CardWorld;
use varco_tests::harness::{Citizen, Gateway, GatewayBuilder, Page};
use varco_tests::identity_provider::Person;
use varco_tests::now::now;
use varco_tests::service::Caller;

const METHOD: &str = "health-card";

fn gateway() -> GatewayBuilder {
    Gateway::test().with_cards().with_service("anagrafe")
}

/// Somebody with this card in their reader, and a browser that nobody has used before.
fn with(gateway: &Gateway, card: &Card) -> Result<Citizen> {
    let mut citizen = gateway.citizen("bianca")?.by(METHOD);
    citizen.insert(card)?;
    Ok(citizen)
}

fn bianca() -> Result<&'static Person> {
    Person::named("bianca").context("one of PEOPLE")
}

/// A change of what a card says.
type Change = fn(CardProfile) -> CardProfile;

/// What becomes of a login with a card: whom the service sees, or the code of the page.
async fn outcome(gateway: &Gateway, card: &Card) -> Result<String> {
    let mut citizen = with(gateway, card)?;
    said(&citizen.log_in("anagrafe", "/").await?)
}

fn said(page: &Page) -> Result<String> {
    let code = page.code().map(|code| format!("{} {code}", page.status.as_u16()));
    code.or_else(|| page.element("who")).with_context(|| format!("neither a name nor a code: {}", page.text()))
}

fn card(gateway: &Gateway, change: impl FnOnce(CardProfile) -> CardProfile) -> Result<Card> {
    change(gateway.cards()?.authority().card(bianca()?)?).issue(now())
}

#[tokio::test]
async fn a_card_opens_the_page_that_needs_the_highest_level() -> Result<()> {
    let gateway = gateway().start().await?;
    let mut bianca = with(&gateway, &gateway.cards()?.card_of(bianca()?)?)?;
    let page = bianca.log_in("anagrafe", "/certificati?anno=2026").await?;
    assert_eq!(page.address, gateway.address("anagrafe", "/certificati?anno=2026")?, "{}", page.text());
    assert_eq!(page.element("who").as_deref(), Some("Bianca Esempio"));
    let caller: Caller = bianca.open("anagrafe", "/whoami").await?.json()?;
    assert_eq!((caller.acr.as_str(), caller.amr), ("https://www.spid.gov.it/SpidL3", vec![METHOD.to_owned()]));
    let expected = serde_json::json!({
        "given_name": "Bianca",
        "family_name": "Esempio",
        "https://attributes.eid.gov.it/fiscal_number": "SMPBNC85D52D612L",
    });
    assert_eq!(serde_json::to_value(caller.others)?, expected);
    let log = gateway.log();
    assert!(!log.contains("SMPBNC85D52D612L") && !log.contains("Bianca"), "nothing of a person in the log");
    Ok(())
}

/// Row by row of what a card can be.
#[tokio::test]
async fn each_kind_of_card_has_its_page() -> Result<()> {
    let gateway = gateway().start().await?;
    let cases: [(&str, Change, &str); 12] = [
        ("a good card", |card| card, "Bianca Esempio"),
        ("expired", CardProfile::expired, "403 health-card.expired"),
        ("not yet valid", CardProfile::not_yet_valid, "403 health-card.not-yet-valid"),
        ("of another policy", |card| card.with_policy("1.3.76.16.9.9"), "403 health-card.wrong-kind"),
        ("of no policy", CardProfile::without_policy, "403 health-card.wrong-kind"),
        ("for documents", CardProfile::for_documents, "403 health-card.signature-certificate"),
        ("of Lombardy", |card| card.with_policy(LOMBARDY), "Bianca Esempio"),
        ("of the other one of Lombardy", |card| card.with_policy(LOMBARDY_SISS), "Bianca Esempio"),
        ("an identity card", |card| card.with_policy(IDENTITY_CARD), "Bianca Esempio"),
        ("of two people", |card| card.with_second_common_name("DPRGLI77E12H501K/1.x"), "403 health-card.subject"),
        ("of nobody", |card| card.with_common_names(&[]), "403 health-card.subject"),
        ("on a curve", CardProfile::on_a_curve, "Bianca Esempio"),
    ];
    for (what, change, expected) in cases {
        assert_eq!(outcome(&gateway, &card(&gateway, change)?).await?, expected, "{what}");
    }
    let authority = gateway.cards()?.authority();
    let wrong = authority.card(bianca()?)?.with_wrong_check_letter()?.issue(now())?;
    assert_eq!(outcome(&gateway, &wrong).await?, "403 health-card.fiscal-number");
    let omocodic = authority.card(bianca()?)?.omocodic()?.issue(now())?;
    assert_eq!(outcome(&gateway, &omocodic).await?, "Bianca Esempio");
    let stranger = CardAuthority::make(STRANGERS, &gateway.cards()?.revocations().origin(), now())?;
    let unknown = stranger.card(bianca()?)?.issue(now())?;
    assert_eq!(outcome(&gateway, &unknown).await?, "403 health-card.untrusted");
    Ok(())
}

#[tokio::test]
async fn without_a_card_there_is_a_page_and_nothing_that_claims_one_helps() -> Result<()> {
    let gateway = gateway().start().await?;
    let mut bianca = gateway.citizen("bianca")?.by(METHOD);
    assert_eq!(said(&bianca.log_in("anagrafe", "/").await?)?, "403 health-card.missing");
    let good = gateway.cards()?.card_of(self::bianca()?)?;
    let claim = good.pem().certificate.replace('\n', " ");
    let mut next = gateway.address("anagrafe", "/").map(Some)?;
    let mut last = None;
    while let Some(address) = next {
        let mut request = bianca.request(http::Method::GET, "anagrafe", "/")?.header("accept", "text/html").build()?;
        *request.url_mut() = address;
        for name in ["x-ssl-client-cert", "ssl-client-cert", "x-client-cert", "x-forwarded-client-cert"] {
            request.headers_mut().insert(name, claim.parse()?);
        }
        let page = bianca.send(request).await?;
        next = page.location().or_else(|| page.link("/login/health-card"));
        last = Some(page);
    }
    assert_eq!(said(&last.context("an answer")?)?, "403 health-card.missing");
    Ok(())
}

#[tokio::test]
async fn what_an_authority_revokes_stops_logins_and_what_it_gives_back_does_not() -> Result<()> {
    let refresh = "VARCO_METHODS__HEALTH_CARD__CRL_REFRESH_SECONDS";
    let gateway = gateway().with_setting(refresh, "1").start().await?;
    let cards = gateway.cards()?;
    let card = card(&gateway, CardProfile::without_responder)?;
    assert_eq!(outcome(&gateway, &card).await?, "Bianca Esempio");
    cards.revocations().suspend(&card)?;
    until(&gateway, &card, "403 health-card.revoked").await?;
    cards.revocations().reinstate(&card)?;
    until(&gateway, &card, "Bianca Esempio").await
}

/// Lists are read in the background: what they say is there soon.
async fn until(gateway: &Gateway, card: &Card, expected: &str) -> Result<()> {
    let mut last = String::new();
    for _ in 0..60 {
        last = outcome(gateway, card).await?;
        if last == expected {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    anyhow::bail!("{last}, and never {expected}")
}

#[tokio::test]
async fn where_the_list_cannot_be_had_the_responder_is_asked() -> Result<()> {
    let gateway = gateway().start().await?;
    let cards = gateway.cards()?;
    let (good, lost) = (cards.card_of(bianca()?)?, cards.card_of(bianca()?)?);
    cards.revocations().publishes(cards.authority(), Conduct::Nuisance(Nuisance::Away))?;
    cards.revocations().revoke(&lost)?;
    assert_eq!(outcome(&gateway, &good).await?, "Bianca Esempio");
    assert_eq!(outcome(&gateway, &lost).await?, "403 health-card.revoked");
    assert!(gateway.metrics().await?.contains(r#"varco_card_checks_total{outcome="good",source="responder"} 1"#));
    Ok(())
}

#[tokio::test]
async fn nobody_is_let_in_on_what_does_not_count() -> Result<()> {
    for conduct in [Conduct::Stale, Conduct::Forged, Conduct::OfAnother, Conduct::Nuisance(Nuisance::Garbage)] {
        let gateway = gateway().start().await?;
        let cards = gateway.cards()?;
        cards.revocations().publishes(cards.authority(), conduct)?;
        cards.revocations().answers(cards.authority(), conduct)?;
        let card = cards.card_of(bianca()?)?;
        assert_eq!(outcome(&gateway, &card).await?, "403 health-card.revocation-unknown", "{conduct:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_card_that_nobody_knows_of_is_let_in_where_the_settings_say_so() -> Result<()> {
    let soft = gateway().with_setting("VARCO_METHODS__HEALTH_CARD__REVOCATION", "soft").start().await?;
    let cards = soft.cards()?;
    let alone = card(&soft, |card| card.without_lists().without_responder())?;
    assert_eq!(outcome(&soft, &alone).await?, "Bianca Esempio");
    assert!(soft.metrics().await?.contains(r#"varco_card_checks_total{outcome="unknown-accepted",source="none"} 1"#));
    let lost = cards.card_of(bianca()?)?;
    cards.revocations().revoke(&lost)?;
    assert_eq!(outcome(&soft, &lost).await?, "403 health-card.revoked", "what is known counts");
    Ok(())
}

#[tokio::test]
async fn a_late_list_counts_for_as_long_as_the_settings_say() -> Result<()> {
    let grace = "VARCO_METHODS__HEALTH_CARD__CRL_GRACE_SECONDS";
    let times = Times { age: SignedDuration::from_hours(2), life: SignedDuration::from_hours(1) };
    for (seconds, expected) in [("7200", "Bianca Esempio"), ("60", "403 health-card.revocation-unknown")] {
        let gateway = gateway().with_setting(grace, seconds).start().await?;
        let cards = gateway.cards()?;
        cards.revocations().list_times(cards.authority(), times)?;
        let card = card(&gateway, CardProfile::without_responder)?;
        assert_eq!(outcome(&gateway, &card).await?, expected, "{seconds}");
    }
    Ok(())
}

#[tokio::test]
async fn a_restart_knows_what_was_revoked_while_the_authority_is_away() -> Result<()> {
    let mut gateway = gateway().start().await?;
    let (good, lost) = {
        let cards = gateway.cards()?;
        let (good, lost) = (cards.card_of(bianca()?)?, cards.card_of(bianca()?)?);
        cards.revocations().revoke(&lost)?;
        (good, lost)
    };
    assert_eq!(outcome(&gateway, &good).await?, "Bianca Esempio");
    gateway.cards()?.revocations().leave().await;
    gateway.restart().await?;
    assert_eq!(outcome(&gateway, &good).await?, "Bianca Esempio");
    assert_eq!(outcome(&gateway, &lost).await?, "403 health-card.revoked");
    Ok(())
}

#[tokio::test]
async fn a_new_authority_waits_for_an_administrator() -> Result<()> {
    let gateway = gateway().start().await?;
    let cards = gateway.cards()?;
    let new = CardAuthority::make(IDENTITY_CARDS, &cards.revocations().origin(), now())?;
    cards.revocations().add(&new);
    let card = new.card(bianca()?)?.identity_card().issue(now())?;
    let both = vec![CardWorld::recognised(cards.authority()), CardWorld::recognised(&new)];
    cards.write_list(&gateway.folder(), both)?;
    let waits = || async { Ok::<_, anyhow::Error>(gateway.log().contains("wait to be approved")) };
    for _ in 0..60 {
        if waits().await? {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    assert_eq!(outcome(&gateway, &card).await?, "403 health-card.untrusted");
    let listed = varco(&gateway, &["trust", "list", "--format", "json"])?;
    assert!(listed.contains(r#""state": "waits""#) && listed.contains(r#""state": "accepted""#), "{listed}");
    assert!(varco(&gateway, &["trust", "approve", "--all"])?.starts_with("approved: "));
    until(&gateway, &card, "Bianca Esempio").await
}

fn varco(gateway: &Gateway, arguments: &[&str]) -> Result<String> {
    let mut command = std::process::Command::new(varco_tests::binary::binary()?);
    let output = command.args(arguments).arg("--config").arg(gateway.folder().join("varco.toml")).output()?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

#[tokio::test]
async fn an_authority_that_is_withdrawn_vouches_for_what_it_issued_before() -> Result<()> {
    let gateway = gateway().start().await?;
    let cards = gateway.cards()?;
    let (before, after) = (cards.card_of(bianca()?)?, card(&gateway, |card| card.aged(SignedDuration::from_hours(1)))?);
    assert_eq!(outcome(&gateway, &after).await?, "Bianca Esempio");
    let mut listed = CardWorld::recognised(cards.authority());
    listed.history = vec![(listed.status.clone(), listed.since)];
    varco_forge::trust_list::DEPRECATED.clone_into(&mut listed.status);
    listed.since = now() - SignedDuration::from_hours(24);
    cards.write_list(&gateway.folder(), vec![listed])?;
    until(&gateway, &after, "403 health-card.untrusted").await?;
    assert_eq!(outcome(&gateway, &before).await?, "Bianca Esempio", "it was given out a year ago");
    Ok(())
}

#[tokio::test]
async fn a_list_that_its_signer_did_not_sign_changes_nothing() -> Result<()> {
    let gateway = gateway().start().await?;
    let card = gateway.cards()?.card_of(bianca()?)?;
    let file = gateway.folder().join("trust-list.xml");
    let forged = std::fs::read_to_string(&file)?.replace("recognisedatnationallevel", "deprecatedatnationallevel");
    std::fs::write(&file, forged)?;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert!(gateway.log().contains("trust-list.xml"), "{}", gateway.log());
    assert_eq!(outcome(&gateway, &card).await?, "Bianca Esempio");
    Ok(())
}

#[tokio::test]
async fn a_trust_list_at_an_address_is_kept_for_when_it_is_away() -> Result<()> {
    let mut gateway = Gateway::test().with_trust_list_at_an_address().with_service("anagrafe").start().await?;
    let card = gateway.cards()?.card_of(bianca()?)?;
    assert_eq!(outcome(&gateway, &card).await?, "Bianca Esempio");
    gateway.cards()?.revocations().withhold_trust_list(Some(Nuisance::Garbage));
    gateway.restart().await?;
    assert_eq!(outcome(&gateway, &card).await?, "Bianca Esempio");
    Ok(())
}

#[tokio::test]
async fn who_takes_the_card_out_cannot_log_in_again() -> Result<()> {
    let gateway = gateway().start().await?;
    let mut bianca = with(&gateway, &gateway.cards()?.card_of(bianca()?)?)?;
    bianca.log_in("anagrafe", "/").await?;
    bianca.take_out_card()?;
    assert_eq!(bianca.open("anagrafe", "/").await?.element("who").as_deref(), Some("Bianca Esempio"), "a session");
    let question = bianca.visit(format!("{}/logout", gateway.access_url()).parse()?).await?;
    let over = bianca.submit(question.form("/logout").context("a form to log out")?).await?;
    assert!(over.text().contains("togli la carta dal lettore"), "{}", over.text());
    assert_eq!(said(&bianca.log_in("anagrafe", "/").await?)?, "403 health-card.missing");
    Ok(())
}

#[tokio::test]
async fn what_a_card_said_counts_once_and_in_the_browser_that_asked() -> Result<()> {
    let gateway = gateway().start().await?;
    let card = gateway.cards()?.card_of(bianca()?)?;
    let mut bianca = with(&gateway, &card)?;
    bianca.log_in("anagrafe", "/").await?;
    let at_return = |page: &&Page| page.address.path() == "/return/health-card";
    let back = bianca.trail().iter().find(at_return).context("the way back")?.address.clone();
    assert_eq!(said(&bianca.visit(back.clone()).await?)?, "403 login.attempt.unknown", "a second time");
    let mut other = with(&gateway, &card)?;
    assert_eq!(said(&other.visit(back).await?)?, "403 login.attempt.unknown", "in another browser");
    Ok(())
}

#[tokio::test]
async fn both_hosts_can_share_a_port() -> Result<()> {
    let gateway = gateway().sharing_the_port().start().await?;
    let card = gateway.cards()?.card_of(bianca()?)?;
    assert_eq!(outcome(&gateway, &card).await?, "Bianca Esempio");
    let mut without = gateway.citizen("bianca")?.by(METHOD);
    assert_eq!(said(&without.log_in("anagrafe", "/").await?)?, "403 health-card.missing");
    Ok(())
}

#[tokio::test]
async fn each_login_can_have_a_host_of_its_own() -> Result<()> {
    let gateway = gateway().with_fresh_card_hosts().start().await?;
    let mut bianca = with(&gateway, &gateway.cards()?.card_of(bianca()?)?)?;
    let mut hosts = std::collections::BTreeSet::new();
    for _ in 0..2 {
        bianca.log_in("anagrafe", "/").await?;
        bianca.open("anagrafe", "/.varco/logout").await?;
        let of_cards = bianca.trail().iter().filter_map(|page| page.address.host_str());
        hosts.extend(of_cards.filter(|host| host.ends_with(".carta.localhost")).map(str::to_owned));
    }
    assert_eq!(hosts.len(), 2, "{hosts:?}");
    Ok(())
}

#[tokio::test]
async fn a_connection_to_the_access_host_is_no_way_to_the_card_host() -> Result<()> {
    let gateway = gateway().sharing_the_port().start().await?;
    let mut connection = gateway.connect("accesso").await?;
    connection.write_all(b"GET /?ticket=x HTTP/1.1\r\nHost: carta.localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 421 "), "the browser asks again, on a connection of its own: {answer}");
    Ok(())
}

#[tokio::test]
async fn an_authority_is_withdrawn_even_where_nobody_can_read_which_were_approved() -> Result<()> {
    let gateway = gateway().start().await?;
    let cards = gateway.cards()?;
    let card = cards.card_of(bianca()?)?;
    assert_eq!(outcome(&gateway, &card).await?, "Bianca Esempio");
    std::fs::write(gateway.folder().join("data/metadata/card-authorities.txt"), [0xff])?;
    let other = CardAuthority::make(IDENTITY_CARDS, &cards.revocations().origin(), now())?;
    cards.write_list(&gateway.folder(), vec![CardWorld::recognised(&other)])?;
    for _ in 0..60 {
        let chooser = gateway.citizen("bianca")?.open("anagrafe", "/").await?;
        if chooser.link("/login/health-card").is_none() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    anyhow::bail!("cards are still read, and nobody vouches for any")
}
