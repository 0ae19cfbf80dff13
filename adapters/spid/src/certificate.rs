//! Keys, requests and certificates of the form that SPID asks for (Avviso 29v3). A public body may sign its
//! own certificate; that of an aggregator or of a private organisation is issued by AgID (Avviso 23).

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::string::PrintableString;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
    RsaKeySize, SerialNumber, date_time_ymd,
};
use varco_core::ports::Randomness;

use crate::Sector;

/// How long a self-signed certificate is valid.
const LIFETIME: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// Whose certificate it is: the aggregator's, or a body's.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The name that providers show (`CN`).
    pub display_name: &'a str,
    /// The full name (`O`).
    pub organization: &'a str,
    /// The town (`L`).
    pub locality: &'a str,
    /// The entity identifier (`uri`).
    pub entity_id: &'a str,
    /// Who it is in a register (`organizationIdentifier`).
    pub identifier: Identifier<'a>,
}

/// Who an organisation is in a register.
#[derive(Clone, Copy, Debug)]
pub enum Identifier<'a> {
    /// A public one, by its IPA code.
    Ipa(&'a str),
    /// A private one, by its VAT number: the country and the number.
    VatNumber(&'a str),
    /// A private one without, by its fiscal code.
    FiscalCode(&'a str),
}

/// The certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The generator refuses the subject or cannot make a key.
    #[error("the certificate cannot be made: {0}")]
    Generator(#[from] rcgen::Error),
    /// The present instant is out of the range of certificates.
    #[error("the clock shows an instant that no certificate can hold")]
    Clock,
}

/// A new RSA key of 3072 bits, as PEM (PKCS #8).
pub fn generate_key() -> Result<String, CertificateError> {
    Ok(KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072)?.serialize_pem())
}

/// A certificate for a key, signed by itself, valid from `now`; both as PEM.
pub fn self_signed(
    key: &str,
    subject: &Subject<'_>,
    now: Timestamp,
    randomness: &dyn Randomness,
) -> Result<String, CertificateError> {
    let key = KeyPair::from_pem_and_sign_algo(key, &PKCS_RSA_SHA256)?;
    Ok(parameters(subject, now, randomness)?.self_signed(&key)?.pem())
}

/// A request for a certificate, to be signed by AgID: as PEM (PKCS #10).
// Avviso 23: private organisations and aggregators get theirs from AgID.
pub fn request(key: &str, subject: &Subject<'_>) -> Result<String, CertificateError> {
    let key = KeyPair::from_pem_and_sign_algo(key, &PKCS_RSA_SHA256)?;
    let mut parameters = CertificateParams::default();
    describe(&mut parameters, subject)?;
    Ok(parameters.serialize_request(&key)?.pem()?)
}

fn parameters(
    subject: &Subject<'_>,
    now: Timestamp,
    randomness: &dyn Randomness,
) -> Result<CertificateParams, CertificateError> {
    let mut parameters = CertificateParams::default();
    // Whole days: the first one has begun, so the certificate is valid at once.
    let day_of = |at: Timestamp| {
        let day = TimeZone::UTC.to_datetime(at).date();
        Some(date_time_ymd(day.year().into(), u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?))
    };
    parameters.not_before = day_of(now).ok_or(CertificateError::Clock)?;
    parameters.not_after = now.checked_add(LIFETIME).ok().and_then(day_of).ok_or(CertificateError::Clock)?;
    parameters.serial_number = Some(serial_number(randomness));
    describe(&mut parameters, subject)?;
    Ok(parameters)
}

/// Avviso 29v3: who it is, and what for.
fn describe(parameters: &mut CertificateParams, subject: &Subject<'_>) -> Result<(), CertificateError> {
    parameters.distinguished_name = distinguished_name(subject)?;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    parameters.custom_extensions = vec![not_an_authority(), policies(subject.identifier.sector())];
    Ok(())
}

/// RFC 5280 section 4.1.2.2: positive, at most 20 octets.
fn serial_number(randomness: &dyn Randomness) -> SerialNumber {
    let mut bytes = [0; 16];
    randomness.fill(&mut bytes);
    bytes[0] = bytes[0] & 0x7f | 0x40;
    SerialNumber::from_slice(&bytes)
}

fn distinguished_name(subject: &Subject<'_>) -> Result<DistinguishedName, CertificateError> {
    const URI: [u64; 4] = [2, 5, 4, 83];
    const ORGANIZATION_IDENTIFIER: [u64; 4] = [2, 5, 4, 97];
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, subject.display_name);
    name.push(DnType::OrganizationName, subject.organization);
    name.push(DnType::CustomDnType(URI.to_vec()), subject.entity_id);
    name.push(DnType::CustomDnType(ORGANIZATION_IDENTIFIER.to_vec()), subject.identifier.to_string());
    name.push(DnType::CountryName, DnValue::PrintableString(PrintableString::try_from("IT")?));
    name.push(DnType::LocalityName, subject.locality);
    Ok(name)
}

/// `basicConstraints` that is not critical and says CA:FALSE: an empty sequence.
fn not_an_authority() -> CustomExtension {
    CustomExtension::from_oid_content(&[2, 5, 29, 19], vec![0x30, 0x00])
}

/// `certificatePolicies`, not critical: 1.3.76.16.6 (`agIDcert`), and 1.3.76.16.4.2.1 (a public service
/// provider of SPID) or 1.3.76.16.4.3.1 (a private one), as a sequence of sequences of one identifier each.
fn policies(sector: Sector) -> CustomExtension {
    const AGID: [u8; 8] = [0x30, 0x06, 0x06, 0x04, 0x2b, 0x4c, 0x10, 0x06];
    const LENGTH: u8 = 18;
    let kind = match sector {
        Sector::Public => 2,
        Sector::Private => 3,
    };
    let provider = [0x30, 0x08, 0x06, 0x06, 0x2b, 0x4c, 0x10, 0x04, kind, 0x01];
    CustomExtension::from_oid_content(&[2, 5, 29, 32], [&[0x30, LENGTH], AGID.as_slice(), &provider].concat())
}

// === impl Identifier ===

impl Identifier<'_> {
    const fn sector(self) -> Sector {
        match self {
            Self::Ipa(_) => Sector::Public,
            Self::VatNumber(_) | Self::FiscalCode(_) => Sector::Private,
        }
    }
}

/// ETSI EN 319 412-1: the register, the country, and the name in it.
impl fmt::Display for Identifier<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ipa(code) => write!(formatter, "PA:IT-{code}"),
            Self::VatNumber(number) => match number.split_at_checked(2) {
                Some((country, digits)) => write!(formatter, "VAT{country}-{digits}"),
                None => Err(fmt::Error),
            },
            Self::FiscalCode(code) => write!(formatter, "CF:IT-{code}"),
        }
    }
}
