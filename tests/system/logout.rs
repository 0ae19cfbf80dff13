//! Single logout: a logout here ends the provider's session, and one there ends ours.

use anyhow::{Context, Result};
use http::Method;
use varco_tests::harness::{Citizen, Gateway, Intent, Page};
use varco_tests::identity_provider::{Flaw, Going, KeptSession, Manners, Way};

const SESSION: &str = "__Host-varco-session";
const WAYS: [Way; 2] = [Way::Redirect, Way::Post];

/// A gateway whose citizen is logged in at level 1, so that the provider keeps a session.
async fn logged_in_at_level_1(binding: &str) -> Result<(Gateway, Citizen, KeptSession)> {
    let gateway = Gateway::test()
        .with_fake_spid()
        .with_service("anagrafe")
        .with_service("fascicolo")
        .with_setting("VARCO_METHODS__SPID__BINDING", binding)
        .start()
        .await?;
    let mut bianca = gateway.citizen("bianca")?;
    let page = bianca.log_in("anagrafe", "/bacheca").await?;
    assert_eq!(page.element("level").as_deref(), Some("1"), "{}", page.text());
    let kept = gateway.spid()?.sessions();
    assert_eq!(kept.len(), 1, "the provider keeps a session");
    Ok((gateway, bianca, kept[0].clone()))
}

/// What somebody who has only the cookie of the session gets.
async fn still_in(gateway: &Gateway, cookie: &str) -> Result<bool> {
    let stranger = gateway.anonymous()?;
    let request = stranger.request(Method::GET, gateway.address("anagrafe", "/bacheca")?);
    let page =
        stranger.send(request.header("accept", "text/html").header("cookie", format!("{SESSION}={cookie}"))).await?;
    Ok(page.status == 200)
}

fn cookie(citizen: &Citizen) -> Result<String> {
    citizen.cookie("anagrafe.localhost", SESSION).context("a session on the service's host")
}

/// Confirms on the access host, and goes wherever that leads.
async fn confirm(citizen: &mut Citizen, gateway: &Gateway) -> Result<Page> {
    let question = citizen.visit(format!("{}/logout", gateway.access_url()).parse()?).await?;
    let page = citizen.submit(question.form("/logout").context("a form that ends the session")?).await?;
    citizen.carry_on(page, Intent::LogIn).await
}

#[tokio::test]
async fn a_logout_here_ends_the_session_of_the_provider() -> Result<()> {
    for (binding, way) in [("redirect", Way::Redirect), ("post", Way::Post), ("redirect", Way::Post)] {
        let (gateway, mut bianca, _) = logged_in_at_level_1(binding).await?;
        gateway.spid()?.answers_logouts(Manners { way, partial: false });
        let cookie = cookie(&bianca)?;
        let page = confirm(&mut bianca, &gateway).await?;
        assert_eq!((page.address.path(), page.status.as_u16()), ("/logout", 200), "{}", page.text());
        assert!(page.text().contains("Non sei collegato a nessun servizio"), "{}", page.text());
        assert_eq!(gateway.spid()?.sessions(), [], "{binding} {way:?}");
        assert!(!still_in(&gateway, &cookie).await?);
        let hops = bianca.trail().iter().filter(|hop| hop.address.host_str() == Some("idp.localhost"));
        assert!(hops.filter(|hop| hop.address.path() == "/slo").count() == 1, "the provider was asked once");
    }
    Ok(())
}

#[tokio::test]
async fn a_logout_on_a_service_reaches_the_provider_too() -> Result<()> {
    let (gateway, mut bianca, _) = logged_in_at_level_1("redirect").await?;
    let page = bianca.open("anagrafe", "/.varco/logout").await?;
    let page = bianca.carry_on(page, Intent::LogIn).await?;
    assert_eq!(page.address.as_str(), format!("{}/logout", gateway.access_url()));
    assert!(page.text().contains("Non sei collegato a nessun servizio"), "{}", page.text());
    assert_eq!(gateway.spid()?.sessions(), []);
    Ok(())
}

