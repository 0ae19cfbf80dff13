//! A login as one story, told through the ports: edges call these verbs and translate the answers.
//!
//! Every way a login can end passes through here, and is told to the [`EventSink`] exactly once.

use std::sync::Arc;

use crate::attempt::{Attempt, AttemptId, AttemptKey, AttemptRefusal, BrowserId, Completed, Errand, Sent};
use crate::catalogue::Catalogue;
use crate::event::{Event, LoginEvent, Outcome};
use crate::handoff::{self, Binding, Handoff, HandoffCode};
use crate::level::Level;
use crate::method::{Departure, LoginMethod, Methods, Opening, Return};
use crate::name::{MethodId, ProviderId, ServiceId};
use crate::ports::{
    AttemptStore, BrowserStore, Clock, EventSink, HandoffStore, LogoutStore, Randomness, ReplayGuard, SessionStore,
    StoreUnavailable,
};
use crate::refusal::{Refusal, refusals};
use crate::return_path::ReturnPath;
use crate::service::Service;
use crate::session::{Lifetimes, Session, SessionId};

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

refusals! {
    /// Why a login cannot begin or go on.
    pub enum LoginRefusal {
        /// There is no such service.
        UnknownService => ("login.service.unknown", NotFound),
        /// There is no such method, or it is not open.
        UnknownMethod => ("login.method.unknown", NotFound),
        /// The method has no such provider.
        UnknownProvider => ("login.provider.unknown", NotFound),
        /// The method cannot reach the level that is needed.
        MethodTooWeak => ("login.method.too-weak", Forbidden),
        /// The method cannot be asked for the kind of identity that the service asks for.
        NoPurpose => ("login.method.no-purpose", Forbidden),
        /// The method does not tell how old people are, and the service is not for all ages.
        NoBirthdate => ("login.method.no-birthdate", Forbidden),
        /// The proof was presented before.
        Replayed => ("login.proof.replayed", Forbidden),
        /// A hand-off code that is unknown, used, expired, or of another browser or service.
        HandoffRefused => ("login.handoff.refused", Forbidden),
        /// The way back does not lead to a page of the service.
        ForeignReturn => ("login.return.foreign", BadRequest),
        /// What the browser sent makes no sense.
        MalformedRequest => ("login.request.malformed", BadRequest),
        /// The store is away.
        StoreAway => ("login.store.unavailable", Unavailable),
    }
}

impl From<StoreUnavailable> for Refusal {
    fn from(away: StoreUnavailable) -> Self {
        LoginRefusal::StoreAway.because(away)
    }
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

// === impl Login: the way back ===

impl Login {
    /// The citizen is back: proves who they are, opens their session, tells the outcome.
    ///
    /// The attempt is spent by this call, whatever comes of it.
    pub async fn complete(
        &self,
        method: &MethodId,
        browser: Option<BrowserId>,
        returned: &Return,
    ) -> Result<Welcome, Stopped> {
        let taken = self.take(method, browser, returned).await;
        let (attempt, method) = taken.map_err(|refusal| self.turn_away(method, refusal))?;
        let errand = attempt.errand().clone();
        let question = attempt.question().cloned();
        let outcome = self.prove(method, attempt, returned).await;
        self.tell(&errand, &method.descriptor().id, question.as_ref(), &outcome);
        outcome.map_err(|refusal| Stopped { refusal, errand: Some(errand), asked: question.map(Asked::from) })
    }

    async fn take(
        &self,
        method: &MethodId,
        browser: Option<BrowserId>,
        returned: &Return,
    ) -> Result<(Attempt, &Arc<dyn LoginMethod>), Refusal> {
        let unknown = |what: &str| AttemptRefusal::Unknown.because(what);
        let method = self.method(method)?;
        let browser = browser.ok_or_else(|| unknown("the browser has no attempt cookie"))?;
        let id = method.attempt_of(returned).ok_or_else(|| unknown("the answer names no attempt"))?;
        let attempt = self.attempts.take(&AttemptKey { id, browser }, self.clock.now()).await?;
        Ok((attempt.ok_or_else(|| unknown("spent, expired, or of another browser"))?, method))
    }

    async fn prove(
        &self,
        method: &Arc<dyn LoginMethod>,
        attempt: Attempt,
        returned: &Return,
    ) -> Result<Welcome, Refusal> {
        let now = self.clock.now();
        let arrival = attempt.come_back(&method.descriptor().id, now)?;
        let verified = method.complete(arrival.sent(), returned, now).await?;
        if !self.replays.first_use(&verified.proof, now).await? {
            return Err(LoginRefusal::Replayed.into());
        }
        let completed = arrival.complete(verified.identity, now)?;
        // No session for whom the service is not for: they came for nothing else, and one that they had stays.
        self.service(&completed.errand().service)?.admit(&completed.identity().attributes, now)?;
        let session = self.open(&completed).await?;
        let landing = self.land(&session, completed.errand()).await?;
        Ok(Welcome { session, landing })
    }

    /// Opens the session, in place of the one that the browser had: a browser has one session, so that
    /// one logout ends all. The attempt knows of an older one by its cookie when it began; two logins
    /// that were under way at the same time meet in the browser store.
    async fn open(&self, completed: &Completed) -> Result<Session, Refusal> {
        let now = self.clock.now();
        let service = self.service(&completed.errand().service)?;
        let mut session = Session::open(completed, service, self.lifetimes, now, &*self.randomness);
        let older = match completed.replaces() {
            Some(replaced) => self.sessions.find(replaced, now).await?,
            None => None,
        };
        if let Some(older) = &older {
            session = session.in_place_of(older);
        }
        self.sessions.open(session.clone()).await?;
        // Only now: a session that is swapped out must be one that can be ended.
        let swapped = self.browsers.swap(completed.browser(), &session.id, session.expires_at).await?;
        for ended in older.map(|older| older.id).into_iter().chain(swapped) {
            self.sessions.end(&ended).await?;
        }
        Ok(session)
    }

    fn tell(&self, errand: &Errand, method: &MethodId, question: Option<&Sent>, outcome: &Result<Welcome, Refusal>) {
        let Some(service) = self.catalogue.service(&errand.service) else {
            // It went while the citizen was away, so there is nothing to count the login for.
            if let Err(refusal) = outcome {
                self.turn_away(method, refusal.clone());
            }
            return;
        };
        self.events.record(&Event::Login(LoginEvent {
            at: self.clock.now(),
            method: question.map_or(method, |sent| &sent.method).clone(),
            provider: question.and_then(|sent| sent.provider.clone()),
            level: outcome.as_ref().map_or(errand.level, |welcome| welcome.session.level),
            body: service.body.clone(),
            service: service.id.clone(),
            outcome: match outcome {
                Ok(_) => Outcome::Success,
                Err(refusal) => Outcome::Refused(refusal.clone()),
            },
        }));
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
