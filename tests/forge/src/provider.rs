//! An identity provider that signs whatever it is asked to.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SerialNumber};
use varco_core::name::ProviderId;
use varco_saml::provider::IdentityProvider;
use varco_saml::vocabulary::ASSERTION;
use varco_xmldsig::{Placement, SigningKey, SigningRefusal, TrustedKey};

/// Its entity identifier.
pub const ENTITY_ID: &str = "https://idp.example/";

/// A provider with its key.
pub struct Provider {
    /// As a service provider knows it.
    pub identity: IdentityProvider,
    /// What it signs with.
    pub key: SigningKey,
    /// The certificate of that key, as PEM.
    pub certificate: String,
    /// The private key, as PEM: other programs are to sign with it too.
    pub private_key: String,
}

// === impl Provider ===

impl Provider {
    /// A provider with a new RSA key of 2048 bits.
    pub fn new() -> Result<Self> {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let mut params = CertificateParams::new(vec!["idp.example".to_owned()])?;
        // Of the same length in every run: what a seed stands for must not depend on it.
        params.serial_number = Some(SerialNumber::from(0x0102_0304_0506_0708_u64));
        let certificate = params.self_signed(&pair)?.pem();
        Self::from_pem(pair.serialize_pem(), certificate)
    }

    /// The provider whose key is kept in a folder; it is made there the first time.
    ///
    /// Signatures follow from the key: to see a message of an earlier run again, keep the folder.
    pub fn kept_in(folder: &Path) -> Result<Self> {
        let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
        if let (Ok(key), Ok(certificate)) = (fs::read_to_string(&key), fs::read_to_string(&certificate)) {
            return Self::from_pem(key, certificate);
        }
        let made = Self::new()?;
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        fs::write(&key, &made.private_key).with_context(|| format!("writing {}", key.display()))?;
        fs::write(&certificate, &made.certificate).with_context(|| format!("writing {}", certificate.display()))?;
        Ok(made)
    }

    /// Where the key is kept that all tools of a working copy share.
    pub fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/forge")
    }

    fn from_pem(private_key: String, certificate: String) -> Result<Self> {
        let trusted = TrustedKey::from_certificate_pem(&certificate)?;
        let id = ProviderId::parse(ENTITY_ID)?;
        let identity = IdentityProvider::new(id, "Provider".to_owned(), None, None, vec![trusted])?;
        let key = SigningKey::from_pem(&private_key, &certificate)?;
        Ok(Self { identity, key, certificate, private_key })
    }

    /// Signs the element with this ID, after its issuer.
    pub fn sign(&self, xml: &str, id: &str) -> Result<String, SigningRefusal> {
        self.key.sign(xml, id, Placement::After(ASSERTION, "Issuer"))
    }

    /// Signs the assertion, then, if told so, the response around it.
    pub fn seal(&self, xml: &str, response_too: bool) -> Result<String, SigningRefusal> {
        let signed = self.sign(xml, crate::answer::ASSERTION_ID)?;
        if response_too { self.sign(&signed, crate::answer::RESPONSE_ID) } else { Ok(signed) }
    }
}
