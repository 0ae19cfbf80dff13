//! An answer taken apart. (RFC 6960, section 4.2.1.)

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::id::CertId;
use super::responder::ResponderId;
use super::{CardStatus, OcspRefusal};
use crate::der::{
    ENUMERATED, GENERALIZED_TIME, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, Signed, expect, only, optional, take,
};
use crate::extensions::Extensions;

/// The only kind of answer that there is.
const BASIC: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];

/// One is enough; some bring the whole way up.
const MOST_CERTIFICATES: usize = 8;

/// Tags that only say which of several fields follows.
const FIELD_0: u8 = 0xa0;
const FIELD_1: u8 = 0xa1;

const GOOD: u8 = 0x80;
const REVOKED: u8 = 0xa1;
const UNKNOWN: u8 = 0x82;

/// What an answer says, nothing of it verified.
pub(super) struct Parts<'d> {
    pub(super) signed: Signed<'d>,
    pub(super) certificates: Vec<&'d [u8]>,
    pub(super) responder: ResponderId<'d>,
    pub(super) made_at: Timestamp,
    pub(super) single: Single<'d>,
}

/// What it says about one certificate.
pub(super) struct Single<'d> {
    pub(super) id: CertId<'d>,
    pub(super) status: CardStatus,
    pub(super) this_update: Timestamp,
    pub(super) next_update: Option<Timestamp>,
}

// === impl Parts ===

impl<'d> Parts<'d> {
    pub(super) fn of(der: &'d [u8]) -> Result<Self, OcspRefusal> {
        let basic = basic(der)?;
        let (signed, rest) = Signed::within(basic).ok_or(OcspRefusal::Malformed)?;
        let certificates = certificates(rest)?;
        // The version is not there: it is the first, which has one form only. (X.690, section 11.5.)
        let data = only(signed.content, SEQUENCE).ok_or(OcspRefusal::Malformed)?;
        let (responder, rest) = ResponderId::first(data).ok_or(OcspRefusal::Malformed)?;
        let made_at = expect(rest, GENERALIZED_TIME).ok_or(OcspRefusal::Malformed)?;
        let singles = expect(made_at.rest, SEQUENCE).ok_or(OcspRefusal::Malformed)?;
        check_extensions(singles.rest)?;
        let made_at = instant(made_at.content).ok_or(OcspRefusal::Malformed)?;
        Ok(Self { signed, certificates, responder, made_at, single: Single::alone(singles.content)? })
    }
}

// === impl Single ===

impl<'d> Single<'d> {
    /// What was asked is one certificate. An answer that speaks of others too, or of the same one twice, could be read
    /// in more than one way.
    fn alone(der: &'d [u8]) -> Result<Self, OcspRefusal> {
        if der.is_empty() {
            return Err(OcspRefusal::NotOne);
        }
        let first = expect(der, SEQUENCE).ok_or(OcspRefusal::Malformed)?;
        if !first.rest.is_empty() {
            return Err(OcspRefusal::NotOne);
        }
        let (single, extensions) = Self::of(first.content).ok_or(OcspRefusal::Malformed)?;
        check_extensions(extensions)?;
        Ok(single)
    }

    fn of(der: &'d [u8]) -> Option<(Self, &'d [u8])> {
        let id = expect(der, SEQUENCE)?;
        let status = take(id.rest)?;
        let this_update = expect(status.rest, GENERALIZED_TIME)?;
        let (next_update, rest) = optional(this_update.rest, FIELD_0);
        let next_update = match next_update {
            Some(next) => Some(instant(only(next, GENERALIZED_TIME)?)?),
            None => None,
        };
        let single = Self {
            id: CertId::of(id.content)?,
            status: said(status.tag, status.content)?,
            this_update: instant(this_update.content)?,
            next_update,
        };
        Some((single, rest))
    }
}

/// The answer itself, where there is one.
fn basic(der: &[u8]) -> Result<&[u8], OcspRefusal> {
    let whole = only(der, SEQUENCE).ok_or(OcspRefusal::Malformed)?;
    let status = expect(whole, ENUMERATED).ok_or(OcspRefusal::Malformed)?;
    let &[code] = status.content else { return Err(OcspRefusal::Malformed) };
    if code != 0 {
        return Err(OcspRefusal::Declined(code));
    }
    let bytes = only(status.rest, FIELD_0).and_then(|bytes| only(bytes, SEQUENCE)).ok_or(OcspRefusal::Malformed)?;
    let kind = expect(bytes, OBJECT_IDENTIFIER).ok_or(OcspRefusal::Malformed)?;
    if kind.content != BASIC {
        return Err(OcspRefusal::Kind);
    }
    let basic = only(kind.rest, OCTET_STRING).and_then(|basic| only(basic, SEQUENCE));
    basic.ok_or(OcspRefusal::Malformed)
}

/// Certificates that the answer brings. No signature covers them.
fn certificates(der: &[u8]) -> Result<Vec<&[u8]>, OcspRefusal> {
    if der.is_empty() {
        return Ok(Vec::new());
    }
    let list = only(der, FIELD_0).and_then(|list| only(list, SEQUENCE)).ok_or(OcspRefusal::Malformed)?;
    let mut rest = list;
    let mut certificates = Vec::new();
    while !rest.is_empty() {
        let certificate = expect(rest, SEQUENCE).ok_or(OcspRefusal::Malformed)?;
        if certificates.len() == MOST_CERTIFICATES {
            return Err(OcspRefusal::TooManyCertificates);
        }
        certificates.push(certificate.whole);
        rest = certificate.rest;
    }
    Ok(certificates)
}

/// RFC 6960, section 4.2.1: `CertStatus`.
fn said(tag: u8, content: &[u8]) -> Option<CardStatus> {
    match tag {
        GOOD => content.is_empty().then_some(CardStatus::Good),
        UNKNOWN => content.is_empty().then_some(CardStatus::Unknown),
        REVOKED => {
            let since = expect(content, GENERALIZED_TIME)?;
            // Whatever the reason is.
            let plain = since.rest.is_empty() || only(only(since.rest, FIELD_0)?, ENUMERATED).is_some();
            (instant(since.content).is_some() && plain).then_some(CardStatus::Revoked)
        }
        _ => None,
    }
}

/// RFC 6960, section 4.4: all that are known are there to be passed over. Nobody asked for a nonce, so that one in the
/// answer says nothing.
fn check_extensions(der: &[u8]) -> Result<(), OcspRefusal> {
    if der.is_empty() {
        return Ok(());
    }
    let extensions = only(der, FIELD_1).and_then(Extensions::of).ok_or(OcspRefusal::Malformed)?;
    for extension in extensions {
        if extension.ok_or(OcspRefusal::Malformed)?.critical {
            return Err(OcspRefusal::Critical);
        }
    }
    Ok(())
}

/// RFC 5280, section 4.1.2.5.2: `YYYYMMDDHHMMSSZ`, the only form.
fn instant(text: &[u8]) -> Option<Timestamp> {
    let digits =
        text.strip_suffix(b"Z").filter(|digits| digits.len() == 14 && digits.iter().all(u8::is_ascii_digit))?;
    let digits = std::str::from_utf8(digits).ok()?;
    let two = |from: usize| digits.get(from..from + 2)?.parse::<i8>().ok();
    let time = DateTime::new(digits.get(..4)?.parse().ok()?, two(4)?, two(6)?, two(8)?, two(10)?, two(12)?, 0).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}
