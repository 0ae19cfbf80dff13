//! A certificate authority for development, and the keys that the demo and the tests run on.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};

use crate::now::now;

/// A private key with its certificate, both as PEM.
#[derive(Clone)]
pub struct KeyAndCertificate {
    /// The private key (PKCS #8).
    pub key: String,
    /// The certificate.
    pub certificate: String,
}

/// An authority's certificate, a server's key, and an identity provider's signing key.
#[derive(Clone)]
pub struct Keys {
    /// The certificate of the authority, which clients trust.
    pub authority: String,
    /// What the servers of all hosts show.
    pub server: KeyAndCertificate,
    /// What the test identity provider signs with.
    pub provider: KeyAndCertificate,
}

/// The file of the authority's certificate.
pub const AUTHORITY: &str = "authority.pem";
/// The file of the servers' certificate.
pub const SERVER_CERTIFICATE: &str = "server.pem";
/// The file of the servers' key.
pub const SERVER_KEY: &str = "server.key";
const PROVIDER_CERTIFICATE: &str = "provider.pem";
const PROVIDER_KEY: &str = "provider.key";

/// Browsers refuse server certificates that live longer than 825 days.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 800);
/// Keys with less than this to live are made anew.
const SPARE: SignedDuration = SignedDuration::from_hours(24 * 30);

// === impl Keys ===

impl Keys {
    /// Reads the keys of a folder, or makes them where they are missing or about to expire.
    pub fn open_or_make(folder: &Path, hosts: &[&str]) -> Result<Self> {
        if let Ok(keys) = Self::open(folder)
            && keys.still_good(hosts)
        {
            return Ok(keys);
        }
        let keys = Self::make(hosts)?;
        keys.write(folder)?;
        Ok(keys)
    }

    /// Makes new keys; the server's certificate is for these hosts.
    pub fn make(hosts: &[&str]) -> Result<Self> {
        let (authority, issuer) = make_authority()?;
        let server = make_server(&issuer, hosts)?;
        Ok(Self { authority, server, provider: make_signer("Varco test identity provider")? })
    }

    /// Writes them into a folder, the private ones for their owner only.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        write(folder, AUTHORITY, &self.authority)?;
        write(folder, SERVER_CERTIFICATE, &self.server.certificate)?;
        write_secret(folder, SERVER_KEY, &self.server.key)?;
        write(folder, PROVIDER_CERTIFICATE, &self.provider.certificate)?;
        write_secret(folder, PROVIDER_KEY, &self.provider.key)
    }

    fn open(folder: &Path) -> Result<Self> {
        let read = |name: &str| fs::read_to_string(folder.join(name)).with_context(|| format!("reading {name}"));
        let pair = |key: &str, certificate: &str| -> Result<_> {
            Ok(KeyAndCertificate { key: read(key)?, certificate: read(certificate)? })
        };
        Ok(Self {
            authority: read(AUTHORITY)?,
            server: pair(SERVER_KEY, SERVER_CERTIFICATE)?,
            provider: pair(PROVIDER_KEY, PROVIDER_CERTIFICATE)?,
        })
    }

    fn still_good(&self, hosts: &[&str]) -> bool {
        let lives = |pem: &str| expiry(pem).is_some_and(|expiry| now() + SPARE < expiry);
        lives(&self.authority)
            && lives(&self.server.certificate)
            && lives(&self.provider.certificate)
            && covers(&self.server.certificate, hosts)
    }
}

/// A self-signed RSA certificate, as identity providers sign with.
pub fn make_signer(name: &str) -> Result<KeyAndCertificate> {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
    let mut params = parameters(name, vec![])?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let certificate = params.self_signed(&key)?;
    Ok(KeyAndCertificate { key: key.serialize_pem(), certificate: certificate.pem() })
}

fn make_authority() -> Result<(String, Issuer<'static, KeyPair>)> {
    let key = KeyPair::generate()?;
    let mut params = parameters("Varco development authority", vec![])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), Issuer::new(params, key)))
}

fn make_server(issuer: &Issuer<'static, KeyPair>, hosts: &[&str]) -> Result<KeyAndCertificate> {
    let key = KeyPair::generate()?;
    let mut params = parameters("Varco development server", hosts.iter().map(|&host| host.to_owned()).collect())?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, issuer)?;
    Ok(KeyAndCertificate { key: key.serialize_pem(), certificate: certificate.pem() })
}

fn parameters(name: &str, hosts: Vec<String>) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.distinguished_name.push(DnType::OrganizationName, "Varco development, not for production");
    let (year, month, day) = date_of(now() - SignedDuration::from_hours(24))?;
    params.not_before = date_time_ymd(year, month, day);
    let (year, month, day) = date_of(now() + LIFETIME)?;
    params.not_after = date_time_ymd(year, month, day);
    Ok(params)
}

fn date_of(at: Timestamp) -> Result<(i32, u8, u8)> {
    let date = at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    Ok((date.year().into(), date.month().try_into()?, date.day().try_into()?))
}

fn expiry(pem: &str) -> Option<Timestamp> {
    let (_, pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).ok()?;
    let certificate = pem.parse_x509().ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

fn covers(pem: &str, hosts: &[&str]) -> bool {
    use x509_parser::extensions::GeneralName;
    let Ok((_, pem)) = x509_parser::pem::parse_x509_pem(pem.as_bytes()) else { return false };
    let Ok(certificate) = pem.parse_x509() else { return false };
    let Ok(Some(names)) = certificate.subject_alternative_name() else { return false };
    hosts.iter().all(|host| names.value.general_names.contains(&GeneralName::DNSName(host)))
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}

fn write_secret(folder: &Path, name: &str, text: &str) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let path = folder.join(name);
    let writing = || format!("writing {}", path.display());
    // The mode of an existing file would not change: a key is always a new file.
    if path.exists() {
        fs::remove_file(&path).with_context(writing)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).with_context(writing)?;
    file.write_all(text.as_bytes()).with_context(writing)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn keys_are_made_once_and_only_their_owner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::open_or_make(folder.path(), &["a.localhost"]).unwrap();
        let second = Keys::open_or_make(folder.path(), &["a.localhost"]).unwrap();
        assert_eq!(first.authority, second.authority);
        let mode = fs::metadata(folder.path().join(SERVER_KEY)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn another_host_asks_for_another_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::open_or_make(folder.path(), &["a.localhost"]).unwrap();
        let second = Keys::open_or_make(folder.path(), &["a.localhost", "b.localhost"]).unwrap();
        assert_ne!(first.server.certificate, second.server.certificate);
    }
}
