//! Answers that an honest provider does not give: each is refused with its code, the attempt is
//! spent, nobody is logged in, and the service hears nothing.

use anyhow::Result;
use varco_tests::harness::{Citizen, Gateway, Page};
use varco_tests::identity_provider::Variation;

use crate::asked;

/// The status and the code that each is refused with.
pub(crate) const fn verdict(variation: &Variation) -> (u16, &'static str) {
    match variation {
        Variation::Unsigned
        | Variation::EncryptedUnsigned
        | Variation::AssertionUnsigned
        | Variation::ForeignKey
        | Variation::TamperedAttribute
        | Variation::Sha1
        | Variation::ExtraTransform => (403, "spid.response.signature"),
        Variation::Wrapped(_) => (403, "spid.response.assertion"),
        Variation::Expired => (403, "spid.response.expired"),
        Variation::NotYetValid => (403, "spid.response.not-yet-valid"),
        Variation::IssuedBeforeTheRequest => (403, "spid.response.issued-too-early"),
        Variation::OtherAudience => (403, "spid.response.audience"),
        Variation::OtherDestination => (403, "spid.response.destination"),
        Variation::OtherRecipient => (403, "spid.response.recipient"),
        Variation::OtherInResponseTo => (403, "spid.response.in-response-to"),
        Variation::OtherIssuer => (403, "spid.response.issuer"),
        Variation::LowerLevel => (403, "spid.response.level-too-low"),
        Variation::UnknownLevel => (403, "spid.response.authentication"),
        Variation::NoFiscalNumber => (403, "spid.identity.anonymous"),
        Variation::WrongFiscalNumber => (403, "spid.identity.fiscal-number"),
        Variation::Oversized
        | Variation::MalformedBase64
        | Variation::MalformedXml
        | Variation::Doctype
        | Variation::CommentInValue => (400, "spid.response.malformed"),
        Variation::AssertionId(_) => (403, "login.proof.replayed"),
        Variation::Good
        | Variation::OnlyAssertionSigned
        | Variation::Encrypted
        | Variation::HigherLevel
        | Variation::Value(..) => (200, "accepted"),
    }
}

#[tokio::test]
async fn every_answer_that_breaks_a_rule_is_refused() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for variation in Variation::every_refused() {
        let mut dario = gateway.citizen("dario")?;
        let request = asked(&mut dario, &gateway, "/").await?;
        let response = gateway.spid()?.respond(&request, dario.person(), &variation)?;
        let page = dario.bring_back(&response, &request.relay_state).await?;
        let (status, code) = verdict(&variation);
        assert_refused(&page, status, code);

        let honest = gateway.spid()?.respond(&request, dario.person(), &Variation::Good)?;
        let second = dario.bring_back(&honest, &request.relay_state).await?;
        assert_refused(&second, 403, "login.attempt.unknown");
        assert_nobody_is_logged_in(&mut dario, &gateway).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_is_good_for_one_login() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, &gateway, "/").await?;
    let once = Variation::AssertionId("_una-volta-sola".to_owned());
    let response = gateway.spid()?.respond(&request, dario.person(), &once)?;
    assert_eq!(dario.bring_back(&response, &request.relay_state).await?.status, 200);

    // The same answer again, by the same browser and by another one.
    let mut stranger = gateway.citizen("bianca")?;
    let request_of_stranger = asked(&mut stranger, &gateway, "/").await?;
    let again = dario.bring_back(&response, &request.relay_state).await?;
    assert_refused(&again, 403, "login.attempt.unknown");
    let stolen = stranger.bring_back(&response, &request_of_stranger.relay_state).await?;
    assert_refused(&stolen, 403, "spid.response.in-response-to");

    // Another login with an assertion of the same name.
    let mut elsewhere = gateway.citizen("dario")?;
    let request = asked(&mut elsewhere, &gateway, "/").await?;
    let response = gateway.spid()?.respond(&request, elsewhere.person(), &once)?;
    let (status, code) = verdict(&once);
    assert_refused(&elsewhere.bring_back(&response, &request.relay_state).await?, status, code);
    Ok(())
}

#[tokio::test]
async fn an_answer_is_for_the_browser_that_asked() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, &gateway, "/").await?;
    let response = gateway.spid()?.respond(&request, dario.person(), &Variation::Good)?;

    // Somebody who has no attempt, and somebody who has another one.
    let mut without = gateway.citizen("bianca")?;
    assert_refused(&without.bring_back(&response, &request.relay_state).await?, 403, "login.attempt.unknown");
    let mut with = gateway.citizen("bianca")?;
    asked(&mut with, &gateway, "/").await?;
    assert_refused(&with.bring_back(&response, &request.relay_state).await?, 403, "login.attempt.unknown");
    assert_nobody_is_logged_in(&mut with, &gateway).await?;

    // The attempt of the browser that asked still stands: nobody else could spend it.
    assert_eq!(dario.bring_back(&response, &request.relay_state).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_refused() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut dario = gateway.citizen("dario")?;
    let request = asked(&mut dario, &gateway, "/").await?;
    let response = gateway.spid()?.respond(&request, dario.person(), &Variation::Good)?;
    for relay_state in ["", "non-un-tentativo", "AAAAAAAAAAAAAAAAAAAAAA"] {
        assert_refused(&dario.bring_back(&response, relay_state).await?, 403, "login.attempt.unknown");
    }
    Ok(())
}

#[tokio::test]
async fn the_answer_to_an_earlier_question_is_refused() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut dario = gateway.citizen("dario")?;
    let first = asked(&mut dario, &gateway, "/").await?;
    let second = asked(&mut dario, &gateway, "/").await?;
    assert_ne!(first.id, second.id);
    let response = gateway.spid()?.respond(&first, dario.person(), &Variation::Good)?;
    let page = dario.bring_back(&response, &second.relay_state).await?;
    assert_refused(&page, 403, "spid.response.in-response-to");
    Ok(())
}

fn assert_refused(page: &Page, status: u16, code: &str) {
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (status, Some(code)), "{}", page.text());
    let cookies = page.headers.get_all("set-cookie").iter();
    assert!(cookies.filter_map(|cookie| cookie.to_str().ok()).all(|cookie| !cookie.contains("session=")), "{page:?}");
}

async fn assert_nobody_is_logged_in(citizen: &mut Citizen, gateway: &Gateway) -> Result<()> {
    let page = citizen.open("anagrafe", "/").await?;
    assert!(page.address.path().starts_with("/login"), "{}", page.address);
    assert_eq!(gateway.service("anagrafe")?.requests(), 0, "the service was reached");
    Ok(())
}
