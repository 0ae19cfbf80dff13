//! The only place that knows every part: settings in, a gateway out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use varco_core::card::CardReader;
use varco_core::login::Login;
use varco_core::name::ServiceId;
use varco_core::ports::{Clock, Randomness};
use varco_proxy::{Pages, Proxy, ProxyParts, UpstreamOptions};
use varco_registry::{Opened, Upkeep, World};
use varco_settings::Settings;
use varco_settings::sections::{Durable, Hot, LogFormat, Service};
use varco_store::{Embedded, Options, StoreKey};
use varco_telemetry::{Telemetry, log};
use varco_tokens::assertion::AssertionSigner;
use varco_tokens::cookies::Cookies;
use varco_tokens::keys::Keys;
use varco_tokens::master::Purpose;
use varco_tokens::session_token::SessionTokens;
use varco_tokens::subjects::Subjects;
use varco_web::{Links, Site, WebParts};

use crate::arrivals::Arrivals;
use crate::card_door::CardDoor;
use crate::front::Front;
use crate::limits::LoginLimit;
use crate::observing::{Observing, WebPages};
use crate::published;
use crate::world::{SystemClock, SystemRandomness, world};

/// Sessions in memory: about one kilobyte each. The others are read from the database when they come.
const SESSIONS_IN_MEMORY: u64 = 200_000;

/// A gateway, ready to be served.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) front: Arc<Front>,
    pub(crate) store: Arc<Embedded>,
    pub(crate) telemetry: Arc<Telemetry>,
    pub(crate) limit: Option<Arc<LoginLimit>>,
    pub(crate) card: Option<Arc<CardDoor>>,
}

/// Opens everything that the settings ask for, listeners aside; with it comes what is to be done while it is open.
pub(crate) async fn gateway(settings: &Settings) -> Result<(Gateway, Vec<Upkeep>)> {
    begin_log(settings)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let randomness: Arc<dyn Randomness> = Arc::new(SystemRandomness);
    let catalogue = Arc::new(settings.catalogue()?);
    let telemetry = Arc::new(Telemetry::new(env!("CARGO_PKG_VERSION"), clock.now()));
    let keys = Keys::open(&settings.keys_folder(), &*randomness).context("the gateway's own keys")?;
    let store = Arc::new(store(settings, &keys, &*clock).await?);
    let card_key = keys.master.derive(Purpose::CardHandoff);
    let world = world(telemetry.clone(), store.clone(), card_key);
    let Opened { methods, entities, cards, background } = methods(settings, &world).await?;
    published::check(settings, &methods)?;
    let card = card_door(settings, cards)?;
    let tokens = Arc::new(SessionTokens::new(&keys.master));
    let cookies = Cookies::new(!settings.gateway.insecure_http);
    let subjects = Subjects::new(&keys.master);
    let issuer = settings.gateway.access_url.to_string();
    let assertions = Arc::new(AssertionSigner::new(issuer, keys.ring, subjects)?);
    let login = Arc::new(Login {
        catalogue: Arc::clone(&catalogue),
        methods: methods.clone(),
        attempts: store.clone(),
        sessions: store.clone(),
        browsers: store.clone(),
        handoffs: store.clone(),
        logouts: store.clone(),
        replays: store.clone(),
        events: telemetry.clone(),
        clock: Arc::clone(&clock),
        randomness: Arc::clone(&randomness),
        lifetimes: settings.sessions.lifetimes(),
    });
    let site = site(settings);
    let web = varco_web::router(WebParts {
        login,
        tokens: Arc::clone(&tokens),
        cookies,
        jwks: assertions.jwks().to_owned(),
        entities,
        site: site.clone(),
    });
    let pages: Arc<dyn Pages> = Arc::new(WebPages(site));
    let limit = LoginLimit::new(&settings.limits).map(Arc::new);
    let proxy = Proxy::new(ProxyParts {
        catalogue: Arc::clone(&catalogue),
        upstreams: upstreams(settings)?,
        methods,
        sessions: store.clone(),
        tokens,
        cookies,
        assertions,
        pages: Arc::clone(&pages),
        observer: Arc::new(Observing(Arc::clone(&telemetry))),
        clock: Arc::clone(&clock),
        randomness: Arc::clone(&randomness),
    })?;
    let front = Arc::new(Front {
        catalogue,
        arrivals: Arrivals::new(settings.gateway.trusted_proxies.clone(), randomness),
        limit: limit.clone(),
        insecure_http: settings.gateway.insecure_http,
        pages,
        web,
        proxy,
        card: card.clone(),
        clock,
        telemetry: Arc::clone(&telemetry),
    });
    Ok((Gateway { front, store, telemetry, limit, card }, background))
}

fn card_door(settings: &Settings, reader: Option<Arc<dyn CardReader>>) -> Result<Option<Arc<CardDoor>>> {
    let open = settings.methods.health_card.as_ref().zip(reader);
    open.map(|(section, reader)| CardDoor::open(section, reader).map(Arc::new)).transpose()
}

/// The login methods that the settings ask for.
pub(crate) async fn methods(settings: &Settings, world: &World) -> Result<Opened> {
    Ok(varco_registry::open(settings, world).await?)
}

fn begin_log(settings: &Settings) -> Result<()> {
    let format = match settings.log.format {
        LogFormat::Text => log::Format::Text,
        LogFormat::Json => log::Format::Json,
    };
    Ok(log::init(format, settings.log.level.as_str())?)
}

async fn store(settings: &Settings, keys: &Keys, clock: &dyn Clock) -> Result<Embedded> {
    let Hot::Embedded = settings.store.hot;
    let Durable::Sqlite(database) = &settings.store.durable;
    let options = Options {
        database: database.clone(),
        key: StoreKey::new(*keys.master.derive(Purpose::StoreEncryption)),
        sessions_in_memory: SESSIONS_IN_MEMORY,
    };
    Embedded::open(options, clock.now()).await.with_context(|| format!("store.durable: {}", database.display()))
}

fn upstreams(settings: &Settings) -> Result<BTreeMap<ServiceId, UpstreamOptions>> {
    settings.services.iter().map(|(id, service)| Ok((id.clone(), upstream(service)?))).collect()
}

fn upstream(service: &Service) -> Result<UpstreamOptions> {
    let address = |upstream: &varco_settings::sections::Upstream| Ok(upstream.origin().to_string().parse()?);
    let addresses = service.upstream.iter().map(address).collect::<Result<_>>()?;
    let authorities = service.upstream_authorities_file.as_ref().map(|file| {
        std::fs::read(file).with_context(|| format!("upstream_authorities_file: cannot read {}", file.display()))
    });
    Ok(UpstreamOptions {
        connect_timeout: Duration::from_secs(service.connect_timeout_seconds.get().into()),
        response_timeout: Duration::from_secs(service.response_timeout_seconds.get().into()),
        authorities: authorities.transpose()?,
        pass_authorization: service.pass_authorization,
        ..UpstreamOptions::new(addresses)
    })
}

fn site(settings: &Settings) -> Site {
    let links = &settings.gateway.links;
    let text = |address: &Option<url::Url>| address.as_ref().map(ToString::to_string);
    Site {
        name: settings.gateway.name.clone(),
        access: settings.gateway.access_url.clone(),
        links: Links {
            accessibility: text(&links.accessibility),
            privacy: text(&links.privacy),
            support: text(&links.support),
        },
    }
}
