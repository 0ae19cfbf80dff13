//! What entities say: of themselves in their configuration, and of those below them. (OpenID Federation 1.0,
//! section 3.)
//!
//! Reading is strict, and what is read is verified: a configuration with the keys that its superior states of it,
//! or for a start with those that it names itself; a statement with the keys of who issued it.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::constraints::{Constraints, ConstraintsFault};
use crate::entity_id::{Addresses, EntityId};
use crate::jose::{Accepted, Claims, ClaimsFault, Jwks, JwksFault, JwsFault, Unverified, Verified};
use crate::policy::{MetadataPolicy, PolicyFault};

/// What every statement says it is. (Section 3.1; SPID/CIE OpenID guidelines, entity statement.)
pub const MEDIA_TYPE: &str = "entity-statement+jwt";

/// How far the clocks of others may be from ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Who names more superiors has us ask all of them: real ones name one or two.
const MOST_HINTS: usize = 10;

/// Real ones have one or two.
const MOST_MARKS: usize = 20;

/// What an entity says of itself.
#[derive(Clone, Debug)]
pub struct EntityConfiguration {
    /// Who says so.
    pub entity: EntityId,
    /// Its keys of the federation.
    pub keys: Jwks,
    /// What it is, by type.
    pub metadata: Map<String, Value>,
    /// Who is above it.
    pub superiors: Vec<EntityId>,
    /// The trust marks that it shows, not verified.
    pub marks: Vec<ShownMark>,
    /// Of a trust anchor: what those below it must keep to.
    pub constraints: Constraints,
    /// Of a trust anchor: who may issue which trust marks. (Section 7.)
    pub mark_issuers: Map<String, Value>,
    /// Of a trust anchor: whose own which trust marks are, with their keys. (Section 7.2.)
    pub mark_owners: Map<String, Value>,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// The statement itself.
    pub token: String,
}

/// What an entity says of one below it.
#[derive(Clone, Debug)]
pub struct SubordinateStatement {
    /// The keys of the federation that the one below has.
    pub keys: Jwks,
    /// What it is, where the superior knows better than itself.
    pub metadata: Map<String, Value>,
    /// What it may say of itself.
    pub policy: MetadataPolicy,
    /// What those below it must keep to.
    pub constraints: Constraints,
    /// The trust marks that it was given, not verified.
    pub marks: Vec<ShownMark>,
    /// Until when it counts.
    pub expires_at: Timestamp,
    /// The statement itself.
    pub token: String,
}

/// A trust mark as somebody shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownMark {
    /// Its type.
    pub mark_type: String,
    /// The mark itself, a token.
    pub token: String,
}

