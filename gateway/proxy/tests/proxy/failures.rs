//! Services that are down, slow, or broken; and those with more than one address.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Response;
use http_body_util::BodyExt;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use varco_proxy::{ProxyRefusal, Source, UpstreamOptions};

use crate::stage::{Cast, Stage, body, quick, status};
use crate::upstreams::{Recording, listen, nobody, read_head, scripted, serve};

/// What a client and the log are told, when a service behaves like this.
async fn assert_fails(options: UpstreamOptions, expected: (u16, &'static str)) {
    let stage = Stage::with(options).await;
    let answer = stage.ask("/aiuto", &[]).await;
    assert_eq!(status(&answer), expected.0, "{answer}");
    let document: serde_json::Value = serde_json::from_str(body(&answer)).unwrap();
    assert_eq!(document["code"], expected.1);
    let fact = stage.told.only().await;
    assert_eq!((fact.status, fact.code, fact.source), (expected.0, Some(expected.1), Some(Source::Upstream)));
    let cause = fact.cause.expect("the log says why");
    assert!(!answer.contains(&cause), "the cause is not for the client: {answer}");
    let page = stage.ask("/aiuto", &["Accept: text/html"]).await;
    assert_eq!(body(&page), format!("<p lang=it>{}", expected.1));
}

#[tokio::test]
async fn a_method_of_the_clients_own_making_is_told_as_other() {
    for (method, told) in [
        ("OPTIONS", "OPTIONS"),
        ("PATCH", "PATCH"),
        ("get", "other"),
        ("PROPFIND", "other"),
        (&*"X".repeat(20_000), "other"),
    ] {
        let service = Recording::start().await;
        let stage = Stage::before(service.address).await;
        stage.send(format!("{method} /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\n\r\n")).await;
        assert_eq!(stage.told.only().await.method, told);
        assert_eq!(service.only().method.as_str(), method, "the service gets it all the same");
    }
}

#[tokio::test]
async fn a_service_that_is_down_is_unreachable() {
    assert_fails(quick(&[nobody().await]), (502, "proxy.upstream.unreachable")).await;
}

#[tokio::test]
async fn a_service_that_never_finishes_the_handshake_times_out() {
    let silent = listen(|stream| async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(stream);
    })
    .await;
    let addresses = vec![format!("https://{silent}").parse().unwrap()];
    assert_fails(UpstreamOptions { addresses, ..quick(&[]) }, (504, "proxy.upstream.timeout")).await;
}

