//! What the method notes when it asks, to hold the answer against, and of a login, to end it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varco_core::attribute::Attribute;
use varco_core::name::BodyId;

use crate::reason::{Fault, Reason};

/// The version of the notes. A gateway of another version refuses what it may not understand.
const VERSION: u8 = 1;

/// The note of one request. Stores seal it: it holds the secret of the PKCE exchange.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memo {
    /// Of this protocol, and of this version.
    openid: u8,
    /// In whose name it was asked.
    pub(super) body: BodyId,
    /// When.
    pub(super) asked_at: Timestamp,
    /// What the ID token must repeat.
    pub(super) nonce: String,
    /// What the code is redeemed with. (RFC 7636.)
    pub(super) code_verifier: String,
    /// The attributes that were asked for.
    pub(super) asked_for: Vec<Attribute>,
    /// The request object, for the evidence.
    pub(super) request: String,
}

/// The note of a login. Stores seal it: it holds tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LoginMemo {
    openid: u8,
    /// In whose name it was asked for.
    pub(super) body: BodyId,
    /// What the provider granted.
    pub(super) access_token: String,
    /// With which it would grant more, where a logout ends that too.
    pub(super) refresh_token: Option<String>,
}

/// The member that tells a note of this protocol from those of others.
#[derive(Deserialize)]
struct Kind {
    openid: u8,
}

/// Whether a note is of this protocol: for a method that knows more than one.
pub fn is_openid(memo: &str) -> bool {
    serde_json::from_str(memo).is_ok_and(|Kind { openid }| openid == VERSION)
}

// === impl Memo ===

impl Memo {
    pub(super) fn new(body: BodyId, asked_at: Timestamp, nonce: String, code_verifier: String) -> Self {
        let (asked_for, request) = (Vec::new(), String::new());
        Self { openid: VERSION, body, asked_at, nonce, code_verifier, asked_for, request }
    }

    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        read(text)
    }

    pub(super) fn written(&self) -> Result<String, Fault> {
        written(self)
    }
}

// === impl LoginMemo ===

impl LoginMemo {
    pub(super) const fn new(body: BodyId, access_token: String, refresh_token: Option<String>) -> Self {
        Self { openid: VERSION, body, access_token, refresh_token }
    }

    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        read(text)
    }

    pub(super) fn written(&self) -> Result<String, Fault> {
        written(self)
    }
}

fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Fault> {
    if !is_openid(text) {
        return Err(Reason::Memo.because("of another protocol or version"));
    }
    // The error itself may quote what is in it.
    serde_json::from_str(text).map_err(|_| Reason::Memo.because("it cannot be read"))
}

fn written(memo: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(memo).map_err(|_| Reason::Memo.because("it cannot be written"))
}
