//! The handshake in which a card is shown: any certificate is taken whose key is proven.
//!
//! Nothing is decided here, so that every card, good or bad, gets an answer. No session is resumed: each login asks the
//! card anew, and who has taken it out of the reader cannot log in.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, PeerMisbehaved, ServerConfig, SignatureScheme,
    SupportedProtocolVersion,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, UnixTime};

use crate::possession::{NEWER_SCHEMES, SCHEMES, prove};

/// Real lists take 15 KiB, and TLS has room for 64. More names than this only make handshakes long: without any, browsers
/// offer every certificate that they have.
const MOST_HINT_BYTES: usize = 32 * 1024;

/// The older form of RSA signatures.
const OLDER: [SignatureScheme; 3] =
    [SignatureScheme::RSA_PKCS1_SHA256, SignatureScheme::RSA_PKCS1_SHA384, SignatureScheme::RSA_PKCS1_SHA512];

/// TLS that asks for a card: HTTP/1.1 alone, no tickets, and the names of the authorities whose cards count, which
/// browsers offer no others than.
pub fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
    authorities: &[Box<[u8]>],
) -> Result<ServerConfig, Error> {
    let few = authorities.iter().map(|name| name.len()).sum::<usize>() <= MOST_HINT_BYTES;
    let hints = authorities.iter().filter(|_| few).map(|name| DistinguishedName::from(name.to_vec())).collect();
    let newer = versions.contains(&&rustls::version::TLS13);
    let numbers = SCHEMES.into_iter().chain(NEWER_SCHEMES.into_iter().filter(|_| newer));
    let schemes = numbers.map(SignatureScheme::from).collect();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .with_client_cert_verifier(Arc::new(AnyCard { hints, schemes }))
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.ignore_client_order = true;
    Ok(config)
}

/// Takes any certificate whose key is proven. What it is worth is judged afterwards.
#[derive(Debug)]
struct AnyCard {
    hints: Vec<DistinguishedName>,
    schemes: Vec<SignatureScheme>,
}

// === impl AnyCard ===

impl ClientCertVerifier for AnyCard {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        proven(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // RFC 8446, section 4.4.3: the older form of RSA signatures is not for handshakes.
        if OLDER.contains(&signed.scheme) {
            return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        }
        proven(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

fn proven(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    match prove(certificate, signed.scheme.into(), message, signed.signature()) {
        Ok(()) => Ok(HandshakeSignatureValid::assertion()),
        Err(_) => Err(Error::InvalidCertificate(rustls::CertificateError::BadSignature)),
    }
}
