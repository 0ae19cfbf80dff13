//! What the provider says of the outcome.

use varco_xmldsig::Element;

use super::Rejection;
use crate::reason::Reason;
use crate::vocabulary::PROTOCOL;

const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";

/// The digits of a number: those that are in use have two.
const LONGEST_NUMBER: usize = 3;

/// The outcome of a request that did not succeed, as an unsigned message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Who is at fault.
    pub code: StatusCode,
    /// What happened, as the last word of the second-level code: `AuthnFailed`.
    pub subcode: Option<String>,
    /// The number in a message of the form `ErrorCode nr19`, as SPID and CIE write it.
    pub error_number: Option<u16>,
}

/// Who is at fault for a failure (SAML core §3.2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusCode {
    /// Whoever asked.
    Requester,
    /// Whoever answers, or the person there.
    Responder,
    /// They speak different versions.
    VersionMismatch,
}

// === impl Status ===

impl Status {
    /// Why the login is stopped.
    // The number decides, not the second-level code: the rules print that one with a misspelling.
    pub fn reason(&self) -> Reason {
        match (self.error_number, self.code) {
            (Some(8), _) => Reason::RequestFormat,
            (Some(9), _) => Reason::RequestVersion,
            (Some(10), _) => Reason::RequestIssuer,
            (Some(11), _) => Reason::RequestId,
            (Some(12), _) => Reason::RequestLevel,
            (Some(13), _) => Reason::RequestInstant,
            (Some(14), _) => Reason::RequestDestination,
            (Some(15), _) => Reason::RequestPassive,
            (Some(16), _) => Reason::RequestReturn,
            (Some(17), _) => Reason::RequestName,
            (Some(18), _) => Reason::RequestAttributes,
            (Some(19), _) => Reason::WrongCredentials,
            (Some(20), _) => Reason::NoCredentialsOfLevel,
            (Some(21), _) => Reason::TimedOut,
            (Some(22), _) => Reason::ConsentDenied,
            (Some(23), _) => Reason::IdentityBlocked,
            (Some(24), _) => Reason::Reserved,
            (Some(25), _) => Reason::Cancelled,
            (Some(30), _) => Reason::OtherKindOfIdentity,
            (None, StatusCode::Requester | StatusCode::VersionMismatch) => Reason::OurRequest,
            (Some(0..=7 | 26..=29 | 31..), _) | (None, StatusCode::Responder) => Reason::Provider,
        }
    }
}

/// Ends with the failure that the provider reports, if it reports one.
pub(super) fn check(response: Element<'_>) -> Result<(), Rejection> {
    let status = response.only_child(PROTOCOL, "Status").ok_or(Reason::Status)?;
    let first = status.only_child(PROTOCOL, "StatusCode").ok_or(Reason::Status)?;
    let mut second = first.only_child(PROTOCOL, "StatusCode").and_then(word);
    let message = status.only_child(PROTOCOL, "StatusMessage").and_then(Element::text);
    let error_number = message.as_deref().and_then(error_number);
    let code = match word(first).ok_or(Reason::Status)? {
        "Success" => return Ok(()),
        "Requester" => StatusCode::Requester,
        "Responder" => StatusCode::Responder,
        "VersionMismatch" => StatusCode::VersionMismatch,
        // Some write `AuthnFailed` where `Responder` belongs. With a number it is clear what they mean.
        word if error_number.is_some() => {
            second = Some(word);
            StatusCode::Responder
        }
        _ => return Err(Reason::Status.because("an unknown code").into()),
    };
    Err(Rejection::Failed(Status { code, subcode: second.map(str::to_owned), error_number }))
}

