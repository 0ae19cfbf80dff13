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
mod path;

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::anchor::TrustAnchor;
use crate::constraints::ConstraintsFault;
use crate::entity_id::{Addresses, EntityId};
use crate::http::{Http, HttpFault};
use crate::jose::{Accepted, JwsFault, Unverified, json};
use crate::policy::{MetadataPolicy, PolicyFault};
use crate::statement::{EntityConfiguration, StatementFault, SubordinateStatement};
use crate::trust_mark::{MarkIssuers, TrustMark};
use fetching::Fetching;
use path::Path;

/// What may be spent on one chain.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How many may stand between an entity and the anchor.
    pub depth: usize,
    /// How many requests may be sent.
    pub requests: usize,
    /// How much may come back to each, in bytes.
    pub bytes: usize,
    /// How long each may take.
    pub patience: Duration,
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
    #[error("it takes more requests than may be sent")]
    Exhausted,
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
    pub const USUAL: Self = Self { depth: 3, requests: 20, bytes: 256 * 1024, patience: Duration::from_secs(10) };
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
        Fetching::new(self).statement(superior, &superior.keys, subject, now).await
    }

    /// Resolves the chain of an entity to an anchor, of whom this is the configuration.
    pub async fn resolve(
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
        // Before anybody else is asked. (SPID/CIE OpenID guidelines, trust negotiation.)
        self.check_marks(&said, anchor, now)?;
        let path = Path::find(&mut fetching, said, anchor, now).await?;
        let (said, statements) = path.descend(&mut fetching, anchor, now).await?;
        let mut chain = assemble(&said, &statements, anchor)?;
        self.bring_keys(&mut fetching, &mut chain, &said).await?;
        Ok(chain)
    }

    fn check_marks(
        &self,
        said: &EntityConfiguration,
        anchor: &EntityConfiguration,
        now: Timestamp,
    ) -> Result<(), ChainFault> {
        let issuers = MarkIssuers { anchor: &anchor.entity, keys: &anchor.keys, others: &anchor.mark_issuers };
        let holds = |required: &String| {
            let of_type = said.marks.iter().filter(|mark| mark.mark_type == *required);
            of_type.into_iter().any(|mark| TrustMark::verify(mark, &said.entity, issuers, now).is_ok())
        };
        if self.required_marks.iter().all(holds) { Ok(()) } else { Err(ChainFault::Mark) }
    }

    /// Some providers publish the keys that they sign tokens with apart, signed with their keys of the federation.
    /// (SPID/CIE OpenID guidelines, metadata of providers.)
    async fn bring_keys(
        &self,
        fetching: &mut Fetching<'_>,
        chain: &mut Chain,
        said: &EntityConfiguration,
    ) -> Result<(), ChainFault> {
        let Some(provider) = chain.metadata.get_mut("openid_provider").and_then(Value::as_object_mut) else {
            return Ok(());
        };
        let Some(address) = provider.get("signed_jwks_uri").filter(|_| !provider.contains_key("jwks")) else {
            return Ok(());
        };
        let what = "signed_jwks_uri";
        let address = address.as_str().and_then(|text| url::Url::parse(text).ok());
        let address = address.filter(|url| self.addresses.hold(url)).ok_or(ChainFault::SignedKeys("not an address"))?;
        let token = fetching.token(what, &address, "application/jwk-set+jwt").await?;
        let unsigned = |_: JwsFault| ChainFault::SignedKeys("not signed by the entity");
        let verified =
            Unverified::parse(&token).and_then(|set| set.verify(&said.keys, Accepted::FEDERATION)).map_err(unsigned)?;
        let of_the_entity =
            |name| verified.claims().optional_text(name).is_ok_and(|it| it == Some(said.entity.as_str()));
        if !(of_the_entity("iss") && of_the_entity("sub")) {
            return Err(ChainFault::SignedKeys("of somebody else"));
        }
        let keys = verified.claims().value("keys").cloned().ok_or(ChainFault::SignedKeys("no keys"))?;
        provider.insert("jwks".to_owned(), serde_json::json!({ "keys": keys }));
        Ok(())
    }
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
    anchor.constraints.check(statements.len().saturating_sub(1), &below)?;
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

/// What the nearest superior knows better than the entity itself. (Section 3.1.1, metadata.)
fn correct(said: &mut Map<String, Value>, known: &Map<String, Value>) {
    for (entity_type, parameters) in known {
        let corrected = said.entry(entity_type.clone()).or_insert_with(|| Value::Object(Map::new()));
        if let (Some(corrected), Some(parameters)) = (corrected.as_object_mut(), parameters.as_object()) {
            corrected.extend(parameters.clone());
        }
    }
}

#[cfg(test)]
mod tests;
