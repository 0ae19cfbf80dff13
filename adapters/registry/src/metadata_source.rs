//! Metadata of providers, from files and addresses.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use url::{Host, Url};
use varco_saml::metadata::{self, MetadataRefusal};
use varco_saml::provider::IdentityProvider;
use varco_settings::sections::MetadataSource;

/// How long an address may take, from the first packet to the last byte.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How much metadata an address may send: what the parser accepts at most.
const LARGEST: usize = 8 * 1024 * 1024;

/// Why there is no metadata.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be read.
    #[error("cannot read the metadata {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The address does not answer as it should.
    #[error("cannot fetch the metadata {address}: {source}")]
    Fetch {
        /// The address.
        address: Url,
        /// Why.
        source: reqwest::Error,
    },
    /// The address is not protected: whoever answers in its place could vouch for anybody.
    #[error("the metadata {0} must come from https:// (http:// only on loopback)")]
    Unprotected(Url),
    /// The address sends too much.
    #[error("the metadata {0} is larger than {LARGEST} bytes")]
    TooLarge(Url),
    /// What was read is not the metadata of providers.
    #[error("the metadata {origin}: {source}")]
    Refused {
        /// The file or address.
        origin: String,
        /// Why.
        source: MetadataRefusal,
    },
}

/// The providers of all sources, in their order.
pub(crate) async fn providers(sources: &[MetadataSource], now: Timestamp) -> Result<Vec<IdentityProvider>, SourceError> {
    let mut providers = Vec::new();
    for source in sources {
        let (origin, text) = match source {
            MetadataSource::File(path) => (path.display().to_string(), read(path)?),
            MetadataSource::Address(address) => (address.to_string(), fetch(address).await?),
        };
        let found = metadata::identity_providers(&text, now);
        providers.extend(found.map_err(|source| SourceError::Refused { origin, source })?);
    }
    Ok(providers)
}

fn read(path: &PathBuf) -> Result<String, SourceError> {
    fs::read_to_string(path).map_err(|source| SourceError::Read { path: path.clone(), source })
}

async fn fetch(address: &Url) -> Result<String, SourceError> {
    let protected = address.scheme() == "https";
    if !protected && !is_loopback(address) {
        return Err(SourceError::Unprotected(address.clone()));
    }
    let failed = |source| SourceError::Fetch { address: address.clone(), source };
    // A redirect must not lead to an address that is less protected than the one that was configured.
    let redirects = if protected { Policy::limited(3) } else { Policy::none() };
    let client = Client::builder().timeout(TIMEOUT).https_only(protected).redirect(redirects).build().map_err(failed)?;
    let response = client.get(address.clone()).send().await.and_then(Response::error_for_status).map_err(failed)?;
    collect(response, address).await
}

async fn collect(mut response: Response, address: &Url) -> Result<String, SourceError> {
    let failed = |source| SourceError::Fetch { address: address.clone(), source };
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(SourceError::TooLarge(address.clone()));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| SourceError::Refused {
        origin: address.to_string(),
        source: MetadataRefusal::NotText,
    })
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
