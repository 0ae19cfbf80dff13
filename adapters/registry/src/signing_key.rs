//! The key that signs SAML messages: read from the files of the settings, or made on first start.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use varco_core::ports::Randomness;
use varco_spid::certificate::{self, CertificateError, Subject};
use varco_xmldsig::{DecryptionKey, SigningKey, SigningRefusal};

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The key and the certificate are not usable.
    #[error("{key} and {certificate}: {source}")]
    Unusable {
        /// The file of the key.
        key: PathBuf,
        /// The file of the certificate.
        certificate: PathBuf,
        /// Why.
        source: SigningRefusal,
    },
    /// Key or certificate could not be made.
    #[error(transparent)]
    Make(#[from] CertificateError),
}

/// The two files.
pub(crate) struct Files {
    key: PathBuf,
    certificate: PathBuf,
    /// A certificate that is announced besides.
    other: Option<PathBuf>,
}

/// What is needed to be known to the identity providers: a key, its certificate, and a request for one that
/// somebody else signs.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The private key.
    pub key: PathBuf,
    /// The request, for AgID.
    pub request: PathBuf,
    /// The certificate that the key signed for itself.
    pub certificate: PathBuf,
}

// === impl Files ===

impl Files {
    /// The files that the settings name; they must exist.
    pub(crate) fn named(key: &Path, certificate: &Path) -> Self {
        Self { key: key.to_owned(), certificate: certificate.to_owned(), other: None }
    }

    /// With another certificate that is announced besides, if there is one.
    pub(crate) fn announcing(self, other: Option<&Path>) -> Self {
        Self { other: other.map(Path::to_owned), ..self }
    }

    /// The files in the folder of the gateway's keys; what is missing is made.
    ///
    /// The certificate is made for the key that is there, so a start that broke off between the two,
    /// or two gateways that start at once, end with a pair that fits.
    pub(crate) fn made_in(
        folder: &Path,
        name: &str,
        subject: &Subject<'_>,
        now: Timestamp,
        randomness: &dyn Randomness,
    ) -> Result<Self, KeyError> {
        let files = Self {
            key: folder.join(format!("{name}.key.pem")),
            certificate: folder.join(format!("{name}.crt.pem")),
            other: None,
        };
        fs::create_dir_all(folder).map_err(|source| KeyError::Write { path: folder.to_owned(), source })?;
        if !files.key.exists() {
            write_new(&files.key, &certificate::generate_key()?, 0o600)?;
        }
        if !files.certificate.exists() {
            let certificate = certificate::self_signed(&read(&files.key)?, subject, now, randomness)?;
            write_new(&files.certificate, &certificate, 0o644)?;
        }
        Ok(files)
    }

    /// Writes a request for a certificate of the same key beside them.
    pub(crate) fn request(self, subject: &Subject<'_>) -> Result<Credentials, KeyError> {
        let request = self.certificate.with_extension("").with_extension("csr.pem");
        if !request.exists() {
            write_new(&request, &certificate::request(&read(&self.key)?, subject)?, 0o644)?;
        }
        Ok(Credentials { key: self.key, request, certificate: self.certificate })
    }

    /// Reads them, to sign with.
    pub(crate) fn load(&self) -> Result<SigningKey, KeyError> {
        let key = self.read(SigningKey::from_pem)?;
        let Some(other) = &self.other else { return Ok(key) };
        key.announcing(&read(other)?).map_err(|source| self.unusable(source))
    }

    /// Reads them, to decrypt with.
    pub(crate) fn load_decryption(&self) -> Result<DecryptionKey, KeyError> {
        self.read(DecryptionKey::from_pem)
    }

    fn read<K, E: Into<SigningRefusal>>(&self, from_pem: fn(&str, &str) -> Result<K, E>) -> Result<K, KeyError> {
        from_pem(&read(&self.key)?, &read(&self.certificate)?).map_err(|source| self.unusable(source.into()))
    }

    fn unusable(&self, source: SigningRefusal) -> KeyError {
        KeyError::Unusable {
            key: self.key.clone(),
            certificate: self.other.as_ref().unwrap_or(&self.certificate).clone(),
            source,
        }
    }
}

fn read(path: &Path) -> Result<String, KeyError> {
    fs::read_to_string(path).map_err(|source| KeyError::Read { path: path.to_owned(), source })
}

/// Writes a file whole or not at all; one that is there already stays.
fn write_new(path: &Path, content: &str, mode: u32) -> Result<(), KeyError> {
    let failed = |source| KeyError::Write { path: path.to_owned(), source };
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&draft).map_err(failed)?;
    file.write_all(content.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(failed)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}
