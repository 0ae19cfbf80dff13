//! Accepting connections: bounds on their number, their handshakes and their heads, and a drain at the end.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use crate::drain::{PATIENCE, Stop};

/// Connections at the same time, per listener; one more waits to be accepted.
const CONNECTIONS: usize = 20_000;
/// For the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// For the whole head of a request: a slow client holds a connection, and nothing else.
const HEAD: Duration = Duration::from_secs(15);
/// The longest head of a request, in bytes.
const HEAD_BYTES: usize = 64 * 1024;
/// Header fields of a request.
const HEADERS: usize = 100;
/// Streams of an HTTP/2 connection at the same time.
const STREAMS: u32 = 128;
/// After an error of `accept` (no file descriptors left), how long until the next try.
const BACK_OFF: Duration = Duration::from_millis(100);

/// Answers requests.
pub(crate) trait Handler: Send + Sync + 'static {
    /// Answers one request.
    fn handle(self: Arc<Self>, request: Request<Body>, peer: Peer) -> impl Future<Output = Response<Body>> + Send;
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// Its address.
    pub(crate) address: IpAddr,
    /// Whether it speaks TLS to us.
    pub(crate) tls: bool,
}

/// An open port.
pub(crate) struct Listener {
    socket: TcpListener,
    tls: Option<TlsAcceptor>,
    connections: Arc<Semaphore>,
}

// === impl Listener ===

impl Listener {
    /// Opens a port; with TLS where an acceptor is given.
    pub(crate) async fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        Ok(Self { socket, tls, connections: Arc::new(Semaphore::new(CONNECTIONS)) })
    }

    /// Serves until asked to stop, then lets the requests in flight end.
    pub(crate) async fn serve<H: Handler>(self, handler: Arc<H>, mut stop: Stop) {
        let graceful = GracefulShutdown::new();
        loop {
            let Ok(permit) = Arc::clone(&self.connections).acquire_owned().await else { break };
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = stop.asked() => break,
            };
            let (stream, address) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(BACK_OFF).await;
                    continue;
                }
            };
            let watcher = graceful.watcher();
            let (tls, handler) = (self.tls.clone(), Arc::clone(&handler));
            let peer = Peer { address: address.ip().to_canonical(), tls: tls.is_some() };
            tokio::spawn(async move {
                let _permit = permit;
                if let Err(error) = connection(stream, tls, handler, peer, watcher).await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
        drop(self.socket);
        if tokio::time::timeout(PATIENCE, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }
}

type Watcher = hyper_util::server::graceful::Watcher;
type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn connection<H: Handler>(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    handler: Arc<H>,
    peer: Peer,
    watcher: Watcher,
) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    match tls {
        None => speak(stream, handler, peer, watcher).await,
        Some(acceptor) => {
            let stream = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await??;
            speak(stream, handler, peer, watcher).await
        }
    }
}

async fn speak<H: Handler>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    handler: Arc<H>,
    peer: Peer,
    watcher: Watcher,
) -> Result<(), Failure> {
    let service = service_fn(move |request: Request<Incoming>| {
        let handler = Arc::clone(&handler);
        async move { Ok::<_, std::convert::Infallible>(handler.handle(request.map(Body::new), peer).await) }
    });
    let builder = builder();
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    watcher.watch(connection.into_owned()).await
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(HEAD_BYTES).unwrap_or(u32::MAX))
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .keep_alive_timeout(HEAD);
    builder
}
