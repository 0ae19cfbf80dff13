//! When a source is read again.

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};
use varco_core::ports::Randomness;

/// How often a source is read where nothing says otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rhythm {
    /// As the settings say.
    Set(SignedDuration),
    /// A file: it is near.
    File,
    /// An address: as it asks itself, within bounds.
    Address,
}

const FILE: SignedDuration = SignedDuration::from_mins(1);
const ADDRESS: SignedDuration = SignedDuration::from_hours(1);

/// An address is not asked more often than this, whatever it says ...
const OFTEN: SignedDuration = SignedDuration::from_mins(10);

/// ... nor less often: a key that was withdrawn must not be trusted for longer.
const SELDOM: SignedDuration = SignedDuration::from_hours(24);

/// How soon a reading that failed is tried again; twice as long after each further one.
const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(30);

/// How soon a document that waits for an operator is looked at again.
const HOLD: SignedDuration = SignedDuration::from_mins(5);

// === impl Rhythm ===

impl Rhythm {
    pub(crate) fn set(seconds: NonZeroU32) -> Self {
        Self::Set(SignedDuration::from_secs(seconds.get().into()))
    }

    /// When to read again after a reading at `now` that went well. `asked` is how long the source wants its
    /// answer to be kept, `end` when something in it ends: a newer one should be there by then.
    pub(crate) fn next(
        self,
        now: Timestamp,
        asked: Option<SignedDuration>,
        end: Option<Timestamp>,
        randomness: &dyn Randomness,
    ) -> Timestamp {
        let interval = self.interval(asked);
        let left = end.map(|end| end.duration_since(now) / 2).filter(|left| *left > SignedDuration::ZERO);
        let interval = left.map_or(interval, |left| interval.min(left.max(OFTEN)));
        after(now, self.jittered(interval, randomness))
    }

    /// When to read again after `failures` readings in a row that did not go well.
    pub(crate) fn retry(self, now: Timestamp, failures: u32, randomness: &dyn Randomness) -> Timestamp {
        let doubled = FIRST_RETRY * 2_i32.pow(failures.saturating_sub(1).min(12));
        after(now, self.jittered(doubled.min(self.interval(None)), randomness))
    }

    /// When to look again whether an operator has decided.
    pub(crate) fn hold(self, now: Timestamp, randomness: &dyn Randomness) -> Timestamp {
        after(now, self.jittered(HOLD.min(self.interval(None)), randomness))
    }

    fn interval(self, asked: Option<SignedDuration>) -> SignedDuration {
        match self {
            Self::Set(interval) => interval,
            Self::File => FILE,
            Self::Address => asked.map_or(ADDRESS, |asked| asked.clamp(OFTEN, SELDOM)),
        }
    }

    /// Up to a tenth less, so that many gateways do not ask at the same moment. A file is nobody else's.
    fn jittered(self, interval: SignedDuration, randomness: &dyn Randomness) -> SignedDuration {
        if matches!(self, Self::File) {
            return interval;
        }
        let mut byte = [0];
        randomness.fill(&mut byte);
        interval - interval / 10 * i32::from(byte[0]) / 255
    }
}

/// At the end of time there is no later instant.
fn after(now: Timestamp, duration: SignedDuration) -> Timestamp {
    now.checked_add(duration).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws this byte for ever.
    struct Always(u8);

    impl Randomness for Always {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn minutes(rhythm: Rhythm, asked_minutes: Option<i64>, ends_in_minutes: Option<i64>) -> i64 {
        let asked = asked_minutes.map(SignedDuration::from_mins);
        let end = ends_in_minutes.map(|minutes| NOW + SignedDuration::from_mins(minutes));
        rhythm.next(NOW, asked, end, &Always(0)).duration_since(NOW).as_mins()
    }

    #[test]
    fn an_address_is_asked_as_it_wants_within_bounds() {
        for (asked, then) in [(None, 60), (Some(30), 30), (Some(0), 10), (Some(3), 10), (Some(60 * 24 * 7), 60 * 24)] {
            assert_eq!(minutes(Rhythm::Address, asked, None), then, "{asked:?}");
            assert_eq!(minutes(Rhythm::File, asked, None), 1);
            assert_eq!(minutes(Rhythm::set(NonZeroU32::new(300).unwrap()), asked, None), 5);
        }
    }

    #[test]
    fn what_ends_soon_is_asked_for_sooner() {
        for (end, then) in [(180, 60), (60, 30), (4, 10), (-5, 60)] {
            assert_eq!(minutes(Rhythm::Address, None, Some(end)), then, "{end}");
        }
    }

    #[test]
    fn many_gateways_do_not_ask_at_the_same_moment() {
        let seconds = |byte| Rhythm::Address.next(NOW, None, None, &Always(byte)).as_second();
        assert_eq!([0, 51, 255].map(seconds), [3600, 3528, 3240]);
        assert_eq!(Rhythm::File.next(NOW, None, None, &Always(255)).as_second(), 60);
    }

    #[test]
    fn a_failure_is_tried_again_soon_and_then_ever_later() {
        let seconds = |failures| Rhythm::Address.retry(NOW, failures, &Always(0)).as_second();
        assert_eq!([1, 2, 3, 7, 8, 40].map(seconds), [30, 60, 120, 1920, 3600, 3600]);
        assert_eq!(Rhythm::File.retry(NOW, 5, &Always(0)).as_second(), 60);
        assert_eq!(Rhythm::set(NonZeroU32::MIN).retry(NOW, 9, &Always(0)).as_second(), 1);
    }
}
