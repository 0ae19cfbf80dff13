//! Files that are written whole or not at all, for the gateway alone: who could write them could vouch for anybody.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::Path;

/// Writes a file, and makes its folder where that is missing.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    let draft = path.with_extension(format!("{ending}.{}.draft", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    let owner = fs::metadata(folder)?;
    // An administrator may be somebody else than the gateway, which has to read it.
    if owner.uid() != file.metadata()?.uid() {
        chown(&draft, Some(owner.uid()), Some(owner.gid()))?;
    }
    fs::rename(&draft, path)?;
    File::open(folder)?.sync_all()
}
