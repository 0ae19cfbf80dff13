//! The trust list: which authorities issue cards that count, and since when. (ETSI TS 119 612.)
//!
//! A list is signed, and everything that is read of it is what was signed. Of its services those count that say who
//! somebody is; all others are passed over. An entry that cannot be used is left out, so that a list with a mistake in
//! it is a list all the same.

mod bundle;
mod hosts;
mod scheme;
mod service;

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use varco_xmldsig::{Element, Limits, SignatureRefusal, TrustedKey, Xml, XmlRefusal, verify_advanced};

use crate::authority::Authorities;
use crate::refusal::CardRefusal;
use scheme::Scheme;
use service::Service;

/// The namespace of lists.
const LIST: &str = "http://uri.etsi.org/02231/v2#";

/// A list.
#[derive(Clone, Debug)]
pub struct TrustList {
    /// Its number: each list has a greater one than the list before.
    pub sequence: u64,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When the next one is due; nothing, where there will be none.
    pub next_at: Option<Timestamp>,
    /// The country that it is of; empty, where somebody vouches for certificates.
    pub territory: String,
    /// The authorities that issue cards, or did.
    pub authorities: Authorities,
    /// Where they, and who runs the list, say more of themselves: the only hosts to which a card may lead.
    pub hosts: BTreeSet<String>,
    /// How many authorities are in it that cannot be used.
    pub left_out: usize,
    /// Which ones, for the log.
    pub omissions: Vec<Omission>,
}

/// An authority that is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Omission {
    /// Its name, as the list has it.
    pub name: String,
    /// Why.
    pub why: OmissionReason,
}

/// Why an authority is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OmissionReason {
    /// Nobody could verify what it has issued.
    #[error("it has no certificate")]
    NoCertificate,
    /// Its certificate is none.
    #[error("its certificate cannot be read")]
    Malformed,
    /// Its key is too weak.
    #[error("its key is too weak, or of an unknown kind")]
    WeakKey,
    /// Its key is for other things.
    #[error("its certificate is not for issuing others")]
    Usage,
    /// When it was recognised cannot be told.
    #[error("its status, or what that was before, cannot be read")]
    Status,
}

/// Why a list does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustListRefusal {
    /// It is no document that is read.
    #[error("the document: {0}")]
    Xml(#[from] XmlRefusal),
    /// It is another document.
    #[error("not a trust list")]
    Root,
    /// Nobody has signed it who may.
    #[error("the signature: {0}")]
    Signature(#[from] SignatureRefusal),
    /// Nobody knows here what it says.
    #[error("a version that is not understood")]
    Version,
    /// It does not say something that every list says once.
    #[error("{0} is not there exactly once, or cannot be read")]
    Field(&'static str),
    /// It is from the future.
    #[error("issued in the future")]
    TooEarly,
    /// It is no certificate where there should be one.
    #[error("something that begins as a certificate in PEM and is none")]
    Pem,
    /// There is no authority in it.
    #[error("no certificate of an authority")]
    NoAuthority,
    /// Who was reading it stopped before the end.
    #[error("it could not be read to its end")]
    Interrupted,
}

// === impl TrustList ===

impl TrustList {
    /// Reads a list in XML, which one of `signers` must have signed.
    pub fn read(text: &str, signers: &[TrustedKey], now: Timestamp) -> Result<Self, TrustListRefusal> {
        // Some are published with a mark that says in which order bytes come.
        let xml = Xml::parse_within(text.strip_prefix('\u{feff}').unwrap_or(text), Limits::AGGREGATE)?;
        if !scheme::is_list(xml.root()) {
            return Err(TrustListRefusal::Root);
        }
        // ETSI TS 119 612, section 5.7.1 and annex B.
        let signed = verify_advanced(xml.root(), signers)?;
        Self::of(signed.element(), now)
    }

    /// Takes certificates in PEM, for which whoever wrote them down vouches: each is of an authority that was always
    /// recognised.
    pub fn of_certificates(pem: &str) -> Result<Self, TrustListRefusal> {
        bundle::read(pem)
    }

    /// What a list says whose signature was verified.
    pub(crate) fn of(list: Element<'_>, now: Timestamp) -> Result<Self, TrustListRefusal> {
        let scheme = Scheme::of(list)?;
        if scheme.issued_at > now {
            return Err(TrustListRefusal::TooEarly);
        }
        let (mut authorities, mut hosts, mut omissions) = (Vec::new(), BTreeSet::new(), Vec::new());
        for service in scheme.services().filter(Service::counts) {
            let before = authorities.len();
            for entry in service.authorities() {
                match entry {
                    Ok(authority) => authorities.push(authority),
                    Err(why) => omissions.push(Omission { name: service.name(), why }),
                }
            }
            if authorities.len() > before {
                hosts.extend(hosts::of_service(&service));
                hosts.extend(authorities[before..].iter().flat_map(hosts::of_authority));
            }
        }
        Ok(Self {
            sequence: scheme.sequence,
            issued_at: scheme.issued_at,
            next_at: scheme.next_at,
            territory: scheme.territory,
            authorities: Authorities::new(authorities),
            hosts,
            left_out: omissions.len(),
            omissions,
        })
    }
}

impl fmt::Display for Omission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.name, self.why)
    }
}

// === impl OmissionReason ===

impl From<CardRefusal> for OmissionReason {
    fn from(refusal: CardRefusal) -> Self {
        match refusal {
            CardRefusal::WeakKey => Self::WeakKey,
            CardRefusal::Usage => Self::Usage,
            _ => Self::Malformed,
        }
    }
}
