//! Serving and calling on this machine only: a TLS listener, and a client for `*.localhost`.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::serve::Listener;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::client::TlsStream as ClientStream;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::authority::KeyAndCertificate;
use crate::now::random_number;

/// A server of this process; it stops when this is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

/// A client that finds every host below `localhost` on this machine, and no other host.
#[derive(Clone, Copy)]
struct OnlyThisMachine;

/// Accepts TCP, hands out TLS. A handshake that dawdles keeps nobody else waiting.
struct TlsListener {
    address: SocketAddr,
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
}

/// Where free ports are looked for.
const PORTS: Range<u16> = 20_000..32_000;

/// Reserves a port on loopback; 0 asks for any.
pub async fn bind(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("port {port} on 127.0.0.1 is busy: stop the program that listens there and try again"))
}

/// A port of loopback for another program, free at the moment.
///
/// Until that program binds it, nobody else must get it: it lies below the ports that the system
/// hands out by itself, and no two calls of a process return the same one.
pub async fn free_port() -> Result<u16> {
    static TAKEN: OnceLock<AtomicU16> = OnceLock::new();
    let taken = TAKEN.get_or_init(|| AtomicU16::new(random_number()));
    for _ in PORTS {
        let offset = taken.fetch_add(1, Ordering::Relaxed) % (PORTS.end - PORTS.start);
        if bind(PORTS.start + offset).await.is_ok() {
            return Ok(PORTS.start + offset);
        }
    }
    bail!("no port between {} and {} is free", PORTS.start, PORTS.end)
}

/// A client builder that trusts `authority` (PEM) only, finds `*.localhost` here, and follows no redirect.
pub fn client(authority: &str) -> Result<reqwest::ClientBuilder> {
    let authority = reqwest::Certificate::from_pem(authority.as_bytes())?;
    Ok(reqwest::Client::builder()
        .tls_certs_only([authority])
        .dns_resolver(Arc::new(OnlyThisMachine))
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none()))
}

/// A TLS connection to a host below `localhost`, for what an HTTP client does not do.
pub async fn connect(authority: &str, host: &str, port: u16) -> Result<ClientStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes())?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    Ok(TlsConnector::from(Arc::new(config)).connect(host.to_owned().try_into()?, stream).await?)
}

// === impl Server ===

impl Server {
    /// Serves over plain HTTP.
    pub fn plain(listener: TcpListener, router: Router) -> Result<Self> {
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            // `axum::serve` runs until its task is dropped.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }

    /// Serves over TLS.
    pub fn tls(listener: TcpListener, identity: &KeyAndCertificate, router: Router) -> Result<Self> {
        let address = listener.local_addr()?;
        let listener = TlsListener::new(listener, identity)?;
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, task })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

// === impl TlsListener ===

impl TlsListener {
    fn new(listener: TcpListener, identity: &KeyAndCertificate) -> Result<Self> {
        let chain = CertificateDer::pem_slice_iter(identity.certificate.as_bytes()).collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(16);
        tokio::spawn(shake_hands(listener, TlsAcceptor::from(Arc::new(config)), sender));
        Ok(Self { address, ready })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The accepting task is gone, which happens only when the runtime stops.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

async fn shake_hands(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    sender: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    loop {
        let connection = tokio::select! {
            connection = listener.accept() => connection,
            () = sender.closed() => return,
        };
        let Ok((stream, peer)) = connection else { continue };
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        tokio::spawn(async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                let _ = sender.send((stream, peer)).await;
            }
        });
    }
}

// === impl OnlyThisMachine ===

impl Resolve for OnlyThisMachine {
    fn resolve(&self, name: Name) -> Resolving {
        let here = name.as_str() == "localhost" || name.as_str().ends_with(".localhost");
        Box::pin(std::future::ready(if here {
            // The port is a placeholder: the client takes the one of the address it calls.
            let addresses: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
            Ok(addresses)
        } else {
            Err(format!("{} is not on this machine", name.as_str()).into())
        }))
    }
}
