//! What of a source is in use, and what of it stays when a new document comes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};
use varco_saml::metadata::{Found, ProviderFault};
use varco_saml::provider::IdentityProvider;

use super::super::fetch::{Document, Validators};
use super::TARGET;

/// What of a source is in use.
#[derive(Default)]
pub(super) struct InUse {
    /// Of the document that it comes from.
    fingerprint: Option<Fingerprint>,
    providers: Vec<Arc<IdentityProvider>>,
    /// How many providers of the document are faulty.
    pub(super) refused: usize,
    /// How many of them are in use as they were before.
    stayed: usize,
    /// What its address wants to be told the next time.
    pub(super) validators: Validators,
    /// How long it wants to be kept.
    pub(super) keep: Option<SignedDuration>,
}

/// A document that was read and accepted.
pub(super) struct Parsed {
    pub(super) document: Document,
    pub(super) found: Found,
}

type Fingerprint = [u8; 32];

// === impl InUse ===

impl InUse {
    /// Puts a document in use. A provider that was good and is faulty in it stays as it was: a mistake in one
    /// entry must not lock its citizens out. That it has ended is no mistake.
    pub(super) fn take_up(&mut self, parsed: &Parsed, source: &str, now: Timestamp) {
        let Parsed { document, found } = parsed;
        let mistaken = found.refused.iter().filter(|(_, fault)| *fault != ProviderFault::Expired);
        let mistaken: HashSet<&str> = mistaken.map(|(id, _)| id.as_str()).collect();
        let stays = |provider: &&Arc<IdentityProvider>| mistaken.contains(provider.entity_id.as_str());
        let staying: Vec<_> = self.valid(now).filter(stays).map(Arc::clone).collect();
        let new: Vec<_> = found.providers.iter().cloned().map(Arc::new).chain(staying.iter().map(Arc::clone)).collect();
        tell_faults(source, found, &staying);
        if self.fingerprint.is_some() {
            tell_changes(source, &self.providers, &new);
        }
        *self = Self {
            fingerprint: Some(fingerprint(document)),
            providers: new,
            refused: found.refused.len(),
            stayed: staying.len(),
            validators: document.validators.clone(),
            keep: [document.max_age, found.cache_duration].into_iter().flatten().min(),
        };
    }

    /// The providers whose metadata has not ended.
    pub(super) fn valid(&self, now: Timestamp) -> impl Iterator<Item = &Arc<IdentityProvider>> {
        self.providers.iter().filter(move |provider| provider.is_valid(now))
    }

    /// When the first of them ends, if any does.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.providers.iter().filter_map(|provider| provider.valid_until).min()
    }

    /// Whether one of them has ended.
    pub(super) fn has_ended(&self, now: Timestamp) -> bool {
        self.end().is_some_and(|end| end <= now)
    }

    /// Whether there never was anybody to ask.
    pub(super) const fn is_empty(&self) -> bool {
        self.providers.is_empty()
    }

    /// Whether everybody is in use as the document says.
    pub(super) const fn is_whole(&self) -> bool {
        self.stayed == 0
    }

    /// Whether it comes from this very document.
    pub(super) fn comes_from(&self, document: &Document) -> bool {
        self.fingerprint == Some(fingerprint(document))
    }
}

fn fingerprint(document: &Document) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    fingerprint.copy_from_slice(digest(&SHA256, document.text.as_bytes()).as_ref());
    fingerprint
}

/// Writes what is wrong with a document that is used all the same.
fn tell_faults(source: &str, found: &Found, staying: &[Arc<IdentityProvider>]) {
    for (provider, fault) in &found.refused {
        if staying.iter().any(|one| one.entity_id.as_str() == provider) {
            tracing::warn!(target: TARGET, source, provider, cause = %fault, "a provider is used as it was before");
        } else {
            tracing::warn!(target: TARGET, source, provider, cause = %fault, "a provider is left out");
        }
    }
    for (provider, fault) in &found.refused_keys {
        tracing::warn!(target: TARGET, source, %provider, cause = %fault, "a key of a provider is left out");
    }
}

/// Writes who came, who went, and whose keys are others: an operator wants to know when logins change.
fn tell_changes(source: &str, before: &[Arc<IdentityProvider>], after: &[Arc<IdentityProvider>]) {
    let mut gone: HashMap<_, _> = before.iter().map(|one| (&one.entity_id, one)).collect();
    for one in after {
        let provider = &one.entity_id;
        match gone.remove(provider) {
            None => tracing::info!(target: TARGET, source, %provider, "a provider is new"),
            Some(before) if before.keys() != one.keys() => {
                tracing::info!(target: TARGET, source, %provider, "the keys of a provider changed");
            }
            Some(_) => {}
        }
    }
    for provider in gone.into_keys() {
        tracing::info!(target: TARGET, source, %provider, "a provider is gone");
    }
}
