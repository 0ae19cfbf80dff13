use std::sync::Arc;

use varco_core::method::LoginMethod as _;
use varco_core::name::BodyId;
use varco_saml::method::ServiceProviderError;
use varco_saml::party::Party;
use varco_xmldsig::{Element, SigningKey, TrustedKey, Xml, verify};

use super::fixture::{body, cie, new_pem, now, options, party, pem, signing_key};
use crate::{Cie, CieBody, CieOptions};

fn published(options: CieOptions, body: Option<&str>) -> Option<String> {
    let body = body.map(|body| BodyId::parse(body).unwrap());
    let document = cie(options).metadata(body.as_ref(), now()).unwrap()?;
    Some(String::from_utf8(document.content).unwrap())
}

/// The metadata of the one body, who it is changed.
fn published_as(party: Party) -> String {
    let mut body = body();
    body.body.party = party;
    published(CieOptions { bodies: [(BodyId::parse("c_e715").unwrap(), body)].into(), ..options() }, None).unwrap()
}

/// What changes with the key.
fn redacted(mut text: String) -> String {
    text = text.replace(signing_key().certificate_base64(), "[certificate]");
    for tag in ["DigestValue", "SignatureValue"] {
        let (start, end) = (format!("<ds:{tag}>"), format!("</ds:{tag}>"));
        let (before, rest) = text.split_once(&start).unwrap();
        let (_, after) = rest.split_once(&end).unwrap();
        text = format!("{before}{start}[{tag}]{end}{after}");
    }
    text
}

/// The contacts alone.
fn contacts(text: &str) -> String {
    text.split_once("</md:Organization>").unwrap().1.replace("><", ">\n<")
}

#[test]
fn metadata_says_who_the_body_is_and_who_its_partner() {
    insta::assert_snapshot!(redacted(published(options(), Some("c_e715")).unwrap()).replace("><", ">\n<"));
}

#[test]
fn a_private_body_says_so_and_a_public_partner_stays_public() {
    let text = published_as(party("Servizi & Figli", None, "02345678901", "E715", "LU"));
    insta::assert_snapshot!(contacts(&text));
}

#[test]
fn who_runs_the_gateway_is_no_partner_of_its_own() {
    let text = published_as(options().aggregator);
    let xml = Xml::parse(&text).unwrap();
    let kinds: Vec<_> = xml.root().descendants().filter_map(|element| element.attribute("contactType")).collect();
    assert_eq!(kinds, ["administrative"]);
}

#[test]
fn what_a_body_does_not_say_is_left_out() {
    let bare = party("Comune", Some("c_e715"), "00378210462", "E715", "LU");
    let text = published_as(Party { vat_number: None, nace2: None, province: None, ..bare });
    let administrative = text.split_once("administrative").unwrap().1.split_once("</md:Extensions>").unwrap().0;
    for (element, there) in [("VATNumber", false), ("NACE2Code", false), ("Province", false), ("FiscalCode", true)] {
        assert_eq!(administrative.contains(element), there, "{element}");
    }
}

#[test]
fn every_service_asks_for_the_whole_minimum_data_set_and_nothing_else() {
    let text = published(options(), None).unwrap();
    let xml = Xml::parse(&text).unwrap();
    let sets: Vec<_> =
        xml.root().descendants().filter(|element| element.name() == "AttributeConsumingService").collect();
    assert_eq!(sets.iter().filter_map(|set| set.attribute("index")).collect::<Vec<_>>(), ["1", "4"]);
    for set in sets {
        let names: Vec<_> = set.children().filter_map(|child| child.attribute("Name")).collect();
        assert_eq!(names, ["name", "familyName", "dateOfBirth", "fiscalNumber"]);
    }
}

#[test]
fn metadata_is_signed_as_its_first_child_and_the_same_on_every_replica() {
    let text = published(options(), None).unwrap();
    let xml = Xml::parse(&text).unwrap();
    assert_eq!(xml.root().children().next().map(Element::name), Some("Signature"));
    assert!(verify(xml.root(), &[TrustedKey::from_certificate_pem(&pem().1).unwrap()]).is_ok());
    assert_eq!(published(options(), None), Some(text));
}

#[test]
fn a_body_with_a_key_of_its_own_signs_for_itself() {
    let (key, certificate) = new_pem();
    let own = Arc::new(SigningKey::from_pem(&key, &certificate).unwrap());
    let body = CieBody { signing: Some(own), ..body() };
    let options = CieOptions { bodies: [(BodyId::parse("c_e715").unwrap(), body)].into(), ..options() };
    let text = published(options, None).unwrap();
    let xml = Xml::parse(&text).unwrap();
    assert!(verify(xml.root(), &[TrustedKey::from_certificate_pem(&certificate).unwrap()]).is_ok());
    assert!(!text.contains(signing_key().certificate_base64()), "CIE knows no light aggregator");
}

#[test]
fn an_unknown_body_publishes_nothing() {
    assert_eq!(published(options(), Some("c_altro")), None);
}

#[test]
fn two_services_of_a_body_cannot_share_an_attribute_set() {
    let mut options = options();
    for service in options.bodies.values_mut().flat_map(|body| body.body.services.values_mut()) {
        service.attribute_set = 7;
    }
    assert!(matches!(Cie::new(options), Err(ServiceProviderError::SameAttributeSet { attribute_set: 7, .. })));
}
