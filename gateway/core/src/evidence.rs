//! What is kept of an exchange with a provider, so that it can be shown later who logged in and on whose
//! word: SPID/CIE OpenID guidelines, log management; DPCM of 24 October 2014, art. 13.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::name::{MethodId, ProviderId};

/// How long it is kept, in months. (DPCM of 24 October 2014, art. 13.)
pub const KEPT_MONTHS: u32 = 24;

/// The messages of one exchange. They hold personal data: a store encrypts them, and `Debug` prints none.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// When it was over.
    pub at: Timestamp,
    /// The method.
    pub method: MethodId,
    /// The other side.
    pub provider: ProviderId,
    /// What it was about.
    pub kind: EvidenceKind,
    /// What it can be found by: the name and the value of each.
    pub index: Vec<(IndexName, String)>,
    /// The messages, in the order in which they were sent, each with its name.
    pub messages: Vec<(MessageName, String)>,
}

/// What an exchange was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// The statements by which a provider is trusted.
    TrustChain,
    /// A login, whether it came to a good end or not.
    Login,
    /// The end of what a provider granted.
    Revocation,
}

/// What evidence can be found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexName {
    /// The authorization code.
    Code,
    /// In whose name the gateway asked.
    ClientId,
    /// The identifier of a token.
    TokenId,
    /// Who issued it.
    Issuer,
    /// Whom it is about, in the words of the provider.
    Subject,
    /// When it was issued, in seconds since 1970.
    IssuedAt,
    /// When it expires, in seconds since 1970.
    ExpiresAt,
    /// The trust chain that the provider was trusted by: the SHA-256 of its statements, in hexadecimal.
    TrustChain,
}

/// A message of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageName {
    /// What an entity says of itself.
    EntityConfiguration,
    /// What an entity says of one below it.
    SubordinateStatement,
    /// The request object that the citizen took along.
    AuthenticationRequest,
    /// What the citizen brought back.
    AuthenticationResponse,
    /// What the code was redeemed with, without secrets.
    TokenRequest,
    /// What it was redeemed for.
    TokenResponse,
    /// What was asked for with the access token.
    UserInfoRequest,
    /// What the provider says of the citizen.
    UserInfoResponse,
    /// What was to be revoked, without secrets.
    RevocationRequest,
    /// How that ended.
    RevocationResponse,
}

// === impl EvidenceKind ===

impl EvidenceKind {
    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TrustChain => "trust_chain",
            Self::Login => "login",
            Self::Revocation => "revocation",
        }
    }
}

// === impl IndexName ===

impl IndexName {
    /// The stable word for it, which is that of the protocol.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::ClientId => "client_id",
            Self::TokenId => "jti",
            Self::Issuer => "iss",
            Self::Subject => "sub",
            Self::IssuedAt => "iat",
            Self::ExpiresAt => "exp",
            Self::TrustChain => "trust_chain",
        }
    }
}

// === impl MessageName ===

impl MessageName {
    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EntityConfiguration => "entity_configuration",
            Self::SubordinateStatement => "subordinate_statement",
            Self::AuthenticationRequest => "authentication_request",
            Self::AuthenticationResponse => "authentication_response",
            Self::TokenRequest => "token_request",
            Self::TokenResponse => "token_response",
            Self::UserInfoRequest => "userinfo_request",
            Self::UserInfoResponse => "userinfo_response",
            Self::RevocationRequest => "revocation_request",
            Self::RevocationResponse => "revocation_response",
        }
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Evidence({} of {} at {}, [redacted])", self.kind.as_str(), self.method, self.provider)
    }
}
