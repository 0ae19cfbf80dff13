//! The OpenID federation that a gateway under test is in.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::gateway::keys;
use crate::federation::{Flavour, LocalFederation, Portrayal, RELYING_PARTY_MARK, TestOpenIdProvider};

/// A provider that a test can have.
pub(super) struct FakeOpenId {
    /// The login method that it is of.
    pub(super) method: &'static str,
    flavour: Flavour,
    host: &'static str,
}

/// A federation, with its providers by their hosts.
pub(super) struct Federation {
    pub(super) local: LocalFederation,
    providers: BTreeMap<&'static str, TestOpenIdProvider>,
}

pub(super) static SPID: FakeOpenId =
    FakeOpenId { method: "spid", flavour: Flavour::Spid, host: "spid-openid.localhost" };
pub(super) static CIE: FakeOpenId = FakeOpenId { method: "cie", flavour: Flavour::Cie, host: "cie-openid.localhost" };
/// Another provider of CIE, who may be up to no good.
pub(super) static OTHER_CIE: FakeOpenId =
    FakeOpenId { method: "cie", flavour: Flavour::Cie, host: "other-openid.localhost" };

const ANCHOR: &str = "anchor.localhost";
/// The hosts of a federation.
pub(super) const HOSTS: [&str; 4] = [ANCHOR, "spid-openid.localhost", "cie-openid.localhost", "other-openid.localhost"];
/// The file of the anchor's keys.
const ANCHOR_KEYS: &str = "anchor.json";

// === impl Federation ===

impl Federation {
    /// Starts an anchor and these providers, which it knows; its keys are written into a folder.
    pub(super) async fn start(fakes: &[&'static FakeOpenId], folder: &Path) -> Result<Self> {
        let mut local = LocalFederation::start(ANCHOR, 0, &keys()?).await?;
        local.write_keys(&folder.join(ANCHOR_KEYS))?;
        let mut providers = BTreeMap::new();
        for fake in fakes {
            providers.insert(fake.host, local.add(fake.flavour, fake.host, 0).await?);
        }
        Ok(Self { local, providers })
    }

    /// Every provider shows itself like this.
    pub(super) fn show(&self, portrayal: &Portrayal) {
        self.providers.values().for_each(|provider| provider.shows(portrayal.clone()));
    }

    pub(super) fn provider(&self, fake: &FakeOpenId) -> Result<&TestOpenIdProvider> {
        self.providers.get(fake.host).with_context(|| format!("this gateway was started without {}", fake.host))
    }

    /// The lines of the configuration that name a method's providers.
    pub(super) fn section(&self, fakes: &[&'static FakeOpenId]) -> String {
        let ids = fakes.iter().filter_map(|fake| self.providers.get(fake.host)).map(TestOpenIdProvider::entity_id);
        let ids: Vec<_> = ids.collect();
        let anchor = self.local.anchor.entity_id();
        format!("trust_anchors = [{{ id = \"{anchor}\", keys_file = \"{ANCHOR_KEYS}\" }}]\nopenid_providers = {ids:?}")
    }
}

/// What a gateway needs to know to live in a federation on this machine.
pub(super) fn federation_section(authority: &str) -> String {
    format!(
        "\n[federation]\nprivate_networks = [\"127.0.0.0/8\"]\nauthorities_file = \"{authority}\"\n\
         issued_trust_marks = [\"{RELYING_PARTY_MARK}\"]\n"
    )
}
