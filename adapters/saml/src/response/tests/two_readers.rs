//! Responses that a second verifier is asked about.

use std::collections::BTreeMap;

use super::*;
use crate::second::{Doubt, SecondReading, SecondVerifier};

/// A verifier that answers the same whatever it is asked, and sees to it that it is asked properly.
#[derive(Debug)]
struct Parrot(Result<SecondReading, Doubt>);

impl SecondVerifier for Parrot {
    fn read(&self, response: &str, certificates: &[&[u8]]) -> Result<SecondReading, Doubt> {
        assert!(response.starts_with("<samlp:Response "), "it is shown the whole message");
        assert_eq!(certificates, [IDP.provider.keys()[0].certificate()]);
        self.0.clone()
    }
}

fn reading(change: fn(&mut SecondReading)) -> Parrot {
    let values = |text: &str| vec![text.to_owned()];
    let attributes = [("fiscalNumber", " TINIT-LVLDAA85T50G702B\n"), ("name", "Ada"), ("email", " ")];
    let mut reading = SecondReading {
        assertion_id: "_assertion".to_owned(),
        name_id: " _name ".to_owned(),
        attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), values(value))).collect(),
    };
    change(&mut reading);
    Parrot(Ok(reading))
}

fn read_with(second: &Parrot) -> Result<VerifiedAssertion, Rejection> {
    let response = UnverifiedResponse::decode(&BASE64.encode(IDP.sealed(&plain()).as_bytes()))?;
    response.verify(&Expected { second: Some(second), ..expected() }, &PROFILE)
}

#[test]
fn what_both_read_alike_is_accepted() {
    assert!(read_with(&reading(|_| ())).is_ok());
}

#[test]
fn what_they_read_differently_is_refused() {
    let changes: [fn(&mut SecondReading); 6] = [
        |reading| reading.assertion_id = "_another".to_owned(),
        |reading| reading.name_id = "_another".to_owned(),
        |reading| reading.attributes = BTreeMap::new(),
        |reading| drop(reading.attributes.insert("name".to_owned(), vec!["Eva".to_owned()])),
        |reading| drop(reading.attributes.insert("name".to_owned(), vec!["Ada".to_owned(), "Eva".to_owned()])),
        |reading| drop(reading.attributes.insert("age".to_owned(), vec!["7".to_owned()])),
    ];
    for change in changes {
        refused(&reading(change));
    }
    refused(&Parrot(Err(Doubt::new("it does not like it"))));
}

#[track_caller]
fn refused(second: &Parrot) {
    let Err(Rejection::Refused(fault)) = read_with(second) else { panic!("{second:?}") };
    assert_eq!(fault.reason, Reason::Signature);
    let cause = fault.cause.unwrap();
    assert!(cause.starts_with("the second verifier disagrees: ") && !cause.contains("Ada"), "{cause}");
}

#[test]
fn it_is_not_asked_about_what_we_refuse() {
    let never = Parrot(Err(Doubt::new("it should not have been asked")));
    let response = UnverifiedResponse::decode(&BASE64.encode(IMPOSTOR.sealed(&plain()).as_bytes())).unwrap();
    let refused = response.verify(&Expected { second: Some(&never), ..expected() }, &PROFILE);
    let Err(Rejection::Refused(fault)) = refused else { panic!("{refused:?}") };
    assert!(!fault.cause.unwrap().contains("second verifier"));
}
