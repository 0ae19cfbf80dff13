//! Bodies stream both ways; what becomes of them is told once.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use varco_core::level::Level;
use varco_core::ports::SessionStore;
use varco_proxy::Source;

use crate::stage::{Stage, body, header, read_all, session_id, status};
use crate::upstreams::{Recording, listen, read_head, scripted, serve};

/// Reads until `text` was read.
async fn read_until(stream: &mut TcpStream, text: &str) -> String {
    let mut read = String::new();
    while !read.contains(text) {
        let mut buffer = [0; 1024];
        let some = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut buffer)).await.unwrap().unwrap();
        assert!(some > 0, "closed after {read:?}");
        read.push_str(&String::from_utf8_lossy(&buffer[..some]));
    }
    read
}

#[tokio::test]
async fn the_first_byte_of_an_answer_arrives_before_the_last_is_sent() {
    let first_was_read = Arc::new(Notify::new());
    let go_on = Arc::clone(&first_was_read);
    let service = serve(move |_| {
        let go_on = Arc::clone(&go_on);
        async move {
            let frames = futures_util::stream::unfold(0, move |step| {
                let go_on = Arc::clone(&go_on);
                async move {
                    let text = ["first", "last"].get(step)?;
                    if step == 1 {
                        go_on.notified().await;
                    }
                    Some((Ok::<_, std::io::Error>(Frame::data(Bytes::from(*text))), step + 1))
                }
            });
            Response::new(Body::new(StreamBody::new(frames)))
        }
    })
    .await;
    let stage = Stage::before(service).await;
    let mut client = stage.connect().await;
    client.write_all(b"GET /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n\r\n").await.unwrap();
    read_until(&mut client, "first").await;
    first_was_read.notify_one();
    read_until(&mut client, "last").await;
}

#[tokio::test]
async fn the_first_byte_of_a_request_arrives_before_the_last_is_sent() {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let service = serve(move |request| {
        let arrived = arrived.clone();
        async move {
            let mut body = request.into_body();
            while let Some(Ok(frame)) = body.frame().await {
                arrived.send(frame.into_data().unwrap()).unwrap();
            }
            Response::new(Body::from("got it"))
        }
    })
    .await;
    let stage = Stage::before(service).await;
    let mut client = stage.connect().await;
    let head = "POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nContent-Length: 9\r\n\r\n";
    client.write_all(format!("{head}first").as_bytes()).await.unwrap();
    let first = tokio::time::timeout(Duration::from_secs(2), arrivals.recv()).await.unwrap();
    assert_eq!(first.as_deref(), Some(&b"first"[..]));
    client.write_all(b"last").await.unwrap();
    read_until(&mut client, "got it").await;
    assert_eq!(arrivals.recv().await.as_deref(), Some(&b"last"[..]));
}

