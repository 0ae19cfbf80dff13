//! The Italian fiscal number (codice fiscale) of a person.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A 16-character fiscal number whose check character is right.
///
/// Variants by *omocodia* (letters in place of digits) belong to different people than the base
/// code, so they are kept exactly as they are. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FiscalNumber(String);

/// The text is not a fiscal number; the text itself is not repeated, it may be somebody's.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotAFiscalNumber {
    /// Not sixteen characters of the right kinds in the right places.
    #[error("a fiscal number has 16 characters: letters and digits in fixed places")]
    Form,
    /// The sixteenth character does not follow from the others.
    #[error("the check character of the fiscal number is wrong")]
    CheckCharacter,
}

// === impl FiscalNumber ===

impl FiscalNumber {
    /// Reads a fiscal number; lower-case letters are accepted and raised.
    pub fn parse(text: &str) -> Result<Self, NotAFiscalNumber> {
        let text = text.to_ascii_uppercase();
        let bytes = text.as_bytes();
        if !has_the_form(bytes) {
            return Err(NotAFiscalNumber::Form);
        }
        if bytes[15] != check_character(&bytes[..15]) {
            return Err(NotAFiscalNumber::CheckCharacter);
        }
        Ok(Self(text))
    }

    /// The sixteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FiscalNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FiscalNumber([redacted])")
    }
}

impl TryFrom<String> for FiscalNumber {
    type Error = NotAFiscalNumber;

    fn try_from(text: String) -> Result<Self, NotAFiscalNumber> {
        Self::parse(&text)
    }
}

impl From<FiscalNumber> for String {
    fn from(number: FiscalNumber) -> Self {
        number.0
    }
}

/// `L` a letter, `D` a digit or the letter that replaces it in a variant, `M` the month's letter.
const FORM: &[u8; 16] = b"LLLLLLDDMDDLDDDL";

fn has_the_form(bytes: &[u8]) -> bool {
    bytes.len() == FORM.len()
        && bytes.iter().zip(FORM).all(|(byte, kind)| match kind {
            b'D' => byte.is_ascii_digit() || b"LMNPQRSTUV".contains(byte),
            b'M' => b"ABCDEHLMPRST".contains(byte),
            _ => byte.is_ascii_uppercase(),
        })
}

/// DM 23 December 1976 n. 13813: the values of characters in odd places, by their value in even
/// places (a digit's or a letter's position from zero).
const ODD_VALUES: [u32; 26] =
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

fn check_character(fifteen: &[u8]) -> u8 {
    let sum: u32 = fifteen
        .iter()
        .enumerate()
        .map(|(index, byte)| {
            let value = if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' };
            if index % 2 == 0 { ODD_VALUES[usize::from(value)] } else { u32::from(value) }
        })
        .sum();
    b'A' + u8::try_from(sum % 26).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_numbers_are_accepted_and_kept_as_they_are() {
        for text in ["RSSMRA80A01H501U", "VRDGPP13R10B293P", "RSSMRA79B11C566R", "MRTMTT25D09F205Z", "RSSMRA80A01H50MM"]
        {
            assert_eq!(FiscalNumber::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(FiscalNumber::parse("rssmra80a01h501u").unwrap().as_str(), "RSSMRA80A01H501U");
    }

    #[test]
    fn a_wrong_check_character_is_told_from_a_wrong_form() {
        assert_eq!(FiscalNumber::parse("RSSMRA80A01H501V"), Err(NotAFiscalNumber::CheckCharacter));
        for text in ["", "RSSMRA80A01H501", "RSSMRA80A01H501UU", "RSSMRA80F01H501U", "RSSMRAÈ0A01H501U"] {
            assert_eq!(FiscalNumber::parse(text), Err(NotAFiscalNumber::Form), "{text}");
        }
    }

    #[test]
    fn it_does_not_print_itself() {
        let number = FiscalNumber::parse("RSSMRA80A01H501U").unwrap();
        assert_eq!(format!("{number:?}"), "FiscalNumber([redacted])");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,20}") {
            let _ = FiscalNumber::parse(&text);
        }

        #[test]
        fn every_change_of_one_even_place_is_noticed(place in 0usize..7, other in 0u8..10) {
            let even = [1usize, 3, 5, 7, 9, 13, 11][place];
            let mut bytes = b"RSSMRA80A01H501U".to_vec();
            let before = bytes[even];
            if before.is_ascii_digit() {
                bytes[even] = b'0' + other;
                let text = String::from_utf8(bytes.clone()).unwrap();
                prop_assert_eq!(FiscalNumber::parse(&text).is_ok(), bytes[even] == before);
            }
        }
    }
}
