use varco_core::purpose::Purpose;

use super::*;
use crate::fixture::PROFILE;

const ASKED: [Attribute; 5] = [
    Attribute::GivenName,
    Attribute::FamilyName,
    Attribute::Birthdate,
    Attribute::FiscalNumber,
    Attribute::DigitalAddress,
];

const COMPANY: [Attribute; 3] = [Attribute::FiscalNumber, Attribute::CompanyFiscalNumber, Attribute::VatNumber];

const WITH_COMPANIES: Profile = Profile {
    attributes: &[
        ("spidCode", Attribute::SpidCode),
        ("fiscalNumber", Attribute::FiscalNumber),
        ("companyFiscalNumber", Attribute::CompanyFiscalNumber),
        ("ivaCode", Attribute::VatNumber),
    ],
    ..PROFILE
};

const MARIO: (&str, &str) = ("fiscalNumber", "TINIT-RSSMRA80A01H501U");

fn stated(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn of(values: &[(&str, &str)]) -> Result<Stated, Reason> {
    let named = [&[("name", "Ada"), ("familyName", "Rossi")], values].concat();
    read(&stated(&named), Asked { attributes: &ASKED, purpose: None }, &PROFILE).map_err(|fault| fault.reason)
}

fn with_purpose(purpose: Purpose, values: &[(&str, &str)]) -> Result<Stated, Reason> {
    let asked = Asked { attributes: &COMPANY, purpose: Some(purpose) };
    read(&stated(values), asked, &WITH_COMPANIES).map_err(|fault| fault.reason)
}

#[test]
fn a_person_is_known_by_the_fiscal_number_without_its_prefix() {
    let known = of(&[("fiscalNumber", "TINIT-rssmra80a01h501u"), ("spidCode", "AGID-001")]).unwrap();
    assert_eq!((known.person.scheme(), known.person.value()), (Scheme::FiscalNumber, "RSSMRA80A01H501U"));
    assert_eq!(known.attributes.value(Attribute::FiscalNumber), Some("RSSMRA80A01H501U"));
}

#[test]
fn a_variant_by_omocodia_is_another_person() {
    assert_eq!(of(&[("fiscalNumber", "TINIT-RSSMRA80A01H50MM")]).unwrap().person.value(), "RSSMRA80A01H50MM");
}

#[test]
fn a_fiscal_number_that_is_none_stops_the_login() {
    for bad in ["RSSMRA80A01H501U", "TINIT-RSSMRA80A01H501V", "TINIT-", "TINDE-RSSMRA80A01H501U", "VATIT-01234567890"] {
        let refusal = of(&[("fiscalNumber", bad), ("spidCode", "DE/IT/1")]).unwrap_err();
        assert_eq!(refusal, Reason::FiscalNumber, "{bad}");
    }
}

#[test]
fn without_one_a_european_identifier_does() {
    let known = of(&[("spidCode", "DE/IT/a-b/c")]).unwrap();
    assert_eq!((known.person.scheme(), known.person.value()), (Scheme::Eidas, "DE/IT/a-b/c"));
    assert_eq!(known.attributes.value(Attribute::SpidCode), None, "it was not asked for");
    for bad in ["AGID-001", "DE/IT/", "DE/IT", "de/it/x", "DEU/IT/x"] {
        assert_eq!(of(&[("spidCode", bad)]).unwrap_err(), Reason::Anonymous, "{bad}");
    }
    assert_eq!(of(&[]).unwrap_err(), Reason::Anonymous);
    let national = Profile { european_identifiers: false, ..PROFILE };
    let asked = Asked { attributes: &[], purpose: None };
    let refused = read(&stated(&[("spidCode", "DE/IT/a-b/c")]), asked, &national);
    assert_eq!(refused.unwrap_err().reason, Reason::Anonymous, "where the federation has none");
    let refused = with_purpose(Purpose::PF, &[("spidCode", "DE/IT/a-b/c")]);
    assert_eq!(refused.unwrap_err(), Reason::Anonymous, "it is no professional identity");
}

#[test]
fn what_was_not_asked_for_is_not_kept() {
    let known = of(&[MARIO, ("email", "ada@example.org"), ("shoeSize", "38")]).unwrap();
    assert_eq!(known.attributes.iter().count(), 3);
    assert_eq!(known.attributes.value(Attribute::Email), None);
    assert!(known.left_out.is_empty());
}

#[test]
fn a_value_of_another_type_is_left_out_and_what_everybody_has_must_be_right() {
    let known = of(&[MARIO, ("digitalAddress", "none"), ("email", "none"), ("dateOfBirth", "1980-01-01Z")]).unwrap();
    assert_eq!(known.left_out, [Attribute::DigitalAddress], "the other was not asked for");
    assert_eq!(known.attributes.value(Attribute::DigitalAddress), None);
    assert_eq!(known.attributes.value(Attribute::Birthdate), Some("1980-01-01"));
    assert_eq!(of(&[MARIO, ("dateOfBirth", "01/01/1980")]).unwrap_err(), Reason::Attribute);
    assert_eq!(of(&[MARIO, ("name", "Ada\u{202E}")]).unwrap_err(), Reason::Attribute);
}

#[test]
fn no_value_stands_in_the_cause_of_a_refusal() {
    let asked = Asked { attributes: &ASKED, purpose: None };
    let fault = read(&stated(&[MARIO, ("dateOfBirth", "01/01/1980")]), asked, &PROFILE).unwrap_err();
    assert_eq!(fault.cause.as_deref(), Some("dateOfBirth"));
}

#[test]
fn who_acts_for_a_legal_person_is_who_they_are_and_a_legal_person_stands_behind() {
    for company in [
        ("companyFiscalNumber", "01386030488"),
        ("companyFiscalNumber", "TINIT-01386030488"),
        ("ivaCode", "VATIT-01386030488"),
    ] {
        let known = with_purpose(Purpose::PG, &[MARIO, company]).unwrap();
        assert_eq!((known.person.scheme(), known.person.value()), (Scheme::FiscalNumber, "RSSMRA80A01H501U"));
    }
    for purpose in [Purpose::PG, Purpose::LP] {
        let personal = [&[MARIO][..], &[MARIO, ("ivaCode", "none")]];
        for values in personal {
            assert_eq!(with_purpose(purpose, values).unwrap_err(), Reason::Purpose, "{purpose} {values:?}");
        }
    }
    for purpose in [Purpose::P, Purpose::PF, Purpose::PX] {
        assert!(with_purpose(purpose, &[MARIO]).is_ok(), "{purpose}: a profession needs no company");
    }
}

#[test]
fn a_legal_person_is_known_by_its_own_number_where_it_may_answer() {
    let (number, vat) = (("companyFiscalNumber", "01386030488"), ("ivaCode", "VATIT-00378210462"));
    for purpose in [Purpose::LP, Purpose::PX] {
        let known = with_purpose(purpose, &[number, vat]).unwrap();
        assert_eq!((known.person.scheme(), known.person.value()), (Scheme::LegalPerson, "01386030488"));
        let known = with_purpose(purpose, &[vat]).unwrap();
        assert_eq!(known.person.value(), "VATIT-00378210462");
    }
    for purpose in [Purpose::P, Purpose::PG, Purpose::PF] {
        assert_eq!(with_purpose(purpose, &[number, vat]).unwrap_err(), Reason::Anonymous, "{purpose}");
    }
    assert_eq!(with_purpose(Purpose::LP, &[]).unwrap_err(), Reason::Anonymous);
}

#[test]
fn a_legal_person_has_no_name() {
    let names = [Attribute::GivenName, Attribute::FamilyName, Attribute::Birthdate];
    assert_eq!(PROFILE.needed(&names, None), ["name", "familyName", "dateOfBirth"]);
    assert_eq!(PROFILE.needed(&names, Some(Purpose::PG)), ["name", "familyName", "dateOfBirth"]);
    assert!(PROFILE.needed(&names, Some(Purpose::LP)).is_empty());
}
