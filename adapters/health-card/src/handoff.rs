//! What travels between the access host and the card host, through the browser.
//!
//! Both ways it is sealed: only a gateway of this region can make or read it. A `Ticket` says which login a card is
//! read for; a `Reading` says what came of it. The reading repeats the number of its ticket, which the attempt has
//! noted, so it belongs to one attempt; the attempt is taken once, so it counts once.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use varco_core::attempt::{self, AttemptId};
use varco_core::fiscal_number::FiscalNumber;
use varco_core::ports::Randomness;
use varco_core::secret::Secret;

use crate::certificate::CardKind;
use crate::refusal::CardRefusal;

/// How long the way back may take: the browser is sent there at once.
const READING_LIFETIME: SignedDuration = SignedDuration::from_mins(1);

/// Longer texts are none of ours.
const LONGEST: usize = 4096;

/// Seals and opens.
pub struct Seal(LessSafeKey);

/// For which login a card is read.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    /// The attempt: the half of its name that travels.
    pub(crate) attempt: AttemptId,
    /// Its own number.
    pub(crate) number: Secret,
    expires_at: Timestamp,
}

/// What came of reading a card.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reading {
    /// The number of the ticket.
    pub(crate) number: Secret,
    /// When it was read.
    pub(crate) read_at: Timestamp,
    /// What it said.
    pub(crate) outcome: Outcome,
}

/// What a card said.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// Whose it is.
    Person(Person),
    /// Nothing that counts, by the code of the refusal.
    Refused(String),
}

/// Whose card it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) kind: CardKind,
    pub(crate) fiscal_number: FiscalNumber,
    pub(crate) given_name: Option<String>,
    pub(crate) family_name: Option<String>,
}

/// What can be sealed.
pub(crate) trait Sealed: Serialize + DeserializeOwned {
    /// What it is: one kind cannot be shown in the place of another.
    const LABEL: &'static [u8];

    /// After this it says nothing any more.
    fn expires_at(&self) -> Timestamp;
}

// === impl Seal ===

impl Seal {
    /// A seal of a key that every gateway of the region has, and nobody else.
    pub fn new(key: &[u8; 32]) -> Option<Self> {
        UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new).map(Self)
    }

    /// Seals something, as text for an address.
    pub(crate) fn close<T: Sealed>(&self, content: &T, randomness: &dyn Randomness) -> Option<String> {
        let mut nonce = [0; NONCE_LEN];
        randomness.fill(&mut nonce);
        let mut sealed = serde_json::to_vec(content).ok()?;
        let nonce_text = nonce;
        self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(T::LABEL), &mut sealed).ok()?;
        Some(BASE64URL_NOPAD.encode(&[&nonce_text[..], &sealed].concat()))
    }

    /// Opens what was sealed, unless its time is over.
    pub(crate) fn open<T: Sealed>(&self, text: &str, now: Timestamp) -> Option<T> {
        if text.len() > LONGEST {
            return None;
        }
        let mut bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let content: T = serde_json::from_slice(self.0.open_in_place(nonce, Aad::from(T::LABEL), sealed).ok()?).ok()?;
        (now < content.expires_at()).then_some(content)
    }
}

// === impl Ticket ===

impl Ticket {
    /// A ticket for an attempt, good for as long as that may last.
    pub(crate) fn new(attempt: AttemptId, now: Timestamp, randomness: &dyn Randomness) -> Self {
        let expires_at = now.checked_add(attempt::LIFETIME).unwrap_or(Timestamp::MAX);
        Self { attempt, number: Secret::draw(randomness), expires_at }
    }
}

impl Sealed for Ticket {
    const LABEL: &'static [u8] = b"card ticket/1";

    fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

// === impl Reading ===

impl Sealed for Reading {
    const LABEL: &'static [u8] = b"card reading/1";

    fn expires_at(&self) -> Timestamp {
        self.read_at.checked_add(READING_LIFETIME).unwrap_or(Timestamp::MAX)
    }
}

// === impl Outcome ===

impl Outcome {
    /// A refusal that travels.
    pub(crate) fn refused(reason: CardRefusal) -> Self {
        Self::Refused(reason.refusal().code().to_owned())
    }
}

/// What it says is of a person.
impl std::fmt::Debug for Person {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Person({:?}, [redacted])", self.kind)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tests::made::{Sequence, noon};

    fn seal(byte: u8) -> Seal {
        Seal::new(&[byte; 32]).unwrap()
    }

    fn ticket() -> Ticket {
        Ticket::new(AttemptId::draw(&Sequence::default()), noon(), &Sequence::default())
    }

    #[test]
    fn what_is_sealed_is_opened_until_its_end() {
        let text = seal(1).close(&ticket(), &Sequence::default()).unwrap();
        assert_eq!(seal(1).open::<Ticket>(&text, noon()), Some(ticket()));
        let minutes = |minutes| noon() + SignedDuration::from_mins(minutes);
        assert!(seal(1).open::<Ticket>(&text, minutes(29)).is_some());
        assert!(seal(1).open::<Ticket>(&text, minutes(30)).is_none());
        assert!(seal(2).open::<Ticket>(&text, noon()).is_none(), "of another region");
    }

    #[test]
    fn a_ticket_is_no_reading() {
        let text = seal(1).close(&ticket(), &Sequence::default()).unwrap();
        assert!(seal(1).open::<Reading>(&text, noon()).is_none());
    }

    #[test]
    fn a_reading_counts_for_a_minute() {
        let outcome = Outcome::refused(CardRefusal::Revoked);
        let reading = Reading { number: Secret::from_bytes([1; 16]), read_at: noon(), outcome };
        let text = seal(1).close(&reading, &Sequence::default()).unwrap();
        assert!(seal(1).open::<Reading>(&text, noon() + SignedDuration::from_secs(59)).is_some());
        assert!(seal(1).open::<Reading>(&text, noon() + SignedDuration::from_secs(60)).is_none());
    }

    proptest! {
        #[test]
        fn no_change_goes_unnoticed(place in 0_usize..100, flip in 1_u8..=255) {
            let text = seal(1).close(&ticket(), &Sequence::default()).unwrap();
            let mut bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
            let place = place % bytes.len();
            bytes[place] ^= flip;
            prop_assert!(seal(1).open::<Ticket>(&BASE64URL_NOPAD.encode(&bytes), noon()).is_none());
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            prop_assert!(seal(1).open::<Ticket>(&text, noon()).is_none());
        }
    }
}
