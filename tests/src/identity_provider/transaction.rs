//! A login at a test provider, step by step, whatever the protocol of the request.
//!
//! ```text
//!   Password ──▶ Code (level 2) ──▶ Consent ──▶ answer
//!       │  └───▶ Confirm (level 3) ──▲
//!       └────────────────────────────┘ level 1
//! ```

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use varco_core::level::Level;
use varco_core::purpose::IdentityKind;

use super::anomaly::Anomaly;
use super::people::Person;
use crate::now::{random_digits, random_token};

/// What a login needs to know of the request.
pub(crate) trait Asks {
    /// The level that must be reached.
    fn level(&self) -> Level;
    /// The kinds of identity that will do.
    fn kinds(&self) -> &'static [IdentityKind];
}

/// A login that is going on.
#[derive(Clone, Debug)]
pub(crate) struct Transaction<R> {
    pub(crate) request: R,
    pub(crate) step: Step,
    failures: u8,
    opened_at: Timestamp,
}

/// What the citizen is asked next.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Password,
    Code { person: &'static Person, code: String },
    Confirm { person: &'static Person },
    Consent { person: &'static Person },
}

/// The logins that are going on, each under an unpredictable name.
pub(crate) struct Transactions<R>(Mutex<HashMap<String, Transaction<R>>>);

/// Wrong credentials this often end the login.
const MOST_FAILURES: u8 = 3;
/// A citizen has this long.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

// === impl Transaction ===

impl<R: Asks> Transaction<R> {
    pub(crate) const fn new(request: R, now: Timestamp) -> Self {
        Self { request, step: Step::Password, failures: 0, opened_at: now }
    }

    /// The citizen typed a user name and a password.
    pub(crate) fn password(&mut self, username: &str, password: &str) -> Result<(), Anomaly> {
        let Some(person) = Person::who_knows(username, password) else { return self.fail() };
        if person.suspended {
            return Err(Anomaly::Suspended);
        }
        if !self.request.kinds().contains(&person.kind) {
            return Err(Anomaly::OtherKindOfIdentity);
        }
        if person.level < self.request.level() {
            return Err(Anomaly::LevelOutOfReach);
        }
        self.step = match self.request.level() {
            Level::One => Step::Consent { person },
            Level::Two => Step::Code { person, code: random_digits() },
            Level::Three => Step::Confirm { person },
        };
        Ok(())
    }

    /// The citizen typed the code of level 2.
    pub(crate) fn code(&mut self, typed: &str) -> Result<(), Anomaly> {
        match &self.step {
            Step::Code { person, code } if typed.trim() == code => {
                self.step = Step::Consent { person };
                Ok(())
            }
            Step::Code { .. } => self.fail(),
            _ => Ok(()),
        }
    }

    /// The citizen confirmed on the device of level 3.
    pub(crate) fn confirm(&mut self) {
        if let Step::Confirm { person } = self.step {
            self.step = Step::Consent { person };
        }
    }

    /// Who consents, if it has come to that.
    pub(crate) const fn consenting(&self) -> Option<&'static Person> {
        match self.step {
            Step::Consent { person } => Some(person),
            _ => None,
        }
    }

    /// Whether the last thing that was typed was wrong.
    pub(crate) const fn failed_before(&self) -> bool {
        self.failures > 0
    }

    pub(crate) fn is_too_old(&self, now: Timestamp) -> bool {
        now.duration_since(self.opened_at) > PATIENCE
    }

    fn fail(&mut self) -> Result<(), Anomaly> {
        self.failures += 1;
        if self.failures < MOST_FAILURES { Ok(()) } else { Err(Anomaly::WrongCredentials) }
    }
}

// === impl Transactions ===

impl<R: Clone> Transactions<R> {
    /// Keeps a transaction and names it.
    pub(crate) fn open(&self, transaction: Transaction<R>) -> String {
        let name = random_token();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), transaction);
        name
    }

    /// A copy of a transaction.
    pub(crate) fn find(&self, name: &str) -> Option<Transaction<R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Changes a transaction.
    pub(crate) fn change<T>(&self, name: &str, change: impl FnOnce(&mut Transaction<R>) -> T) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(name).map(change)
    }

    /// Ends a transaction.
    pub(crate) fn close(&self, name: &str) -> Option<Transaction<R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name)
    }
}

impl<R> Default for Transactions<R> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
