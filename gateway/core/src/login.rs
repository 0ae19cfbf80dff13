//! A login as one story, told through the ports: edges call these verbs and translate the answers.
//!
//! Every way a login can end passes through here, and is told to the [`EventSink`] exactly once.

mod back;
mod refusal;

use std::sync::Arc;

use crate::attempt::{Attempt, AttemptId, AttemptKey, BrowserId, Errand, Sent};
use crate::catalogue::Catalogue;
use crate::event::Event;
use crate::handoff::{self, Binding, Handoff, HandoffCode};
use crate::level::Level;
use crate::method::{Departure, LoginMethod, Methods, Opening};
use crate::name::{MethodId, ProviderId, ServiceId};
use crate::ports::{
    AttemptStore, BrowserStore, Clock, EventSink, HandoffStore, LogoutStore, Randomness, ReplayGuard, SessionStore,
};
use crate::refusal::Refusal;
use crate::return_path::ReturnPath;
use crate::service::Service;
use crate::session::{Lifetimes, Session, SessionId};

pub use refusal::LoginRefusal;

/// Everything that a login needs.
pub struct Login {
    /// Bodies and services.
    pub catalogue: Arc<Catalogue>,
    /// The methods that are open.
    pub methods: Methods,
    /// Where attempts are kept.
    pub attempts: Arc<dyn AttemptStore>,
    /// Where sessions are kept.
    pub sessions: Arc<dyn SessionStore>,
    /// What remembers which session a browser has.
    pub browsers: Arc<dyn BrowserStore>,
    /// Where hand-offs are kept.
    pub handoffs: Arc<dyn HandoffStore>,
    /// Where requests to log out are kept.
    pub logouts: Arc<dyn LogoutStore>,
    /// What remembers used proofs.
    pub replays: Arc<dyn ReplayGuard>,
    /// Who listens.
    pub events: Arc<dyn EventSink>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub randomness: Arc<dyn Randomness>,
    /// How long sessions live.
    pub lifetimes: Lifetimes,
}

/// What somebody asked for, when they asked to log in.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The service.
    pub service: ServiceId,
    /// Where on it; its first page where nothing was said.
    pub return_to: Option<ReturnPath>,
    /// At which level; the service's own where nothing was said.
    pub level: Option<Level>,
    /// The hand-off that its host waits for.
    pub binding: Option<Binding>,
}

/// Where a citizen with a session goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// To this page of the service.
    Page(String),
    /// To the host of the service, to hand the session over with this code.
    Handoff {
        /// The service.
        service: ServiceId,
        /// The one-time code.
        code: HandoffCode,
    },
}

/// A login that came to a good end.
#[derive(Debug)]
pub struct Welcome {
    /// The new session.
    pub session: Session,
    /// Where the citizen goes on.
    pub landing: Landing,
}

/// A login that was stopped.
#[derive(Debug)]
pub struct Stopped {
    /// Why.
    pub refusal: Refusal,
    /// What the citizen came for, where it is known: they may want to try again.
    pub errand: Option<Errand>,
    /// Who was asked, where it is known.
    pub asked: Option<Asked>,
}

/// Who was asked who the citizen is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The method.
    pub method: MethodId,
    /// The provider, where the method has providers.
    pub provider: Option<ProviderId>,
}

// === impl Login: the way out ===

impl Login {
    /// What somebody came for, once their wish is held against the catalogue.
    pub fn errand(&self, wish: Wish) -> Result<Errand, LoginRefusal> {
        let service = self.service(&wish.service)?;
        let first_page = || ReturnPath::parse(&service.path).unwrap_or_else(|_| ReturnPath::root());
        let return_to = wish.return_to.unwrap_or_else(first_page);
        if !service.serves(&return_to) {
            return Err(LoginRefusal::ForeignReturn);
        }
        Ok(Errand {
            service: service.id.clone(),
            return_to,
            level: wish.level.unwrap_or(service.level).max(service.lowest_level()),
            binding: wish.binding,
        })
    }

    /// Where somebody who is already logged in goes on, or `None` if their session does not do. Whom the
    /// service is not for is refused.
    pub async fn pass(&self, session: &SessionId, errand: &Errand) -> Result<Option<Landing>, Refusal> {
        let service = self.service(&errand.service)?;
        match self.sessions.find(session, self.clock.now()).await? {
            Some(session) if session.suffices(service, errand.level) => {
                service.admit(&session.attributes, self.clock.now())?;
                Ok(Some(self.land(&session, errand).await?))
            }
            _ => Ok(None),
        }
    }

    /// Begins an attempt for a browser, which may have a session that does not do: the login replaces it.
    pub async fn start(
        &self,
        browser: BrowserId,
        errand: Errand,
        replaces: Option<SessionId>,
    ) -> Result<Attempt, Refusal> {
        let key = AttemptKey { id: AttemptId::draw(&*self.randomness), browser };
        let attempt = Attempt::start(key, errand, replaces, self.clock.now());
        self.attempts.put(&attempt).await?;
        Ok(attempt)
    }

