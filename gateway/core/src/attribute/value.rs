//! Which values an attribute can have, and how each is kept. Providers send what they hold; services read
//! these values as claims and as headers, so what is no value of its attribute goes no further.

use jiff::civil::Date;

use super::Attribute;
use crate::company_number::is_company_number;
use crate::fiscal_number::FiscalNumber;

/// The text is no value of the attribute. The text itself is not repeated: it is somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a value of {0:?}")]
pub struct NotAValue(pub Attribute);

/// The characters of the longest value: no name, address or document needs more, and all of them together
/// must fit into the head of a request.
const LONGEST: usize = 1024;

// === impl Attribute ===

impl Attribute {
    /// Reads a value as a provider states it, without the prefix of a fiscal number, into the form in which
    /// services get it.
    pub fn read(self, stated: &str) -> Result<String, NotAValue> {
        let text = one_line(stated);
        let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.contains(is_invisible);
        fits.then(|| self.typed(text)).flatten().ok_or(NotAValue(self))
    }

    // SPID technical rules, table of attributes.
    fn typed(self, text: String) -> Option<String> {
        match self {
            Self::FiscalNumber => FiscalNumber::parse(&text).ok().map(String::from),
            Self::CompanyFiscalNumber => company_fiscal_number(text),
            Self::VatNumber => vat_number(&text),
            Self::Birthdate | Self::ExpirationDate => date(&text),
            Self::PlaceOfBirth => belfiore(&text),
            Self::CountyOfBirth | Self::DomicileProvince => province(&text),
            Self::Gender => matches!(text.as_str(), "F" | "M").then_some(text),
            Self::Email | Self::DigitalAddress => is_mailbox(&text).then_some(text),
            Self::MobilePhone => phone(&text),
            Self::SpidCode => (!text.contains(' ')).then_some(text),
            Self::GivenName
            | Self::FamilyName
            | Self::Address
            | Self::DomicileStreetAddress
            | Self::DomicilePostalCode
            | Self::DomicileMunicipality
            | Self::DomicileNation
            | Self::IdCard
            | Self::CompanyName
            | Self::RegisteredOffice => Some(text),
        }
    }
}

/// On one line, words one space apart: some providers break addresses as they would on an envelope.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Control characters, and those that hide or turn around what stands beside them: with these a value reads
/// differently than it is.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Eleven digits; of a one-man business, the owner's.
fn company_fiscal_number(text: String) -> Option<String> {
    if is_company_number(&text) { Some(text) } else { FiscalNumber::parse(&text).ok().map(String::from) }
}

/// With its prefix (ETSI EN 319 412-1), which some providers leave out.
fn vat_number(text: &str) -> Option<String> {
    let number = text.strip_prefix("VATIT-").or_else(|| text.strip_prefix("IT")).unwrap_or(text);
    is_company_number(number).then(|| format!("VATIT-{number}"))
}

/// `YYYY-MM-DD`. An `xs:date` may name the zone that it is meant in, which does not change what is written
/// in a register.
fn date(text: &str) -> Option<String> {
    let (date, zone) = text.split_at_checked("YYYY-MM-DD".len())?;
    let in_form = date.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let plausible = |date: &Date| (1850..2200).contains(&date.year());
    let real = in_form && is_zone(zone) && date.parse().is_ok_and(|date| plausible(&date));
    real.then(|| date.to_owned())
}

/// XML Schema part 2, section 3.2.7.3: nothing, `Z`, `+hh:mm` or `-hh:mm`.
fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        [] | [b'Z'] => true,
        [b'+' | b'-', hours @ .., b':', m, n] => {
            hours.len() == 2 && [hours, &[*m, *n]].concat().iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// A letter and three digits; Z for another country.
fn belfiore(text: &str) -> Option<String> {
    let text = text.to_ascii_uppercase();
    let (letter, digits) = text.split_at_checked(1)?;
    let in_form = letter.bytes().all(|byte| byte.is_ascii_uppercase())
        && digits.len() == 3
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    in_form.then_some(text)
}

/// Two letters; EE abroad.
fn province(text: &str) -> Option<String> {
    let text = text.to_ascii_uppercase();
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(text)
}

/// RFC 5321 section 4.1.2, without quoted names and address literals, which no citizen has; letters beyond
/// ASCII as RFC 6531 adds them.
fn is_mailbox(text: &str) -> bool {
    let is_atom = |atom: &str| {
        let fits = |character: char| {
            character.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character) || !character.is_ascii()
        };
        !atom.is_empty() && atom.chars().all(fits)
    };
    let is_label = |label: &str| {
        let fits = |character: char| character.is_alphanumeric() || character == '-' || !character.is_ascii();
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.chars().all(fits)
    };
    text.len() <= 254
        && text.rsplit_once('@').is_some_and(|(local, domain)| {
            local.len() <= 64
                && local.split('.').all(is_atom)
                && domain.contains('.')
                && domain.split('.').all(is_label)
        })
}

/// Digits, as many as a number can have (ITU-T E.164), after a plus sign where the country is named.
fn phone(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|character| !" .-/()".contains(*character)).collect();
    let (sign, digits) = match plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")) {
        Some(digits) => ("+", digits),
        None => ("", plain.as_str()),
    };
    let in_form = (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    in_form.then(|| format!("{sign}{digits}"))
}

#[cfg(test)]
mod tests;
