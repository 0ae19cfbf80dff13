//! Where a document comes from: a file, or an address that cannot be led astray.

use std::error::Error;
use std::fs::File;
use std::io::Read as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use url::{Host, Url};

use crate::cli::{Stopped, runtime};

/// How long an address may take, from the first packet to the last byte.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What the parser accepts at most, and one octet that tells that there is more.
const MOST: usize = 8 * 1024 * 1024 + 1;

/// The text of a document.
pub(super) fn read(place: &str) -> Result<String, Stopped> {
    let is_address = place.starts_with("https://") || place.starts_with("http://");
    let bytes = if is_address { runtime()?.block_on(fetch(place)) } else { load(place) };
    let text =
        bytes.and_then(|bytes| String::from_utf8(bytes).with_context(|| format!("{place} is not text in UTF-8")));
    text.map_err(|error| Stopped::Misconfigured(format!("varco: {error:#}")))
}

fn load(path: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("cannot read {path}"))?;
    file.take(MOST as u64).read_to_end(&mut bytes).with_context(|| format!("cannot read {path}"))?;
    Ok(bytes)
}

async fn fetch(place: &str) -> Result<Vec<u8>> {
    let address = Url::parse(place).with_context(|| format!("{place} is not an address"))?;
    let failed = |error: reqwest::Error| anyhow::anyhow!("cannot fetch {place}: {}", bottom(&error));
    let client = client_for(&address)?.timeout(TIMEOUT).build()?;
    let mut response = client.get(address).send().await.map_err(failed)?;
    ensure!(response.status().is_success(), "cannot fetch {place}: the answer is {}", response.status());
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        bytes.extend_from_slice(&chunk[..chunk.len().min(MOST - bytes.len())]);
        if bytes.len() == MOST {
            break;
        }
    }
    Ok(bytes)
}

/// Neither a redirect nor a proxy may lead to where the address is less protected than it was meant to be.
fn client_for(address: &Url) -> Result<ClientBuilder> {
    if address.scheme() == "https" {
        Ok(Client::builder().https_only(true).redirect(Policy::limited(3)))
    } else if is_loopback(address) {
        Ok(Client::builder().no_proxy().redirect(Policy::none()))
    } else {
        bail!("{address} must be https:// (http:// only on loopback)")
    }
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Why, at bottom: the error itself repeats the address.
fn bottom(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), bottom)
}
