//! The one list of login methods: which there are, and how each is opened from the settings.
//!
//! A new method is an adapter of its own and one line in [`METHODS`].

mod metadata_source;
mod signing_key;
mod spid;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use varco_core::method::{LoginMethod, Methods};
use varco_core::ports::{Clock, Randomness};
use varco_settings::Settings;

pub use metadata_source::SourceError;
pub use signing_key::KeyError;

/// What a method needs of the outside world.
#[derive(Clone)]
pub struct World {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
}

/// Why a method that the settings ask for is not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The settings do not say who runs the gateway.
    #[error("methods.{0} needs the section [aggregator]: its metadata says who runs the gateway")]
    NoAggregator(&'static str),
    /// The signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The metadata of the identity providers.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The method refuses what it was given.
    #[error("methods.spid: {0}")]
    Spid(#[from] varco_spid::SpidError),
}

/// A method that is opened, or `None` where the settings do not ask for it.
type Opening<'a> = BoxFuture<'a, Result<Option<Arc<dyn LoginMethod>>, OpenError>>;

/// Every login method: its word in the settings, and how it is opened.
const METHODS: [(&str, for<'a> fn(&'a Settings, &'a World) -> Opening<'a>); 1] =
    [("spid", |settings, world| Box::pin(spid::open(settings, world)))];

/// The words of all methods that this program knows, open or not.
pub fn known() -> impl Iterator<Item = &'static str> {
    METHODS.into_iter().map(|(word, _)| word)
}

/// Opens the methods that the settings ask for.
///
/// It may read files, make keys that are missing, and fetch metadata.
pub async fn open(settings: &Settings, world: &World) -> Result<Methods, OpenError> {
    let mut methods = Vec::new();
    for (_, open) in METHODS {
        methods.extend(open(settings, world).await?);
    }
    Ok(methods.into_iter().collect())
}
