//! How a port is spoken to: in the clear, with TLS for browsers, with TLS for cards, or with both, which the name that a
//! browser asks for tells apart.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::server::Acceptor;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{LazyConfigAcceptor, TlsAcceptor};
use varco_core::card::ShownCertificates;

use crate::card_door::CardDoor;

/// For a handshake, or for the first word of one in which a card may be shown.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// For the rest of it: a citizen may have to find their card and its PIN.
const HANDSHAKE_WITH_CARD: Duration = Duration::from_mins(2);

/// How a port is spoken to.
#[derive(Clone, Default)]
pub(crate) struct Doors {
    /// TLS for browsers.
    pub(crate) web: Option<Arc<ServerConfig>>,
    /// TLS for cards.
    pub(crate) card: Option<Arc<CardDoor>>,
}

// === impl Doors ===

impl Doors {
    /// Whether what comes in the clear is not understood.
    pub(crate) const fn are_tls(&self) -> bool {
        self.web.is_some() || self.card.is_some()
    }

    /// Speaks the handshake. At the door for cards, what was shown there comes with it.
    pub(crate) async fn open(
        &self,
        stream: TcpStream,
    ) -> io::Result<(TlsStream<TcpStream>, Option<ShownCertificates>)> {
        let Some(card) = &self.card else {
            let web = self.web.as_ref().ok_or(io::ErrorKind::Unsupported)?;
            let stream = timeout(HANDSHAKE, TlsAcceptor::from(Arc::clone(web)).accept(stream)).await??;
            return Ok((stream, None));
        };
        let start = timeout(HANDSHAKE, LazyConfigAcceptor::new(Acceptor::default(), stream)).await??;
        let is_for_card = |name: &str| card.is_at(name);
        match &self.web {
            Some(web) if !start.client_hello().server_name().is_some_and(is_for_card) => {
                Ok((timeout(HANDSHAKE, start.into_stream(Arc::clone(web))).await??, None))
            }
            _ => {
                let _place = card.place().ok_or(io::ErrorKind::ResourceBusy)?;
                let stream = timeout(HANDSHAKE_WITH_CARD, start.into_stream(card.config())).await??;
                let shown = shown(&stream);
                Ok((stream, Some(shown)))
            }
        }
    }
}

fn shown(stream: &TlsStream<TcpStream>) -> ShownCertificates {
    let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
    ShownCertificates::new(certificates.iter().map(|certificate| Box::from(certificate.as_ref())))
}
