//! Who must be in the contacts of which profile (Avviso 19v4 for aggregators, Avviso 29v3 for the others).

use super::Profile;
use crate::node::Node;

/// Somebody who must be among the contacts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Role {
    /// `spid:entityType`; none where a provider speaks for itself.
    pub(crate) entity_type: Option<&'static str>,
    /// The element that says what it is.
    pub(crate) marker: &'static str,
    pub(crate) ipa_code: IpaCode,
    pub(crate) numbers: Numbers,
    pub(crate) company: Company,
    pub(crate) email: bool,
    /// Whether it must publish the key that validates what its bodies sign.
    pub(crate) validation_key: bool,
}

/// Whether a code of the Index of public administrations is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IpaCode {
    Needed,
    NeededInProduction,
    Optional,
    Forbidden,
}

/// Which of VAT number and fiscal code are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    Any,
    One,
    Both,
}

/// What is asked of the name of the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Company {
    /// It may be missing; if not, it is that of the organisation.
    OptionalSame,
    /// It is there, and that of the organisation.
    Same,
    /// It is there.
    Needed,
}

const PUBLIC: Role = Role {
    entity_type: None,
    marker: "Public",
    ipa_code: IpaCode::Needed,
    numbers: Numbers::Any,
    company: Company::OptionalSame,
    email: true,
    validation_key: false,
};

const PRIVATE: Role = Role { marker: "Private", ipa_code: IpaCode::Forbidden, numbers: Numbers::One, ..PUBLIC };

const AGGREGATOR: Role =
    Role { entity_type: Some("spid:aggregator"), ipa_code: IpaCode::Optional, company: Company::Needed, ..PUBLIC };

const AGGREGATED_PUBLIC: Role =
    Role { entity_type: Some("spid:aggregated"), company: Company::Same, email: false, ..PUBLIC };

const AGGREGATED_PRIVATE: Role =
    Role { entity_type: Some("spid:aggregated"), company: Company::Same, email: false, ..PRIVATE };

// === impl Profile ===

impl Profile {
    /// The contacts of kind `other` that SPID wants; none where it is not SPID.
    pub(crate) fn roles(self) -> Vec<Role> {
        let aggregator = |marker| Role { marker, ..AGGREGATOR };
        let light = |marker| Role { marker, validation_key: true, ..AGGREGATOR };
        match self {
            Self::SpidPublic => vec![PUBLIC],
            Self::SpidPrivate => vec![PRIVATE],
            Self::PubAgFull => vec![aggregator("PublicServicesFullAggregator"), AGGREGATED_PUBLIC],
            Self::PubAgLite => vec![light("PublicServicesLightAggregator"), AGGREGATED_PUBLIC],
            Self::PriAgFull => vec![aggregator("PrivateServicesFullAggregator"), AGGREGATED_PRIVATE],
            Self::PriAgLite => vec![light("PrivateServicesLightAggregator"), AGGREGATED_PRIVATE],
            Self::PubOpLite => vec![light("PublicServicesLightOperator"), AGGREGATED_PUBLIC],
            Self::PubOpFull => vec![Role {
                ipa_code: IpaCode::NeededInProduction,
                numbers: Numbers::Both,
                company: Company::Same,
                ..aggregator("PublicServicesFullOperator")
            }],
            Self::CiePublic | Self::CiePrivate | Self::Eidas => Vec::new(),
        }
    }
}

// === impl Role ===

impl Role {
    /// Whether a contact is meant to be this one.
    pub(crate) fn is_of(&self, contact: &Node<'_>) -> bool {
        contact.attribute("contactType") == Some("other") && contact.entity_type() == self.entity_type
    }

    /// In words.
    pub(crate) fn words(&self) -> String {
        match self.entity_type {
            Some(entity_type) => format!("contactType=\"other\" and spid:entityType=\"{entity_type}\""),
            None => "contactType=\"other\" and no spid:entityType".to_owned(),
        }
    }
}
