//! Services of all kinds for the gateway to stand before.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::{HeaderMap, Method, Request, Response, Uri};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a service received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) trailers: Option<HeaderMap>,
}

/// A service that answers `ok` and remembers what it received.
pub(crate) struct Recording {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

// === impl Recording ===

impl Recording {
    pub(crate) async fn start() -> Self {
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let memory = Arc::clone(&received);
        let address = serve(move |request| {
            let memory = Arc::clone(&memory);
            async move {
                let (head, body) = request.into_parts();
                let Ok(body) = body.collect().await else { return Response::new(Body::from("broken")) };
                let trailers = body.trailers().cloned();
                memory.lock().unwrap().push(Received {
                    method: head.method,
                    uri: head.uri,
                    headers: head.headers,
                    body: body.to_bytes().to_vec(),
                    trailers,
                });
                Response::new(Body::from("ok"))
            }
        })
        .await;
        Self { address, received }
    }

    /// All that it received.
    pub(crate) fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The only request that it received.
    pub(crate) fn only(&self) -> Received {
        let all = self.all();
        let [only] = &*all else { panic!("received {} requests", all.len()) };
        only.clone()
    }
}

impl Received {
    /// Every value of a header.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
    }
}

/// A service that answers like this.
pub(crate) async fn serve<F, R>(answer: F) -> SocketAddr
where
    F: Fn(Request<Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Response<Body>> + Send + 'static,
{
    listen(move |stream| {
        let answer = answer.clone();
        async move {
            let service = service_fn(move |request| {
                let answer = answer(request);
                async move { Ok::<_, std::convert::Infallible>(answer.await) }
            });
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // How a connection ends is not what the tests ask.
            let _ = connection.with_upgrades().await;
        }
    })
    .await
}

/// A service that sends these bytes in answer to the first head of each connection, and then closes it.
pub(crate) async fn scripted(answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    listen(move |mut stream| {
        let answer = answer.clone();
        async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(&answer).await;
        }
    })
    .await
}

/// A service that treats each connection like this.
pub(crate) async fn listen<F, R>(treat: F) -> SocketAddr
where
    F: Fn(TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(treat(stream));
        }
    });
    address
}

/// An address at which nobody answers.
pub(crate) async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Reads a request up to the end of its head.
pub(crate) async fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    head
}
