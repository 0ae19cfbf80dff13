//! The messages of a login, gathered while it goes on, for the evidence.

use jiff::Timestamp;
use url::form_urlencoded::Serializer;
use varco_core::evidence::{Evidence, EvidenceKind, IndexName, MessageName};
use varco_core::name::{MethodId, ProviderId};

use crate::http::Answer;
use crate::jose::{Claims, Verified};

/// What is left out of requests: who has it could act for us.
const SECRETS: [&str; 3] = ["client_assertion", "code_verifier", "token"];

/// What has been sent and received.
#[derive(Default)]
pub(super) struct Trail {
    index: Vec<(IndexName, String)>,
    messages: Vec<(MessageName, String)>,
}

// === impl Trail ===

impl Trail {
    pub(super) fn message(&mut self, name: MessageName, text: impl Into<String>) {
        self.messages.push((name, text.into()));
    }

    /// A form, without what is secret in it.
    pub(super) fn form(&mut self, name: MessageName, fields: &[(&str, &str)]) {
        let shown = fields.iter().filter(|(field, _)| !SECRETS.contains(field));
        self.message(name, Serializer::new(String::new()).extend_pairs(shown).finish());
    }

    /// An answer, whatever its kind.
    pub(super) fn answer(&mut self, name: MessageName, answer: &Answer) {
        let content = String::from_utf8_lossy(&answer.content);
        self.message(name, format!("{} {}\n{content}", answer.status, answer.media_type));
    }

    pub(super) fn found_by(&mut self, name: IndexName, value: impl Into<String>) {
        self.index.push((name, value.into()));
    }

    /// By what a verified token says of itself.
    pub(super) fn found_by_token(&mut self, token: &Verified) {
        let claims: &Claims = token.claims();
        for (name, member) in [(IndexName::TokenId, "jti"), (IndexName::Issuer, "iss"), (IndexName::Subject, "sub")] {
            if let Ok(Some(value)) = claims.optional_text(member) {
                self.found_by(name, value);
            }
        }
        for (name, member) in [(IndexName::IssuedAt, "iat"), (IndexName::ExpiresAt, "exp")] {
            if let Ok(Some(at)) = claims.optional_instant(member) {
                self.found_by(name, at.as_second().to_string());
            }
        }
    }

    pub(super) fn evidence(
        self,
        kind: EvidenceKind,
        method: MethodId,
        provider: ProviderId,
        at: Timestamp,
    ) -> Evidence {
        let Self { index, messages } = self;
        Evidence { at, method, provider, kind, index, messages }
    }
}
