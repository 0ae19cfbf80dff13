//! Encrypted content: AES-GCM, and AES-CBC with HMAC. (RFC 7518, section 5.)

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{constant_time, hmac, rand};

use super::algorithm::ContentEncryption;

/// Content as it travels.
#[derive(Clone)]
pub(super) struct Sealed {
    pub(super) vector: Vec<u8>,
    pub(super) content: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

/// Encrypts, bound to what stands around it.
pub(super) fn seal(method: ContentEncryption, key: &[u8], around: &[u8], plain: &[u8]) -> Option<Sealed> {
    match method {
        ContentEncryption::A128Gcm | ContentEncryption::A256Gcm => {
            let mut nonce = [0; 12];
            rand::fill(&mut nonce).ok()?;
            let mut content = plain.to_vec();
            let tag = gcm(method, key)?
                .seal_in_place_separate_tag(Nonce::from(&nonce), Aad::from(around), &mut content)
                .ok()?;
            Some(Sealed { vector: nonce.to_vec(), content, tag: tag.as_ref().to_vec() })
        }
        ContentEncryption::A128CbcHs256 | ContentEncryption::A256CbcHs512 => {
            let (authentic, secret) = key.split_at_checked(key.len() / 2)?;
            let mut vector = [0; 16];
            rand::fill(&mut vector).ok()?;
            let mut content = plain.to_vec();
            let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(cipher(secret)?).ok()?;
            let start = EncryptionContext::Iv128(FixedLength::from(&vector));
            cipher.less_safe_encrypt(&mut content, start).ok()?;
            let tag = authentication(method, authentic, around, &vector, &content);
            Some(Sealed { vector: vector.to_vec(), content, tag })
        }
    }
}

/// Decrypts, if nothing was changed, in it or around it.
pub(super) fn open(method: ContentEncryption, key: &[u8], around: &[u8], sealed: Sealed) -> Option<Vec<u8>> {
    let Sealed { vector, mut content, tag } = sealed;
    match method {
        ContentEncryption::A128Gcm | ContentEncryption::A256Gcm => {
            let nonce = Nonce::try_assume_unique_for_key(&vector).ok()?;
            content.extend(<[u8; 16]>::try_from(tag).ok()?);
            let plain = gcm(method, key)?.open_in_place(nonce, Aad::from(around), &mut content).ok()?;
            Some(plain.to_vec())
        }
        ContentEncryption::A128CbcHs256 | ContentEncryption::A256CbcHs512 => {
            let (authentic, secret) = key.split_at_checked(key.len() / 2)?;
            let vector = <[u8; 16]>::try_from(vector).ok()?;
            // RFC 7518, section 5.2.2.2: before anything is decrypted.
            let expected = authentication(method, authentic, around, &vector, &content);
            constant_time::verify_slices_are_equal(&expected, &tag).ok()?;
            let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(cipher(secret)?).ok()?;
            let plain = cipher.decrypt(&mut content, DecryptionContext::Iv128(FixedLength::from(&vector))).ok()?;
            Some(plain.to_vec())
        }
    }
}

fn gcm(method: ContentEncryption, key: &[u8]) -> Option<LessSafeKey> {
    let algorithm = if method == ContentEncryption::A128Gcm { &AES_128_GCM } else { &AES_256_GCM };
    UnboundKey::new(algorithm, key).ok().map(LessSafeKey::new)
}

fn cipher(secret: &[u8]) -> Option<UnboundCipherKey> {
    UnboundCipherKey::new(if secret.len() == 16 { &AES_128 } else { &AES_256 }, secret).ok()
}

/// RFC 7518, section 5.2.2.1: the first half of the HMAC.
fn authentication(method: ContentEncryption, key: &[u8], around: &[u8], vector: &[u8], content: &[u8]) -> Vec<u8> {
    let algorithm = if method == ContentEncryption::A128CbcHs256 { hmac::HMAC_SHA256 } else { hmac::HMAC_SHA512 };
    let mut mac = hmac::Context::with_key(&hmac::Key::new(algorithm, key));
    let bits = (around.len() as u64).saturating_mul(8).to_be_bytes();
    for part in [around, vector, content, &bits] {
        mac.update(part);
    }
    let tag = mac.sign();
    let (half, _) = tag.as_ref().split_at(tag.as_ref().len() / 2);
    half.to_vec()
}
