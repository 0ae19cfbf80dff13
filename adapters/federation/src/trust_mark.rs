//! Trust marks: what somebody whom the trust anchor names for it vouches for. (OpenID Federation 1.0, section 7;
//! SPID/CIE OpenID guidelines, trust marks.)
//!
//! All that can be said of a mark by what is at hand is said first ([`UnverifiedMark::read`]), so that nobody is
//! asked for the keys of a stranger.

mod delegation;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::entity_id::EntityId;
use crate::jose::{Accepted, Claims, ClaimsFault, Jwks, JwksFault, JwsFault, Unverified};
use crate::statement::{EntityConfiguration, ShownMark};

/// What a trust mark says it is. Older ones say nothing.
pub const MEDIA_TYPE: &str = "trust-mark+jwt";

const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// A trust mark that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustMark {
    /// Its type.
    pub mark_type: String,
    /// Until when it holds; for good where it says nothing.
    pub expires_at: Option<Timestamp>,
}

/// A trust mark that says what it should, whoever signed it.
#[derive(Debug)]
pub struct UnverifiedMark<'m> {
    token: Unverified<'m>,
    issuer: String,
    mark: TrustMark,
}

/// Why a trust mark does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkFault {
    /// It is no token, or not signed as it should be.
    #[error(transparent)]
    Token(#[from] JwsFault),
    /// It is a token of another kind.
    #[error("typ is another kind of token")]
    MediaType,
    /// A claim is missing or has another type.
    #[error(transparent)]
    Claim(#[from] ClaimsFault),
    /// Its type is another than it is shown as.
    #[error("it is of another type")]
    Type,
    /// It was given to somebody else.
    #[error("sub is somebody else")]
    Subject,
    /// Who issued it may not issue such marks.
    #[error("iss may not issue such marks")]
    Issuer,
    /// It holds later.
    #[error("issued in the future")]
    TooEarly,
    /// It does not hold any more.
    #[error("expired")]
    Expired,
    /// Such marks are somebody's own, who did not delegate them; or nobody's who could have.
    #[error("delegation and trust_mark_owners do not go together")]
    Owner,
    /// The keys of the owner are none.
    #[error("trust_mark_owners: {0}")]
    OwnerKeys(#[from] JwksFault),
}

// === impl TrustMark ===

impl TrustMark {
    /// Verifies a mark that `subject` shows and that the anchor itself issued.
    pub fn of_anchor(
        shown: &ShownMark,
        subject: &EntityId,
        anchor: &EntityConfiguration,
        now: Timestamp,
    ) -> Result<Self, MarkFault> {
        let unverified = UnverifiedMark::read(shown, subject, anchor, now)?;
        if unverified.issuer() == anchor.entity.as_str() {
            unverified.verify(&anchor.keys)
        } else {
            Err(MarkFault::Issuer)
        }
    }
}

// === impl UnverifiedMark ===

impl<'m> UnverifiedMark<'m> {
    /// Reads a mark that `subject` shows in the federation of an anchor. (Section 7.3, but for the signature.)
    pub fn read(
        shown: &'m ShownMark,
        subject: &EntityId,
        anchor: &EntityConfiguration,
        now: Timestamp,
    ) -> Result<Self, MarkFault> {
        let token = Unverified::parse(&shown.token)?;
        if token.media_type().is_some_and(|said| said != MEDIA_TYPE && said != "JWT") {
            return Err(MarkFault::MediaType);
        }
        let claims = token.claims();
        let issuer = claims.text("iss")?.to_owned();
        if !may_issue(&issuer, &shown.mark_type, anchor) {
            return Err(MarkFault::Issuer);
        }
        check_type(claims, &shown.mark_type)?;
        if claims.text("sub")? != subject.as_str() {
            return Err(MarkFault::Subject);
        }
        let mut expires_at = check_times(claims, now)?;
        if let Some(end) = delegation::check(claims, &issuer, &shown.mark_type, anchor, now)? {
            expires_at = Some(expires_at.map_or(end, |own| own.min(end)));
        }
        let mark = TrustMark { mark_type: shown.mark_type.clone(), expires_at };
        Ok(Self { token, issuer, mark })
    }

    /// Who issued it, as it says: the anchor, or somebody whom the anchor names for such marks.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Verifies it with the keys of its issuer.
    pub fn verify(self, keys: &Jwks) -> Result<TrustMark, MarkFault> {
        self.token.verify(keys, Accepted::FEDERATION)?;
        Ok(self.mark)
    }
}

/// An anchor that names issuers for a type, and not itself, does not issue it. (Section 3.1.2, `trust_mark_issuers`:
/// where the list is empty anybody may; here that is the anchor, of whom nobody has to ask anything.)
fn may_issue(issuer: &str, mark_type: &str, anchor: &EntityConfiguration) -> bool {
    let is_anchor = issuer == anchor.entity.as_str();
    match anchor.mark_issuers.get(mark_type) {
        None => is_anchor,
        Some(Value::Array(named)) if named.is_empty() => is_anchor,
        Some(named) => named.as_array().is_some_and(|named| named.iter().any(|one| one.as_str() == Some(issuer))),
    }
}

/// Older marks call their type by other names; one that has several has the same in all.
fn check_type(claims: &Claims, mark_type: &str) -> Result<(), MarkFault> {
    let mut said = Vec::new();
    for name in ["trust_mark_type", "id", "trust_mark_id"] {
        said.extend(claims.optional_text(name)?);
    }
    match &said[..] {
        [] => Err(ClaimsFault::Missing("trust_mark_type").into()),
        all if all.iter().all(|one| *one == mark_type) => Ok(()),
        _ => Err(MarkFault::Type),
    }
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<Option<Timestamp>, MarkFault> {
    if claims.instant("iat")?.duration_since(now) > SKEW {
        return Err(MarkFault::TooEarly);
    }
    let expires_at = claims.optional_instant("exp")?;
    if expires_at.is_some_and(|end| end <= now) { Err(MarkFault::Expired) } else { Ok(expires_at) }
}
