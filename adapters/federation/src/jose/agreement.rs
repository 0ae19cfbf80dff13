//! Keys that are agreed on by an ephemeral one. (RFC 7518, sections 4.6 and 4.4; RFC 3394.)

use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap as _};
use zeroize::Zeroizing;

use super::algorithm::{ContentEncryption, KeyManagement};
use super::material::Curve;

/// What both sides know.
pub(super) struct Parties<'a> {
    /// How the key travels.
    pub(super) management: KeyManagement,
    /// What it is for.
    pub(super) content: ContentEncryption,
    /// `apu` and `apv`, decoded.
    pub(super) information: [&'a [u8]; 2],
}

// === impl Parties ===

impl Parties<'_> {
    /// The secret of our key and somebody's point.
    pub(super) fn derive(
        &self,
        own: &PrivateKey,
        curve: Curve,
        point: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        let theirs = UnparsedPublicKey::new(curve.agreement(), point);
        agree(own, theirs, Unspecified, |secret| Ok(self.concatenated(secret)))
    }

    /// How long the key is that comes of it, in bytes, and the name of what it is for.
    const fn purpose(&self) -> (usize, &'static str) {
        match self.management {
            KeyManagement::EcdhEsA128Kw => (16, KeyManagement::EcdhEsA128Kw.as_str()),
            KeyManagement::EcdhEsA256Kw => (32, KeyManagement::EcdhEsA256Kw.as_str()),
            KeyManagement::EcdhEs | KeyManagement::RsaOaep | KeyManagement::RsaOaep256 => {
                (self.content.key_length(), self.content.as_str())
            }
        }
    }

    /// Concat KDF with SHA-256. (RFC 7518, section 4.6.2.)
    pub(super) fn concatenated(&self, secret: &[u8]) -> Zeroizing<Vec<u8>> {
        let (length, purpose) = self.purpose();
        let rounds = length.div_ceil(SHA256_OUTPUT_LEN);
        // All of its room at once: what grows leaves copies behind that nobody wipes.
        let mut key = Zeroizing::new(Vec::with_capacity(rounds * SHA256_OUTPUT_LEN));
        for round in 1..=rounds {
            let mut context = Context::new(&SHA256);
            context.update(&number(round));
            context.update(secret);
            for part in [purpose.as_bytes(), self.information[0], self.information[1]] {
                context.update(&number(part.len()));
                context.update(part);
            }
            context.update(&number(length * 8));
            key.extend(context.finish().as_ref());
        }
        key.truncate(length);
        key
    }
}

/// Unwraps a key with one that was agreed on.
pub(super) fn unwrap(with: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let mut room = Zeroizing::new(vec![0; wrapped.len()]);
    let unwrapped = encryption_key(with)?.unwrap(wrapped, &mut room)?;
    Ok(Zeroizing::new(unwrapped.to_vec()))
}

/// Wraps a key with one that was agreed on.
pub(super) fn wrap(with: &[u8], key: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut room = vec![0; key.len() + 8];
    let wrapped = encryption_key(with)?.wrap(key, &mut room)?;
    Ok(wrapped.to_vec())
}

fn encryption_key(bytes: &[u8]) -> Result<AesKek, Unspecified> {
    AesKek::new(if bytes.len() == 16 { &AES_128 } else { &AES_256 }, bytes)
}

/// RFC 7518, section 4.6.2: lengths are numbers of 32 bits.
fn number(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}
