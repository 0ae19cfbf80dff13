//! What an authority has revoked: its list, verified once and kept as the numbers alone. (RFC 5280, section 5.)

use jiff::Timestamp;
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::{AlgorithmIdentifier, X509Name};

use crate::authority::Authority;
use crate::certificate::{instant, parse};
use crate::der::{INTEGER, SEQUENCE, Signed, expect, take, trimmed};
use crate::signature::verifies;

/// The numbers of revoked certificates. A number of up to 16 bytes takes 16; longer ones, of up to 20, are few.
#[derive(Debug)]
pub struct RevokedList {
    short: Vec<u128>,
    long: Vec<Box<[u8]>>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the next one is due.
    pub next_at: Timestamp,
}

/// Why a list does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListRefusal {
    /// It is no list of revoked certificates.
    #[error("not a list of revoked certificates")]
    Malformed,
    /// It is of another authority.
    #[error("a list of somebody else")]
    Issuer,
    /// It is not signed by its authority.
    #[error("the signature does not verify")]
    Signature,
    /// It tells a part only: what is not in it may be revoked all the same.
    #[error("a list of a part only")]
    Partial,
    /// It does not say when the next one is due.
    #[error("nextUpdate is missing")]
    NoEnd,
    /// It is from the future.
    #[error("made in the future")]
    TooEarly,
}

/// The longest number that a certificate may have. (RFC 5280, section 4.1.2.2.)
const LONGEST_SERIAL: usize = 20;

// === impl RevokedList ===

impl RevokedList {
    /// Reads a list in DER, which this authority must have signed.
    pub fn read(der: &[u8], authority: &Authority, now: Timestamp) -> Result<Self, ListRefusal> {
        let parts = Parts::of(der).ok_or(ListRefusal::Malformed)?;
        let issuer = parse(authority.certificate()).map_err(|_| ListRefusal::Issuer)?;
        if issuer.subject().as_raw() != parts.issuer.as_raw() {
            return Err(ListRefusal::Issuer);
        }
        if !verifies(issuer.public_key(), &parts.algorithm, parts.signed, parts.signature) {
            return Err(ListRefusal::Signature);
        }
        check_extensions(parts.extensions)?;
        let (made_at, next_at) = (parts.made_at, parts.next_at.ok_or(ListRefusal::NoEnd)?);
        if made_at > now {
            return Err(ListRefusal::TooEarly);
        }
        let mut list = Self { short: Vec::new(), long: Vec::new(), made_at, next_at };
        list.fill(parts.revoked).ok_or(ListRefusal::Malformed)?;
        list.short.sort_unstable();
        list.short.shrink_to_fit();
        list.long.sort_unstable();
        Ok(list)
    }

    /// Whether a certificate of this number was revoked.
    pub fn holds(&self, serial: &[u8]) -> bool {
        let serial = trimmed(serial);
        match number(serial) {
            Some(number) => self.short.binary_search(&number).is_ok(),
            None => self.long.binary_search_by(|one| (**one).cmp(serial)).is_ok(),
        }
    }

    /// How many there are.
    pub fn length(&self) -> usize {
        self.short.len() + self.long.len()
    }

    /// Whether a newer one is due.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now >= self.next_at
    }

    fn fill(&mut self, mut entries: &[u8]) -> Option<()> {
        while !entries.is_empty() {
            let entry = expect(entries, SEQUENCE)?;
            let serial = expect(entry.content, INTEGER)?;
            let serial = trimmed(serial.content);
            if serial.len() > LONGEST_SERIAL {
                return None;
            }
            match number(serial) {
                Some(number) => self.short.push(number),
                None => self.long.push(serial.into()),
            }
            entries = entry.rest;
        }
        Some(())
    }
}

/// RFC 5280, section 5.2: a part of a list is told by extensions that are critical. One that is not understood may be
/// of that kind.
fn check_extensions(extensions: &[u8]) -> Result<(), ListRefusal> {
    let mut rest = expect(extensions, SEQUENCE).ok_or(ListRefusal::Malformed)?.content;
    while !rest.is_empty() {
        let (after, extension) = X509Extension::from_der(rest).map_err(|_| ListRefusal::Malformed)?;
        let whole = match extension.parsed_extension() {
            ParsedExtension::IssuingDistributionPoint(point) => {
                !point.only_contains_attribute_certs
                    && !point.only_contains_ca_certs
                    && !point.indirect_crl
                    && point.only_some_reasons.is_none()
            }
            _ => !extension.critical,
        };
        if !whole {
            return Err(ListRefusal::Partial);
        }
        rest = after;
    }
    Ok(())
}

fn number(serial: &[u8]) -> Option<u128> {
    (serial.len() <= 16).then(|| serial.iter().fold(0, |number, byte| number << 8 | u128::from(*byte)))
}

/// A list taken apart, its entries as they stand.
struct Parts<'d> {
    signed: &'d [u8],
    issuer: X509Name<'d>,
    algorithm: AlgorithmIdentifier<'d>,
    signature: &'d [u8],
    made_at: Timestamp,
    next_at: Option<Timestamp>,
    revoked: &'d [u8],
    extensions: &'d [u8],
}

/// An entry takes about 40 bytes; a list has none where nothing was revoked.
const TIMES: [u8; 2] = [0x17, 0x18];

// === impl Parts ===

impl<'d> Parts<'d> {
    /// RFC 5280, section 5.1.
    fn of(der: &'d [u8]) -> Option<Self> {
        let Signed { content: signed, algorithm: outer, value: signature } = Signed::of(der)?;
        let (_, algorithm) = AlgorithmIdentifier::from_der(outer).ok()?;
        let list = expect(signed, SEQUENCE)?;
        let version = expect(list.content, INTEGER)?;
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
        let (revoked, rest) = match expect(rest, SEQUENCE) {
            Some(revoked) => (revoked.content, revoked.rest),
            None => (&rest[..0], rest),
        };
        let extensions = expect(rest, 0xa0).filter(|extensions| extensions.rest.is_empty())?;
        Some(Self { signed, issuer, algorithm, signature, made_at, next_at, revoked, extensions: extensions.content })
    }
}

fn time(der: &[u8]) -> Option<(Timestamp, &[u8])> {
    take(der).filter(|element| TIMES.contains(&element.tag))?;
    let (rest, time) = x509_parser::time::ASN1Time::from_der(der).ok()?;
    Some((instant(time.timestamp()), rest))
}
