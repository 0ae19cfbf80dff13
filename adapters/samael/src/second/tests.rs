//! Both verifiers over what honest providers write, and over what forgers do.

use varco_forge::answer::{ASSERTION_ID, Answer, FISCAL_NUMBER};
use varco_forge::dice::Dice;
use varco_forge::provider::Provider;
use varco_forge::trial;
use varco_saml::second::agrees;

use super::*;

fn read(xml: &str, provider: &Provider) -> Result<SecondReading, Doubt> {
    let certificates: Vec<_> = provider.identity.keys().iter().map(varco_xmldsig::TrustedKey::certificate).collect();
    Samael.read(xml, &certificates)
}

#[test]
fn every_shape_of_an_honest_answer_is_read_alike() {
    let provider = Provider::new().unwrap();
    for seed in 0..64 {
        let answer = Answer::draw(&mut Dice::new(seed));
        let xml = provider.seal(&answer.write(), answer.response_signed).unwrap();
        let ours = trial::read(&xml, &provider).unwrap();
        let agreed = agrees(&Samael, &xml, provider.identity.keys(), &ours);
        assert_eq!(agreed, Ok(()), "{seed}: {xml}");
    }
}

#[test]
fn nothing_is_read_that_the_provider_did_not_sign() {
    let (provider, stranger) = (Provider::new().unwrap(), Provider::new().unwrap());
    let plain = Answer::full().write();
    assert!(read(&plain, &provider).is_err(), "nobody signed it");
    assert!(read(&stranger.seal(&plain, true).unwrap(), &provider).is_err(), "somebody else signed it");
    let sealed = provider.seal(&plain, true).unwrap();
    assert!(read(&sealed.replace(FISCAL_NUMBER, "TINIT-RSSMRA80A01H501U"), &provider).is_err(), "it was changed");
    assert_eq!(read(&sealed, &provider).unwrap().assertion_id, ASSERTION_ID);
    assert!(Samael.read(&sealed, &[]).is_err(), "without a key");
}

#[test]
fn a_weak_algorithm_is_no_signature() {
    let provider = Provider::new().unwrap();
    let sealed = provider.seal(&Answer::full().write(), false).unwrap();
    let weak = sealed.replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1");
    assert_eq!(read(&weak, &provider).unwrap_err(), Doubt::new("samael does not accept the signatures"));
}

#[test]
fn another_reading_is_no_agreement() {
    let provider = Provider::new().unwrap();
    let sealed = provider.seal(&Answer::full().write(), true).unwrap();
    let mut ours = trial::read(&sealed, &provider).unwrap();
    ours.attributes.insert("fiscalNumber".to_owned(), "TINIT-RSSMRA80A01H501U".to_owned());
    assert!(agrees(&Samael, &sealed, provider.identity.keys(), &ours).is_err());
}

#[test]
fn no_text_makes_it_panic() {
    let provider = Provider::new().unwrap();
    for text in ["", "<", "<a/>", "\0", "<a ID=''/>", &"x".repeat(LONGEST + 1)] {
        assert!(read(text, &provider).is_err(), "{text:.20}");
    }
}
