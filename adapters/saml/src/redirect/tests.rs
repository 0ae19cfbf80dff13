//! The binding there and back, and every way to make a query say two things.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

const XML: &str = "<samlp:AuthnRequest ID=\"_1\">caffè &amp; tè</samlp:AuthnRequest>";

struct Pair {
    key: SigningKey,
    trusted: TrustedKey,
}

static OURS: LazyLock<Pair> = LazyLock::new(Pair::new);
static FOREIGN: LazyLock<Pair> = LazyLock::new(Pair::new);

/// A request with a relay state that needs escaping.
static QUERY: LazyLock<String> =
    LazyLock::new(|| signed_query(Message::Request, XML, Some("a b+c&d=é~"), &OURS.key).unwrap());

impl Pair {
    fn new() -> Self {
        let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
        let params = rcgen::CertificateParams::new(vec!["sp.example".to_owned()]).unwrap();
        let certificate = params.self_signed(&pair).unwrap().pem();
        Self {
            key: SigningKey::from_pem(&pair.serialize_pem(), &certificate).unwrap(),
            trusted: TrustedKey::from_certificate_pem(&certificate).unwrap(),
        }
    }
}

fn open(query: &str) -> Result<SignedMessage, RedirectRefusal> {
    open_query(query, Message::Request, &[FOREIGN.trusted.clone(), OURS.trusted.clone()])
}

/// A query with a true signature over whatever stands in it.
fn sealed(unsigned: &str) -> String {
    let signature = OURS.key.sign_bytes(unsigned.as_bytes()).unwrap();
    format!("{unsigned}&Signature={}", escaped(&BASE64.encode(&signature)))
}

fn with_message(bytes: &[u8]) -> String {
    let algorithm = escaped(OURS.key.algorithm().uri());
    sealed(&format!("SAMLRequest={}&SigAlg={algorithm}", escaped(&BASE64.encode(bytes))))
}

#[test]
fn a_message_comes_back_as_it_was_sent() {
    let message = open(&QUERY).unwrap();
    assert_eq!((message.xml.as_str(), message.relay_state.as_deref()), (XML, Some("a b+c&d=é~")));
    let response = signed_query(Message::Response, XML, None, &OURS.key).unwrap();
    let keys = std::slice::from_ref(&OURS.trusted);
    assert_eq!(open_query(&response, Message::Response, keys).unwrap().relay_state, None);
}

#[test]
fn the_parameters_stand_in_the_order_that_is_signed() {
    let names: Vec<_> = QUERY.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    assert_eq!(names, ["SAMLRequest", "RelayState", "SigAlg", "Signature"]);
    assert!(QUERY.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"%&=-._~".contains(&byte)));
}

#[test]
fn the_order_in_which_they_come_does_not_matter() {
    let mut pairs: Vec<_> = QUERY.split('&').collect();
    pairs.reverse();
    assert!(open(&pairs.join("&")).is_ok());
    assert!(open(&format!("utm=1&{}", *QUERY)).is_ok());
}

#[test]
fn what_is_signed_are_the_octets_received() {
    let upper = QUERY.replace("%2F", "%2f");
    assert_ne!(upper, *QUERY);
    assert_eq!(open(&upper), Err(RedirectRefusal::Signature), "another spelling of the same values");
    let algorithm = escaped(OURS.key.algorithm().uri()).to_lowercase();
    let spelled =
        sealed(&format!("SAMLRequest={}&SigAlg={algorithm}", escaped(&BASE64.encode(&deflated(XML).unwrap()))));
    assert!(open(&spelled).is_ok(), "signed in that spelling");
}

#[test]
fn a_changed_parameter_is_refused() {
    let other = escaped(&BASE64.encode(&deflated("<x/>").unwrap()));
    let message = QUERY.split('&').next().unwrap();
    assert_eq!(open(&QUERY.replace(message, &format!("SAMLRequest={other}"))), Err(RedirectRefusal::Signature));
    let relay_state = QUERY.split('&').nth(1).unwrap();
    assert_eq!(open(&QUERY.replace(relay_state, "RelayState=x")), Err(RedirectRefusal::Signature));
    assert_eq!(open(&QUERY.replace(&format!("{relay_state}&"), "")), Err(RedirectRefusal::Signature));
}

#[test]
fn a_foreign_signature_is_refused() {
    let keys = std::slice::from_ref(&FOREIGN.trusted);
    assert_eq!(open_query(&QUERY, Message::Request, keys), Err(RedirectRefusal::Signature));
    assert_eq!(open_query(&QUERY, Message::Request, &[]), Err(RedirectRefusal::Signature));
}

#[test]
fn another_algorithm_is_refused() {
    for algorithm in ["http://www.w3.org/2000/09/xmldsig#rsa-sha1", "", "rsa-sha256"] {
        let query = sealed(&format!("SAMLRequest=x&SigAlg={}", escaped(algorithm)));
        assert_eq!(open(&query), Err(RedirectRefusal::Algorithm), "{algorithm}");
    }
}

#[test]
fn a_missing_parameter_is_refused() {
    for name in ["SAMLRequest", "SigAlg", "Signature"] {
        let rest: Vec<_> = QUERY.split('&').filter(|pair| !pair.starts_with(name)).collect();
        assert_eq!(open(&rest.join("&")), Err(RedirectRefusal::Malformed), "{name}");
    }
}

#[test]
fn a_parameter_that_is_there_twice_is_refused_in_any_spelling() {
    for pair in QUERY.split('&') {
        assert_eq!(open(&format!("{}&{pair}", *QUERY)), Err(RedirectRefusal::Malformed), "{pair}");
    }
    for pair in ["SAML%52equest=x", "%53igAlg=x", "RelayState", "SAMLResponse=x", "SAMLEncoding=urn:other"] {
        assert_eq!(open(&format!("{pair}&{}", *QUERY)), Err(RedirectRefusal::Malformed), "{pair}");
    }
}

#[test]
fn a_message_that_inflates_without_end_is_refused() {
    let bomb = deflated(&" ".repeat(64 * 1024 * 1024)).unwrap();
    assert!(bomb.len() < 70_000);
    assert_eq!(open(&with_message(&bomb)), Err(RedirectRefusal::Inflation));
    let largest = deflated(&"x".repeat(256 * 1024)).unwrap();
    assert!(open(&with_message(&largest)).is_ok());
    let too_large = deflated(&"x".repeat(256 * 1024 + 1)).unwrap();
    assert_eq!(open(&with_message(&too_large)), Err(RedirectRefusal::Inflation));
}

#[test]
fn what_is_not_compressed_text_is_refused() {
    let whole = deflated(XML).unwrap();
    let latin1 = {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(b"<a>caff\xe8</a>").unwrap();
        encoder.finish().unwrap()
    };
    for bytes in [&[][..], XML.as_bytes(), &whole[..whole.len() / 2], &latin1] {
        assert_eq!(open(&with_message(bytes)), Err(RedirectRefusal::Inflation));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_text_and_relay_state_come_back(xml in "[ -~àè€\u{10000}]{0,80}", relay_state in "[ -~àè€]{0,40}") {
        let query = signed_query(Message::Request, &xml, Some(&relay_state), &OURS.key).unwrap();
        let message = open(&query).unwrap();
        prop_assert_eq!((message.xml, message.relay_state), (xml, Some(relay_state)));
    }

    #[test]
    fn no_query_makes_it_panic(query in "(SAMLRequest|SigAlg|Signature|RelayState|[=&%+a-zA-Z0-9]){0,24}") {
        prop_assert!(open(&query).is_err());
    }
}
