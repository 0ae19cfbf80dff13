//! The last document of a source that was good, in a file: with it the gateway starts without the network.

use std::path::{Path, PathBuf};
use std::{fs, io};

use aws_lc_rs::digest::{SHA256, digest};
use varco_core::name::MethodId;

use crate::whole;

/// The file of one source.
#[derive(Clone, Debug)]
pub(crate) struct LastGood(PathBuf);

/// As much of a source's name stands in the name of the file.
const LONGEST_NAME: usize = 80;

// === impl LastGood ===

impl LastGood {
    /// The place of a source's copy: its name tells people which source it is, its number keeps sources
    /// apart whose names look alike.
    pub(crate) fn of(folder: &Path, method: &MethodId, label: &str, location: &str) -> Self {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || ".-".contains(letter) { letter } else { '_' };
        let name: String = label.chars().map(plain).take(LONGEST_NAME).collect();
        let digest = digest(&SHA256, location.as_bytes());
        let number: u32 = digest.as_ref().iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte));
        Self(folder.join(format!("{method}.{name}.{number:08x}.xml")))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Whether it is there.
    pub(crate) fn is_there(&self) -> bool {
        self.0.exists()
    }

    /// Reads it, if it is there.
    pub(crate) fn read(&self) -> io::Result<Option<String>> {
        match fs::read_to_string(&self.0) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes it whole or not at all, for the gateway alone: who could write here could vouch for anybody.
    pub(crate) fn write(&self, text: &str) -> io::Result<()> {
        whole::write(&self.0, text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_copy_is_read_back_and_nobody_else_reads_or_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("metadata");
        let spid = MethodId::parse("spid").unwrap();
        let copy = LastGood::of(&below, &spid, "idp.example/../a b", "https://idp.example/../a b");
        assert_eq!(copy.path().parent(), Some(&*below));
        assert_eq!(copy.read().unwrap(), None);
        for text in ["one", "the other"] {
            copy.write(text).unwrap();
            assert_eq!(copy.read().unwrap().as_deref(), Some(text));
        }
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&below), mode(copy.path())), (0o700, 0o600));
        assert_eq!(fs::read_dir(&below).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn two_sources_have_two_copies() {
        let spid = MethodId::parse("spid").unwrap();
        let path = |label, location| LastGood::of(Path::new("/x"), &spid, label, location).0;
        assert_ne!(path("idp.xml", "/a/idp.xml"), path("idp.xml", "/b/idp.xml"));
        let long = path(&"é/".repeat(500), "x");
        assert!(long.file_name().unwrap().len() < 120);
    }
}
