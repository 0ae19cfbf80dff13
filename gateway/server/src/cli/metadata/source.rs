//! Where a document comes from: a file, or an address that cannot be led astray.

use std::error::Error;
use std::fs::File;
use std::io::Read as _;

use anyhow::{Context as _, Result, ensure};
use url::Url;

use crate::cli::{Stopped, runtime};

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
    let mut response = varco_registry::client(&address)?.get(address).send().await.map_err(failed)?;
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

/// Why, at bottom: the error itself repeats the address.
fn bottom(error: &dyn Error) -> String {
    error.source().map_or_else(|| error.to_string(), bottom)
}
