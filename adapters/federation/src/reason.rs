//! Why a login over OpenID is stopped: one reason for each check, and the code that a method gives it.
//!
//! The engine serves several methods, and each has codes of its own: where CIE says `cie.token.refused`, SPID
//! says `spid.token.refused`. [`codes!`](crate::codes) makes them of the word of a method. Every code says in its
//! second word where the login was stopped: on the way out (`asking`), by what the browser brought
//! (`callback`), at the provider's addresses (`token`, `userinfo`, `revocation`), or by what a token says
//! (`id-token`, `userinfo`).

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
        /// Why a login over OpenID is stopped.
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
    // --- Why the gateway cannot even ask. ---
    /// The service's body is no relying party.
    NotServed => ("asking.not-served", Internal),
    /// A token of ours could not be signed.
    Signing => ("asking.signing", Internal),
    /// What was noted when the question was asked cannot be read.
    Memo => ("asking.memo", Internal),

    // --- What the browser brought. ---
    /// Neither a code nor an error, or both, or a code that could not be one.
    Callback => ("callback.malformed", BadRequest),
    /// Not from the provider that was asked. (RFC 9207: mix-up.)
    CallbackIssuer => ("callback.issuer", Forbidden),
    /// The person cancelled, or has no credentials that do.
    Denied => ("callback.denied", Forbidden),
    /// The person did not log in.
    LoginRequired => ("callback.login-required", Forbidden),
    /// The person does not agree to the sending of their data.
    ConsentRequired => ("callback.consent-required", Forbidden),
    /// The provider cannot log in anybody for the moment.
    ProviderBusy => ("callback.provider-busy", Forbidden),
    /// The provider is at fault.
    ProviderError => ("callback.provider-error", Forbidden),
    /// The provider finds our request wrong.
    OurRequest => ("callback.our-request", Forbidden),
    /// The provider reports anything else.
    OtherError => ("callback.other-error", Forbidden),

    // --- The token endpoint. ---
    /// It cannot be reached.
    TokenUnreachable => ("token.unreachable", Unavailable),
    /// It sends what no token endpoint sends: a redirect, too much, too slowly, another kind of document.
    TokenAnswer => ("token.answer", Forbidden),
    /// It does not accept the code.
    TokenRefused => ("token.refused", Forbidden),
    /// It finds our request wrong, or does not accept who we are.
    TokenOurRequest => ("token.our-request", Forbidden),

    // --- The ID token. ---
    /// Not a signed token, or a member of it that is missing or of another type than it should be.
    IdToken => ("id-token.malformed", Forbidden),
    /// Signed with a key that the provider does not have.
    IdTokenKey => ("id-token.key", Forbidden),
    /// An algorithm that is not accepted, or a signature that does not verify.
    IdTokenSignature => ("id-token.signature", Forbidden),
    /// Not issued by the provider that was asked.
    IdTokenIssuer => ("id-token.issuer", Forbidden),
    /// Meant for another relying party, or for others too.
    IdTokenAudience => ("id-token.audience", Forbidden),
    /// Issued at the wish of another relying party.
    IdTokenAuthorizedParty => ("id-token.authorized-party", Forbidden),
    /// Not valid any more.
    IdTokenExpired => ("id-token.expired", Forbidden),
    /// Not valid yet.
    IdTokenNotYetValid => ("id-token.not-yet-valid", Forbidden),
    /// Issued before it was asked for, or in the future.
    IdTokenIssued => ("id-token.issued", Forbidden),
    /// Not an answer to this request.
    IdTokenNonce => ("id-token.nonce", Forbidden),
    /// Of another access token.
    IdTokenAccessToken => ("id-token.access-token", Forbidden),
    /// Of another code.
    IdTokenCode => ("id-token.code", Forbidden),
    /// A lower level than was asked for, or one that is not known.
    IdTokenLevel => ("id-token.level", Forbidden),
    /// No name of its own, by which it could be told that it was used.
    IdTokenId => ("id-token.id", Forbidden),
    /// Nobody in particular is meant.
    IdTokenSubject => ("id-token.subject", Forbidden),

    // --- The userinfo endpoint, and what it says. ---
    /// It cannot be reached.
    UserInfoUnreachable => ("userinfo.unreachable", Unavailable),
    /// It sends what no userinfo endpoint sends, or nothing.
    UserInfoAnswer => ("userinfo.answer", Forbidden),
    /// Not encrypted, or not for us.
    UserInfoEncryption => ("userinfo.encryption", Forbidden),
    /// Not a signed token, or a member of it that is missing or of another type than it should be.
    UserInfo => ("userinfo.malformed", Forbidden),
    /// Signed with a key that the provider does not have.
    UserInfoKey => ("userinfo.key", Forbidden),
    /// An algorithm that is not accepted, or a signature that does not verify.
    UserInfoSignature => ("userinfo.signature", Forbidden),
    /// Not issued by the provider that was asked.
    UserInfoIssuer => ("userinfo.issuer", Forbidden),
    /// Meant for another relying party, or for others too.
    UserInfoAudience => ("userinfo.audience", Forbidden),
    /// Not valid any more.
    UserInfoExpired => ("userinfo.expired", Forbidden),
    /// Issued in the future, or before it was asked for.
    UserInfoIssued => ("userinfo.issued", Forbidden),
    /// About somebody else than the ID token.
    UserInfoSubject => ("userinfo.subject", Forbidden),
    /// The fiscal number is not one.
    FiscalNumber => ("userinfo.fiscal-number", Forbidden),
    /// An attribute that everybody has is missing or not of its type.
    Attribute => ("userinfo.attribute", Forbidden),
    /// There is no identifier by which the person could be known.
    Anonymous => ("userinfo.anonymous", Forbidden),

    // --- The revocation endpoint, at logout. ---
    /// The provider has no such address any more.
    RevocationNotOffered => ("revocation.not-offered", Forbidden),
    /// It did not end what it granted.
    RevocationFailed => ("revocation.failed", Forbidden),
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
        let codes = codes!("cie");
        let all: BTreeSet<_> = Reason::ALL.iter().map(|reason| codes.refusal(*reason).code()).collect();
        assert_eq!(all.len(), Reason::ALL.len());
        assert!(all.iter().all(|code| code.starts_with("cie.")));
        let refused = codes.refusal(Reason::TokenRefused.because("invalid_grant"));
        assert_eq!((refused.code(), refused.cause()), ("cie.token.refused", Some("invalid_grant")));
        assert_eq!(codes.refusal(Reason::Callback).status(), Status::BadRequest);
    }
}
