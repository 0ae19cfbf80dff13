use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use varco_core::method::Departure;
use varco_xmldsig::{Placement, SigningKey, TrustedKey, Xml, verify};

use super::*;
use crate::redirect::{Message, open_query};

struct Fixed(u8);

impl Randomness for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn request<'a>() -> AuthnRequest<'a> {
    AuthnRequest {
        id: "_abababababababababababababababab",
        issued_at: "2026-11-22T10:00:00Z".parse().unwrap(),
        destination: "https://idp.example/sso",
        issuer: "https://accesso.example/pub-ag-full/c_e715",
        assertion_consumer_service: 0,
        attribute_consuming_service: 3,
        extension: None,
        comparison: Comparison::Minimum,
        context_class: "https://www.spid.gov.it/SpidL2",
    }
}

#[test]
fn a_request_says_what_the_rules_want_and_nothing_else() {
    insta::assert_snapshot!(request().element().to_xml());
}

#[test]
fn what_the_federation_adds_comes_right_after_the_issuer_and_the_signature() {
    let (signing, _) = key_pair();
    let request =
        AuthnRequest { extension: Some(Element::new("x:Purpose").with("xmlns:x", "urn:x").text("P")), ..request() };
    let signed = signing.sign(&request.element().to_xml(), request.id, Placement::After(ASSERTION, "Issuer")).unwrap();
    let xml = Xml::parse(&signed).unwrap();
    let names: Vec<_> = xml.root().children().map(varco_xmldsig::Element::name).collect();
    assert_eq!(names, ["Issuer", "Signature", "Extensions", "NameIDPolicy", "RequestedAuthnContext"]);
    let purpose = xml.root().only_child(PROTOCOL, "Extensions").unwrap().only_child("urn:x", "Purpose").unwrap();
    assert_eq!(purpose.text().as_deref(), Some("P"));
}

#[test]
fn an_id_has_128_random_bits_and_is_an_xml_name() {
    assert_eq!(draw_id(&Fixed(0xab)), "_abababababababababababababababab");
}

#[test]
fn the_issue_instant_is_not_after_now_and_has_whole_seconds() {
    let now: Timestamp = "2026-11-22T10:00:00.987Z".parse().unwrap();
    assert_eq!(issue_instant(now).to_string(), "2026-11-22T10:00:00Z");
}

fn key_pair() -> (SigningKey, TrustedKey) {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    let signing = SigningKey::from_pem(&key.serialize_pem(), &certificate.pem()).unwrap();
    (signing, TrustedKey::from_certificate_der(certificate.der()).unwrap())
}

#[test]
fn by_redirect_the_query_is_signed() {
    let (signing, trusted) = key_pair();
    for (destination, start) in [
        ("https://idp.example/sso", "https://idp.example/sso?SAMLRequest="),
        ("https://idp.example/?a=b", "https://idp.example/?a=b&SAMLRequest="),
    ] {
        let request = AuthnRequest { destination, ..request() };
        let Departure::Redirect(address) = Binding::Redirect.send(&request, "relay", &signing).unwrap() else {
            panic!("not a redirect");
        };
        assert!(address.starts_with(start), "{address}");
        let query = &address[start.len() - "SAMLRequest=".len()..];
        let opened = open_query(query, Message::Request, std::slice::from_ref(&trusted)).unwrap();
        assert_eq!(opened.xml, request.element().to_xml());
        assert_eq!(opened.relay_state.as_deref(), Some("relay"));
    }
}

#[test]
fn by_post_the_request_is_signed_after_its_issuer() {
    let (signing, trusted) = key_pair();
    let Departure::PostForm { action, fields } = Binding::Post.send(&request(), "relay", &signing).unwrap() else {
        panic!("not a form");
    };
    assert_eq!(action, "https://idp.example/sso");
    let [(message, encoded), (relay_state, relay)] = &fields[..] else { panic!("{fields:?}") };
    assert_eq!((message.as_str(), relay_state.as_str(), relay.as_str()), ("SAMLRequest", "RelayState", "relay"));
    let text = String::from_utf8(data_encoding::BASE64.decode(encoded.as_bytes()).unwrap()).unwrap();
    let xml = Xml::parse(&text).unwrap();
    let names: Vec<_> = xml.root().children().map(varco_xmldsig::Element::name).collect();
    assert_eq!(names, ["Issuer", "Signature", "NameIDPolicy", "RequestedAuthnContext"]);
    assert_eq!(verify(xml.root(), &[trusted]).unwrap().element().attribute("ID"), Some(request().id));
}
