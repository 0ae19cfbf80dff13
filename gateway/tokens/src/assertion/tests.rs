use jiff::SignedDuration;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use proptest::prelude::*;
use serde_json::{Value, json};
use varco_core::attribute::Attribute;

use super::*;
use crate::fixture::{self, service, session};
use crate::key_ring::AssertionKey;

fn signer() -> AssertionSigner {
    let ring = KeyRing { current: AssertionKey::generate().unwrap(), previous: vec![] };
    AssertionSigner::new("https://accesso.example".to_owned(), ring, Subjects::new(&fixture::master())).unwrap()
}

/// The claims, once the signature is verified as a service would do it: by the published keys.
fn verified(jwks: &str, assertion: &HeaderValue) -> Value {
    let text = assertion.to_str().unwrap();
    let header = decode_header(text).unwrap();
    assert_eq!((header.typ.as_deref(), header.alg), (Some("varco+jwt"), Algorithm::ES256));
    let keys: JwkSet = serde_json::from_str(jwks).unwrap();
    let key = DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_audience(&["anagrafe"]);
    validation.set_issuer(&["https://accesso.example"]);
    decode::<Value>(text, &key, &validation).unwrap().claims
}

fn at(minute: i64, second: i64) -> Timestamp {
    session().opened_at.checked_add(SignedDuration::from_secs(minute * 60 + second)).unwrap()
}

#[test]
fn a_service_verifies_who_is_calling() {
    let signer = signer();
    let assertion = signer.assertion(&session(), &service("anagrafe"), at(1, 0)).unwrap();
    assert!(assertion.is_sensitive());
    insta::assert_json_snapshot!(verified(signer.jwks(), &assertion), @r#"
    {
      "acr": "https://www.spid.gov.it/SpidL2",
      "amr": [
        "spid"
      ],
      "aud": "anagrafe",
      "auth_time": 1795608000,
      "exp": 1795608360,
      "given_name": "Ada",
      "https://attributes.eid.gov.it/fiscal_number": "RSSMRA80A01H501U",
      "iat": 1795608060,
      "iss": "https://accesso.example",
      "sid": "GoXRwmdd1uHYYISbjdAwcg",
      "sub": "M5yXhouDHsv9wUDNxtD2kMQBZBLTwhw3VjQeFlkYoas"
    }
    "#);
}

#[test]
fn attributes_take_the_place_of_no_other_claim() {
    let (signer, session, mut service) = (signer(), session(), service("anagrafe"));
    service.attributes.clear();
    let claims = serde_json::to_value(signer.claims(&session, &service, 0, 0)).unwrap();
    for attribute in Attribute::ALL {
        assert_eq!(claims.get(attribute.claim()), None, "{attribute}");
    }
}

#[test]
fn an_assertion_is_signed_once_until_a_minute_before_its_end() {
    let (signer, session, service) = (signer(), session(), service("anagrafe"));
    let assertion = |minute, second| signer.assertion(&session, &service, at(minute, second)).unwrap();
    let first = assertion(0, 0);
    assert_eq!(assertion(3, 59), first);
    let second = assertion(4, 0);
    assert_ne!(second, first);
    assert_eq!(verified(signer.jwks(), &second)["iat"], at(4, 0).as_second());
    assert_eq!(assertion(7, 59), second);
}

#[test]
fn no_assertion_outlives_the_session() {
    let (signer, session, service) = (signer(), session(), service("anagrafe"));
    let end = session.expires_at.as_second();
    let exp = |assertion: &HeaderValue| verified(signer.jwks(), assertion)["exp"].as_i64().unwrap();
    let assertion = |minute, second| signer.assertion(&session, &service, at(minute, second)).unwrap();
    assert_eq!(exp(&assertion(475, 0)), end);
    let last = assertion(478, 30);
    assert_eq!(exp(&last), end);
    assert_eq!(assertion(479, 59), last, "nothing longer can be signed, so nothing is signed again");
}

#[test]
fn sessions_and_services_do_not_share_assertions() {
    let signer = signer();
    let assertion = |session: &Session, id| signer.assertion(session, &service(id), at(0, 0)).unwrap();
    let mut other_session = session();
    other_session.id = SessionId(varco_core::secret::Secret::from_bytes([8; 16]));
    let first = assertion(&session(), "anagrafe");
    assert_ne!(first, assertion(&session(), "tributi"));
    assert_ne!(first, assertion(&other_session, "anagrafe"));
    assert_eq!(first, assertion(&session(), "anagrafe"));
}

#[test]
fn services_verify_with_the_keys_before_this_one_too() {
    let before = AssertionKey::generate().unwrap();
    let kept = before.to_pem().unwrap();
    let sign = |current, previous| {
        let ring = KeyRing { current, previous };
        AssertionSigner::new("https://accesso.example".to_owned(), ring, Subjects::new(&fixture::master())).unwrap()
    };
    let old = sign(before, vec![]).assertion(&session(), &service("anagrafe"), at(0, 0)).unwrap();
    let new = sign(AssertionKey::generate().unwrap(), vec![AssertionKey::from_pem(&kept).unwrap()]);
    assert_eq!(verified(new.jwks(), &old)["aud"], "anagrafe");
    let current = new.assertion(&session(), &service("anagrafe"), at(0, 0)).unwrap();
    assert_eq!(verified(new.jwks(), &current)["aud"], "anagrafe");
    let public: Value = serde_json::from_str(new.jwks()).unwrap();
    let members: Vec<_> = public["keys"][0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"], "no private member");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_value_of_an_attribute_becomes_anything_else(name in r#"([ -~\r\nèΩ😀]|","sub":"|\\"|\u{0}){0,24}"#) {
        let mut session = session();
        session.attributes = [(Attribute::GivenName, name.clone())].into_iter().collect();
        let signer = signer();
        let assertion = signer.assertion(&session, &service("anagrafe"), at(0, 0)).unwrap();
        let claims = verified(signer.jwks(), &assertion);
        prop_assert_eq!(&claims["given_name"], &json!(name));
        prop_assert_eq!(claims.as_object().unwrap().len(), 10);
    }
}
