//! What a responder says about one card. (RFC 6960, section 4.2.1.)

use anyhow::Result;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use rcgen::KeyPair;

use super::der::{ENUMERATED, GENERALIZED_TIME, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, write};
use super::{CardAuthority, Certified, signed};

const BASIC: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1];
const NONCE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2];
const SHA_1: &[u8] = &[0x2b, 0x0e, 3, 2, 0x1a];
const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];

/// Tags that say which of several fields follows.
const FIELD_0: u8 = 0xa0;
const FIELD_1: u8 = 0xa1;
const FIELD_2: u8 = 0xa2;

/// What is said of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardSaid {
    /// It was not revoked.
    Good,
    /// It was revoked at the beginning of the year, because its key was lost.
    Revoked,
    /// Nobody knows.
    Unknown,
}

/// How an answer names who has signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponderNamed {
    /// By their name.
    ByName,
    /// By a digest of their key.
    ByKey,
}

/// What an answer says, in the forms that it may have. It is from the morning of November 25, 2026.
#[derive(Clone, Copy, Debug)]
pub struct AnswerText {
    /// What it says of the card.
    pub said: CardSaid,
    /// Whether it says when more will be known, which is a day later.
    pub ends: bool,
    /// Whether digests are of SHA-256, and not of SHA-1.
    pub modern: bool,
    /// How it names who has signed.
    pub responder: ResponderNamed,
    /// Whether it says something that nobody asked for.
    pub nonce: bool,
}

// === impl AnswerText ===

impl AnswerText {
    /// Its DER about a card of the authority, which signs it itself.
    pub fn signed_by(self, authority: &CardAuthority, card: &[u8]) -> Result<Vec<u8>> {
        let content = self.content(authority, card, authority.der())?;
        Ok(around(&authority.sign(&content)?))
    }

    /// Its DER, signed by whoever has this certificate and its key. It brings the certificate.
    pub fn signed_for(
        self,
        authority: &CardAuthority,
        card: &[u8],
        responder: &[u8],
        key: &KeyPair,
    ) -> Result<Vec<u8>> {
        let content = self.content(authority, card, responder)?;
        let certificates = write(FIELD_0, &[&write(SEQUENCE, &[responder])]);
        Ok(around(&signed(&content, key, &certificates)?))
    }

    /// What is signed of it.
    pub fn content(self, authority: &CardAuthority, card: &[u8], responder: &[u8]) -> Result<Vec<u8>> {
        let responder = Certified::of(responder)?;
        let responder = match self.responder {
            ResponderNamed::ByName => write(FIELD_1, &[responder.subject]),
            ResponderNamed::ByKey => write(FIELD_2, &[&responder.key_digest(&SHA1_FOR_LEGACY_USE_ONLY)]),
        };
        let next = if self.ends { write(FIELD_0, &[&time("20261126093000Z")]) } else { Vec::new() };
        let id = self.id(authority, card)?;
        let more = if self.nonce { nonce() } else { Vec::new() };
        let single = write(SEQUENCE, &[&id, &self.said.der(), &time("20261125093000Z"), &next, &more]);
        Ok(write(SEQUENCE, &[&responder, &time("20261125094500Z"), &write(SEQUENCE, &[&single]), &more]))
    }

    /// How it names the card: by digests of its authority's name and key, and by its number.
    fn id(self, authority: &CardAuthority, card: &[u8]) -> Result<Vec<u8>> {
        let (hash, name) = if self.modern { (&SHA256, SHA_256) } else { (&SHA1_FOR_LEGACY_USE_ONLY, SHA_1) };
        let (issuer, card) = (Certified::of(authority.der())?, Certified::of(card)?);
        let method = write(SEQUENCE, &[&write(OBJECT_IDENTIFIER, &[name]), &[5, 0]]);
        Ok(write(SEQUENCE, &[&method, &issuer.name_digest(hash), &issuer.key_digest(hash), card.serial]))
    }
}

// === impl CardSaid ===

impl CardSaid {
    fn der(self) -> Vec<u8> {
        match self {
            Self::Good => vec![0x80, 0],
            Self::Unknown => vec![0x82, 0],
            Self::Revoked => {
                let reason = write(FIELD_0, &[&write(ENUMERATED, &[&[1]])]);
                write(FIELD_1, &[&time("20260101000000Z"), &reason])
            }
        }
    }
}

/// An answer around what was signed and how.
pub fn around(signed: &[u8]) -> Vec<u8> {
    let bytes = write(SEQUENCE, &[&write(OBJECT_IDENTIFIER, &[BASIC]), &write(OCTET_STRING, &[signed])]);
    write(SEQUENCE, &[&write(ENUMERATED, &[&[0]]), &write(FIELD_0, &[&bytes])])
}

/// RFC 6960, section 4.4.1.
fn nonce() -> Vec<u8> {
    let value = write(OCTET_STRING, &[&write(OCTET_STRING, &[&[7; 16]])]);
    let extension = write(SEQUENCE, &[&write(OBJECT_IDENTIFIER, &[NONCE]), &value]);
    write(FIELD_1, &[&write(SEQUENCE, &[&extension])])
}

fn time(text: &str) -> Vec<u8> {
    write(GENERALIZED_TIME, &[text.as_bytes()])
}
