//! The session of a citizen: one for all services of the region.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::attempt::Completed;
use crate::attribute::Attributes;
use crate::identity::PersonIdentifier;
use crate::level::Level;
use crate::name::{MethodId, ProviderId};
use crate::ports::Randomness;
use crate::secret::secret;

secret!(
    /// Names a session. Whoever has it and its proof, the session token, is the citizen.
    SessionId
);

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// From the login to the end, whatever happens.
    pub absolute: SignedDuration,
    /// Without a request to any service.
    pub idle: SignedDuration,
}

/// A citizen who is logged in. It is opened only from a [`Completed`] attempt, so there is no
/// session without a verified answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// Who it is.
    pub person: PersonIdentifier,
    /// How they logged in.
    pub method: MethodId,
    /// The provider that vouched for them.
    pub provider: Option<ProviderId>,
    /// The level reached.
    pub level: Level,
    /// What is known of them; each service sees only its share.
    pub attributes: Attributes,
    /// When they proved who they are.
    pub authenticated_at: Timestamp,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
    /// How long it lives without a request.
    pub idle: SignedDuration,
}

// === impl Session ===

impl Session {
    /// Opens the session of a citizen whose login completed.
    pub fn open(completed: &Completed, lifetimes: Lifetimes, now: Timestamp, randomness: &dyn Randomness) -> Self {
        let identity = completed.identity();
        Self {
            id: SessionId::draw(randomness),
            person: identity.person.clone(),
            method: identity.method.clone(),
            provider: identity.provider.clone(),
            level: identity.level,
            attributes: identity.attributes.clone(),
            authenticated_at: identity.authenticated_at,
            opened_at: now,
            expires_at: now.checked_add(lifetimes.absolute).unwrap_or(Timestamp::MAX),
            idle: lifetimes.idle,
        }
    }

    /// Whether it still stands at `now`, when the last request came at `last_seen`.
    pub fn is_alive(&self, last_seen: Timestamp, now: Timestamp) -> bool {
        now < self.expires_at && now.duration_since(last_seen) < self.idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::tests::completed_at;
    use crate::ports::tests::Sequence;

    const LIFETIMES: Lifetimes =
        Lifetimes { absolute: SignedDuration::from_hours(8), idle: SignedDuration::from_mins(30) };

    #[test]
    fn a_session_ends_at_its_absolute_and_at_its_idle_limit() {
        let opened: Timestamp = "2021-09-30T21:59:59Z".parse().unwrap();
        let session = Session::open(&completed_at(opened), LIFETIMES, opened, &Sequence::default());
        let after = |minutes| opened.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        assert!(session.is_alive(opened, after(29)));
        assert!(!session.is_alive(opened, after(30)), "idle limit");
        assert!(session.is_alive(after(470), after(479)));
        assert!(!session.is_alive(after(479), after(480)), "absolute limit");
    }
}
