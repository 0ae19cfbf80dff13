//! What was revoked, entry by entry. (RFC 5280, section 5.3.)

use super::ListRefusal;
use crate::der::{ENUMERATED, GENERALIZED_TIME, INTEGER, SEQUENCE, UTC_TIME, expect, only, take};
use crate::extensions::{Extension, Extensions};

/// The forms that instants have.
pub(super) const TIMES: [u8; 2] = [UTC_TIME, GENERALIZED_TIME];

const REASON: &[u8] = &[0x55, 0x1d, 0x15];
const INVALID_SINCE: &[u8] = &[0x55, 0x1d, 0x18];
const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1d, 0x1d];

/// The reason that takes an entry off again.
const REMOVE_FROM_LIST: [u8; 1] = [8];

/// The numbers of a list, as they stand. It ends after the first entry that is none.
pub(super) struct Entries<'d>(pub(super) &'d [u8]);

// === impl Entries ===

impl<'d> Iterator for Entries<'d> {
    type Item = Result<&'d [u8], ListRefusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let first = expect(self.0, SEQUENCE);
        self.0 = first.as_ref().map_or(&[], |first| first.rest);
        Some(first.ok_or(ListRefusal::Malformed).and_then(|first| serial(first.content)))
    }
}

fn serial(entry: &[u8]) -> Result<&[u8], ListRefusal> {
    let serial = expect(entry, INTEGER).filter(|serial| !serial.content.is_empty()).ok_or(ListRefusal::Malformed)?;
    let since = take(serial.rest).filter(|since| TIMES.contains(&since.tag)).ok_or(ListRefusal::Malformed)?;
    if !since.rest.is_empty() {
        for extension in Extensions::of(since.rest).ok_or(ListRefusal::Malformed)? {
            check(&extension.ok_or(ListRefusal::Malformed)?)?;
        }
    }
    Ok(serial.content)
}

fn check(extension: &Extension<'_>) -> Result<(), ListRefusal> {
    let whole = match extension.identifier {
        // Section 5.3.1: entries are taken off in lists of what has changed, and those are parts.
        REASON => only(extension.value, ENUMERATED).ok_or(ListRefusal::Malformed)? != REMOVE_FROM_LIST,
        INVALID_SINCE => true,
        // Section 5.3.3: from here on the entries are of somebody else.
        CERTIFICATE_ISSUER => false,
        _ => !extension.critical,
    };
    if whole { Ok(()) } else { Err(ListRefusal::Partial) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_after_what_is_no_entry() {
        let good = [0x30, 0x12, 2, 1, 7].into_iter().chain([0x17, 13]).chain(*b"260101000000Z").collect::<Vec<_>>();
        let list = [&good[..], &[0x31, 0], &good].concat();
        let read: Vec<_> = Entries(&list).collect();
        assert_eq!(read, [Ok(&[7][..]), Err(ListRefusal::Malformed)]);
    }
}
