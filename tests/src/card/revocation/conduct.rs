//! How lists and answers are given: in good faith, or in any way that a gateway must not fall for.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How lists are published, or cards are answered about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// As it should be.
    Good,
    /// What was true until yesterday.
    Stale,
    /// In the name of the authority, and signed by somebody else.
    Forged,
    /// The list of another authority, or the answer about another card.
    OfAnother,
    /// A list without anybody on it, or the answer that the card is unknown.
    KnowsNobody,
    /// Nothing of use.
    Nuisance(Nuisance),
}

/// What may come instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nuisance {
    /// Status 503.
    Away,
    /// The right answer, after a while.
    Slow(Duration),
    /// Something else.
    Garbage,
    /// No end.
    Endless,
}

/// When something was made, and for how long it counts from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// How long ago it was made; less than nothing is in the future.
    pub age: SignedDuration,
    /// How long after that the next one is due.
    pub life: SignedDuration,
}

// === impl Conduct ===

impl Conduct {
    /// What comes instead of an answer.
    pub(super) const fn nuisance(self) -> Option<Nuisance> {
        match self {
            Self::Nuisance(nuisance) => Some(nuisance),
            Self::Good | Self::Stale | Self::Forged | Self::OfAnother | Self::KnowsNobody => None,
        }
    }
}

// === impl Times ===

impl Times {
    /// What lists have: made an hour ago, for a week.
    pub const OF_LISTS: Self = Self { age: SignedDuration::from_hours(1), life: SignedDuration::from_hours(24 * 7) };
    /// What answers have: made a minute ago, for a day.
    pub const OF_ANSWERS: Self = Self { age: SignedDuration::from_mins(1), life: SignedDuration::from_hours(24) };

    /// The same a day after it ended, where it is to be stale.
    pub(super) fn under(self, conduct: Conduct) -> Self {
        match conduct {
            Conduct::Stale => Self { age: self.life + SignedDuration::from_hours(24), ..self },
            _ => self,
        }
    }

    /// From when until when.
    pub(super) fn at(self, now: Timestamp) -> (Timestamp, Timestamp) {
        let made_at = now - self.age;
        (made_at, made_at + self.life)
    }
}
