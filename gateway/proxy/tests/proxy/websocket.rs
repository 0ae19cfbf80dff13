//! `WebSocket`s through the gateway.

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

use crate::stage::{Stage, body, header, status};
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
