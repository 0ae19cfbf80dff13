//! Claims as providers write them, read into attributes.

use serde_json::{Value, json};

use super::*;
use crate::profile::SPID;

const NUMBER: &str = "https://attributes.eid.gov.it/fiscal_number";

/// What is known of somebody of whom this is said besides the number.
fn known(said: &Value) -> Stated {
    let mut members = said.as_object().unwrap().clone();
    members.insert(NUMBER.to_owned(), json!("TINIT-RSSDAA85E57D612R"));
    let asked: Vec<_> = SPID.attributes().into_iter().filter(|one| !Attribute::OF_EVERYBODY.contains(one)).collect();
    read(&Claims::new(members), &asked, &SPID).unwrap()
}

fn value(said: &Value, attribute: Attribute) -> Option<String> {
    known(said).attributes.value(attribute).map(str::to_owned)
}

#[test]
fn each_form_of_a_claim_is_read() {
    let eid = |name: &str| format!("https://attributes.eid.gov.it/{name}");
    for (claim, said, attribute, read) in [
        ("place_of_birth".to_owned(), json!({ "locality": "d612", "region": "fi" }), Attribute::PlaceOfBirth, "D612"),
        ("place_of_birth".to_owned(), json!({ "locality": "D612", "region": "FI" }), Attribute::CountyOfBirth, "FI"),
        ("gender".to_owned(), json!("female"), Attribute::Gender, "F"),
        ("gender".to_owned(), json!("male"), Attribute::Gender, "M"),
        ("gender".to_owned(), json!("F"), Attribute::Gender, "F"),
        ("phone_number".to_owned(), json!("+39 333 123 4567"), Attribute::MobilePhone, "+393331234567"),
        (eid("e_delivery_service"), json!("ada@pec.example.it"), Attribute::DigitalAddress, "ada@pec.example.it"),
        (eid("spid_code"), json!("ABCD123456789A"), Attribute::SpidCode, "ABCD123456789A"),
        (eid("vat_number"), json!("VATIT-01234567897"), Attribute::VatNumber, "VATIT-01234567897"),
        (eid("company_fiscal_number"), json!("TINIT-01234567897"), Attribute::CompanyFiscalNumber, "01234567897"),
        (eid("eid_exp_date"), json!("2031-09-24"), Attribute::ExpirationDate, "2031-09-24"),
        (
            eid("registered_office"),
            json!({ "formatted": "via Liszt 21 00144 Roma" }),
            Attribute::RegisteredOffice,
            "via Liszt 21 00144 Roma",
        ),
        (eid("registered_office"), json!("via Liszt 21"), Attribute::RegisteredOffice, "via Liszt 21"),
    ] {
        assert_eq!(value(&json!({ claim.clone(): said }), attribute).as_deref(), Some(read), "{claim}");
    }
}

#[test]
fn an_address_is_read_whole_and_in_its_parts() {
    let said = json!({ "address": {
        "street_address": "Via Liszt 21", "postal_code": "00144", "locality": "Roma", "region": "RM", "country_code": "IT",
    } });
    let stated = known(&said);
    for (attribute, read) in [
        (Attribute::Address, "Via Liszt 21 00144 Roma RM IT"),
        (Attribute::DomicileStreetAddress, "Via Liszt 21"),
        (Attribute::DomicilePostalCode, "00144"),
        (Attribute::DomicileMunicipality, "Roma"),
        (Attribute::DomicileProvince, "RM"),
        (Attribute::DomicileNation, "IT"),
    ] {
        assert_eq!(stated.attributes.value(attribute), Some(read));
    }
    let named = json!({ "address": { "locality": "Roma", "country": "Italia", "country_code": "IT" } });
    assert_eq!(value(&named, Attribute::Address).as_deref(), Some("Roma Italia"));
    let formatted = json!({ "address": { "formatted": "Via Roma 1\n50100 Firenze" } });
    assert_eq!(value(&formatted, Attribute::Address).as_deref(), Some("Via Roma 1 50100 Firenze"));
}

#[test]
fn a_document_is_read_on_one_line() {
    let said = json!({ "document_details": {
        "type": "cartaIdentita", "document_number": "AS09452389", "issuer": { "name": "ComuneRoma" },
        "date_of_issuance": "2013-01-02", "date_of_expiry": "2023-01-31",
    } });
    let read = value(&said, Attribute::IdCard);
    assert_eq!(read.as_deref(), Some("cartaIdentita AS09452389 ComuneRoma 2013-01-02 2023-01-31"));
}

#[test]
fn what_is_not_of_its_form_is_left_out_and_told() {
    for (claim, said, attribute) in [
        ("gender", json!("other"), Attribute::Gender),
        ("gender", json!(1), Attribute::Gender),
        ("place_of_birth", json!("D612"), Attribute::PlaceOfBirth),
        ("place_of_birth", json!({ "locality": 612 }), Attribute::PlaceOfBirth),
        ("email", json!("not a mailbox"), Attribute::Email),
        ("email", json!(["ada@example.it"]), Attribute::Email),
        ("phone_number", json!("call me"), Attribute::MobilePhone),
        ("address", json!({}), Attribute::Address),
        ("document_details", json!([]), Attribute::IdCard),
    ] {
        let stated = known(&json!({ claim: said }));
        assert!(stated.left_out.contains(&attribute), "{claim}: {:?}", stated.left_out);
        assert_eq!(stated.attributes.value(attribute), None, "{claim}");
    }
}

#[test]
fn what_is_null_is_as_good_as_absent() {
    let stated = known(&json!({ "email": null, "place_of_birth": { "locality": "D612", "region": null } }));
    assert!(stated.left_out.is_empty(), "{:?}", stated.left_out);
}

#[test]
fn what_was_not_asked_for_is_not_listened_to() {
    let said = json!({ NUMBER: "TINIT-RSSDAA85E57D612R", "email": "ada@example.it", "gender": 17 });
    let stated = read(&Claims::new(said.as_object().unwrap().clone()), &[], &SPID).unwrap();
    assert_eq!(stated.attributes, Attributes::default());
    assert!(stated.left_out.is_empty());
    assert_eq!(stated.person.value(), "RSSDAA85E57D612R");
}
