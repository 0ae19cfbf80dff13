//! What was worked out a moment ago: whoever asks for the same again, as often as they like, has us look it up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// For how long. Others may keep our answers for as long as this anyway.
const FRESH: SignedDuration = SignedDuration::from_mins(1);

/// What was worked out, and when; also that there is nothing. Names must come from a list that has an end.
pub(super) struct Recent<T>(Mutex<HashMap<String, Worked<T>>>);

/// When something was worked out, and what came of it.
type Worked<T> = (Timestamp, Option<Arc<T>>);

// === impl Recent ===

impl<T> Recent<T> {
    /// What this name stands for, worked out unless it was a moment ago.
    pub(super) fn find(&self, name: String, now: Timestamp, work_out: impl FnOnce() -> Option<T>) -> Option<Arc<T>> {
        if let Some((since, found)) = self.lock().get(&name)
            && (SignedDuration::ZERO..FRESH).contains(&now.duration_since(*since))
        {
            return found.clone();
        }
        // Not under the lock: it takes a while. Of two at the same time, both are right.
        let found = work_out().map(Arc::new);
        self.lock().insert(name, (now, found.clone()));
        found
    }

    /// What it was worked out from has changed.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Worked<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn whoever_asks_all_the_time_has_it_worked_out_once_a_minute() {
        let (recent, times) = (Recent::default(), Cell::new(0));
        let ask = |name: &str, seconds| {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
            let found = recent.find(name.to_owned(), now, || {
                times.set(times.get() + 1);
                (name != "nothing").then_some(times.get())
            });
            (found.as_deref().copied(), times.get())
        };
        assert_eq!([ask("a", 0), ask("a", 59), ask("a", 60)], [(Some(1), 1), (Some(1), 1), (Some(2), 2)]);
        assert_eq!([ask("nothing", 60), ask("nothing", 61)], [(None, 3), (None, 3)]);
        assert_eq!(ask("a", 59), (Some(4), 4), "the clock was ahead");
        recent.forget();
        assert_eq!(ask("a", 59), (Some(5), 5));
    }
}
