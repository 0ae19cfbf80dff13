//! The data path: what passes through the gateway, and what does not.

use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{SinkExt as _, StreamExt as _};
use http::Method;
use http_body_util::StreamBody;
use hyper::body::{Bytes, Frame};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use varco_tests::harness::Gateway;

#[tokio::test]
async fn a_program_without_a_session_is_told_what_would_do() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let program = gateway.anonymous()?;
    for (method, path, level) in [(Method::GET, "/", 2), (Method::POST, "/", 2), (Method::GET, "/certificati", 3)] {
        let request = program.request(method, gateway.address("anagrafe", path)?).header("accept", "application/json");
        let answer = program.send(request).await?;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let problem: Value = answer.json()?;
        assert_eq!((&problem["level"], &problem["methods"]), (&json!(level), &json!(["spid"])));
        assert_eq!(problem["code"], "proxy.login-needed");
    }
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    Ok(())
}

#[tokio::test]
async fn a_public_part_is_open_to_everybody_and_names_nobody() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let page = gateway.anonymous()?.open(gateway.address("anagrafe", "/orari")?).await?;
    assert_eq!(page.status, 200);
    assert_eq!(page.element("who"), None);
    Ok(())
}

#[tokio::test]
async fn identity_headers_from_outside_reach_no_service() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let forged =
        ["X-Varco-Assertion", "x_varco_assertion", "X-VARCO_Subject", "x-varco-fiscal-number", "X-Varco-Anything"];
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    for logged_in in [false, true] {
        let address = gateway.address("anagrafe", "/headers")?;
        let stranger = gateway.anonymous()?;
        let mut request = if logged_in {
            bianca.request(Method::GET, "anagrafe", "/headers")?
        } else {
            stranger.request(Method::GET, address)
        };
        for name in forged {
            request = request.header(name, "forged");
        }
        let answer = if logged_in { bianca.fetch(request).await? } else { stranger.send(request).await? };
        let received: Value = answer.json()?;
        assert!(!answer.content.contains("forged"), "{received}");
        let assertions = received["x-varco-assertion"].as_array().map_or(0, Vec::len);
        assert_eq!(assertions, usize::from(logged_in), "{received}");
    }
    Ok(())
}

#[tokio::test]
async fn the_gateways_cookies_reach_no_service() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let session = bianca.cookie("anagrafe.localhost", "__Host-varco-session").context("a session")?;
    let stranger = gateway.anonymous()?;
    let request = stranger.request(Method::GET, gateway.address("anagrafe", "/headers")?);
    let cookies = format!("tema=scuro; __Host-varco-session={session}; lingua=it");
    let answer = stranger.send(request.header("cookie", cookies)).await?;
    let received: Value = answer.json()?;
    assert!(received.get("x-varco-assertion").is_some(), "the session was not seen: {received}");
    assert!(!answer.content.contains(&session), "the session cookie reached the service");
    assert_eq!(received["cookie"], json!(["tema=scuro; lingua=it"]));
    Ok(())
}

#[tokio::test]
async fn a_path_that_can_be_read_in_two_ways_is_refused() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    for path in ["/orari%2f..%2fcertificati", "/orari/%5c/certificati", "/orari/%00"] {
        let page = gateway.anonymous()?.open(gateway.address("anagrafe", path)?).await?;
        assert_eq!((page.status.as_u16(), page.code().as_deref()), (400, Some("proxy.path.ambiguous")), "{path}");
    }
    assert_eq!(gateway.service("anagrafe")?.requests(), 0);
    Ok(())
}

#[tokio::test]
async fn an_answer_flows_as_it_comes() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let mut answer = bianca.request(Method::GET, "anagrafe", "/stream")?.send().await?;
    let mut arrivals = Vec::new();
    let mut whole = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        arrivals.push(Instant::now());
        whole.extend_from_slice(&piece);
    }
    assert_eq!(String::from_utf8(whole)?.lines().count(), 10);
    let spread = arrivals[arrivals.len() - 1] - arrivals[0];
    assert!(spread > Duration::from_millis(500), "ten lines came within {spread:?}: they were gathered first");
    Ok(())
}

#[tokio::test]
async fn a_request_flows_as_it_comes() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let (pieces, body) = tokio::sync::mpsc::channel::<&'static str>(1);
    let body = futures_util::stream::unfold(body, |mut body| async {
        let piece = body.recv().await?;
        Some((Ok::<_, std::io::Error>(Frame::data(Bytes::from(piece))), body))
    });
    let body = reqwest::Body::wrap(StreamBody::new(Box::pin(body)));
    pieces.send("first").await?;
    let request = bianca.request(Method::POST, "anagrafe", "/stream")?.body(body);
    let mut answer = timeout(Duration::from_secs(5), request.send()).await.context("it waits for the whole body")??;
    assert_eq!(answer.chunk().await?.as_deref(), Some(&b"first"[..]));
    pieces.send("second").await?;
    assert_eq!(answer.chunk().await?.as_deref(), Some(&b"second"[..]));
    drop(pieces);
    while let Some(rest) = answer.chunk().await? {
        assert!(rest.is_empty(), "more came back than was sent");
    }
    Ok(())
}

#[tokio::test]
async fn a_web_socket_passes_with_a_session_and_not_without() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let address = gateway.address("anagrafe", "/echo-websocket")?;
    let address = address.as_str().replacen("https", "wss", 1);

    let refused = client_async(address.as_str().into_client_request()?, gateway.connect("anagrafe").await?).await;
    match refused {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), 401),
        other => panic!("a web socket without a session: {other:?}"),
    }

    let session = bianca.cookie("anagrafe.localhost", "__Host-varco-session").context("a session")?;
    let mut request = address.as_str().into_client_request()?;
    request.headers_mut().insert("cookie", format!("__Host-varco-session={session}").parse()?);
    let (mut socket, _) = client_async(request, gateway.connect("anagrafe").await?).await?;
    for text in ["uno", "due"] {
        socket.send(Message::text(text)).await?;
        assert_eq!(socket.next().await.context("the socket closed")??, Message::text(text));
    }
    socket.close(None).await?;
    Ok(())
}

#[tokio::test]
async fn a_service_that_is_away_is_told_on_a_page() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").with_services_down().start().await?;
    let page = gateway.citizen("bianca")?.log_in("anagrafe", "/").await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (502, Some("proxy.upstream.unreachable")), "{page:?}");
    Ok(())
}

#[tokio::test]
async fn a_service_that_dawdles_is_told_on_a_page() -> Result<()> {
    let gateway = Gateway::test().with_fake_spid().with_service("anagrafe").start().await?;
    let mut bianca = gateway.citizen("bianca")?;
    bianca.log_in("anagrafe", "/").await?;
    let page = bianca.open("anagrafe", "/slow?milliseconds=6000").await?;
    assert_eq!((page.status.as_u16(), page.code().as_deref()), (504, Some("proxy.upstream.timeout")), "{page:?}");
    Ok(())
}
