//! Our own keys, each with the certificate of its public half.

use aws_lc_rs::rsa::KeyPair;
use data_encoding::BASE64;
use jiff::Timestamp;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::key::{KeyRefusal, TrustedKey};

/// An RSA key and its certificate in base64 without line breaks, as metadata and signatures carry it.
pub(crate) struct CertifiedPair {
    pub(crate) pair: KeyPair,
    pub(crate) certificate: String,
    pub(crate) not_after: Timestamp,
}

/// Why a key and a certificate are not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairRefusal {
    /// The private key is not an RSA key in PEM, or too short.
    #[error("the private key must be RSA, of 2048 bits or more, in PEM")]
    PrivateKey,
    /// The certificate cannot be read.
    #[error("the certificate: {0}")]
    Certificate(#[from] KeyRefusal),
    /// The certificate is of another key.
    #[error("the certificate is not of this key")]
    Mismatch,
}

// === impl CertifiedPair ===

impl CertifiedPair {
    /// A key from its PEM text (PKCS#8 or PKCS#1) and that of its certificate.
    pub(crate) fn from_pem(key: &str, certificate: &str) -> Result<Self, PairRefusal> {
        let der = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| PairRefusal::PrivateKey)?;
        let pair = match &der {
            PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(PairRefusal::PrivateKey),
        };
        let pair = pair.map_err(|_| PairRefusal::PrivateKey)?;
        let (certificate, public) = read(certificate)?;
        if !public.is_public_half_of(&pair) {
            return Err(PairRefusal::Mismatch);
        }
        Ok(Self { pair, certificate: BASE64.encode(&certificate), not_after: public.not_after() })
    }
}

/// A certificate from its PEM text, in base64 without line breaks, if its key is one that others would trust.
pub(crate) fn certificate_base64(pem: &str) -> Result<String, PairRefusal> {
    Ok(BASE64.encode(&read(pem)?.0))
}

fn read(pem: &str) -> Result<(CertificateDer<'static>, TrustedKey), PairRefusal> {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyRefusal::Malformed)?;
    let public = TrustedKey::from_certificate_der(&certificate)?;
    Ok((certificate, public))
}
