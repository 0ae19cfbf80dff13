//! The keys of the gateway's entities, in files: `federation/aggregator/` and `federation/bodies/IPA/` in the folder of
//! the keys, each named by what it is for and when it was made: `signing.20261125T120000Z.pem`. One that waits for a
//! superior to know it ends in `.waiting.pem`.
//!
//! Gateways of one region share the folder. The first key of a kind is `signing.first.pem` whoever makes it, so that of
//! several that start at once one wins and the others read it: two first keys would be a rotation that nobody asked
//! for, and a superior knows only one of them.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use varco_core::name::BodyId;
use varco_federation::jose::{DecryptionKey, KeyFault, Signature, SigningKey};
use varco_federation::own::{EntityKeys, Generation, Keyring, Kind, Role};
use zeroize::Zeroizing;

/// Why the keys of entities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EntityKeysError {
    /// A file or folder cannot be read, made or moved.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is open to other users.
    #[error("{path}: mode {mode:04o} lets other users at this secret; run `chmod 600` on it")]
    OpenToOthers {
        /// Which one.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A file holds another thing than a key for its use.
    #[error("{path}: {source}")]
    NotAKey {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: KeyFault,
    },
    /// A key could not be made.
    #[error(transparent)]
    Make(#[from] KeyFault),
    /// There is no key that waits.
    #[error("no key of the federation waits for a superior: make one first")]
    NoneWaits,
}

/// Where the keys are, and how they are made.
#[derive(Clone, Debug)]
pub struct EntityKeyFiles {
    folder: PathBuf,
    algorithm: Signature,
    lifetime: SignedDuration,
}

/// A key, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedKey {
    /// The body; the aggregator where there is none.
    pub body: Option<BodyId>,
    /// What it is for.
    pub kind: Kind,
    /// Its name.
    pub key_id: String,
    /// When it was made; of the first of its kind nobody knows.
    pub made_at: Option<Timestamp>,
    /// What it does now.
    pub role: Role,
    /// When it takes over, of one that is the next.
    pub signs_from: Option<Timestamp>,
}

const STAMP: &str = "%Y%m%dT%H%M%SZ";
const WAITING: &str = "waiting";

/// When the first key of a kind was made, as far as anybody asks: everybody has known it ever since.
const FIRST: Timestamp = Timestamp::UNIX_EPOCH;
const FIRST_STAMP: &str = "first";

// === impl EntityKeyFiles ===

impl EntityKeyFiles {
    /// Files in the folder of the keys; new ones sign by this algorithm. `lifetime` is how long statements count.
    pub fn new(keys_folder: &Path, algorithm: Signature, lifetime: SignedDuration) -> Self {
        Self { folder: keys_folder.join("federation"), algorithm, lifetime }
    }

