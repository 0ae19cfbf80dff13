//! The trust lists: read from files and addresses, kept up to date, their last good copies kept.

use std::fs;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::task::spawn_blocking;
use varco_core::event::{MetadataEvent, MetadataOutcome};
use varco_core::name::MethodId;
use varco_core::ports::Randomness;
use varco_health_card::trust_list::{TrustList, TrustListRefusal};
use varco_settings::sections::{HealthCard, MetadataLocation};
use varco_xmldsig::TrustedKey;

use super::CardError;
use crate::providers::fetch::{Document, Place, SourceError, Validators, read_file};
use crate::providers::last_good::LastGood;
use crate::providers::schedule::Rhythm;

/// An address changes rarely.
const DAILY: SignedDuration = SignedDuration::from_hours(24);

/// How a file that holds certificates and no list begins.
const CERTIFICATES: &str = "-----BEGIN CERTIFICATE-----";

/// One trust list, and where it comes from.
pub(super) struct ListSource {
    /// Its name in metric labels.
    pub(super) label: String,
    /// When it is read next.
    pub(super) due: Timestamp,
    /// What it says now.
    pub(super) list: Option<Arc<TrustList>>,
    place: Place,
    signers: Arc<[TrustedKey]>,
    rhythm: Rhythm,
    copy: LastGood,
    validators: Validators,
    failures: u32,
}

/// What became of a reading.
pub(super) struct Reading {
    outcome: MetadataOutcome,
    cause: Option<String>,
}

// === impl ListSource ===

impl ListSource {
    /// Every list that the settings name. A file that is faulty stops the start, unless there is a good copy of it.
    pub(super) async fn open_all(
        section: &HealthCard,
        method: &MethodId,
        folder: &std::path::Path,
        now: Timestamp,
    ) -> Result<Vec<Self>, CardError> {
        let signers: Arc<[TrustedKey]> = signers(section)?.into();
        let mut sources = Vec::new();
        for location in &section.trust_lists {
            let place = Place::new(location)?;
            let mut source = Self {
                label: place.name(),
                due: now,
                list: None,
                signers: Arc::clone(&signers),
                rhythm: rhythm(section, location),
                copy: LastGood::of(folder, method, &place.name(), &place.whole()),
                validators: Validators::default(),
                failures: 0,
                place,
            };
            source.begin(location, now).await?;
            sources.push(source);
        }
        Ok(sources)
    }

    async fn begin(&mut self, location: &MetadataLocation, now: Timestamp) -> Result<(), CardError> {
        if let Ok(Some(text)) = self.copy.read() {
            self.list = self.parse(text, now).await.ok();
        }
        let MetadataLocation::File(path) = location else { return Ok(()) };
        let read = match read_file(path).await {
            Ok(document) => self.parse(document.text, now).await.map_err(|refusal| self.refused(refusal)),
            Err(error) => Err(error.into()),
        };
        match read {
            Ok(list) => self.list = Some(list),
            Err(error) if self.list.is_none() => return Err(error),
            Err(error) => {
                tracing::warn!(target: "varco::card", source = self.label, %error, "the last good trust list is used");
            }
        }
        Ok(())
    }

    /// Reads it anew.
    pub(super) async fn refresh(&mut self, randomness: &dyn Randomness, now: Timestamp) -> Reading {
        let (outcome, cause) = match self.read(now).await {
            Ok(outcome) => (outcome, None),
            Err(error) => (MetadataOutcome::Failed, Some(error.to_string())),
        };
        if outcome == MetadataOutcome::Failed {
            self.failures = self.failures.saturating_add(1);
            self.due = self.rhythm.retry(now, self.failures, randomness);
        } else {
            self.failures = 0;
            let end = self.list.as_ref().and_then(|list| list.next_at);
            self.due = self.rhythm.next(now, None, end, randomness);
        }
        Reading { outcome, cause }
    }

