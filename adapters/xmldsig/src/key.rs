//! Keys that are trusted, taken from certificates.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ParsedPublicKey, UnparsedPublicKey};
use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use x509_parser::certificate::X509Certificate;
use x509_parser::oid_registry::{OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_PKCS1_RSAENCRYPTION};
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::algorithm::SignatureAlgorithm;

/// A public key that signatures are verified with.
///
/// It comes out of a certificate, but only the key is trusted: whoever registered it is the anchor, so
/// neither the issuer nor the expiry of the certificate is looked at (SAML metadata interoperability
/// profile, §2.6). [`not_after`](Self::not_after) is there to warn an operator.
#[derive(Clone)]
pub struct TrustedKey {
    kind: KeyKind,
    /// Ready for the algorithm that nearly everybody signs with: to parse it each time takes a sixth of a
    /// verification.
    parsed: ParsedPublicKey,
    not_after: Timestamp,
    certificate: Arc<[u8]>,
}

/// The kinds of keys that are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa,
    P256,
    P384,
}

/// Why a certificate gives no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// Not one certificate in PEM or DER.
    #[error("not a certificate")]
    Malformed,
    /// Neither RSA nor an elliptic curve key.
    #[error("a key must be RSA, P-256 or P-384")]
    UnknownKind,
    /// An RSA key that is too short to be safe, or too long to be verified fast.
    #[error("an RSA key must have 2048 to 8192 bits")]
    Size,
}

const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

// === impl TrustedKey ===

impl TrustedKey {
    /// The key of a certificate in DER.
    pub fn from_certificate_der(der: &[u8]) -> Result<Self, KeyRefusal> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| KeyRefusal::Malformed)?;
        if !rest.is_empty() {
            return Err(KeyRefusal::Malformed);
        }
        let key = certificate.public_key();
        let not_after = Timestamp::from_second(certificate.validity().not_after.timestamp());
        let kind = KeyKind::of(key)?;
        let usual = kind.usual_algorithm().for_key(kind).ok_or(KeyRefusal::UnknownKind)?;
        Ok(Self {
            kind,
            parsed: ParsedPublicKey::new(usual, &key.subject_public_key.data).map_err(|_| KeyRefusal::Malformed)?,
            not_after: not_after.map_err(|_| KeyRefusal::Malformed)?,
            certificate: der.into(),
        })
    }

    /// The key of the first certificate in a PEM text.
    pub fn from_certificate_pem(pem: &str) -> Result<Self, KeyRefusal> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| KeyRefusal::Malformed)?;
        Self::from_certificate_der(&der)
    }

    /// The certificate that it came from, in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The keys of all certificates in a PEM text, of which there must be one.
    pub fn all_from_pem(pem: &str) -> Result<Vec<Self>, KeyRefusal> {
        let certificates = CertificateDer::pem_slice_iter(pem.as_bytes());
        let key =
            |der: Result<CertificateDer<'_>, _>| Self::from_certificate_der(&der.map_err(|_| KeyRefusal::Malformed)?);
        let keys: Vec<_> = certificates.map(key).collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(KeyRefusal::Malformed) } else { Ok(keys) }
    }

    /// When the certificate that it came from expires.
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether `signature` is this key's over `bytes`. Signatures of elliptic curve keys are the two
    /// numbers one after the other, as XML signatures write them.
    pub fn verify_bytes(&self, algorithm: SignatureAlgorithm, bytes: &[u8], signature: &[u8]) -> bool {
        if algorithm == self.kind.usual_algorithm() {
            return self.parsed.verify_sig(bytes, signature).is_ok();
        }
        algorithm.for_key(self.kind).is_some_and(|verification| {
            UnparsedPublicKey::new(verification, &self.parsed).verify(bytes, signature).is_ok()
        })
    }

    pub(crate) fn is_public_half_of(&self, pair: &aws_lc_rs::rsa::KeyPair) -> bool {
        use aws_lc_rs::signature::KeyPair as _;
        self.kind == KeyKind::Rsa && pair.public_key().as_ref() == self.parsed.as_ref()
    }
}

impl PartialEq for TrustedKey {
    fn eq(&self, other: &Self) -> bool {
        self.certificate == other.certificate
    }
}

impl Eq for TrustedKey {}

impl fmt::Debug for TrustedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TrustedKey({:?}, not after {})", self.kind, self.not_after)
    }
}

// === impl KeyKind ===

impl KeyKind {
    const fn usual_algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::Rsa => SignatureAlgorithm::RsaSha256,
            Self::P256 => SignatureAlgorithm::EcdsaSha256,
            Self::P384 => SignatureAlgorithm::EcdsaSha384,
        }
    }

    fn of(key: &SubjectPublicKeyInfo<'_>) -> Result<Self, KeyRefusal> {
        if key.algorithm.algorithm == OID_PKCS1_RSAENCRYPTION {
            let parsed = aws_lc_rs::rsa::PublicKey::from_der(&key.subject_public_key.data);
            let bits = parsed.map_err(|_| KeyRefusal::Malformed)?.modulus_len() * 8;
            return if RSA_BITS.contains(&bits) { Ok(Self::Rsa) } else { Err(KeyRefusal::Size) };
        }
        if key.algorithm.algorithm != OID_KEY_TYPE_EC_PUBLIC_KEY {
            return Err(KeyRefusal::UnknownKind);
        }
        let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok());
        match curve {
            Some(curve) if curve == OID_EC_P256 => Ok(Self::P256),
            Some(curve) if curve == OID_NIST_EC_P384 => Ok(Self::P384),
            _ => Err(KeyRefusal::UnknownKind),
        }
    }
}
