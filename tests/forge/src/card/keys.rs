//! Keys, and where they are kept.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};

/// RSA with SHA-256, and ECDSA with it.
const RSA: &[u8] = &[0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0];
const ECDSA: &[u8] = &[0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with 2048 bits: whoever signs the same twice makes the same signature.
    Rsa2048,
    /// On the curve P-256: fast, and no two signatures are the same.
    P256,
}

// === impl KeyKind ===

impl KeyKind {
    /// A new key.
    pub fn generate(self) -> Result<KeyPair> {
        Ok(match self {
            Self::Rsa2048 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?,
            Self::P256 => KeyPair::generate()?,
        })
    }

    /// The key that is kept in a folder under this name; it is made there the first time.
    ///
    /// What an authority issues follows from its key: to see a card of an earlier run again, keep the folder.
    pub fn kept_in(self, folder: &Path, name: &str) -> Result<KeyPair> {
        let path = folder.join(format!("{name}.pem"));
        if let Ok(pem) = fs::read_to_string(&path) {
            return Ok(KeyPair::from_pem(&pem)?);
        }
        let made = self.generate()?;
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        fs::write(&path, made.serialize_pem()).with_context(|| format!("writing {}", path.display()))?;
        Ok(made)
    }

    pub(super) fn of(key: &KeyPair) -> Self {
        if key.is_compatible(&PKCS_RSA_SHA256) { Self::Rsa2048 } else { Self::P256 }
    }

    /// How it signs, in DER.
    pub(super) const fn method(self) -> &'static [u8] {
        match self {
            Self::Rsa2048 => RSA,
            Self::P256 => ECDSA,
        }
    }
}
