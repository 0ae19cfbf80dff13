//! The last good lists of revoked certificates, in files: with them a gateway that starts knows at once what its
//! predecessor knew, and whose lists it will need.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};
use url::Url;

use super::network::label;
use crate::whole;

/// More lists than this belong to no region.
pub(super) const MOST_LISTS: usize = 1024;

/// A folder of lists.
#[derive(Clone, Debug)]
pub(super) struct Copies(PathBuf);

/// Which list: its address, and the certificate of the authority that signs it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ListName {
    pub(super) address: Url,
    pub(super) issuer: Arc<[u8]>,
}

// === impl Copies ===

impl Copies {
    /// The lists in this folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.join("cards"))
    }

    /// Every list that was kept, with its text where that is still there. What cannot be read is as if it were not there:
    /// it is asked for again.
    pub(super) fn read(&self) -> Vec<(ListName, Option<Vec<u8>>)> {
        let Ok(entries) = fs::read_dir(&self.0) else { return Vec::new() };
        let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
        let names = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        let names = names.filter_map(|path| ListName::of_json(&fs::read(path).ok()?)).take(MOST_LISTS);
        names.map(|name| (name.clone(), fs::read(self.path(&name, "crl")).ok())).collect()
    }

    /// Keeps a list, whole or not at all.
    pub(super) fn write(&self, name: &ListName, list: &[u8]) -> io::Result<()> {
        whole::write(&self.path(name, "crl"), list)?;
        whole::write(&self.path(name, "json"), name.to_json().as_bytes())
    }

    fn path(&self, name: &ListName, extension: &str) -> PathBuf {
        let whole = [name.address.as_str().as_bytes(), &[0], &name.issuer].concat();
        let number = hex(&digest(&SHA256, &whole).as_ref()[..16]);
        self.0.join(format!("{number}.{extension}"))
    }
}

// === impl ListName ===

impl ListName {
    /// In a word that is fit for a metric label.
    pub(super) fn label(&self) -> String {
        label(&self.address)
    }

    fn to_json(&self) -> String {
        json!({ "address": self.address.as_str(), "issuer": hex(&self.issuer) }).to_string()
    }

    fn of_json(text: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(text).ok()?;
        let address = value.get("address")?.as_str()?.parse().ok()?;
        Some(Self { address, issuer: unhex(value.get("issuer")?.as_str()?)?.into() })
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_again_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let copies = Copies::new(folder.path());
        assert!(copies.read().is_empty());
        let name = |address: &str, issuer: &[u8]| ListName { address: address.parse().unwrap(), issuer: issuer.into() };
        let (one, other) = (name("http://a.example/x.crl", b"one"), name("http://a.example/x.crl", b"other"));
        copies.write(&one, b"first").unwrap();
        copies.write(&one, b"second").unwrap();
        copies.write(&other, b"third").unwrap();
        let mut read = copies.read();
        read.sort_by_key(|(name, _)| name.issuer.clone());
        assert_eq!(read, [(one, Some(b"second".to_vec())), (other, Some(b"third".to_vec()))]);
        assert_eq!(read[0].0.label(), "a.example/x.crl");
    }
}
