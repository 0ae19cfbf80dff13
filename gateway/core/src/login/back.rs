//! The way back: from an answer to a session, and the outcome told, once.

use std::sync::Arc;

use super::{Asked, Login, LoginRefusal, Stopped, Welcome};
use crate::attempt::{Attempt, AttemptKey, AttemptRefusal, BrowserId, Completed, Errand, Sent};
use crate::event::{Event, LoginEvent, Outcome};
use crate::method::{LoginMethod, Return};
use crate::name::MethodId;
use crate::refusal::Refusal;
use crate::session::Session;

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
