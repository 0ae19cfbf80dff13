//! The time and randomness of the test tools, which run in the real world.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jiff::Timestamp;

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "these tools are the outside world: here the time really comes from")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A random token of 128 bits, in base64url.
pub fn random_token() -> String {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

/// A random identifier. (RFC 9562, section 5.4.)
pub fn random_uuid() -> String {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// A random number.
pub fn random_number() -> u16 {
    let mut bytes = [0; 2];
    fill(&mut bytes);
    u16::from_be_bytes(bytes)
}

/// Six random digits.
pub fn random_digits() -> String {
    let mut bytes = [0; 4];
    fill(&mut bytes);
    format!("{:06}", u32::from_be_bytes(bytes) % 1_000_000)
}

#[expect(clippy::expect_used, reason = "a machine without randomness runs no tests")]
fn fill(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the system gives random bytes");
}