/// Why a statement does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementFault {
    /// It is no token, or not signed as it should be.
    #[error(transparent)]
    Token(#[from] JwsFault),
    /// It is a token of another kind.
    #[error("typ is not {MEDIA_TYPE}")]
    MediaType,
    /// A claim is missing or has another type.
    #[error(transparent)]
    Claim(#[from] ClaimsFault),
    /// Somebody else says so.
    #[error("iss is somebody else")]
    Issuer,
    /// It is about somebody else.
    #[error("sub is somebody else")]
    Subject,
    /// It counts later.
    #[error("issued in the future")]
    TooEarly,
    /// It does not count any more.
    #[error("expired")]
    Expired,
    /// The keys in it are none.
    #[error("jwks: {0}")]
    Keys(#[from] JwksFault),
    /// There is no key in it.
    #[error("jwks holds no key that is used")]
    NoKeys,
    /// A claim must be understood, and is not.
    #[error("a claim that must be understood is not")]
    Critical,
    /// There is too much of something.
    #[error("{0} has too many entries")]
    TooMany(&'static str),
    /// A name is not that of an entity.
    #[error("{0} holds what is no entity")]
    Entity(&'static str),
    /// The policy is none.
    #[error("metadata_policy: {0}")]
    Policy(#[from] PolicyFault),
    /// The constraints are none.
    #[error("constraints: {0}")]
    Constraints(#[from] ConstraintsFault),
}

/// Claims of a statement that are understood here, where `crit` asks. (Section 3.1.1.)
const UNDERSTOOD: [&str; 15] = [
    "iss",
    "sub",
    "iat",
    "exp",
    "jwks",
    "metadata",
    "metadata_policy",
    "metadata_policy_crit",
    "constraints",
    "crit",
    "authority_hints",
    "trust_marks",
    "trust_mark_issuers",
    "trust_mark_owners",
    "trust_anchor_hints",
];

// === impl EntityConfiguration ===

impl EntityConfiguration {
    /// Reads what an entity says of itself, signed with one of the keys that it names. Whether these are its keys,
    /// only its superior can say.
    pub fn self_signed(
        token: &str,
        entity: &EntityId,
        addresses: Addresses,
        now: Timestamp,
    ) -> Result<Self, StatementFault> {
        let unverified = Unverified::parse(token)?;
        let keys = keys_in(unverified.claims())?;
        Self::verify(token, entity, &keys, addresses, now)
    }

    /// Reads what an entity says of itself, signed with one of these keys.
    pub fn verify(
        token: &str,
        entity: &EntityId,
        keys: &Jwks,
        addresses: Addresses,
        now: Timestamp,
    ) -> Result<Self, StatementFault> {
        let verified = verified(token, keys)?;
        let claims = verified.claims();
        let expires_at = check(claims, entity, entity, now)?;
        Ok(Self {
            entity: entity.clone(),
            keys: keys_in(claims)?,
            metadata: metadata_in(claims)?,
            superiors: superiors_in(claims, addresses)?,
            marks: marks_in(claims)?,
            constraints: Constraints::of(claims)?,
            mark_issuers: claims.optional_object("trust_mark_issuers")?.cloned().unwrap_or_default(),
            mark_owners: claims.optional_object("trust_mark_owners")?.cloned().unwrap_or_default(),
            expires_at,
            token: verified.token().to_owned(),
        })
    }

    /// An address of the federation that it names, such as `federation_fetch_endpoint`.
    pub fn endpoint(&self, name: &str, addresses: Addresses) -> Option<url::Url> {
        let named = self.metadata.get("federation_entity")?.get(name)?.as_str()?;
        url::Url::parse(named).ok().filter(|url| addresses.hold(url) && url.fragment().is_none())
    }
}

// === impl SubordinateStatement ===

impl SubordinateStatement {
    /// Reads what `issuer`, whose keys these are, says of `subject`.
    pub fn verify(
        token: &str,
        issuer: &EntityId,
        subject: &EntityId,
        keys: &Jwks,
        now: Timestamp,
    ) -> Result<Self, StatementFault> {
        let verified = verified(token, keys)?;
        let claims = verified.claims();
        let expires_at = check(claims, issuer, subject, now)?;
        let critical = claims.optional_texts("metadata_policy_crit")?.unwrap_or_default();
        let policy = claims.optional_object("metadata_policy")?.cloned().unwrap_or_default();
        Ok(Self {
            keys: keys_in(claims)?,
            metadata: metadata_in(claims)?,
            policy: MetadataPolicy::parse(&policy, &critical)?,
            constraints: Constraints::of(claims)?,
            marks: marks_in(claims)?,
            expires_at,
            token: verified.token().to_owned(),
        })
    }
}

fn verified(token: &str, keys: &Jwks) -> Result<Verified, StatementFault> {
    let verified = Unverified::parse(token)?.verify(keys, Accepted::FEDERATION)?;
    // Other tokens that the same key signs must not pass for statements. (RFC 8725, section 3.11.)
    if verified.media_type() == Some(MEDIA_TYPE) { Ok(verified) } else { Err(StatementFault::MediaType) }
}

/// Who says so, of whom, and when; returns until when. (Section 3.2.)
fn check(claims: &Claims, issuer: &EntityId, subject: &EntityId, now: Timestamp) -> Result<Timestamp, StatementFault> {
    if claims.text("iss")? != issuer.as_str() {
        return Err(StatementFault::Issuer);
    }
    if claims.text("sub")? != subject.as_str() {
        return Err(StatementFault::Subject);
    }
    if claims.instant("iat")?.duration_since(now) > SKEW {
        return Err(StatementFault::TooEarly);
    }
    let expires_at = claims.instant("exp")?;
    if expires_at <= now {
        return Err(StatementFault::Expired);
    }
    let critical = claims.optional_texts("crit")?.unwrap_or_default();
    if critical.iter().any(|name| !UNDERSTOOD.contains(name)) {
        return Err(StatementFault::Critical);
    }
    Ok(expires_at)
}

fn keys_in(claims: &Claims) -> Result<Jwks, StatementFault> {
    let keys = Jwks::from_value(claims.value("jwks").ok_or(ClaimsFault::Missing("jwks"))?)?;
    if keys.keys().is_empty() { Err(StatementFault::NoKeys) } else { Ok(keys) }
}

/// What an entity is, by type: an object each. (Section 5: no parameter is `null`; one that is says nothing.)
fn metadata_in(claims: &Claims) -> Result<Map<String, Value>, StatementFault> {
    let mut metadata = claims.optional_object("metadata")?.cloned().unwrap_or_default();
    for parameters in metadata.values_mut() {
        let parameters = parameters.as_object_mut().ok_or(ClaimsFault::Type("metadata"))?;
        parameters.retain(|_, value| !value.is_null());
    }
    Ok(metadata)
}

fn superiors_in(claims: &Claims, addresses: Addresses) -> Result<Vec<EntityId>, StatementFault> {
    let hints = claims.optional_texts("authority_hints")?.unwrap_or_default();
    if hints.len() > MOST_HINTS {
        return Err(StatementFault::TooMany("authority_hints"));
    }
    let entity = |hint: &&str| EntityId::parse(hint, addresses).map_err(|_| StatementFault::Entity("authority_hints"));
    hints.iter().map(entity).collect()
}

/// The type is called `trust_mark_type`; older documents, and those of CIE, call it `id`.
fn marks_in(claims: &Claims) -> Result<Vec<ShownMark>, StatementFault> {
    let marks = claims.optional_list("trust_marks")?.map(Vec::as_slice).unwrap_or_default();
    if marks.len() > MOST_MARKS {
        return Err(StatementFault::TooMany("trust_marks"));
    }
    let shown = |mark: &Value| {
        let text = |name: &str| mark.get(name).and_then(Value::as_str).map(str::to_owned);
        let mark_type = text("trust_mark_type").or_else(|| text("id")).or_else(|| text("trust_mark_id"));
        Some(ShownMark { mark_type: mark_type?, token: text("trust_mark")? })
    };
    marks.iter().map(shown).collect::<Option<_>>().ok_or(StatementFault::Claim(ClaimsFault::Type("trust_marks")))
}
