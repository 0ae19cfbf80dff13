//! The methods over OpenID, from their settings.

mod chains;
mod record;
pub(crate) mod rhythm;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use varco_core::name::MethodId;
use varco_federation::anchor::TrustAnchor;
use varco_federation::entity_id::{Addresses, EntityId};
use varco_federation::http::Http;
use varco_federation::jose::{Jwks, json};
use varco_federation::method::{MethodOptions, OpenIdMethod};
use varco_federation::own::Entities;
use varco_federation::profile::Profile;
use varco_federation::providers::Renewals;
use varco_settings::Settings;
use varco_settings::sections::{self, EntityAddress};

use crate::{Fault, OpenMethod, World};

pub(crate) use chains::Chains;

/// What the methods over OpenID have in common.
#[derive(Clone)]
pub(crate) struct Common {
    /// What the gateway is to the providers.
    pub(crate) entities: Arc<Entities>,
    /// The network.
    pub(crate) http: Arc<dyn Http>,
    /// The addresses that are used at all.
    pub(crate) addresses: Addresses,
}

/// What the settings of a method say of OpenID.
pub(crate) struct Section<'a> {
    trust_anchors: &'a [sections::TrustAnchor],
    providers: &'a [EntityAddress],
    required_marks: &'a [String],
    lenient_userinfo: bool,
}

/// Why a trust anchor cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// A name is none.
    #[error("{0} is not the address of an entity")]
    Entity(String),
    /// The file with its keys cannot be read.
    #[error("cannot read the keys {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("the keys {path}: {cause}")]
    Keys {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
}

/// Opens a method where it has trust anchors. Its providers come when their chains are resolved.
pub(crate) fn open(
    profile: &'static Profile,
    section: &Section<'_>,
    common: Option<&Common>,
    settings: &Settings,
    world: &World,
) -> Result<Option<OpenMethod>, Fault> {
    let Some(common) = common.filter(|_| !section.trust_anchors.is_empty()) else { return Ok(None) };
    if section.lenient_userinfo {
        let setting = format!("methods.{}.lenient_userinfo", profile.method);
        tracing::warn!(%setting, "OpenID providers may leave out for whom, by whom and until when they say who somebody is");
    }
    let chains = Arc::new(chains(profile, section, common, world)?);
    let method = OpenIdMethod::new(MethodOptions {
        profile,
        access: settings.gateway.access_url.clone(),
        entities: Arc::clone(&common.entities),
        providers: chains.in_use(),
        renewals: Renewals::new(chains.clone()),
        lenient_userinfo: section.lenient_userinfo,
        http: Arc::clone(&common.http),
        evidence: Arc::clone(&world.evidence),
        clock: Arc::clone(&world.clock),
        randomness: Arc::clone(&world.randomness),
    })?;
    Ok(Some(OpenMethod { method: Arc::new(method), cards: None, upkeep: vec![chains.into()] }))
}

fn chains(profile: &'static Profile, section: &Section<'_>, common: &Common, world: &World) -> Result<Chains, Fault> {
    let entity = |name: &EntityAddress| entity(name, common.addresses);
    let options = chains::Options {
        word: profile.method,
        method: MethodId::parse(profile.method)?,
        entities: Arc::clone(&common.entities),
        anchors: section.trust_anchors.iter().map(|one| anchor(one, common.addresses)).collect::<Result<_, _>>()?,
        chosen: section.providers.iter().map(entity).collect::<Result<_, _>>()?,
        required_marks: section.required_marks.to_vec(),
        addresses: common.addresses,
        http: Arc::clone(&common.http),
    };
    Ok(Chains::new(options, world))
}

/// A trust anchor, with its keys where they are pinned.
pub(crate) fn anchor(section: &sections::TrustAnchor, addresses: Addresses) -> Result<TrustAnchor, AnchorError> {
    let keys = section.keys_file.as_deref().map(pinned).transpose()?;
    Ok(TrustAnchor { entity: entity(&section.id, addresses)?, keys })
}

fn entity(name: &EntityAddress, addresses: Addresses) -> Result<EntityId, AnchorError> {
    EntityId::parse(name.as_str(), addresses).map_err(|_| AnchorError::Entity(name.as_str().to_owned()))
}

fn pinned(path: &Path) -> Result<Jwks, AnchorError> {
    let text = fs::read(path).map_err(|source| AnchorError::Read { path: path.to_owned(), source })?;
    let refused = |cause: String| AnchorError::Keys { path: path.to_owned(), cause };
    let set = json::object(&text).map_err(|fault| refused(fault.to_string()))?;
    let keys = Jwks::from_value(&set.into()).map_err(|fault| refused(fault.to_string()))?;
    if keys.keys().is_empty() { Err(refused("there is no key that is used".to_owned())) } else { Ok(keys) }
}

// === impl Section ===

impl<'a> From<&'a sections::Spid> for Section<'a> {
    fn from(spid: &'a sections::Spid) -> Self {
        Self {
            trust_anchors: &spid.trust_anchors,
            providers: &spid.openid_providers,
            required_marks: &spid.required_trust_marks,
            lenient_userinfo: spid.lenient_userinfo,
        }
    }
}

impl<'a> From<&'a sections::Cie> for Section<'a> {
    fn from(cie: &'a sections::Cie) -> Self {
        Self {
            trust_anchors: &cie.trust_anchors,
            providers: &cie.openid_providers,
            required_marks: &cie.required_trust_marks,
            lenient_userinfo: cie.lenient_userinfo,
        }
    }
}
