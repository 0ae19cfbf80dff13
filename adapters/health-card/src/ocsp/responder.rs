//! Who has signed an answer, and whether they may. (RFC 6960, section 4.2.2.2.)

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::AlgorithmIdentifier;

use super::OcspRefusal;
use super::parts::Parts;
use crate::certificate::{check_extensions, check_key, check_validity, parse, serial};
use crate::der::{OCTET_STRING, Signed, only, take};
use crate::issuer::Issuer;
use crate::signature::verifies;

const BY_NAME: u8 = 0xa1;
const BY_KEY: u8 = 0xa2;

/// Who says to have signed.
#[derive(Clone, Copy)]
pub(super) enum ResponderId<'d> {
    Name(&'d [u8]),
    /// A SHA-1 digest, which only helps to find the key.
    Key(&'d [u8]),
}

/// Finds who has signed: the number of their certificate, or nothing where it was the issuer.
pub(super) fn signer(parts: &Parts<'_>, issuer: &Issuer<'_>, now: Timestamp) -> Result<Option<Box<[u8]>>, OcspRefusal> {
    let mut refusal = None;
    if parts.responder.is(issuer.certificate()) {
        if has_signed(issuer.certificate(), &parts.signed) {
            return Ok(None);
        }
        refusal = Some(OcspRefusal::Signature);
    }
    let brought = parts.certificates.iter().filter_map(|der| parse(der).ok());
    for certificate in brought.filter(|certificate| parts.responder.is(certificate)) {
        let reason = if !is_delegate(&certificate, issuer, now) {
            OcspRefusal::Unauthorised
        } else if !has_signed(&certificate, &parts.signed) {
            OcspRefusal::Signature
        } else {
            return Ok(Some(serial(&certificate).into()));
        };
        refusal.get_or_insert(reason);
    }
    Err(refusal.unwrap_or(OcspRefusal::Responder))
}

/// RFC 6960, section 4.2.2.2: the issuer itself has issued it, and says in it that it is for answers. That it is for
/// anything is not enough.
fn is_delegate(certificate: &X509Certificate<'_>, issuer: &Issuer<'_>, now: Timestamp) -> bool {
    let answers = certificate.extended_key_usage().ok().flatten().is_some_and(|uses| uses.value.ocsp_signing);
    // RFC 5280, section 4.2.1.12: where it says what its key is for, that agrees.
    let signs = certificate.key_usage().is_ok_and(|usage| usage.is_none_or(|usage| usage.value.digital_signature()));
    let authority = certificate.basic_constraints().map_or(true, |basic| basic.is_some_and(|basic| basic.value.ca));
    answers
        && signs
        && !authority
        && check_extensions(certificate).is_ok()
        && check_validity(certificate, now).is_ok()
        && check_key(certificate).is_ok()
        && issuer.issued(certificate)
}

fn has_signed(certificate: &X509Certificate<'_>, signed: &Signed<'_>) -> bool {
    let Ok(([], algorithm)) = AlgorithmIdentifier::from_der(signed.algorithm) else { return false };
    verifies(certificate.public_key(), &algorithm, signed.content, signed.value)
}

// === impl ResponderId ===

impl<'d> ResponderId<'d> {
    /// Takes it, and says what comes after it.
    pub(super) fn first(der: &'d [u8]) -> Option<(Self, &'d [u8])> {
        let element = take(der)?;
        let id = match element.tag {
            BY_NAME => Self::Name(element.content),
            BY_KEY => Self::Key(only(element.content, OCTET_STRING)?),
            _ => return None,
        };
        Some((id, element.rest))
    }

    fn is(&self, certificate: &X509Certificate<'_>) -> bool {
        match self {
            Self::Name(name) => *name == certificate.subject().as_raw(),
            Self::Key(key) => {
                *key == digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate.public_key().subject_public_key.data).as_ref()
            }
        }
    }
}
