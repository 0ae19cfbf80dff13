//! What the certificate of a card says, held against what it must say. (AgID, structure of the certificate for
//! authentication of the CNS; RFC 5280.)

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{DistributionPointName, GeneralName, ParsedExtension};
use x509_parser::oid_registry::{OID_PKIX_ACCESS_DESCRIPTOR_OCSP, OID_X509_EXT_CERTIFICATE_POLICIES};
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;

use crate::der::Signed;
use crate::holder::Holder;
use crate::refusal::CardRefusal;

/// Longer certificates are none: real ones have less than 2 KiB.
pub(crate) const LONGEST: usize = 16 * 1024;

/// SHA-256 and RSA of 2048 bits have been the least since version 1.1 of the profile; TLS itself refuses shorter keys.
const LEAST_RSA_BITS: usize = 2048;

/// The bytes of the longest number of a certificate.
const LONGEST_SERIAL: usize = 20;

/// Larger keys only cost time.
const MOST_RSA_BITS: usize = 8192;

/// The policies of cards, and what they are of.
const POLICIES: [(&str, CardKind); 4] = [
    ("1.3.76.16.2.1", CardKind::HealthCard),
    // Lombardy, from before there was one for all.
    ("1.3.159.6.1.3.2.10", CardKind::HealthCard),
    ("1.3.76.12.1.1.10.2.2.10", CardKind::HealthCard),
    ("1.3.76.47.4", CardKind::IdentityCard),
];

/// What a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardKind {
    /// The health card, or another card with a CNS.
    HealthCard,
    /// The electronic identity card.
    IdentityCard,
}

/// A certificate that is of a card and may be used to log in, as far as it says so itself.
pub struct CardCertificate<'c> {
    certificate: X509Certificate<'c>,
    kind: CardKind,
    holder: Holder,
}

// === impl CardKind ===

impl CardKind {
    /// The kind that a policy is of.
    pub fn of_policy(policy: &str) -> Option<Self> {
        POLICIES.into_iter().find(|(known, _)| *known == policy).map(|(_, kind)| kind)
    }
}

// === impl CardCertificate ===

impl<'c> CardCertificate<'c> {
    /// Reads a certificate in DER. The checks come in the order in which their pages help most: somebody who chose the
    /// wrong certificate is told so, and not that it has expired.
    pub fn read(der: &'c [u8], now: Timestamp) -> Result<Self, CardRefusal> {
        let certificate = parse(der)?;
        check_serial(&certificate)?;
        check_extensions(&certificate)?;
        let kind = kind_of(&certificate)?;
        check_uses(&certificate)?;
        check_validity(&certificate, now)?;
        check_key(&certificate)?;
        let holder = Holder::of(certificate.subject())?;
        Ok(Self { certificate, kind, holder })
    }

    /// What card it is of.
    pub const fn kind(&self) -> CardKind {
        self.kind
    }

    /// Whose card it is.
    pub const fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Its number with its authority, as the bytes of a whole number without leading zeros.
    pub fn serial(&self) -> &[u8] {
        serial(&self.certificate)
    }

    /// When it was issued, which is when its authority had to be in good standing.
    pub fn issued_at(&self) -> Timestamp {
        instant(self.certificate.validity().not_before.timestamp())
    }

    /// Where its authority publishes what it has revoked.
    pub fn distribution_points(&self) -> Vec<Url> {
        let points = self.certificate.extensions().iter().filter_map(|extension| match extension.parsed_extension() {
            ParsedExtension::CRLDistributionPoints(points) => Some(points.iter()),
            _ => None,
        });
        let names = points.flatten().filter_map(|point| match &point.distribution_point {
            Some(DistributionPointName::FullName(names)) => Some(names.iter()),
            _ => None,
        });
        names.flatten().filter_map(address).collect()
    }

    /// Where its authority says whether it is good.
    pub fn responders(&self) -> Vec<Url> {
        let accesses =
            self.certificate.extensions().iter().filter_map(|extension| match extension.parsed_extension() {
                ParsedExtension::AuthorityInfoAccess(access) => Some(access.accessdescs.iter()),
                _ => None,
            });
        let responders = accesses.flatten().filter(|access| access.access_method == OID_PKIX_ACCESS_DESCRIPTOR_OCSP);
        responders.filter_map(|access| address(&access.access_location)).collect()
    }

    pub(crate) const fn certificate(&self) -> &X509Certificate<'c> {
        &self.certificate
    }
}

/// What it says is of a person.
impl fmt::Debug for CardCertificate<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CardCertificate({:?}, [redacted])", self.kind)
    }
}

