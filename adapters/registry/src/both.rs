//! One method over two protocols: its providers are those of both, and a login stays with the protocol that it
//! began with. Citizens see one button; that some providers speak SAML and others OpenID is nothing to them.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use varco_core::attempt::{AttemptId, AttemptRefusal, Sent};
use varco_core::login::LoginRefusal;
use varco_core::logout::{Farewell, LogoutId, LogoutMessage, LogoutNotice, LogoutRequest, ProviderLogin, Reach};
use varco_core::method::{
    Channel, Departure, Descriptor, Document, LoginMethod, Opening, Provider, Return, Sending, Verified,
};
use varco_core::name::{BodyId, ProviderId};
use varco_core::refusal::Refusal;
use varco_federation::method::is_openid;

/// A method over SAML and over OpenID.
pub(crate) struct Both {
    saml: Arc<dyn LoginMethod>,
    openid: Arc<dyn LoginMethod>,
    descriptor: Descriptor,
}

// === impl Both ===

impl Both {
    /// The two as one. What one of them can do, the method can.
    pub(crate) fn new(saml: Arc<dyn LoginMethod>, openid: Arc<dyn LoginMethod>) -> Self {
        let mut descriptor = saml.descriptor().clone();
        let others = openid.descriptor();
        descriptor.levels.extend(&others.levels);
        descriptor.levels.sort_unstable();
        descriptor.levels.dedup();
        descriptor.attributes.extend(&others.attributes);
        descriptor.attributes.sort_unstable();
        descriptor.attributes.dedup();
        descriptor.purposes |= others.purposes;
        Self { saml, openid, descriptor }
    }

    /// The protocol that this provider speaks; without one, that of the only provider there is.
    fn spoken_by(&self, provider: Option<&ProviderId>) -> Result<&Arc<dyn LoginMethod>, LoginRefusal> {
        let [saml, openid] = [&self.saml, &self.openid].map(|method| (method, method.providers()));
        let found = match provider {
            Some(id) => [saml, openid].into_iter().find(|(_, providers)| providers.iter().any(|one| one.id == *id)),
            None => match (saml.1.len(), openid.1.len()) {
                (1, 0) => Some(saml),
                (0, 1) => Some(openid),
                _ => None,
            },
        };
        found.map(|(method, _)| method).ok_or(LoginRefusal::UnknownProvider)
    }

    /// The protocol that a note is of.
    fn noted(&self, memo: &str) -> &Arc<dyn LoginMethod> {
        if is_openid(memo) { &self.openid } else { &self.saml }
    }

    /// The protocol whose answers come this way.
    fn answers_by(&self, channel: Channel) -> &Arc<dyn LoginMethod> {
        match channel {
            Channel::Form => &self.saml,
            Channel::Query => &self.openid,
        }
    }
}

#[async_trait]
impl LoginMethod for Both {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    /// Of two with the same identifier, the one over SAML counts.
    fn providers(&self) -> Vec<Provider> {
        let mut providers = self.saml.providers();
        for provider in self.openid.providers() {
            if !providers.iter().any(|known| known.id == provider.id) {
                providers.push(provider);
            }
        }
        providers
    }

    fn is_open(&self) -> bool {
        self.saml.is_open() || self.openid.is_open()
    }

    fn attempt_of(&self, returned: &Return) -> Option<AttemptId> {
        self.answers_by(returned.channel).attempt_of(returned)
    }

    async fn begin(&self, opening: Opening<'_>) -> Result<Sending, Refusal> {
        let method = self.spoken_by(opening.provider)?;
        // What the method can do, this one need not.
        method.descriptor().serves(opening.service, opening.level)?;
        method.begin(opening).await
    }

    async fn complete(&self, sent: &Sent, returned: &Return, now: Timestamp) -> Result<Verified, Refusal> {
        let method = self.noted(&sent.memo);
        if !Arc::ptr_eq(method, self.answers_by(returned.channel)) {
            return Err(AttemptRefusal::OtherMethod.because("it was asked over the other protocol"));
        }
        method.complete(sent, returned, now).await
    }

    fn metadata(&self, body: Option<&BodyId>, now: Timestamp) -> Result<Option<Document>, Refusal> {
        self.saml.metadata(body, now)
    }

    async fn farewell(&self, login: &ProviderLogin, id: LogoutId, now: Timestamp) -> Result<Option<Farewell>, Refusal> {
        self.noted(&login.memo).farewell(login, id, now).await
    }

    /// Only SAML has messages for it.
    async fn hear(&self, notice: LogoutNotice<'_>, now: Timestamp) -> Result<LogoutMessage, Refusal> {
        self.saml.hear(notice, now).await
    }

    async fn answer(
        &self,
        request: &LogoutRequest,
        known: Option<&ProviderLogin>,
        reach: Reach,
        now: Timestamp,
    ) -> Result<Departure, Refusal> {
        let known = known.filter(|login| !is_openid(&login.memo));
        self.saml.answer(request, known, reach, now).await
    }
}

#[cfg(test)]
mod tests;
