//! The browser with a card in its reader: what a server sees of it.

use std::sync::Arc;

use data_encoding::HEXLOWER;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use super::{AUTHORITY, card};
use crate::authority::Keys;
use crate::card::{CardProfile, reader};
use crate::loopback::bind;

/// A server that asks for cards, and says in a redirect which version of TLS it spoke and which card it saw.
async fn gate(keys: &Keys) -> Url {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(AUTHORITY.der().to_vec().into()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.allow_unauthenticated().build().unwrap())
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(keys.server.certificate.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(keys.server.key.as_bytes()).unwrap(),
        )
        .unwrap();
    let listener = bind(0).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config))));
    Url::parse(&format!("https://carta.localhost:{port}/")).unwrap()
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else { continue };
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        let (_, connection) = stream.get_ref();
        let version = connection.protocol_version().unwrap();
        let seen = connection.peer_certificates().map(|chain| {
            assert_eq!(chain.len(), 1);
            HEXLOWER.encode(X509Certificate::from_der(&chain[0]).unwrap().1.raw_serial())
        });
        let seen = seen.unwrap_or_else(|| "nessuna".to_owned());
        let head = format!("HTTP/1.1 302 Found\r\nLocation: /{version:?}/{seen}\r\nSet-Cookie: a=b\r\n");
        stream.write_all(format!("{head}Content-Length: 4\r\n\r\nvai\n").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn a_card_is_shown_and_proven() {
    let keys = Keys::make(&["carta.localhost"]).unwrap();
    let gate = gate(&keys).await;
    for card in [card(|profile| profile), card(CardProfile::on_a_curve)] {
        let page = reader::with_card(&card, &keys.authority, gate.clone()).await.unwrap();
        assert_eq!((page.status.as_u16(), page.content.as_str()), (302, "vai\n"));
        let location = page.location().unwrap();
        assert_eq!(location.path(), format!("/TLSv1_2/{}", HEXLOWER.encode(card.serial())));
        assert_eq!(page.header("set-cookie"), Some("a=b"));
    }
}

#[tokio::test]
async fn somebody_may_have_no_card() {
    let keys = Keys::make(&["carta.localhost"]).unwrap();
    let page = reader::without_card(&keys.authority, gate(&keys).await).await.unwrap();
    assert_eq!(page.location().unwrap().path(), "/TLSv1_2/nessuna");
}

#[tokio::test]
async fn a_server_that_is_not_trusted_sees_no_card() {
    let keys = Keys::make(&["carta.localhost"]).unwrap();
    let others = Keys::make(&["carta.localhost"]).unwrap();
    assert!(reader::with_card(&card(|profile| profile), &others.authority, gate(&keys).await).await.is_err());
}
