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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{self, session_id};

    fn tokens() -> SessionTokens {
        SessionTokens::new(&fixture::master())
    }

    #[test]
    fn the_form_of_a_token_does_not_change() {
        let token = tokens().seal(&session_id(), "servizi.example");
        assert_eq!(token.as_str(), "BwcHBwcHBwcHBwcHBwcHB3FYOT1pwdyPRhRrVFRck44");
        assert_eq!(format!("{token:?}"), "[redacted]");
    }

    #[test]
    fn the_case_of_the_host_means_nothing() {
        let token = tokens().seal(&session_id(), "Servizi.Example");
        assert_eq!(tokens().open(token.as_str(), "servizi.EXAMPLE"), Some(session_id()));
    }

    #[test]
    fn a_token_of_another_region_opens_nothing() {
        let other = SessionTokens::new(&MasterSecret::from_bytes([9; 32].into()));
        let token = other.seal(&session_id(), "servizi.example");
        assert_eq!(tokens().open(token.as_str(), "servizi.example"), None);
    }

    proptest! {
        #[test]
        fn a_token_opens_on_its_own_host_only(id: [u8; 16], host in "[a-z0-9.-]{1,20}", other in "[a-z0-9.-]{1,20}") {
            let id = SessionId(Secret::from_bytes(id));
            let token = tokens().seal(&id, &host);
            prop_assert_eq!(tokens().open(token.as_str(), &host), Some(id));
            prop_assert_eq!(tokens().open(token.as_str(), &other), (host == other).then_some(id));
        }

        #[test]
        fn no_flipped_bit_goes_unseen(id: [u8; 16], bit in 0_usize..256) {
            let token = tokens().seal(&SessionId(Secret::from_bytes(id)), "servizi.example");
            let mut bytes = BASE64URL_NOPAD.decode(token.as_str().as_bytes()).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert_eq!(tokens().open(&BASE64URL_NOPAD.encode(&bytes), "servizi.example"), None);
        }

        #[test]
        fn any_other_text_opens_nothing(id: [u8; 16], at in 0_usize..43, cut in 0_usize..43, text in "[ -~]{0,60}") {
            let token = tokens().seal(&SessionId(Secret::from_bytes(id)), "servizi.example");
            let token = token.as_str();
            let longer = format!("{token}{}", &token[at..]);
            let other_character = format!("{}!{}", &token[..at], &token[at + 1..]);
            for forged in [text.as_str(), &token[..cut], &longer, &other_character, &format!("{token}=")] {
                prop_assert_eq!(tokens().open(forged, "servizi.example"), None);
            }
        }
    }
}
