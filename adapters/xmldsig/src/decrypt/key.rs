//! Our private keys that others encrypt for.

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use zeroize::Zeroizing;

use super::algorithm::{AES_128_GCM_URI, AES_192_GCM_URI, AES_256_GCM_URI, KeyTransport, RSA_OAEP_MGF1P};
use crate::pair::{CertifiedPair, PairRefusal};

/// An RSA key of at least 2048 bits with its certificate, for which providers encrypt.
pub struct DecryptionKey {
    private: OaepPrivateDecryptingKey,
    certificate: String,
}

// === impl DecryptionKey ===

impl DecryptionKey {
    /// What metadata asks providers to encrypt with, the best first (`md:EncryptionMethod`). Without it some
    /// take CBC, which is refused.
    pub const METHODS: [&'static str; 4] = [AES_256_GCM_URI, AES_192_GCM_URI, AES_128_GCM_URI, RSA_OAEP_MGF1P];

    /// A key from its PEM text (PKCS#8 or PKCS#1) and that of its certificate.
    pub fn from_pem(key: &str, certificate: &str) -> Result<Self, PairRefusal> {
        let CertifiedPair { pair, certificate, .. } = CertifiedPair::from_pem(key, certificate)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| PairRefusal::PrivateKey)?;
        let private = PrivateDecryptingKey::from_pkcs8(der.as_ref()).map_err(|_| PairRefusal::PrivateKey)?;
        let private = OaepPrivateDecryptingKey::new(private).map_err(|_| PairRefusal::PrivateKey)?;
        Ok(Self { private, certificate })
    }

    /// The certificate in base64 without line breaks, as metadata carries it (`use="encryption"`).
    pub fn certificate_base64(&self) -> &str {
        &self.certificate
    }

    /// The content key, if it was encrypted for this key.
    pub(super) fn unwrap(&self, transport: KeyTransport, wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut unwrapped = Zeroizing::new(vec![0; self.private.min_output_size()]);
        let length = self.private.decrypt(transport, wrapped, &mut unwrapped, None).ok()?.len();
        unwrapped.truncate(length);
        Some(unwrapped)
    }
}

/// The certificate is public, but long; the key never prints.
impl fmt::Debug for DecryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DecryptionKey([redacted])")
    }
}
