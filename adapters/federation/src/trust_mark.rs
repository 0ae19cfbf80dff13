//! Trust marks: what somebody whom the trust anchor names for it vouches for. (OpenID Federation 1.0, section 7;
//! SPID/CIE OpenID guidelines, trust marks.)

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::entity_id::EntityId;
use crate::jose::{Accepted, ClaimsFault, Jwks, JwsFault, Unverified};
use crate::statement::ShownMark;

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

/// Why a trust mark does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkFault {
    /// It is no token, or not signed as it should be.
    #[error(transparent)]
    Token(#[from] JwsFault),
    /// It is a token of another kind.
    #[error("typ is not {MEDIA_TYPE}")]
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
}

/// Who may issue trust marks, and with which keys.
#[derive(Clone, Copy, Debug)]
pub struct MarkIssuers<'a> {
    /// The trust anchor, which may issue all of them.
    pub anchor: &'a EntityId,
    /// Its keys.
    pub keys: &'a Jwks,
    /// Whom it names for which type.
    pub others: &'a Map<String, Value>,
}

// === impl TrustMark ===

impl TrustMark {
    /// Verifies a mark that `subject` shows, by what is at hand: nobody is asked. Marks of issuers whose keys are
    /// not at hand do not count.
    pub fn verify(
        shown: &ShownMark,
        subject: &EntityId,
        issuers: MarkIssuers<'_>,
        now: Timestamp,
    ) -> Result<Self, MarkFault> {
        let unverified = Unverified::parse(&shown.token)?;
        let issuer = unverified.claims().text("iss")?.to_owned();
        if issuer != issuers.anchor.as_str() || !issuers.allow_the_anchor(&shown.mark_type) {
            return Err(MarkFault::Issuer);
        }
        let verified = unverified.verify(issuers.keys, Accepted::FEDERATION)?;
        if verified.media_type().is_some_and(|said| said != MEDIA_TYPE && said != "JWT") {
            return Err(MarkFault::MediaType);
        }
        let claims = verified.claims();
        let names = ["trust_mark_type", "id", "trust_mark_id"];
        let mut said = names.into_iter().filter_map(|name| claims.optional_text(name).transpose()).peekable();
        if said.peek().is_none() {
            return Err(ClaimsFault::Missing("trust_mark_type").into());
        }
        for one in said {
            if one? != shown.mark_type {
                return Err(MarkFault::Type);
            }
        }
        if claims.text("sub")? != subject.as_str() {
            return Err(MarkFault::Subject);
        }
        if claims.instant("iat")?.duration_since(now) > SKEW {
            return Err(MarkFault::TooEarly);
        }
        let expires_at = claims.optional_instant("exp")?;
        if expires_at.is_some_and(|end| end <= now) {
            return Err(MarkFault::Expired);
        }
        Ok(Self { mark_type: shown.mark_type.clone(), expires_at })
    }
}

// === impl MarkIssuers ===

impl MarkIssuers<'_> {
    /// An anchor that names issuers for a type, and not itself, does not issue it. (Section 7: with an empty list,
    /// anybody may, which for us is the anchor.)
    fn allow_the_anchor(&self, mark_type: &str) -> bool {
        let Some(named) = self.others.get(mark_type).and_then(Value::as_array) else { return true };
        named.is_empty() || named.iter().any(|issuer| issuer.as_str() == Some(self.anchor.as_str()))
    }
}
