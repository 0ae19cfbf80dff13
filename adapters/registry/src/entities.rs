//! The gateway as entities of its federations, from the settings: their keys, what trust anchors say of the aggregator,
//! and both kept up to date while the gateway is open.

mod upkeep;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::Value;
use varco_core::name::BodyId;
use varco_federation::entity_id::{Addresses, EntityId};
use varco_federation::http::Http;
use varco_federation::jose::{Claims, Signature, Unverified};
use varco_federation::method::redirect_uri;
use varco_federation::own::{Entities, EntitiesOptions, Organization};
use varco_federation::policy::MetadataPolicy;
use varco_federation::statement::ShownMark;
use varco_settings::Settings;
use varco_settings::sections::{self, FederationAlgorithm};

use crate::federation_keys::EntityKeyFiles;
use crate::network::Network;
use crate::openid::{self, Common};
use crate::{Fault, World, parties};

pub(crate) use upkeep::EntitiesUpkeep;

/// For how long a new key may be unknown at the most, to other gateways and to whoever keeps what they say, with plenty
/// for clocks that differ.
const UNTIL_KNOWN: SignedDuration = SignedDuration::from_mins(30);

/// Why the entities cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum EntitiesError {
    /// A trust mark cannot be read.
    #[error("the trust mark {path}: {cause}")]
    Mark {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The policy for the bodies is none.
    #[error("federation.metadata_policy: {0}")]
    Policy(#[from] varco_federation::policy::PolicyFault),
    /// The gateway's own address names no entity.
    #[error("gateway.access_url is not the address of an entity")]
    Access,
}

/// Opens the entities where a method has trust anchors.
pub(crate) fn open(settings: &Settings, world: &World) -> Result<Option<(Common, EntitiesUpkeep)>, Fault> {
    let sections = anchors(settings);
    if sections.is_empty() {
        return Ok(None);
    }
    let section = &settings.federation;
    // What is tested in the clear is tested on this machine.
    let insecure = settings.gateway.insecure_http;
    let addresses = if insecure { Addresses::ThisMachineToo } else { Addresses::Protected };
    let loopback = ["127.0.0.0/8", "::1/128"].into_iter().filter(|_| insecure).filter_map(|text| text.parse().ok());
    let allowed = section.private_networks.iter().copied().chain(loopback).collect();
    let http: Arc<dyn Http> = Arc::new(Network::new(addresses, allowed, section.authorities_file.as_deref())?);
    let options = options(settings)?;
    let bodies: Vec<_> = options.bodies.keys().cloned().collect();
    let files = key_files(settings);
    let keys = files.open(&bodies)?;
    let anchors = sections.iter().map(|one| openid::anchor(one, addresses)).collect::<Result<_, _>>()?;
    let common = Common { entities: Arc::new(Entities::new(options, keys)), http, addresses };
    let upkeep = EntitiesUpkeep::new(common.clone(), files, anchors, world);
    Ok(Some((common, upkeep)))
}

/// Where the keys of the entities are.
pub fn key_files(settings: &Settings) -> EntityKeyFiles {
    let algorithm = match settings.federation.algorithm {
        FederationAlgorithm::Rs256 => Signature::Rs256,
        FederationAlgorithm::Es256 => Signature::Es256,
    };
    EntityKeyFiles::new(&settings.keys_folder(), algorithm, lifetime(settings) + UNTIL_KNOWN)
}

/// The bodies that are entities: those that have a service.
pub fn bodies(settings: &Settings) -> Vec<BodyId> {
    parties::bodies(settings).map(|(id, _, _)| id.clone()).collect()
}

/// The trust anchors of all methods, each once.
fn anchors(settings: &Settings) -> Vec<&sections::TrustAnchor> {
    let methods = &settings.methods;
    let of_spid = methods.spid.iter().flat_map(|spid| &spid.trust_anchors);
    let of_cie = methods.cie.iter().flat_map(|cie| &cie.trust_anchors);
    let mut all: Vec<&sections::TrustAnchor> = Vec::new();
    for anchor in of_spid.chain(of_cie) {
        if !all.iter().any(|known| known.id == anchor.id) {
            all.push(anchor);
        }
    }
    all
}

fn lifetime(settings: &Settings) -> SignedDuration {
    SignedDuration::from_hours(settings.federation.statement_hours.get().into())
}

fn options(settings: &Settings) -> Result<EntitiesOptions, Fault> {
    let aggregator = settings.aggregator.as_ref().ok_or(Fault::NoAggregator)?;
    let section = &settings.federation;
    MetadataPolicy::parse(&section.metadata_policy, &[]).map_err(EntitiesError::from)?;
    let access = settings.gateway.access_url.clone();
    EntityId::parse(&access.to_string(), Addresses::ThisMachineToo).map_err(|_| EntitiesError::Access)?;
    let methods = &settings.methods;
    let open = [
        ("spid", methods.spid.as_ref().is_some_and(|spid| !spid.trust_anchors.is_empty())),
        ("cie", methods.cie.as_ref().is_some_and(|cie| !cie.trust_anchors.is_empty())),
    ];
    let open = open.into_iter().filter(|(_, open)| *open);
    let address = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
    Ok(EntitiesOptions {
        aggregator: Organization {
            code: aggregator.ipa.clone(),
            name: aggregator.name.clone(),
            private: false,
            fiscal_code: aggregator.fiscal_code.clone(),
            homepage: address(&section.homepage_url).unwrap_or_else(|| access.to_string()),
            policy: address(&section.policy_url),
            logo: address(&section.logo_url),
            contacts: contacts(&section.contacts, &aggregator.email),
        },
        bodies: parties::bodies(settings).map(|(id, body, _)| (id.clone(), organization(id, body, section))).collect(),
        superiors: anchors(settings).into_iter().map(|anchor| anchor.id.as_str().to_owned()).collect(),
        redirect_uris: open.map(|(method, _)| redirect_uri(&access, method)).collect(),
        metadata_policy: section.metadata_policy.clone(),
        issued_marks: section.issued_trust_marks.clone(),
        held_marks: section.trust_mark_files.iter().map(read_mark).collect::<Result<_, _>>()?,
        lifetime: lifetime(settings),
        access,
    })
}

fn organization(id: &BodyId, body: &sections::Body, section: &sections::Federation) -> Organization {
    let address = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
    Organization {
        code: id.clone(),
        name: body.name.clone(),
        private: body.activity.is_private(),
        fiscal_code: body.fiscal_code.clone(),
        homepage: body.url.to_string(),
        // The aggregator processes the data, and says so for all.
        policy: address(&section.policy_url),
        logo: address(&section.logo_url),
        contacts: contacts(&[], &body.email),
    }
}

fn contacts(named: &[String], otherwise: &str) -> Vec<String> {
    if named.is_empty() { vec![otherwise.to_owned()] } else { named.to_vec() }
}

/// Its type stands in the mark itself.
fn read_mark(path: &PathBuf) -> Result<ShownMark, EntitiesError> {
    let failed = |cause: String| EntitiesError::Mark { path: path.clone(), cause };
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let token = text.trim();
    let mark = Unverified::parse(token).map_err(|fault| failed(fault.to_string()))?;
    let mark_type = mark_type(mark.claims()).ok_or_else(|| failed("it does not say of which type it is".to_owned()))?;
    Ok(ShownMark { mark_type: mark_type.to_owned(), token: token.to_owned() })
}

fn mark_type(claims: &Claims) -> Option<&str> {
    ["trust_mark_type", "id"].into_iter().find_map(|name| claims.value(name).and_then(Value::as_str))
}
