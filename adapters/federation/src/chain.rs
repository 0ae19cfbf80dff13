//! Trust chains: from what an entity says of itself to a trust anchor. (OpenID Federation 1.0, sections 4 and 10.)
//!
//! ```text
//!   up:    the entity ─▶ who is above it ─▶ … ─▶ the anchor      configurations, not trusted
//!   down:  the anchor's keys ─▶ its statement ─▶ the keys of the next ─▶ … ─▶ the keys of the entity
//! ```
//!
//! On the way up nothing is believed but where to look. On the way down each statement is verified with the keys
//! that the one above states, and nobody is asked whom that chain does not name. All of it has a [`Budget`].

mod fetching;
mod marks;
mod path;
mod signed_keys;

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::anchor::TrustAnchor;
use crate::constraints::ConstraintsFault;
use crate::entity_id::{Addresses, EntityId};
use crate::http::{Http, HttpFault};
use crate::jose::json;
use crate::policy::{MetadataPolicy, PolicyFault};
use crate::statement::{EntityConfiguration, StatementFault, SubordinateStatement};
use fetching::Fetching;
use marks::Marks;
use path::{Path, Ways};

/// What may be spent on one chain.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How many may stand between an entity and the anchor.
    pub depth: usize,
    /// How many requests may be sent.
    pub requests: usize,
    /// How much may come back to each, in bytes.
    pub bytes: usize,
    /// How much may come back to all of them.
    pub bytes_in_all: usize,
    /// How long each may take.
    pub patience: Duration,
    /// How long all of it may take.
    pub patience_in_all: Duration,
}

/// Who resolves chains, and how far they go for it.
#[derive(Clone, Copy)]
pub struct Resolver<'a> {
    /// The network.
    pub http: &'a dyn Http,
    /// The addresses that are used at all.
    pub addresses: Addresses,
    /// What may be spent on one chain.
    pub budget: Budget,
    /// The types of trust marks that an entity must show.
    pub required_marks: &'a [String],
}

/// A chain that holds.
#[derive(Clone, Debug)]
pub struct Chain {
    /// Whom it is about.
    pub entity: EntityId,
    /// The anchor that it leads to.
    pub anchor: EntityId,
    /// Its statements: what the entity says of itself, what each superior says of the one below, and what the
    /// anchor says of itself.
    pub statements: Vec<String>,
    /// What the entity is, by type, once all policies are applied.
    pub metadata: Map<String, Value>,
    /// When the first of its statements ends.
    pub expires_at: Timestamp,
}

