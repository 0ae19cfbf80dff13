//! The gateway as entities of an OpenID federation: the aggregator, and below it one for each body. Others
//! ask what they are; who answers is an adapter. (OpenID Federation 1.0, section 8; SPID/CIE OpenID
//! guidelines, federation endpoints.)

use async_trait::async_trait;
use jiff::Timestamp;

use crate::method::Document;
use crate::name::BodyId;

/// What others may ask of the gateway's entities.
#[async_trait]
pub trait FederationEntities: Send + Sync {
    /// The entity configuration of the aggregator or, with a body, of that body; `None` where there is none.
    fn configuration(&self, body: Option<&BodyId>, now: Timestamp) -> Option<Document>;

    /// Answers a question about entities. It never asks anybody else.
    async fn answer(&self, question: Question<'_>, now: Timestamp) -> Result<Document, FederationError>;
}

/// A question about entities, as it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question<'a> {
    /// `/fetch`: what the aggregator says of one below it.
    Fetch {
        /// Which one.
        subject: &'a str,
    },
    /// `/list`: who is below the aggregator.
    List {
        /// Only those of this type, where one is named.
        entity_type: Option<&'a str>,
        /// Only those with a trust mark of this type, where one is named.
        trust_mark_type: Option<&'a str>,
    },
    /// `/resolve`: what an entity is, all policies applied, as far as a chain is at hand.
    Resolve {
        /// Which one.
        subject: &'a str,
        /// From which trust anchor; any of ours where none is named.
        anchor: Option<&'a str>,
        /// Which of its metadata; all where nothing is named.
        entity_type: Option<&'a str>,
    },
    /// `/trust_mark_status`: whether a trust mark that the aggregator issued still stands.
    TrustMarkStatus {
        /// The type of the mark.
        trust_mark_type: &'a str,
        /// Whose it is.
        subject: &'a str,
    },
    /// The same of a mark that whoever asks has at hand.
    TrustMark {
        /// The mark itself, a token.
        token: &'a str,
    },
}

/// Why a question is not answered. (OpenID Federation 1.0, section 8.9.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FederationError {
    /// The question makes no sense.
    #[error("the request is not complete")]
    InvalidRequest,
    /// Nothing is known of the entity.
    #[error("the entity is not known here")]
    NotFound,
    /// The trust anchor is not one of ours.
    #[error("the trust anchor is not one of ours")]
    InvalidTrustAnchor,
    /// The question is narrowed down by something that is not known here.
    #[error("a parameter is not supported")]
    UnsupportedParameter,
    /// For the moment it cannot be answered.
    #[error("no answer for the moment")]
    TemporarilyUnavailable,
}

// === impl FederationError ===

impl FederationError {
    /// The word for it in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::NotFound => "not_found",
            Self::InvalidTrustAnchor => "invalid_trust_anchor",
            Self::UnsupportedParameter => "unsupported_parameter",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}
