//! A whole federation on this machine: an anchor, providers below it, and a gateway that is taken in.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::anchor::{Role, TestAnchor};
use super::provider::{Flavour, TestOpenIdProvider};
use super::trust::PinnedAnchor;
use crate::authority::Keys;
use crate::loopback::{self, Server, bind};

/// A federation on this machine, over TLS.
pub struct LocalFederation {
    /// Its anchor.
    pub anchor: TestAnchor,
    providers: Vec<TestOpenIdProvider>,
    keys: Keys,
    servers: Vec<Server>,
}

/// How long a gateway may take to look its providers up.
const PATIENCE: Duration = Duration::from_secs(30);

// === impl LocalFederation ===

impl LocalFederation {
    /// Starts the anchor on this host and port (0: any), with the keys that its servers and clients use.
    pub async fn start(host: &str, port: u16, keys: &Keys) -> Result<Self> {
        let (listener, origin) = reserve(host, port).await?;
        let anchor = TestAnchor::new(&origin, client(keys)?)?;
        let servers = vec![Server::tls(listener, &keys.server, anchor.router())?];
        Ok(Self { anchor, providers: Vec::new(), keys: keys.clone(), servers })
    }

    /// Starts a provider on this host and port (0: any), and has the anchor take it in.
    pub async fn add(&mut self, flavour: Flavour, host: &str, port: u16) -> Result<TestOpenIdProvider> {
        let (listener, origin) = reserve(host, port).await?;
        let provider = TestOpenIdProvider::new(flavour, &origin, self.anchor.pinned(), client(&self.keys)?)?;
        self.servers.push(Server::tls(listener, &self.keys.server, provider.router())?);
        self.anchor.onboard(provider.entity_id(), Role::Provider).await?;
        provider.wears(self.anchor.mark(provider.entity_id(), Role::Provider)?);
        self.providers.push(provider.clone());
        Ok(provider)
    }

    /// Writes the keys of the anchor into a file, for a gateway to pin.
    pub fn write_keys(&self, path: &Path) -> Result<()> {
        let PinnedAnchor { jwks, .. } = self.anchor.pinned();
        fs::write(path, jwks.to_string()).with_context(|| format!("writing {}", path.display()))
    }

    /// The anchor takes in the gateway at this address.
    pub async fn take_in(&self, access_url: &str) -> Result<()> {
        Ok(self.anchor.onboard(access_url, Role::Aggregator).await?)
    }

    /// Waits until a page of the gateway offers every provider.
    pub async fn until_offered(&self, chooser: &Url) -> Result<()> {
        let client = client(&self.keys)?;
        let waiting = async {
            loop {
                let page = client.get(chooser.clone()).header("accept", "text/html").send().await?.text().await?;
                if self.providers.iter().all(|provider| offers(&page, provider)) {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(outcome) => outcome,
            Err(_) => bail!("the gateway does not offer every OpenID provider after {PATIENCE:?}"),
        }
    }
}

/// Whether a page has a button for a provider.
pub fn offers(page: &str, provider: &TestOpenIdProvider) -> bool {
    let id: String = byte_serialize(provider.entity_id().as_bytes()).collect();
    page.contains(&id)
}

async fn reserve(host: &str, port: u16) -> Result<(tokio::net::TcpListener, String)> {
    let listener = bind(port).await?;
    let origin = format!("https://{host}:{}", listener.local_addr()?.port());
    Ok((listener, origin))
}

fn client(keys: &Keys) -> Result<reqwest::Client> {
    Ok(loopback::client(&keys.authority)?.build()?)
}
