//! Why a login over SAML is stopped: one reason for each check, and the code that a method gives it.
//!
//! The engine serves several methods, and each has codes of its own: where SPID says
//! `spid.response.expired`, CIE says `cie.response.expired`. [`codes!`](crate::codes) makes them of the word
//! of a method.

use std::fmt;

use varco_core::refusal::{Refusal, Status};

/// What stopped a login, before the method gave it its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub reason: Reason,
    /// What the log should say besides. No personal data.
    pub cause: Option<String>,
}

/// The codes of a method, one for each [`Reason`]; made by [`codes!`](crate::codes).
#[derive(Clone, Copy, Debug)]
pub struct Codes(pub &'static [&'static str]);

macro_rules! reasons {
    // A dollar sign comes in as an argument: without it the inner macro could not name its own.
    (($dollar:tt) $($(#[$doc:meta])* $reason:ident => ($word:literal, $status:ident),)+) => {
        /// Why a login over SAML is stopped.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason {
            $($(#[$doc])* $reason,)+
        }

        impl Reason {
            const fn status(self) -> Status {
                match self {
                    $(Self::$reason => Status::$status,)+
                }
            }

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$reason,)+];
        }

        /// The codes of the method of this word, for every [`Reason`](crate::reason::Reason).
        #[macro_export]
        macro_rules! codes {
            ($dollar method:literal) => {
                $crate::reason::Codes(&[$(concat!($dollar method, ".", $word),)+])
            };
        }
    };
}

reasons! {
    ($)
    // --- The response: whether it or the assertion in it failed goes into the cause. ---
    /// Not a SAML Response: not base64, not text, too large, or XML that is not read here.
    Malformed => ("response.malformed", BadRequest),
    /// Not an answer to the request of this attempt.
    InResponseTo => ("response.in-response-to", Forbidden),
    /// No name, or none that could be one.
    Id => ("response.id", Forbidden),
    /// Another version than 2.0.
    Version => ("response.version", Forbidden),
    /// An instant that is missing or not written in UTC.
    Instant => ("response.instant", Forbidden),
    /// Issued before the request was.
    IssuedTooEarly => ("response.issued-too-early", Forbidden),
    /// Issued in the future.
    IssuedTooLate => ("response.issued-too-late", Forbidden),
    /// Addressed to somebody else.
    Destination => ("response.destination", Forbidden),
    /// Not issued by the provider that was asked.
    Issuer => ("response.issuer", Forbidden),
    /// A status that says nothing.
    Status => ("response.status", Forbidden),
    /// Not exactly one assertion, where it belongs.
    Assertion => ("response.assertion", Forbidden),
    /// An assertion that is encrypted in a way that is not accepted, or not for us.
    Encryption => ("response.encryption", Forbidden),
    /// A signature that is missing, out of place, or does not verify.
    Signature => ("response.signature", Forbidden),
    /// Nobody in particular is meant.
    Subject => ("response.subject", Forbidden),
    /// The bearer of the assertion is not confirmed.
    Confirmation => ("response.confirmation", Forbidden),
    /// The assertion was to be brought somewhere else.
    Recipient => ("response.recipient", Forbidden),
    /// Conditions that are missing or unknown.
    Conditions => ("response.conditions", Forbidden),
    /// Not valid any more.
    Expired => ("response.expired", Forbidden),
    /// Not valid yet.
    NotYetValid => ("response.not-yet-valid", Forbidden),
    /// Meant for another service provider.
    Audience => ("response.audience", Forbidden),
    /// It is not said how the person was authenticated, or in a way that is unknown.
    Authentication => ("response.authentication", Forbidden),
    /// A lower level than was asked for.
    LevelTooLow => ("response.level-too-low", Forbidden),
    /// Attributes that are missing, empty or ambiguous.
    Attributes => ("response.attributes", Forbidden),

    // --- What a provider answers in place of an identity: SPID technical rules, table of error
    // messages, which CIE shares. The person must be told the reason for 19-25 and 30; for 8-18 they see
    // one page of courtesy, and the operator is alarmed. ---
    /// Our request is not one.
    RequestFormat => ("error.nr08", Forbidden),
    /// Our request has another version than 2.0.
    RequestVersion => ("error.nr09", Forbidden),
    /// Our request comes from somebody whom the provider does not know.
    RequestIssuer => ("error.nr10", Forbidden),
    /// Our request has no name, or one that the provider has seen.
    RequestId => ("error.nr11", Forbidden),
    /// Our request asks for no level that the provider knows.
    RequestLevel => ("error.nr12", Forbidden),
    /// Our request has no instant, or one that the provider's clock does not agree with.
    RequestInstant => ("error.nr13", Forbidden),
    /// Our request is addressed to somebody else.
    RequestDestination => ("error.nr14", Forbidden),
    /// Our request asks for a login that the person does not see.
    RequestPassive => ("error.nr15", Forbidden),
    /// Our request names no way back that the provider knows.
    RequestReturn => ("error.nr16", Forbidden),
    /// Our request asks for another name of the person than a transient one.
    RequestName => ("error.nr17", Forbidden),
    /// Our request names no set of attributes that the provider knows.
    RequestAttributes => ("error.nr18", Forbidden),
    /// Too many wrong credentials.
    WrongCredentials => ("error.nr19", Forbidden),
    /// The person has no credentials of the level that is asked for.
    NoCredentialsOfLevel => ("error.nr20", Forbidden),
    /// The person took too long.
    TimedOut => ("error.nr21", Forbidden),
    /// The person does not agree to the sending of their data.
    ConsentDenied => ("error.nr22", Forbidden),
    /// The identity is suspended or revoked, or its credentials are blocked.
    IdentityBlocked => ("error.nr23", Forbidden),
    /// Reserved by the rules.
    Reserved => ("error.nr24", Forbidden),
    /// The person cancelled.
    Cancelled => ("error.nr25", Forbidden),
    /// Another kind of identity than the one asked for: personal or professional.
    OtherKindOfIdentity => ("error.nr30", Forbidden),
    /// The provider finds our request wrong, and does not say in what.
    OurRequest => ("error.request", Forbidden),
    /// The provider reports anything else.
    Provider => ("error.provider", Forbidden),

    // --- What can be wrong with an identity whose signature is right. ---
    /// The fiscal number is not one.
    FiscalNumber => ("identity.fiscal-number", Forbidden),
    /// An attribute that everybody has is not of its type.
    Attribute => ("identity.attribute", Forbidden),
    /// Not an identity of the kind that was asked for: personal or professional.
    Purpose => ("identity.purpose", Forbidden),
    /// There is no identifier by which the person could be known.
    Anonymous => ("identity.anonymous", Forbidden),

    // --- Why the gateway cannot even ask. ---
    /// The service's body or the service itself is not part of the method's configuration.
    NotServed => ("service.not-served", Internal),
    /// The provider offers no address for the binding in use.
    NoAddress => ("provider.no-address", Internal),
    /// A message or a metadata document could not be signed.
    Signing => ("gateway.signing", Internal),
    /// What was noted when the question was asked cannot be read.
    Memo => ("gateway.memo", Internal),
}

// === impl Reason ===

impl Reason {
    /// A fault of this reason, with what the log should say. No personal data.
    pub fn because(self, cause: impl fmt::Display) -> Fault {
        Fault { reason: self, cause: Some(cause.to_string()) }
    }
}

impl From<Reason> for Fault {
    fn from(reason: Reason) -> Self {
        Self { reason, cause: None }
    }
}

// === impl Codes ===

impl Codes {
    /// The refusal of a fault.
    pub fn refusal(self, fault: impl Into<Fault>) -> Refusal {
        let Fault { reason, cause } = fault.into();
        let refusal = Refusal::new(self.0[reason as usize], reason.status());
        match cause {
            Some(cause) => refusal.because(cause),
            None => refusal,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_reason_has_a_code_of_its_own() {
        let codes = codes!("spid");
        let all: BTreeSet<_> = Reason::ALL.iter().map(|reason| codes.refusal(*reason).code()).collect();
        assert_eq!(all.len(), Reason::ALL.len());
        assert!(all.iter().all(|code| code.starts_with("spid.")));
        let expired = codes.refusal(Reason::Expired.because("Conditions"));
        assert_eq!((expired.code(), expired.cause()), ("spid.response.expired", Some("Conditions")));
        assert_eq!(codes.refusal(Reason::Malformed).status(), Status::BadRequest);
    }
}
