//! What identity providers are told of organisations: the forms that their metadata allows.

use std::path::Path;

use crate::written::Written;

/// A text with something in it, on one line.
pub(crate) struct Name(String);

/// A fiscal code of an organisation.
pub(crate) struct FiscalCode(String);

/// A VAT number with its country.
pub(crate) struct VatNumber(String);

/// An e-mail address.
pub(crate) struct Email(String);

/// A telephone number in the international form, without spaces.
pub(crate) struct Phone(String);

/// The Belfiore code of a municipality or of a foreign country.
pub(crate) struct Belfiore(String);

/// The sign of a province.
pub(crate) struct Province(String);

/// An Italian postal code.
pub(crate) struct PostalCode(String);

/// A code of the statistical classification of activities.
pub(crate) struct Nace2(String);

macro_rules! into_text {
    ($($kind:ident)+) => {
        $(impl From<$kind> for String {
            fn from(kind: $kind) -> Self {
                kind.0
            }
        })+
    };
}

into_text! { Name FiscalCode VatNumber Email Phone Belfiore Province PostalCode Nace2 }

impl Written for Name {
    const EXPECTED: &'static str = "a name, on one line";

    fn read(text: &str, _: &Path) -> Option<Self> {
        (!text.trim().is_empty() && !text.contains(char::is_control)).then(|| Self(text.to_owned()))
    }
}

impl Written for FiscalCode {
    const EXPECTED: &'static str = "the fiscal code of an organisation: 11 digits";

    fn read(text: &str, _: &Path) -> Option<Self> {
        (text.len() == 11 && is_digits(text)).then(|| Self(text.to_owned()))
    }
}

impl Written for VatNumber {
    const EXPECTED: &'static str = "a VAT number with its country, such as IT01234567890";

    fn read(text: &str, _: &Path) -> Option<Self> {
        let (country, number) = text.split_at_checked(2)?;
        let valid = country.bytes().all(|byte| byte.is_ascii_uppercase())
            && (2..=13).contains(&number.len())
            && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        valid.then(|| Self(text.to_owned()))
    }
}

impl Written for Email {
    const EXPECTED: &'static str = "an e-mail address";

    fn read(text: &str, _: &Path) -> Option<Self> {
        let (local, host) = text.split_once('@')?;
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        (visible && !local.is_empty() && host.contains('.') && !host.contains('@')).then(|| Self(text.to_owned()))
    }
}

impl Written for Phone {
    const EXPECTED: &'static str = "a telephone number such as +39055000000, without spaces";

    fn read(text: &str, _: &Path) -> Option<Self> {
        text.strip_prefix('+').filter(|digits| (6..=15).contains(&digits.len()) && is_digits(digits))?;
        Some(Self(text.to_owned()))
    }
}

impl Written for Belfiore {
    const EXPECTED: &'static str = "a Belfiore code such as E715";

    fn read(text: &str, _: &Path) -> Option<Self> {
        let (letter, digits) = text.split_at_checked(1)?;
        let valid = letter.bytes().all(|byte| byte.is_ascii_uppercase()) && digits.len() == 3 && is_digits(digits);
        valid.then(|| Self(text.to_owned()))
    }
}

impl Written for Province {
    const EXPECTED: &'static str = "the two letters of a province, such as LU";

    fn read(text: &str, _: &Path) -> Option<Self> {
        (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| Self(text.to_owned()))
    }
}

impl Written for PostalCode {
    const EXPECTED: &'static str = "a postal code of five digits";

    fn read(text: &str, _: &Path) -> Option<Self> {
        (text.len() == 5 && is_digits(text)).then(|| Self(text.to_owned()))
    }
}

impl Written for Nace2 {
    const EXPECTED: &'static str = "a NACE code such as 62.01";

    fn read(text: &str, _: &Path) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        ((2..=8).contains(&text.len()) && plain).then(|| Self(text.to_owned()))
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
