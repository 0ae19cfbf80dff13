//! What our own engine makes of a message by the rules of SPID. Every trial is held at the same instant,
//! about the same question.

use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use varco_core::level::Level;
use varco_saml::response::{Expected, Rejection, UnverifiedResponse, VerifiedAssertion};

use crate::provider::Provider;

/// The instant that the request carried.
pub const REQUESTED_AT: &str = "2026-11-25T10:00:00Z";
/// The name of the request.
pub const REQUEST_ID: &str = "_request";
/// Where the answer goes.
pub const DESTINATION: &str = "https://access.example/return/spid";
/// Who asked.
pub const AUDIENCE: &str = "https://access.example/c_e715";

/// Half a minute after the request.
fn asked_and_now() -> (Timestamp, Timestamp) {
    let asked = REQUESTED_AT.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    (asked, asked + SignedDuration::from_secs(30))
}

/// Reads the XML text of a response, as if a browser had brought it.
pub fn read(xml: &str, provider: &Provider) -> Result<VerifiedAssertion, Rejection> {
    read_field(&BASE64.encode(xml.as_bytes()), provider)
}

/// Reads the form field of a response.
pub fn read_field(field: &str, provider: &Provider) -> Result<VerifiedAssertion, Rejection> {
    let (requested_at, now) = asked_and_now();
    let expected = Expected {
        request_id: REQUEST_ID,
        requested_at,
        destination: DESTINATION,
        audience: AUDIENCE,
        provider: &provider.identity,
        level: Level::Two,
        decryption: &[],
        second: None,
        attributes: &["fiscalNumber"],
        now,
    };
    UnverifiedResponse::decode(field)?.verify(&expected, &varco_spid::SPID)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Answer, FISCAL_NUMBER};
    use crate::dice::Dice;

    #[test]
    fn every_shape_of_an_honest_answer_is_accepted() {
        let provider = Provider::new().unwrap();
        for seed in 0..64 {
            let answer = Answer::draw(&mut Dice::new(seed));
            let xml = provider.seal(&answer.write(), answer.response_signed).unwrap();
            let read = read(&xml, &provider).unwrap_or_else(|why| panic!("{seed}: {why:?}\n{xml}"));
            assert_eq!(read.attributes["fiscalNumber"], FISCAL_NUMBER);
        }
    }

    #[test]
    fn the_full_one_has_about_twelve_kilobytes() {
        let provider = Provider::new().unwrap();
        let xml = provider.seal(&Answer::full().write(), true).unwrap();
        assert!((11_500..13_000).contains(&xml.len()), "{}", xml.len());
        assert!(read(&xml, &provider).is_ok());
    }
}
