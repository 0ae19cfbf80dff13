//! What kind of service provider a document describes, and who must be in its contacts.

mod recognise;
mod roles;

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

pub(crate) use recognise::recognised;
pub(crate) use roles::{Company, IpaCode, Numbers, Role};

/// The kinds of service providers, under the names of the activity codes of SPID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// A public body on SPID for itself.
    SpidPublic,
    /// A private company on SPID for itself.
    SpidPrivate,
    /// An aggregator of public bodies, with its own infrastructure.
    PubAgFull,
    /// An aggregator of public bodies that log in by themselves.
    PubAgLite,
    /// An aggregator of private companies, with its own infrastructure.
    PriAgFull,
    /// An aggregator of private companies that log in by themselves.
    PriAgLite,
    /// An operator of public services, with its own infrastructure.
    PubOpFull,
    /// An operator of public services for bodies that log in by themselves.
    PubOpLite,
    /// A public body on CIE.
    CiePublic,
    /// A private company on CIE.
    CiePrivate,
    /// A service provider of the Italian eIDAS node.
    Eidas,
}

/// The rules that a profile belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Federation {
    Spid,
    Cie,
    Eidas,
}

/// No profile has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no profile {0:?}; there are {names}", names = Profile::ALL.map(Profile::name).join(", "))]
pub struct UnknownProfile(String);

// === impl Profile ===

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 11] = [
        Self::SpidPublic,
        Self::SpidPrivate,
        Self::PubAgFull,
        Self::PubAgLite,
        Self::PriAgFull,
        Self::PriAgLite,
        Self::PubOpFull,
        Self::PubOpLite,
        Self::CiePublic,
        Self::CiePrivate,
        Self::Eidas,
    ];

    /// Its name, as commands take it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SpidPublic => "spid-public",
            Self::SpidPrivate => "spid-private",
            Self::PubAgFull => "pub-ag-full",
            Self::PubAgLite => "pub-ag-lite",
            Self::PriAgFull => "pri-ag-full",
            Self::PriAgLite => "pri-ag-lite",
            Self::PubOpFull => "pub-op-full",
            Self::PubOpLite => "pub-op-lite",
            Self::CiePublic => "cie-public",
            Self::CiePrivate => "cie-private",
            Self::Eidas => "eidas",
        }
    }

    /// The code that the entityID of an aggregator carries.
    pub(crate) const fn activity(self) -> Option<&'static str> {
        match self {
            Self::SpidPublic | Self::SpidPrivate | Self::CiePublic | Self::CiePrivate | Self::Eidas => None,
            _ => Some(self.name()),
        }
    }

    pub(crate) const fn federation(self) -> Federation {
        match self {
            Self::CiePublic | Self::CiePrivate => Federation::Cie,
            Self::Eidas => Federation::Eidas,
            _ => Federation::Spid,
        }
    }

    /// Whether the services are those of private companies.
    pub(crate) const fn is_private(self) -> bool {
        matches!(self, Self::SpidPrivate | Self::PriAgFull | Self::PriAgLite | Self::CiePrivate)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, UnknownProfile> {
        Self::ALL.into_iter().find(|profile| profile.name() == name).ok_or_else(|| UnknownProfile(name.to_owned()))
    }
}

impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
