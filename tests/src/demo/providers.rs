//! The test providers of the demo: SPID speaks SAML, CIE speaks OpenID below a trust anchor.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use url::Url;
use varco_settings::Settings;

use super::{KEYS, client, say};
use crate::authority::Keys;
use crate::federation::{Flavour, LocalFederation};
use crate::identity_provider::TestIdp;
use crate::loopback::{Server, bind};

/// A test provider of the demo.
pub(super) struct Provider {
    /// The login method that it is of.
    pub(super) method: &'static str,
    /// How citizens know that.
    pub(super) name: &'static str,
    pub(super) host: &'static str,
    port: u16,
    /// The code of the page on which a cancelled login ends.
    pub(super) cancelled: &'static str,
}

const SPID: Provider =
    Provider { method: "spid", name: "SPID", host: "idp.localhost", port: 8453, cancelled: "spid.error.nr25" };
const CIE: Provider =
    Provider { method: "cie", name: "CIE", host: "cie.localhost", port: 8454, cancelled: "cie.callback.denied" };

/// Both of them.
pub(super) const PROVIDERS: [Provider; 2] = [SPID, CIE];

/// The host and port of the trust anchor.
pub(super) const ANCHOR: (&str, u16) = ("anchor.localhost", 8455);

/// The files that the configuration names.
const SPID_METADATA: &str = "idp-metadata.xml";
const ANCHOR_KEYS: &str = "anchor.json";

/// The providers while they run.
pub(super) struct Running {
    federation: LocalFederation,
    _spid: Server,
}

// === impl Running ===

impl Running {
    /// Starts the providers, and writes what the gateway must know of them.
    pub(super) async fn start(settings: &Settings, keys: &Keys) -> Result<Self> {
        say("The SPID test identity provider ...");
        let spid = start_spid(settings, keys).await?;
        say("The trust anchor of CIE, and its provider ...");
        let (host, port) = ANCHOR;
        let mut federation = LocalFederation::start(host, port, keys).await?;
        federation.write_keys(&Path::new(KEYS).join(ANCHOR_KEYS))?;
        federation.add(Flavour::Cie, CIE.host, CIE.port).await?;
        Ok(Self { federation, _spid: spid })
    }

    /// The anchor takes the gateway in, and the gateway finds the provider below the anchor.
    pub(super) async fn take_in(&self, settings: &Settings) -> Result<()> {
        say("The trust anchor takes the gateway in ...");
        let access = &settings.gateway.access_url;
        self.federation.take_in(&access.to_string()).await?;
        let service = settings.services.keys().next().context("the demo has no service")?;
        self.federation.until_offered(&Url::parse(&format!("{access}/login?service={service}"))?).await
    }
}

// === impl Provider ===

impl Provider {
    pub(super) fn origin(&self) -> String {
        format!("https://{}:{}", self.host, self.port)
    }
}

async fn start_spid(settings: &Settings, keys: &Keys) -> Result<Server> {
    let provider = TestIdp::new(&SPID.origin(), &keys.provider, client(keys)?)?;
    for body in settings.bodies.keys() {
        provider.trust(format!("{}/metadata/spid/{body}", settings.gateway.access_url));
    }
    let file = Path::new(KEYS).join(SPID_METADATA);
    fs::write(&file, provider.metadata()?).with_context(|| format!("writing {}", file.display()))?;
    Server::tls(bind(SPID.port).await?, &keys.server, provider.router())
}
