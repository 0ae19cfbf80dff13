//! What the proxy is put together from.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Uri;
use tokio::sync::watch;
use varco_core::catalogue::Catalogue;
use varco_core::method::Methods;
use varco_core::name::ServiceId;
use varco_core::ports::{Clock, Randomness, SessionStore};
use varco_tokens::assertion::AssertionSigner;
use varco_tokens::cookies::Cookies;
use varco_tokens::session_token::SessionTokens;

use crate::observer::Observer;
use crate::pages::Pages;
use crate::upstream::{UpstreamOptions, Upstreams};

/// Everything that the proxy needs.
pub struct ProxyParts {
    /// Bodies and services.
    pub catalogue: Arc<Catalogue>,
    /// Where each service of the catalogue runs.
    pub upstreams: BTreeMap<ServiceId, UpstreamOptions>,
    /// The login methods that are open: a caller who must log in is told which would do.
    pub methods: Methods,
    /// Where sessions are kept.
    pub sessions: Arc<dyn SessionStore>,
    /// Opens the session cookie.
    pub tokens: Arc<SessionTokens>,
    /// The gateway's cookies.
    pub cookies: Cookies,
    /// Signs who is calling.
    pub assertions: Arc<AssertionSigner>,
    /// Draws error pages.
    pub pages: Arc<dyn Pages>,
    /// Hears of every request, once.
    pub observer: Arc<dyn Observer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
}

/// The data path. [`Proxy::handle`] answers one request.
pub struct Proxy {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) upstreams: Upstreams,
    pub(crate) methods: Methods,
    pub(crate) sessions: Arc<dyn SessionStore>,
    pub(crate) tokens: Arc<SessionTokens>,
    pub(crate) cookies: Cookies,
    pub(crate) assertions: Arc<AssertionSigner>,
    pub(crate) pages: Arc<dyn Pages>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    /// Tells what may go on for hours that the gateway closes.
    pub(crate) closing: watch::Sender<bool>,
}

/// The upstreams cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A service has no address to forward to.
    #[error("service {0} has no upstream")]
    NoUpstream(ServiceId),
    /// An address is more, or less, than scheme, host and port.
    #[error("service {service}: upstream {address} must be http://HOST[:PORT] or https://HOST[:PORT], without a path")]
    Address {
        /// The service.
        service: ServiceId,
        /// What was found.
        address: Uri,
    },
    /// A host name of the service cannot stand in a `Host` header.
    #[error("service {service}: {host:?} is not a host name")]
    Host {
        /// The service.
        service: ServiceId,
        /// What was found.
        host: String,
    },
    /// The pinned certificate authorities of a service cannot be read.
    #[error("service {service}: the pinned certificate authorities: {cause}")]
    Authorities {
        /// The service.
        service: ServiceId,
        /// What is wrong with them.
        cause: String,
    },
    /// The TLS library cannot be set up.
    #[error("TLS to the services: {0}")]
    Tls(#[from] rustls::Error),
}

// === impl Proxy ===

impl Proxy {
    /// Puts the proxy together; says which service cannot be reached as configured.
    pub fn new(parts: ProxyParts) -> Result<Self, SetupError> {
        let upstreams = Upstreams::new(&parts.catalogue, parts.upstreams)?;
        Ok(Self {
            catalogue: parts.catalogue,
            upstreams,
            methods: parts.methods,
            sessions: parts.sessions,
            tokens: parts.tokens,
            cookies: parts.cookies,
            assertions: parts.assertions,
            pages: parts.pages,
            observer: parts.observer,
            clock: parts.clock,
            randomness: parts.randomness,
            closing: watch::Sender::new(false),
        })
    }

    /// Ends every `WebSocket` and every stream of events, and those that are still to come; returns when
    /// none is left.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        self.closing.closed().await;
    }
}
