//! A browser with a card in its reader, as far as a server sees it.
//!
//! It speaks TLS 1.2 only, because many cards cannot do what 1.3 asks of them; it keeps no cookies, follows no
//! redirect, and shakes hands anew for each request.

use anyhow::Result;
use reqwest::{ClientBuilder, tls};
use url::Url;

use super::issued::Card;
use crate::harness::Page;
use crate::loopback;

/// Opens an address with a card; the server is of this authority (PEM).
pub async fn with_card(card: &Card, authority: &str, address: Url) -> Result<Page> {
    open(client(authority)?.identity(card.identity()?), address).await
}

/// Opens an address without one.
pub async fn without_card(authority: &str, address: Url) -> Result<Page> {
    open(client(authority)?, address).await
}

fn client(authority: &str) -> Result<ClientBuilder> {
    let client = loopback::client(authority)?;
    Ok(client.tls_version_min(tls::Version::TLS_1_2).tls_version_max(tls::Version::TLS_1_2))
}

async fn open(client: ClientBuilder, address: Url) -> Result<Page> {
    let answer = client.build()?.get(address).header("accept", "text/html").send().await?;
    let (address, status, headers) = (answer.url().clone(), answer.status(), answer.headers().clone());
    Ok(Page { address, status, headers, content: answer.text().await? })
}
