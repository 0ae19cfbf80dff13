//! The OpenID federation that a gateway under test is in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::gateway::{client, keys};
use crate::federation::{Flavour, PinnedAnchor, Portrayal, RELYING_PARTY_MARK, Role, TestAnchor, TestOpenIdProvider};
use crate::loopback::{Server, bind};

/// A provider that a test can have.
pub(super) struct FakeOpenId {
    /// The login method that it is of.
    pub(super) method: &'static str,
    flavour: Flavour,
    /// The first label of its host.
    host: &'static str,
}

/// An anchor with its providers.
pub(super) struct Federation {
    pub(super) anchor: TestAnchor,
    fakes: Vec<&'static FakeOpenId>,
    providers: BTreeMap<&'static str, TestOpenIdProvider>,
    _servers: Vec<Server>,
}

pub(super) static SPID: FakeOpenId = FakeOpenId { method: "spid", flavour: Flavour::Spid, host: "spid-openid" };
pub(super) static CIE: FakeOpenId = FakeOpenId { method: "cie", flavour: Flavour::Cie, host: "cie-openid" };
/// Another provider of CIE, who may be up to no good.
pub(super) static OTHER_CIE: FakeOpenId = FakeOpenId { method: "cie", flavour: Flavour::Cie, host: "other-openid" };

/// The hosts of a federation.
pub(super) const HOSTS: [&str; 4] =
    ["anchor.localhost", "spid-openid.localhost", "cie-openid.localhost", "other-openid.localhost"];
/// The file of the anchor's keys.
pub(super) const ANCHOR_KEYS: &str = "anchor.json";
/// How long a gateway may take to look a provider up.
const PATIENCE: Duration = Duration::from_secs(30);

// === impl Federation ===

impl Federation {
    /// Starts an anchor and these providers, which it knows; its keys are written into a folder.
    pub(super) async fn start(fakes: &[&'static FakeOpenId], folder: &Path) -> Result<Self> {
        let (listener, origin) = reserve("anchor").await?;
        let anchor = TestAnchor::new(&origin, client()?)?;
        let mut servers = vec![Server::tls(listener, &keys()?.server, anchor.router())?];
        let mut providers = BTreeMap::new();
        let PinnedAnchor { jwks, .. } = anchor.pinned();
        fs::write(folder.join(ANCHOR_KEYS), jwks.to_string())?;
        for fake in fakes {
            let (listener, origin) = reserve(fake.host).await?;
            let provider = TestOpenIdProvider::new(fake.flavour, &origin, anchor.pinned(), client()?)?;
            servers.push(Server::tls(listener, &keys()?.server, provider.router())?);
            anchor.onboard(provider.entity_id(), Role::Provider).await?;
            providers.insert(fake.host, provider);
        }
        Ok(Self { anchor, fakes: fakes.to_vec(), providers, _servers: servers })
    }

    /// Every provider shows itself like this.
    pub(super) fn show(&self, portrayal: &Portrayal) {
        self.providers.values().for_each(|provider| provider.shows(portrayal.clone()));
    }

    pub(super) fn provider(&self, fake: &FakeOpenId) -> Result<&TestOpenIdProvider> {
        self.providers.get(fake.host).with_context(|| format!("this gateway was not started with {}", fake.host))
    }

    /// The lines of the configuration that name a method's providers.
    pub(super) fn section(&self, fakes: &[&'static FakeOpenId]) -> String {
        let ids = fakes.iter().filter_map(|fake| self.providers.get(fake.host)).map(TestOpenIdProvider::entity_id);
        let ids: Vec<_> = ids.collect();
        let anchor = self.anchor.entity_id();
        format!("trust_anchors = [{{ id = \"{anchor}\", keys_file = \"{ANCHOR_KEYS}\" }}]\nopenid_providers = {ids:?}")
    }

    /// Waits until a page of the gateway has a button for every provider.
    pub(super) async fn wait_for_buttons(&self, chooser: &Url) -> Result<()> {
        let client = client()?;
        let waiting = async {
            loop {
                let page = client.get(chooser.clone()).header("accept", "text/html").send().await?.text().await?;
                if self.fakes.iter().filter_map(|fake| self.providers.get(fake.host)).all(|it| has_button(&page, it)) {
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

/// Whether a page offers a provider.
pub(super) fn has_button(page: &str, provider: &TestOpenIdProvider) -> bool {
    let id: String = byte_serialize(provider.entity_id().as_bytes()).collect();
    page.contains(&id)
}

async fn reserve(host: &str) -> Result<(tokio::net::TcpListener, String)> {
    let listener = bind(0).await?;
    let origin = format!("https://{host}.localhost:{}", listener.local_addr()?.port());
    Ok((listener, origin))
}

/// What a gateway needs to know to live in a federation on this machine.
pub(super) fn federation_section(authority: &str) -> String {
    format!(
        "\n[federation]\nprivate_networks = [\"127.0.0.0/8\"]\nauthorities_file = \"{authority}\"\n\
         issued_trust_marks = [\"{RELYING_PARTY_MARK}\"]\n"
    )
}
