//! The keys of an entity, by generation. (SPID/CIE OpenID guidelines, security considerations: a new key is published
//! beside the old one until everybody knows it, then it signs; the old one goes when nobody needs it any more.)
//!
//! ```text
//!   made ──(settle)──▶ signs ──▶ the next one signs ──(lifetime)──▶ not published any more
//! ```
//!
//! A key of the federation whose superior is somebody else *waits* until an administrator says that the superior
//! knows it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::jose::{DecryptionKey, Jwks, SigningKey};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Signs statements.
    Federation,
    /// Signs requests and assertions of logins.
    Signing,
    /// Others encrypt for it.
    Encryption,
}

/// A key, and since when there is it.
#[derive(Debug)]
pub struct Generation<K> {
    /// The key.
    pub key: Arc<K>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Whether it waits for a superior to know it.
    pub waits: bool,
}

/// The keys of an entity.
#[derive(Debug)]
pub struct EntityKeys {
    /// Those that sign statements.
    pub federation: Vec<Generation<SigningKey>>,
    /// Those that sign requests.
    pub signing: Vec<Generation<SigningKey>>,
    /// Those that others encrypt for.
    pub encryption: Vec<Generation<DecryptionKey>>,
    /// How long it takes until everybody knows a new key, and nobody an old one: the life of the longest chain.
    pub lifetime: SignedDuration,
}

/// What a key does at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A superior has to know it first.
    Waits,
    /// It is published, and signs later.
    Next,
    /// It signs.
    Current,
    /// It signed before, and is published still.
    Previous,
    /// Nobody needs it any more.
    Over,
}

// === impl Kind ===

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Federation, Self::Signing, Self::Encryption];

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Federation => "federation",
            Self::Signing => "signing",
            Self::Encryption => "encryption",
        }
    }
}

// === impl Role ===

impl Role {
    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Next => "next",
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Over => "over",
        }
    }
}

// === impl Generation ===

impl<K> Clone for Generation<K> {
    fn clone(&self) -> Self {
        Self { key: Arc::clone(&self.key), made_at: self.made_at, waits: self.waits }
    }
}

// === impl EntityKeys ===

impl EntityKeys {
    /// What signs statements now.
    pub fn federation_signer(&self, now: Timestamp) -> Option<Arc<SigningKey>> {
        self.in_role(&self.federation, Role::Current, now).next()
    }

    /// What signs requests now.
    pub fn signer(&self, now: Timestamp) -> Option<Arc<SigningKey>> {
        self.in_role(&self.signing, Role::Current, now).next()
    }

    /// What decrypts now: also what was encrypted for a key that is published no more. The current one comes first,
    /// which others encrypt for.
    pub fn decryption(&self, now: Timestamp) -> Arc<[Arc<DecryptionKey>]> {
        self.published(&self.encryption, now).collect()
    }

    /// The keys of the federation as others know them.
    pub fn federation_jwks(&self, now: Timestamp) -> Jwks {
        self.published(&self.federation, now).map(|key| key.public()).collect()
    }

    /// The keys of logins as others know them. Whoever encrypts takes the first that fits: the current one, which every
    /// gateway of the region has.
    pub fn core_jwks(&self, now: Timestamp) -> Jwks {
        let signing = self.published(&self.signing, now).map(|key| key.public());
        let encryption = self.published(&self.encryption, now).map(|key| key.public());
        signing.chain(encryption).collect()
    }

    /// What a key of a set does now.
    pub fn role<K>(&self, all: &[Generation<K>], one: &Generation<K>, now: Timestamp) -> Role {
        if one.waits {
            return Role::Waits;
        }
        let Some(current) = self.current(all, now) else { return Role::Over };
        if one.made_at > current.made_at {
            return Role::Next;
        }
        if one.made_at == current.made_at {
            return Role::Current;
        }
        // It goes once the one after it has signed for as long as anything of the old one may last.
        let after = all.iter().filter(|other| !other.waits && other.made_at > one.made_at).map(|other| other.made_at);
        let replaced = after.min().map(|made_at| self.signs_from(made_at));
        let over = replaced.is_some_and(|since| now.duration_since(since) >= self.lifetime);
        if over { Role::Over } else { Role::Previous }
    }

