//! The identity providers of a method: read from files and addresses at the start, kept up to date after it.
//!
//! ```text
//!              start                                   from then on, for each source when it is due
//! file         its text, or the last good copy         read ─┬─ the same ........... unchanged
//! address      the last good copy, or one question           ├─ not had, refused ... failed, the last good stays
//!                                                            ├─ shrunk ............. held, the last good stays
//!                                                            └─ else ............... refreshed, and copied
//! ```
//! No request waits for any of it: a login looks a provider up in memory.

pub(crate) mod expiries;
pub(crate) mod fetch;
pub(crate) mod last_good;
pub(crate) mod schedule;
mod source;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use varco_core::event::{Event, Expiring, ExpiryEvent};
use varco_core::name::{BodyId, MethodId};
use varco_saml::provider::IdentityProvider;
use varco_saml::providers::Providers;
use varco_settings::Settings;
use varco_settings::sections::MetadataSource;

use self::expiries::Expiries;
use self::source::Source;
use crate::upkeep::rest_until;
use crate::{Fault, World};

pub use fetch::{SourceError, client};

/// The providers of one method, and where they come from.
pub(crate) struct ProviderSources {
    method: MethodId,
    sources: Vec<Source>,
    /// Our own certificates, of which an operator is told too: whose, and when it expires.
    own: Vec<(Option<BodyId>, Timestamp)>,
    in_use: Arc<Providers>,
    expiries: Expiries,
    world: World,
}

// === impl ProviderSources ===

impl ProviderSources {
    /// Reads files, and what is kept of addresses; nobody outside is asked.
    pub(crate) async fn open(
        method: &str,
        sections: &[MetadataSource],
        settings: &Settings,
        world: &World,
    ) -> Result<Self, Fault> {
        let (method, folder, now) = (MethodId::parse(method)?, settings.metadata_folder(), world.clock.now());
        let mut sources: Vec<Source> = Vec::new();
        for section in sections {
            let is_taken = |label: &str| sources.iter().any(|other| other.label == label);
            let (source, event) = Source::open(&method, section, &folder, is_taken, now).await?;
            if let Some(event) = event {
                world.events.record(&Event::Metadata(event));
            }
            sources.push(source);
        }
        let (own, in_use, expiries) = (Vec::new(), Arc::default(), Expiries::default());
        let all = Self { method, sources, own, in_use, expiries, world: world.clone() };
        all.publish(now);
        Ok(all)
    }

    /// With our own certificates.
    #[must_use]
    pub(crate) fn watching(self, own: Vec<(Option<BodyId>, Timestamp)>) -> Self {
        Self { own, ..self }
    }

    /// The providers that can be asked, now and from now on.
    pub(crate) fn in_use(&self) -> Arc<Providers> {
        Arc::clone(&self.in_use)
    }

    /// Asks the sources of which there is not even a copy, once: nobody could log in without them. Then tells
    /// of the ends of everything that is in use.
    pub(crate) async fn prepare(&mut self) {
        self.refresh(|source, _| source.is_empty()).await;
        self.look_at_ends();
    }

    /// Reads every source when it is due, for ever.
    pub(crate) async fn run(mut self) {
        loop {
            self.refresh(|source, now| source.due <= now).await;
            self.look_at_ends();
            tokio::time::sleep(self.rest()).await;
        }
    }

    /// Reads the sources that `are_meant`, all at once, and puts what they say in use.
    async fn refresh(&mut self, are_meant: impl Fn(&Source, Timestamp) -> bool) {
        let now = self.world.clock.now();
        let (method, randomness) = (&self.method, &*self.world.randomness);
        let meant = self.sources.iter_mut().filter(|source| are_meant(source, now));
        let events = join_all(meant.map(|source| source.refresh(method, randomness, now))).await;
        for event in events {
            self.world.events.record(&Event::Metadata(event));
        }
        self.publish(now);
    }

    /// Puts in use whatever the sources have that has not ended.
    fn publish(&self, now: Timestamp) {
        let valid: Vec<Arc<IdentityProvider>> =
            self.sources.iter().flat_map(|source| source.valid(now)).map(Arc::clone).collect();
        self.in_use.replace(valid);
    }

    /// Tells of every end that is new, or has come closer by a step.
    fn look_at_ends(&mut self) {
        let now = self.world.clock.now();
        let providers = self.in_use.list();
        let providers = providers.iter().map(|one| (Expiring::Provider(one.entity_id.clone()), one.certificates_end()));
        let metadata = self.sources.iter().map(|source| (Expiring::Metadata(source.label.clone()), source.end()));
        let own = self.own.iter().map(|(body, end)| (Expiring::Own(body.clone()), Some(*end)));
        for (what, end, notice) in self.expiries.look(providers.chain(metadata).chain(own), now) {
            let event = ExpiryEvent { at: now, method: self.method.clone(), what, end, notice };
            self.world.events.record(&Event::Expiry(event));
        }
    }

    fn rest(&self) -> Duration {
        let due = self.sources.iter().map(|source| source.due).min();
        rest_until(due.unwrap_or(Timestamp::MAX), self.world.clock.now())
    }
}

#[cfg(test)]
mod tests;
