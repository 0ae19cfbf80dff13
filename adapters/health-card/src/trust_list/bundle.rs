//! Certificates that an operator vouches for, in the place of a list.

use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::service::plain;
use super::{Omission, OmissionReason, TrustList, TrustListRefusal, hosts};
use crate::authority::{Authorities, Authority, Standing};
use crate::certificate::{instant, parse};

/// Reads every certificate of a text; what else is in it is passed over.
pub(super) fn read(pem: &str) -> Result<TrustList, TrustListRefusal> {
    let (mut authorities, mut omissions, mut issued_at) = (Vec::new(), Vec::new(), Timestamp::MIN);
    for (place, der) in CertificateDer::pem_slice_iter(pem.as_bytes()).enumerate() {
        let der = der.map_err(|_| TrustListRefusal::Pem)?;
        match authority(&der) {
            Ok((authority, since)) => {
                authorities.push(authority);
                issued_at = issued_at.max(since);
            }
            Err((name, why)) => {
                let name = name.unwrap_or_else(|| format!("certificate {}", place + 1));
                omissions.push(Omission { name, why });
            }
        }
    }
    if authorities.is_empty() {
        return Err(TrustListRefusal::NoAuthority);
    }
    Ok(TrustList {
        sequence: 0,
        issued_at,
        next_at: None,
        territory: String::new(),
        hosts: authorities.iter().flat_map(hosts::of_authority).collect(),
        authorities: Authorities::new(authorities),
        left_out: omissions.len(),
        omissions,
    })
}

/// An authority, and since when it counts; or why it cannot, with its name where it has one.
fn authority(der: &[u8]) -> Result<(Authority, Timestamp), (Option<String>, OmissionReason)> {
    let certificate = parse(der).map_err(|refusal| (None, refusal.into()))?;
    let name = plain(&certificate.subject().to_string());
    let since = instant(certificate.validity().not_before.timestamp());
    // Whoever wrote it down vouches for all that it has issued.
    let standing = vec![Standing { since: Timestamp::MIN, recognised: true }];
    match Authority::new(name.clone(), der, standing) {
        Ok(authority) => Ok((authority, since)),
        Err(refusal) => Err((Some(name), refusal.into())),
    }
}