/// Why there is no chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// Somebody cannot be asked.
    #[error("{what}: {fault}")]
    Http {
        /// What was asked for.
        what: &'static str,
        /// Why.
        fault: HttpFault,
    },
    /// Somebody answers something else than was asked for.
    #[error("{0}: the answer has another status or form")]
    Answer(&'static str),
    /// A statement does not count.
    #[error("{what}: {fault}")]
    Statement {
        /// Which.
        what: &'static str,
        /// Why.
        fault: StatementFault,
    },
    /// A superior has no address where it says what it thinks of others.
    #[error("{0} is missing at a superior")]
    Endpoint(&'static str),
    /// No superior leads to the anchor.
    #[error("no way leads to the trust anchor")]
    NoPath,
    /// It would take more than may be spent.
    #[error("it takes more requests, or longer answers, than are allowed")]
    Exhausted,
    /// It takes longer than it may.
    #[error("it takes too long in all")]
    Slow,
    /// What a superior lays down is broken.
    #[error("constraints: {0}")]
    Constraints(#[from] ConstraintsFault),
    /// The policies do not go together, or the entity breaks them.
    #[error("policy: {0}")]
    Policy(#[from] PolicyFault),
    /// A trust mark that must be there is not, or does not hold.
    #[error("a trust mark that is required is not there")]
    Mark,
    /// The keys that it signs tokens with stand elsewhere, and cannot be had.
    #[error("signed_jwks_uri: {0}")]
    SignedKeys(&'static str),
}

/// The SHA-256 of statements, in hexadecimal: by it a chain is found again.
pub fn digest_of(statements: &[String]) -> String {
    HEXLOWER.encode(digest(&SHA256, statements.join("\n").as_bytes()).as_ref())
}

// === impl Budget ===

impl Budget {
    /// For the federations of Italy, whose providers stand right below the anchor.
    pub const USUAL: Self = Self {
        depth: 3,
        requests: 20,
        bytes: 256 * 1024,
        bytes_in_all: 1024 * 1024,
        patience: Duration::from_secs(10),
        patience_in_all: Duration::from_secs(45),
    };
}

// === impl Chain ===

impl Chain {
    /// By what it is found again.
    pub fn digest(&self) -> String {
        digest_of(&self.statements)
    }
}

// === impl Resolver ===

impl Resolver<'_> {
    /// What an anchor says of itself: with its pinned keys or, where none are pinned, with those at its address.
    pub async fn anchor(&self, anchor: &TrustAnchor, now: Timestamp) -> Result<EntityConfiguration, ChainFault> {
        let what = "configuration of the trust anchor";
        let token = Fetching::new(self).configuration(what, &anchor.entity).await?;
        let configuration = match &anchor.keys {
            Some(keys) => EntityConfiguration::verify(&token, &anchor.entity, keys, self.addresses, now),
            None => EntityConfiguration::self_signed(&token, &anchor.entity, self.addresses, now),
        };
        configuration.map_err(|fault| ChainFault::Statement { what, fault })
    }

    /// The entities of a type that stand below an anchor.
    pub async fn list(&self, anchor: &EntityConfiguration, entity_type: &str) -> Result<Vec<EntityId>, ChainFault> {
        let what = "list of the trust anchor";
        let mut address = anchor
            .endpoint("federation_list_endpoint", self.addresses)
            .ok_or(ChainFault::Endpoint("federation_list_endpoint"))?;
        address.query_pairs_mut().append_pair("entity_type", entity_type);
        let answer = Fetching::new(self).document(what, &address, "application/json").await?;
        let names = json::texts(&answer).map_err(|_| ChainFault::Answer(what))?;
        // Who is no entity is nobody to ask.
        Ok(names.iter().filter_map(|name| EntityId::parse(name, self.addresses).ok()).collect())
    }

    /// What a superior, of whom this is the configuration, says of an entity.
    pub async fn statement(
        &self,
        superior: &EntityConfiguration,
        subject: &EntityId,
        now: Timestamp,
    ) -> Result<SubordinateStatement, ChainFault> {
        Fetching::new(self).statement(superior, subject, now).await
    }

    /// Resolves the chain of an entity to an anchor, of whom this is the configuration.
    pub async fn resolve(
        &self,
        entity: &EntityId,
        anchor: &EntityConfiguration,
        now: Timestamp,
    ) -> Result<Chain, ChainFault> {
        let resolving = self.resolve_in_time(entity, anchor, now);
        tokio::time::timeout(self.budget.patience_in_all, resolving).await.unwrap_or(Err(ChainFault::Slow))
    }

    async fn resolve_in_time(
        &self,
        entity: &EntityId,
        anchor: &EntityConfiguration,
        now: Timestamp,
    ) -> Result<Chain, ChainFault> {
        let mut fetching = Fetching::new(self);
        let what = "configuration of the entity";
        let token = fetching.configuration(what, entity).await?;
        let said = EntityConfiguration::self_signed(&token, entity, self.addresses, now)
            .map_err(|fault| ChainFault::Statement { what, fault })?;
        // Before anybody of its choice is asked. (SPID/CIE OpenID guidelines, trust negotiation.)
        let marks_end = Marks::new(&mut fetching, &said, anchor, now).check(self.required_marks).await?;
        let mut chain = any_chain(&mut fetching, said, anchor, now).await?;
        chain.expires_at = marks_end.map_or(chain.expires_at, |end| end.min(chain.expires_at));
        Ok(chain)
    }
}

/// The first chain that holds, by the shortest ways first. Where none does, why not the first.
async fn any_chain(
    fetching: &mut Fetching<'_>,
    said: EntityConfiguration,
    anchor: &EntityConfiguration,
    now: Timestamp,
) -> Result<Chain, ChainFault> {
    let mut ways = Ways::from(said, &anchor.entity);
    let mut first_fault = None;
    loop {
        let outcome = match ways.next(fetching, now).await {
            Ok(path) => along(path, fetching, anchor, now).await,
            Err(end) => return Err(first_fault.unwrap_or(end)),
        };
        match outcome {
            Ok(chain) => return Ok(chain),
            Err(fault) => drop(first_fault.get_or_insert(fault)),
        }
    }
}

async fn along(
    path: Path,
    fetching: &mut Fetching<'_>,
    anchor: &EntityConfiguration,
    now: Timestamp,
) -> Result<Chain, ChainFault> {
    let (said, statements) = path.descend(fetching, anchor, now).await?;
    let mut chain = assemble(&said, &statements, anchor)?;
    if let Some(provider) = chain.metadata.get_mut("openid_provider").and_then(Value::as_object_mut) {
        let keys_end = signed_keys::bring(fetching, provider, &said, now).await?;
        chain.expires_at = keys_end.map_or(chain.expires_at, |end| end.min(chain.expires_at));
    }
    Ok(chain)
}

/// What comes of a path: constraints hold, policies are merged from the top, and applied. (Sections 6.1.4.1, 6.2.)
pub(crate) fn assemble(
    said: &EntityConfiguration,
    statements: &[(EntityId, SubordinateStatement)],
    anchor: &EntityConfiguration,
) -> Result<Chain, ChainFault> {
    // From the entity's own superior up to the anchor.
    let below: Vec<&EntityId> = statements.iter().map(|(subject, _)| subject).collect();
    let mut metadata = said.metadata.clone();
    if let Some((_, nearest)) = statements.first() {
        correct(&mut metadata, &nearest.metadata);
    }
    let mut policy = MetadataPolicy::default();
    for (index, (_, statement)) in statements.iter().enumerate().rev() {
        statement.constraints.check(index, &below[..=index])?;
        statement.constraints.cut(&mut metadata);
        policy = policy.merge(&statement.policy)?;
    }
    // The standard has constraints in statements only; the anchors of Italy state theirs of themselves.
    anchor.constraints.check(statements.len().saturating_sub(1), &below)?;
    anchor.constraints.cut(&mut metadata);
    policy.apply(&mut metadata)?;
    let ends = statements.iter().map(|(_, statement)| statement.expires_at);
    let expires_at = ends.chain([said.expires_at]).min().unwrap_or(anchor.expires_at).min(anchor.expires_at);
    let tokens = statements.iter().map(|(_, statement)| statement.token.clone());
    Ok(Chain {
        entity: said.entity.clone(),
        anchor: anchor.entity.clone(),
        statements: std::iter::once(said.token.clone()).chain(tokens).chain([anchor.token.clone()]).collect(),
        metadata,
        expires_at,
    })
}

/// What the nearest superior knows better than the entity itself, of the types that the entity says it has.
/// (Section 3.1.1, `metadata`.)
fn correct(said: &mut Map<String, Value>, known: &Map<String, Value>) {
    for (entity_type, parameters) in known {
        let corrected = said.get_mut(entity_type).and_then(Value::as_object_mut);
        if let (Some(corrected), Some(parameters)) = (corrected, parameters.as_object()) {
            corrected.extend(parameters.clone());
        }
    }
}

#[cfg(test)]
mod tests;