#[tokio::test]
async fn a_service_that_does_not_answer_times_out() {
    let silent = listen(|mut stream| async move {
        read_head(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let began = tokio::time::Instant::now();
    assert_fails(quick(&[silent]), (504, "proxy.upstream.timeout")).await;
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_service_that_does_not_read_times_out() {
    let deaf = listen(|mut stream| async move {
        read_head(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let stage = Stage::with(quick(&[deaf])).await;
    let length = 32 << 20;
    let mut request =
        format!("POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    request.resize(request.len() + length, b'x');
    let mut client = stage.connect().await;
    let sending = tokio::io::AsyncWriteExt::write_all(&mut client, &request);
    let _ = tokio::time::timeout(Duration::from_secs(2), sending).await;
    assert_eq!(stage.told.only().await.code, Some("proxy.upstream.timeout"));
}

#[tokio::test]
async fn a_service_that_breaks_off_or_babbles_is_broken() {
    let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "x".repeat(1 << 20));
    for answer in [
        "",
        "HTTP/1.1 200",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        &long,
    ] {
        assert_fails(quick(&[scripted(answer).await]), (502, "proxy.upstream.broken")).await;
    }
}

#[tokio::test]
async fn a_length_beside_chunks_does_not_reach_the_client() {
    let service =
        scripted("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n")
            .await;
    let answer = Stage::before(service).await.ask("/aiuto", &[]).await;
    assert!(answer.contains("4\r\nbody\r\n0\r\n") && !answer.contains("content-length"), "{answer}");
}

#[tokio::test]
async fn addresses_take_turns_and_one_that_is_down_is_not_noticed() {
    let (one, other) = (Recording::start().await, Recording::start().await);
    let stage = Stage::with(quick(&[one.address, other.address])).await;
    for _ in 0..4 {
        assert_eq!(status(&stage.ask("/aiuto", &[]).await), 200);
    }
    assert_eq!((one.all().len(), other.all().len()), (2, 2));

    let up = Recording::start().await;
    let stage = Stage::with(quick(&[nobody().await, up.address])).await;
    for _ in 0..4 {
        let request = "POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nContent-Length: 4\r\n\r\nbody";
        assert_eq!(status(&stage.send(request).await), 200);
    }
    let received = up.all();
    assert!(received.len() == 4 && received.iter().all(|it| it.body == b"body" && it.method == "POST"));
}

#[tokio::test]
async fn a_service_where_all_addresses_are_down_is_unreachable() {
    assert_fails(quick(&[nobody().await, nobody().await]), (502, "proxy.upstream.unreachable")).await;
}

#[tokio::test]
async fn a_service_with_tls_is_held_to_its_pinned_authority() {
    let (authority, server) = tls_parts();
    let service = listen(move |stream| {
        let acceptor = TlsAcceptor::from(Arc::clone(&server));
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let answer = service_fn(|request: http::Request<hyper::body::Incoming>| async {
                let body = request.into_body().collect().await.unwrap().to_bytes();
                Ok::<_, std::convert::Infallible>(Response::new(Body::from(body)))
            });
            let connection = hyper::server::conn::http1::Builder::new();
            let _ = connection.serve_connection(TokioIo::new(stream), answer).await;
        }
    })
    .await;
    let options = UpstreamOptions {
        addresses: vec![format!("https://localhost:{}", service.port()).parse().unwrap()],
        connect_timeout: Duration::from_secs(2),
        ..quick(&[])
    };
    let pinned = UpstreamOptions { authorities: Some(authority.into_bytes()), ..options.clone() };
    let request = "POST /aiuto HTTP/1.1\r\nHost: anagrafe.test\r\nContent-Length: 4\r\n\r\nbody";
    assert!(Stage::with(pinned).await.send(request).await.ends_with("body"));
    let (stranger, _) = tls_parts();
    for authorities in [None, Some(stranger.into_bytes())] {
        assert_fails(UpstreamOptions { authorities, ..options.clone() }, (502, "proxy.upstream.unreachable")).await;
    }
}

/// An authority (PEM), and a server on `localhost` with a certificate of it.
fn tls_parts() -> (String, Arc<ServerConfig>) {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    (authority.pem(), Arc::new(config))
}

#[tokio::test]
async fn connections_are_used_again() {
    let peers: Arc<std::sync::Mutex<usize>> = Arc::default();
    let counted = Arc::clone(&peers);
    let inner = serve(|_| async { Response::new(Body::from("ok")) }).await;
    let service = listen(move |mut stream| {
        *counted.lock().unwrap() += 1;
        async move {
            let mut inner = tokio::net::TcpStream::connect(inner).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut inner).await;
        }
    })
    .await;
    let stage = Stage::before(service).await;
    for _ in 0..5 {
        assert_eq!(status(&stage.ask("/aiuto", &[]).await), 200);
    }
    assert_eq!(*peers.lock().unwrap(), 1);
}

#[test]
fn upstreams_that_make_no_sense_stop_the_start() {
    let refused = |options: UpstreamOptions| Cast::new().proxy(&options).err().map(|error| error.to_string());
    let at = |address: &'static str| UpstreamOptions::new(vec![http::Uri::from_static(address)]);
    assert_eq!(refused(at("http://127.0.0.1:1")), None);
    assert_eq!(refused(UpstreamOptions::new(vec![])).as_deref(), Some("service anagrafe has no upstream"));
    for bad in ["http://127.0.0.1/base", "ftp://127.0.0.1", "/only/a/path"] {
        assert!(refused(at(bad)).unwrap().contains("service anagrafe: upstream"), "{bad}");
    }
    let pinned = |pem: &str| UpstreamOptions { authorities: Some(pem.into()), ..at("https://localhost") };
    assert!(refused(pinned("no certificate")).unwrap().contains("no certificate found"));
}

#[test]
fn every_reason_has_its_fault() {
    let of = |reason: ProxyRefusal| (reason.refusal().status().number(), reason.source());
    assert_eq!(of(ProxyRefusal::UpstreamTimeout), (504, Source::Upstream));
    assert_eq!(of(ProxyRefusal::UpstreamUnreachable), (502, Source::Upstream));
    assert_eq!(of(ProxyRefusal::ClientBroken), (400, Source::Client));
    assert_eq!(of(ProxyRefusal::Internal), (500, Source::Gateway));
}
