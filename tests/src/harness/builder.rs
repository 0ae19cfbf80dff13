//! What a test asks for before it starts the gateway, and how all of it is started.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::cards::{self, Door};
use super::configuration::{KnownService, Plan, known};
use super::gateway::{Gateway, access_url, client, keys};
use super::openid::{self, FakeOpenId, Federation, federation_section};
use crate::authority::{AUTHORITY, KeyAndCertificate};
use crate::card_world::{CardWorld, TRUST_LIST};
use crate::federation::{Misconduct, Portrayal};
use crate::identity_provider::TestIdp;
use crate::loopback::{Server, bind, free_port};
use crate::service::Service;

/// What a test asks for before it starts the gateway.
#[derive(Default)]
pub struct GatewayBuilder {
    methods: Vec<&'static FakeMethod>,
    openid: Vec<&'static FakeOpenId>,
    /// Whether the trust anchor has never heard of the gateway.
    strange: bool,
    misconduct: Option<Misconduct>,
    cards: Option<Door>,
    list_at_address: bool,
    portrayal: Option<Portrayal>,
    services: Vec<String>,
    unreachable: bool,
    settings: Vec<(String, String)>,
}

/// A method with a test provider.
pub(super) struct FakeMethod {
    pub(super) name: &'static str,
    /// The first label of the provider's host.
    host: &'static str,
    /// How the provider is made, of its origin, its key, and what it fetches metadata with.
    make: fn(&str, &KeyAndCertificate, reqwest::Client) -> Result<TestIdp>,
}

pub(super) static SPID: FakeMethod = FakeMethod { name: "spid", host: "idp", make: TestIdp::new };
pub(super) static CIE: FakeMethod = FakeMethod { name: "cie", host: "cie", make: TestIdp::of_cie };
pub(super) static EIDAS: FakeMethod = FakeMethod { name: "eidas", host: "node", make: TestIdp::of_the_european_node };

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

    /// With the health card, an authority, and the server that tells what it has revoked.
    #[must_use]
    pub fn with_cards(mut self) -> Self {
        self.cards = Some(Door::Own);
        self
    }

    /// Cards are read on the port of the access host.
    #[must_use]
    pub fn sharing_the_port(mut self) -> Self {
        self.cards = Some(Door::Shared);
        self
    }

    /// The trust list is at an address.
    #[must_use]
    pub fn with_trust_list_at_an_address(mut self) -> Self {
        self.list_at_address = true;
        self.with_cards()
    }

    /// Cards are read on another host at each login.
    #[must_use]
    pub fn with_fresh_card_hosts(mut self) -> Self {
        self.cards = Some(Door::Fresh);
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
        self.misconduct = Some(misconduct);
        self
    }

    /// The OpenID providers show themselves like this from the beginning, so that nobody waits for them.
    #[must_use]
    pub fn portrayed(mut self, portrayal: Portrayal) -> Self {
        self.portrayal = Some(portrayal);
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
        let (access, management) = (free_port().await?, free_port().await?);
        let folder = tempfile::tempdir()?;
        let (mut servers, mut sections) = (Vec::new(), Sections::new());
        let (services, behind) = self.start_services(access, &mut servers).await?;
        let providers = self.start_providers(folder.path(), &mut sections, &mut servers).await?;
        for (method, provider) in &providers {
            for (known, _) in &behind {
                provider.trust(format!("{}/metadata/{method}/{}", access_url(access), known.body));
            }
        }
        let federation = self.start_federation(folder.path(), &mut sections).await?;
        let cards = self.start_cards(folder.path(), access, &mut sections).await?;
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
            cards,
            services,
            _servers: servers,
        };
        gateway.launch().await?;
        if let (Some(federation), false) = (&gateway.federation, self.strange) {
            federation.local.take_in(&gateway.access_url()).await?;
        }
        // Of whoever misbehaves from the beginning there is nothing to wait for.
        if self.misconduct.is_none() && self.portrayal.is_none() {
            gateway.settle().await?;
        }
        Ok(gateway)
    }

    async fn start_providers(
        &self,
        folder: &Path,
        sections: &mut Sections,
        servers: &mut Vec<Server>,
    ) -> Result<BTreeMap<&'static str, TestIdp>> {
        let mut providers = BTreeMap::new();
        for method in &self.methods {
            let (provider, server) = method.start().await?;
            fs::write(folder.join(method.file()), provider.metadata()?)?;
            sections.entry(method.name).or_default().push(method.section());
            providers.insert(method.name, provider);
            servers.push(server);
        }
        Ok(providers)
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

    async fn start_cards(&self, folder: &Path, access: u16, sections: &mut Sections) -> Result<Option<CardWorld>> {
        let Some(door) = self.cards else { return Ok(None) };
        let world = CardWorld::start().await?;
        world.write(folder)?;
        let list = if self.list_at_address { world.publish()? } else { TRUST_LIST.to_owned() };
        let port = if door == Door::Shared { access } else { free_port().await? };
        sections.entry("health_card").or_default().push(cards::section(&world, door, port, &list));
        Ok(Some(world))
    }

    async fn start_federation(&self, folder: &Path, sections: &mut Sections) -> Result<Option<Federation>> {
        if self.openid.is_empty() {
            return Ok(None);
        }
        let federation = Federation::start(&self.openid, folder).await?;
        federation.local.anchor.mislead(self.misconduct);
        federation.show(self.portrayal.as_ref().unwrap_or(&Portrayal::Honest));
        for method in ["spid", "cie"] {
            let of_method: Vec<_> = self.openid.iter().copied().filter(|fake| fake.method == method).collect();
            if !of_method.is_empty() {
                sections.entry(method).or_default().push(federation.section(&of_method));
            }
        }
        Ok(Some(federation))
    }
}

/// The sections of methods.
type Sections = BTreeMap<&'static str, Vec<String>>;
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
