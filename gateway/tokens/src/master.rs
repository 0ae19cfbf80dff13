//! The one secret of a region, and what is derived from it.

use std::fmt;

use aws_lc_rs::hkdf;
use varco_core::ports::Randomness;
use zeroize::Zeroizing;

/// The secret that every gateway of a region shares. It is never used itself, only derived from.
///
/// Losing it ends every session and changes the subject of every citizen at every service.
pub struct MasterSecret(Zeroizing<[u8; 32]>);

/// What a secret is derived for. Each purpose has a secret of its own, so that a code made for one
/// is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Authenticates session cookies.
    SessionToken,
    /// Turns a person's identifier into the key that registers and figures use.
    PersonKey,
    /// Turns a person's identifier into the subject that one body sees.
    Pairwise,
    /// Turns a session's name into the one that one body sees.
    SessionIdClaim,
    /// Encrypts what stores write to disk.
    StoreEncryption,
    /// Seals what travels between the access host and the host where cards are read.
    CardHandoff,
}

// === impl MasterSecret ===

impl MasterSecret {
    /// The secret that was kept.
    pub const fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// A new secret.
    pub fn generate(randomness: &dyn Randomness) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        randomness.fill(&mut *bytes);
        Self(bytes)
    }

    /// The bytes, to keep them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The secret for one purpose (HKDF-SHA256, RFC 5869).
    pub fn derive(&self, purpose: Purpose) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        expand(self.as_bytes(), purpose.label(), &mut derived);
        derived
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterSecret([redacted])")
    }
}

// === impl Purpose ===

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 6] = [
        Self::SessionToken,
        Self::PersonKey,
        Self::Pairwise,
        Self::SessionIdClaim,
        Self::StoreEncryption,
        Self::CardHandoff,
    ];

    /// The label that goes into the derivation. To change one is to change every value made with it.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::SessionToken => b"session-token/1",
            Self::PersonKey => b"person-key/1",
            Self::Pairwise => b"pairwise/1",
            Self::SessionIdClaim => b"session-id-claim/1",
            Self::StoreEncryption => b"store-encryption/1",
            Self::CardHandoff => b"card-handoff/1",
        }
    }
}

/// The key that stores encrypt with what they write to disk.
pub fn store_key(master: &MasterSecret) -> Zeroizing<[u8; 32]> {
    master.derive(Purpose::StoreEncryption)
}

fn expand(secret: &[u8; 32], label: &[u8], output: &mut [u8; 32]) {
    let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA256, b"varco").extract(secret);
    let filled = pseudorandom.expand(&[label], hkdf::HKDF_SHA256).and_then(|material| material.fill(output));
    #[expect(clippy::expect_used, reason = "32 bytes are the first of the 255 blocks that HKDF-SHA256 can give")]
    filled.expect("one block of HKDF-SHA256");
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;
    use crate::fixture::{self, Sequence};

    /// Made with another implementation of RFC 5869. A change here ends every session and renames
    /// every citizen at every service.
    #[test]
    fn each_purpose_has_its_own_secret_for_ever() {
        for (purpose, expected) in [
            (Purpose::SessionToken, "6a4d4b0d67ec83fd9027ece003af4f388234c587f0e6905efcb90e61b0baa1f0"),
            (Purpose::PersonKey, "81145fe557bae7e6a09d7c5b40a17a48d0bb50181a08dca7ba7140766d1bd828"),
            (Purpose::Pairwise, "ce98c12f16adba5f64cdf6bdf0c81908b1cfc5767191dbf270c6a954e71c8226"),
            (Purpose::SessionIdClaim, "8dc4676b1170e409ff4dd7739325048e8234de3f497b12cb2c5e47689b1bd421"),
            (Purpose::StoreEncryption, "75891861bf5268773edc41dc9966046b4aec2ebceca7cb02c2c16b676e9dbf97"),
        ] {
            assert_eq!(HEXLOWER.encode(&*fixture::master().derive(purpose)), expected, "{purpose:?}");
        }
    }

    #[test]
    fn it_does_not_print_itself() {
        assert_eq!(format!("{:?}", MasterSecret::generate(&Sequence::default())), "MasterSecret([redacted])");
    }
}
