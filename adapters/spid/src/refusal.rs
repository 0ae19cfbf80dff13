//! Why a SPID login is stopped: the error table of SPID, and what can be wrong with an identity.

use varco_core::refusal::refusals;
use varco_saml::response::{ResponseRefusal, Status, StatusCode};

refusals! {
    /// What a provider answers in place of an identity.
    // SPID technical rules, table of error messages. The person must be told the reason for 19-25
    // and 30; the others are faults of the gateway or of the provider.
    pub enum ErrorRefusal {
        /// Too many wrong credentials.
        WrongCredentials => ("spid.error.nr19", Forbidden),
        /// The person has no credentials of the level that is asked for.
        NoCredentialsOfLevel => ("spid.error.nr20", Forbidden),
        /// The person took too long.
        TimedOut => ("spid.error.nr21", Forbidden),
        /// The person does not agree to the sending of their data.
        ConsentDenied => ("spid.error.nr22", Forbidden),
        /// The identity is suspended or revoked, or its credentials are blocked.
        IdentityBlocked => ("spid.error.nr23", Forbidden),
        /// Reserved by the rules.
        Reserved => ("spid.error.nr24", Forbidden),
        /// The person cancelled.
        Cancelled => ("spid.error.nr25", Forbidden),
        /// Another kind of identity than the one asked for: personal or professional.
        OtherKindOfIdentity => ("spid.error.nr30", Forbidden),
        /// The provider finds our request wrong.
        OurRequest => ("spid.error.request", Forbidden),
        /// The provider reports anything else.
        Provider => ("spid.error.provider", Forbidden),
    }
}

refusals! {
    /// What can be wrong with an identity whose signature is right.
    pub enum IdentityRefusal {
        /// The fiscal number is not one.
        FiscalNumber => ("spid.identity.fiscal-number", Forbidden),
        /// There is neither a fiscal number nor a European identifier.
        Anonymous => ("spid.identity.anonymous", Forbidden),
    }
}

refusals! {
    /// Why the gateway cannot even ask.
    pub enum GatewayRefusal {
        /// The service's body or the service itself is not part of the SPID configuration.
        NotServed => ("spid.service.not-served", Internal),
        /// The provider offers no address for the binding in use.
        NoAddress => ("spid.provider.no-address", Internal),
        /// A message or a metadata document could not be signed.
        Signing => ("spid.gateway.signing", Internal),
        /// What was noted when the question was asked cannot be read.
        Memo => ("spid.gateway.memo", Internal),
    }
}

/// Every code that a SPID login can be stopped with by this crate or its engine; each needs a text in
/// every language.
pub const CODES: [&[&str]; 4] =
    [ErrorRefusal::CODES, IdentityRefusal::CODES, GatewayRefusal::CODES, ResponseRefusal::CODES];

// === impl ErrorRefusal ===

impl ErrorRefusal {
    /// The refusal for a failure that a provider reports.
    // The number decides, not the second-level code: the rules print that one with a misspelling.
    pub fn of(status: &Status) -> Self {
        match (status.error_number, status.code) {
            (Some(19), _) => Self::WrongCredentials,
            (Some(20), _) => Self::NoCredentialsOfLevel,
            (Some(21), _) => Self::TimedOut,
            (Some(22), _) => Self::ConsentDenied,
            (Some(23), _) => Self::IdentityBlocked,
            (Some(24), _) => Self::Reserved,
            (Some(25), _) => Self::Cancelled,
            (Some(30), _) => Self::OtherKindOfIdentity,
            (Some(8..=18), _) | (None, StatusCode::Requester | StatusCode::VersionMismatch) => Self::OurRequest,
            (Some(0..=7 | 26..=29 | 31..), _) | (None, StatusCode::Responder) => Self::Provider,
        }
    }
}

#[cfg(test)]
mod tests {
    use varco_core::refusal::Refusal;

    use super::*;

    fn code(code: StatusCode, error_number: Option<u16>) -> &'static str {
        Refusal::from(ErrorRefusal::of(&Status { code, subcode: None, error_number })).code()
    }

    #[test]
    fn each_anomaly_of_the_person_has_a_reason_of_its_own() {
        for number in [19, 20, 21, 22, 23, 24, 25, 30] {
            assert_eq!(code(StatusCode::Responder, Some(number)), format!("spid.error.nr{number}"));
        }
    }

    #[test]
    fn a_fault_in_our_request_is_told_from_a_fault_of_the_provider() {
        for number in 8..=18 {
            assert_eq!(code(StatusCode::Requester, Some(number)), "spid.error.request", "{number}");
        }
        for number in [0, 1, 2, 7, 26, 29, 31, 999] {
            assert_eq!(code(StatusCode::Responder, Some(number)), "spid.error.provider", "{number}");
        }
        assert_eq!(code(StatusCode::Requester, None), "spid.error.request");
        assert_eq!(code(StatusCode::Responder, None), "spid.error.provider");
    }

    #[test]
    fn no_code_stands_for_two_reasons() {
        let all: Vec<_> = CODES.concat();
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
