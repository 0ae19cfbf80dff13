//! Instants of SAML messages.

use crate::reason::{Fault, Reason};
use jiff::Timestamp;
use varco_xmldsig::Element;

/// The instant in an attribute of an element.
pub(super) fn of(element: Element<'_>, attribute: &str) -> Result<Timestamp, Fault> {
    let text = element.attribute(attribute);
    text.and_then(parse).ok_or_else(|| Reason::Instant.because(format!("{} {attribute}", element.name())))
}

/// SAML core §1.3.3: an instant is in UTC and says so; no other zone, no local time, no date alone.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let is_written_so = |text: &str| {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        whole.len() == "2026-01-31T12:00:00".len()
            && whole.bytes().zip("dddd-dd-ddTdd:dd:dd".bytes()).all(|(found, form)| match form {
                b'd' => found.is_ascii_digit(),
                sign => found == sign,
            })
            && (1..=9).contains(&fraction.len())
            && fraction.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.strip_suffix('Z').is_some_and(is_written_so).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_in_utc_are_read_to_the_nanosecond() {
        for (text, read) in [
            ("2026-11-25T07:11:36Z", "2026-11-25T07:11:36Z"),
            ("2026-11-25T07:11:36.123456Z", "2026-11-25T07:11:36.123456Z"),
            ("2024-02-29T23:59:59.000000001Z", "2024-02-29T23:59:59.000000001Z"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), read);
        }
    }

    #[test]
    fn nothing_else_is_an_instant() {
        for text in [
            "",
            "Z",
            "2018-09-04",
            "2026-11-25T07:11:36",
            "2026-11-25T07:11:36+01:00",
            "2026-11-25T07:11:36+00:00",
            "2026-11-25T07:11:36.Z",
            "2026-11-25T07:11:36.1234567891Z",
            "2026-11-25t07:11:36z",
            "2026-11-25 07:11:36Z",
            "2026-02-30T07:11:36Z",
            "2026-11-25T24:00:00Z",
            "2026-11-25T07:11Z",
            " 2026-11-25T07:11:36Z",
            "2026-11-25T07:11:36ZZ",
            "-026-11-25T07:11:36Z",
            "1763968296",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