    /// The attempt of this browser that has not ended, if there is one.
    pub async fn find(&self, key: &AttemptKey) -> Result<Option<Attempt>, Refusal> {
        Ok(self.attempts.find(key, self.clock.now()).await?)
    }

    /// Sends the citizen to the provider they chose.
    pub async fn send(
        &self,
        attempt: Attempt,
        method: &MethodId,
        provider: Option<&ProviderId>,
    ) -> Result<Departure, Refusal> {
        let asked = self.ask(attempt, method, provider).await;
        asked.map_err(|refusal| self.turn_away(method, refusal))
    }

    async fn ask(
        &self,
        attempt: Attempt,
        method: &MethodId,
        provider: Option<&ProviderId>,
    ) -> Result<Departure, Refusal> {
        let now = self.clock.now();
        let level = attempt.errand().level;
        let method = self.method(method)?;
        let service = self.service(&attempt.errand().service)?;
        method.descriptor().serves(service, level)?;
        let opening = Opening { attempt: attempt.key().id, service, level, provider, now };
        let sending = method.begin(opening).await?;
        let sent = Sent {
            method: method.descriptor().id.clone(),
            provider: sending.provider,
            level,
            purpose: service.purpose,
            memo: sending.memo,
        };
        self.attempts.put(&attempt.send(sent, now)?).await?;
        Ok(sending.departure)
    }

    /// Tells of a login that is refused before it could be held against an attempt, and gives the refusal
    /// back. For edges, which refuse what they cannot read.
    pub fn turn_away(&self, method: &MethodId, refusal: impl Into<Refusal>) -> Refusal {
        let (refusal, method) = (refusal.into(), self.methods.by_id(method));
        let method = method.map(|method| method.descriptor().id.clone());
        self.events.record(&Event::Refusal { at: self.clock.now(), method, refusal: refusal.clone() });
        refusal
    }
}

// === impl Login: from host to host ===

impl Login {
    /// The session behind a hand-off code, for the browser that holds what it was bound to. The code is
    /// spent by this call, whatever the browser holds.
    pub async fn redeem(
        &self,
        code: &HandoffCode,
        host: &str,
        binding: Option<&Binding>,
    ) -> Result<(Arc<Session>, String), Refusal> {
        let now = self.clock.now();
        let handoff = self.handoffs.take(code, now).await?.ok_or(LoginRefusal::HandoffRefused)?;
        let service = self.service(&handoff.service)?;
        let bound = binding.is_some_and(|binding| handoff.is_for(&service.id, binding, now));
        if !service.answers_on(host) || !bound {
            return Err(LoginRefusal::HandoffRefused.into());
        }
        let session = self.sessions.find(&handoff.session, now).await?.ok_or(LoginRefusal::HandoffRefused)?;
        Ok((session, self.catalogue.address(service, &handoff.return_to)))
    }

    async fn land(&self, session: &Session, errand: &Errand) -> Result<Landing, Refusal> {
        let service = self.service(&errand.service)?;
        let page = || Landing::Page(self.catalogue.address(service, &errand.return_to));
        let Some(binding) = &errand.binding else { return Ok(page()) };
        if self.catalogue.is_on_access_host(service) {
            return Ok(page());
        }
        let code = HandoffCode::draw(&*self.randomness);
        let expires_at = self.clock.now().checked_add(handoff::CODE_LIFETIME).unwrap_or(jiff::Timestamp::MAX);
        let handoff = Handoff {
            session: session.id,
            service: service.id.clone(),
            binding: binding.clone(),
            return_to: errand.return_to.clone(),
            expires_at,
        };
        self.handoffs.put(&code, &handoff).await?;
        Ok(Landing::Handoff { service: service.id.clone(), code })
    }

    fn service(&self, id: &ServiceId) -> Result<&Arc<Service>, LoginRefusal> {
        self.catalogue.service(id).ok_or(LoginRefusal::UnknownService)
    }

    fn method(&self, id: &MethodId) -> Result<&Arc<dyn LoginMethod>, LoginRefusal> {
        self.methods.by_id(id).ok_or(LoginRefusal::UnknownMethod)
    }
}

// === impl Stopped ===

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, errand: None, asked: None }
    }
}

impl From<LoginRefusal> for Stopped {
    fn from(reason: LoginRefusal) -> Self {
        Refusal::from(reason).into()
    }
}

// === impl Asked ===

impl From<Sent> for Asked {
    fn from(sent: Sent) -> Self {
        Self { method: sent.method, provider: sent.provider }
    }
}

#[cfg(test)]
mod tests;
