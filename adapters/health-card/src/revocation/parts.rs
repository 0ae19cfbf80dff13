//! A list taken apart, its entries as they stand. (RFC 5280, section 5.1.)

use jiff::Timestamp;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::{AlgorithmIdentifier, X509Name};

use super::entries::TIMES;
use crate::certificate::instant;
use crate::der::{INTEGER, SEQUENCE, Signed, expect, only, optional, take};

/// What a list says, nothing of it verified.
pub(super) struct Parts<'d> {
    pub(super) signed: &'d [u8],
    pub(super) issuer: X509Name<'d>,
    pub(super) algorithm: AlgorithmIdentifier<'d>,
    pub(super) signature: &'d [u8],
    pub(super) made_at: Timestamp,
    pub(super) next_at: Option<Timestamp>,
    pub(super) revoked: &'d [u8],
    pub(super) extensions: &'d [u8],
}

/// The tag that says that extensions follow.
const EXTENSIONS: u8 = 0xa0;

// === impl Parts ===

impl<'d> Parts<'d> {
    pub(super) fn of(der: &'d [u8]) -> Option<Self> {
        let Signed { content: signed, algorithm: outer, value: signature } = Signed::of(der)?;
        let (_, algorithm) = AlgorithmIdentifier::from_der(outer).ok()?;
        let version = expect(only(signed, SEQUENCE)?, INTEGER)?;
        // Version 2: the first one has no extensions, so that nobody could tell a part from the whole.
        (version.content == [1]).then_some(())?;
        // Section 5.1.1.2: what is signed says how, in the same words.
        let rest = version.rest.strip_prefix(outer)?;
        let (rest, issuer) = X509Name::from_der(rest).ok()?;
        let (made_at, rest) = time(rest)?;
        let (next_at, rest) = match time(rest) {
            Some((next_at, rest)) => (Some(next_at), rest),
            None => (None, rest),
        };
        // Where nothing was revoked, nothing is there.
        let (revoked, rest) = optional(rest, SEQUENCE);
        let extensions = only(rest, EXTENSIONS)?;
        let revoked = revoked.unwrap_or_default();
        Some(Self { signed, issuer, algorithm, signature, made_at, next_at, revoked, extensions })
    }
}

fn time(der: &[u8]) -> Option<(Timestamp, &[u8])> {
    take(der).filter(|element| TIMES.contains(&element.tag))?;
    let (rest, time) = x509_parser::time::ASN1Time::from_der(der).ok()?;
    Some((instant(time.timestamp()), rest))
}
