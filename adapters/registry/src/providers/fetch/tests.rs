use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// Answers one request with these bytes, and gives its own address.
async fn serve_once(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (connection, _) = listener.accept().await.unwrap();
        reply(connection, &answer).await;
    });
    format!("http://{address}/metadata.xml")
}

async fn reply(mut connection: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8]) {
    let _ = connection.read(&mut [0; 4096]).await;
    let _ = connection.write_all(answer).await;
    let _ = connection.shutdown().await;
}

async fn read(address: &str) -> Result<Option<Document>, SourceError> {
    let location = MetadataLocation::Address(address.parse().unwrap());
    Place::new(&location)?.read(&Validators::default()).await
}

async fn refusal(address: &str) -> String {
    read(address).await.unwrap_err().to_string()
}

#[tokio::test]
async fn an_answer_that_is_not_whole_or_not_the_document_is_refused() {
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n";
    for (answer, why) in [
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "the answer is 404 Not Found"),
        ("HTTP/1.1 304 Not Modified\r\n\r\n", "the answer is 304 Not Modified"),
        ("HTTP/1.1 206 Partial Content\r\ncontent-length: 3\r\n\r\n<a>", "the answer is 206 Partial Content"),
        (elsewhere, "the answer is 302 Found"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n<a>", "end of file before message length reached"),
    ] {
        let address = serve_once(answer.as_bytes().to_vec()).await;
        assert_eq!(refusal(&address).await, format!("cannot fetch {address}: {why}"));
    }
}

#[tokio::test]
async fn an_address_that_sends_without_end_is_cut_off() {
    let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    answer.resize(answer.len() + LARGEST + 1, b' ');
    let address = serve_once(answer).await;
    assert_eq!(refusal(&address).await, format!("{address} is larger than 33554432 bytes"));
}

#[tokio::test]
async fn a_file_without_end_is_not_read_to_it() {
    let refused = read_file(Path::new("/dev/zero")).await.unwrap_err().to_string();
    assert_eq!(refused, "/dev/zero is larger than 33554432 bytes");
}

#[tokio::test]
async fn a_small_text_that_becomes_an_endless_one_is_not_unpacked() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\u{1f}\u{8b}";
    let address = serve_once(answer.as_bytes().to_vec()).await;
    assert_eq!(refusal(&address).await, format!("cannot fetch {address}: the answer is compressed"));
}

#[tokio::test(start_paused = true)]
async fn an_address_that_dawdles_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/metadata.xml", listener.local_addr().unwrap());
    let began = tokio::time::Instant::now();
    let refused = refusal(&address).await;
    assert_eq!(refused, format!("cannot fetch {address}: operation timed out"));
    assert_eq!(began.elapsed().as_secs(), TIMEOUT.as_secs());
    drop(listener);
}

/// A server with TLS, and the certificate that it is trusted by.
async fn serve_once_with_tls(answer: Vec<u8>) -> (Url, reqwest::Certificate) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (connection, _) = listener.accept().await.unwrap();
        reply(acceptor.accept(connection).await.unwrap(), &answer).await;
    });
    let address = format!("https://localhost:{port}/metadata.xml").parse().unwrap();
    (address, reqwest::Certificate::from_der(certificate.der()).unwrap())
}

#[tokio::test]
async fn a_protected_address_leads_to_no_unprotected_one() {
    let plain = serve_once(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n<a>".to_vec()).await;
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {plain}\r\ncontent-length: 0\r\n\r\n").into_bytes();
    let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<a/>".to_vec();
    for (answer, expected) in [(whole, Ok("<a/>")), (redirect, Err("URL scheme is not allowed"))] {
        let (address, certificate) = serve_once_with_tls(answer).await;
        let client = client_for(&address).unwrap().no_proxy().tls_certs_only([certificate]).build().unwrap();
        let read = fetch(&address, &client, &Validators::default()).await;
        let read = read.map(|document| document.unwrap().text).map_err(|error| error.to_string());
        match expected {
            Ok(text) => assert_eq!(read.as_deref(), Ok(text)),
            Err(why) => assert!(read.as_ref().is_err_and(|error| error.ends_with(why)), "{read:?}"),
        }
    }
}

#[tokio::test]
async fn what_may_be_a_secret_in_an_address_is_told_to_nobody() {
    let address = serve_once(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n".to_vec()).await;
    let secret = address.replace("http://", "http://user:word@") + "?token=abc#part";
    assert_eq!(refusal(&secret).await, format!("cannot fetch {address}: the answer is 401 Unauthorized"));
    let place = Place::new(&MetadataLocation::Address(secret.parse().unwrap())).unwrap();
    assert_eq!(place.origin(), address);
    assert_eq!(place.name(), address.replace("http://", ""));
}

#[test]
fn how_long_an_answer_may_be_kept_is_found_among_other_things() {
    let seconds = |value: &'static str| {
        let headers = HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static(value))]);
        max_age(&headers).map(|age| age.as_secs())
    };
    assert_eq!(seconds("public, max-age=600"), Some(600));
    assert_eq!(seconds("max-age=0"), Some(0));
    for other in ["no-cache", "max-age=x", "s-maxage=5", "max-age=99999999999"] {
        assert_eq!(seconds(other), None, "{other}");
    }
}
