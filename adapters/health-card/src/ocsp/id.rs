//! How a question and its answer name a certificate: by digests of its issuer's name and key, and by its number. (RFC
//! 6960, section 4.1.1.)

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

use crate::certificate::CardCertificate;
use crate::der::{INTEGER, NULL, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, algorithm, expect, only, write};
use crate::issuer::Issuer;

const SHA_1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// Which certificate an answer is about.
pub(super) struct CertId<'d> {
    method: &'d [u8],
    name: &'d [u8],
    key: &'d [u8],
    serial: &'d [u8],
}

/// A question with one certificate. (RFC 6960, section 4.1.1.) Its digests are SHA-1, which every responder knows: they
/// only name somebody who is known to both, and what counts is signed otherwise. (RFC 5019, section 2.1.1.)
pub(super) fn question(card: &CardCertificate<'_>, issuer: &Issuer<'_>) -> Vec<u8> {
    let method = write(SEQUENCE, &[&write(OBJECT_IDENTIFIER, &[SHA_1]), &NULL]);
    let hash = |bytes| write(OCTET_STRING, &[digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref()]);
    let serial = write(INTEGER, &[card.certificate().raw_serial()]);
    let id = write(SEQUENCE, &[&method, &hash(issuer.name()), &hash(issuer.key()), &serial]);
    // What is asked, the list of what is asked, all that would be signed, and the whole.
    (0..4).fold(id, |inner, _| write(SEQUENCE, &[&inner]))
}

// === impl CertId ===

impl<'d> CertId<'d> {
    /// Reads the content of one.
    pub(super) fn of(der: &'d [u8]) -> Option<Self> {
        let method = expect(der, SEQUENCE)?;
        let name = expect(method.rest, OCTET_STRING)?;
        let key = expect(name.rest, OCTET_STRING)?;
        let serial = only(key.rest, INTEGER)?;
        Some(Self { method: algorithm(method.content)?, name: name.content, key: key.content, serial })
    }

    /// Whether it is this card's. Other digests than these two are nobody's.
    pub(super) fn is_of(&self, card: &CardCertificate<'_>, issuer: &Issuer<'_>) -> bool {
        let Some(hash) = hash(self.method) else { return false };
        self.serial == card.certificate().raw_serial()
            && self.name == digest(hash, issuer.name()).as_ref()
            && self.key == digest(hash, issuer.key()).as_ref()
    }
}

fn hash(method: &[u8]) -> Option<&'static Algorithm> {
    match method {
        SHA_1 => Some(&SHA1_FOR_LEGACY_USE_ONLY),
        SHA_256 => Some(&SHA256),
        _ => None,
    }
}
