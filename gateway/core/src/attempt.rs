//! One login attempt, from the first click to a verified answer.
//!
//! ```text
//!   begin            send                     complete
//! ────────▶ Started ──────▶ Sent{request} ──────────────▶ Completed ──▶ Session
//!              ▲  ▲           │    │ any refusal
//!              │  └───────────┘    └──────────▶ spent: nothing can be done with it any more
//!              │ another provider is chosen
//! ```
//!
//! An attempt belongs to one browser, by a value in a cookie: it can be found only by who holds both
//! the attempt's name (which travels to the provider and back) and that value (which does not). The
//! return *takes* the attempt out of the store, so an answer is looked at once, whatever comes of it.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::handoff::Binding;
use crate::identity::Identity;
use crate::level::Level;
use crate::name::{MethodId, ProviderId, ServiceId};
use crate::purpose::Purpose;
use crate::refusal::{Refusal, refusals};
use crate::return_path::ReturnPath;
use crate::secret::secret;
use crate::session::SessionId;

/// How long a citizen has, from choosing to log in to coming back. SPID providers give up after a
/// few minutes; a first-time CIE login with the app takes longer.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(30);

secret!(
    /// Names an attempt; travels to the provider and back as the relay state.
    AttemptId
);
secret!(
    /// Names a browser, by a cookie on the access host; never leaves for a provider.
    BrowserId
);

/// What an attempt is found by: both halves, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AttemptKey {
    /// The half that travels.
    pub id: AttemptId,
    /// The half that stays in the browser.
    pub browser: BrowserId,
}

/// A login that has begun.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attempt {
    key: AttemptKey,
    errand: Errand,
    replaces: Option<SessionId>,
    expires_at: Timestamp,
    state: State,
}

/// What the citizen came for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// The service that they want to reach.
    pub service: ServiceId,
    /// Where they go on that service in the end.
    pub return_to: ReturnPath,
    /// The level that they need.
    pub level: Level,
    /// The hand-off that the service host waits for, where it began there.
    pub binding: Option<Binding>,
}

/// Where the attempt stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum State {
    Started,
    Sent(Sent),
}

/// The question that is out: what the answer will be held against. `Debug` does not print the memo, in which an
/// adapter may have a secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sent {
    /// The method that asked.
    pub method: MethodId,
    /// The provider that was asked.
    pub provider: Option<ProviderId>,
    /// The level that was asked for.
    pub level: Level,
    /// The kind of identity that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// What the adapter noted for itself.
    pub memo: String,
}

/// A citizen on the way back: the attempt is out of the store, its answer not yet verified.
#[derive(Clone, Debug)]
pub struct Returned {
    browser: BrowserId,
    errand: Errand,
    replaces: Option<SessionId>,
    sent: Sent,
    expires_at: Timestamp,
}

/// An attempt with a verified answer. Only [`Returned::complete`] builds one.
#[derive(Clone, Debug)]
pub struct Completed {
    browser: BrowserId,
    errand: Errand,
    replaces: Option<SessionId>,
    purpose: Option<Purpose>,
    identity: Identity,
}

refusals! {
    /// Why an attempt goes no further.
    pub enum AttemptRefusal {
        /// No such attempt, or not of this browser, or already spent.
        Unknown => ("login.attempt.unknown", Forbidden),
        /// The citizen came back too late.
        Expired => ("login.attempt.expired", Forbidden),
        /// An answer came before anything was asked.
        NotSent => ("login.attempt.not-sent", Forbidden),
        /// The answer came to another method than the one that was asked.
        OtherMethod => ("login.attempt.other-method", Forbidden),
        /// Another provider answered than the one that was asked.
        OtherProvider => ("login.attempt.other-provider", Forbidden),
        /// The level reached is below the one that was asked for.
        LevelTooLow => ("login.level-too-low", Forbidden),
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Sent({} at level {}, [redacted])", self.method, self.level)
    }
}

// === impl Attempt ===

impl Attempt {
    /// Begins an attempt. `replaces` is the session that the browser has: a login ends it.
    pub fn start(key: AttemptKey, errand: Errand, replaces: Option<SessionId>, now: Timestamp) -> Self {
        let expires_at = now.checked_add(LIFETIME).unwrap_or(Timestamp::MAX);
        Self { key, errand, replaces, expires_at, state: State::Started }
    }

    /// What it is found by.
    pub const fn key(&self) -> &AttemptKey {
        &self.key
    }

    /// What the citizen came for.
    pub const fn errand(&self) -> &Errand {
        &self.errand
    }

    /// The question that is out, if there is one.
    pub const fn question(&self) -> Option<&Sent> {
        match &self.state {
            State::Started => None,
            State::Sent(sent) => Some(sent),
        }
    }

    /// When it can no longer be completed.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Notes the question that goes out. A second question takes the place of the first, whose answer
    /// is then refused.
    pub fn send(mut self, sent: Sent, now: Timestamp) -> Result<Self, AttemptRefusal> {
        if now >= self.expires_at {
            return Err(AttemptRefusal::Expired);
        }
        self.state = State::Sent(sent);
        Ok(self)
    }

    /// The citizen came back to `method`.
    pub fn come_back(self, method: &MethodId, now: Timestamp) -> Result<Returned, AttemptRefusal> {
        let State::Sent(sent) = self.state else {
            return Err(AttemptRefusal::NotSent);
        };
        if now >= self.expires_at {
            return Err(AttemptRefusal::Expired);
        }
        if sent.method != *method {
            return Err(AttemptRefusal::OtherMethod);
        }
        Ok(Returned {
            browser: self.key.browser,
            errand: self.errand,
            replaces: self.replaces,
            sent,
            expires_at: self.expires_at,
        })
    }
}

// === impl Returned ===

impl Returned {
    /// What the answer must be held against.
    pub const fn sent(&self) -> &Sent {
        &self.sent
    }

    /// What the citizen came for.
    pub const fn errand(&self) -> &Errand {
        &self.errand
    }

    /// Ends the attempt with a verified identity.
    pub fn complete(self, identity: Identity, now: Timestamp) -> Result<Completed, Refusal> {
        if now >= self.expires_at {
            return Err(AttemptRefusal::Expired.into());
        }
        if identity.method != self.sent.method {
            return Err(AttemptRefusal::OtherMethod.into());
        }
        if identity.provider != self.sent.provider {
            return Err(AttemptRefusal::OtherProvider.into());
        }
        // SPID technical rules, single sign-on: a provider may answer with a higher level than asked,
        // never with a lower one.
        if identity.level < self.sent.level || identity.level < self.errand.level {
            return Err(AttemptRefusal::LevelTooLow.into());
        }
        let Self { browser, errand, replaces, sent, .. } = self;
        Ok(Completed { browser, errand, replaces, purpose: sent.purpose, identity })
    }
}

// === impl Completed ===

impl Completed {
    /// The browser that it belongs to.
    pub const fn browser(&self) -> &BrowserId {
        &self.browser
    }

    /// The session that the browser had when it began.
    pub const fn replaces(&self) -> Option<&SessionId> {
        self.replaces.as_ref()
    }

    /// The kind of identity that was asked for.
    pub const fn purpose(&self) -> Option<Purpose> {
        self.purpose
    }

    /// Who it is.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What the citizen came for.
    pub const fn errand(&self) -> &Errand {
        &self.errand
    }
}

#[cfg(test)]
pub(crate) mod tests;
