//! The authorities that vouch for cards, and which of them vouches for one. (RFC 5280, section 6.)
//!
//! The authority that issued a card must be on the trust list itself: nobody stands in between. So there is one
//! signature to verify, and one list of what was revoked to hold a card against.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use x509_parser::certificate::X509Certificate;

use crate::certificate::{CardCertificate, check_key, instant, parse};
use crate::refusal::CardRefusal;
use crate::signature::ReadyKey;

/// An authority of the trust list. Copies are cheap.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its name, as the list has it.
    pub name: String,
    certificate: Arc<[u8]>,
    read: Arc<Read>,
    standing: Vec<Standing>,
}

/// What its certificate says: it is asked at every login, and read once.
#[derive(Debug)]
struct Read {
    subject: Box<[u8]>,
    key: ReadyKey,
    validity: RangeInclusive<Timestamp>,
}

/// What an authority was from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standing {
    /// From when.
    pub since: Timestamp,
    /// Whether it was recognised.
    pub recognised: bool,
}

/// All authorities.
#[derive(Clone, Debug)]
pub struct Authorities {
    all: Vec<Authority>,
    subjects: Arc<[Box<[u8]>]>,
}

// === impl Authority ===

impl Authority {
    /// An authority with its certificate in DER, and what it was since when.
    pub fn new(name: String, certificate: &[u8], mut standing: Vec<Standing>) -> Result<Self, CardRefusal> {
        let read = Arc::new(Read::of(&parse(certificate)?)?);
        standing.sort_unstable();
        Ok(Self { name, certificate: certificate.into(), read, standing })
    }

    /// Its certificate, in DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The same, to be kept.
    pub fn shared_certificate(&self) -> Arc<[u8]> {
        Arc::clone(&self.certificate)
    }

    /// The SHA-256 of its certificate, in lower-case hexadecimal digits: what people compare.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(digest(&SHA256, &self.certificate).as_ref())
    }

    /// Whether it was recognised then: what it issued while it was keeps its worth.
    pub fn was_recognised_at(&self, at: Timestamp) -> bool {
        self.standing.iter().rfind(|one| one.since <= at).is_some_and(|one| one.recognised)
    }

    /// The same authority, recognised whenever either entry says so.
    fn or(&self, other: &Self) -> Self {
        let changes = self.standing.iter().chain(&other.standing).map(|one| one.since);
        let at = |since| (since, self.was_recognised_at(since) || other.was_recognised_at(since));
        let merged: BTreeMap<_, _> = changes.map(at).collect();
        let standing = merged.into_iter().map(|(since, recognised)| Standing { since, recognised });
        Self { standing: standing.collect(), ..self.clone() }
    }
}

impl PartialEq for Authority {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.certificate, &self.standing) == (&other.name, &other.certificate, &other.standing)
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.name, self.fingerprint())
    }
}

// === impl Authorities ===

impl Authorities {
    /// These authorities. One that is there twice is recognised whenever either entry says so.
    pub fn new(authorities: Vec<Authority>) -> Self {
        let mut all: Vec<Authority> = Vec::new();
        for authority in authorities {
            match all.iter_mut().find(|known| known.certificate == authority.certificate) {
                Some(known) => *known = known.or(&authority),
                None => all.push(authority),
            }
        }
        // Authorities that were renewed have one name: a handshake has no room to say it twice.
        let subjects: BTreeSet<_> = all.iter().map(|authority| authority.read.subject.clone()).collect();
        Self { all, subjects: subjects.into_iter().collect() }
    }

    /// Those of several lists.
    pub fn merged<'a>(lists: impl IntoIterator<Item = &'a Self>) -> Self {
        Self::new(lists.into_iter().flat_map(|list| list.all.iter().cloned()).collect())
    }

    /// All of them.
    pub fn all(&self) -> &[Authority] {
        &self.all
    }

    /// Whether this is one of them, whatever the list says of it.
    pub fn holds(&self, authority: &Authority) -> bool {
        self.all.iter().any(|one| one.certificate == authority.certificate)
    }

    /// Their names, in DER, each once.
    pub fn subjects(&self) -> Arc<[Box<[u8]>]> {
        Arc::clone(&self.subjects)
    }

    /// The authority that vouches for a card.
    pub fn vouching(&self, card: &CardCertificate<'_>, now: Timestamp) -> Result<&Authority, CardRefusal> {
        let certificate = card.certificate();
        let may_have = |authority: &&Authority| {
            *authority.read.subject == *certificate.issuer().as_raw()
                && authority.read.validity.contains(&now)
                && authority.was_recognised_at(card.issued_at())
        };
        // RFC 5280, section 4.1.1.2: what is signed names the algorithm as well.
        let agreed = certificate.signature_algorithm == certificate.tbs_certificate.signature;
        let has = |authority: &&Authority| {
            let value = &certificate.signature_value.data;
            let key = &authority.read.key;
            agreed && key.verifies(&certificate.signature_algorithm, certificate.tbs_certificate.as_ref(), value)
        };
        self.all.iter().filter(may_have).find(has).ok_or(CardRefusal::Untrusted)
    }
}

impl Default for Authorities {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

// === impl Read ===

impl Read {
    /// Whoever issues cards is an authority, and where it says what its key is for, signing certificates is among it.
    /// (RFC 5280, sections 4.2.1.3 and 4.2.1.9.)
    fn of(certificate: &X509Certificate<'_>) -> Result<Self, CardRefusal> {
        check_key(certificate)?;
        let issues = certificate.basic_constraints().ok().flatten().is_some_and(|basic| basic.value.ca);
        let signs = certificate.key_usage().is_ok_and(|usage| usage.is_none_or(|usage| usage.value.key_cert_sign()));
        let key = ReadyKey::of(certificate.public_key()).ok_or(CardRefusal::WeakKey)?;
        let validity = certificate.validity();
        let validity = instant(validity.not_before.timestamp())..=instant(validity.not_after.timestamp());
        if issues && signs {
            Ok(Self { subject: certificate.subject().as_raw().into(), key, validity })
        } else {
            Err(CardRefusal::Usage)
        }
    }
}
