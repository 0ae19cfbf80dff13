//! Who issued a card: nobody else can say whether it was revoked, or name who else may.

use x509_parser::certificate::X509Certificate;

use crate::certificate::{CardCertificate, check_key, parse};
use crate::signature::verifies;

/// An authority, or one that stands between it and its cards.
pub(crate) struct Issuer<'d>(X509Certificate<'d>);

// === impl Issuer ===

impl<'d> Issuer<'d> {
    /// Reads its certificate in DER.
    pub(crate) fn read(der: &'d [u8]) -> Option<Self> {
        parse(der).ok().filter(|certificate| check_key(certificate).is_ok()).map(Self)
    }

    /// The same, if it has issued this card.
    pub(crate) fn of(card: &CardCertificate<'_>, der: &'d [u8]) -> Option<Self> {
        Self::read(der).filter(|issuer| issuer.issued(card.certificate()))
    }

    /// Whether it has issued this certificate. Authorities may have the same name, but not the same key.
    pub(crate) fn issued(&self, certificate: &X509Certificate<'_>) -> bool {
        self.name() == certificate.issuer().as_raw()
            && certificate.signature_algorithm == certificate.tbs_certificate.signature
            && verifies(
                self.0.public_key(),
                &certificate.signature_algorithm,
                certificate.tbs_certificate.as_ref(),
                &certificate.signature_value.data,
            )
    }

    /// RFC 5280, section 6.3.3 (f): where it says what its key is for, signing lists is among it.
    pub(crate) fn may_sign_lists(&self) -> bool {
        self.0.key_usage().is_ok_and(|usage| usage.is_none_or(|usage| usage.value.crl_sign()))
    }

    /// Its name, as the bytes that stand for it.
    pub(crate) fn name(&self) -> &[u8] {
        self.0.subject().as_raw()
    }

    /// Its key, as the bytes that stand for it.
    pub(crate) fn key(&self) -> &[u8] {
        &self.0.public_key().subject_public_key.data
    }

    pub(crate) const fn certificate(&self) -> &X509Certificate<'d> {
        &self.0
    }
}
