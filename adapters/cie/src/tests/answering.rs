use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_core::method::{LoginMethod as _, Return, Verified};
use varco_core::refusal::Refusal;
use varco_saml::request::Comparison;

use super::fixture::{Answer, ENTITY_FORMAT, PROVIDER, cie, failure, now, options, sent};
use crate::CieOptions;

async fn complete(returned: &Return) -> Result<Verified, Refusal> {
    complete_at(options(), Level::Two, returned).await
}

async fn complete_at(options: CieOptions, level: Level, returned: &Return) -> Result<Verified, Refusal> {
    let method = cie(options);
    let sent = sent(&method, level).await;
    method.complete(&sent, returned, now()).await
}

async fn code_of(answer: &Answer) -> &'static str {
    complete(&answer.signed()).await.unwrap_err().code()
}

#[tokio::test]
async fn a_verified_answer_is_an_identity_and_a_proof() {
    let verified = complete(&Answer::default().signed()).await.unwrap();
    let identity = verified.identity;
    assert_eq!((identity.method.as_str(), identity.level), ("cie", Level::Three));
    assert_eq!(identity.person.value(), "RSSMRA80A01H501U");
    assert_eq!(identity.attributes.value(Attribute::Birthdate), Some("1980-01-01"));
    assert_eq!(identity.attributes.iter().count(), 4);
    assert_eq!(verified.proof.id, format!("{PROVIDER} _a1"));
}

#[tokio::test]
async fn the_issuer_of_the_assertion_may_say_that_it_is_an_entity_or_nothing() {
    let answer = |issuer_format| Answer { issuer_format, ..Answer::default() };
    assert!(complete(&answer(Some(ENTITY_FORMAT)).signed()).await.is_ok());
    assert!(complete(&answer(None).signed()).await.is_ok());
    let persistent = answer(Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
    assert_eq!(code_of(&persistent).await, "cie.response.issuer");
    assert_eq!(code_of(&answer(Some(""))).await, "cie.response.issuer");
}

#[tokio::test]
async fn the_level_that_was_asked_for_is_the_least_that_will_do() {
    let answer = |class| Answer { class, ..Answer::default() };
    let verified = complete(&answer("https://www.spid.gov.it/SpidL2").signed()).await.unwrap();
    assert_eq!(verified.identity.level, Level::Two);
    assert_eq!(code_of(&answer("https://www.spid.gov.it/SpidL1")).await, "cie.response.level-too-low");
    assert_eq!(code_of(&answer("SpidL3")).await, "cie.response.authentication");
}

#[tokio::test]
async fn what_cie_cannot_be_asked_for_is_not_held_against_it() {
    let better = CieOptions { comparison: Comparison::Better, ..options() };
    let verified = complete_at(better, Level::Three, &Answer::default().signed()).await.unwrap();
    assert_eq!(verified.identity.level, Level::Three);
}

#[tokio::test]
async fn what_cie_does_not_have_is_not_kept() {
    let mut answer = Answer::default();
    answer.attributes.extend([("spidCode", "AGID-001"), ("email", "maria@example.org")]);
    let identity = complete(&answer.signed()).await.unwrap().identity;
    assert_eq!(identity.attributes.iter().count(), 4);
    assert_eq!(identity.attributes.value(Attribute::SpidCode), None);
}

#[tokio::test]
async fn everybody_has_the_minimum_data_set() {
    for left_out in ["name", "familyName", "dateOfBirth"] {
        let mut answer = Answer::default();
        answer.attributes.retain(|(name, _)| *name != left_out);
        assert_eq!(code_of(&answer).await, "cie.response.attributes", "{left_out}");
    }
}

#[tokio::test]
async fn nobody_is_known_without_a_fiscal_number() {
    let mut answer = Answer::default();
    answer.attributes.retain(|(name, _)| *name != "fiscalNumber");
    assert_eq!(code_of(&answer).await, "cie.identity.anonymous");
    answer.attributes.push(("spidCode", "DE/IT/a-b"));
    assert_eq!(code_of(&answer).await, "cie.identity.anonymous", "it knows no European identifiers");
    answer.attributes.push(("fiscalNumber", "RSSMRA80A01H501U"));
    assert_eq!(code_of(&answer).await, "cie.identity.fiscal-number", "TINIT- is missing");
}

#[tokio::test]
async fn each_failure_that_the_provider_reports_has_its_code() {
    // CIE manual, error codes: 21, 22, 23 and 25 are for the citizen; 19, 20 and 24 are reserved.
    for number in [19, 20, 21, 22, 23, 24, 25] {
        let refusal = complete(&failure(number)).await.unwrap_err();
        assert_eq!((refusal.code(), refusal.status().number()), (format!("cie.error.nr{number}").as_str(), 403));
    }
}
