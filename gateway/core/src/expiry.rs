//! When operators hear that something is about to end: 60, 30, 15 and 7 days before, and when it has.

use jiff::{SignedDuration, Timestamp};

/// How close an end is; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// At most 60 days.
    SixtyDays,
    /// At most 30 days.
    ThirtyDays,
    /// At most 15 days.
    FifteenDays,
    /// At most 7 days.
    SevenDays,
    /// It is over.
    Over,
}

// === impl Notice ===

impl Notice {
    const LATEST_FIRST: [Self; 5] = [Self::Over, Self::SevenDays, Self::FifteenDays, Self::ThirtyDays, Self::SixtyDays];

    /// What there is to say at `now` of something that ends at `end`, if it is close.
    pub fn of(end: Timestamp, now: Timestamp) -> Option<Self> {
        let left = end.duration_since(now);
        Self::LATEST_FIRST.into_iter().find(|notice| left <= SignedDuration::from_hours(24 * notice.days()))
    }

    /// The days that are left at most.
    pub const fn days(self) -> i64 {
        match self {
            Self::SixtyDays => 60,
            Self::ThirtyDays => 30,
            Self::FifteenDays => 15,
            Self::SevenDays => 7,
            Self::Over => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_given_from_its_day_on() {
        let end: Timestamp = "2027-01-30T12:00:00Z".parse().unwrap();
        let before = |days: i64, seconds: i64| {
            Notice::of(end, end - SignedDuration::from_hours(24 * days) + SignedDuration::from_secs(seconds))
        };
        let steps = [
            (60, None, Notice::SixtyDays),
            (30, Some(Notice::SixtyDays), Notice::ThirtyDays),
            (15, Some(Notice::ThirtyDays), Notice::FifteenDays),
            (7, Some(Notice::FifteenDays), Notice::SevenDays),
            (0, Some(Notice::SevenDays), Notice::Over),
        ];
        for (days, earlier, notice) in steps {
            assert_eq!(before(days, -1), earlier, "{days}");
            assert_eq!(before(days, 0), Some(notice), "{days}");
            assert!(earlier < Some(notice));
        }
    }
}