    /// Everybody's keys. What is missing is made.
    pub fn open<'a>(&self, bodies: impl IntoIterator<Item = &'a BodyId>) -> Result<Keyring, EntityKeysError> {
        let everybody = std::iter::once(None).chain(bodies.into_iter().cloned().map(Some));
        everybody.map(|body| Ok((body.clone(), Arc::new(self.entity(body.as_ref())?)))).collect()
    }

    /// The files of everybody's keys, as far as they are there.
    pub fn found<'a>(&self, bodies: impl IntoIterator<Item = &'a BodyId>) -> Result<Vec<PathBuf>, EntityKeysError> {
        let mut found = Vec::new();
        for body in std::iter::once(None).chain(bodies.into_iter().map(Some)) {
            let folder = self.folder_of(body);
            for kind in Kind::ALL {
                found.extend(files(&folder, kind)?.into_iter().map(|file| file.path));
            }
        }
        Ok(found)
    }

    fn entity(&self, body: Option<&BodyId>) -> Result<EntityKeys, EntityKeysError> {
        let folder = self.folder_of(body);
        make_folder(&folder)?;
        for kind in Kind::ALL {
            // The aggregator logs nobody in.
            let needed = body.is_some() || kind == Kind::Federation;
            if needed && files(&folder, kind)?.is_empty() {
                self.make(&folder, kind, FIRST, false)?;
            }
        }
        let signing = |text: &str| {
            // A key that was made for another algorithm keeps it.
            [Signature::Rs256, Signature::Es256]
                .into_iter()
                .find_map(|algorithm| SigningKey::from_pem(algorithm, text).ok())
                .ok_or(KeyFault::Kind("RS256 or ES256"))
        };
        Ok(EntityKeys {
            federation: read_all(&folder, Kind::Federation, signing)?,
            signing: read_all(&folder, Kind::Signing, signing)?,
            encryption: read_all(&folder, Kind::Encryption, DecryptionKey::from_pem)?,
            lifetime: self.lifetime,
        })
    }

    /// Makes the next key of a body's logins, which signs once everybody knows it.
    pub fn rotate_core(&self, body: &BodyId, now: Timestamp) -> Result<(), EntityKeysError> {
        let folder = self.folder_of(Some(body));
        make_folder(&folder)?;
        self.make(&folder, Kind::Signing, now, false)?;
        self.make(&folder, Kind::Encryption, now, false)
    }

    /// Makes the next key of an entity's statements. That of a body signs once everybody knows it: its superior is the
    /// aggregator. That of the aggregator waits until the trust anchors know it.
    pub fn rotate_federation(&self, body: Option<&BodyId>, now: Timestamp) -> Result<(), EntityKeysError> {
        let folder = self.folder_of(body);
        make_folder(&folder)?;
        self.make(&folder, Kind::Federation, now, body.is_none())
    }

    /// The trust anchors know the aggregator's key that waits: it signs from now on. Of several it is the newest, and
    /// the others are gone.
    pub fn activate(&self, now: Timestamp) -> Result<(), EntityKeysError> {
        let folder = self.folder_of(None);
        let mut waiting: Vec<_> = files(&folder, Kind::Federation)?.into_iter().filter(|file| file.waits).collect();
        let known = waiting.pop().ok_or(EntityKeysError::NoneWaits)?;
        // It has been published since it was made: nobody has to get to know it any more.
        let since = now.checked_sub(self.lifetime).unwrap_or(Timestamp::MIN);
        let path = folder.join(name(Kind::Federation, since, false));
        fs::rename(&known.path, &path).map_err(|source| EntityKeysError::File { path: known.path, source })?;
        waiting.into_iter().try_for_each(|file| remove(&file.path))
    }

    /// The files of keys that nobody needs any more.
    pub fn over(&self, keyring: &Keyring, now: Timestamp) -> Vec<PathBuf> {
        let files = |(body, keys): (&Option<BodyId>, &Arc<EntityKeys>)| {
            let folder = self.folder_of(body.as_ref());
            over(keys, now).into_iter().map(move |(kind, made_at)| folder.join(name(kind, made_at, false)))
        };
        keyring.iter().flat_map(files).collect()
    }

    /// Removes files.
    pub fn remove(&self, files: &[PathBuf]) -> Result<(), EntityKeysError> {
        files.iter().try_for_each(|file| remove(file))
    }

    fn make(&self, folder: &Path, kind: Kind, made_at: Timestamp, waits: bool) -> Result<(), EntityKeysError> {
        let (key_id, text) = match kind {
            Kind::Federation | Kind::Signing => {
                let key = SigningKey::generate(self.algorithm)?;
                (key.key_id().to_owned(), key.to_pem()?)
            }
            Kind::Encryption => {
                let key = DecryptionKey::generate()?;
                (key.public().key_id().to_owned(), key.to_pem())
            }
        };
        // Nobody else has a draft of this name, wherever they run.
        let draft = folder.join(format!("{}.{key_id}.draft", kind.as_str()));
        write_new(&folder.join(name(kind, made_at, waits)), &draft, &text)
    }

    fn folder_of(&self, body: Option<&BodyId>) -> PathBuf {
        match body {
            None => self.folder.join("aggregator"),
            Some(body) => self.folder.join("bodies").join(body.as_str()),
        }
    }
}

/// Every key, with what it does now.
pub fn list(keyring: &Keyring, now: Timestamp) -> Vec<ListedKey> {
    let mut listed = Vec::new();
    for (body, keys) in keyring {
        let mut add = |kind, key_id: &str, made_at, role| {
            listed.push(ListedKey {
                body: body.clone(),
                kind,
                key_id: key_id.to_owned(),
                made_at: Some(made_at).filter(|made_at| *made_at != FIRST),
                role,
                signs_from: (role == Role::Next).then(|| keys.signs_from(made_at)),
            });
        };
        for (kind, all) in [(Kind::Federation, &keys.federation), (Kind::Signing, &keys.signing)] {
            for one in all {
                add(kind, one.key.key_id(), one.made_at, keys.role(all, one, now));
            }
        }
        for one in &keys.encryption {
            let role = keys.role(&keys.encryption, one, now);
            add(Kind::Encryption, one.key.public().key_id(), one.made_at, role);
        }
    }
    listed
}

