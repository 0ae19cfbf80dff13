//! What an authority has revoked: its list, verified once and kept as the numbers alone. (RFC 5280, section 5.)

mod entries;
mod parts;
mod scope;
mod serials;

use std::fmt;

use jiff::Timestamp;
use x509_parser::extensions::{CRLDistributionPoint, DistributionPointName, GeneralName, ParsedExtension};

use crate::certificate::CardCertificate;
use crate::issuer::Issuer;
use crate::signature::verifies;
use parts::Parts;
use scope::Marks;
use serials::Serials;

/// The numbers of revoked certificates.
pub struct RevokedList {
    serials: Serials,
    marks: Marks,
    issuer: Box<[u8]>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When the next one is due.
    pub next_at: Timestamp,
}

/// Why a list does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListRefusal {
    /// It is no list of revoked certificates.
    #[error("not a list of revoked certificates")]
    Malformed,
    /// It is of another authority.
    #[error("a list of somebody else")]
    Issuer,
    /// Its authority has a key that is for other things.
    #[error("an authority that signs no lists")]
    Usage,
    /// It is not signed by its authority.
    #[error("the signature does not verify")]
    Signature,
    /// It tells a part only: what is not in it may be revoked all the same.
    #[error("a list of a part only")]
    Partial,
    /// It does not say when the next one is due.
    #[error("nextUpdate is missing")]
    NoEnd,
    /// It is from the future.
    #[error("made in the future")]
    TooEarly,
}

// === impl RevokedList ===

impl RevokedList {
    /// Reads a list in DER, which who has this certificate must have signed. It is for cards that they issued.
    pub fn read(der: &[u8], issuer: &[u8], now: Timestamp) -> Result<Self, ListRefusal> {
        let parts = Parts::of(der).ok_or(ListRefusal::Malformed)?;
        let signer = Issuer::read(issuer).filter(|signer| signer.name() == parts.issuer.as_raw());
        let signer = signer.ok_or(ListRefusal::Issuer)?;
        if !signer.may_sign_lists() {
            return Err(ListRefusal::Usage);
        }
        if !verifies(signer.certificate().public_key(), &parts.algorithm, parts.signed, parts.signature) {
            return Err(ListRefusal::Signature);
        }
        let marks = Marks::of(parts.extensions)?;
        let (made_at, next_at) = (parts.made_at, parts.next_at.ok_or(ListRefusal::NoEnd)?);
        if made_at > now {
            return Err(ListRefusal::TooEarly);
        }
        Ok(Self { serials: Serials::of(parts.revoked)?, marks, issuer: issuer.into(), made_at, next_at })
    }

    /// Whether a certificate of this number was revoked.
    pub fn holds(&self, serial: &[u8]) -> bool {
        self.serials.hold(serial)
    }

    /// Whether what is published at this address is this list: one of a part is published at the addresses that it
    /// names, and one of all certificates anywhere.
    pub fn covers(&self, address: &str) -> bool {
        self.marks.scope.as_ref().is_none_or(|scope| scope.iter().any(|name| **name == *address.as_bytes()))
    }

    /// Whether a card would be on it if it had been revoked. (RFC 5280, section 6.3.3 (b) (2).)
    pub fn covers_card(&self, card: &CardCertificate<'_>) -> bool {
        self.marks.scope.is_none() || addresses(card).any(|address| self.covers(address))
    }

    /// Whether who has this certificate in DER signed it.
    pub fn is_of(&self, issuer: &[u8]) -> bool {
        *self.issuer == *issuer
    }

    /// How many there are.
    pub fn length(&self) -> usize {
        self.serials.length()
    }

    /// How much memory it takes.
    pub fn bytes(&self) -> usize {
        size_of::<Self>() + self.serials.bytes() + self.marks.bytes() + self.issuer.len()
    }

    /// Whether a newer one is due.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now >= self.next_at
    }

    /// Whether the other one, of the same authority and address, has taken its place. Its time says so; its number
    /// (RFC 5280, section 5.2.3) only of two of the same instant, for authorities begin anew with numbers, and one from
    /// before that would be greater than all that came after.
    pub fn is_older_than(&self, other: &Self) -> bool {
        let smaller =
            || matches!((&self.marks.number, &other.marks.number), (Some(ours), Some(theirs)) if ours < theirs);
        self.made_at < other.made_at || (self.made_at == other.made_at && smaller())
    }
}

/// A million numbers say nothing to anybody, and each of them is somebody's card.
impl fmt::Debug for RevokedList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RevokedList({} until {})", self.length(), self.next_at)
    }
}

/// Where a card says that its issuer publishes lists of its own with all reasons. (RFC 5280, section 6.3.3 (b) (1) and
/// (d).) They are taken as they stand: an address that only means the same is another name.
fn addresses<'c>(card: &'c CardCertificate<'_>) -> impl Iterator<Item = &'c str> {
    let extensions = card.certificate().extensions().iter();
    let points = extensions.filter_map(|extension| match extension.parsed_extension() {
        ParsedExtension::CRLDistributionPoints(points) => Some(points.iter()),
        _ => None,
    });
    let whole = |point: &&CRLDistributionPoint<'_>| point.reasons.is_none() && point.crl_issuer.is_none();
    let names = points.flatten().filter(whole).filter_map(|point| match &point.distribution_point {
        Some(DistributionPointName::FullName(names)) => Some(names.iter()),
        _ => None,
    });
    names.flatten().filter_map(|name| match name {
        GeneralName::URI(address) => Some(*address),
        _ => None,
    })
}
