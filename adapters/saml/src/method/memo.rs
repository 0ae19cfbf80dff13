//! What the method notes when it asks, to hold the answer against.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varco_core::attribute::Attribute;

/// The note of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Memo {
    /// The name of the request.
    pub(super) request_id: String,
    /// When it was made, as it says itself.
    pub(super) issued_at: Timestamp,
    /// Who asked: the entity identifier of the body.
    pub(super) issuer: String,
    /// The attributes that were asked for.
    pub(super) asked_for: Vec<Attribute>,
}