fn over(keys: &EntityKeys, now: Timestamp) -> Vec<(Kind, Timestamp)> {
    let signing = [(Kind::Federation, &keys.federation), (Kind::Signing, &keys.signing)];
    let is_over = |all, one| keys.role(all, one, now) == Role::Over;
    let signing = signing
        .into_iter()
        .flat_map(|(kind, all)| all.iter().filter(move |one| is_over(all, one)).map(move |one| (kind, one.made_at)));
    let encryption = keys.encryption.iter().filter(|one| keys.role(&keys.encryption, one, now) == Role::Over);
    signing.chain(encryption.map(|one| (Kind::Encryption, one.made_at))).collect()
}

// === files ===

struct KeyFile {
    path: PathBuf,
    made_at: Timestamp,
    waits: bool,
}

fn name(kind: Kind, made_at: Timestamp, waits: bool) -> String {
    let stamp = if made_at == FIRST { FIRST_STAMP.to_owned() } else { made_at.strftime(STAMP).to_string() };
    let waiting = if waits { format!(".{WAITING}") } else { String::new() };
    format!("{}.{stamp}{waiting}.pem", kind.as_str())
}

/// The files of a kind, oldest first. Others do not count.
fn files(folder: &Path, kind: Kind) -> Result<Vec<KeyFile>, EntityKeysError> {
    let failed = |source| EntityKeysError::File { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let parts: Vec<_> = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().split('.').collect();
        let (stamp, waits) = match parts[..] {
            [of, stamp, "pem"] if of == kind.as_str() => (stamp, false),
            [of, stamp, WAITING, "pem"] if of == kind.as_str() => (stamp, true),
            _ => continue,
        };
        if let Some(made_at) = read_stamp(stamp) {
            found.push(KeyFile { path: path.clone(), made_at, waits });
        }
    }
    found.sort_by_key(|file| file.made_at);
    Ok(found)
}

fn read_stamp(stamp: &str) -> Option<Timestamp> {
    if stamp == FIRST_STAMP {
        return Some(FIRST);
    }
    let time = strtime::parse(STAMP, stamp).and_then(|time| time.to_datetime());
    time.and_then(|time| TimeZone::UTC.to_timestamp(time)).ok()
}

fn read_all<K>(
    folder: &Path,
    kind: Kind,
    read: impl Fn(&str) -> Result<K, KeyFault>,
) -> Result<Vec<Generation<K>>, EntityKeysError> {
    let generation = |file: KeyFile| {
        let text = read_secret(&file.path)?;
        let key = read(&text).map_err(|source| EntityKeysError::NotAKey { path: file.path, source })?;
        Ok(Generation { key: Arc::new(key), made_at: file.made_at, waits: file.waits })
    };
    files(folder, kind)?.into_iter().map(generation).collect()
}

fn read_secret(path: &Path) -> Result<Zeroizing<String>, EntityKeysError> {
    let failed = |source| EntityKeysError::File { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(EntityKeysError::OpenToOthers { path: path.to_owned(), mode });
    }
    fs::read_to_string(path).map(Zeroizing::new).map_err(failed)
}

/// Removes a file, unless another gateway was faster.
fn remove(path: &Path) -> Result<(), EntityKeysError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(|source| EntityKeysError::File { path: path.to_owned(), source }),
    }
}

fn make_folder(folder: &Path) -> Result<(), EntityKeysError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| EntityKeysError::File { path: folder.to_owned(), source })
}

/// Writes a file whole or not at all; one that is there already stays.
fn write_new(path: &Path, draft: &Path, text: &str) -> Result<(), EntityKeysError> {
    let failed = |source| EntityKeysError::File { path: path.to_owned(), source };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft).map_err(failed)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed);
    let linked = written.and_then(|()| match fs::hard_link(draft, path) {
        Err(source) if source.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked.map_err(failed),
    });
    let removed = fs::remove_file(draft).map_err(failed);
    linked.and(removed)
}

#[cfg(test)]
mod tests;
