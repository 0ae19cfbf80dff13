//! What a service does besides pages: web sockets, streams, answers that take their time.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Query, Request};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderMap, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// Sends every message of a web socket back.
pub(super) async fn echo_websocket(mut request: Request) -> Response {
    let wants_websocket = request
        .headers()
        .get(header::UPGRADE)
        .is_some_and(|wanted| wanted.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY).filter(|_| wants_websocket) else {
        return StatusCode::UPGRADE_REQUIRED.into_response();
    };
    let accept = derive_accept_key(key.as_bytes());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(connection) = upgrade.await else { return };
        let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(connection), Role::Server, None).await;
        while let Some(Ok(message)) = socket.next().await {
            let is_data = message.is_text() || message.is_binary();
            if is_data && socket.send(message).await.is_err() {
                return;
            }
        }
    });
    let headers = [
        (header::CONNECTION, "upgrade".to_owned()),
        (header::UPGRADE, "websocket".to_owned()),
        (header::SEC_WEBSOCKET_ACCEPT, accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// Ten lines, a tenth of a second apart: a proxy that gathers them first is seen.
pub(super) async fn stream() -> Response {
    let lines = futures_util::stream::unfold(0, |number| async move {
        if number == 10 {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        Some((Ok::<_, Infallible>(Bytes::from(format!("line {number}\n"))), number + 1))
    });
    Body::from_stream(lines).into_response()
}

/// Sends a body back, piece by piece as it comes.
pub(super) async fn echo_body(request: Request) -> Response {
    Body::from_stream(request.into_body().into_data_stream()).into_response()
}

#[derive(Deserialize)]
pub(super) struct Pause {
    milliseconds: u64,
}

/// Answers after a while.
pub(super) async fn slow(Query(pause): Query<Pause>) -> Response {
    tokio::time::sleep(Duration::from_millis(pause.milliseconds)).await;
    "at last".into_response()
}

/// The headers that came, as JSON: a name that came twice has two values.
pub(super) async fn headers(headers: HeaderMap) -> Response {
    let values = |name| -> Vec<_> {
        headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    };
    let all: serde_json::Map<_, _> =
        headers.keys().map(|name| (name.to_string(), serde_json::json!(values(name)))).collect();
    json(&all)
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
