//! The roles in which a body can be a service provider of SPID.

use varco_core::name::BodyId;
use varco_core::origin::Origin;

/// The role of a body, and of the gateway before it.
// Avviso 19v4: an aggregator publishes metadata for each body that it aggregates, with the code of its
// activity in the entity identifier. "Full": the aggregator's own systems authenticate; "light": the
// body's do, with what the aggregator gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activity {
    /// A public body, for itself.
    Public,
    /// A private organisation, for itself.
    Private,
    /// A public body behind an aggregator.
    PublicFull,
    /// A public body that authenticates with means of an aggregator.
    PublicLight,
    /// A private organisation behind an aggregator.
    PrivateFull,
    /// A private organisation that authenticates with means of an aggregator.
    PrivateLight,
    /// The services of an operator of public services.
    OperatorFull,
}

/// Which kind of organisation a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sector {
    /// A public administration, or who serves the public in its place.
    Public,
    /// Anybody else.
    Private,
}

// === impl Activity ===

impl Activity {
    /// All of them, each with the word that stands for it in entity identifiers and settings.
    pub const ALL: [(&'static str, Self); 7] = [
        ("public", Self::Public),
        ("private", Self::Private),
        ("pub-ag-full", Self::PublicFull),
        ("pub-ag-lite", Self::PublicLight),
        ("pri-ag-full", Self::PrivateFull),
        ("pri-ag-lite", Self::PrivateLight),
        ("pub-op-full", Self::OperatorFull),
    ];

    /// Its word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::PublicFull => "pub-ag-full",
            Self::PublicLight => "pub-ag-lite",
            Self::PrivateFull => "pri-ag-full",
            Self::PrivateLight => "pri-ag-lite",
            Self::OperatorFull => "pub-op-full",
        }
    }

    /// The kind of organisation.
    pub const fn sector(self) -> Sector {
        match self {
            Self::Public | Self::PublicFull | Self::PublicLight | Self::OperatorFull => Sector::Public,
            Self::Private | Self::PrivateFull | Self::PrivateLight => Sector::Private,
        }
    }

    /// The entity identifier of a body. Avviso 19v4: it contains the code of the activity, and no query.
    pub fn entity_id(self, access: &Origin, body: &BodyId) -> String {
        format!("{access}/{}/{body}", self.code())
    }

    /// Whether the metadata names an aggregator besides the body.
    pub(crate) const fn is_aggregated(self) -> bool {
        match self {
            Self::PublicFull | Self::PublicLight | Self::PrivateFull | Self::PrivateLight => true,
            Self::Public | Self::Private | Self::OperatorFull => false,
        }
    }

    /// The element that names the role of who runs the gateway, if it has one of its own.
    pub(crate) const fn aggregator_element(self) -> Option<&'static str> {
        match self {
            Self::Public | Self::Private => None,
            Self::PublicFull => Some("spid:PublicServicesFullAggregator"),
            Self::PublicLight => Some("spid:PublicServicesLightAggregator"),
            Self::PrivateFull => Some("spid:PrivateServicesFullAggregator"),
            Self::PrivateLight => Some("spid:PrivateServicesLightAggregator"),
            Self::OperatorFull => Some("spid:PublicServicesFullOperator"),
        }
    }

    /// Whether the body authenticates with means that the aggregator vouches for by its own certificate.
    pub(crate) const fn is_light(self) -> bool {
        matches!(self, Self::PublicLight | Self::PrivateLight)
    }
}

// === impl Sector ===

impl Sector {
    /// The element that names it.
    pub(crate) const fn element(self) -> &'static str {
        match self {
            Self::Public => "spid:Public",
            Self::Private => "spid:Private",
        }
    }
}
