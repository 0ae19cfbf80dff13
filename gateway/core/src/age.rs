//! The ages that a service is for.

use std::num::NonZeroU8;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{self, TimeZone};

use crate::refusal::refusals;

/// Whose date decides. It is part of the program: no machine has to know it.
static ROME: TimeZone = tz::get!("Europe/Rome");

/// The ages that a service is for, in full years, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ages {
    /// The youngest; any where nothing is said.
    pub minimum: Option<NonZeroU8>,
    /// The oldest; any where nothing is said.
    pub maximum: Option<NonZeroU8>,
}

refusals! {
    /// Why a service is not for somebody of this age.
    pub enum AgeRefusal {
        /// Younger than its youngest.
        TooYoung => ("login.age.too-young", Forbidden),
        /// Older than its oldest.
        TooOld => ("login.age.too-old", Forbidden),
        /// It is not known how old they are.
        Unknown => ("login.age.unknown", Forbidden),
    }
}

// === impl Ages ===

impl Ages {
    /// From the one to the other; nothing where neither is said, since then everybody may come.
    pub const fn between(minimum: Option<NonZeroU8>, maximum: Option<NonZeroU8>) -> Option<Self> {
        match (minimum, maximum) {
            (None, None) => None,
            (minimum, maximum) => Some(Self { minimum, maximum }),
        }
    }

    /// Whether somebody of this date of birth is of these ages at `now`, by the date in Italy.
    pub fn admit(self, birthdate: Option<&str>, now: Timestamp) -> Result<(), AgeRefusal> {
        let born = birthdate.and_then(|text| text.parse::<Date>().ok());
        let today = ROME.to_datetime(now).date();
        let age = born.and_then(|born| full_years(born, today)).ok_or(AgeRefusal::Unknown)?;
        if self.minimum.is_some_and(|minimum| age < i16::from(minimum.get())) {
            return Err(AgeRefusal::TooYoung);
        }
        if self.maximum.is_some_and(|maximum| age > i16::from(maximum.get())) {
            return Err(AgeRefusal::TooOld);
        }
        Ok(())
    }
}

/// The years that somebody has completed: the birthday counts. Nothing for who is not yet born.
// Civil code, article 2963: what would end on a day that its month does not have ends with the last day
// of that month. So who was born on 29 February has completed the year on 1 March, not on the 28th.
fn full_years(born: Date, today: Date) -> Option<i16> {
    let birthday_is_to_come = (today.month(), today.day()) < (born.month(), born.day());
    let years = today.year() - born.year() - i16::from(birthday_is_to_come);
    (born <= today).then_some(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(minimum: u8, maximum: u8) -> Ages {
        Ages::between(NonZeroU8::new(minimum), NonZeroU8::new(maximum)).unwrap()
    }

    fn admitted(ages: Ages, born: &str, now: &str) -> Result<(), AgeRefusal> {
        ages.admit(Some(born), now.parse().unwrap())
    }

    #[test]
    fn a_service_without_limits_declares_no_ages() {
        assert_eq!(Ages::between(None, None), None);
    }

    #[test]
    fn both_ends_are_included_and_the_birthday_counts() {
        let grown_up = ages(18, 0);
        assert_eq!(admitted(grown_up, "2008-11-25", "2026-11-25T12:00:00Z"), Ok(()));
        assert_eq!(admitted(grown_up, "2008-11-26", "2026-11-25T12:00:00Z"), Err(AgeRefusal::TooYoung));
        let children = ages(0, 13);
        assert_eq!(admitted(children, "2012-11-26", "2026-11-25T12:00:00Z"), Ok(()), "still 13");
        assert_eq!(admitted(children, "2012-11-25", "2026-11-25T12:00:00Z"), Err(AgeRefusal::TooOld));
        assert_eq!(admitted(ages(14, 17), "2026-11-25", "2026-11-25T12:00:00Z"), Err(AgeRefusal::TooYoung));
    }

    #[test]
    fn the_day_begins_at_midnight_in_italy_in_winter_and_in_summer() {
        let grown_up = ages(18, 0);
        for (born, before, after) in [
            ("2008-11-25", "2026-11-24T22:59:59Z", "2026-11-24T23:00:00Z"),
            ("2008-07-01", "2026-06-30T21:59:59Z", "2026-06-30T22:00:00Z"),
        ] {
            assert_eq!(admitted(grown_up, born, before), Err(AgeRefusal::TooYoung), "{born}");
            assert_eq!(admitted(grown_up, born, after), Ok(()), "{born}");
        }
    }

    #[test]
    fn who_was_born_on_29_february_completes_the_year_on_1_march_where_there_is_no_such_day() {
        let grown_up = ages(18, 0);
        assert_eq!(admitted(grown_up, "2008-02-29", "2026-02-28T12:00:00Z"), Err(AgeRefusal::TooYoung));
        assert_eq!(admitted(grown_up, "2008-02-29", "2026-03-01T12:00:00Z"), Ok(()));
        let of_twenty = ages(20, 20);
        assert_eq!(admitted(of_twenty, "2008-02-29", "2028-02-28T12:00:00Z"), Err(AgeRefusal::TooYoung));
        assert_eq!(admitted(of_twenty, "2008-02-29", "2028-02-29T12:00:00Z"), Ok(()));
    }

    #[test]
    fn an_age_that_is_not_known_is_the_right_one_of_no_service() {
        let now = "2026-11-25T12:00:00Z".parse().unwrap();
        for birthdate in [None, Some(""), Some("2008"), Some("2008-02-30"), Some("2026-11-26")] {
            assert_eq!(ages(0, 99).admit(birthdate, now), Err(AgeRefusal::Unknown), "{birthdate:?}");
        }
    }
}
