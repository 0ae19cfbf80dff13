//! Accepting connections: bounds on their number, their handshakes and their heads, and a drain at the end.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use varco_core::card::ShownCertificates;

use crate::crowd::{Crowd, Place};
use crate::doors::Doors;
use crate::drain::{PATIENCE, Stop};
use crate::patience::Patient;

/// Connections that the system holds until they are accepted.
const BACKLOG: u32 = 4096;
/// For a handshake that is under way when the gateway is asked to stop.
const GRACE: Duration = Duration::from_secs(5);
/// For the whole head of a request: a slow client holds a connection, and nothing else.
const HEAD: Duration = Duration::from_secs(15);
/// The same for a trusted proxy, which keeps connections idle for its next client: longer than load
/// balancers usually do, so that it is they who close.
const HEAD_OF_PROXY: Duration = Duration::from_secs(90);
/// The longest head of a request, in bytes.
const HEAD_BYTES: usize = 32 * 1024;
/// The same for HTTP/2, which counts 32 bytes more for each field (RFC 9113 section 6.5.2).
const HEAD_LIST: u32 = 36 * 1024;
/// Header fields of a request.
const HEADERS: usize = 100;
/// Streams of an HTTP/2 connection at the same time.
const STREAMS: u32 = 128;
/// What waits to be written, per HTTP/2 stream.
const STREAM_BYTES: usize = 64 * 1024;
/// The preface of HTTP/2 (RFC 9113 section 3.4), in bytes.
const PREFACE: usize = 24;
/// After an error of `accept` (no file descriptors left), how long until the next try.
const BACK_OFF: Duration = Duration::from_millis(500);

/// Answers requests.
pub(crate) trait Handler: Send + Sync + 'static {
    /// Answers one request. One that came through the door for cards has [`ShownCertificates`] among its extensions.
    fn handle(self: Arc<Self>, request: Request<Body>, peer: Peer) -> impl Future<Output = Response<Body>> + Send;
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// Its address.
    pub(crate) address: IpAddr,
    /// Whether it speaks TLS to us.
    pub(crate) tls: bool,
    /// Whether it is a proxy that speaks for others.
    pub(crate) trusted: bool,
}

/// An open port.
pub(crate) struct Listener {
    socket: TcpListener,
    doors: Doors,
    /// Proxies speak for many: they may have as many connections as they like.
    trusted: Vec<IpNet>,
    crowd: Crowd,
}

// === impl Listener ===

