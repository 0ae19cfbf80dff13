//! Metadata of providers, from files and addresses.

use std::error::Error;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response, StatusCode};
use url::{Host, Url};
use varco_saml::metadata::{self, MetadataRefusal};
use varco_saml::provider::IdentityProvider;
use varco_settings::sections::{MetadataLocation, MetadataSource};

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
    /// The address cannot be reached, or breaks off.
    #[error("cannot fetch the metadata {address}: {cause}")]
    Fetch {
        /// The address.
        address: Url,
        /// Why, at bottom: the error itself repeats the address.
        cause: String,
    },
    /// The address answers with something else.
    #[error("cannot fetch the metadata {address}: the answer is {status}")]
    Answer {
        /// The address.
        address: Url,
        /// The status of its answer.
        status: StatusCode,
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
pub(crate) async fn providers(
    sources: &[MetadataSource],
    now: Timestamp,
) -> Result<Vec<IdentityProvider>, SourceError> {
    let mut providers = Vec::new();
    for source in sources {
        let (origin, text) = match &source.location {
            MetadataLocation::File(path) => (path.display().to_string(), read(path)?),
            MetadataLocation::Address(address) => (address.to_string(), fetch(address).await?),
        };
        let found = metadata::identity_providers(&text, metadata::Trust::Source, now);
        let found = found.map_err(|source| SourceError::Refused { origin: origin.clone(), source })?;
        for (provider, fault) in &found.refused {
            tracing::warn!(provider, %fault, origin, "an identity provider is left out");
        }
        for provider in &found.providers {
            warn_of_expiry(provider, now);
        }
        providers.extend(found.providers);
    }
    Ok(providers)
}

/// A key stays trusted after its certificate expired, since the metadata vouches for it; but its owner
/// is about to replace it, and answers signed with the new one would be refused.
fn warn_of_expiry(provider: &IdentityProvider, now: Timestamp) {
    for key in provider.keys() {
        let expired = key.not_after();
        if expired <= now {
            let provider = &provider.entity_id;
            tracing::warn!(%provider, %expired, "a certificate of an identity provider has expired");
        }
    }
}

fn read(path: &PathBuf) -> Result<String, SourceError> {
    fs::read_to_string(path).map_err(|source| SourceError::Read { path: path.clone(), source })
}

async fn fetch(address: &Url) -> Result<String, SourceError> {
    let client = client_for(address)?.timeout(TIMEOUT).build().map_err(|error| failed(address, &error))?;
    let response = client.get(address.clone()).send().await.map_err(|error| failed(address, &error))?;
    if !response.status().is_success() {
        return Err(SourceError::Answer { address: address.clone(), status: response.status() });
    }
    collect(response, address).await
}

/// Neither a redirect nor a proxy may lead to where the address is less protected than it was meant to be.
fn client_for(address: &Url) -> Result<ClientBuilder, SourceError> {
    if address.scheme() == "https" {
        Ok(Client::builder().https_only(true).redirect(Policy::limited(3)))
    } else if is_loopback(address) {
        Ok(Client::builder().no_proxy().redirect(Policy::none()))
    } else {
        Err(SourceError::Unprotected(address.clone()))
    }
}

async fn collect(mut response: Response, address: &Url) -> Result<String, SourceError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(address, &error))? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(SourceError::TooLarge(address.clone()));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes)
        .map_err(|_| SourceError::Refused { origin: address.to_string(), source: MetadataRefusal::NotText })
}

fn failed(address: &Url, error: &reqwest::Error) -> SourceError {
    let mut bottom: &dyn Error = error;
    while let Some(deeper) = bottom.source() {
        bottom = deeper;
    }
    SourceError::Fetch { address: address.clone(), cause: bottom.to_string() }
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
