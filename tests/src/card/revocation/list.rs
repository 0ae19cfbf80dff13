//! The list of an authority. (RFC 5280, section 5.)

use anyhow::Result;
use jiff::Timestamp;
use rcgen::{
    CertificateRevocationListParams, Issuer, KeyIdMethod, RevocationReason, RevokedCertParams, SerialNumber,
    date_time_ymd,
};

use super::conduct::Conduct;
use super::published::{Published, Reason, Revoked};
use crate::card::authority::CardAuthority;
use crate::card::parts::since_epoch;

/// Writes the list in DER, as the conduct wants it.
pub(super) fn write(published: &Published, stranger: &CardAuthority, now: Timestamp) -> Result<Vec<u8>> {
    let conduct = published.lists.conduct;
    let (made_at, next_at) = published.lists.times.under(conduct).at(now);
    let knows_nobody = conduct == Conduct::KnowsNobody;
    let revoked = published.revoked.iter().filter(|_| !knows_nobody);
    let epoch = date_time_ymd(1970, 1, 1);
    let list = CertificateRevocationListParams {
        this_update: epoch + since_epoch(made_at)?,
        next_update: epoch + since_epoch(next_at)?,
        crl_number: SerialNumber::from(published.number),
        issuing_distribution_point: None,
        revoked_certs: revoked.map(|(serial, revoked)| entry(serial, *revoked)).collect::<Result<_>>()?,
        key_identifier_method: KeyIdMethod::Sha256,
    };
    let list = match conduct {
        Conduct::Forged => {
            let params = published.authority.names().own();
            list.signed_by(&Issuer::from_params(&params, stranger.issuer().key()))?
        }
        Conduct::OfAnother => list.signed_by(stranger.issuer())?,
        _ => list.signed_by(published.authority.issuer())?,
    };
    Ok(list.der().to_vec())
}

fn entry(serial: &[u8], revoked: Revoked) -> Result<RevokedCertParams> {
    Ok(RevokedCertParams {
        serial_number: SerialNumber::from_slice(serial),
        revocation_time: date_time_ymd(1970, 1, 1) + since_epoch(revoked.since)?,
        reason_code: Some(match revoked.reason {
            Reason::Lost => RevocationReason::KeyCompromise,
            Reason::OnHold => RevocationReason::CertificateHold,
        }),
        invalidity_date: None,
    })
}
