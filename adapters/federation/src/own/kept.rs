//! What was signed and can be given out again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::jose::SigningKey;

/// What is asked for comes from outside, but what is kept is about entities that are known here, of which there are
/// so many only. This bounds it whatever happens.
const MOST: usize = 20_000;

/// Tokens, by what they are.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<String, Token>>);

/// What a token says.
pub(super) struct Content {
    /// What it is: there is one of each.
    pub(super) name: String,
    /// Its media type.
    pub(super) media_type: &'static str,
    /// What it says, but for when it was issued and until when it counts.
    pub(super) claims: Map<String, Value>,
    /// For how long it counts.
    pub(super) lifetime: SignedDuration,
}

struct Token {
    claims: Map<String, Value>,
    key_id: String,
    text: String,
    since: Timestamp,
    until: Timestamp,
}

// === impl Kept ===

impl Kept {
    /// The token with this content by this key. It is signed when it says something else than before, and when half of
    /// its life is over.
    pub(super) fn signed(&self, content: Content, key: &SigningKey, now: Timestamp) -> Option<String> {
        let Content { name, media_type, claims, lifetime } = content;
        if let Some(text) = self.found(&name, &claims, key, now) {
            return Some(text);
        }
        // Not under the lock: it takes a while. Of two at the same time, both are right.
        let after = |duration| now.checked_add(duration).unwrap_or(Timestamp::MAX);
        let mut timed = claims.clone();
        timed.insert("iat".to_owned(), now.as_second().into());
        timed.insert("exp".to_owned(), after(lifetime).as_second().into());
        let text = key.sign(Some(media_type), &timed).ok()?;
        let (key_id, until) = (key.key_id().to_owned(), after(lifetime / 2));
        let token = Token { claims, key_id, text: text.clone(), since: now, until };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(name, token);
        Some(text)
    }

    fn found(&self, name: &str, claims: &Map<String, Value>, key: &SigningKey, now: Timestamp) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let token = kept.get(name)?;
        let is_same = token.claims == *claims && token.key_id == key.key_id();
        // One from the future was signed while the clock was wrong: nobody would take it.
        let counts = (token.since..token.until).contains(&now);
        (is_same && counts).then(|| token.text.clone())
    }
}
