//! What a stored row shows to somebody who reads the file: nothing.
//!
//! A row is named by an HMAC of the secret that it is found by, and its value is sealed with
//! AES-256-GCM under a key made of the store key *and* that secret. Whoever has the file and the store
//! key, but not the citizen's cookie, still reads nothing. A key of its own for each row also keeps
//! random nonces far from their limit of 2^32 messages for one key, however often a row is written.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use zeroize::Zeroizing;

/// First byte of a sealed value: names the layout `version | nonce | ciphertext | tag`.
const VERSION: u8 = 1;

/// The key of the operator that rows are sealed under: 32 random bytes.
pub struct StoreKey(Zeroizing<[u8; 32]>);

/// Names and seals rows.
pub(crate) struct Seal(hmac::Key);

/// A kind of row and the secret that it is found by.
#[derive(Clone, Copy)]
pub(crate) struct Address<'a> {
    /// The table.
    pub(crate) table: &'static str,
    /// The secret.
    pub(crate) secret: &'a [u8],
}

/// The name of a row, which tells nothing of the secret that it is found by.
pub(crate) type Name = [u8; 32];

// === impl StoreKey ===

impl StoreKey {
    /// A key from its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StoreKey([redacted])")
    }
}

// === impl Seal ===

impl Seal {
    pub(crate) fn new(key: &StoreKey) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, &*key.0))
    }

    /// Tells one store key from another, and tells nothing of it.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        self.derive("fingerprint", Address { table: "", secret: &[] })
    }

    /// The name of the row at an address.
    pub(crate) fn name(&self, at: Address<'_>) -> Name {
        self.derive("name", at)
    }

    /// Seals a value for the row at an address.
    pub(crate) fn close(&self, at: Address<'_>, mut value: Vec<u8>) -> Result<Vec<u8>, Unspecified> {
        let nonce = self.key(at)?.seal_in_place_append_tag(self.context(at), &mut value)?;
        Ok([&[VERSION], nonce.as_ref().as_slice(), &value].concat())
    }

    /// Opens the value of the row at an address: only what [`close`](Self::close) made for that very
    /// address, unchanged.
    pub(crate) fn open(&self, at: Address<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let (version, rest) = sealed.split_first().ok_or(Unspecified)?;
        let (nonce, value) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Unspecified)?;
        if *version != VERSION {
            return Err(Unspecified);
        }
        let mut value = value.to_vec();
        let length = self.key(at)?.open_in_place(Nonce::from(nonce), self.context(at), &mut value)?.len();
        value.truncate(length);
        Ok(value)
    }

    fn key(&self, at: Address<'_>) -> Result<RandomizedNonceKey, Unspecified> {
        RandomizedNonceKey::new(&AES_256_GCM, &*Zeroizing::new(self.derive("seal", at)))
    }

    /// What the value is bound to besides its key.
    fn context(&self, at: Address<'_>) -> Aad<Vec<u8>> {
        Aad::from([&[VERSION], at.table.as_bytes(), &self.name(at)].concat())
    }

    /// One output of the store key for each purpose and address. The words hold no NUL, so no two
    /// pairs run together.
    fn derive(&self, purpose: &str, at: Address<'_>) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [purpose.as_bytes(), b"\0", at.table.as_bytes(), b"\0", at.secret] {
            context.update(part);
        }
        let mut output = [0; 32];
        output.copy_from_slice(context.sign().as_ref());
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Address<'_> = Address { table: "sessions", secret: b"one" };

    fn seal(byte: u8) -> Seal {
        Seal::new(&StoreKey::new([byte; 32]))
    }

    #[test]
    fn a_value_opens_only_at_its_address_under_its_key_unchanged() {
        let sealed = seal(1).close(HERE, b"Ada".to_vec()).unwrap();
        assert_eq!(seal(1).open(HERE, &sealed).unwrap(), b"Ada");
        assert!(seal(2).open(HERE, &sealed).is_err(), "another key");
        assert!(seal(1).open(Address { secret: b"two", ..HERE }, &sealed).is_err(), "another secret");
        assert!(seal(1).open(Address { table: "attempts", ..HERE }, &sealed).is_err(), "another table");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(seal(1).open(HERE, &changed).is_err(), "byte {place} changed");
            assert!(seal(1).open(HERE, &sealed[..place]).is_err(), "cut at {place}");
        }
    }

    #[test]
    fn the_same_value_is_never_sealed_the_same_way_twice() {
        let once = seal(1).close(HERE, b"Ada".to_vec()).unwrap();
        assert_ne!(once, seal(1).close(HERE, b"Ada".to_vec()).unwrap());
        assert!(!once.windows(3).any(|window| window == b"Ada"));
    }

    #[test]
    fn names_differ_by_key_table_and_secret() {
        let names = [
            seal(1).name(HERE),
            seal(2).name(HERE),
            seal(1).name(Address { secret: b"two", ..HERE }),
            seal(1).name(Address { table: "attempts", ..HERE }),
            seal(1).fingerprint(),
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(!names[index + 1..].contains(name), "name {index}");
        }
    }

    #[test]
    fn the_key_does_not_print() {
        assert_eq!(format!("{:?}", StoreKey::new([7; 32])), "StoreKey([redacted])");
    }
}