    async fn read(&mut self, now: Timestamp) -> Result<MetadataOutcome, CardError> {
        let ended = self.list.as_ref().is_none_or(|list| list.next_at.is_some_and(|next| next <= now));
        let validators = if ended { Validators::default() } else { self.validators.clone() };
        let document = self.place.read(&validators).await?;
        let Some(Document { text, validators, .. }) = document else { return Ok(MetadataOutcome::Unchanged) };
        let list = self.parse(text.clone(), now).await.map_err(|refusal| self.refused(refusal))?;
        let before = self.list.replace(Arc::clone(&list));
        if let Some(before) = before.filter(|before| before.sequence > list.sequence) {
            // ETSI TS 119 612, section 5.3.2: numbers only grow. An older list is one that somebody kept.
            let (older, newer) = (list.sequence, before.sequence);
            self.list = Some(before);
            return Err(CardError::Older { origin: self.place.origin(), older, newer });
        }
        for omission in &list.omissions {
            tracing::warn!(target: "varco::card", source = self.label, cause = %omission, "an authority is left out");
        }
        self.validators = validators;
        let copy = self.copy.clone();
        let written = spawn_blocking(move || copy.write(&text)).await.map_err(std::io::Error::other).flatten();
        if let Err(cause) = written {
            tracing::warn!(target: "varco::card", source = self.label, %cause, "a trust list could not be copied");
        }
        Ok(MetadataOutcome::Refreshed)
    }

    /// Certificates stand for themselves only in a file: an address holds what is signed.
    async fn parse(&self, text: String, now: Timestamp) -> Result<Arc<TrustList>, TrustListRefusal> {
        let (signers, is_file) = (Arc::clone(&self.signers), matches!(self.place, Place::File(_)));
        let parsed = spawn_blocking(move || {
            if is_file && text.contains(CERTIFICATES) && !text.trim_start().starts_with('<') {
                TrustList::of_certificates(&text)
            } else {
                TrustList::read(&text, &signers, now)
            }
        });
        parsed.await.unwrap_or(Err(TrustListRefusal::Interrupted)).map(Arc::new)
    }

    fn refused(&self, source: TrustListRefusal) -> CardError {
        CardError::List { origin: self.place.origin(), source }
    }

    /// What became of a reading, when `waiting` authorities are new and wait for an administrator.
    pub(super) fn event(
        &self,
        method: &MethodId,
        reading: Reading,
        waiting: &[String],
        at: Timestamp,
    ) -> MetadataEvent {
        let held = !waiting.is_empty() && reading.outcome != MetadataOutcome::Failed;
        let why = || format!("new authorities wait to be approved (`varco trust approve`): {}", waiting.join(", "));
        MetadataEvent {
            at,
            method: method.clone(),
            source: self.label.clone(),
            outcome: if held { MetadataOutcome::Held } else { reading.outcome },
            cause: if held { Some(why()) } else { reading.cause },
            providers: self.list.as_ref().map_or(0, |list| list.authorities.all().len()).saturating_sub(waiting.len()),
            refused: self.list.as_ref().map_or(0, |list| list.left_out),
        }
    }
}

fn signers(section: &HealthCard) -> Result<Vec<TrustedKey>, CardError> {
    let mut keys = Vec::new();
    for file in &section.trust_list_signers {
        let path = file.0.clone();
        let pem = fs::read_to_string(&path).map_err(|source| SourceError::Signer { path: path.clone(), source })?;
        keys.extend(TrustedKey::all_from_pem(&pem).map_err(|source| SourceError::SignerRefused { path, source })?);
    }
    Ok(keys)
}

fn rhythm(section: &HealthCard, location: &MetadataLocation) -> Rhythm {
    match (section.trust_list_refresh_seconds, location) {
        (Some(seconds), _) => Rhythm::set(seconds),
        (None, MetadataLocation::File(_)) => Rhythm::File,
        (None, MetadataLocation::Address(_)) => Rhythm::Set(DAILY),
    }
}
