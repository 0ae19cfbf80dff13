use std::collections::BTreeMap;

use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_core::method::{Channel, LoginMethod as _, Return, Verified};
use varco_core::name::ProviderId;
use varco_core::refusal::Refusal;
use varco_saml::request::Comparison;

use super::fixture::{
    Answer, OTHER_PROVIDER, PROVIDER, another_certificate, asking, failure, now, options, provider, provider_of,
    providers, sent, spid,
};
use crate::SpidOptions;

async fn complete(options: SpidOptions, returned: &Return) -> Result<Verified, Refusal> {
    let method = spid(options);
    let sent = sent(&method, "tributi").await;
    method.complete(&sent, returned, now()).await
}

async fn code_of(returned: &Return) -> (&'static str, u16) {
    let refusal = complete(options(), returned).await.unwrap_err();
    (refusal.code(), refusal.status().number())
}

#[tokio::test]
async fn a_verified_answer_is_an_identity_and_a_proof() {
    let verified = complete(options(), &Answer::default().signed()).await.unwrap();
    let identity = verified.identity;
    assert_eq!(identity.person.value(), "RSSMRA80A01H501U");
    assert_eq!(identity.level, Level::Two);
    assert_eq!(identity.provider.unwrap().as_str(), PROVIDER);
    assert_eq!(identity.authenticated_at, now());
    assert_eq!(identity.attributes.value(Attribute::GivenName), Some("Maria"));
    assert_eq!(identity.attributes.iter().count(), 4);
    assert_eq!(verified.proof.id, "https://idp.example _a1", "no provider can use up the proof of another");
    assert_eq!(verified.proof.expires_at.to_string(), "2026-11-22T10:05:00Z");
}

#[tokio::test]
async fn a_higher_level_than_asked_is_kept_a_lower_one_is_refused() {
    let answer = |class| Answer { class, ..Answer::default() }.signed();
    let verified = complete(options(), &answer("https://www.spid.gov.it/SpidL3")).await.unwrap();
    assert_eq!(verified.identity.level, Level::Three);
    assert_eq!(code_of(&answer("https://www.spid.gov.it/SpidL1")).await.0, "spid.response.level-too-low");
}

#[tokio::test]
async fn where_a_better_level_was_asked_for_the_same_will_not_do() {
    let better = || SpidOptions { comparison: Comparison::Better, ..options() };
    let answer = |class| Answer { class, ..Answer::default() }.signed();
    let same = complete(better(), &answer("https://www.spid.gov.it/SpidL2")).await.unwrap_err();
    assert_eq!(same.code(), "spid.response.level-too-low");
    assert!(complete(better(), &answer("https://www.spid.gov.it/SpidL3")).await.is_ok());
}

#[tokio::test]
async fn an_answer_for_another_body_is_refused() {
    let answer = Answer { audience: "https://accesso.regione.example/pub-ag-full/c_altro", ..Answer::default() };
    assert_eq!(code_of(&answer.signed()).await, ("spid.response.audience", 403));
}

#[tokio::test]
async fn a_person_whose_name_was_asked_for_has_one() {
    let answer = Answer { attributes: vec![("fiscalNumber", "TINIT-RSSMRA80A01H501U")], ..Answer::default() };
    assert_eq!(code_of(&answer.signed()).await, ("spid.response.attributes", 403));
}

#[tokio::test]
async fn a_wrong_fiscal_number_stops_the_login() {
    let attributes = vec![("fiscalNumber", "TINIT-RSSMRA80A01H501V"), ("name", "Maria"), ("familyName", "Rossi")];
    let answer = Answer { attributes, ..Answer::default() };
    assert_eq!(code_of(&answer.signed()).await, ("spid.identity.fiscal-number", 403));
}

#[tokio::test]
async fn each_failure_that_a_provider_reports_has_its_code() {
    for number in (8..=25).chain([30]) {
        let (code, status) = code_of(&failure(number)).await;
        assert_eq!((code, status), (format!("spid.error.nr{number:02}").as_str(), 403));
    }
    assert_eq!(code_of(&failure(26)).await, ("spid.error.provider", 403));
}

#[tokio::test]
async fn without_a_response_there_is_nothing_to_verify() {
    assert_eq!(code_of(&Return::default()).await, ("spid.response.malformed", 400));
}

#[tokio::test]
async fn a_provider_that_has_gone_from_the_configuration_vouches_for_nobody() {
    let before = spid(options());
    let sent = sent(&before, "tributi").await;
    let after = asking(options(), vec![provider(OTHER_PROVIDER)]);
    let refusal = after.complete(&sent, &Answer::default().signed(), now()).await.unwrap_err();
    assert_eq!(refusal.code(), "login.provider.unknown");
}

#[tokio::test]
async fn no_provider_answers_for_another_that_is_trusted_too() {
    let method = spid(options());
    let mut sent = sent(&method, "tributi").await;
    sent.provider = Some(ProviderId::parse(OTHER_PROVIDER).unwrap());
    let refusal = method.complete(&sent, &Answer::default().signed(), now()).await.unwrap_err();
    assert_eq!(refusal.code(), "spid.response.issuer");
}

#[tokio::test]
async fn the_key_of_one_provider_signs_for_no_other() {
    let mut providers = providers();
    providers[0] = provider_of(PROVIDER, &another_certificate());
    let method = asking(options(), providers);
    let sent = sent(&method, "tributi").await;
    let refusal = method.complete(&sent, &Answer::default().signed(), now()).await.unwrap_err();
    assert_eq!(refusal.code(), "spid.response.signature", "it is signed with the key of the second provider");
}

#[test]
fn an_answer_that_is_not_posted_names_no_attempt() {
    let method = spid(options());
    let posted = Answer::default().signed();
    assert!(method.attempt_of(&posted).is_some());
    assert_eq!(method.attempt_of(&Return { channel: Channel::Query, ..posted }), None);
}

#[test]
fn the_relay_state_names_the_attempt() {
    let method = spid(options());
    let of = |relay_state: &str| {
        let parameters = BTreeMap::from([("RelayState".to_owned(), relay_state.to_owned())]);
        method.attempt_of(&Return { channel: Channel::Form, parameters }).map(|attempt| attempt.reveal())
    };
    assert_eq!(of("BwcHBwcHBwcHBwcHBwcHBw").as_deref(), Some("BwcHBwcHBwcHBwcHBwcHBw"));
    assert_eq!(of("https://evil.example/"), None);
    assert_eq!(method.attempt_of(&Return::default()), None);
}
