//! The gateway under test, with everything around it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::anonymous::Anonymous;
use super::builder::{CIE, EIDAS, FakeMethod, GatewayBuilder, SPID};
use super::cards;
use super::citizen::Citizen;
use super::openid::{self, Federation};
use crate::authority::Keys;
use crate::binary::{Output, Varco};
use crate::card_world::CardWorld;
use crate::federation::{TestAnchor, TestOpenIdProvider, offers};
use crate::identity_provider::{Person, TestIdp};
use crate::loopback::{self, Server};
use crate::service::Service;

/// A gateway that runs, with its identity provider and services.
pub struct Gateway {
    pub(super) process: Option<Varco>,
    pub(super) earlier_output: String,
    pub(super) folder: TempDir,
    pub(super) settings: Vec<(String, String)>,
    pub(super) access: u16,
    pub(super) management: u16,
    pub(super) providers: BTreeMap<&'static str, TestIdp>,
    pub(super) federation: Option<Federation>,
    pub(super) cards: Option<CardWorld>,
    pub(super) services: BTreeMap<&'static str, Service>,
    pub(super) _servers: Vec<Server>,
}

const HOSTS: [&str; 9] = [
    "localhost",
    "accesso.localhost",
    "anagrafe.localhost",
    "fascicolo.localhost",
    "idp.localhost",
    "cie.localhost",
    "node.localhost",
    cards::HOST,
    cards::BELOW,
];

/// The keys are the same for all tests of a process: making RSA keys takes time.
pub(super) fn keys() -> Result<Keys> {
    static KEYS: Mutex<Option<Keys>> = Mutex::new(None);
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    if keys.is_none() {
        *keys = Some(Keys::make(&[&HOSTS[..], &openid::HOSTS].concat())?);
    }
    keys.clone().context("keys that were just made")
}

pub(super) fn client() -> Result<reqwest::Client> {
    Ok(loopback::client(&keys()?.authority)?.build()?)
}

pub(super) fn access_url(port: u16) -> String {
    format!("https://accesso.localhost:{port}")
}

// === impl Gateway ===

impl Gateway {
    /// A gateway to be started; without methods and services until they are asked for.
    pub fn test() -> GatewayBuilder {
        GatewayBuilder::default()
    }

    /// Somebody of the test identity provider's people, with a new browser.
    pub fn citizen(&self, username: &str) -> Result<Citizen> {
        let person = Person::named(username).context("one of PEOPLE")?;
        Citizen::new(person, &keys()?.authority, self.access_url(), self.access)
    }

    /// Somebody who keeps no cookies.
    pub fn anonymous(&self) -> Result<Anonymous> {
        Ok(Anonymous::new(client()?))
    }

    /// A TLS connection to the gateway under the host of a service, speaking nothing yet.
    pub async fn connect(&self, service: &str) -> Result<TlsStream<TcpStream>> {
        loopback::connect(&keys()?.authority, &format!("{service}.localhost"), self.access).await
    }

    /// The address of the access host.
    pub fn access_url(&self) -> String {
        access_url(self.access)
    }

    /// A page of a service.
    pub fn address(&self, service: &str, path: &str) -> Result<Url> {
        Ok(Url::parse(&format!("https://{service}.localhost:{}{path}", self.access))?)
    }

    /// The test identity provider.
    pub fn spid(&self) -> Result<&TestIdp> {
        self.provider_of(&SPID)
    }

    /// The test provider of CIE.
    pub fn cie(&self) -> Result<&TestIdp> {
        self.provider_of(&CIE)
    }

    /// The test node of eIDAS.
    pub fn eidas(&self) -> Result<&TestIdp> {
        self.provider_of(&EIDAS)
    }

    /// The trust anchor.
    pub fn anchor(&self) -> Result<&TestAnchor> {
        Ok(&self.federation()?.local.anchor)
    }

