//! What happened, told once, after the outcome is known. Counters, figures and the register are
//! fed from these events and from nothing else.

use jiff::Timestamp;

use crate::level::Level;
use crate::name::{BodyId, MethodId, ProviderId, ServiceId};
use crate::refusal::Refusal;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A login came to its end, one way or the other.
    Login(LoginEvent),
    /// A login was refused without coming to its end: nothing could be asked, or what came back belongs
    /// to no attempt. It is told besides [`Login`](Self::Login), never of the same refusal.
    Refusal {
        /// When.
        at: Timestamp,
        /// The method, if it is one that is open: nobody outside chooses what this can be.
        method: Option<MethodId>,
        /// Why.
        refusal: Refusal,
    },
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A session was opened.
    Success,
    /// It was refused.
    Refused(Refusal),
}

// === impl Outcome ===

impl Outcome {
    /// `success`, or the code of the refusal: a bounded set, fit for a metric label.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused(refusal) => refusal.code(),
        }
    }
}
