//! The responders of authorities: what they answered about cards, and whom to leave alone.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;
use url::Url;
use varco_health_card::authority::Authority;
use varco_health_card::certificate::CardCertificate;
use varco_health_card::ocsp::{OcspAnswer, question};

use super::network::{CardNetwork, label};

/// Answers that are remembered.
const ANSWERS: u64 = 10_000;

/// For how long at most: a card that was suspended may be good again, and a good one revoked.
const LIFE_OF_ANSWER: Duration = Duration::from_mins(10);

/// How long a responder that did not answer is left alone.
const REST: SignedDuration = SignedDuration::from_secs(10);

/// The responders of authorities.
pub(super) struct Responders {
    network: Arc<CardNetwork>,
    answers: Cache<AnswerName, Arc<OcspAnswer>>,
    /// Those that did not answer, and when they may be asked again.
    resting: RwLock<HashMap<Url, Timestamp>>,
}

/// Which card an answer is about: its number, and the certificate of the authority that gave it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct AnswerName(Arc<[u8]>, Box<[u8]>);

// === impl Responders ===

impl Responders {
    pub(super) fn new(network: Arc<CardNetwork>) -> Self {
        let answers = Cache::builder().max_capacity(ANSWERS).time_to_live(LIFE_OF_ANSWER).build();
        Self { network, answers, resting: RwLock::default() }
    }

    /// What was answered about a card lately.
    pub(super) fn answer(&self, card: &CardCertificate<'_>, authority: &Authority) -> Option<Arc<OcspAnswer>> {
        self.answers.get(&AnswerName::of(card, authority))
    }

    pub(super) fn may_be_asked(&self, responder: &Url, now: Timestamp) -> bool {
        let resting = self.resting.read().unwrap_or_else(PoisonError::into_inner);
        resting.get(responder).is_none_or(|again| *again <= now)
    }

    /// Asks a responder. What it says is remembered, and so is that it says nothing.
    pub(super) async fn ask(&self, responder: Url, card: &CardCertificate<'_>, authority: &Authority, now: Timestamp) {
        match self.fetch(&responder, card, authority, now).await {
            Ok(answer) => self.answers.insert(AnswerName::of(card, authority), Arc::new(answer)),
            Err(cause) => {
                let source = label(&responder);
                tracing::warn!(target: "varco::card", source, cause, "a responder does not say whether a card was revoked");
                let again = now.checked_add(REST).unwrap_or(Timestamp::MAX);
                let mut resting = self.resting.write().unwrap_or_else(PoisonError::into_inner);
                resting.retain(|_, again| *again > now);
                resting.insert(responder, again);
            }
        }
    }

    async fn fetch(
        &self,
        responder: &Url,
        card: &CardCertificate<'_>,
        authority: &Authority,
        now: Timestamp,
    ) -> Result<OcspAnswer, String> {
        let question = question(card, authority.certificate()).map_err(|refusal| refusal.to_string())?;
        let answer = self.network.answer(responder, question).await.map_err(|fault| fault.to_string())?;
        OcspAnswer::read(&answer, card, authority.certificate(), now).map_err(|refusal| refusal.to_string())
    }
}

// === impl AnswerName ===

impl AnswerName {
    fn of(card: &CardCertificate<'_>, authority: &Authority) -> Self {
        Self(authority.shared_certificate(), card.serial().into())
    }
}
