//! What tokens of every kind are held against.

use jiff::{SignedDuration, Timestamp};

use crate::jose::Verified;

/// The token says that it is of another kind, such as an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token of another kind")]
pub(super) struct OtherKind;

/// RFC 8725, section 3.11: tokens of these kinds need not say what they are, but must not say that they are
/// something else.
pub(super) fn kind(token: &Verified) -> Result<(), OtherKind> {
    let says = token.media_type();
    if says.is_none_or(|kind| kind.eq_ignore_ascii_case("JWT")) { Ok(()) } else { Err(OtherKind) }
}

pub(super) fn before(at: Timestamp, skew: SignedDuration) -> Timestamp {
    at.checked_sub(skew).unwrap_or(Timestamp::MIN)
}

pub(super) fn after(at: Timestamp, skew: SignedDuration) -> Timestamp {
    at.checked_add(skew).unwrap_or(Timestamp::MAX)
}
