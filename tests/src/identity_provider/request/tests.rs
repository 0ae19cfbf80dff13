use std::collections::BTreeMap;

use data_encoding::BASE64;

use super::*;

const NOW: &str = "2026-11-25T08:00:30Z";
const SIGN_ON: &str = "https://idp.localhost/sso";
const REQUEST: &str = r#"<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0" IssueInstant="2026-11-25T08:00:00Z" Destination="https://idp.localhost/sso" ForceAuthn="true" AssertionConsumerServiceIndex="0" AttributeConsumingServiceIndex="1"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="https://sp.example">https://sp.example</saml:Issuer><samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"/><samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>"#;

fn message(xml: &str, relay_state: &str) -> Message {
    let field = |name: &str, value: String| (name.to_owned(), value);
    let fields = [field("SAMLRequest", BASE64.encode(xml.as_bytes())), field("RelayState", relay_state.to_owned())];
    Message::from_form(&fields).unwrap()
}

fn read_xml(xml: &str) -> Result<AuthnRequest, Anomaly> {
    read_message(&message(xml, "opaco"))
}

fn read_message(message: &Message) -> Result<AuthnRequest, Anomaly> {
    let from = ServiceProvider {
        encryption: None,
        entity_id: "https://sp.example".to_owned(),
        keys: Vec::new(),
        consumers: BTreeMap::from([("0".to_owned(), "https://sp.example/acs".to_owned())]),
        default_consumer: "0".to_owned(),
        attribute_sets: BTreeMap::from([("1".to_owned(), vec!["fiscalNumber".to_owned()])]),
        single_logout: BTreeMap::new(),
    };
    let to = Addressee { entity_id: "https://idp.localhost", sign_on: SIGN_ON, now: NOW.parse().unwrap() };
    claimed_issuer(message)?;
    read(message, &from, &to)
}

#[test]
fn a_request_of_the_right_form_is_read() {
    let request = read_xml(REQUEST).unwrap();
    assert_eq!((request.id.as_str(), request.level), ("_a1", Level::Two));
    assert_eq!((request.consumer.as_str(), request.relay_state.as_str()), ("https://sp.example/acs", "opaco"));
    assert_eq!(request.attributes, ["fiscalNumber"]);
}

#[test]
fn each_rule_that_is_broken_has_its_code() {
    let by_both = r#"AssertionConsumerServiceIndex="0" AssertionConsumerServiceURL="https://sp.example/acs""#;
    let contexts = "</saml:AuthnContextClassRef><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL3</saml:AuthnContextClassRef>";
    for (number, from, to) in [
        (8, "samlp:AuthnRequest", "samlp:LogoutRequest"),
        (8, "<samlp:NameIDPolicy", "<samlp:Scoping/><samlp:NameIDPolicy"),
        (8, r#" ForceAuthn="true""#, ""),
        (9, r#"Version="2.0""#, r#"Version="1.1""#),
        (10, "nameid-format:entity", "nameid-format:persistent"),
        (10, r#" NameQualifier="https://sp.example""#, ""),
        (11, r#"ID="_a1""#, r#"ID="1a""#),
        (11, r#" ID="_a1""#, ""),
        (12, "https://www.spid.gov.it/SpidL2", "https://www.spid.gov.it/SpidL4"),
        (12, "</saml:AuthnContextClassRef>", contexts),
        (12, r#"Comparison="minimum""#, r#"Comparison="about""#),
        (13, "2026-11-25T08:00:00Z", "2026-11-25T07:00:00Z"),
        (13, "2026-11-25T08:00:00Z", "2026-11-25T09:00:00+01:00"),
        (14, r#"Destination="https://idp.localhost/sso""#, r#"Destination="https://altro.example""#),
        (15, "ForceAuthn", r#"IsPassive="true" ForceAuthn"#),
        (16, r#"AssertionConsumerServiceIndex="0""#, r#"AssertionConsumerServiceIndex="9""#),
        (16, r#"AssertionConsumerServiceIndex="0""#, by_both),
        (17, "nameid-format:transient", "nameid-format:persistent"),
        (17, "<samlp:NameIDPolicy", r#"<samlp:NameIDPolicy AllowCreate="true""#),
        (18, r#"AttributeConsumingServiceIndex="1""#, r#"AttributeConsumingServiceIndex="2""#),
    ] {
        let broken = REQUEST.replace(from, to);
        assert_ne!(broken, REQUEST, "{from} is not in the request");
        let found = read_xml(&broken).map(|request| request.id).map_err(Anomaly::number);
        assert_eq!(found, Err(number), "{from} -> {to}");
    }
}

#[test]
fn a_purpose_is_one_of_the_words_of_the_rules() {
    let with = |extensions: &str| {
        let extensions =
            format!("</saml:Issuer><samlp:Extensions xmlns:spid=\"{SPID}\">{extensions}</samlp:Extensions>");
        let request = read_xml(&REQUEST.replace("</saml:Issuer>", &extensions));
        request.map(|request| request.purpose).map_err(Anomaly::number)
    };
    assert_eq!(with("<spid:Purpose>PG</spid:Purpose>"), Ok(Some(Purpose::PG)));
    assert_eq!(with("<other>PG</other>"), Ok(None));
    for wrong in [
        "<spid:Purpose>pg</spid:Purpose>",
        "<spid:Purpose/>",
        "<spid:Purpose>P</spid:Purpose><spid:Purpose>PG</spid:Purpose>",
    ] {
        assert_eq!(with(wrong), Err(8), "{wrong}");
    }
}

#[test]
fn a_relay_state_that_names_an_address_is_refused() {
    for relay_state in ["", "https://sp.example/pagina"] {
        let found = read_message(&message(REQUEST, relay_state)).map(|request| request.id);
        assert_eq!(found, Err(Anomaly::Format), "{relay_state:?}");
    }
}

#[test]
fn level_one_needs_no_fresh_login_and_better_is_one_above() {
    let one = REQUEST.replace("SpidL2", "SpidL1").replace(r#" ForceAuthn="true""#, "");
    assert_eq!(read_xml(&one).unwrap().level, Level::One);
    let better = REQUEST.replace("minimum", "better");
    assert_eq!(read_xml(&better).unwrap().level, Level::Three);
}
