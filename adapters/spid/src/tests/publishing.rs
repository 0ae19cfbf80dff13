use std::sync::Arc;

use varco_core::method::LoginMethod as _;
use varco_core::name::BodyId;
use varco_saml::method::ServiceProviderError;
use varco_xmldsig::{Element, SigningKey, TrustedKey, Xml, verify};

use super::fixture::{body, new_pem, now, options, pem, signing_key, spid};
use crate::{Activity, Billing, Seat, Sector, Spid, SpidBody, SpidError, SpidOptions};

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
    assert!(matches!(
        Spid::new(options),
        Err(SpidError::ServiceProvider(ServiceProviderError::SameAttributeSet { attribute_set: 7, .. }))
    ));
}

/// The metadata of the one body in a role.
fn published_as(activity: Activity) -> String {
    let id = BodyId::parse("c_e715").unwrap();
    let mut role = SpidBody { activity, ..body() };
    if activity.sector() == Sector::Private {
        role.body.party.ipa = None;
        role.body.party.vat_number = Some("IT00378210462".to_owned());
        role.billing = Some(billing());
    }
    let options = SpidOptions { bodies: [(id.clone(), role)].into(), ..options() };
    let document = spid(options).metadata(Some(&id), now()).unwrap().unwrap();
    String::from_utf8(document.content).unwrap()
}

fn billing() -> Billing {
    Billing {
        name: "Servizi & Figli".to_owned(),
        vat_number: "IT00378210462".to_owned(),
        seat: Seat {
            street: "Via di prova 1".to_owned(),
            postal_code: "55100".to_owned(),
            town: "Lucca".to_owned(),
            province: Some("LU".to_owned()),
            country: "IT".to_owned(),
        },
        email: "fatture@servizi.example".to_owned(),
        phone: None,
    }
}

/// The contacts alone: the rest is the same in every role.
fn contacts(text: &str) -> String {
    let (_, contacts) = text.split_once("</md:Organization>").unwrap();
    contacts.replace(signing_key().certificate_base64(), "[certificate]").replace("><", ">\n<")
}

#[test]
fn each_role_has_its_contacts_and_its_entity_identifier() {
    for (code, activity) in Activity::ALL {
        let text = published_as(activity);
        let entity_id = format!("entityID=\"https://accesso.regione.example/{code}/c_e715\"");
        assert!(text.contains(&entity_id), "{code}: {text}");
        insta::assert_snapshot!(code, contacts(&text));
    }
}

#[test]
fn the_european_sets_are_beside_those_of_the_services_and_answers_have_an_address_of_their_own() {
    let text = published_with_europe();
    let xml = Xml::parse(&text).unwrap();
    let of = |name: &'static str, attribute: &'static str| -> Vec<_> {
        let all = xml.root().descendants().filter(move |element| element.name() == name);
        all.filter_map(|element| element.attribute(attribute)).collect()
    };
    assert_eq!(of("AttributeConsumingService", "index"), ["1", "4", "99", "100"]);
    assert_eq!(
        of("AssertionConsumerService", "Location"),
        ["https://accesso.regione.example/return/spid", "https://accesso.regione.example/return/eidas"]
    );
    assert_eq!(of("AssertionConsumerService", "isDefault"), ["true", "false"]);
}

fn published_with_europe() -> String {
    let european = spid(SpidOptions { european: true, ..options() });
    String::from_utf8(european.metadata(None, now()).unwrap().unwrap().content).unwrap()
}

#[test]
fn no_service_can_have_the_number_of_a_european_set() {
    let mut options = SpidOptions { european: true, ..options() };
    options.bodies.values_mut().flat_map(|body| body.body.services.values_mut()).next().unwrap().attribute_set = 99;
    assert!(matches!(Spid::new(options), Err(SpidError::EuropeanAttributeSet { attribute_set: 99, .. })));
}

#[test]
fn a_body_with_a_key_of_its_own_signs_for_itself() {
    let (key, certificate) = new_pem();
    let own = SigningKey::from_pem(&key, &certificate).unwrap();
    let id = BodyId::parse("c_e715").unwrap();
    let role = SpidBody { activity: Activity::PublicLight, signing: Some(Arc::new(own)), ..body() };
    let document = spid(SpidOptions { bodies: [(id, role)].into(), ..options() }).metadata(None, now());
    let text = String::from_utf8(document.unwrap().unwrap().content).unwrap();
    let xml = Xml::parse(&text).unwrap();
    let trusted = |certificate: &str| [TrustedKey::from_certificate_pem(certificate).unwrap()];
    assert!(verify(xml.root(), &trusted(&certificate)).is_ok());
    assert!(verify(xml.root(), &trusted(&pem().1)).is_err(), "the aggregator only validates");
    let validated_by = text.split_once("spid:validation").unwrap().1;
    assert!(validated_by.contains(signing_key().certificate_base64()));
}

#[test]
fn while_one_key_takes_the_place_of_another_both_are_in_the_metadata_in_both_steps() {
    let (old, new) = (pem(), new_pem());
    let published = |signing: &(String, String), other: &(String, String)| {
        let key = SigningKey::from_pem(&signing.0, &signing.1).unwrap().announcing(&other.1).unwrap();
        let document = spid(SpidOptions { signing: Arc::new(key), ..options() }).metadata(None, now());
        let text = String::from_utf8(document.unwrap().unwrap().content).unwrap();
        let xml = Xml::parse(&text).unwrap();
        let keys: Vec<_> = xml.root().descendants().filter(|element| element.name() == "KeyDescriptor").collect();
        assert_eq!(keys.len(), 2);
        assert!(verify(xml.root(), &[TrustedKey::from_certificate_pem(&signing.1).unwrap()]).is_ok());
        let certificate = |key: &Element<'_>| {
            key.descendants()
                .find(|element| element.name() == "X509Certificate")?
                .text()
                .map(std::borrow::Cow::into_owned)
        };
        keys.iter().filter_map(certificate).collect::<Vec<String>>()
    };
    let (before, mut after) = (published(old, &new), published(&new, old));
    after.reverse();
    assert_eq!(before.len(), 2);
    assert_eq!(before, after, "the same two, the signing one first");
}
