//! The host where cards are read: TLS that asks for one, and the one answer that there is. No connection is used twice.

use std::sync::Arc;

use anyhow::{Context, Result};
use arc_swap::ArcSwap;
use axum::body::Body;
use http::header::{CACHE_CONTROL, LOCATION, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use jiff::Timestamp;
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio::sync::{Semaphore, SemaphorePermit};
use url::form_urlencoded;
use varco_core::card::{CardReader, ShownCertificates};
use varco_registry::card_tls;
use varco_settings::sections::{CardTlsVersion, HealthCard};

use crate::tls::{self, Identity};

/// Handshakes that wait for a card at the same time: they may take minutes, and leave room for everybody else.
const AT_ONCE: usize = 2_000;

/// TLS with cards.
pub(crate) struct CardDoor {
    reader: Arc<dyn CardReader>,
    identity: Identity,
    versions: Vec<&'static SupportedProtocolVersion>,
    current: ArcSwap<Hinted>,
    waiting: Semaphore,
}

/// A configuration, and the authorities that it hints at.
struct Hinted {
    authorities: Arc<[Box<[u8]>]>,
    config: Arc<ServerConfig>,
}

// === impl CardDoor ===

impl CardDoor {
    /// The door that the settings ask for.
    pub(crate) fn open(section: &HealthCard, reader: Arc<dyn CardReader>) -> Result<Self> {
        let identity = tls::identity(&section.tls_certificate, &section.tls_key, "methods.health_card")?;
        let version = |version: &CardTlsVersion| match version {
            CardTlsVersion::Tls12 => &rustls::version::TLS12,
            CardTlsVersion::Tls13 => &rustls::version::TLS13,
        };
        let versions: Vec<_> = section.tls_versions.iter().map(version).collect();
        let hinted = Hinted::new(reader.authorities(), &identity, &versions)?;
        Ok(Self {
            reader,
            identity,
            versions,
            current: ArcSwap::from_pointee(hinted),
            waiting: Semaphore::new(AT_ONCE),
        })
    }

    /// The configuration for a connection that begins: the authorities that count may have changed.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        let authorities = self.reader.authorities();
        let current = self.current.load();
        if Arc::ptr_eq(&authorities, &current.authorities) {
            return Arc::clone(&current.config);
        }
        match Hinted::new(authorities, &self.identity, &self.versions) {
            Ok(hinted) => {
                let config = Arc::clone(&hinted.config);
                self.current.store(Arc::new(hinted));
                config
            }
            // The certificate is the one that was good before.
            Err(_) => Arc::clone(&current.config),
        }
    }

    /// A place to wait for a card in; nothing, where too many wait already.
    pub(crate) fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.waiting.try_acquire().ok()
    }

    /// Whether a browser that names this host means this door.
    pub(crate) fn is_at(&self, host: &str) -> bool {
        self.reader.address().is_at(&host.to_ascii_lowercase())
    }

    /// Answers a request: a card is read, and the browser goes on elsewhere.
    pub(crate) async fn answer(
        &self,
        request: &Request<()>,
        host: &str,
        shown: &ShownCertificates,
        now: Timestamp,
    ) -> Response<Body> {
        if !self.is_at(host) || request.uri().path() != "/" {
            return bare(StatusCode::NOT_FOUND);
        }
        if request.method() != Method::GET {
            return bare(StatusCode::METHOD_NOT_ALLOWED);
        }
        let ticket = ticket(request.uri().query().unwrap_or_default());
        self.send_on(ticket.as_deref(), shown, now).await
    }

    /// Reads no card, and sends the browser to where that is said.
    pub(crate) async fn turn_away(&self, now: Timestamp) -> Response<Body> {
        self.send_on(None, &ShownCertificates::default(), now).await
    }

    async fn send_on(&self, ticket: Option<&str>, shown: &ShownCertificates, now: Timestamp) -> Response<Body> {
        let address = self.reader.read(ticket, shown, now).await;
        let Ok(address) = HeaderValue::try_from(address) else { return bare(StatusCode::INTERNAL_SERVER_ERROR) };
        let mut response = bare(StatusCode::FOUND);
        response.headers_mut().insert(LOCATION, address);
        response
    }
}

/// The only parameter that there is, once.
fn ticket(query: &str) -> Option<String> {
    let mut tickets = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "ticket");
    let (_, ticket) = tickets.next()?;
    tickets.next().is_none().then(|| ticket.into_owned())
}

/// No answer of this host is kept, and none tells where it came from. There is nothing to see: whatever a page needs
/// would ask for the card once more.
pub(crate) fn bare(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    response
}

// === impl Hinted ===

impl Hinted {
    fn new(
        authorities: Arc<[Box<[u8]>]>,
        (chain, key): &Identity,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<Self> {
        let config = card_tls(chain.clone(), key.clone_key(), versions, &authorities)
            .context("methods.health_card: the certificate and the key do not belong together")?;
        Ok(Self { authorities, config: Arc::new(config) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_stands_there_once() {
        assert_eq!(ticket("ticket=a-b_c").as_deref(), Some("a-b_c"));
        assert_eq!(ticket("x=1&ticket=%61").as_deref(), Some("a"));
        assert_eq!(ticket("ticket=a&ticket=a"), None);
        assert_eq!(ticket(""), None);
    }
}
