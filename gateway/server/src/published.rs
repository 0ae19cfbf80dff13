//! What identity providers were told of each body, and whether it still holds.
//!
//! Providers work with the metadata that AgID or the CIE office gave them. An administrator records what was
//! handed in; from then on the gateway does not start with metadata that would break logins against it: an
//! index that means something else, an address that is gone, a key that no provider knows.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use varco_core::method::Methods;
use varco_core::name::{BodyId, MethodId};
use varco_core::ports::Clock as _;
use varco_preflight::{Comparison, compare};
use varco_settings::Settings;

use crate::world::SystemClock;

/// Where the record of a body's metadata is kept: beside the keys, which must not be lost either.
pub(crate) fn record(settings: &Settings, method: &MethodId, body: &BodyId) -> PathBuf {
    settings.keys_folder().join("published").join(format!("{method}.{body}.xml"))
}

/// What changed since the record, if there is one.
pub(crate) fn changes(settings: &Settings, method: &MethodId, body: &BodyId, text: &str) -> Result<Option<Comparison>> {
    let path = record(settings, method, body);
    match fs::read_to_string(&path) {
        Ok(published) => Ok(Some(compare(&published, text).with_context(|| path.display().to_string())?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Holds the metadata of every method and body against its record.
pub(crate) fn check(settings: &Settings, methods: &Methods) -> Result<()> {
    for method in methods.all() {
        let id = &method.descriptor().id;
        for body in settings.bodies.keys() {
            let Some(document) = method.metadata(Some(body), SystemClock.now())? else { continue };
            let text = String::from_utf8(document.content).context("metadata that is not text")?;
            if let Some(comparison) = changes(settings, id, body, &text)? {
                stands(id, body, &comparison)?;
            }
        }
    }
    Ok(())
}

fn stands(method: &MethodId, body: &BodyId, comparison: &Comparison) -> Result<()> {
    if let Some(breaking) = comparison.changes.iter().find(|change| change.breaking) {
        bail!(
            "the metadata of the body {body} for {method} is not what providers were told: {}: {}\n\
             Take the change back, or, once every provider has the new metadata, record it:\n  \
             varco metadata publish {method} --body {body} --config FILE",
            breaking.place,
            breaking.what,
        );
    }
    if comparison.tells_providers() || comparison.tells_federation() {
        tracing::warn!(%method, %body, "the metadata differs from what was published: see `varco metadata publish`");
    }
    Ok(())
}
