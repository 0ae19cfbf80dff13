//! Where one learns which cards were revoked: lists, answers about one card, and the list of who is trusted at all. It
//! knows what the authorities do not want to be known, and does what a gateway must bear.

mod answer;
mod conduct;
mod list;
mod published;
mod routes;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::SignedDuration;
use tokio::net::TcpStream;

pub use conduct::{Conduct, Nuisance, Times};
pub use published::Asked;

use super::authority::CardAuthority;
use super::issued::Card;
use super::names::STRANGERS;
use crate::loopback::{Server, bind};
use crate::now::now;
use published::{Published, Reason, Revoked, State};

/// The server. It stops when this is dropped.
pub struct RevocationServer {
    port: u16,
    state: Shared,
    running: Mutex<Option<Server>>,
}

/// What the server and its routes know.
#[derive(Clone)]
pub(in crate::card) struct Shared(Arc<Mutex<State>>);

/// How long before somebody says so a card was lost: what lists hold happened before they were made.
const BEFORE: SignedDuration = SignedDuration::from_hours(24);
/// The path of the trust list.
const TRUST_LIST: &str = "/trust-list.xml";

// === impl RevocationServer ===

impl RevocationServer {
    /// Starts it on this port of loopback (0: any).
    pub async fn start(port: u16) -> Result<Self> {
        let listener = bind(port).await?;
        let port = listener.local_addr()?.port();
        let state = State::new(CardAuthority::make(STRANGERS, &origin(port), now())?);
        let state = Shared(Arc::new(Mutex::new(state)));
        let server = Server::plain(listener, routes::router(state.clone()))?;
        Ok(Self { port, state, running: Mutex::new(Some(server)) })
    }

    /// Its origin.
    pub fn origin(&self) -> String {
        origin(self.port)
    }

    /// Publishes what this authority revokes, which is nothing so far. Another one of the same short name is forgotten.
    pub fn add(&self, authority: &CardAuthority) {
        self.state.lock().authorities.insert(authority.names().short, Published::new(authority.clone()));
    }

    /// Revokes a card, because it was lost yesterday.
    pub fn revoke(&self, card: &Card) -> Result<()> {
        self.revoke_because(card, Reason::Lost)
    }

    /// Revokes a card in the same way until it is found.
    pub fn suspend(&self, card: &Card) -> Result<()> {
        self.revoke_because(card, Reason::OnHold)
    }

    fn revoke_because(&self, card: &Card, reason: Reason) -> Result<()> {
        let revoked = Revoked { since: now() - BEFORE, reason };
        self.at(card.authority(), |it| it.revoked.insert(card.serial().to_vec(), revoked)).map(|_| ())
    }

    /// A card was found.
    pub fn reinstate(&self, card: &Card) -> Result<()> {
        self.at(card.authority(), |it| it.revoked.remove(card.serial())).map(|_| ())
    }

    /// From now on lists are published like this.
    pub fn publishes(&self, authority: &CardAuthority, conduct: Conduct) -> Result<()> {
        self.at(authority, |it| it.lists.conduct = conduct)
    }

    /// From now on lists are of this age, and last this long.
    pub fn list_times(&self, authority: &CardAuthority, times: Times) -> Result<()> {
        self.at(authority, |it| it.lists.times = times)
    }

    /// From now on cards are answered about like this.
    pub fn answers(&self, authority: &CardAuthority, conduct: Conduct) -> Result<()> {
        self.at(authority, |it| it.answers.conduct = conduct)
    }

    /// From now on answers are of this age, and last this long.
    pub fn answer_times(&self, authority: &CardAuthority, times: Times) -> Result<()> {
        self.at(authority, |it| it.answers.times = times)
    }

    /// From now on somebody else answers for the authority, who was asked to; or no more.
    pub fn delegates(&self, authority: &CardAuthority, delegates: bool) -> Result<()> {
        let delegate = if delegates { Some(authority.delegate(now())?) } else { None };
        self.at(authority, |it| it.delegate = delegate.map(Arc::new))
    }

    /// From now on this is the trust list.
    pub fn publish_trust_list(&self, xml: impl Into<String>) {
        self.state.lock().trust_list = Some(xml.into());
    }

    /// From now on who asks for the trust list gets this instead, or no more.
    pub fn withhold_trust_list(&self, nuisance: Option<Nuisance>) {
        self.state.lock().trust_list_nuisance = nuisance;
    }

    /// Where the trust list is.
    pub fn trust_list_address(&self) -> String {
        format!("{}{TRUST_LIST}", self.origin())
    }

    /// How often an authority's list was asked for, and how often about its cards.
    pub fn asked(&self, authority: &CardAuthority) -> Result<Asked> {
        self.at(authority, |it| Asked { lists: it.lists.asked, answers: it.answers.asked })
    }

    /// How often the trust list was asked for.
    pub fn trust_list_asked(&self) -> usize {
        self.state.lock().trust_list_asked
    }

    /// Goes away: from now on nobody can connect.
    pub async fn leave(&self) {
        drop(self.running().take());
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Comes back where it was.
    pub async fn come_back(&self) -> Result<()> {
        let server = Server::plain(bind(self.port).await?, routes::router(self.state.clone()))?;
        *self.running() = Some(server);
        Ok(())
    }

    fn at<T>(&self, authority: &CardAuthority, act: impl FnOnce(&mut Published) -> T) -> Result<T> {
        let mut state = self.state.lock();
        let published = state.authorities.get_mut(authority.names().short);
        Ok(act(published.context("an authority that was added")?))
    }

    fn running(&self) -> MutexGuard<'_, Option<Server>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Shared ===

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn origin(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
