//! A trust anchor: it knows its members, vouches for them by signed statements, and lays down policies. For tests
//! it can also [`mislead`](TestAnchor::mislead), as an anchor or somebody in its place might.

mod misconduct;
mod routes;
mod statements;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use serde_json::{Value, json};

pub use misconduct::Misconduct;
pub(in crate::federation) use routes::endless;

use super::key::{Key, Use, jwks};
use super::trust::{Distrust, PinnedAnchor, Trust};

/// The trust anchor. Copies are the same anchor.
#[derive(Clone)]
pub struct TestAnchor(Arc<Anchor>);

struct Anchor {
    id: String,
    key: Key,
    /// A key that nobody was given.
    foreign: Key,
    client: reqwest::Client,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    members: BTreeMap<String, Member>,
    misconduct: Option<Misconduct>,
    /// What was asked: the paths with their queries.
    asked: Vec<String>,
}

/// Somebody below the anchor.
#[derive(Clone, Debug)]
struct Member {
    role: Role,
    jwks: Value,
    policy: Value,
    marked: bool,
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Logs people in.
    Provider,
    /// Lets people log in elsewhere.
    RelyingParty,
    /// Stands for relying parties.
    Aggregator,
}

/// How somebody is onboarded.
#[derive(Clone, Debug)]
pub struct Onboarding {
    /// As what.
    pub role: Role,
    /// Whether the anchor gives it a trust mark.
    pub marked: bool,
    /// What is laid down for it, by type of entity, in place of what is laid down for everybody.
    pub policy: Option<Value>,
}

/// The type of the trust marks of relying parties.
pub const RELYING_PARTY_MARK: &str = "https://www.spid.gov.it/openid-federation/agreement/sp-public";
/// How long statements hold.
const LIFETIME_SECONDS: i64 = 24 * 3600;

// === impl Role ===

impl Role {
    /// The type of its metadata.
    pub const fn entity_type(self) -> &'static str {
        match self {
            Self::Provider => "openid_provider",
            Self::RelyingParty => "openid_relying_party",
            Self::Aggregator => "federation_entity",
        }
    }

    /// The type of its trust marks.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Provider => "https://www.spid.gov.it/openid-federation/agreement/op-public",
            Self::RelyingParty => RELYING_PARTY_MARK,
            Self::Aggregator => "https://www.spid.gov.it/openid-federation/agreement/sa-public",
        }
    }
}

impl From<Role> for Onboarding {
    fn from(role: Role) -> Self {
        Self { role, marked: true, policy: None }
    }
}

// === impl TestAnchor ===

impl TestAnchor {
    /// An anchor that serves at `origin`, and asks entities with `client`.
    pub fn new(origin: &str, client: reqwest::Client) -> Result<Self> {
        Ok(Self(Arc::new(Anchor {
            id: origin.to_owned(),
            key: Key::p256()?,
            foreign: Key::p256()?,
            client,
            state: Mutex::default(),
        })))
    }

    /// Its entity identifier.
    pub fn entity_id(&self) -> &str {
        &self.0.id
    }

    /// What it hands out in person: its identifier and its keys.
    pub fn pinned(&self) -> PinnedAnchor {
        PinnedAnchor { id: self.0.id.clone(), jwks: jwks([self.0.key.public(Use::Signature)]) }
    }

    /// Where it answers.
    pub fn router(&self) -> axum::Router {
        routes::router(self.clone())
    }

    /// Takes somebody in: notes the keys that it publishes now, as an officer of the federation does who has seen
    /// to it that it names this anchor.
    pub async fn onboard(&self, id: &str, onboarding: impl Into<Onboarding>) -> Result<(), Distrust> {
        let said = self.trust().said_by(id).await?;
        let names_us =
            said.claim("authority_hints").and_then(Value::as_array).is_some_and(|it| it.contains(&json!(self.0.id)));
        if !names_us {
            return Err(Distrust::NoWay("it does not name the anchor"));
        }
        let jwks = said.claim("jwks").cloned().unwrap_or_default();
        let Onboarding { role, marked, policy } = onboarding.into();
        let policy = policy.unwrap_or_else(statements::policy_for_everybody);
        self.state().members.insert(id.to_owned(), Member { role, jwks, policy, marked });
        Ok(())
    }

    /// The trust mark that the anchor gives to a member of this role, as it is shown.
    pub fn mark(&self, id: &str, role: Role) -> Result<Value> {
        self.show_mark(id, role.mark())
    }

    /// Knows somebody no more.
    pub fn dismiss(&self, id: &str) {
        self.state().members.remove(id);
    }

    /// Misbehaves from now on, or no more.
    pub fn mislead(&self, misconduct: Option<Misconduct>) {
        self.state().misconduct = misconduct;
    }

    /// What it was asked so far: paths with their queries.
    pub fn asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }

    fn trust(&self) -> Trust {
        Trust::new(self.0.client.clone(), self.pinned())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
