//! The folder in which the gateway keeps its secrets.
//!
//! `master.key` (the region's secret, base64) and `assertion.pem` (the key that signs) are made on
//! first use; `assertion.previous.*.pem` are keys that signed before. Gateways of one region share
//! the folder, and several may start at once: the first to finish a file wins, the others read it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER};
use varco_core::ports::Randomness;
use zeroize::Zeroizing;

use crate::key_ring::{AssertionKey, CryptoFailure, KeyRing, NotAKey};
use crate::master::MasterSecret;

/// All secrets of a gateway.
#[derive(Debug)]
pub struct Keys {
    /// What everything symmetric is derived from.
    pub master: MasterSecret,
    /// What signs assertions.
    pub ring: KeyRing,
}

/// The folder of secrets cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A file or the folder cannot be read or made.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file is open to other users.
    #[error("{}: mode {mode:04o} lets other users at this secret; run `chmod 600` on it", path.display())]
    OpenToOthers {
        /// Which one.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// `master.key` holds something else.
    #[error("{}: expected 32 bytes in base64", path.display())]
    NotAMaster {
        /// Where.
        path: PathBuf,
    },
    /// A `.pem` holds something else.
    #[error("{}: {cause}", path.display())]
    NotAKey {
        /// Where.
        path: PathBuf,
        /// What was expected.
        cause: NotAKey,
    },
    /// A new key could not be made.
    #[error(transparent)]
    Crypto(#[from] CryptoFailure),
}

const MASTER: &str = "master.key";
const CURRENT: &str = "assertion.pem";
const PREVIOUS: (&str, &str) = ("assertion.previous.", ".pem");

// === impl Keys ===

impl Keys {
    /// Reads the secrets in `folder`; those that are not there yet are made.
    pub fn open(folder: &Path, randomness: &dyn Randomness) -> Result<Self, KeysError> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(at(folder))?;
        let master = folder.join(MASTER);
        make(&master, randomness, || {
            let secret = MasterSecret::generate(randomness);
            Ok(Zeroizing::new(BASE64.encode(secret.as_bytes()) + "\n"))
        })?;
        let current = folder.join(CURRENT);
        make(&current, randomness, || Ok(AssertionKey::generate()?.to_pem()?))?;
        // A secret that citizens' sessions already hang on must not be lost with the power.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
        let previous = previous_files(folder)?;
        Ok(Self {
            master: read_master(&master)?,
            ring: KeyRing {
                current: read_key(&current)?,
                previous: previous.iter().map(|path| read_key(path)).collect::<Result<_, _>>()?,
            },
        })
    }
}

/// Puts a new file in its place unless one stands there, at once with all its content: it is
/// written under another name first, and a link never replaces what is there.
fn make(
    path: &Path,
    randomness: &dyn Randomness,
    content: impl FnOnce() -> Result<Zeroizing<String>, KeysError>,
) -> Result<(), KeysError> {
    if path.try_exists().map_err(at(path))? {
        return Ok(());
    }
    let mut unique = [0; 8];
    randomness.fill(&mut unique);
    let draft = path.with_extension(format!("{}.new", HEXLOWER.encode(&unique)));
    let written = write_draft(&draft, content()?.as_bytes()).map_err(at(&draft));
    let linked = written.and_then(|()| match fs::hard_link(&draft, path) {
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked.map_err(at(path)),
    });
    let removed = fs::remove_file(&draft).map_err(at(&draft));
    linked.and(removed)
}

fn write_draft(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn previous_files(folder: &Path) -> Result<Vec<PathBuf>, KeysError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let entry = entry.map_err(at(folder))?;
        let name = entry.file_name();
        let is_previous = name.to_str().is_some_and(|name| name.starts_with(PREVIOUS.0) && name.ends_with(PREVIOUS.1));
        if is_previous {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn read_master(path: &Path) -> Result<MasterSecret, KeysError> {
    let text = read_secret(path)?;
    let bytes = BASE64.decode(text.trim_ascii().as_bytes()).map(Zeroizing::new);
    let bytes = bytes.ok().and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
    bytes
        .map(|bytes| MasterSecret::from_bytes(Zeroizing::new(bytes)))
        .ok_or_else(|| KeysError::NotAMaster { path: path.to_owned() })
}

fn read_key(path: &Path) -> Result<AssertionKey, KeysError> {
    AssertionKey::from_pem(&read_secret(path)?).map_err(|cause| KeysError::NotAKey { path: path.to_owned(), cause })
}

fn read_secret(path: &Path) -> Result<Zeroizing<String>, KeysError> {
    let mode = fs::metadata(path).map_err(at(path))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeysError::OpenToOthers { path: path.to_owned(), mode });
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(at(path))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> KeysError + '_ {
    |cause| KeysError::File { path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests;
