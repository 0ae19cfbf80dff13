//! Which authorities an administrator has approved.
//!
//! The first trust list that is read is taken as it is. From then on an authority that is new waits: whoever could
//! write one into a trust list could issue cards for anybody. What the list says of authorities that are known, that
//! they are recognised no longer above all, counts at once.
//!
//! The file holds a line for each: its fingerprint, and its name for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use varco_health_card::authority::Authority;

use crate::whole;

/// The file of the approved authorities.
#[derive(Clone, Debug)]
pub(super) struct Approvals(PathBuf);

/// The approved authorities, by their fingerprints, with their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Approved(BTreeMap<String, String>);

// === impl Approvals ===

impl Approvals {
    /// The file in this folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.join("card-authorities.txt"))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// What it holds; nothing, where nobody has approved anything yet.
    pub(super) fn read(&self) -> io::Result<Option<Approved>> {
        match fs::read_to_string(&self.0) {
            Ok(text) => Ok(Some(Approved::parse(&text))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, approved: &Approved) -> io::Result<()> {
        whole::write(&self.0, approved.text().as_bytes())
    }
}

// === impl Approved ===

impl Approved {
    /// These authorities.
    pub(super) fn of<'a>(authorities: impl IntoIterator<Item = &'a Authority>) -> Self {
        Self(authorities.into_iter().map(|authority| (authority.fingerprint(), authority.name.clone())).collect())
    }

    /// Whether it is one of them.
    pub(super) fn holds(&self, authority: &Authority) -> bool {
        self.0.contains_key(&authority.fingerprint())
    }

    /// One more.
    pub(super) fn add_named(&mut self, fingerprint: String, name: String) {
        self.0.insert(fingerprint, name);
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let entry = |line: &str| {
            let (fingerprint, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            (fingerprint.to_ascii_lowercase(), name.trim().to_owned())
        };
        Self(lines.map(entry).collect())
    }

    fn text(&self) -> String {
        let mut text =
            "# Authorities whose cards are accepted: the SHA-256 of a certificate, and a name for people.\n".to_owned();
        for (fingerprint, name) in &self.0 {
            let name: String = name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
            // Writing to memory does not fail.
            let _ = writeln!(text, "{fingerprint} {name}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_approved_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let approvals = Approvals::new(&folder.path().join("below"));
        assert_eq!(approvals.read().unwrap(), None);
        let approved = Approved([("ab".to_owned(), "CA\nof somebody".to_owned())].into());
        approvals.write(&approved).unwrap();
        let read = approvals.read().unwrap().unwrap();
        assert_eq!(read.0, [("ab".to_owned(), "CA of somebody".to_owned())].into());
    }
}
