//! What an authority's responder says about one card: the question, and what is believed of the answer. (RFC 6960; RFC
//! 5019.)

mod id;
mod parts;
mod responder;

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{SignedDuration, Timestamp};

use crate::certificate::CardCertificate;
use crate::issuer::Issuer;
use parts::Parts;

/// Clocks differ. What is a little ahead of ours is not from the future.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// How long an answer counts that does not say so itself.
const OPEN_END: SignedDuration = SignedDuration::from_hours(24);

/// Longer answers are none: real ones have less than 4 KiB.
const LONGEST: usize = 64 * 1024;

/// What is known of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardStatus {
    /// It was not revoked.
    Good,
    /// It was revoked, for good or for a while.
    Revoked,
    /// Nobody who was asked knows.
    Unknown,
}

/// An answer about one card, which somebody signed who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspAnswer {
    /// What it says.
    pub status: CardStatus,
    /// When it was signed.
    pub made_at: Timestamp,
    /// When what it says was known to be so.
    pub this_update: Timestamp,
    /// When more will be known.
    pub next_update: Option<Timestamp>,
    about: Print,
    responder: Option<Box<[u8]>>,
}

/// Why an answer does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OcspRefusal {
    /// Who is said to have issued the card did not.
    #[error("the issuer that was given did not issue the card")]
    Issuer,
    /// It is longer than any answer.
    #[error("longer than 64 KiB")]
    TooLong,
    /// It is no answer, or one that could be read in more than one way.
    #[error("not an answer in DER")]
    Malformed,
    /// The responder does not answer. (RFC 6960, section 2.3.)
    #[error("the responder declines with status {0}")]
    Declined(u8),
    /// It is an answer of another kind.
    #[error("not a basic response")]
    Kind,
    /// It brings more certificates than anybody needs.
    #[error("more than 8 certificates")]
    TooManyCertificates,
    /// It says nothing, or more than was asked.
    #[error("not one answer to one question")]
    NotOne,
    /// It is about another card, or about the card of another issuer.
    #[error("an answer about another certificate")]
    AnotherCard,
    /// Something in it is critical and not understood.
    #[error("a critical extension that is not understood")]
    Critical,
    /// Nobody is known who has the name or the key that it gives.
    #[error("a responder whose certificate is not there")]
    Responder,
    /// Who has signed it may not.
    #[error("a responder to whom the issuer did not delegate")]
    Unauthorised,
    /// Who is said to have signed it did not.
    #[error("the signature does not verify")]
    Signature,
    /// It is from the future.
    #[error("made in the future")]
    TooEarly,
    /// It was true once.
    #[error("no longer the newest that is known")]
    TooOld,
}

/// The question whether a card was revoked, in DER: one certificate, no nonce, no signature. (RFC 5019, section 2.1.)
pub fn question(card: &CardCertificate<'_>, issuer: &[u8]) -> Result<Vec<u8>, OcspRefusal> {
    let issuer = Issuer::of(card, issuer).ok_or(OcspRefusal::Issuer)?;
    Ok(id::question(card, &issuer))
}

// === impl OcspAnswer ===

impl OcspAnswer {
    /// Reads an answer in DER about a card whose issuer has this certificate.
    pub fn read(der: &[u8], card: &CardCertificate<'_>, issuer: &[u8], now: Timestamp) -> Result<Self, OcspRefusal> {
        let issuer = Issuer::of(card, issuer).ok_or(OcspRefusal::Issuer)?;
        if der.len() > LONGEST {
            return Err(OcspRefusal::TooLong);
        }
        let parts = Parts::of(der)?;
        let responder = responder::signer(&parts, &issuer, now)?;
        let Parts { made_at, single, .. } = parts;
        if !single.id.is_of(card, &issuer) {
            return Err(OcspRefusal::AnotherCard);
        }
        let answer = Self {
            status: single.status,
            made_at,
            this_update: single.this_update,
            next_update: single.next_update,
            about: Print::of(card),
            responder,
        };
        answer.check_times(now).map(|()| answer)
    }

    /// Whether it is about this card.
    pub fn is_about(&self, card: &CardCertificate<'_>) -> bool {
        self.about == Print::of(card)
    }

    /// Whether it is still the newest that is known.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.check_times(now).is_ok()
    }

    /// The number of the certificate with which it was signed, where the issuer did not sign it itself.
    pub(crate) fn responder(&self) -> Option<&[u8]> {
        self.responder.as_deref()
    }

    /// RFC 6960, sections 3.2 (5 and 6) and 4.2.2.1.
    fn check_times(&self, now: Timestamp) -> Result<(), OcspRefusal> {
        let ahead = self.this_update.max(self.made_at).duration_since(now);
        if ahead > TOLERANCE {
            return Err(OcspRefusal::TooEarly);
        }
        let over = match self.next_update {
            Some(next) => now > next,
            None => now.duration_since(self.this_update) > OPEN_END,
        };
        if over { Err(OcspRefusal::TooOld) } else { Ok(()) }
    }
}

/// Which card: enough to tell it from all others, too little to find its holder.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Print([u8; 32]);

// === impl Print ===

impl Print {
    fn of(card: &CardCertificate<'_>) -> Self {
        let mut print = [0; 32];
        print.copy_from_slice(digest(&SHA256, card.certificate().as_raw()).as_ref());
        Self(print)
    }
}

impl fmt::Debug for Print {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
