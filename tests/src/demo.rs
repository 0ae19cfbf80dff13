//! What `cargo demo` starts, all on loopback: the gateway as `config/demo.toml` sets it, a test provider of SPID
//! over SAML, one of CIE over OpenID with the trust anchor above it, an authority of health cards with three of them,
//! and each service of that configuration.

mod announcement;
mod cards;
mod once;
mod providers;

use std::path::Path;

use anyhow::{Context, Result, bail};
use tokio::signal::unix::{SignalKind, signal};
use varco_core::catalogue::Catalogue;
use varco_settings::Settings;

use crate::authority::{AUTHORITY, Keys};
use crate::binary::Varco;
use crate::loopback::{self, Server, bind};
use crate::service::Service;
use cards::Cards;
use providers::{ANCHOR, PROVIDERS, Running};

/// The configuration, from the root of the repository.
const CONFIGURATION: &str = "config/demo.toml";
/// The host where cards are read.
const CARD_HOST: &str = "carta.localhost";
/// The folder of the keys that the configuration names.
const KEYS: &str = "certs/demo";

/// The demo while it runs.
pub(crate) struct Demo {
    settings: Settings,
    catalogue: Catalogue,
    keys: Keys,
    gateway: Varco,
    cards: Cards,
    _providers: Running,
    _servers: Vec<Server>,
}

/// Runs the demo until it is asked to stop; with `once`, until a citizen has been everywhere.
pub async fn run(once: bool) -> Result<()> {
    let mut demo = Demo::start(!once).await?;
    let outcome = if once {
        once::walk(&demo).await
    } else {
        announcement::print(&demo)?;
        demo.until_asked_to_stop().await
    };
    demo.stop().await.and(outcome)
}

// === impl Demo ===

impl Demo {
    async fn start(show_log: bool) -> Result<Self> {
        say("Keys and certificates: certs/demo");
        let settings = read_settings()?;
        let catalogue = settings.catalogue()?;
        let keys = Keys::open_or_make(Path::new(KEYS), &hosts(&catalogue))?;
        let providers = Running::start(&settings, &keys).await?;
        say("The authority of health cards ...");
        let cards = Cards::start(&settings).await?;
        let mut servers = Vec::new();
        for service in catalogue.services() {
            say(&format!("The service {} ...", service.name));
            servers.push(start_service(&settings, &catalogue, service, &keys).await?);
        }
        say("The gateway ...");
        // It would say so as well, but among its own lines.
        let of_cards = settings.methods.health_card.as_ref().map(|section| section.listen);
        for address in settings.gateway.listeners().chain([settings.management.listen]).chain(of_cards) {
            bind(address.port()).await?;
        }
        let mut gateway = Varco::start(&["serve", "--config", CONFIGURATION], &[], show_log)?;
        gateway.ready(&format!("http://{}", settings.management.listen)).await?;
        providers.take_in(&settings).await?;
        Ok(Self { settings, catalogue, keys, gateway, cards, _providers: providers, _servers: servers })
    }

    async fn until_asked_to_stop(&mut self) -> Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => Ok(()),
            pressed = tokio::signal::ctrl_c() => Ok(pressed?),
            status = self.gateway.wait() => bail!("the gateway stopped by itself ({})", status?),
        }
    }

    async fn stop(&mut self) -> Result<()> {
        say("Stopping ...");
        self.gateway.ask_to_stop()?;
        let status = self.gateway.wait().await?;
        if !status.success() {
            bail!("the gateway did not end well ({status}):\n{}", self.gateway.output().text());
        }
        say("Stopped.");
        Ok(())
    }
}

fn read_settings() -> Result<Settings> {
    let root = std::env::current_dir()?;
    if !root.join(CONFIGURATION).exists() {
        bail!("{CONFIGURATION} is not here: start the demo from the root of the repository, by cargo demo");
    }
    Ok(varco_settings::load(Path::new(CONFIGURATION), std::env::vars_os(), &root)?)
}

/// Every host that is served over TLS.
fn hosts(catalogue: &Catalogue) -> Vec<&str> {
    let of_services = catalogue.services().flat_map(|service| &service.hosts).map(String::as_str);
    let of_providers = PROVIDERS.iter().map(|provider| provider.host);
    [catalogue.access().host(), CARD_HOST, ANCHOR.0].into_iter().chain(of_providers).chain(of_services).collect()
}

async fn start_service(
    settings: &Settings,
    catalogue: &Catalogue,
    service: &varco_core::service::Service,
    keys: &Keys,
) -> Result<Server> {
    let id = service.id.as_str();
    let upstream = settings.services.get(&service.id).and_then(|service| service.upstream.first());
    let port = upstream.and_then(|upstream| upstream.origin().port());
    let port = port.with_context(|| format!("services.{id}.upstream names no port"))?;
    let body = catalogue.body(&service.body).map_or(id, |body| &body.name);
    let pages = Service::new(id, &service.name, body, &catalogue.access().to_string(), client(keys)?).router();
    Server::plain(bind(port).await?, pages)
}

fn client(keys: &Keys) -> Result<reqwest::Client> {
    Ok(loopback::client(&keys.authority)?.build()?)
}

/// The file that a browser would have to trust.
fn authority_file() -> String {
    format!("{KEYS}/{AUTHORITY}")
}

#[expect(clippy::print_stdout, reason = "the demo talks to who started it")]
fn say(line: &str) {
    println!("{line}");
}
