//! How one session reaches the hosts of all services.
//!
//! A cookie belongs to one host. A service host without one sends the browser to the access host
//! with a *binding* (the digest of a random value kept in a cookie of the service host); the access
//! host answers with a one-time *code* for that binding; the service host gives a session cookie
//! only to the browser that holds the value behind the binding. So a code that leaks, or that
//! somebody plants in another browser, opens nothing.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::name::ServiceId;
use crate::return_path::ReturnPath;
use crate::secret::secret;
use crate::session::SessionId;

/// How long a hand-off code can be redeemed: the time of one redirect on a slow line.
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

secret!(
    /// The one-time code that carries a session to a service host.
    HandoffCode
);

/// What a service host asks the access host to bind a code to: a digest, in base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Binding(String);

/// The text is not a binding.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a hand-off binding is 43 characters of base64url")]
pub struct NotABinding;

/// A session on its way to a service host.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Handoff {
    /// The session.
    pub session: SessionId,
    /// The only service whose host may redeem it.
    pub service: ServiceId,
    /// The browser that may redeem it.
    pub binding: Binding,
    /// Where the citizen goes then.
    pub return_to: ReturnPath,
    /// Until when.
    pub expires_at: Timestamp,
}

// === impl Binding ===

impl Binding {
    /// The binding whose digest this is.
    pub fn of_digest(digest: &[u8; 32]) -> Self {
        Self(data_encoding::BASE64URL_NOPAD.encode(digest))
    }

    /// Reads the text form of a SHA-256 digest.
    pub fn parse(text: &str) -> Result<Self, NotABinding> {
        let digest = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotABinding)?;
        if digest.len() == 32 { Ok(Self(text.to_owned())) } else { Err(NotABinding) }
    }

    /// The text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Binding {
    type Error = NotABinding;

    fn try_from(text: String) -> Result<Self, NotABinding> {
        Self::parse(&text)
    }
}

impl From<Binding> for String {
    fn from(binding: Binding) -> Self {
        binding.0
    }
}

// === impl Handoff ===

impl Handoff {
    /// Whether this hand-off may be redeemed by `service`, by the browser behind `binding`, now.
    pub fn is_for(&self, service: &ServiceId, binding: &Binding, now: Timestamp) -> bool {
        now < self.expires_at && self.service == *service && self.binding == *binding
    }
}
