//! What every certificate here is made of: a key, a number, and a time.

use std::time::Duration;

use anyhow::Result;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SerialNumber, date_time_ymd};

/// A new key as cards have them.
pub(super) fn rsa() -> Result<KeyPair> {
    Ok(KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?)
}

/// A new number of a certificate: 16 random bytes, of which the first makes it positive and long.
pub(super) fn serial() -> Result<SerialNumber> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes)?;
    bytes[0] = bytes[0] & 0x3f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

/// From when and until when a certificate counts.
pub(super) fn set_validity(params: &mut CertificateParams, from: Timestamp, until: Timestamp) -> Result<()> {
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + since_epoch(from)?;
    params.not_after = epoch + since_epoch(until)?;
    Ok(())
}

/// How long after the epoch an instant is, in whole seconds.
pub(super) fn since_epoch(at: Timestamp) -> Result<Duration> {
    Ok(Duration::from_secs(at.as_second().try_into()?))
}
