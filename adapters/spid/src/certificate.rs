//! A self-signed certificate of the form that SPID asks of public bodies (Avviso 29v3), for
//! development and for a first metadata; in production AgID issues the one of an aggregator.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::string::PrintableString;
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
    RsaKeySize, SerialNumber, date_time_ymd,
};
use varco_core::ports::Randomness;

/// How long a self-signed certificate is valid.
const LIFETIME: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// Whose certificate it is: the aggregator's.
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
    /// The IPA code, for the `organizationIdentifier`.
    pub ipa: &'a str,
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
    parameters.distinguished_name = distinguished_name(subject)?;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    parameters.custom_extensions = vec![not_an_authority(), policies()];
    Ok(parameters)
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
    name.push(DnType::CustomDnType(ORGANIZATION_IDENTIFIER.to_vec()), format!("PA:IT-{}", subject.ipa));
    name.push(DnType::CountryName, DnValue::PrintableString(PrintableString::try_from("IT")?));
    name.push(DnType::LocalityName, subject.locality);
    Ok(name)
}

/// `basicConstraints` that is not critical and says CA:FALSE: an empty sequence.
fn not_an_authority() -> CustomExtension {
    CustomExtension::from_oid_content(&[2, 5, 29, 19], vec![0x30, 0x00])
}

/// `certificatePolicies`, not critical: 1.3.76.16.6 (`agIDcert`) and 1.3.76.16.4.2.1 (a public
/// service provider of SPID), as a sequence of sequences of one identifier each.
fn policies() -> CustomExtension {
    const AGID: [u8; 8] = [0x30, 0x06, 0x06, 0x04, 0x2b, 0x4c, 0x10, 0x06];
    const PUBLIC_PROVIDER: [u8; 10] = [0x30, 0x08, 0x06, 0x06, 0x2b, 0x4c, 0x10, 0x04, 0x02, 0x01];
    const LENGTH: u8 = 18;
    let content = [&[0x30, LENGTH], AGID.as_slice(), PUBLIC_PROVIDER.as_slice()].concat();
    CustomExtension::from_oid_content(&[2, 5, 29, 32], content)
}