    /// The newest that everybody knows; where nobody can know any yet, the oldest.
    fn current<'a, K>(&self, all: &'a [Generation<K>], now: Timestamp) -> Option<&'a Generation<K>> {
        let ready = || all.iter().filter(|one| !one.waits);
        let settled = ready().filter(|one| now >= self.signs_from(one.made_at)).max_by_key(|one| one.made_at);
        settled.or_else(|| ready().min_by_key(|one| one.made_at))
    }

    /// When a key that was made at this time is known to everybody.
    pub fn signs_from(&self, made_at: Timestamp) -> Timestamp {
        made_at.checked_add(self.lifetime).unwrap_or(Timestamp::MAX)
    }

    fn in_role<K>(&self, all: &[Generation<K>], role: Role, now: Timestamp) -> impl Iterator<Item = Arc<K>> {
        all.iter().filter(move |one| self.role(all, one, now) == role).map(|one| Arc::clone(&one.key))
    }

    /// The one that signs first, then the others.
    fn published<K>(&self, all: &[Generation<K>], now: Timestamp) -> impl Iterator<Item = Arc<K>> {
        let order = [Role::Current, Role::Next, Role::Waits, Role::Previous];
        order.into_iter().flat_map(move |role| self.in_role(all, role, now).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::Signature;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    fn noon() -> Timestamp {
        "2026-11-25T12:00:00Z".parse().unwrap()
    }

    fn made(hours: i64) -> Generation<SigningKey> {
        let key = Arc::new(SigningKey::generate(Signature::Es256).unwrap());
        Generation { key, made_at: noon() + HOUR * i32::try_from(hours).unwrap(), waits: false }
    }

    fn keys(signing: Vec<Generation<SigningKey>>) -> EntityKeys {
        EntityKeys {
            federation: Vec::new(),
            signing,
            encryption: vec![Generation {
                key: Arc::new(DecryptionKey::generate().unwrap()),
                made_at: noon(),
                waits: false,
            }],
            lifetime: HOUR * 24,
        }
    }

    #[test]
    fn a_key_is_known_before_it_signs_and_for_a_while_after() {
        let keys = keys(vec![made(0), made(100)]);
        let roles = |hours: i32| [0, 1].map(|one| keys.role(&keys.signing, &keys.signing[one], noon() + HOUR * hours));
        assert_eq!(roles(100), [Role::Current, Role::Next]);
        assert_eq!(roles(123), [Role::Current, Role::Next]);
        assert_eq!(roles(124), [Role::Previous, Role::Current]);
        assert_eq!(roles(147), [Role::Previous, Role::Current]);
        assert_eq!(roles(148), [Role::Over, Role::Current]);
        let signer = |hours: i32| keys.signer(noon() + HOUR * hours).unwrap().key_id().to_owned();
        assert_eq!(signer(123), keys.signing[0].key.key_id());
        assert_eq!(signer(124), keys.signing[1].key.key_id());
        let published = |hours: i32| keys.core_jwks(noon() + HOUR * hours).keys().len();
        assert_eq!([published(100), published(130), published(148)], [3, 3, 2]);
    }

    #[test]
    fn others_encrypt_for_a_key_that_every_gateway_has() {
        let of = |key: &Generation<DecryptionKey>| key.key.public().key_id().to_owned();
        let mut keys = keys(vec![made(0)]);
        keys.encryption.push(Generation {
            key: Arc::new(DecryptionKey::generate().unwrap()),
            made_at: noon() + HOUR * 100,
            waits: false,
        });
        let (old, new) = (of(&keys.encryption[0]), of(&keys.encryption[1]));
        let published = |hours: i32| -> Vec<String> {
            let jwks = keys.core_jwks(noon() + HOUR * hours);
            jwks.keys().iter().skip(1).map(|key| key.key_id().to_owned()).collect()
        };
        assert_eq!(published(100), [old.clone(), new.clone()]);
        assert_eq!(published(124), [new.clone(), old]);
        assert_eq!(published(148), [new]);
        let usable = |hours: i32| keys.decryption(noon() + HOUR * hours).len();
        assert_eq!([usable(100), usable(147), usable(148)], [2, 2, 1]);
    }

    #[test]
    fn a_first_key_signs_at_once() {
        let keys = keys(vec![made(0)]);
        assert!(keys.signer(noon()).is_some());
        assert!(keys.signer(noon() - HOUR).is_some(), "whatever the clock of whoever made it said");
    }

    #[test]
    fn a_key_that_waits_is_published_and_signs_nothing() {
        let mut next = made(1);
        next.waits = true;
        let keys = keys(vec![made(0), next]);
        let later = noon() + HOUR * 1000;
        assert_eq!(keys.role(&keys.signing, &keys.signing[1], later), Role::Waits);
        assert_eq!(keys.signer(later).unwrap().key_id(), keys.signing[0].key.key_id());
        assert_eq!(keys.core_jwks(later).keys().len(), 3);
    }
}
