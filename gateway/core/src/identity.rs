//! Who a verified answer says is there.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::attribute::Attributes;
use crate::level::Level;
use crate::logout::ProviderLogin;
use crate::name::{MethodId, ProviderId};

/// How a person is told from every other: the scheme of the identifier, and its value.
///
/// Two identifiers are the same person only if both parts are equal. `Debug` prints the scheme only.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonIdentifier {
    scheme: Scheme,
    value: String,
}

/// Kinds of identifiers of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// The Italian fiscal number.
    FiscalNumber,
    /// The fiscal number of a company or of another legal person, or its VAT number with the prefix.
    LegalPerson,
    /// A person identifier of the eIDAS network, such as `DE/IT/...`.
    Eidas,
}

/// A verified answer of an identity provider.
///
/// Only an adapter builds one, and only from an answer that passed every check of its protocol:
/// before that the answer has a type called `Unverified…`. Everything that opens a session asks
/// for an `Identity`.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who it is.
    pub person: PersonIdentifier,
    /// The method that verified it.
    pub method: MethodId,
    /// The provider that vouches for it, where the method has providers.
    pub provider: Option<ProviderId>,
    /// The level reached, which may be higher than the one asked for.
    pub level: Level,
    /// What the provider said of the person.
    pub attributes: Attributes,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// The login as the provider knows it, where it can be ended from there or there.
    pub provider_login: Option<ProviderLogin>,
}

// === impl PersonIdentifier ===

impl PersonIdentifier {
    /// An identifier from its parts.
    pub fn new(scheme: Scheme, value: impl Into<String>) -> Self {
        Self { scheme, value: value.into() }
    }

    /// The kind of identifier.
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The identifier itself: personal data.
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl Scheme {
    /// The stable word for this scheme, part of what person keys are derived from.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FiscalNumber => "fiscal_number",
            Self::LegalPerson => "legal_person",
            Self::Eidas => "eidas",
        }
    }
}

impl fmt::Debug for PersonIdentifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PersonIdentifier({}, [redacted])", self.scheme.as_str())
    }
}
