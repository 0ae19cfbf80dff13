//! Encrypting as a provider does, and in ways that none should.

use aws_lc_rs::aead::{self, AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepAlgorithm, OaepPublicEncryptingKey, PublicEncryptingKey};
use data_encoding::BASE64;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

/// How something is encrypted.
#[derive(Clone)]
pub(crate) struct Encryption {
    /// For whom, in base64.
    pub(crate) certificate: String,
    /// The identifier of the cipher.
    pub(crate) cipher: &'static str,
    /// The identifier of the key transport.
    pub(crate) transport: &'static str,
    /// What the key transport is told.
    pub(crate) parameters: String,
    /// What the key transport does.
    pub(crate) oaep: &'static OaepAlgorithm,
    /// Where the key stands.
    pub(crate) placement: Placement,
}

/// Where the encrypted key stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Placement {
    /// In the `KeyInfo` of the data.
    Inside,
    /// After the data.
    Beside,
    /// After the data, whose `KeyInfo` refers to it.
    Referred,
}

// === impl Encryption ===

impl Encryption {
    /// AES-256-GCM and RSA-OAEP with the key inside, as most providers do.
    pub(crate) fn to(certificate: &str) -> Self {
        Self {
            certificate: certificate.to_owned(),
            cipher: "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            transport: "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
            parameters: String::new(),
            oaep: &OAEP_SHA1_MGF1SHA1,
            placement: Placement::Inside,
        }
    }

    /// What stands in an `EncryptedAssertion` whose content is this.
    pub(crate) fn of(&self, content: &[u8]) -> String {
        let mut key = vec![0; self.algorithm().key_len()];
        rand::fill(&mut key).unwrap();
        self.write(&self.sealed(&key, content), &self.wrapped(&key))
    }

    /// Nonce, cipher text and tag.
    pub(crate) fn sealed(&self, key: &[u8], content: &[u8]) -> Vec<u8> {
        let mut nonce = [0; 12];
        rand::fill(&mut nonce).unwrap();
        let mut sealed = content.to_vec();
        let key = LessSafeKey::new(UnboundKey::new(self.algorithm(), key).unwrap());
        key.seal_in_place_append_tag(Nonce::from(&nonce), Aad::empty(), &mut sealed).unwrap();
        [&nonce[..], &sealed].concat()
    }

    /// A key, encrypted.
    pub(crate) fn wrapped(&self, key: &[u8]) -> Vec<u8> {
        let der = BASE64.decode(self.certificate.as_bytes()).unwrap();
        let (_, certificate) = X509Certificate::from_der(&der).unwrap();
        let public = PublicEncryptingKey::from_der(certificate.public_key().raw).unwrap();
        let public = OaepPublicEncryptingKey::new(public).unwrap();
        let mut wrapped = vec![0; public.ciphertext_size()];
        public.encrypt(self.oaep, key, &mut wrapped, None).unwrap();
        wrapped
    }

    /// The elements around two cipher texts, whatever these are.
    pub(crate) fn write(&self, sealed: &[u8], wrapped: &[u8]) -> String {
        let Self { certificate, cipher, transport, parameters, .. } = self;
        let value = |bytes| {
            let value = BASE64.encode(bytes);
            format!("<xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData>")
        };
        let (data, wrapped) = (value(sealed), value(wrapped));
        let key = |more: &str| {
            format!(
                "<xenc:EncryptedKey xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Id=\"_k\">\
                 <xenc:EncryptionMethod Algorithm=\"{transport}\">{parameters}</xenc:EncryptionMethod>\
                 <ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>\
                 {certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>{wrapped}{more}</xenc:EncryptedKey>"
            )
        };
        let info = |info| format!("<ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{info}</ds:KeyInfo>");
        let retrieval = "<ds:RetrievalMethod Type=\"http://www.w3.org/2001/04/xmlenc#EncryptedKey\" URI=\"#_k\"></ds:RetrievalMethod>";
        let list = "<xenc:ReferenceList><xenc:DataReference URI=\"#_d\"></xenc:DataReference></xenc:ReferenceList>";
        let (info, beside) = match self.placement {
            Placement::Inside => (info(key("")), String::new()),
            Placement::Beside => (String::new(), key("")),
            Placement::Referred => (info(retrieval.to_owned()), key(list)),
        };
        format!(
            "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Id=\"_d\" \
             Type=\"http://www.w3.org/2001/04/xmlenc#Element\"><xenc:EncryptionMethod Algorithm=\"{cipher}\">\
             </xenc:EncryptionMethod>{info}{data}</xenc:EncryptedData>{beside}"
        )
    }

    fn algorithm(&self) -> &'static aead::Algorithm {
        match self.cipher {
            "http://www.w3.org/2009/xmlenc11#aes128-gcm" => &AES_128_GCM,
            "http://www.w3.org/2009/xmlenc11#aes192-gcm" => &AES_192_GCM,
            _ => &AES_256_GCM,
        }
    }
}
