//! Somebody who keeps no cookies: a program, or a stranger.

use anyhow::Result;
use http::Method;
use url::Url;

use super::page::Page;

/// Somebody who keeps no cookies and follows no redirect.
pub struct Anonymous {
    client: reqwest::Client,
}

// === impl Anonymous ===

impl Anonymous {
    pub(super) const fn new(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Opens an address as a browser would.
    pub async fn open(&self, address: Url) -> Result<Page> {
        self.send(self.request(Method::GET, address).header("accept", "text/html")).await
    }

    /// A request to be sent.
    pub fn request(&self, method: Method, address: Url) -> reqwest::RequestBuilder {
        self.client.request(method, address)
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Result<Page> {
        Page::read(request.send().await?).await
    }
}