#[tokio::test]
async fn a_partial_logout_is_told_and_ends_the_session_here() -> Result<()> {
    for way in WAYS {
        let (gateway, mut bianca, _) = logged_in_at_level_1("redirect").await?;
        gateway.spid()?.answers_logouts(Manners { way, partial: true });
        let cookie = cookie(&bianca)?;
        let page = confirm(&mut bianca, &gateway).await?;
        assert!(page.text().contains("non è stato possibile farti uscire ovunque"), "{}", page.text());
        assert!(page.text().contains("chiudi tutte le finestre del browser"));
        assert!(!still_in(&gateway, &cookie).await?);
    }
    Ok(())
}

#[tokio::test]
async fn at_level_2_and_3_the_provider_keeps_no_session_and_is_not_asked() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for path in ["/", "/certificati"] {
        let mut bianca = gateway.citizen("bianca")?;
        bianca.log_in("anagrafe", path).await?;
        let hops = bianca.trail().len();
        let page = confirm(&mut bianca, &gateway).await?;
        assert!(page.text().contains("Non sei collegato a nessun servizio"), "{}", page.text());
        let at_the_provider = |hop: &&Page| hop.address.host_str() == Some("idp.localhost");
        assert_eq!(bianca.trail()[hops..].iter().filter(at_the_provider).count(), 0, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_logout_at_the_provider_ends_the_session_here() -> Result<()> {
    for way in WAYS {
        let (mut gateway, mut bianca, kept) = logged_in_at_level_1("redirect").await?;
        let cookie = cookie(&bianca)?;
        // What a session stands on outlives a restart.
        gateway.restart().await?;
        assert!(still_in(&gateway, &cookie).await?);
        let going = gateway.spid()?.log_out(&kept, way, Flaw::None).await?;
        let page = bianca.take(&going).await?;
        let entity = format!("{}/pub-ag-full/c_e715", gateway.access_url());
        assert_eq!(page.element("logout").as_deref(), Some(format!("Uscita conclusa. {entity}: Success").as_str()));
        assert_eq!(gateway.spid()?.logouts(), [format!("{entity}: Success")]);
        assert!(!still_in(&gateway, &cookie).await?, "{way:?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_provider_needs_no_cookie_of_ours_and_is_answered_again_and_again() -> Result<()> {
    let (gateway, bianca, kept) = logged_in_at_level_1("redirect").await?;
    let cookie = cookie(&bianca)?;
    // Another browser: none of the citizen's cookies comes along.
    let mut elsewhere = gateway.citizen("dario")?;
    for times in 1..=2 {
        let going = gateway.spid()?.log_out(&kept, Way::Post, Flaw::None).await?;
        elsewhere.take(&going).await?;
        assert_eq!(gateway.spid()?.logouts().len(), times, "also where there is no session any more");
        assert!(!still_in(&gateway, &cookie).await?);
    }
    // The very same message again does no harm, and is an answer that nobody waits for.
    let going = gateway.spid()?.log_out(&kept, Way::Redirect, Flaw::None).await?;
    elsewhere.take(&going).await?;
    let page = elsewhere.take(&going).await?;
    assert_eq!(page.element("logout").as_deref(), Some("Risposta rifiutata: an answer to nothing"));
    Ok(())
}

#[tokio::test]
async fn a_provider_ends_the_session_of_that_login_and_no_other() -> Result<()> {
    let (gateway, bianca, kept) = logged_in_at_level_1("redirect").await?;
    let mut dario = gateway.citizen("dario")?;
    dario.log_in("anagrafe", "/bacheca").await?;
    let (hers, his) = (cookie(&bianca)?, cookie(&dario)?);
    let spid = gateway.spid()?;
    for other in [
        KeptSession { name_id: "_nessuno".to_owned(), ..kept.clone() },
        KeptSession { index: "_altra".to_owned(), ..kept.clone() },
    ] {
        let page = dario.take(&spid.log_out(&other, Way::Redirect, Flaw::None).await?).await?;
        assert!(page.text().contains("Success"), "it is answered all the same: {}", page.text());
        assert!(still_in(&gateway, &hers).await? && still_in(&gateway, &his).await?, "{other:?}");
    }
    dario.take(&spid.log_out(&kept, Way::Redirect, Flaw::None).await?).await?;
    assert!(!still_in(&gateway, &hers).await? && still_in(&gateway, &his).await?);
    Ok(())
}

/// The status and the code that a flaw is refused with, by a way.
const fn verdict(flaw: Flaw, way: Way) -> (u16, &'static str) {
    match (flaw, way) {
        (Flaw::None, _) => (200, "accepted"),
        (Flaw::Unsigned, Way::Post) | (Flaw::ForeignKey | Flaw::Changed | Flaw::OtherOctets, _) => {
            (403, "logout.request.signature")
        }
        (Flaw::Twice, Way::Post) => (400, "login.request.malformed"),
        (Flaw::Unsigned | Flaw::Twice, Way::Redirect) | (Flaw::BothMessages | Flaw::Doctype | Flaw::Bomb, _) => {
            (400, "logout.request.malformed")
        }
        (Flaw::OtherDestination, _) => (403, "logout.request.destination"),
        (Flaw::UnknownIssuer, _) => (403, "logout.request.issuer"),
        (Flaw::Expired | Flaw::Old, _) => (403, "logout.request.expired"),
    }
}

const FLAWS: [Flaw; 12] = [
    Flaw::Unsigned,
    Flaw::ForeignKey,
    Flaw::Changed,
    Flaw::OtherOctets,
    Flaw::Twice,
    Flaw::BothMessages,
    Flaw::OtherDestination,
    Flaw::UnknownIssuer,
    Flaw::Expired,
    Flaw::Old,
    Flaw::Doctype,
    Flaw::Bomb,
];

#[tokio::test]
async fn no_forged_request_ends_a_session() -> Result<()> {
    let (gateway, mut bianca, kept) = logged_in_at_level_1("redirect").await?;
    let cookie = cookie(&bianca)?;
    for flaw in FLAWS {
        for way in WAYS {
            let page = bianca.take(&gateway.spid()?.log_out(&kept, way, flaw).await?).await?;
            let (status, code) = verdict(flaw, way);
            let refused = (page.status.as_u16(), page.code());
            assert_eq!(refused, (status, Some(code.to_owned())), "{flaw:?} {way:?}: {}", page.text());
            assert!(still_in(&gateway, &cookie).await?, "{flaw:?} {way:?}");
        }
    }
    assert_eq!(gateway.spid()?.logouts(), [""; 0], "nothing was answered");
    let metrics = gateway.metrics().await?;
    assert!(metrics.contains("logout.request.signature"), "refusals are counted");
    Ok(())
}

#[tokio::test]
async fn no_forged_answer_ends_a_logout() -> Result<()> {
    let (gateway, mut bianca, kept) = logged_in_at_level_1("redirect").await?;
    let id = "_0123456789abcdef0123456789abcdef";
    let spid = gateway.spid()?;
    for flaw in [Flaw::Unsigned, Flaw::ForeignKey, Flaw::OtherDestination, Flaw::UnknownIssuer, Flaw::Doctype] {
        for way in WAYS {
            let page = bianca.take(&spid.answer_logout(&kept.service_provider, id, way, flaw).await?).await?;
            let (status, code) = verdict(flaw, way);
            assert_eq!((page.status.as_u16(), page.code()), (status, Some(code.to_owned())), "{flaw:?} {way:?}");
        }
    }
    for way in WAYS {
        for id in [id, "_un-altro", ""] {
            let page = bianca.take(&spid.answer_logout(&kept.service_provider, id, way, Flaw::None).await?).await?;
            assert_eq!((page.status.as_u16(), page.code().as_deref()), (403, Some("logout.response.unknown")), "{id}");
        }
    }
    let home = bianca.open("anagrafe", "/bacheca").await?;
    assert_eq!(home.status, 200, "nobody was logged out");
    Ok(())
}

#[tokio::test]
async fn an_answer_counts_once() -> Result<()> {
    let (gateway, mut bianca, _) = logged_in_at_level_1("redirect").await?;
    confirm(&mut bianca, &gateway).await?;
    let answer = bianca
        .trail()
        .iter()
        .map(|hop| hop.address.clone())
        .find(|it| it.query().is_some_and(|query| query.starts_with("SAMLResponse")));
    let again = bianca.take(&Going::Redirect(answer.context("the answer on its way")?.into())).await?;
    assert_eq!((again.status.as_u16(), again.code().as_deref()), (403, Some("logout.response.unknown")));
    Ok(())
}

#[tokio::test]
async fn a_method_that_is_not_open_has_no_logout() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let address = format!("{}/logout/cie?SAMLRequest=x", gateway.access_url());
    let page = gateway.citizen("bianca")?.visit(address.parse()?).await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (404, Some("login.method.unknown")));
    Ok(())
}
