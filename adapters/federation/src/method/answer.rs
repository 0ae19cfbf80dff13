//! The way back: from what the browser brought to a verified identity.

use std::sync::Arc;

use jiff::Timestamp;
use url::form_urlencoded::Serializer;
use varco_core::attempt::{LIFETIME, Sent};
use varco_core::evidence::{EvidenceKind, IndexName, MessageName};
use varco_core::identity::Identity;
use varco_core::login::LoginRefusal;
use varco_core::method::{Proof, Return, Verified};
use varco_core::refusal::Refusal;

use super::id_token::{self, Expected, IdToken};
use super::memo::Memo;
use super::token::{self, Tokens};
use super::trail::Trail;
use super::{MethodOptions, RelyingParty, callback, identity, logout, sound, userinfo};
use crate::jose::{Jwks, JwsFault};
use crate::providers::OpenIdProvider;
use crate::reason::Fault;

/// One code, on its way to an identity.
pub(super) struct Exchange<'a> {
    pub(super) options: &'a MethodOptions,
    pub(super) provider: Arc<OpenIdProvider>,
    pub(super) party: RelyingParty,
    pub(super) memo: &'a Memo,
    pub(super) code: &'a str,
    pub(super) trail: Trail,
    pub(super) now: Timestamp,
}

/// Holds the answer against what was asked.
pub(super) async fn verify(
    options: &MethodOptions,
    sent: &Sent,
    returned: &Return,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    let codes = options.profile.codes;
    // Its chain may have ended since it was asked.
    let provider = sent.provider.as_ref().and_then(|id| options.providers.by_id(id, now));
    let provider = provider.ok_or(LoginRefusal::UnknownProvider)?;
    let memo = Memo::read(&sent.memo).map_err(|fault| codes.refusal(fault))?;
    let party = options.party(&memo.body, now).map_err(|fault| codes.refusal(fault))?;
    let code = callback::code(options.profile, &provider, returned).map_err(|fault| codes.refusal(fault))?;
    let mut exchange = Exchange { options, provider, party, memo: &memo, code, trail: Trail::default(), now };
    exchange.begin_trail(returned);
    let outcome = exchange.prove(sent).await;
    // First of all: nobody is let in of whom it could not be shown later on whose word.
    exchange.keep(sent).await?;
    outcome.map_err(|fault| codes.refusal(fault))
}

// === impl Exchange ===

impl Exchange<'_> {
    fn begin_trail(&mut self, returned: &Return) {
        let known = returned.parameters.iter().filter(|(name, _)| callback::PARAMETERS.contains(&name.as_str()));
        let answer = Serializer::new(String::new()).extend_pairs(known).finish();
        self.trail.message(MessageName::AuthenticationRequest, &self.memo.request);
        self.trail.message(MessageName::AuthenticationResponse, answer);
        self.trail.found_by(IndexName::ClientId, &self.party.client_id);
        self.trail.found_by(IndexName::TrustChain, self.provider.chain.digest());
    }

    async fn keep(self, sent: &Sent) -> Result<(), Refusal> {
        let provider = self.provider.id.clone();
        let evidence = self.trail.evidence(EvidenceKind::Login, sent.method.clone(), provider, self.now);
        Ok(self.options.evidence.keep(&evidence).await?)
    }

    async fn prove(&mut self, sent: &Sent) -> Result<Verified, Fault> {
        let tokens = token::redeem(self).await?;
        let id_token = self.id_token(&tokens, sent).await?;
        let person = userinfo::ask(self, &tokens, &id_token).await?;
        let stated = identity::read(person.claims(), &self.memo.asked_for, self.options.profile)?;
        for attribute in &stated.left_out {
            let (login_method, provider) = (self.options.profile.method, &self.provider.id);
            tracing::warn!(target: "varco::login", login_method, %provider, ?attribute, "an attribute is left out: not of its type");
        }
        let identity = Identity {
            person: stated.person,
            method: sent.method.clone(),
            provider: Some(self.provider.id.clone()),
            level: id_token.level,
            attributes: stated.attributes,
            // Guidelines, ID token: there is no `auth_time`.
            authenticated_at: id_token.issued_at,
            provider_login: Some(logout::login(self, sent, tokens, &id_token)?),
        };
        Ok(Verified { identity, proof: self.proof(&id_token) })
    }

    async fn id_token(&mut self, tokens: &Tokens, sent: &Sent) -> Result<IdToken, Fault> {
        let signed = self.with_keys(|keys| id_token::signed(&tokens.identity, keys)).await;
        let signed = signed.map_err(id_token::unsigned)?;
        self.trail.found_by_token(&signed);
        let expected = Expected {
            issuer: self.provider.id.as_str(),
            client_id: &self.party.client_id,
            nonce: &self.memo.nonce,
            asked_at: self.memo.asked_at,
            code: self.code,
            level: sent.level,
            clock_skew: self.options.profile.clock_skew,
            now: self.now,
        };
        id_token::check(&signed, tokens, &expected)
    }

    /// Tries the keys of the provider; where it has signed with one that is not among them, once more with those
    /// that it has now. Its keys are asked for at most once a minute, whatever comes.
    pub(super) async fn with_keys<T>(&mut self, verify: impl Fn(&Jwks) -> Result<T, JwsFault>) -> Result<T, JwsFault> {
        match verify(&self.provider.metadata.keys) {
            Err(JwsFault::UnknownKey) => {
                self.options.renewals.renew(&self.provider.id, self.now).await;
                // Somebody else may have had it renewed.
                let renewed = self.options.providers.by_id(&self.provider.id, self.now);
                self.provider = renewed.ok_or(JwsFault::UnknownKey)?;
                verify(&self.provider.metadata.keys)
            }
            outcome => outcome,
        }
    }

    /// Providers choose the names of their tokens: one must not be able to use up another's. Beyond the end of
    /// every attempt that a token could answer to, its nonce is nobody's.
    fn proof(&self, id_token: &IdToken) -> Proof {
        let skew = self.options.profile.clock_skew;
        Proof {
            id: format!("{} {}", self.provider.id, id_token.id),
            expires_at: sound::after(self.now, LIFETIME + skew + skew),
        }
    }
}
