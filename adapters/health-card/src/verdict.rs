//! Whether a card was revoked, from all that is at hand about it: lists, an answer, or nothing.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use crate::certificate::CardCertificate;
use crate::ocsp::{CardStatus, OcspAnswer};
use crate::refusal::CardRefusal;
use crate::revocation::RevokedList;

/// What happens to a card of which nobody can say whether it was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// It logs nobody in.
    Hard,
    /// It logs in, and it is written down that nobody knew.
    Soft,
}

/// All that is at hand. What is about other cards does no harm: it is passed over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'e> {
    /// The certificate in DER of whoever was found to have issued the card.
    pub issuer: &'e [u8],
    /// Lists of whoever issued the card.
    pub lists: &'e [&'e RevokedList],
    /// What their responder answered.
    pub answer: Option<&'e OcspAnswer>,
}

/// Who said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A list. Its time may be over for a little while: nobody could fetch the next one.
    List {
        /// When it was made.
        made_at: Timestamp,
        /// When the next one is due.
        next_at: Timestamp,
    },
    /// A responder.
    Responder {
        /// When it signed.
        made_at: Timestamp,
    },
    /// Nobody said anything that counts.
    Nobody,
}

/// Whether a card was revoked, who says so, and how old that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it was.
    pub outcome: CardStatus,
    /// Who says so.
    pub source: Source,
    /// Since when more may have been revoked that the source does not know of.
    pub age: SignedDuration,
}

// === impl Verdict ===

impl Verdict {
    /// Nobody knows.
    const NOTHING: Self = Self { outcome: CardStatus::Unknown, source: Source::Nobody, age: SignedDuration::ZERO };

    /// Weighs what is at hand. Whoever says that a card was revoked is believed over everybody else; of those who say
    /// that it was not, whoever has looked last. A list counts a grace longer than it says.
    pub fn of(card: &CardCertificate<'_>, evidence: &Evidence<'_>, grace: SignedDuration, now: Timestamp) -> Self {
        let lists: Vec<_> = evidence.lists.iter().copied().filter(|list| list.is_of(evidence.issuer)).collect();
        let answer = evidence.answer.filter(|answer| answer.is_about(card));
        let of_lists = lists.iter().filter_map(|list| of_list(card, list, grace, now));
        let of_answer = answer.and_then(|answer| of_answer(answer, &lists, now));
        of_lists.chain(of_answer).max_by_key(Self::weight).unwrap_or(Self::NOTHING)
    }

    /// What follows for the card. One that passes without anybody having said that it is good says so.
    pub const fn under(self, policy: Policy) -> Result<Self, CardRefusal> {
        match (self.outcome, policy) {
            (CardStatus::Revoked, _) => Err(CardRefusal::Revoked),
            (CardStatus::Unknown, Policy::Hard) => Err(CardRefusal::RevocationUnknown),
            (CardStatus::Good, _) | (CardStatus::Unknown, Policy::Soft) => Ok(self),
        }
    }

    fn weight(&self) -> (u8, Reverse<SignedDuration>) {
        let outcome = match self.outcome {
            CardStatus::Revoked => 2,
            CardStatus::Good => 1,
            CardStatus::Unknown => 0,
        };
        (outcome, Reverse(self.age))
    }
}

/// A card on a list was revoked, whatever the list is of and however old it is. One that is not on it is good if it
/// would be, and was looked for soon enough.
fn of_list(card: &CardCertificate<'_>, list: &RevokedList, grace: SignedDuration, now: Timestamp) -> Option<Verdict> {
    let (made_at, next_at) = (list.made_at, list.next_at);
    let outcome = if list.holds(card.serial()) {
        CardStatus::Revoked
    } else if list.covers_card(card) && now.duration_since(next_at) < grace.max(SignedDuration::ZERO) {
        CardStatus::Good
    } else {
        return None;
    };
    Some(Verdict { outcome, source: Source::List { made_at, next_at }, age: now.duration_since(made_at) })
}

/// What was true once counts no more, unless it was that the card is revoked. A responder whose own certificate was
/// revoked calls nobody good. (RFC 6960, section 4.2.2.2.1.)
fn of_answer(answer: &OcspAnswer, lists: &[&RevokedList], now: Timestamp) -> Option<Verdict> {
    let distrusted = answer.responder().is_some_and(|serial| lists.iter().any(|list| list.holds(serial)));
    let counts = answer.status == CardStatus::Revoked || (answer.is_fresh(now) && !distrusted);
    counts.then(|| Verdict {
        outcome: answer.status,
        source: Source::Responder { made_at: answer.made_at },
        age: now.duration_since(answer.this_update),
    })
}
