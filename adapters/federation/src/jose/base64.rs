//! base64url as JOSE has it: no padding, no other alphabet, no bits that mean nothing. (RFC 7515, section 2.)

use data_encoding::BASE64URL_NOPAD;

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

pub(super) fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL_NOPAD.encode(bytes.as_ref())
}
