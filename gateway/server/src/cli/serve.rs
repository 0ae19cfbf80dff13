//! `varco serve`: the gateway, from its start to its last request.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use ipnet::IpNet;
use tokio::task::JoinSet;
use varco_core::ports::Clock as _;
use varco_registry::Upkeep;
use varco_settings::Settings;

use crate::card_door::CardDoor;
use crate::compose::{self, Gateway};
use crate::doors::Doors;
use crate::drain::{PATIENCE, Stop};
use crate::front::Front;
use crate::listener::Listener;
use crate::management::Management;
use crate::tls;
use crate::world::SystemClock;

/// How often store, metrics and limits are tidied.
const MAINTENANCE: Duration = Duration::from_secs(10);

/// How long the management listener may take to end, when everything else has.
const FAREWELL: Duration = Duration::from_secs(1);

/// Runs until asked to stop.
pub(super) fn run(settings: &Settings) -> Result<()> {
    super::runtime()?.block_on(serve(settings))
}

async fn serve(settings: &Settings) -> Result<()> {
    let (gateway, background) = compose::gateway(settings).await?;
    let background = prepared(background).await;
    let stop = Stop::on_signals()?;
    let mut listeners = JoinSet::new();
    let public = open(settings, gateway.card.as_ref())?;
    let management = bind(settings.management.listen, Doors::default(), vec![], "management.listen")?;
    let operators = Management::new(Arc::clone(&gateway.store), Arc::clone(&gateway.telemetry), stop.clone());
    // Operators are answered to the end: `/readyz` says that the gateway is stopping while it does.
    let (closed, watch) = Stop::by_hand();
    let operators = tokio::spawn(management.serve(Arc::new(operators), watch));
    for listener in public {
        listeners.spawn(listener.serve(Arc::clone(&gateway.front), stop.clone()));
    }
    tracing::info!(access = %settings.gateway.access_url, "the gateway is open");
    let mut upkeep = JoinSet::new();
    upkeep.spawn(maintain(gateway.clone()));
    for method in background {
        upkeep.spawn(method.run());
    }
    listeners.spawn(end_tunnels(Arc::clone(&gateway.front), stop));
    while listeners.join_next().await.is_some() {}
    upkeep.abort_all();
    closed.ask();
    // Operators ask again; nobody waits for one who does not finish a question.
    let _ = tokio::time::timeout(FAREWELL, operators).await;
    gateway.store.maintain(SystemClock.now()).await.context("the store could not be brought to rest")?;
    tracing::info!("the gateway is closed");
    Ok(())
}

/// Before citizens come, whoever they could be sent to is asked for, where nothing is known of them.
async fn prepared(background: Vec<Upkeep>) -> Vec<Upkeep> {
    let mut preparing = JoinSet::new();
    for mut method in background {
        preparing.spawn(async move {
            method.prepare().await;
            method
        });
    }
    preparing.join_all().await
}

fn open(settings: &Settings, reader: Option<&Arc<CardDoor>>) -> Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    let mut open = |address, doors, setting| {
        listeners.push(bind(address, doors, settings.gateway.trusted_proxies.clone(), setting)?);
        anyhow::Ok(())
    };
    if let Some(address) = settings.gateway.listen {
        open(address, Doors::default(), "gateway.listen")?;
    }
    let mut card = reader.cloned().zip(settings.methods.health_card.as_ref().map(|section| section.listen));
    if let Some(tls) = &settings.gateway.tls {
        let web = Some(tls::config(&tls.certificate_file, &tls.key_file)?);
        let card = card.take_if(|(_, listen)| *listen == tls.listen).map(|(door, _)| door);
        open(tls.listen, Doors { web, card }, "gateway.tls.listen")?;
    }
    if let Some((door, listen)) = card {
        open(listen, Doors { web: None, card: Some(door) }, "methods.health_card.listen")?;
    }
    Ok(listeners)
}

fn bind(address: SocketAddr, doors: Doors, trusted: Vec<IpNet>, setting: &str) -> Result<Listener> {
    Listener::bind(address, doors, trusted).with_context(|| format!("{setting}: cannot listen on {address}"))
}

/// WebSockets and event streams have no end of their own to wait for.
async fn end_tunnels(front: Arc<Front>, mut stop: Stop) {
    stop.asked().await;
    if tokio::time::timeout(PATIENCE, front.proxy.close()).await.is_err() {
        tracing::warn!("some WebSockets did not close in time and were cut off");
    }
}

async fn maintain(gateway: Gateway) {
    let mut interval = tokio::time::interval(MAINTENANCE);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let now = SystemClock.now();
        if let Err(error) = gateway.store.maintain(now).await {
            tracing::warn!(%error, "the store could not be tidied");
        }
        gateway.telemetry.upkeep(now);
        if let Some(limit) = &gateway.limit {
            limit.forget_the_quiet();
        }
    }
}
