//! Answers, written by hand: good ones and all others.

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use rcgen::KeyPair;

use super::list::signature;
use crate::certificate::parse;
use crate::der::{ENUMERATED, GENERALIZED_TIME, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, write};

pub(crate) const BASIC: [u8; 9] = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
pub(crate) const GOOD: [u8; 2] = [0x80, 0];
pub(crate) const UNKNOWN: [u8; 2] = [0x82, 0];

/// What an answer says.
#[derive(Clone)]
pub(crate) struct WrittenAnswer {
    pub(crate) status: u8,
    pub(crate) kind: Vec<u8>,
    /// What comes first, which should be nothing.
    pub(crate) version: Vec<u8>,
    pub(crate) responder: Vec<u8>,
    pub(crate) made_at: &'static str,
    pub(crate) singles: Vec<WrittenSingle>,
    pub(crate) extensions: Vec<u8>,
    pub(crate) certificates: Vec<Vec<u8>>,
}

/// What it says about one certificate.
#[derive(Clone)]
pub(crate) struct WrittenSingle {
    pub(crate) id: Vec<u8>,
    pub(crate) said: Vec<u8>,
    pub(crate) this_update: &'static str,
    pub(crate) next_update: Option<&'static str>,
    pub(crate) extensions: Vec<u8>,
}

// === impl WrittenAnswer ===

impl WrittenAnswer {
    /// That this card is good, at noon and for a day, by whoever has this certificate.
    pub(crate) fn about(card: &[u8], issuer: &[u8], responder: &[u8]) -> Self {
        Self {
            status: 0,
            kind: BASIC.to_vec(),
            version: vec![],
            responder: by_name(responder),
            made_at: "20261125115900Z",
            singles: vec![WrittenSingle::about(card, issuer)],
            extensions: vec![],
            certificates: vec![],
        }
    }

    /// The same with another status.
    pub(crate) fn saying(mut self, said: &[u8]) -> Self {
        self.singles[0].said = said.to_vec();
        self
    }

    pub(crate) fn signed_by(&self, key: &KeyPair) -> Vec<u8> {
        let singles: Vec<_> = self.singles.iter().flat_map(WrittenSingle::der).collect();
        let made_at = write(GENERALIZED_TIME, &[self.made_at.as_bytes()]);
        let singles = write(SEQUENCE, &[&singles]);
        let signed = write(SEQUENCE, &[&self.version, &self.responder, &made_at, &singles, &self.extensions]);
        let certificates = match &self.certificates[..] {
            [] => vec![],
            some => write(0xa0, &[&write(SEQUENCE, &[&some.concat()])]),
        };
        self.around(&signature(&signed, key, &certificates))
    }

    /// An answer around what is signed.
    pub(crate) fn around(&self, basic: &[u8]) -> Vec<u8> {
        let bytes = write(SEQUENCE, &[&write(OBJECT_IDENTIFIER, &[&self.kind]), &write(OCTET_STRING, &[basic])]);
        write(SEQUENCE, &[&write(ENUMERATED, &[&[self.status]]), &write(0xa0, &[&bytes])])
    }
}

// === impl WrittenSingle ===

impl WrittenSingle {
    pub(crate) fn about(card: &[u8], issuer: &[u8]) -> Self {
        Self {
            id: id(&SHA1_FOR_LEGACY_USE_ONLY, card, issuer),
            said: GOOD.to_vec(),
            this_update: "20261125115500Z",
            next_update: Some("20261126115500Z"),
            extensions: vec![],
        }
    }

    fn der(&self) -> Vec<u8> {
        let time = |text: &str| write(GENERALIZED_TIME, &[text.as_bytes()]);
        let next = self.next_update.map_or(vec![], |next| write(0xa0, &[&time(next)]));
        write(SEQUENCE, &[&self.id, &self.said, &time(self.this_update), &next, &self.extensions])
    }
}

/// Revoked at the beginning of the year, because the key was lost.
pub(crate) fn revoked() -> Vec<u8> {
    let reason = write(0xa0, &[&write(ENUMERATED, &[&[1]])]);
    write(0xa1, &[&write(GENERALIZED_TIME, &[b"20260101000000Z"]), &reason])
}

pub(crate) fn by_name(certificate: &[u8]) -> Vec<u8> {
    write(0xa1, &[parse(certificate).unwrap().subject().as_raw()])
}

pub(crate) fn by_key(certificate: &[u8]) -> Vec<u8> {
    let certificate = parse(certificate).unwrap();
    let key = digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate.public_key().subject_public_key.data);
    write(0xa2, &[&write(OCTET_STRING, &[key.as_ref()])])
}

/// How a certificate is named by digests.
pub(crate) fn id(hash: &'static Algorithm, card: &[u8], issuer: &[u8]) -> Vec<u8> {
    let identifier: &[u8] = if *hash == SHA1_FOR_LEGACY_USE_ONLY {
        &[0x2b, 0x0e, 0x03, 0x02, 0x1a]
    } else if *hash == SHA256 {
        &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]
    } else {
        &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]
    };
    let (card, issuer) = (parse(card).unwrap(), parse(issuer).unwrap());
    let part = |bytes: &[u8]| write(OCTET_STRING, &[digest(hash, bytes).as_ref()]);
    let method = write(SEQUENCE, &[&write(OBJECT_IDENTIFIER, &[identifier]), &[5, 0]]);
    let (name, key) = (issuer.subject().as_raw(), &issuer.public_key().subject_public_key.data);
    write(SEQUENCE, &[&method, &part(name), &part(key), &write(INTEGER, &[card.raw_serial()])])
}
