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
use super::configuration::{KnownService, Plan, known};
use super::openid::{self, FakeOpenId, Federation, federation_section, has_button};
use crate::authority::{AUTHORITY, KeyAndCertificate, Keys};
use crate::binary::{Output, Varco};
use crate::federation::{Misconduct, Portrayal, Role, TestAnchor, TestOpenIdProvider};
use crate::identity_provider::{Person, TestIdp};
use crate::loopback::{self, Server, bind, free_port};
use crate::service::Service;

/// What a test asks for before it starts the gateway.
pub struct GatewayBuilder {
    methods: Vec<&'static FakeMethod>,
    openid: Vec<&'static FakeOpenId>,
    strange: bool,
    patient: bool,
    misconduct: Option<Misconduct>,
    portrayal: Portrayal,
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
    providers: BTreeMap<&'static str, TestIdp>,
    federation: Option<Federation>,
    services: BTreeMap<&'static str, Service>,
    _servers: Vec<Server>,
}

const HOSTS: [&str; 7] = [
    "localhost",
    "accesso.localhost",
    "anagrafe.localhost",
    "fascicolo.localhost",
    "idp.localhost",
    "cie.localhost",
    "node.localhost",
];

/// A method with a test provider.
struct FakeMethod {
    name: &'static str,
    /// The first label of the provider's host.
    host: &'static str,
    /// How the provider is made, of its origin, its key, and what it fetches metadata with.
    make: fn(&str, &KeyAndCertificate, reqwest::Client) -> Result<TestIdp>,
}

static SPID: FakeMethod = FakeMethod { name: "spid", host: "idp", make: TestIdp::new };
static CIE: FakeMethod = FakeMethod { name: "cie", host: "cie", make: TestIdp::of_cie };
static EIDAS: FakeMethod = FakeMethod { name: "eidas", host: "node", make: TestIdp::of_the_european_node };

/// The keys are the same for all tests of a process: making RSA keys takes time.
pub(super) fn keys() -> Result<Keys> {
    static KEYS: Mutex<Option<Keys>> = Mutex::new(None);
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    if keys.is_none() {
        *keys = Some(Keys::make(&[&HOSTS[..], &openid::HOSTS].concat())?);
    }
    keys.clone().context("keys that were just made")
}

// === impl GatewayBuilder ===

impl GatewayBuilder {
    /// With SPID, and the test identity provider.
    #[must_use]
    pub fn with_fake_spid(self) -> Self {
        self.with(&SPID)
    }

    /// With CIE, and a test provider of its own.
    #[must_use]
    pub fn with_fake_cie(self) -> Self {
        self.with(&CIE)
    }

    /// With eIDAS, and a test node; SPID must be there too.
    #[must_use]
    pub fn with_fake_eidas(self) -> Self {
        self.with(&EIDAS)
    }

    fn with(mut self, method: &'static FakeMethod) -> Self {
        self.methods.push(method);
        self
    }

    /// With SPID over OpenID, a trust anchor, and a provider below it.
    #[must_use]
    pub fn with_fake_spid_openid(self) -> Self {
        self.with_openid(&openid::SPID)
    }

    /// With CIE over OpenID, a trust anchor, and a provider below it.
    #[must_use]
    pub fn with_fake_cie_openid(self) -> Self {
        self.with_openid(&openid::CIE)
    }

    /// With another provider of CIE over OpenID, below the same anchor.
    #[must_use]
    pub fn with_other_cie_openid(self) -> Self {
        self.with_openid(&openid::OTHER_CIE)
    }

    fn with_openid(mut self, fake: &'static FakeOpenId) -> Self {
        self.openid.push(fake);
        self
    }

    /// The trust anchor has never heard of the gateway.
    #[must_use]
    pub fn before_onboarding(mut self) -> Self {
        self.strange = true;
        self
    }

    /// The trust anchor behaves like this from the beginning, so that nobody waits for its providers.
    #[must_use]
    pub fn misled(mut self, misconduct: Misconduct) -> Self {
        (self.misconduct, self.patient) = (Some(misconduct), false);
        self
    }

