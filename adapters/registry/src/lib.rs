//! The one list of login methods: which there are, and how each is opened from the settings.
//!
//! A new method is an adapter of its own and one line in `METHODS`.

mod both;
mod cards;
mod cie;
mod entities;
mod federation_keys;
mod network;
mod openid;
mod parties;
mod providers;
mod second;
mod signing_key;
mod spid;
mod upkeep;
mod whole;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use varco_core::card::CardReader;
use varco_core::federation::FederationEntities;
use varco_core::method::{LoginMethod, Methods};
use varco_core::name::InvalidName;
use varco_core::ports::{Clock, EventSink, EvidenceStore, Randomness};
use varco_settings::Settings;
use zeroize::Zeroizing;

use varco_health_card::refusal::CardRefusal;

use both::Both;
use openid::Common;

pub use cards::{
    AuthorityState, CardError, ListedAuthority, approve as approve_authorities, listed as listed_authorities,
};
pub use entities::{EntitiesError, bodies as entity_bodies, key_files as entity_key_files};
pub use federation_keys::{EntityKeyFiles, EntityKeysError, ListedKey, list as list_entity_keys};
pub use network::NetworkError;
pub use openid::AnchorError;
pub use providers::{SourceError, client};
pub use signing_key::{Credentials, KeyError};
pub use spid::{CredentialsError, credentials};
pub use upkeep::Upkeep;
pub use varco_federation::own::{Kind as KeyKind, Role as KeyRole};
pub use varco_health_card::handshake::config as card_tls;

/// What a method needs of the outside world.
#[derive(Clone)]
pub struct World {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
    /// Who listens.
    pub events: Arc<dyn EventSink>,
    /// Where the messages of exchanges with providers are kept.
    pub evidence: Arc<dyn EvidenceStore>,
    /// What seals the way between the access host and the host where cards are read: the same for every gateway of the
    /// region.
    pub card_key: Zeroizing<[u8; 32]>,
}

/// The methods that are open, and what is to be done while they are.
pub struct Opened {
    /// The methods.
    pub methods: Methods,
    /// What the gateway is in its OpenID federations, where it is in any.
    pub entities: Option<Arc<dyn FederationEntities>>,
    /// What reads cards, where a method does.
    pub cards: Option<Arc<dyn CardReader>>,
    /// What keeps them up to date; whoever only wants to know them leaves it alone.
    pub background: Vec<Upkeep>,
}

/// What the settings ask for is not opened.
#[derive(Debug, thiserror::Error)]
#[error("{section}: {fault}")]
pub struct OpenError {
    /// The section of the settings.
    pub section: String,
    /// Why.
    pub fault: Fault,
}

/// Why a method is not opened.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The settings do not say who runs the gateway.
    #[error("its metadata needs the section [aggregator]")]
    NoAggregator,
    /// The signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The metadata of the identity providers.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// SPID refuses what it was given.
    #[error(transparent)]
    Spid(#[from] varco_spid::SpidError),
    /// CIE refuses what it was given.
    #[error(transparent)]
    Cie(#[from] varco_saml::method::ServiceProviderError),
    /// A trust anchor.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// The gateway's entities.
    #[error(transparent)]
    Entities(#[from] EntitiesError),
    /// Their keys.
    #[error(transparent)]
    EntityKeys(#[from] EntityKeysError),
    /// The network that they are asked over.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The health card.
    #[error(transparent)]
    Card(#[from] CardError),
    /// The word of the method is not one.
    #[error(transparent)]
    Name(#[from] InvalidName),
}

/// One method that is open, and what keeps it up to date: one for each protocol.
struct OpenMethod {
    method: Arc<dyn LoginMethod>,
    cards: Option<Arc<dyn CardReader>>,
    upkeep: Vec<Upkeep>,
}

// === impl OpenMethod ===

impl OpenMethod {
    /// A method over whichever protocols it is open.
    fn over(saml: Option<Self>, openid: Option<Self>) -> Option<Self> {
        match (saml, openid) {
            (Some(saml), Some(openid)) => Some(Self {
                method: Arc::new(Both::new(saml.method, openid.method)),
                cards: None,
                upkeep: saml.upkeep.into_iter().chain(openid.upkeep).collect(),
            }),
            (one, other) => one.or(other),
        }
    }
}

/// A method that is opened, or `None` where the settings do not ask for it.
type Opening<'a> = BoxFuture<'a, Result<Option<OpenMethod>, Fault>>;

type Open = for<'a> fn(&'a Settings, &'a World, Option<&'a Common>) -> Opening<'a>;

/// Every login method: its word in the settings, and how it is opened.
const METHODS: [(&str, Open); 4] = [
    ("spid", |settings, world, common| Box::pin(spid::open(settings, world, common))),
    ("eidas", |settings, world, _| Box::pin(spid::open_european(settings, world))),
    ("cie", |settings, world, common| Box::pin(cie::open(settings, world, common))),
    ("health_card", |settings, world, _| Box::pin(cards::open(settings, world))),
];

/// Every code with which a method over SAML can refuse somebody, method by method.
pub const REFUSAL_CODES: [&[&str]; 3] = [varco_spid::SPID.codes.0, varco_spid::EIDAS.codes.0, varco_cie::CIE.codes.0];

/// The same of the methods over OpenID.
pub const OPENID_REFUSAL_CODES: [&[&str]; 2] =
    [varco_federation::profile::SPID.codes.0, varco_federation::profile::CIE.codes.0];

/// The same of cards.
pub const CARD_REFUSAL_CODES: &[&str] = CardRefusal::CODES;

/// Every code with which a logout message can be refused; the methods over SAML share them.
pub const LOGOUT_REFUSAL_CODES: &[&str] = varco_saml::logout::MessageRefusal::CODES;

/// Opens the methods that the settings ask for.
///
/// It may read files and make keys that are missing; nobody outside is asked for anything.
pub async fn open(settings: &Settings, world: &World) -> Result<Opened, OpenError> {
    let (mut methods, mut background, mut reader) = (Vec::new(), Vec::new(), None);
    let entities = entities::open(settings, world);
    let entities = entities.map_err(|fault| OpenError { section: "federation".to_owned(), fault })?;
    let (common, upkeep) = entities.unzip();
    background.extend(upkeep.map(Upkeep::from));
    for (word, open) in METHODS {
        let opened = open(settings, world, common.as_ref()).await;
        let opened = opened.map_err(|fault| OpenError { section: format!("methods.{word}"), fault })?;
        if let Some(OpenMethod { method, cards, upkeep }) = opened {
            methods.push(method);
            background.extend(upkeep);
            reader = reader.or(cards);
        }
    }
    let entities = common.map(|common| common.entities as Arc<dyn FederationEntities>);
    Ok(Opened { methods: methods.into_iter().collect(), entities, cards: reader, background })
}

#[cfg(test)]
mod tests;