impl Listener {
    /// Opens a port; with TLS where there is a door for it.
    pub(crate) fn bind(address: SocketAddr, doors: Doors, trusted: Vec<IpNet>) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A gateway that starts again must not wait for the connections of the one before.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        Ok(Self { socket: socket.listen(BACKLOG)?, doors, trusted, crowd: Crowd::new() })
    }

    /// Serves until asked to stop, then lets the requests in flight end.
    pub(crate) async fn serve<H: Handler>(self, handler: Arc<H>, mut stop: Stop) {
        loop {
            let (place, accepted) = tokio::select! {
                next = self.next() => next,
                () = stop.asked() => break,
            };
            match accepted {
                Ok((stream, address)) => {
                    let address = address.ip().to_canonical();
                    let trusted = self.trusted.iter().any(|network| network.contains(&address));
                    let peer = Peer { address, tls: self.doors.are_tls(), trusted };
                    if let Some(place) = self.admit(place, peer) {
                        self.attend(stream, peer, place, &handler, stop.clone());
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(BACK_OFF).await;
                }
            }
        }
        drop(self.socket);
        if tokio::time::timeout(PATIENCE, self.crowd.dispersed()).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }

    /// A place, then a connection to give it to.
    async fn next(&self) -> (Place, io::Result<(TcpStream, SocketAddr)>) {
        let place = self.crowd.place().await;
        (place, self.socket.accept().await)
    }

    fn admit(&self, place: Place, peer: Peer) -> Option<Place> {
        if peer.trusted { Some(place) } else { self.crowd.admit(place, peer.address) }
    }

    fn attend<H: Handler>(&self, stream: TcpStream, peer: Peer, place: Place, handler: &Arc<H>, stop: Stop) {
        let (doors, handler) = (self.doors.clone(), Arc::clone(handler));
        tokio::spawn(async move {
            if let Err(error) = connection(stream, doors, handler, (peer, place), stop).await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn connection<H: Handler>(
    stream: TcpStream,
    doors: Doors,
    handler: Arc<H>,
    client: (Peer, Place),
    stop: Stop,
) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    if !doors.are_tls() {
        return Ok(speak_http1(stream, handler, client, None, stop).await?);
    }
    let mut stopping = stop.clone();
    let (stream, shown) = tokio::select! {
        opened = doors.open(stream) => opened?,
        // Nobody is half way through anything yet.
        () = async { stopping.asked().await; tokio::time::sleep(GRACE).await } => return Ok(()),
    };
    // What was agreed on in the handshake is spoken. The first bytes are not looked at to guess.
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        Ok(speak_http2(stream, handler, client, stop).await?)
    } else {
        Ok(speak_http1(stream, handler, client, shown, stop).await?)
    }
}

/// At the door for cards a connection is for one request: it is good for as long as the card that it began with.
async fn speak_http1<H: Handler>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    handler: Arc<H>,
    (peer, place): (Peer, Place),
    shown: Option<ShownCertificates>,
    stop: Stop,
) -> hyper::Result<()> {
    let mut protocol = http1::Builder::new();
    let head = if peer.trusted { HEAD_OF_PROXY } else { HEAD };
    protocol.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(HEAD_BYTES).max_headers(HEADERS);
    protocol.keep_alive(shown.is_none());
    let service = service_fn(|mut request: Request<Incoming>| {
        if let Some(shown) = &shown {
            request.extensions_mut().insert(shown.clone());
        }
        answer(Arc::clone(&handler), request, peer)
    });
    let connection =
        protocol.serve_connection(TokioIo::new(Patient::new(stream, 1, head, place)), service).with_upgrades();
    until_done(connection, stop, http1::UpgradeableConnection::graceful_shutdown).await
}

async fn speak_http2<H: Handler>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    handler: Arc<H>,
    (peer, place): (Peer, Place),
    stop: Stop,
) -> hyper::Result<()> {
    let mut protocol = http2::Builder::new(TokioExecutor::new());
    protocol
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_LIST)
        .max_send_buf_size(STREAM_BYTES)
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .keep_alive_timeout(HEAD);
    let service = service_fn(move |request: Request<Incoming>| answer(Arc::clone(&handler), request, peer));
    let connection = protocol.serve_connection(TokioIo::new(Patient::new(stream, PREFACE, HEAD, place)), service);
    until_done(connection, stop, http2::Connection::graceful_shutdown).await
}

async fn answer<H: Handler>(
    handler: Arc<H>,
    request: Request<Incoming>,
    peer: Peer,
) -> Result<Response<Body>, Infallible> {
    Ok(handler.handle(request.map(Body::new), peer).await)
}

/// Lets a connection run; when the gateway is asked to stop, it ends after the request in flight.
async fn until_done<C: Future>(connection: C, mut stop: Stop, shut_down: impl FnOnce(Pin<&mut C>)) -> C::Output {
    let mut connection = pin!(connection);
    tokio::select! {
        output = connection.as_mut() => return output,
        () = stop.asked() => {}
    }
    shut_down(connection.as_mut());
    connection.await
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use http::header::{CONNECTION, UPGRADE};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// Switches every connection to another protocol, and reads until the client goes.
    struct Switch;

    impl Handler for Switch {
        async fn handle(self: Arc<Self>, mut request: Request<Body>, _: Peer) -> Response<Body> {
            let switched = hyper::upgrade::on(&mut request);
            tokio::spawn(async move {
                let mut stream = TokioIo::new(switched.await.unwrap());
                tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.unwrap();
            });
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            response.headers_mut().insert(CONNECTION, "upgrade".parse().unwrap());
            response.headers_mut().insert(UPGRADE, "websocket".parse().unwrap());
            response
        }
    }

    #[tokio::test]
    async fn a_web_socket_keeps_its_place_until_it_ends() {
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Doors::default(), vec![]).unwrap();
        let (address, crowd) = (listener.socket.local_addr().unwrap(), listener.crowd.clone());
        let (_bell, stop) = Stop::by_hand();
        tokio::spawn(listener.serve(Arc::new(Switch), stop));
        let mut client = TcpStream::connect(address).await.unwrap();
        let head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
        client.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        client.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 101");
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(crowd.from(address.ip()), 1, "HTTP has ended, the connection has not");
        drop(client);
        while crowd.from(address.ip()) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
