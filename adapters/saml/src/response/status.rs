//! What the provider says of the outcome.

use varco_xmldsig::Element;

use super::Rejection;
use crate::reason::Reason;
use crate::vocabulary::PROTOCOL;

const PREFIX: &str = "urn:oasis:names:tc:SAML:2.0:status:";

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
            (Some(19), _) => Reason::WrongCredentials,
            (Some(20), _) => Reason::NoCredentialsOfLevel,
            (Some(21), _) => Reason::TimedOut,
            (Some(22), _) => Reason::ConsentDenied,
            (Some(23), _) => Reason::IdentityBlocked,
            (Some(24), _) => Reason::Reserved,
            (Some(25), _) => Reason::Cancelled,
            (Some(30), _) => Reason::OtherKindOfIdentity,
            (Some(8..=18), _) | (None, StatusCode::Requester | StatusCode::VersionMismatch) => Reason::OurRequest,
            (Some(0..=7 | 26..=29 | 31..), _) | (None, StatusCode::Responder) => Reason::Provider,
        }
    }
}

/// Ends with the failure that the provider reports, if it reports one.
pub(super) fn check(response: Element<'_>) -> Result<(), Rejection> {
    let status = response.only_child(PROTOCOL, "Status").ok_or(Reason::Status)?;
    let code = status.only_child(PROTOCOL, "StatusCode").ok_or(Reason::Status)?;
    let failure = match word(code).ok_or(Reason::Status)? {
        "Success" => return Ok(()),
        "Requester" => StatusCode::Requester,
        "Responder" => StatusCode::Responder,
        "VersionMismatch" => StatusCode::VersionMismatch,
        _ => return Err(Reason::Status.because("an unknown code").into()),
    };
    let message = status.only_child(PROTOCOL, "StatusMessage").and_then(Element::text);
    Err(Rejection::Failed(Status {
        code: failure,
        subcode: code.only_child(PROTOCOL, "StatusCode").and_then(word).map(str::to_owned),
        error_number: message.as_deref().and_then(error_number),
    }))
}

/// The word that a status code ends with. It goes to the log: only letters, and not many. SPID's own
/// documents print some codes with a second `s` in `status`.
fn word(code: Element<'_>) -> Option<&str> {
    let value = code.attribute("Value")?;
    let word = value.strip_prefix(PREFIX).or_else(|| value.strip_prefix("urn:oasis:names:tc:SAML:2.0:statuss:"))?;
    (1..=40).contains(&word.len()).then_some(word).filter(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// SPID technical rules, error messages: `ErrorCode nr` and a number of two digits, sometimes of one.
fn error_number(message: &str) -> Option<u16> {
    let message = message.to_ascii_lowercase();
    let number = message.split_once("errorcode")?.1.trim_start().strip_prefix("nr")?.trim_start();
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (1..=3).contains(&digits).then(|| number[..digits].parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(code: StatusCode, error_number: Option<u16>) -> Reason {
        Status { code, subcode: None, error_number }.reason()
    }

    #[test]
    fn a_fault_in_our_request_is_told_from_a_fault_of_the_provider() {
        for number in 8..=18 {
            assert_eq!(reason(StatusCode::Requester, Some(number)), Reason::OurRequest, "{number}");
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
            ("ErrorCode nr1234", None),
            ("ErrorCode nr", None),
            ("ErrorCode 19", None),
            ("nr19", None),
            ("", None),
        ] {
            assert_eq!(error_number(message), number, "{message:?}");
        }
    }
}
