//! When something is asked for again: well before it ends, and soon after a failure, but ever less often.

use jiff::{SignedDuration, Timestamp};
use varco_core::ports::Randomness;

/// A chain is resolved again at half of its life, but not more often than this ...
const OFTEN: SignedDuration = SignedDuration::from_secs(30);

/// ... nor less often: a provider that was taken out must not be trusted for longer.
const SELDOM: SignedDuration = SignedDuration::from_hours(6);

/// How soon something that failed is tried again; twice as long after each further time.
const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(5);

/// How soon at the latest.
const LAST_RETRY: SignedDuration = SignedDuration::from_mins(10);

/// When to ask again for what ends at `end`.
pub(crate) fn next(now: Timestamp, end: Timestamp, randomness: &dyn Randomness) -> Timestamp {
    after(now, (end.duration_since(now) / 2).clamp(OFTEN, SELDOM), randomness)
}

/// When to try again after `failures` in a row.
pub(crate) fn retry(now: Timestamp, failures: u32, randomness: &dyn Randomness) -> Timestamp {
    let doubled = FIRST_RETRY * 2_i32.pow(failures.saturating_sub(1).min(12));
    after(now, doubled.min(LAST_RETRY), randomness)
}

/// Whether something is due. What is due later than anything ever is was noted while the clock was ahead.
pub(crate) fn is_due(due: Timestamp, now: Timestamp) -> bool {
    due <= now || due.duration_since(now) > SELDOM
}

/// Up to a tenth sooner, so that many gateways do not ask at the same moment.
fn after(now: Timestamp, interval: SignedDuration, randomness: &dyn Randomness) -> Timestamp {
    let mut byte = [0];
    randomness.fill(&mut byte);
    let jittered = interval - interval / 10 * i32::from(byte[0]) / 255;
    now.checked_add(jittered).unwrap_or(Timestamp::MAX)
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

    #[test]
    fn a_chain_is_renewed_at_half_of_its_life_within_bounds() {
        for (minutes, seconds) in [(60, 1800), (24 * 60, 6 * 3600), (10, 300), (1, 30), (0, 30), (-5, 30)] {
            let end = NOW + SignedDuration::from_mins(minutes);
            assert_eq!(next(NOW, end, &Always(0)).as_second(), seconds, "{minutes}");
        }
        let end = NOW + SignedDuration::from_mins(60);
        assert_eq!(next(NOW, end, &Always(255)).as_second(), 1620, "a tenth sooner");
    }

    #[test]
    fn a_failure_is_tried_again_soon_and_then_ever_later() {
        let seconds = |failures| retry(NOW, failures, &Always(0)).as_second();
        assert_eq!([0, 1, 2, 3, 7, 8, 40].map(seconds), [5, 5, 10, 20, 320, 600, 600]);
    }
}
