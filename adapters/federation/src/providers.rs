//! The providers that a valid trust chain vouches for: looked up on every login, replaced whole when chains are
//! resolved anew. A chain that has ended counts no more from that moment on, whoever is late in renewing it.

mod metadata;
mod renewal;

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;
use varco_core::method::Provider;
use varco_core::name::ProviderId;

use crate::chain::Chain;
use crate::entity_id::Addresses;

pub use metadata::{MetadataFault, ProviderMetadata};
pub use renewal::{Renew, Renewals};

/// What an entity is that logs people in. (OpenID Federation 1.0, section 5.1.3.)
pub const ENTITY_TYPE: &str = "openid_provider";

/// The longest name or site that citizens are shown.
const LONGEST_SHOWN: usize = 200;

/// A provider, as far as its trust chain vouches for it.
#[derive(Clone, Debug)]
pub struct OpenIdProvider {
    /// Its entity identifier, which is the issuer of its tokens.
    pub id: ProviderId,
    /// Its name, as citizens know it.
    pub name: String,
    /// Its site, where it says one.
    pub site: Option<String>,
    /// What it says of itself, cut by the policies of its chain.
    pub metadata: ProviderMetadata,
    /// The chain.
    pub chain: Arc<Chain>,
}

/// The providers in use.
#[derive(Debug, Default)]
pub struct Directory(ArcSwap<Known>);

/// What is in use at one time.
#[derive(Debug, Default)]
struct Known {
    in_order: Vec<Arc<OpenIdProvider>>,
    by_id: HashMap<ProviderId, Arc<OpenIdProvider>>,
}

// === impl OpenIdProvider ===

impl OpenIdProvider {
    /// The provider that a chain vouches for.
    pub fn of(chain: Arc<Chain>, addresses: Addresses) -> Result<Self, MetadataFault> {
        let id = ProviderId::parse(chain.entity.as_str()).map_err(|_| MetadataFault::Issuer)?;
        let resolved = chain.metadata.get(ENTITY_TYPE).and_then(Value::as_object).ok_or(MetadataFault::NoProvider)?;
        let metadata = ProviderMetadata::read(&id, resolved, addresses)?;
        let (name, site) = (said(&chain, "organization_name"), said(&chain, "homepage_uri"));
        Ok(Self {
            name: name.or_else(|| chain.entity.host()).unwrap_or_else(|| id.to_string()),
            site: site.filter(|site| Url::parse(site).is_ok_and(|url| addresses.hold(&url))),
            id,
            metadata,
            chain,
        })
    }

    /// When its chain ends.
    pub fn expires_at(&self) -> Timestamp {
        self.chain.expires_at
    }

    /// Whether its chain holds.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        now < self.expires_at()
    }

    /// What citizens choose.
    pub(crate) fn as_citizens_know_it(&self) -> Provider {
        Provider { id: self.id.clone(), name: self.name.clone(), site: self.site.clone() }
    }
}

/// What an entity says of itself besides, to be shown: as a provider, or as an entity of the federation.
fn said(chain: &Chain, name: &str) -> Option<String> {
    let of_type = |kind: &str| chain.metadata.get(kind)?.get(name)?.as_str();
    let shown = of_type(ENTITY_TYPE).or_else(|| of_type("federation_entity"))?.trim();
    let fits = !shown.is_empty() && shown.chars().count() <= LONGEST_SHOWN && !shown.contains(char::is_control);
    fits.then(|| shown.to_owned())
}

// === impl Directory ===

impl Directory {
    /// Puts these in the place of all others, at once; of two with the same identifier the first one counts.
    pub fn replace(&self, providers: impl IntoIterator<Item = Arc<OpenIdProvider>>) {
        self.0.store(Arc::new(Known::of(providers)));
    }

    /// The provider of this identifier, if its chain holds.
    pub fn by_id(&self, id: &ProviderId, now: Timestamp) -> Option<Arc<OpenIdProvider>> {
        self.0.load().by_id.get(id).filter(|provider| provider.is_valid(now)).cloned()
    }

    /// The provider, if there is only one whose chain holds.
    pub fn only(&self, now: Timestamp) -> Option<Arc<OpenIdProvider>> {
        match &self.list(now)[..] {
            [only] => Some(Arc::clone(only)),
            _ => None,
        }
    }

    /// Whether there are none whose chain holds.
    pub fn is_empty(&self, now: Timestamp) -> bool {
        !self.0.load().in_order.iter().any(|provider| provider.is_valid(now))
    }

    /// All whose chain holds, in their order.
    pub fn list(&self, now: Timestamp) -> Vec<Arc<OpenIdProvider>> {
        self.0.load().in_order.iter().filter(|provider| provider.is_valid(now)).cloned().collect()
    }
}

// === impl Known ===

impl Known {
    fn of(providers: impl IntoIterator<Item = Arc<OpenIdProvider>>) -> Self {
        let mut known = Self::default();
        for provider in providers {
            if !known.by_id.contains_key(&provider.id) {
                known.by_id.insert(provider.id.clone(), Arc::clone(&provider));
                known.in_order.push(provider);
            }
        }
        known
    }
}

#[cfg(test)]
mod tests;
