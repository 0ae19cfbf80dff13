//! The algorithms that are accepted; whatever is not listed is refused.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, VerificationAlgorithm,
};

use crate::key::KeyKind;

/// A signature algorithm that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSA PKCS#1 v1.5 with SHA-256.
    RsaSha256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    RsaSha384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    RsaSha512,
    /// ECDSA on P-256 with SHA-256.
    EcdsaSha256,
    /// ECDSA on P-384 with SHA-384.
    EcdsaSha384,
}

/// A digest algorithm that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DigestAlgorithm {
    Sha256,
    Sha384,
    Sha512,
}

// === impl SignatureAlgorithm ===

impl SignatureAlgorithm {
    const ALL: [Self; 5] = [Self::RsaSha256, Self::RsaSha384, Self::RsaSha512, Self::EcdsaSha256, Self::EcdsaSha384];

    /// Its identifier.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::RsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Self::RsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            Self::RsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            Self::EcdsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            Self::EcdsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
        }
    }

    /// The algorithm of this identifier, if it is accepted.
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }

    /// How a key of this kind verifies with it; `None` if the two do not go together.
    pub(crate) fn for_key(self, kind: KeyKind) -> Option<&'static dyn VerificationAlgorithm> {
        match (self, kind) {
            (Self::RsaSha256, KeyKind::Rsa) => Some(&RSA_PKCS1_2048_8192_SHA256),
            (Self::RsaSha384, KeyKind::Rsa) => Some(&RSA_PKCS1_2048_8192_SHA384),
            (Self::RsaSha512, KeyKind::Rsa) => Some(&RSA_PKCS1_2048_8192_SHA512),
            (Self::EcdsaSha256, KeyKind::P256) => Some(&ECDSA_P256_SHA256_FIXED),
            (Self::EcdsaSha384, KeyKind::P384) => Some(&ECDSA_P384_SHA384_FIXED),
            (Self::RsaSha256 | Self::RsaSha384 | Self::RsaSha512, KeyKind::P256 | KeyKind::P384)
            | (Self::EcdsaSha256, KeyKind::Rsa | KeyKind::P384)
            | (Self::EcdsaSha384, KeyKind::Rsa | KeyKind::P256) => None,
        }
    }
}

// === impl DigestAlgorithm ===

impl DigestAlgorithm {
    const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    pub(crate) const fn uri(self) -> &'static str {
        match self {
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }

    pub(crate) fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }

    pub(crate) fn of(self, bytes: &[u8]) -> Digest {
        let algorithm = match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, bytes)
    }
}
