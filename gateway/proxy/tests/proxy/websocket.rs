//! `WebSocket`s through the gateway.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use futures_util::{SinkExt, StreamExt};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::{WebSocketStream, client_async};
use varco_core::level::Level;
use varco_core::ports::SessionStore;
use varco_proxy::UpstreamOptions;

use crate::stage::{Stage, body, header, quick, session_id, status};
use crate::upstreams::{Recording, scripted, serve};

/// A service that sends back what it gets.
async fn echo(mut request: Request<Incoming>) -> Response<Body> {
    let key = derive_accept_key(request.headers()["sec-websocket-key"].as_bytes());
    tokio::spawn(async move {
        let stream = TokioIo::new(hyper::upgrade::on(&mut request).await.unwrap());
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        while let Some(Ok(message)) = socket.next().await {
            if message.is_text() {
                socket.send(message).await.unwrap();
            }
        }
    });
    switching(key)
}

fn switching(key: String) -> Response<Body> {
    let response = Response::builder().status(StatusCode::SWITCHING_PROTOCOLS);
    let response = response.header("connection", "Upgrade").header("upgrade", "websocket");
    response.header("sec-websocket-accept", key).body(Body::empty()).unwrap()
}

async fn open(stage: &Stage, path: &str, cookie: Option<&str>) -> Result<WebSocketStream<TcpStream>, Error> {
    let mut request = format!("ws://anagrafe.test{path}").into_client_request().unwrap();
    if let Some(cookie) = cookie {
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
    }
    client_async(request, stage.connect().await).await.map(|(socket, _)| socket)
}

#[tokio::test]
async fn messages_go_both_ways() {
    let stage = Stage::before(serve(echo).await).await;
    let cookie = stage.log_in("anagrafe.test", Level::Two);
    let mut socket = open(&stage, "/chat", Some(&cookie)).await.unwrap();
    for text in ["buongiorno", "a presto"] {
        socket.send(Message::text(text)).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text(text));
    }
    let fact = stage.told.only().await;
    assert_eq!((fact.status, fact.code), (101, None), "told when it was opened");
}

#[tokio::test]
async fn without_a_session_none_is_opened() {
    let stage = Stage::before(serve(echo).await).await;
    let Err(Error::Http(refused)) = open(&stage, "/chat", None).await else { panic!("opened") };
    assert_eq!(refused.status(), 401);
}

#[tokio::test]
async fn a_websocket_that_is_silent_is_closed() {
    let stage = Stage::before(serve(echo).await).await;
    let mut socket = open(&stage, "/aiuto", None).await.unwrap();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        socket.send(Message::text("still here")).await.unwrap();
        assert!(socket.next().await.unwrap().is_ok());
    }
    let end = tokio::time::timeout(Duration::from_secs(2), socket.next()).await.expect("closed by the gateway");
    assert!(!matches!(end, Some(Ok(_))), "{end:?}");
}

