//! What the provider has granted: codes, and the tokens that came of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::request::AuthorizationRequest;
use crate::identity_provider::Person;
use crate::now::random_token;

/// A login that somebody agreed to.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) request: AuthorizationRequest,
    pub(super) person: &'static Person,
    pub(super) code: String,
    pub(super) granted_at: Timestamp,
    /// Once the code was redeemed.
    pub(super) access_token: Option<String>,
    pub(super) revoked: bool,
}

/// A grant, as tests see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// To whom.
    pub client_id: String,
    /// About whom: the user name.
    pub username: &'static str,
    /// Whether the code was redeemed.
    pub redeemed: bool,
    /// Whether it is over.
    pub revoked: bool,
}

/// Why a code is not redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeFault {
    Unknown,
    UsedBefore,
    Expired,
}

/// Every grant.
#[derive(Default)]
pub(super) struct Grants(Mutex<Vec<Grant>>);

/// A code is redeemed at once. (RFC 6749, section 4.1.2: ten minutes at most.)
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// How long an access token lasts.
pub(super) const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

// === impl Grants ===

impl Grants {
    /// Grants a login, for a code.
    pub(super) fn grant(&self, request: &AuthorizationRequest, person: &'static Person, now: Timestamp) -> String {
        let code = random_token();
        self.all().push(Grant {
            request: request.clone(),
            person,
            code: code.clone(),
            granted_at: now,
            access_token: None,
            revoked: false,
        });
        code
    }

    /// What a client was granted for this code, which can be redeemed once: a second time ends everything that
    /// came of it. (RFC 6749, section 4.1.2.)
    pub(super) fn find(&self, code: &str, client_id: &str, now: Timestamp) -> Result<Grant, CodeFault> {
        let mut all = self.all();
        let mine = |grant: &&mut Grant| grant.code == code && grant.request.client.id == client_id;
        let grant = all.iter_mut().find(mine).ok_or(CodeFault::Unknown)?;
        if grant.access_token.is_some() {
            grant.revoked = true;
            return Err(CodeFault::UsedBefore);
        }
        if now.duration_since(grant.granted_at) > CODE_LIFETIME { Err(CodeFault::Expired) } else { Ok(grant.clone()) }
    }

    /// Notes what a code was redeemed for.
    pub(super) fn redeem(&self, code: &str, access_token: &str) {
        if let Some(grant) = self.all().iter_mut().find(|grant| grant.code == code) {
            grant.access_token = Some(access_token.to_owned());
        }
    }

    /// The grant of an access token that still stands.
    pub(super) fn of_token(&self, access_token: &str, now: Timestamp) -> Option<Grant> {
        let stands = |grant: &&Grant| {
            let lives = now.duration_since(grant.granted_at) <= TOKEN_LIFETIME;
            grant.access_token.as_deref() == Some(access_token) && !grant.revoked && lives
        };
        self.all().iter().find(stands).cloned()
    }

    /// Ends what a client was granted with this token.
    pub(super) fn revoke(&self, access_token: &str, client_id: &str) {
        let mine = |grant: &&mut Grant| {
            grant.access_token.as_deref() == Some(access_token) && grant.request.client.id == client_id
        };
        if let Some(grant) = self.all().iter_mut().find(mine) {
            grant.revoked = true;
        }
    }

    /// All, as tests see them.
    pub(super) fn seen(&self) -> Vec<Granted> {
        let seen = |grant: &Grant| Granted {
            client_id: grant.request.client.id.clone(),
            username: grant.person.username,
            redeemed: grant.access_token.is_some(),
            revoked: grant.revoked,
        };
        self.all().iter().map(seen).collect()
    }

    /// Every code and token.
    pub(super) fn secrets(&self) -> Vec<String> {
        self.all().iter().flat_map(|grant| std::iter::once(&grant.code).chain(&grant.access_token)).cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, Vec<Grant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