    /// The OpenID provider of SPID.
    pub fn spid_openid(&self) -> Result<&TestOpenIdProvider> {
        self.federation()?.provider(&openid::SPID)
    }

    /// The OpenID provider of CIE.
    pub fn cie_openid(&self) -> Result<&TestOpenIdProvider> {
        self.federation()?.provider(&openid::CIE)
    }

    /// The other OpenID provider of CIE.
    pub fn other_cie_openid(&self) -> Result<&TestOpenIdProvider> {
        self.federation()?.provider(&openid::OTHER_CIE)
    }

    /// The cards, and everybody who vouches for them.
    pub fn cards(&self) -> Result<&CardWorld> {
        self.cards.as_ref().context("this gateway was started without cards")
    }

    /// The authority of the servers' certificates.
    pub fn authority(&self) -> Result<String> {
        Ok(keys()?.authority)
    }

    fn federation(&self) -> Result<&Federation> {
        self.federation.as_ref().context("this gateway was started without OpenID")
    }

    fn provider_of(&self, method: &FakeMethod) -> Result<&TestIdp> {
        let provider = self.providers.get(method.name);
        provider.with_context(|| format!("this gateway was not started with_fake_{}", method.name))
    }

    /// A service behind the gateway.
    pub fn service(&self, id: &str) -> Result<&Service> {
        self.services.get(id).with_context(|| format!("this gateway was not started with_service {id}"))
    }

    /// Whether it offers this OpenID provider now.
    pub async fn offers(&self, provider: &TestOpenIdProvider) -> Result<bool> {
        let service = self.services.keys().next().context("no service to log in for")?;
        let page = client()?.get(self.chooser(service)?).header("accept", "text/html").send().await?.text().await?;
        Ok(offers(&page, provider))
    }

    /// Everything that the gateway has written, over all its restarts.
    pub fn log(&self) -> String {
        let now = self.process.as_ref().map(Varco::output).as_ref().map(Output::text);
        format!("{}{}", self.earlier_output, now.unwrap_or_default())
    }

    /// Its metrics.
    pub async fn metrics(&self) -> Result<String> {
        let answer = client()?.get(format!("{}/metrics", self.management_url())).send().await?;
        Ok(answer.error_for_status()?.text().await?)
    }

    /// Where operators look.
    pub fn management_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.management)
    }

    /// The folder of its configuration and data.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Asks it to stop, as an init system does, and does not wait.
    pub fn ask_to_stop(&mut self) -> Result<()> {
        self.process.as_mut().context("the gateway does not run")?.ask_to_stop()
    }

    /// Waits for it to stop; whether it ended well.
    pub async fn stopped(&mut self) -> Result<bool> {
        let mut process = self.process.take().context("the gateway does not run")?;
        let status = process.wait().await?;
        self.earlier_output.push_str(&process.output().text());
        Ok(status.success())
    }

    /// Stops it and starts it again; its data stays.
    pub async fn restart(&mut self) -> Result<()> {
        self.ask_to_stop()?;
        ensure!(self.stopped().await?, "the gateway did not end well");
        self.launch().await?;
        self.settle().await
    }

    /// Waits until it offers every OpenID provider.
    pub(super) async fn settle(&self) -> Result<()> {
        match (&self.federation, self.services.keys().next()) {
            (Some(federation), Some(service)) => federation.local.until_offered(&self.chooser(service)?).await,
            _ => Ok(()),
        }
    }

    fn chooser(&self, service: &str) -> Result<Url> {
        Ok(Url::parse(&format!("{}/login?service={service}", self.access_url()))?)
    }

    pub(super) async fn launch(&mut self) -> Result<()> {
        let configuration = self.folder().join("varco.toml").display().to_string();
        let mut process = Varco::start(&["serve", "--config", &configuration], &self.settings, false)?;
        process.ready(&self.management_url()).await?;
        self.process = Some(process);
        Ok(())
    }
}