#[tokio::test]
async fn trailers_of_an_answer_arrive() {
    let service = scripted(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n2\r\nhi\r\n0\r\nx-sum: 7\r\n\r\n",
    )
    .await;
    let stage = Stage::before(service).await;
    let mut client = stage.connect().await;
    client
        .write_all(b"GET /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nTE: trailers\r\nConnection: te\r\n\r\n")
        .await
        .unwrap();
    let answer = read_until(&mut client, "x-sum: 7\r\n\r\n").await;
    assert!(answer.ends_with("2\r\nhi\r\n0\r\nx-sum: 7\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn head_and_ranges_are_left_as_they_are() {
    let service = scripted("HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nContent-Range: bytes 0-4/9\r\nAccept-Ranges: bytes\r\n\r\n").await;
    let stage = Stage::before(service).await;
    let answer = stage.send("HEAD /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nRange: bytes=0-4\r\n\r\n").await;
    assert_eq!((status(&answer), body(&answer)), (206, ""));
    assert_eq!((header(&answer, "content-length"), header(&answer, "content-range")), (Some("5"), Some("bytes 0-4/9")));
    let fact = stage.told.only().await;
    assert_eq!((fact.status, fact.code), (206, None), "it is complete without a body");

    let recording = Recording::start().await;
    Stage::before(recording.address).await.ask("/aiuto", &["Range: bytes=0-4", "If-Range: \"x\""]).await;
    assert_eq!(
        (recording.only().values("range"), recording.only().values("if-range")),
        (vec!["bytes=0-4"], vec!["\"x\""])
    );
}

#[tokio::test]
async fn who_expects_100_continue_gets_it_when_the_request_may_pass() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let request = |path: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: anagrafe.test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    };
    let mut client = stage.connect().await;
    client.write_all(request("/aiuto").as_bytes()).await.unwrap();
    assert_eq!(read_until(&mut client, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    client.write_all(b"hi").await.unwrap();
    assert!(read_until(&mut client, "ok").await.starts_with("HTTP/1.1 200"));
    assert_eq!(service.only().body, b"hi");

    let mut client = stage.connect().await;
    client.write_all(request("/").as_bytes()).await.unwrap();
    assert!(read_all(&mut client).await.starts_with("HTTP/1.1 401"), "no body is asked for in vain");
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off_here_too() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
    ] {
        let stage = Stage::before(scripted(answer).await).await;
        let answer = stage.ask("/aiuto", &[]).await;
        assert!(answer.contains("part") && !answer.contains("0\r\n\r\n"), "{answer}");
        let fact = stage.told.only().await;
        assert_eq!((fact.status, fact.code, fact.source), (200, Some("proxy.upstream.broken"), Some(Source::Upstream)));
    }
}

#[tokio::test]
async fn an_answer_that_falls_silent_is_cut() {
    let service = listen(|mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart").await.unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let stage = Stage::before(service).await;
    let answer = stage.ask("/aiuto", &[]).await;
    assert!(answer.ends_with("part"), "{answer}");
    let fact = stage.told.only().await;
    assert_eq!((fact.status, fact.code), (200, Some("proxy.upstream.timeout")));
}

#[tokio::test]
async fn an_answer_that_is_slow_but_moves_is_not_cut() {
    let service = listen(|mut stream| async move {
        read_head(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n").await.unwrap();
        for byte in b"slow" {
            tokio::time::sleep(Duration::from_millis(250)).await;
            stream.write_all(&[*byte]).await.unwrap();
        }
    })
    .await;
    let stage = Stage::before(service).await;
    assert!(stage.ask("/aiuto", &[]).await.ends_with("slow"));
    assert_eq!(stage.told.only().await.code, None);
}

#[tokio::test]
async fn a_slow_upload_is_not_the_services_fault() {
    let service = Recording::start().await;
    let stage = Stage::before(service.address).await;
    let mut client = stage.connect().await;
    client.write_all(b"POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nContent-Length: 4\r\n\r\n").await.unwrap();
    for byte in b"slow" {
        tokio::time::sleep(Duration::from_millis(250)).await;
        client.write_all(&[*byte]).await.unwrap();
    }
    assert!(read_until(&mut client, "ok").await.starts_with("HTTP/1.1 200"));
    assert_eq!(service.only().body, b"slow");
}

#[tokio::test]
async fn an_upload_that_falls_silent_is_the_clients_fault() {
    let stage = Stage::before(Recording::start().await.address).await;
    let request = "POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nContent-Length: 9\r\n\r\npart";
    let answer = stage.send(request).await;
    assert_eq!(status(&answer), 400);
    assert!(body(&answer).contains("proxy.client.broken"), "{answer}");
    assert_eq!(stage.told.only().await.source, Some(Source::Client));
}

#[tokio::test]
async fn a_client_that_goes_away_is_told_of_once() {
    let service = listen(|mut stream| async move {
        read_head(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let stage = Stage::before(service).await;
    let mut client = stage.connect().await;
    client.write_all(b"GET /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(client);
    let fact = stage.told.only().await;
    assert_eq!((fact.code, fact.source), (Some("proxy.client.broken"), Some(Source::Client)));
    assert_eq!(fact.service.as_deref(), Some("anagrafe"));
}

/// A stage before a service that goes on sending for as long as somebody listens, and a client whom it
/// has begun to answer with this type.
async fn on_and_on(content_type: &'static str, cookie: bool) -> (Stage, TcpStream) {
    let service = serve(move |_| async move {
        let frames = futures_util::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Some((Ok::<_, std::io::Error>(Frame::data(Bytes::from("data: x\n\n"))), ()))
        });
        Response::builder().header("content-type", content_type).body(Body::new(StreamBody::new(frames))).unwrap()
    })
    .await;
    let stage = Stage::before(service).await;
    let ours = stage.log_in("anagrafe.test", Level::Two);
    let line = if cookie { format!("Cookie: {ours}\r\n") } else { String::new() };
    let mut client = stage.connect().await;
    let request = format!("GET /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n{line}\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut client, "data: x").await;
    (stage, client)
}

/// Whether the answer comes to its end within two seconds.
async fn ends(client: &mut TcpStream) -> bool {
    tokio::time::timeout(Duration::from_secs(2), read_until(client, "0\r\n\r\n")).await.is_ok()
}

#[tokio::test]
async fn a_stream_of_events_ends_with_the_session_that_it_was_asked_for_with() {
    let (stage, mut client) = on_and_on("Text/Event-Stream; charset=utf-8", true).await;
    stage.sessions.end(&session_id(Level::Two)).await.unwrap();
    assert!(ends(&mut client).await);
    assert_eq!(stage.told.only().await.code, None, "nobody is at fault");
    let (stage, mut client) = on_and_on("text/event-stream", true).await;
    stage.clock.pass(30);
    assert!(ends(&mut client).await, "it keeps no session alive");
}

#[tokio::test]
async fn a_gateway_that_closes_ends_its_streams_of_events() {
    let (stage, mut client) = on_and_on("text/event-stream", false).await;
    tokio::time::timeout(Duration::from_secs(2), stage.proxy.close()).await.expect("it ends");
    assert!(ends(&mut client).await);
}

#[tokio::test]
async fn a_download_that_has_begun_is_not_cut_by_a_logout() {
    let (stage, mut client) = on_and_on("application/pdf", true).await;
    stage.sessions.end(&session_id(Level::Two)).await.unwrap();
    assert!(!ends(&mut client).await);
}
