//! What is told of chains: to whoever listens, and to whoever asks later on.

use jiff::Timestamp;
use varco_core::evidence::{Evidence, EvidenceKind, IndexName, MessageName};
use varco_core::name::MethodId;
use varco_federation::entity_id::EntityId;
use varco_federation::providers::OpenIdProvider;

/// What came of one look at an anchor and at those below it.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) tried: usize,
    pub(super) good: usize,
    pub(super) cause: Option<String>,
}

// === impl Tally ===

impl Tally {
    pub(super) fn note<T, E: ToString>(&mut self, outcome: &Result<T, E>) {
        self.tried += 1;
        match outcome {
            Ok(_) => self.good += 1,
            Err(cause) => self.cause = self.cause.take().or_else(|| Some(cause.to_string())),
        }
    }
}

/// An address in a word that is fit for a metric label.
pub(super) fn label(entity: &EntityId) -> String {
    entity.as_str().split_once("://").map_or(entity.as_str(), |(_, rest)| rest).to_owned()
}

/// The statements by which a provider is trusted. (SPID/CIE OpenID guidelines, log management.)
pub(super) fn evidence(method: &MethodId, provider: &OpenIdProvider, at: Timestamp) -> Evidence {
    let chain = &provider.chain;
    let last = chain.statements.len().saturating_sub(1);
    let message = |(place, statement): (usize, &String)| {
        let of_itself = place == 0 || place == last;
        let name = if of_itself { MessageName::EntityConfiguration } else { MessageName::SubordinateStatement };
        (name, statement.clone())
    };
    Evidence {
        at,
        method: method.clone(),
        provider: provider.id.clone(),
        kind: EvidenceKind::TrustChain,
        index: vec![
            (IndexName::TrustChain, chain.digest()),
            (IndexName::Issuer, provider.id.to_string()),
            (IndexName::ExpiresAt, chain.expires_at.as_second().to_string()),
        ],
        messages: chain.statements.iter().enumerate().map(message).collect(),
    }
}
