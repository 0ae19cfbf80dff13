//! The gateway under test, with everything around it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use url::Url;

use super::anonymous::Anonymous;
use super::citizen::Citizen;
use super::configuration::{Plan, known};
use crate::authority::{KeyAndCertificate, Keys};
use crate::binary::{Output, Varco};
use crate::identity_provider::{Person, TestIdp};
use crate::loopback::{self, Server, bind, free_port};
use crate::service::Service;

/// What a test asks for before it starts the gateway.
pub struct GatewayBuilder {
    spid: bool,
    cie: bool,
    services: Vec<String>,
    unreachable: bool,
    settings: Vec<(String, String)>,
}

/// A gateway that runs, with its identity provider and services.
pub struct Gateway {
    process: Option<Varco>,
    earlier_output: String,
    folder: TempDir,
    settings: Vec<(String, String)>,
    access: u16,
    management: u16,
    spid: Option<TestIdp>,
    cie: Option<TestIdp>,
    services: BTreeMap<&'static str, Service>,
    _servers: Vec<Server>,
}

const HOSTS: [&str; 6] =
    ["localhost", "accesso.localhost", "anagrafe.localhost", "fascicolo.localhost", "idp.localhost", "cie.localhost"];

/// The keys are the same for all tests of a process: making RSA keys takes time.
fn keys() -> Result<Keys> {
    static KEYS: Mutex<Option<Keys>> = Mutex::new(None);
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    if keys.is_none() {
        *keys = Some(Keys::make(&HOSTS)?);
    }
    keys.clone().context("keys that were just made")
}

// === impl GatewayBuilder ===

impl GatewayBuilder {
    /// With SPID, and the test identity provider.
    #[must_use]
    pub fn with_fake_spid(mut self) -> Self {
        self.spid = true;
        self
    }

    /// With CIE, and a test provider of its own.
    #[must_use]
    pub fn with_fake_cie(mut self) -> Self {
        self.cie = true;
        self
    }

    /// With a service: `anagrafe` or `fascicolo`, of two bodies.
    #[must_use]
    pub fn with_service(mut self, id: &str) -> Self {
        self.services.push(id.to_owned());
        self
    }

    /// Nothing listens where the services should be.
    #[must_use]
    pub fn with_services_down(mut self) -> Self {
        self.unreachable = true;
        self
    }

    /// With a setting from the environment: `VARCO_METHODS__SPID__BINDING`.
    #[must_use]
    pub fn with_setting(mut self, variable: &str, value: &str) -> Self {
        self.settings.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// Starts everything and waits until the gateway is ready.
    pub async fn start(self) -> Result<Gateway> {
        let access = free_port().await?;
        let management = free_port().await?;
        let folder = tempfile::tempdir()?;
        let mut servers = Vec::new();
        let mut services = BTreeMap::new();
        let mut behind = Vec::new();
        for id in &self.services {
            let known = known(id)?;
            let service = Service::new(known.id, known.name, known.body_name, &access_url(access), client()?);
            let server = Server::plain(bind(0).await?, service.router())?;
            let port = if self.unreachable { free_port().await? } else { server.address.port() };
            behind.push((known, format!("http://127.0.0.1:{port}")));
            services.insert(known.id, service);
            servers.push(server);
        }
        let file = |name: &str| folder.path().join(name);
        let spid = start_provider(self.spid, TestIdp::new, "idp", &file("provider.xml"), &mut servers).await?;
        let cie = start_provider(self.cie, TestIdp::of_cie, "cie", &file("cie.xml"), &mut servers).await?;
        for (method, provider) in [("spid", &spid), ("cie", &cie)] {
            let Some(provider) = provider else { continue };
            for (known, _) in &behind {
                provider.trust(format!("{}/metadata/{method}/{}", access_url(access), known.body));
            }
        }
        keys()?.write(folder.path())?;
        let plan = Plan { access, management, services: &behind, spid: self.spid, cie: self.cie };
        fs::write(folder.path().join("varco.toml"), plan.write())?;
        let mut gateway = Gateway {
            process: None,
            earlier_output: String::new(),
            folder,
            settings: self.settings,
            access,
            management,
            spid,
            cie,
            services,
            _servers: servers,
        };
        gateway.launch().await?;
        Ok(gateway)
    }
}

/// How a provider is made, of its origin, its key, and what it fetches metadata with.
type Make = fn(&str, &KeyAndCertificate, reqwest::Client) -> Result<TestIdp>;

/// Starts a provider on a host, and writes its metadata; nothing, where it is not wanted.
async fn start_provider(
    wanted: bool,
    make: Make,
    host: &str,
    metadata: &Path,
    servers: &mut Vec<Server>,
) -> Result<Option<TestIdp>> {
    if !wanted {
        return Ok(None);
    }
    let listener = bind(0).await?;
    let origin = format!("https://{host}.localhost:{}", listener.local_addr()?.port());
    let provider = make(&origin, &keys()?.provider, client()?)?;
    servers.push(Server::tls(listener, &keys()?.server, provider.router())?);
    fs::write(metadata, provider.metadata()?)?;
    Ok(Some(provider))
}

fn client() -> Result<reqwest::Client> {
    Ok(loopback::client(&keys()?.authority)?.build()?)
}

fn access_url(port: u16) -> String {
    format!("https://accesso.localhost:{port}")
}

// === impl Gateway ===

impl Gateway {
    /// A gateway to be started; without methods and services until they are asked for.
    pub fn test() -> GatewayBuilder {
        GatewayBuilder { spid: false, cie: false, services: Vec::new(), unreachable: false, settings: Vec::new() }
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
        self.spid.as_ref().context("this gateway was not started with_fake_spid")
    }

    /// The test provider of CIE.
    pub fn cie(&self) -> Result<&TestIdp> {
        self.cie.as_ref().context("this gateway was not started with_fake_cie")
    }

    /// A service behind the gateway.
    pub fn service(&self, id: &str) -> Result<&Service> {
        self.services.get(id).with_context(|| format!("this gateway was not started with_service {id}"))
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
        self.launch().await
    }

    async fn launch(&mut self) -> Result<()> {
        let configuration = self.folder().join("varco.toml").display().to_string();
        let mut process = Varco::start(&["serve", "--config", &configuration], &self.settings, false)?;
        process.ready(&self.management_url()).await?;
        self.process = Some(process);
        Ok(())
    }
}
