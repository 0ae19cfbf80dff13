//! The gateway as entities of the federation: the aggregator, and below it one for each body. (SPID/CIE OpenID
//! guidelines, aggregators, profile "full".)
//!
//! What they say is signed when somebody first asks, and kept until half its life is over or there is something else to
//! say: an address that signs at every question would let anybody keep a processor busy.

mod issuing;
mod kept;
mod keys;
mod marks;
mod metadata;
mod recent;
mod resolving;

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use varco_core::federation::{FederationEntities, FederationError, Question};
use varco_core::method::Document;
use varco_core::name::BodyId;
use varco_core::origin::Origin;

use crate::chain::Chain;
use crate::statement::{EntityConfiguration, ShownMark, SubordinateStatement};
use kept::Kept;
use recent::Recent;
use resolving::Resolved;

pub use keys::{EntityKeys, Generation, Kind, Role};

/// What the gateway's entities are made of.
#[derive(Clone, Debug)]
pub struct EntitiesOptions {
    /// The public origin of the gateway, which is the name of the aggregator.
    pub access: Origin,
    /// The aggregator.
    pub aggregator: Organization,
    /// The bodies.
    pub bodies: BTreeMap<BodyId, Organization>,
    /// The trust anchors, which stand above the aggregator.
    pub superiors: Vec<String>,
    /// Where the answers of logins come back.
    pub redirect_uris: Vec<String>,
    /// What the aggregator lays down for the bodies.
    pub metadata_policy: Map<String, Value>,
    /// The types of trust marks that the aggregator gives to its bodies, whatever anchors say.
    pub issued_marks: Vec<String>,
    /// Trust marks that the aggregator was given, whatever anchors say.
    pub held_marks: Vec<ShownMark>,
    /// How long a statement counts.
    pub lifetime: SignedDuration,
}

/// Who stands behind an entity.
#[derive(Clone, Debug)]
pub struct Organization {
    /// Its code in the index of public administrations or, of a private one, its identifier here.
    pub code: BodyId,
    /// Its name.
    pub name: String,
    /// Whether it is a private organisation.
    pub private: bool,
    /// Its VAT number, or its fiscal code.
    pub fiscal_code: String,
    /// Its site.
    pub homepage: String,
    /// What it does with personal data, where it says.
    pub policy: Option<String>,
    /// Its logo, where it has one.
    pub logo: Option<String>,
    /// Where others write to.
    pub contacts: Vec<String>,
}

/// The gateway's entities.
pub struct Entities {
    options: EntitiesOptions,
    keys: ArcSwap<Keyring>,
    above: ArcSwap<Vec<Superior>>,
    /// By the method whose providers they are of.
    known: ArcSwap<BTreeMap<&'static str, Vec<Arc<Chain>>>>,
    kept: Kept,
    resolved: Recent<Resolved>,
}

/// Everybody's keys; those of the aggregator under `None`.
pub type Keyring = BTreeMap<Option<BodyId>, Arc<EntityKeys>>;

/// A trust anchor, and what it says of the aggregator.
#[derive(Clone, Debug)]
pub struct Superior {
    /// What it says of itself.
    pub anchor: EntityConfiguration,
    /// What it says of the aggregator, where it knows it.
    pub statement: Option<SubordinateStatement>,
}

/// What an entity says of itself is of this type. (OpenID Federation 1.0, section 9.)
const STATEMENT: &str = "application/entity-statement+jwt";

// === impl Entities ===

impl Entities {
    /// Entities with these keys, which have not heard of any superior yet.
    pub fn new(options: EntitiesOptions, keys: Keyring) -> Self {
        Self {
            options,
            keys: ArcSwap::from_pointee(keys),
            above: ArcSwap::default(),
            known: ArcSwap::default(),
            kept: Kept::default(),
            resolved: Recent::default(),
        }
    }

    /// The name of the aggregator.
    pub fn aggregator(&self) -> String {
        self.options.access.to_string()
    }

    /// The name of a body.
    pub fn body(&self, body: &BodyId) -> String {
        format!("{}/{body}", self.options.access)
    }

    /// Puts these keys in the place of those before.
    pub fn replace_keys(&self, keys: Keyring) {
        self.keys.store(Arc::new(keys));
        self.resolved.forget();
    }

    /// The keys of the aggregator or of a body.
    pub fn keys(&self, body: Option<&BodyId>) -> Option<Arc<EntityKeys>> {
        self.keys.load().get(&body.cloned()).cloned()
    }

    /// Everybody's keys.
    pub fn keyring(&self) -> Arc<Keyring> {
        self.keys.load_full()
    }

    /// The bodies.
    pub fn bodies(&self) -> impl Iterator<Item = &BodyId> {
        self.options.bodies.keys()
    }

    /// Takes note of what the trust anchors say.
    pub fn hear(&self, above: Vec<Superior>) {
        self.above.store(Arc::new(above));
        self.resolved.forget();
    }

    /// Takes note of the chains that hold, of the providers of a method.
    pub fn know(&self, method: &'static str, chains: &[Arc<Chain>]) {
        self.known.rcu(|known| {
            let mut known = BTreeMap::clone(known);
            known.insert(method, chains.to_vec());
            known
        });
        self.resolved.forget();
    }

    /// The body of this name.
    fn body_named(&self, entity: &str) -> Option<&BodyId> {
        let code = entity.strip_prefix(&self.aggregator())?.strip_prefix('/')?;
        self.options.bodies.get_key_value(&BodyId::parse(code).ok()?).map(|(body, _)| body)
    }
}

#[async_trait]
impl FederationEntities for Entities {
    fn configuration(&self, body: Option<&BodyId>, now: Timestamp) -> Option<Document> {
        let token = self.configuration_token(body, now)?;
        Some(Document { media_type: STATEMENT, content: token.into_bytes() })
    }

    async fn answer(&self, question: Question<'_>, now: Timestamp) -> Result<Document, FederationError> {
        match question {
            Question::Fetch { subject } => self.fetch(subject, now),
            Question::List { entity_type, trust_mark_type } => Ok(self.list(entity_type, trust_mark_type)),
            Question::Resolve { subject, anchor, entity_type } => self.resolve(subject, anchor, entity_type, now),
            Question::TrustMarkStatus { trust_mark_type, subject } => Ok(self.mark_status(trust_mark_type, subject)),
            Question::TrustMark { token } => self.status_of(token, now),
        }
    }
}

#[cfg(test)]
mod tests;
