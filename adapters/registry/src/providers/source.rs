//! One source of metadata: how it is read, and what becomes of what was read.

mod in_use;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use varco_core::event::{MetadataEvent, MetadataOutcome};
use varco_core::name::MethodId;
use varco_core::ports::Randomness;
use varco_saml::metadata::{Trust, identity_providers};
use varco_saml::provider::IdentityProvider;
use varco_settings::sections::{MetadataLocation, MetadataSource};
use varco_xmldsig::TrustedKey;

use self::in_use::{InUse, Parsed};
use super::fetch::{Document, Place, SourceError, Validators, read_file};
use super::last_good::LastGood;
use super::schedule::Rhythm;

/// Where the log lines of this module stand, beside those of the events.
const TARGET: &str = "varco::metadata";

/// A source, and what of it is in use.
pub(super) struct Source {
    /// Its name in metric labels.
    pub(super) label: String,
    /// When it is read next.
    pub(super) due: Timestamp,
    place: Place,
    signers: Option<Arc<[TrustedKey]>>,
    rhythm: Rhythm,
    copy: LastGood,
    /// Whether the copy was there when it was last read or written: if it has gone since, an operator took it
    /// away.
    copied: bool,
    /// Whether what is in use is newer than the copy.
    is_newer: bool,
    in_use: InUse,
    failures: u32,
}

/// What became of a reading.
enum Outcome {
    Refreshed,
    Unchanged,
    Failed(SourceError),
    Held { before: usize, after: usize },
}

// === impl Source: beginning ===

