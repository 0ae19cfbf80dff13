//! Reading a document: from a file, or over HTTP as strictly as what it is for.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED,
};
use jiff::SignedDuration;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response, StatusCode};
use tokio::io::AsyncReadExt as _;
use url::{Host, Url};
use varco_saml::metadata::MetadataRefusal;
use varco_settings::sections::MetadataLocation;
use varco_xmldsig::KeyRefusal;

/// How long an address may take, from the first packet to the last byte.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How much metadata there may be: what the parser accepts at most.
const LARGEST: usize = 32 * 1024 * 1024;

/// Why there is no metadata.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The certificates of the signer cannot be read.
    #[error("cannot read the signer {path}: {source}")]
    Signer {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The certificates of the signer are none.
    #[error("the signer {path}: {source}")]
    SignerRefused {
        /// The file.
        path: PathBuf,
        /// Why.
        source: KeyRefusal,
    },
    /// The address cannot be reached, or breaks off.
    #[error("cannot fetch {address}: {cause}")]
    Fetch {
        /// The address.
        address: Url,
        /// Why, at bottom: the error itself repeats the address.
        cause: String,
    },
    /// The address answers with something else.
    #[error("cannot fetch {address}: the answer is {status}")]
    Answer {
        /// The address.
        address: Url,
        /// The status of its answer.
        status: StatusCode,
    },
    /// The address sends something that was not asked for: a small text could become an endless one.
    #[error("cannot fetch {0}: the answer is compressed")]
    Compressed(Url),
    /// The address is not protected: whoever answers in its place could vouch for anybody.
    #[error("{0} must come from https:// (http:// only on loopback)")]
    Unprotected(Url),
    /// There is too much.
    #[error("{0} is larger than {LARGEST} bytes")]
    TooLarge(String),
    /// What was read is not the metadata of providers.
    #[error("the metadata {origin}: {source}")]
    Refused {
        /// The file or address.
        origin: String,
        /// Why.
        source: MetadataRefusal,
    },
    /// It could not be read any further.
    #[error("{0} could not be read to its end")]
    Interrupted(String),
}

/// Where a document is read from.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    File(PathBuf),
    Address { address: Url, client: Client },
}

/// What an address wants to be told the next time, to say that nothing has changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Validators(HeaderMap);

/// A document as it was read.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) validators: Validators,
    /// How long the address wants it to be kept.
    pub(crate) max_age: Option<SignedDuration>,
}

// === impl Place ===

impl Place {
    pub(crate) fn new(location: &MetadataLocation) -> Result<Self, SourceError> {
        Ok(match location {
            MetadataLocation::File(path) => Self::File(path.clone()),
            MetadataLocation::Address(address) => Self::Address { address: address.clone(), client: client(address)? },
        })
    }

    /// Its name in messages. What an address holds besides host and path may be a secret.
    pub(crate) fn origin(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Address { address, .. } => bare(address).to_string(),
        }
    }

    /// All of it, to tell places apart. What is secret in it is for nobody to read.
    pub(crate) fn whole(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Address { address, .. } => address.to_string(),
        }
    }

    /// Its short name, for metrics and file names.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            Self::Address { address, .. } => {
                let address = bare(address);
                format!("{}{}", address.authority(), address.path())
            }
        }
    }

    /// Reads the document, or nothing where it is the one that `validators` are of.
    pub(crate) async fn read(&self, validators: &Validators) -> Result<Option<Document>, SourceError> {
        match self {
            Self::File(path) => read_file(path).await.map(Some),
            Self::Address { address, client } => fetch(address, client, validators).await,
        }
    }
}

/// Reads a document from a file.
pub(crate) async fn read_file(path: &Path) -> Result<Document, SourceError> {
    let failed = |source| SourceError::Read { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    // No more than shows that it is too large.
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    let mut file = tokio::fs::File::open(path).await.map_err(failed)?.take(most);
    file.read_to_end(&mut bytes).await.map_err(failed)?;
    Ok(Document { text: text(bytes, || path.display().to_string())?, ..Document::default() })
}

async fn fetch(address: &Url, client: &Client, validators: &Validators) -> Result<Option<Document>, SourceError> {
    let request = client.get(address.clone()).headers(validators.0.clone());
    let response = request.send().await.map_err(|error| failed(address, &error))?;
    if response.status() == StatusCode::NOT_MODIFIED && !validators.0.is_empty() {
        return Ok(None);
    }
    if response.status() != StatusCode::OK {
        return Err(SourceError::Answer { address: bare(address), status: response.status() });
    }
    let headers = response.headers().clone();
    // Nothing but the plain text is asked for, and nothing else is unpacked.
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(SourceError::Compressed(bare(address)));
    }
    let text = text(collect(response, address).await?, || bare(address).to_string())?;
    Ok(Some(Document { text, validators: Validators::of(&headers), max_age: max_age(&headers) }))
}

async fn collect(mut response: Response, address: &Url) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(address, &error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            break;
        }
    }
    Ok(bytes)
}

fn text(bytes: Vec<u8>, origin: impl Fn() -> String) -> Result<String, SourceError> {
    if bytes.len() > LARGEST {
        return Err(SourceError::TooLarge(origin()));
    }
    String::from_utf8(bytes).map_err(|_| SourceError::Refused { origin: origin(), source: MetadataRefusal::NotText })
}

/// A client for this address: it gives up in time, and goes nowhere that is less protected.
pub fn client(address: &Url) -> Result<Client, SourceError> {
    client_for(address)?.timeout(TIMEOUT).build().map_err(|error| failed(address, &error))
}

/// Neither a redirect nor a proxy may lead to where the address is less protected than it was meant to be.
fn client_for(address: &Url) -> Result<ClientBuilder, SourceError> {
    if address.scheme() == "https" {
        Ok(Client::builder().https_only(true).redirect(Policy::limited(3)))
    } else if is_loopback(address) {
        Ok(Client::builder().no_proxy().redirect(Policy::none()))
    } else {
        Err(SourceError::Unprotected(bare(address)))
    }
}

fn failed(address: &Url, error: &reqwest::Error) -> SourceError {
    let mut bottom: &dyn Error = error;
    while let Some(deeper) = bottom.source() {
        bottom = deeper;
    }
    SourceError::Fetch { address: bare(address), cause: bottom.to_string() }
}

/// The address without what may be a secret.
fn bare(address: &Url) -> Url {
    let mut bare = address.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    // Both fail only where an address can have neither, and then it has none.
    let _ = bare.set_password(None);
    let _ = bare.set_username("");
    bare
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// RFC 9111, 5.2.2.1.
fn max_age(headers: &HeaderMap) -> Option<SignedDuration> {
    let directives = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = directives.flat_map(|value| value.split(',')).map(str::trim);
    let seconds: u32 = directives.find_map(|directive| directive.strip_prefix("max-age="))?.parse().ok()?;
    Some(SignedDuration::from_secs(seconds.into()))
}

// === impl Validators ===

impl Validators {
    /// RFC 9110, 13.1: of both, the server looks at the first.
    fn of(answer: &HeaderMap) -> Self {
        let repeat = |name: &HeaderName, request: HeaderName| -> Option<(HeaderName, HeaderValue)> {
            answer.get(name).map(|value| (request, value.clone()))
        };
        let both = [repeat(&ETAG, IF_NONE_MATCH), repeat(&LAST_MODIFIED, IF_MODIFIED_SINCE)];
        Self(both.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests;
