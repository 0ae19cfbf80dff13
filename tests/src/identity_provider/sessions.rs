//! The sessions that the test identity provider keeps: one for each login at level 1.

use std::sync::{Mutex, PoisonError};

use super::answer::Answer;
use super::logout::Manners;
use super::people::Person;
use super::request::AuthnRequest;

/// A session that a service provider has a part in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSession {
    /// The service provider.
    pub service_provider: String,
    /// Whose it is: the user name.
    pub username: &'static str,
    /// What that person is called there.
    pub name_id: String,
    /// What the session is called.
    pub index: String,
}

/// All that are kept, and what is going on about their end.
#[derive(Default)]
pub(super) struct Sessions {
    kept: Mutex<Vec<KeptSession>>,
    /// Requests to log out whose answer is awaited.
    asked: Mutex<Vec<String>>,
    /// How requests of others are answered.
    pub(super) manners: Mutex<Manners>,
    /// What came of those that were answered: who answered, and the last code.
    pub(super) outcomes: Mutex<Vec<String>>,
}

// === impl Sessions ===

impl Sessions {
    /// Keeps the session that an answer names, if it names one.
    pub(super) fn keep(&self, request: &AuthnRequest, person: &Person, answer: &Answer) {
        let Some(index) = answer.session_index.clone() else { return };
        let service_provider = request.issuer.clone();
        let session =
            KeptSession { service_provider, username: person.username, name_id: answer.name_id.clone(), index };
        self.kept().push(session);
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<KeptSession> {
        self.kept().clone()
    }

    /// Ends a session; whether there was one.
    pub(super) fn end(&self, service_provider: &str, name_id: &str, index: &str) -> bool {
        let is_it = |session: &KeptSession| {
            session.service_provider == service_provider && session.name_id == name_id && session.index == index
        };
        let mut kept = self.kept();
        let before = kept.len();
        kept.retain(|session| !is_it(session));
        kept.len() < before
    }

    /// Notes a request whose answer is awaited.
    pub(super) fn ask(&self, id: &str) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(id.to_owned());
    }

    /// Whether this is the answer to such a request, the first one.
    pub(super) fn is_answered(&self, id: &str) -> bool {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let before = asked.len();
        asked.retain(|other| other != id);
        asked.len() < before
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<KeptSession>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
