//! Assertions that only their recipient can read: AES-256-GCM, and RSA-OAEP for its key.

use anyhow::{Context, Result};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use data_encoding::BASE64;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

const CLOSE: &str = "</saml:Assertion>";

/// Puts the assertion of a response in an `EncryptedAssertion` for whom this certificate is, in DER.
pub(super) fn encrypt_assertion(response: &str, certificate: &[u8]) -> Result<String> {
    let start = response.find("<saml:Assertion").context("the response has no assertion")?;
    let end = response.find(CLOSE).context("the assertion has no end")? + CLOSE.len();
    let assertion = &response[start..end];
    let mut key = [0; 32];
    rand::fill(&mut key)?;
    let (data, wrapped) = (encrypt(assertion, &key)?, wrap(&key, certificate)?);
    let (before, after) = (&response[..start], &response[end..]);
    Ok(format!(
        "{before}<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
         Type=\"http://www.w3.org/2001/04/xmlenc#Element\"><xenc:EncryptionMethod \
         Algorithm=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\"/><ds:KeyInfo \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><xenc:EncryptedKey><xenc:EncryptionMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p\"/><xenc:CipherData><xenc:CipherValue>{}\
         </xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{}\
         </xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>{after}",
        BASE64.encode(&wrapped),
        BASE64.encode(&data),
    ))
}

/// Nonce, cipher text and tag.
fn encrypt(text: &str, key: &[u8]) -> Result<Vec<u8>> {
    let mut nonce = [0; 12];
    rand::fill(&mut nonce)?;
    let mut sealed = text.as_bytes().to_vec();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?);
    key.seal_in_place_append_tag(Nonce::from(&nonce), Aad::empty(), &mut sealed)?;
    Ok([&nonce[..], &sealed].concat())
}

fn wrap(key: &[u8], certificate: &[u8]) -> Result<Vec<u8>> {
    let (_, certificate) = X509Certificate::from_der(certificate)?;
    let recipient = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(certificate.public_key().raw)?)?;
    let mut wrapped = vec![0; recipient.ciphertext_size()];
    recipient.encrypt(&OAEP_SHA1_MGF1SHA1, key, &mut wrapped, None)?;
    Ok(wrapped)
}