/// A service that sends messages and waits for none.
async fn chatter(mut request: Request<Incoming>) -> Response<Body> {
    let key = derive_accept_key(request.headers()["sec-websocket-key"].as_bytes());
    tokio::spawn(async move {
        let stream = TokioIo::new(hyper::upgrade::on(&mut request).await.unwrap());
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        while socket.send(Message::text("news")).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    switching(key)
}

/// Before a service that may be silent for longer than these tests last.
async fn patient<F, R>(service: F) -> Stage
where
    F: Fn(Request<Incoming>) -> R + Clone + Send + 'static,
    R: Future<Output = Response<Body>> + Send + 'static,
{
    Stage::with(UpstreamOptions { idle_timeout: Duration::from_secs(30), ..quick(&[serve(service).await]) }).await
}

async fn echoes(socket: &mut WebSocketStream<TcpStream>) -> bool {
    socket.send(Message::text("ci sei?")).await.is_ok()
        && matches!(socket.next().await, Some(Ok(message)) if message == Message::text("ci sei?"))
}

/// Whether the gateway closes it within two seconds, whatever the service sends until then.
async fn closes(socket: &mut WebSocketStream<TcpStream>) -> bool {
    let to_the_end = async { while let Some(Ok(_)) = socket.next().await {} };
    tokio::time::timeout(Duration::from_secs(2), to_the_end).await.is_ok()
}

/// More than the time between two looks at the session.
const A_LOOK: Duration = Duration::from_millis(1300);

#[tokio::test]
async fn a_websocket_ends_with_the_session_that_it_was_opened_with() {
    let stage = patient(echo).await;
    let cookie = stage.log_in("anagrafe.test", Level::Two);
    let mut with_session =
        [open(&stage, "/chat", Some(&cookie)).await.unwrap(), open(&stage, "/aiuto", Some(&cookie)).await.unwrap()];
    let mut without = open(&stage, "/aiuto", None).await.unwrap();
    tokio::time::sleep(A_LOOK).await;
    for socket in &mut with_session {
        assert!(echoes(socket).await);
    }
    stage.sessions.end(&session_id(Level::Two)).await.unwrap();
    for socket in &mut with_session {
        assert!(closes(socket).await);
    }
    assert!(echoes(&mut without).await, "nobody's session bounds it");
}

#[tokio::test]
async fn a_websocket_ends_when_its_session_expires() {
    for minutes in [30, 8 * 60] {
        let stage = patient(chatter).await;
        let cookie = stage.log_in("anagrafe.test", Level::Two);
        let mut socket = open(&stage, "/chat", Some(&cookie)).await.unwrap();
        stage.clock.pass(minutes);
        assert!(closes(&mut socket).await, "what the service sends is no request: {minutes}");
    }
}

#[tokio::test]
async fn what_a_citizen_sends_counts_as_a_request_up_to_the_absolute_limit() {
    let stage = patient(echo).await;
    let cookie = stage.log_in("anagrafe.test", Level::Two);
    let mut socket = open(&stage, "/chat", Some(&cookie)).await.unwrap();
    for _ in 0..2 {
        tokio::time::sleep(A_LOOK).await;
        stage.clock.pass(20);
        assert!(echoes(&mut socket).await);
    }
    tokio::time::sleep(A_LOOK).await;
    assert!(echoes(&mut socket).await, "seen 20 minutes ago");
    stage.clock.pass(8 * 60 - 40);
    assert!(closes(&mut socket).await);
}

#[tokio::test]
async fn a_store_that_is_away_ends_no_websocket_before_its_session_can_have_ended() {
    let stage = patient(echo).await;
    let cookie = stage.log_in("anagrafe.test", Level::Two);
    let mut socket = open(&stage, "/chat", Some(&cookie)).await.unwrap();
    stage.sessions.away.store(true, Ordering::SeqCst);
    tokio::time::sleep(A_LOOK).await;
    assert!(echoes(&mut socket).await);
    stage.clock.pass(8 * 60);
    assert!(closes(&mut socket).await);
}

#[tokio::test]
async fn a_gateway_that_closes_closes_its_websockets() {
    let stage = patient(echo).await;
    let mut sockets = [open(&stage, "/aiuto", None).await.unwrap(), open(&stage, "/aiuto", None).await.unwrap()];
    for socket in &mut sockets {
        assert!(echoes(socket).await);
    }
    tokio::time::timeout(Duration::from_secs(2), stage.proxy.close()).await.expect("it ends");
    for socket in &mut sockets {
        assert!(closes(socket).await);
    }
    let mut late = open(&stage, "/aiuto", None).await.unwrap();
    assert!(closes(&mut late).await, "opened by a request that was in flight");
}

const UPGRADE: &str = "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13";

#[tokio::test]
async fn what_follows_a_refused_upgrade_is_judged_as_a_request() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let hidden = "GET /referti HTTP/1.1\r\nHost: anagrafe.test\r\nConnection: close\r\n\r\n";
    let request =
        format!("GET /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nUpgrade: websocket\r\n{UPGRADE}\r\n\r\n{hidden}");
    let answer = stage.send(request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(service.all().iter().all(|received| received.uri == "/aiuto"), "the hidden request went through");
}

#[tokio::test]
async fn nothing_but_a_websocket_is_upgraded_to() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    for protocol in ["h2c", "websocket, h2c", "TLS/1.2"] {
        let answer = stage.ask("/aiuto", &[UPGRADE, &format!("Upgrade: {protocol}")]).await;
        assert_eq!(status(&answer), 200, "{protocol}");
    }
    assert!(service.all().iter().all(|received| received.values("upgrade").is_empty()));
}

#[tokio::test]
async fn a_service_cannot_switch_unasked_or_to_something_else() {
    let switching = |protocol: &str| {
        format!("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: {protocol}\r\n\r\n")
    };
    for (service, lines) in [
        (scripted(switching("websocket")).await, &[][..]),
        (scripted(switching("h2c")).await, &["Upgrade: websocket", UPGRADE]),
        (scripted("HTTP/1.1 101 Switching Protocols\r\n\r\n").await, &["Upgrade: websocket", UPGRADE]),
    ] {
        let answer = Stage::before(service).await.ask("/aiuto", lines).await;
        assert_eq!((status(&answer), header(&answer, "upgrade")), (502, None), "{answer}");
        assert!(body(&answer).contains("proxy.upstream.broken"), "{answer}");
    }
}
