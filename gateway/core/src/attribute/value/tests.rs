use proptest::prelude::*;

use super::*;
use crate::attribute::Attribute as A;

fn kept(attribute: Attribute, stated: &str) -> Option<String> {
    attribute.read(stated).ok()
}

#[test]
fn a_value_is_kept_in_one_form_however_it_is_stated() {
    for (attribute, stated, expected) in [
        (A::GivenName, "  Maria\tLuisa \n", "Maria Luisa"),
        (A::FamilyName, "D’Amico-Žižek", "D’Amico-Žižek"),
        (A::FiscalNumber, "rssmra80a01h501u", "RSSMRA80A01H501U"),
        (A::FiscalNumber, "RSSMRA80A01H50MM", "RSSMRA80A01H50MM"),
        (A::CompanyFiscalNumber, "01386030488", "01386030488"),
        (A::CompanyFiscalNumber, "rssmra80a01h501u", "RSSMRA80A01H501U"),
        (A::VatNumber, "VATIT-01386030488", "VATIT-01386030488"),
        (A::VatNumber, "IT01386030488", "VATIT-01386030488"),
        (A::VatNumber, "01386030488", "VATIT-01386030488"),
        (A::Birthdate, "2000-02-29", "2000-02-29"),
        (A::Birthdate, "2000-01-01Z", "2000-01-01"),
        (A::Birthdate, "2000-01-01+01:00", "2000-01-01"),
        (A::ExpirationDate, "2035-12-31-05:00", "2035-12-31"),
        (A::PlaceOfBirth, "h501", "H501"),
        (A::PlaceOfBirth, "Z112", "Z112"),
        (A::CountyOfBirth, "rm", "RM"),
        (A::CountyOfBirth, "EE", "EE"),
        (A::Gender, "F", "F"),
        (A::Email, "Ada.Rossi+spid@posta.example", "Ada.Rossi+spid@posta.example"),
        (A::DigitalAddress, "ada@città.example", "ada@città.example"),
        (A::MobilePhone, "+39 333 123-4567", "+393331234567"),
        (A::MobilePhone, "0039 333/1234567", "+393331234567"),
        (A::MobilePhone, "(333) 1234567", "3331234567"),
        (A::SpidCode, "DE/IT/a-b", "DE/IT/a-b"),
        (A::RegisteredOffice, "Via della Prova 1\r\n  50100 Firenze FI", "Via della Prova 1 50100 Firenze FI"),
        (
            A::IdCard,
            "cartaIdentita CA00000AA comuneProva 2025-01-01 2035-01-01",
            "cartaIdentita CA00000AA comuneProva 2025-01-01 2035-01-01",
        ),
        (A::DomicileNation, "Città del Vaticano", "Città del Vaticano"),
    ] {
        assert_eq!(kept(attribute, stated).as_deref(), Some(expected), "{attribute:?} {stated:?}");
    }
}

#[test]
fn what_is_no_value_of_its_attribute_goes_no_further() {
    for (attribute, wrong) in [
        (A::GivenName, ""),
        (A::GivenName, " \n "),
        (A::GivenName, "Ada\u{0}"),
        (A::FamilyName, "Ros\u{202E}is"),
        (A::FamilyName, "Ros\u{200B}si"),
        (A::CompanyName, "\u{FEFF}Prova"),
        (A::FiscalNumber, "RSSMRA80A01H501V"),
        (A::FiscalNumber, "TINIT-RSSMRA80A01H501U"),
        (A::CompanyFiscalNumber, "01386030487"),
        (A::CompanyFiscalNumber, "RSSMRA80A01H501V"),
        (A::VatNumber, "VATIT-01386030487"),
        (A::VatNumber, "VATDE-01386030488"),
        (A::VatNumber, "VATIT-RSSMRA80A01H501U"),
        (A::Birthdate, "2001-02-29"),
        (A::Birthdate, "2000-1-1"),
        (A::Birthdate, "01/01/2000"),
        (A::Birthdate, "20000101"),
        (A::Birthdate, "+2000-01-01"),
        (A::Birthdate, "1000-01-01"),
        (A::Birthdate, "9999-01-01"),
        (A::Birthdate, "2000-01-01T00:00:00Z"),
        (A::Birthdate, "2000-01-01+1:00"),
        (A::ExpirationDate, "mai"),
        (A::PlaceOfBirth, "Roma"),
        (A::PlaceOfBirth, "058091"),
        (A::PlaceOfBirth, "H50"),
        (A::PlaceOfBirth, "È501"),
        (A::CountyOfBirth, "ROMA"),
        (A::CountyOfBirth, "R1"),
        (A::Gender, "f"),
        (A::Gender, "X"),
        (A::Email, "ada"),
        (A::Email, "ada@posta"),
        (A::Email, "@posta.example"),
        (A::Email, "ada rossi@posta.example"),
        (A::Email, "ada@@posta.example"),
        (A::Email, "<ada@posta.example>"),
        (A::Email, "ada..rossi@posta.example"),
        (A::Email, "ada@-posta.example"),
        (A::DigitalAddress, "ada@pec.example, altro@pec.example"),
        (A::MobilePhone, "333"),
        (A::MobilePhone, "+3933312345678901"),
        (A::MobilePhone, "333 1234567 int. 2"),
        (A::SpidCode, "AGID 001"),
    ] {
        assert_eq!(attribute.read(wrong), Err(NotAValue(attribute)), "{wrong:?}");
    }
    assert!(kept(A::Address, &"à".repeat(LONGEST)).is_some());
    assert_eq!(kept(A::Address, &"à".repeat(LONGEST + 1)), None);
}

#[test]
fn what_is_refused_is_not_repeated() {
    let refused = A::Email.read("ada(at)posta.example").unwrap_err();
    assert_eq!(format!("{refused} {refused:?}"), "not a value of Email NotAValue(Email)");
}

proptest! {
    #[test]
    fn what_is_kept_is_on_one_line_without_anything_hidden_and_is_kept_as_it_is(
        place in 0..Attribute::ALL.len(),
        stated in any::<String>(),
    ) {
        let attribute = Attribute::ALL[place];
        if let Some(value) = kept(attribute, &stated) {
            prop_assert!(!value.is_empty() && !value.contains(is_invisible));
            let breaks = ['\u{2028}', '\u{2029}', '\u{85}'];
            prop_assert!(!value.contains(breaks));
            prop_assert_eq!(kept(attribute, &value), Some(value));
        }
    }

    #[test]
    fn every_real_day_is_a_date(year in 1850i16..2200, month in 1i8..13, day in 1i8..29) {
        let text = Date::new(year, month, day).unwrap().to_string();
        prop_assert_eq!(kept(A::Birthdate, &text), Some(text));
    }
}
