//! What is answered about one card. (RFC 6960.)

use anyhow::{Context as _, Result};
use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use jiff::Timestamp;
use rcgen::{KeyPair, SigningKey as _};
use x509_cert::Certificate;
use x509_cert::der::asn1::{BitString, GeneralizedTime, Null, ObjectIdentifier};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::CrlReason;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspGeneralizedTime, OcspRequest, OcspResponse, ResponderId, ResponseData,
    RevokedInfo, SingleResponse, Version,
};

use super::conduct::Conduct;
use super::published::{Published, Reason, Revoked};
use crate::card::authority::CardAuthority;
use crate::card::parts::since_epoch;

const SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const RSA_WITH_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// Who signs.
struct Signer<'a> {
    certificate: Certificate,
    key: &'a KeyPair,
    /// What they bring along, where they are not known.
    brings: Option<Vec<Certificate>>,
}

/// Answers a question in DER, as the conduct wants it.
pub(super) fn write(
    published: &Published,
    stranger: &CardAuthority,
    question: &[u8],
    now: Timestamp,
) -> Result<Vec<u8>> {
    let Ok(question) = OcspRequest::from_der(question) else {
        return Ok(OcspResponse::malformed_request().to_der()?);
    };
    let issuer = Certificate::from_der(published.authority.der())?;
    let asked: Vec<_> = question.tbs_request.request_list.into_iter().map(|asked| asked.req_cert).collect();
    // RFC 5019, section 2.2.3: nobody here knows about the cards of others.
    if !asked.iter().all(|id| is_of(id, &issuer).unwrap_or_default()) {
        return Ok(OcspResponse::unauthorized().to_der()?);
    }
    let signer = Signer::of(published, stranger, issuer)?;
    let (made_at, _) = published.answers.times.under(published.answers.conduct).at(now);
    let data = ResponseData {
        version: Version::V1,
        responder_id: ResponderId::ByName(signer.certificate.tbs_certificate.subject.clone()),
        produced_at: time(made_at)?,
        responses: asked.into_iter().map(|id| single(published, id, now)).collect::<Result<_>>()?,
        response_extensions: None,
    };
    Ok(OcspResponse::successful(signer.sign(data)?)?.to_der()?)
}

/// What is said about one certificate.
fn single(published: &Published, mut id: CertId, now: Timestamp) -> Result<SingleResponse> {
    let conduct = published.answers.conduct;
    let (this_update, next_update) = published.answers.times.under(conduct).at(now);
    let mut serial = id.serial_number.as_bytes().to_vec();
    let status = match (conduct, published.revoked.get(&serial)) {
        (Conduct::KnowsNobody, _) => CertStatus::unknown(),
        (Conduct::OfAnother, _) => {
            *serial.last_mut().context("a number")? ^= 1;
            id.serial_number = SerialNumber::new(&serial)?;
            CertStatus::good()
        }
        (_, Some(revoked)) => CertStatus::revoked(said(*revoked)?),
        (_, None) => CertStatus::good(),
    };
    Ok(SingleResponse {
        cert_id: id,
        cert_status: status,
        this_update: time(this_update)?,
        next_update: Some(time(next_update)?),
        single_extensions: None,
    })
}

/// Whether somebody asks about a certificate that this issuer may have issued. (RFC 6960, section 4.1.1.)
fn is_of(id: &CertId, issuer: &Certificate) -> Result<bool> {
    let hash: &Algorithm = match id.hash_algorithm.oid {
        SHA_1 => &SHA1_FOR_LEGACY_USE_ONLY,
        SHA_256 => &SHA256,
        _ => return Ok(false),
    };
    let issuer = &issuer.tbs_certificate;
    let (name, key) = (issuer.subject.to_der()?, issuer.subject_public_key_info.subject_public_key.raw_bytes());
    Ok(id.issuer_name_hash.as_bytes() == digest(hash, &name).as_ref()
        && id.issuer_key_hash.as_bytes() == digest(hash, key).as_ref())
}

fn said(revoked: Revoked) -> Result<RevokedInfo> {
    let reason = match revoked.reason {
        Reason::Lost => CrlReason::KeyCompromise,
        Reason::OnHold => CrlReason::CertificateHold,
    };
    Ok(RevokedInfo { revocation_time: time(revoked.since)?, revocation_reason: Some(reason) })
}

fn time(at: Timestamp) -> Result<OcspGeneralizedTime> {
    Ok(OcspGeneralizedTime(GeneralizedTime::from_unix_duration(since_epoch(at)?)?))
}

// === impl Signer ===

impl<'a> Signer<'a> {
    fn of(published: &'a Published, stranger: &'a CardAuthority, issuer: Certificate) -> Result<Self> {
        let (mut certificate, mut key, mut brings) = (issuer, published.authority.issuer().key(), None);
        if let Some(delegate) = &published.delegate {
            certificate = Certificate::from_der(&delegate.certificate)?;
            key = &delegate.key;
            brings = Some(vec![certificate.clone()]);
        }
        if published.answers.conduct == Conduct::Forged {
            key = stranger.issuer().key();
        }
        Ok(Self { certificate, key, brings })
    }

    fn sign(self, data: ResponseData) -> Result<BasicOcspResponse> {
        let signature = self.key.sign(&data.to_der()?)?;
        Ok(BasicOcspResponse {
            tbs_response_data: data,
            signature_algorithm: AlgorithmIdentifierOwned { oid: RSA_WITH_SHA_256, parameters: Some(Null.into()) },
            signature: BitString::from_bytes(&signature)?,
            certs: self.brings,
        })
    }
}