/// One certificate, and nothing after it.
pub(crate) fn parse(der: &[u8]) -> Result<X509Certificate<'_>, CardRefusal> {
    // The parser takes much for what it could have meant.
    if der.len() > LONGEST || Signed::of(der).is_none() {
        return Err(CardRefusal::Malformed);
    }
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(CardRefusal::Malformed),
    }
}

/// The number of a certificate, without leading zeros.
pub(crate) fn serial<'a>(certificate: &'a X509Certificate<'_>) -> &'a [u8] {
    crate::der::trimmed(certificate.raw_serial())
}

pub(crate) fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// RFC 5280, section 4.1.2.2: 20 bytes at most. No list could hold a longer one.
fn check_serial(certificate: &X509Certificate<'_>) -> Result<(), CardRefusal> {
    if serial(certificate).len() <= LONGEST_SERIAL { Ok(()) } else { Err(CardRefusal::Malformed) }
}

/// RFC 5280, section 4.2: each once, and none that is critical and not understood.
pub(crate) fn check_extensions(certificate: &X509Certificate<'_>) -> Result<(), CardRefusal> {
    let extensions = certificate.extensions();
    let once = certificate.extensions_map().is_ok();
    let understood = extensions.iter().filter(|extension| extension.critical).all(|extension| {
        matches!(
            extension.parsed_extension(),
            ParsedExtension::KeyUsage(_)
                | ParsedExtension::ExtendedKeyUsage(_)
                | ParsedExtension::BasicConstraints(_)
                | ParsedExtension::CertificatePolicies(_)
                | ParsedExtension::SubjectAlternativeName(_)
        )
    });
    if once && understood { Ok(()) } else { Err(CardRefusal::Malformed) }
}

fn kind_of(certificate: &X509Certificate<'_>) -> Result<CardKind, CardRefusal> {
    // Cards with a qualified signature have a second certificate, which browsers offer too.
    let usage = certificate.key_usage().map_err(|_| CardRefusal::Malformed)?;
    if usage.is_some_and(|usage| usage.value.non_repudiation()) {
        return Err(CardRefusal::SignatureCertificate);
    }
    let policies = certificate.get_extension_unique(&OID_X509_EXT_CERTIFICATE_POLICIES);
    let policies = policies.map_err(|_| CardRefusal::Malformed)?.ok_or(CardRefusal::WrongKind)?;
    let ParsedExtension::CertificatePolicies(policies) = policies.parsed_extension() else {
        return Err(CardRefusal::Malformed);
    };
    let kinds = policies.iter().filter_map(|policy| CardKind::of_policy(&policy.policy_id.to_id_string()));
    kinds.into_iter().next().ok_or(CardRefusal::WrongKind)
}

/// The profile: the key signs, and is for who logs in at a server.
fn check_uses(certificate: &X509Certificate<'_>) -> Result<(), CardRefusal> {
    let malformed = |_| CardRefusal::Malformed;
    let signs = certificate.key_usage().map_err(malformed)?.is_some_and(|usage| usage.value.digital_signature());
    let uses = certificate.extended_key_usage().map_err(malformed)?;
    let logs_in = uses.is_some_and(|uses| uses.value.client_auth);
    let authority = certificate.basic_constraints().map_err(malformed)?.is_some_and(|basic| basic.value.ca);
    if signs && logs_in && !authority { Ok(()) } else { Err(CardRefusal::Usage) }
}

pub(crate) fn check_validity(certificate: &X509Certificate<'_>, now: Timestamp) -> Result<(), CardRefusal> {
    let validity = certificate.validity();
    if now < instant(validity.not_before.timestamp()) {
        return Err(CardRefusal::NotYetValid);
    }
    // RFC 5280, section 4.1.2.5: the last instant counts.
    if now > instant(validity.not_after.timestamp()) { Err(CardRefusal::Expired) } else { Ok(()) }
}

pub(crate) fn check_key(certificate: &X509Certificate<'_>) -> Result<(), CardRefusal> {
    let strong = match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => (LEAST_RSA_BITS..=MOST_RSA_BITS).contains(&key.key_size()),
        Ok(PublicKey::EC(key)) => [256, 384].contains(&key.key_size()),
        _ => false,
    };
    if strong { Ok(()) } else { Err(CardRefusal::WeakKey) }
}

/// Other schemes, such as that of directories, are not asked.
fn address(name: &GeneralName<'_>) -> Option<Url> {
    let GeneralName::URI(text) = name else { return None };
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
