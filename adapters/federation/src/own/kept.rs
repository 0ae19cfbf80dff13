//! What was signed and can be given out again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// What is asked for comes from outside, but what is kept is about entities that are known here, of which there are
/// so many only. This bounds it whatever happens.
const MOST: usize = 20_000;

/// Tokens, by what they are.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<String, Token>>);

struct Token {
    text: String,
    until: Timestamp,
}

// === impl Kept ===

impl Kept {
    /// The token of this name, or a new one, which is good for half of its `lifetime`.
    pub(super) fn or_sign(
        &self,
        name: &str,
        now: Timestamp,
        lifetime: SignedDuration,
        sign: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        if let Some(text) = self.found(name, now) {
            return Some(text);
        }
        // Not under the lock: it takes a while. Of two at the same time, both are right.
        let text = sign()?;
        let until = now.checked_add(lifetime / 2).unwrap_or(Timestamp::MAX);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(name.to_owned(), Token { text: text.clone(), until });
        Some(text)
    }

    /// Everything is signed anew.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn found(&self, name: &str, now: Timestamp) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(name).filter(|token| now < token.until).map(|token| token.text.clone())
    }
}
