//! A card as it lies in somebody's hand: a certificate and its key.

use anyhow::Result;
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{KeyPair, SerialNumber};
use reqwest::Identity;
use rustls_pki_types::CertificateDer;

use super::authority::CardAuthority;
use crate::authority::KeyAndCertificate;

/// A card that was issued.
#[derive(Clone)]
pub struct Card {
    authority: CardAuthority,
    serial: SerialNumber,
    der: CertificateDer<'static>,
    key: Vec<u8>,
    pem: KeyAndCertificate,
}

// === impl Card ===

impl Card {
    pub(super) fn new(
        authority: CardAuthority,
        certificate: &rcgen::Certificate,
        key: &KeyPair,
        serial: SerialNumber,
    ) -> Self {
        let pem = KeyAndCertificate { key: key.serialize_pem(), certificate: certificate.pem() };
        Self { authority, serial, der: certificate.der().clone(), key: key.serialize_der(), pem }
    }

    /// Who issued it.
    pub const fn authority(&self) -> &CardAuthority {
        &self.authority
    }

    /// Its number with its authority, without leading zeros.
    pub fn serial(&self) -> &[u8] {
        self.serial.as_ref()
    }

    /// Its certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its key and its certificate in PEM.
    pub const fn pem(&self) -> &KeyAndCertificate {
        &self.pem
    }

    /// What a client shows a server: the certificate alone, which is all that cards hold.
    pub fn identity(&self) -> Result<Identity> {
        Ok(Identity::from_pem(format!("{}{}", self.pem.certificate, self.pem.key).as_bytes())?)
    }

    /// A file that browsers and systems take in with this password; the key in it has this name. (PKCS #12, encrypted
    /// by AES-256 with a key of PBKDF2, which NSS, OpenSSL and Windows read.)
    pub fn pkcs12(&self, name: &str, password: &str) -> Result<Vec<u8>> {
        let certificate = Certificate::from_der(&self.der)?;
        let chain = PrivateKeyChain::new(self.serial(), PrivateKey::from_der(&self.key)?, [certificate]);
        let mut store = KeyStore::new();
        store.add_entry(name, KeyStoreEntry::PrivateKeyChain(chain));
        Ok(store.writer(password).write()?)
    }
}