impl Source {
    /// Reads a file, or the copy that is kept of an address; it asks nobody. A file that is faulty stops the
    /// start, unless there is a good copy of it: a restart must not be what breaks the logins. A name that
    /// `is_taken` gets a number.
    pub(super) async fn open(
        method: &MethodId,
        section: &MetadataSource,
        folder: &Path,
        is_taken: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Result<(Self, Option<MetadataEvent>), SourceError> {
        let place = Place::new(&section.location)?;
        let label = unique(place.name(), is_taken);
        let mut source = Self {
            due: now,
            signers: signers(section)?,
            rhythm: rhythm(section),
            copy: LastGood::of(folder, method, &place.name(), &place.whole()),
            copied: false,
            is_newer: false,
            in_use: InUse::default(),
            failures: 0,
            label,
            place,
        };
        let outcome = match &section.location {
            MetadataLocation::File(path) => Some(source.begin_with_file(path, now).await?),
            MetadataLocation::Address(_) => {
                source.begin_with_copy(now).await;
                None
            }
        };
        let event = outcome.map(|outcome| source.event(method, &outcome, now));
        Ok((source, event))
    }

    /// Whoever restarts the gateway wants what is in the file, however few that are; the copy is for those whose
    /// entry is faulty in it.
    async fn begin_with_file(&mut self, path: &Path, now: Timestamp) -> Result<Outcome, SourceError> {
        let has_copy = self.begin_with_copy(now).await;
        match self.take_up_file(path, now).await {
            Err(error) if has_copy => Ok(Outcome::Failed(error)),
            taken => taken.map(|()| Outcome::Refreshed),
        }
    }

    async fn take_up_file(&mut self, path: &Path, now: Timestamp) -> Result<(), SourceError> {
        let document = read_file(path).await?;
        if !self.in_use.comes_from(&document) {
            let parsed = self.parse(document, now).await?;
            self.take_up(&parsed, now);
        }
        Ok(())
    }

    /// A copy is held to everything that a new document is held to.
    async fn begin_with_copy(&mut self, now: Timestamp) -> bool {
        let parsed = match self.copy.read() {
            Ok(None) => return false,
            Ok(Some(text)) => {
                let document = Document { text, ..Document::default() };
                self.parse(document, now).await.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        match parsed {
            Ok(parsed) => {
                self.copied = true;
                self.in_use.take_up(&parsed, &self.label, now);
                true
            }
            Err(cause) => {
                let (source, copy) = (&self.label, self.copy.path().display());
                tracing::warn!(target: TARGET, source, %copy, cause, "the last good copy of metadata cannot be used");
                false
            }
        }
    }
}

fn unique(name: String, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number: u32| format!("{name} ({number})"));
    std::iter::once(name.clone()).chain(numbered).find(|label| !is_taken(label)).unwrap_or(name)
}

fn signers(section: &MetadataSource) -> Result<Option<Arc<[TrustedKey]>>, SourceError> {
    let Some(path) = section.signer_file.clone() else { return Ok(None) };
    let pem = match fs::read_to_string(&path) {
        Ok(pem) => pem,
        Err(source) => return Err(SourceError::Signer { path, source }),
    };
    match TrustedKey::all_from_pem(&pem) {
        Ok(keys) => Ok(Some(keys.into())),
        Err(source) => Err(SourceError::SignerRefused { path, source }),
    }
}

fn rhythm(section: &MetadataSource) -> Rhythm {
    match (&section.location, section.refresh_seconds) {
        (_, Some(seconds)) => Rhythm::set(seconds),
        (MetadataLocation::File(_), None) => Rhythm::File,
        (MetadataLocation::Address(_), None) => Rhythm::Address,
    }
}

// === impl Source: from then on ===

impl Source {
    /// Reads it anew, and tells what became of it.
    pub(super) async fn refresh(
        &mut self,
        method: &MethodId,
        randomness: &dyn Randomness,
        now: Timestamp,
    ) -> MetadataEvent {
        let outcome = self.read(now).await.unwrap_or_else(Outcome::Failed);
        self.failures = if matches!(outcome, Outcome::Failed(_)) { self.failures.saturating_add(1) } else { 0 };
        self.due = match &outcome {
            Outcome::Refreshed | Outcome::Unchanged => {
                self.rhythm.next(now, self.in_use.keep, self.in_use.end(), randomness)
            }
            Outcome::Failed(_) => self.rhythm.retry(now, self.failures, randomness),
            Outcome::Held { .. } => self.rhythm.hold(now, randomness),
        };
        self.event(method, &outcome, now)
    }

    /// The providers in use whose metadata has not ended.
    pub(super) fn valid(&self, now: Timestamp) -> impl Iterator<Item = &Arc<IdentityProvider>> {
        self.in_use.valid(now)
    }

    /// When the first of them ends, if any does.
    pub(super) fn end(&self) -> Option<Timestamp> {
        self.in_use.end()
    }

    /// Whether there never was anybody to ask.
    pub(super) const fn is_empty(&self) -> bool {
        self.in_use.is_empty()
    }

    async fn read(&mut self, now: Timestamp) -> Result<Outcome, SourceError> {
        let ended = self.in_use.has_ended(now);
        // Where something has ended, the address must show whether it has anything newer; where the copy has
        // gone, the text is needed for another.
        let anew = ended || !self.copy.is_there();
        let validators = if anew { Validators::default() } else { self.in_use.validators.clone() };
        let Some(document) = self.place.read(&validators).await? else { return Ok(Outcome::Unchanged) };
        if !ended && self.in_use.comes_from(&document) {
            self.keep(document.text).await;
            return Ok(Outcome::Unchanged);
        }
        let parsed = self.parse(document, now).await?;
        let (before, after) = (self.valid(now).count(), parsed.found.providers.len());
        if after * 2 < before && !self.is_released() {
            return Ok(Outcome::Held { before, after });
        }
        self.take_up(&parsed, now);
        self.keep(parsed.document.text).await;
        Ok(Outcome::Refreshed)
    }

    fn take_up(&mut self, parsed: &Parsed, now: Timestamp) {
        self.in_use.take_up(parsed, &self.label, now);
        self.is_newer = true;
    }

    /// Whether an operator took the copy away, which says: take what is there.
    fn is_released(&self) -> bool {
        self.copied && !self.copy.is_there()
    }

    /// A long document takes a while: it is parsed beside what serves citizens.
    async fn parse(&self, document: Document, now: Timestamp) -> Result<Parsed, SourceError> {
        let signers = self.signers.clone();
        let parsed = spawn_blocking(move || {
            let trust = signers.as_deref().map_or(Trust::Source, Trust::Signers);
            identity_providers(&document.text, trust, now).map(|found| Parsed { document, found })
        });
        match parsed.await {
            Ok(Ok(parsed)) => Ok(parsed),
            Ok(Err(source)) => Err(SourceError::Refused { origin: self.place.origin(), source }),
            Err(_) => Err(SourceError::Interrupted(self.place.origin())),
        }
    }

    /// The copy is of the last document that was good for everybody, so that no restart locks out anybody; where
    /// it is, it stays. Without a copy everything goes on, until the next start.
    async fn keep(&mut self, text: String) {
        let is_wanted = self.is_newer && self.in_use.is_whole();
        if !is_wanted && self.copy.is_there() {
            return;
        }
        let copy = self.copy.clone();
        let written = spawn_blocking(move || copy.write(&text)).await.map_err(std::io::Error::other).flatten();
        self.copied |= written.is_ok();
        self.is_newer &= written.is_err();
        if let Err(cause) = written {
            let (source, copy) = (&self.label, self.copy.path().display());
            tracing::warn!(target: TARGET, source, %copy, %cause, "metadata could not be copied");
        }
    }

    fn event(&self, method: &MethodId, outcome: &Outcome, at: Timestamp) -> MetadataEvent {
        let (outcome, cause) = match outcome {
            Outcome::Refreshed => (MetadataOutcome::Refreshed, None),
            Outcome::Unchanged => (MetadataOutcome::Unchanged, None),
            Outcome::Failed(error) => (MetadataOutcome::Failed, Some(error.to_string())),
            Outcome::Held { before, after } => {
                let copy = self.copy.path().display();
                let why = format!("only {after} of {before} providers are left: to accept that, remove {copy}");
                (MetadataOutcome::Held, Some(why))
            }
        };
        let (source, method) = (self.label.clone(), method.clone());
        let (providers, refused) = (self.valid(at).count(), self.in_use.refused);
        MetadataEvent { at, method, source, outcome, cause, providers, refused }
    }
}
