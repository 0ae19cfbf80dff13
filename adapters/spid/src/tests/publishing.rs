use varco_core::method::LoginMethod as _;
use varco_core::name::BodyId;
use varco_xmldsig::{Element, TrustedKey, Xml, verify};

use super::fixture::{now, options, pem, signing_key, spid};
use crate::{Spid, SpidError, SpidOptions};

fn published(body: Option<&str>) -> Option<String> {
    let body = body.map(|body| BodyId::parse(body).unwrap());
    let document = spid(options()).metadata(body.as_ref(), now()).unwrap()?;
    assert_eq!(document.media_type, "application/samlmetadata+xml");
    Some(String::from_utf8(document.content).unwrap())
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

#[test]
fn metadata_says_who_aggregates_whom_and_what_each_service_asks_for() {
    insta::assert_snapshot!(redacted(published(Some("c_e715")).unwrap()).replace("><", ">\n<"));
}

#[test]
fn metadata_is_signed_as_its_first_child() {
    let text = published(Some("c_e715")).unwrap();
    let xml = Xml::parse(&text).unwrap();
    assert_eq!(xml.root().children().next().map(Element::name), Some("Signature"));
    let key = TrustedKey::from_certificate_pem(&pem().1).unwrap();
    assert!(verify(xml.root(), &[key]).is_ok());
}

#[test]
fn metadata_is_the_same_on_every_replica() {
    assert_eq!(published(Some("c_e715")), published(Some("c_e715")));
}

#[test]
fn without_a_body_the_first_is_published_and_an_unknown_one_has_none() {
    assert_eq!(published(None), published(Some("c_e715")));
    assert_eq!(published(Some("c_altro")), None);
    let nobody = spid(SpidOptions { bodies: [].into(), ..options() });
    assert_eq!(nobody.metadata(None, now()).unwrap(), None);
}

#[test]
fn two_services_of_a_body_cannot_share_an_attribute_set() {
    let mut options = options();
    for service in options.bodies.values_mut().flat_map(|body| body.body.services.values_mut()) {
        service.attribute_set = 7;
    }
    assert!(matches!(Spid::new(options), Err(SpidError::SameAttributeSet { attribute_set: 7, .. })));
}
