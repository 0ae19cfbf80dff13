//! Lists, written by hand: good ones and all others.

use rcgen::{KeyPair, SigningKey as _};

use super::TestAuthority;
use crate::certificate::parse;
use crate::der::{
    BIT_STRING, BOOLEAN, ENUMERATED, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, UTC_TIME, write,
};

/// ECDSA with SHA-256.
pub(crate) const METHOD: [u8; 12] = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

/// Extensions of lists and of their entries.
pub(crate) const LIST_NUMBER: [u8; 3] = [0x55, 0x1d, 0x14];
pub(crate) const REASON: [u8; 3] = [0x55, 0x1d, 0x15];
pub(crate) const HOLD_INSTRUCTION: [u8; 3] = [0x55, 0x1d, 0x17];
pub(crate) const INVALID_SINCE: [u8; 3] = [0x55, 0x1d, 0x18];
pub(crate) const DELTA: [u8; 3] = [0x55, 0x1d, 0x1b];
pub(crate) const POINT: [u8; 3] = [0x55, 0x1d, 0x1c];
pub(crate) const CERTIFICATE_ISSUER: [u8; 3] = [0x55, 0x1d, 0x1d];

/// What a list says.
pub(crate) struct WrittenList {
    issuer: Vec<u8>,
    pub(crate) made_at: &'static str,
    pub(crate) next_at: Option<&'static str>,
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) extensions: Vec<Vec<u8>>,
}

// === impl WrittenList ===

impl WrittenList {
    /// An empty list from the day before for a week.
    pub(crate) fn of(authority: &TestAuthority) -> Self {
        let issuer = parse(&authority.der()).unwrap().subject().as_raw().to_vec();
        let extensions = vec![extension(&LIST_NUMBER, false, &write(INTEGER, &[&[1]]))];
        Self { issuer, made_at: "261124000000Z", next_at: Some("261201000000Z"), entries: vec![], extensions }
    }

    pub(crate) fn signed_by(&self, key: &KeyPair) -> Vec<u8> {
        let entries = self.entries.concat();
        let revoked = if entries.is_empty() { vec![] } else { write(SEQUENCE, &[&entries]) };
        let signed = write(
            SEQUENCE,
            &[
                &write(INTEGER, &[&[1]]),
                &METHOD,
                &self.issuer,
                &write(UTC_TIME, &[self.made_at.as_bytes()]),
                &self.next_at.map_or(vec![], |next| write(UTC_TIME, &[next.as_bytes()])),
                &revoked,
                &write(0xa0, &[&write(SEQUENCE, &[&self.extensions.concat()])]),
            ],
        );
        signature(&signed, key, &[])
    }
}

/// Something signed, and what comes after its signature.
pub(crate) fn signature(signed: &[u8], key: &KeyPair, after: &[u8]) -> Vec<u8> {
    let value = key.sign(signed).unwrap();
    write(SEQUENCE, &[signed, &METHOD, &write(BIT_STRING, &[&[0], &value]), after])
}

pub(crate) fn entry(serial: &[u8], extensions: &[Vec<u8>]) -> Vec<u8> {
    let extensions = if extensions.is_empty() { vec![] } else { write(SEQUENCE, &[&extensions.concat()]) };
    write(SEQUENCE, &[&write(INTEGER, &[serial]), &write(UTC_TIME, &[b"260101000000Z"]), &extensions])
}

pub(crate) fn reason(code: u8) -> Vec<u8> {
    extension(&REASON, false, &write(ENUMERATED, &[&[code]]))
}

pub(crate) fn extension(identifier: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { write(BOOLEAN, &[&[0xff]]) } else { vec![] };
    write(SEQUENCE, &[&write(OBJECT_IDENTIFIER, &[identifier]), &critical, &write(OCTET_STRING, &[value])])
}

/// An issuing distribution point with these addresses, and with these limits.
pub(crate) fn point(addresses: &[&str], limits: &[u8]) -> Vec<u8> {
    extension(&POINT, true, &published_at(addresses, limits))
}

/// A distribution point, and what else it says.
pub(crate) fn published_at(addresses: &[&str], more: &[u8]) -> Vec<u8> {
    let names: Vec<_> = addresses.iter().flat_map(|address| write(0x86, &[address.as_bytes()])).collect();
    let name = if names.is_empty() { vec![] } else { write(0xa0, &[&write(0xa0, &[&names])]) };
    write(SEQUENCE, &[&name, more])
}
