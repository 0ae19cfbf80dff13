//! Lists of what an authority has revoked.

use anyhow::Result;
use rcgen::{
    CertificateRevocationListParams, CrlDistributionPoint, CrlIssuingDistributionPoint, CrlScope, KeyIdMethod,
    RevocationReason, RevokedCertParams, SerialNumber, date_time_ymd,
};

use super::CardAuthority;

/// What a list says. It is from November 20, 2026, and the next one is due on December 1.
#[derive(Clone, Debug, Default)]
pub struct ListText {
    /// Which one it is in the row.
    pub number: u64,
    /// What was revoked, at the beginning of the year.
    pub revoked: Vec<SerialNumber>,
    /// Whether it says why.
    pub reasons: bool,
    /// Where it is published, for a list of a part.
    pub published_at: Option<String>,
}

// === impl ListText ===

impl ListText {
    /// The first list, of these numbers.
    pub fn of(numbers: impl IntoIterator<Item = u64>) -> Self {
        let revoked = numbers.into_iter().map(SerialNumber::from).collect();
        Self { number: 1, revoked, ..Self::default() }
    }

    /// Its DER, signed.
    pub fn signed_by(&self, authority: &CardAuthority) -> Result<Vec<u8>> {
        let reason_code = self.reasons.then_some(RevocationReason::KeyCompromise);
        let revoked = |serial: &SerialNumber| RevokedCertParams {
            serial_number: serial.clone(),
            revocation_time: date_time_ymd(2026, 1, 1),
            reason_code,
            invalidity_date: self.reasons.then(|| date_time_ymd(2025, 12, 31)),
        };
        let point = |address: &String| CrlIssuingDistributionPoint {
            distribution_point: CrlDistributionPoint { uris: vec![address.clone()] },
            scope: Some(CrlScope::UserCertsOnly),
        };
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2026, 11, 20),
            next_update: date_time_ymd(2026, 12, 1),
            crl_number: SerialNumber::from(self.number),
            issuing_distribution_point: self.published_at.as_ref().map(point),
            revoked_certs: self.revoked.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(params.signed_by(&authority.issuer)?.der().to_vec())
    }
}
