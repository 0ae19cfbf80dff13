//! How a card names its holder. (AgID, structure of the certificate for authentication of the CNS.)

use anyhow::{Context as _, Result};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use data_encoding::BASE64;
use varco_core::fiscal_number::FiscalNumber;

/// What stands for 0 to 9 in a number that was changed to differ from another person's. (DM 23-12-1976, n. 13813.)
const INSTEAD_OF_DIGITS: &[u8; 10] = b"LMNPQRSTUV";

/// The common name of a card of whoever has this fiscal number, which is always the same: the number, a slash, 16
/// digits of the card, a dot, and a digest of 20 bytes in base64. The digest is one with all that makes it hard to
/// read: `+`, `/` and `=`.
pub fn common_name(fiscal_number: &str) -> String {
    let card = card_number(fiscal_number);
    let digests = (0_u32..).map(|turn| {
        let data = format!("{fiscal_number} {card} {turn}");
        BASE64.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, data.as_bytes()).as_ref())
    });
    let mut hard = digests.filter(|digest| digest.contains('+') && digest.contains('/'));
    format!("{fiscal_number}/{card}.{}", hard.next().unwrap_or_default())
}

/// The same fiscal number with the wrong letter at its end.
pub fn with_wrong_check_letter(fiscal_number: &str) -> Result<String> {
    with_letter(fiscal_number, |number| FiscalNumber::parse(number).is_err())
}

/// The fiscal number that somebody gets who would have this one, had not somebody else had it before: the last digit
/// is a letter, and the letter at the end is another.
pub fn omocodic(fiscal_number: &str) -> Result<String> {
    let at = fiscal_number.rfind(|letter: char| letter.is_ascii_digit()).context("a fiscal number with a digit")?;
    let mut bytes = fiscal_number.as_bytes().to_vec();
    bytes[at] = INSTEAD_OF_DIGITS[usize::from(bytes[at] - b'0')];
    with_letter(&String::from_utf8(bytes)?, |number| FiscalNumber::parse(number).is_ok())
}

/// A number with the first letter at its end that will do.
fn with_letter(number: &str, will_do: impl Fn(&str) -> bool) -> Result<String> {
    let start = number.get(..15).context("a fiscal number")?;
    ('A'..='Z').map(|letter| format!("{start}{letter}")).find(|number| will_do(number)).context("no letter will do")
}

/// 16 digits, of which the first say who issues.
fn card_number(fiscal_number: &str) -> String {
    let digest = digest(&SHA256, fiscal_number.as_bytes());
    let digits = digest.as_ref().iter().take(12).map(|byte| char::from(b'0' + byte % 10));
    "7430".chars().chain(digits).collect()
}
