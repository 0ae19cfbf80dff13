//! The value of the session cookie: the session's name, and a proof that this gateway gave it to
//! this host.
//!
//! `base64url(session id, 16 bytes | HMAC-SHA256 over host and id, cut to 16 bytes)`: checked
//! without asking a store, and of no use on another host of the region, even to its operator.

use std::borrow::Cow;
use std::fmt;

use aws_lc_rs::constant_time;
use data_encoding::BASE64URL_NOPAD;
use varco_core::secret::Secret;
use varco_core::session::SessionId;

use crate::mac::MacKey;
use crate::master::{MasterSecret, Purpose};

const ID: usize = 16;
/// 128 bits: a forger has no way to try offline, and 2^128 is out of reach online.
const PROOF: usize = 16;
/// 32 bytes in base64url without padding.
const TEXT: usize = 43;

/// The text form of a session token. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

/// Makes and opens session tokens.
pub struct SessionTokens {
    key: MacKey,
}

// === impl SessionTokens ===

impl SessionTokens {
    /// Tokens under the region's secret.
    pub fn new(master: &MasterSecret) -> Self {
        Self { key: MacKey::new(&master.derive(Purpose::SessionToken)) }
    }

    /// The token of a session for one host (without port).
    pub fn seal(&self, session: &SessionId, host: &str) -> SessionToken {
        let id = session.0.as_bytes();
        let mut bytes = [0; ID + PROOF];
        bytes[..ID].copy_from_slice(id);
        bytes[ID..].copy_from_slice(&self.proof(id, host));
        SessionToken(BASE64URL_NOPAD.encode(&bytes))
    }

    /// The session that a token names, if this gateway made it for this host (without port).
    pub fn open(&self, text: &str, host: &str) -> Option<SessionId> {
        if text.len() != TEXT {
            return None;
        }
        let mut bytes = [0; ID + PROOF];
        BASE64URL_NOPAD.decode_mut(text.as_bytes(), &mut bytes).ok()?;
        let (id, proof) = bytes.split_first_chunk::<ID>()?;
        constant_time::verify_slices_are_equal(&self.proof(id, host), proof).ok()?;
        Some(SessionId(Secret::from_bytes(*id)))
    }

    fn proof(&self, id: &[u8; ID], host: &str) -> [u8; PROOF] {
        let host = lower_case(host);
        let code = self.key.over(&[host.as_bytes(), id]);
        let mut proof = [0; PROOF];
        proof.copy_from_slice(&code[..PROOF]);
        proof
    }
}

/// Hosts are the same in any case (RFC 9110 section 4.2.3); most come in lower case already.
fn lower_case(host: &str) -> Cow<'_, str> {
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    }
}

// === impl SessionToken ===

impl SessionToken {
    /// The text, for the cookie of the citizen and nothing else.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
