//! What happened, told once, after the outcome is known. Counters, figures and the register are
//! fed from these events and from nothing else.

use jiff::Timestamp;

use crate::level::Level;
use crate::name::{BodyId, MethodId, ProviderId, ServiceId};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A login came to its end, one way or the other.
    Login(LoginEvent),
    /// A citizen ended their session.
    Logout {
        /// When.
        at: Timestamp,
        /// How they had logged in.
        method: MethodId,
    },
}

/// The end of one login attempt. It holds nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginEvent {
    /// When.
    pub at: Timestamp,
    /// The method.
    pub method: MethodId,
    /// The provider, where the method has providers and the attempt got that far.
    pub provider: Option<ProviderId>,
    /// The level reached, or, for a login that was refused, the level asked for.
    pub level: Level,
    /// The body whose service was asked for.
    pub body: BodyId,
    /// The service.
    pub service: ServiceId,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a login ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A session was opened.
    Success,
    /// It was refused, with this code.
    Refused(&'static str),
}

// === impl Outcome ===

impl Outcome {
    /// `success`, or the code of the refusal: a bounded set, fit for a metric label.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused(code) => code,
        }
    }
}
