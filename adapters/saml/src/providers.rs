//! The identity providers in use: looked up on every login, replaced whole when metadata is read anew.
//!
//! A login that was begun with a provider that is then replaced is completed with its new keys; with one
//! that has gone, not at all.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use varco_core::name::ProviderId;

use crate::provider::IdentityProvider;

/// The identity providers in use.
#[derive(Debug, Default)]
pub struct Providers(ArcSwap<Directory>);

/// What is in use at one time.
#[derive(Debug, Default)]
struct Directory {
    in_order: Vec<Arc<IdentityProvider>>,
    by_id: HashMap<ProviderId, Arc<IdentityProvider>>,
}

// === impl Providers ===

impl Providers {
    /// These providers; of two with the same identifier the first one counts.
    pub fn new(providers: impl IntoIterator<Item: Into<Arc<IdentityProvider>>>) -> Self {
        Self(ArcSwap::from_pointee(Directory::of(providers)))
    }

    /// Puts these in the place of all others, at once.
    pub fn replace(&self, providers: impl IntoIterator<Item: Into<Arc<IdentityProvider>>>) {
        self.0.store(Arc::new(Directory::of(providers)));
    }

    /// The provider of this identifier.
    pub fn by_id(&self, id: &ProviderId) -> Option<Arc<IdentityProvider>> {
        self.0.load().by_id.get(id).cloned()
    }

    /// The provider, if there is only one.
    pub fn only(&self) -> Option<Arc<IdentityProvider>> {
        match &self.0.load().in_order[..] {
            [only] => Some(Arc::clone(only)),
            _ => None,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.load().in_order.is_empty()
    }

    /// All of them, in the order of their metadata.
    pub fn list(&self) -> Vec<Arc<IdentityProvider>> {
        self.0.load().in_order.clone()
    }
}

// === impl Directory ===

impl Directory {
    fn of(providers: impl IntoIterator<Item: Into<Arc<IdentityProvider>>>) -> Self {
        let mut directory = Self::default();
        for provider in providers {
            let provider = provider.into();
            if !directory.by_id.contains_key(&provider.entity_id) {
                directory.by_id.insert(provider.entity_id.clone(), Arc::clone(&provider));
                directory.in_order.push(provider);
            }
        }
        directory
    }
}
