//! Extensions of lists, of their entries and of answers: which they are, and whether they may be passed over. (RFC
//! 5280, section 4.1.2.9.)

use crate::der::{BOOLEAN, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, expect, only, optional};

/// One of them.
pub(crate) struct Extension<'d> {
    pub(crate) identifier: &'d [u8],
    /// Whether what is not understood here must not be used at all.
    pub(crate) critical: bool,
    pub(crate) value: &'d [u8],
}

/// What a sequence of extensions holds. The first one that is none is the last.
pub(crate) struct Extensions<'d>(&'d [u8]);

// === impl Extensions ===

impl<'d> Extensions<'d> {
    /// These, and nothing after them.
    pub(crate) fn of(der: &'d [u8]) -> Option<Self> {
        only(der, SEQUENCE).map(Self)
    }
}

impl<'d> Iterator for Extensions<'d> {
    type Item = Option<Extension<'d>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let first = expect(self.0, SEQUENCE);
        self.0 = first.as_ref().map_or(&[], |first| first.rest);
        Some(first.and_then(|first| Extension::of(first.content)))
    }
}

// === impl Extension ===

impl<'d> Extension<'d> {
    fn of(der: &'d [u8]) -> Option<Self> {
        let identifier = expect(der, OBJECT_IDENTIFIER)?;
        let (critical, rest) = optional(identifier.rest, BOOLEAN);
        let critical = match critical {
            Some([0xff]) => true,
            // What is not critical need not say so, but some do.
            Some([0]) | None => false,
            Some(_) => return None,
        };
        Some(Self { identifier: identifier.content, critical, value: only(rest, OCTET_STRING)? })
    }
}