    /// The OpenID providers show themselves like this from the beginning, so that nobody waits for them.
    #[must_use]
    pub fn portrayed(mut self, portrayal: Portrayal) -> Self {
        (self.portrayal, self.patient) = (portrayal, false);
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
        let (services, behind) = self.start_services(access, &mut servers).await?;
        let mut providers = BTreeMap::new();
        let mut sections: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for method in &self.methods {
            let (provider, server) = method.start().await?;
            fs::write(folder.path().join(method.file()), provider.metadata()?)?;
            for (known, _) in &behind {
                provider.trust(format!("{}/metadata/{}/{}", access_url(access), method.name, known.body));
            }
            sections.entry(method.name).or_default().push(method.section());
            providers.insert(method.name, provider);
            servers.push(server);
        }
        let federation = self.start_federation(folder.path(), &mut sections).await?;
        keys()?.write(folder.path())?;
        let of_federation = federation.as_ref().map(|_| federation_section(AUTHORITY)).unwrap_or_default();
        let plan = Plan { access, management, services: &behind, methods: &sections, federation: &of_federation };
        fs::write(folder.path().join("varco.toml"), plan.write())?;
        let mut gateway = Gateway {
            process: None,
            earlier_output: String::new(),
            folder,
            settings: self.settings,
            access,
            management,
            providers,
            federation,
            services,
            _servers: servers,
        };
        gateway.launch().await?;
        if let (Some(federation), false) = (&gateway.federation, self.strange) {
            federation.anchor.onboard(&gateway.access_url(), Role::Aggregator).await?;
        }
        if self.patient {
            gateway.settle().await?;
        }
        Ok(gateway)
    }

    async fn start_services(&self, access: u16, servers: &mut Vec<Server>) -> Result<(Services, Behind)> {
        let (mut services, mut behind) = (BTreeMap::new(), Vec::new());
        for id in &self.services {
            let known = known(id)?;
            let service = Service::new(known.id, known.name, known.body_name, &access_url(access), client()?);
            let server = Server::plain(bind(0).await?, service.router())?;
            let port = if self.unreachable { free_port().await? } else { server.address.port() };
            behind.push((known, format!("http://127.0.0.1:{port}")));
            services.insert(known.id, service);
            servers.push(server);
        }
        Ok((services, behind))
    }

    async fn start_federation(
        &self,
        folder: &Path,
        sections: &mut BTreeMap<&'static str, Vec<String>>,
    ) -> Result<Option<Federation>> {
        if self.openid.is_empty() {
            return Ok(None);
        }
        let federation = Federation::start(&self.openid, folder).await?;
        federation.anchor.mislead(self.misconduct);
        federation.show(&self.portrayal);
        for method in ["spid", "cie"] {
            let of_method: Vec<_> = self.openid.iter().copied().filter(|fake| fake.method == method).collect();
            if !of_method.is_empty() {
                sections.entry(method).or_default().push(federation.section(&of_method));
            }
        }
        Ok(Some(federation))
    }
}

type Services = BTreeMap<&'static str, Service>;
type Behind = Vec<(&'static KnownService, String)>;

// === impl FakeMethod ===

impl FakeMethod {
    /// Where the gateway finds the provider's metadata.
    fn file(&self) -> String {
        format!("{}.xml", self.host)
    }

    fn section(&self) -> String {
        format!("idp_metadata = [{{ location = \"{}\", refresh_seconds = 1 }}]", self.file())
    }

    async fn start(&self) -> Result<(TestIdp, Server)> {
        let listener = bind(0).await?;
        let origin = format!("https://{}.localhost:{}", self.host, listener.local_addr()?.port());
        let provider = (self.make)(&origin, &keys()?.provider, client()?)?;
        let server = Server::tls(listener, &keys()?.server, provider.router())?;
        Ok((provider, server))
    }
}

pub(super) fn client() -> Result<reqwest::Client> {
    Ok(loopback::client(&keys()?.authority)?.build()?)
}

fn access_url(port: u16) -> String {
    format!("https://accesso.localhost:{port}")
}

// === impl Gateway ===

impl Gateway {
    /// A gateway to be started; without methods and services until they are asked for.
    pub fn test() -> GatewayBuilder {
        GatewayBuilder {
            methods: Vec::new(),
            openid: Vec::new(),
            strange: false,
            patient: true,
            misconduct: None,
            portrayal: Portrayal::Honest,
            services: Vec::new(),
            unreachable: false,
            settings: Vec::new(),
        }
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
        Ok(&self.federation()?.anchor)
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
        Ok(has_button(&page, provider))
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
    async fn settle(&self) -> Result<()> {
        match (&self.federation, self.services.keys().next()) {
            (Some(federation), Some(service)) => federation.wait_for_buttons(&self.chooser(service)?).await,
            _ => Ok(()),
        }
    }

    fn chooser(&self, service: &str) -> Result<Url> {
        Ok(Url::parse(&format!("{}/login?service={service}", self.access_url()))?)
    }

    async fn launch(&mut self) -> Result<()> {
        let configuration = self.folder().join("varco.toml").display().to_string();
        let mut process = Varco::start(&["serve", "--config", &configuration], &self.settings, false)?;
        process.ready(&self.management_url()).await?;
        self.process = Some(process);
        Ok(())
    }
}