/// The word that a status code ends with. It goes to the log: only letters, and not many. SPID's own
/// documents print some codes with a second `s` in `status`.
fn word(code: Element<'_>) -> Option<&str> {
    let value = code.attribute("Value")?;
    let word = value.strip_prefix(PREFIX).or_else(|| value.strip_prefix("urn:oasis:names:tc:SAML:2.0:statuss:"))?;
    (1..=40).contains(&word.len()).then_some(word).filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// The number that a message announces. SPID technical rules, error messages: `ErrorCode nr` and two
/// digits. Providers also write one digit, a point or a space before it, words around it, and leave `nr`
/// out; a number that nothing announces is none.
fn error_number(message: &str) -> Option<u16> {
    let message = message.to_ascii_lowercase();
    let announced = message.match_indices("error").find_map(|(at, word)| {
        let number = message[at + word.len()..].trim_start_matches(separates).strip_prefix("code")?;
        let number = number.trim_start_matches(separates);
        leading_number(number.strip_prefix("nr").or_else(|| number.strip_prefix('n')).unwrap_or(number))
    });
    announced.or_else(|| message.trim().strip_prefix("nr")?.trim_start().parse().ok())
}

fn leading_number(text: &str) -> Option<u16> {
    let text = text.trim_start_matches(separates);
    // No further: a message can announce a number at every few letters, and be long.
    let digits = text.bytes().take(LONGEST_NUMBER + 1).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let is_one = (1..=LONGEST_NUMBER).contains(&digits) && !rest.starts_with(char::is_alphanumeric);
    is_one.then(|| number.parse().ok()).flatten()
}

/// What stands between the words of an announcement.
fn separates(c: char) -> bool {
    c.is_whitespace() || "_.:=°".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::PROFILE;

    fn reason(code: StatusCode, error_number: Option<u16>) -> Reason {
        Status { code, subcode: None, error_number }.reason()
    }

    #[test]
    fn a_fault_in_our_request_is_told_from_a_fault_of_the_provider() {
        for number in 8..=18 {
            for code in [StatusCode::Requester, StatusCode::Responder, StatusCode::VersionMismatch] {
                let refusal = PROFILE.codes.refusal(reason(code, Some(number)));
                assert!(refusal.code().ends_with(&format!(".error.nr{number:02}")), "{}", refusal.code());
            }
        }
        for number in [0, 1, 2, 7, 26, 29, 31, 999] {
            assert_eq!(reason(StatusCode::Responder, Some(number)), Reason::Provider, "{number}");
        }
        assert_eq!(reason(StatusCode::Requester, None), Reason::OurRequest);
        assert_eq!(reason(StatusCode::Responder, None), Reason::Provider);
    }

    #[test]
    fn the_error_number_is_found_in_all_its_spellings() {
        for (message, number) in [
            ("ErrorCode nr19", Some(19)),
            ("ErrorCode nr08", Some(8)),
            ("ErrorCode nr8", Some(8)),
            ("\n  errorcode NR 25 - annullato\n", Some(25)),
            ("Responder/RequestUnsupported: ErrorCode nr25", Some(25)),
            ("ErrorCode nr. 10", Some(10)),
            ("Error Code: 10", Some(10)),
            ("error code n° 19", Some(19)),
            ("ErrorCode_nr22", Some(22)),
            ("ErrorCode 19", Some(19)),
            ("Error: login failed (ErrorCode nr23)", Some(23)),
            ("nr19", Some(19)),
            (" NR 19 ", Some(19)),
            ("ErrorCode nr1234", None),
            ("ErrorCode nr19a", None),
            ("ErrorCode nr", None),
            ("ErrorCode -1", None),
            ("ErrorCode unknown 25", None),
            ("Timeout after 25 seconds", None),
            ("HTTP error 19", None),
            ("request nr19 failed", None),
            ("nr70000", None),
            ("19", None),
            ("", None),
        ] {
            assert_eq!(error_number(message), number, "{message:?}");
        }
    }

    /// Nobody has signed this, so anybody may have written it, as long as a message can be.
    #[test]
    fn a_message_that_announces_a_number_again_and_again_takes_no_time() {
        for word in ["errorcode", "errorcode1x", "error...", "error°code°nr°"] {
            #[expect(clippy::disallowed_methods, reason = "what is measured is the time that it takes")]
            let now = std::time::Instant::now;
            let began = now();
            assert_eq!(error_number(&word.repeat(250_000 / word.len())), None, "{word}");
            assert!(began.elapsed().as_secs() < 2, "{word}: {:?}", began.elapsed());
        }
    }
}
