//! Who takes part in the story: a provider that says what it is told to, stores that are maps, a
//! clock that stands still, and somebody who listens.

use super::*;

/// A login method whose provider answers as the test wants.
pub(super) struct FakeProvider {
    descriptor: Descriptor,
    answer: Mutex<Answer>,
}

/// The next answer of the provider.
pub(super) struct Answer {
    pub(super) refusal: Option<&'static str>,
    pub(super) provider: Option<ProviderId>,
    pub(super) level: Level,
    pub(super) birthdate: Option<&'static str>,
    pub(super) proof: &'static str,
    pub(super) login: Option<ProviderLogin>,
}

/// Every store, as maps. It can be away.
#[derive(Default)]
pub(super) struct Maps {
    pub(super) attempts: Mutex<HashMap<AttemptKey, Attempt>>,
    /// With the last request.
    pub(super) sessions: Mutex<HashMap<SessionId, (Arc<Session>, Timestamp)>>,
    handoffs: Mutex<HashMap<HandoffCode, Handoff>>,
    browsers: Mutex<HashMap<BrowserId, SessionId>>,
    /// What was noted when they were opened.
    noted: Mutex<Vec<NotedLogin>>,
    logouts: Mutex<HashMap<LogoutId, PendingLogout>>,
    proofs: Mutex<HashSet<String>>,
    away: AtomicBool,
}

/// Everything that was told.
#[derive(Default)]
pub(super) struct Heard(pub(super) Mutex<Vec<Event>>);

/// A clock that stands still.
pub(super) struct StoppedClock(pub(super) Mutex<Timestamp>);

// === impl FakeProvider ===

impl FakeProvider {
    /// One that has professional identities, and tells the date of birth.
    pub(super) fn new(word: &str, levels: &[Level]) -> Self {
        let mut provider = Self::plain(word, levels);
        provider.descriptor.attributes.push(Attribute::Birthdate);
        provider.descriptor.purposes = true;
        provider
    }

    /// One that does neither.
    pub(super) fn plain(word: &str, levels: &[Level]) -> Self {
        let descriptor =
            Descriptor { id: method(word), name: "Fake", levels: levels.to_vec(), attributes: vec![], purposes: false };
        let answer = Answer {
            refusal: None,
            provider: Some(idp()),
            level: Level::Two,
            birthdate: None,
            proof: "_assertion",
            login: None,
        };
        Self { descriptor, answer: Mutex::new(answer) }
    }

    pub(super) fn answers(&self, change: impl FnOnce(&mut Answer)) {
        change(&mut self.answer.lock().unwrap());
    }
}

#[async_trait]
impl LoginMethod for FakeProvider {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn providers(&self) -> Vec<Provider> {
        vec![Provider { id: idp(), name: "Fake".to_owned(), site: None }]
    }

    fn attempt_of(&self, returned: &Return) -> Option<AttemptId> {
        returned.parameter("RelayState").and_then(|text| AttemptId::parse(text).ok())
    }

    async fn begin(&self, opening: Opening<'_>) -> Result<Sending, Refusal> {
        let provider = opening.provider.filter(|provider| **provider == idp()).ok_or(LoginRefusal::UnknownProvider)?;
        let (level, relay_state) = (opening.level, opening.attempt.reveal());
        let departure = Departure::Redirect(format!("{provider}/?level={level}&RelayState={relay_state}"));
        Ok(Sending { provider: Some(provider.clone()), memo: String::new(), departure })
    }

    async fn complete(&self, sent: &Sent, _: &Return, now: Timestamp) -> Result<Verified, Refusal> {
        let answer = self.answer.lock().unwrap();
        if let Some(code) = answer.refusal {
            return Err(Refusal::new(code, Status::Forbidden));
        }
        let identity = Identity {
            person: PersonIdentifier::new(Scheme::FiscalNumber, "RSSDAA80A41H501X"),
            method: sent.method.clone(),
            provider: answer.provider.clone(),
            level: answer.level,
            attributes: answer.birthdate.map(|date| (Attribute::Birthdate, date.to_owned())).into_iter().collect(),
            authenticated_at: now,
            provider_login: answer.login.clone(),
        };
        Ok(Verified { identity, proof: Proof { id: answer.proof.to_owned(), expires_at: at(5) } })
    }

    fn metadata(&self, _: Option<&BodyId>, _: Timestamp) -> Result<Option<Document>, Refusal> {
        Ok(None)
    }

    /// The memo of a login says what its provider has.
    async fn farewell(&self, login: &ProviderLogin, id: LogoutId, _: Timestamp) -> Result<Option<Farewell>, Refusal> {
        match login.memo.as_str() {
            "page" => Ok(Some(Farewell::Page("https://idp.example/bye".to_owned()))),
            "nothing" => Ok(None),
            "broken" => Err(Refusal::new("fake.broken", Status::Internal)),
            _ => Ok(Some(Farewell::Ask(Departure::Redirect(id.reveal())))),
        }
    }

    async fn hear(&self, notice: LogoutNotice<'_>, _: Timestamp) -> Result<LogoutMessage, Refusal> {
        let LogoutNotice::Form(fields) = notice else { return Err(LogoutRefusal::NotOffered.into()) };
        let field = |name: &str| fields.get(name).cloned();
        let provider = ProviderId::parse(&field("provider").unwrap()).unwrap();
        let Some(name) = field("name") else {
            let to = LogoutId::parse(&field("to").unwrap()).unwrap();
            return Ok(LogoutMessage::Response(LogoutResponse { provider, to, reach: Reach::Partial }));
        };
        let indexes = field("index").into_iter().collect();
        Ok(LogoutMessage::Request(LogoutRequest { provider, name, indexes, memo: "question".to_owned() }))
    }

    async fn answer(
        &self,
        request: &LogoutRequest,
        known: Option<&ProviderLogin>,
        reach: Reach,
        _: Timestamp,
    ) -> Result<Departure, Refusal> {
        let as_whom = known.map_or("nobody", |login| login.memo.as_str());
        Ok(Departure::Redirect(format!("{} as {as_whom}: {reach:?}", request.memo)))
    }
}

// === impl Maps ===

impl Maps {
    pub(super) fn go_away(&self) {
        self.away.store(true, Ordering::Relaxed);
    }

    fn asked(&self) -> Result<(), StoreUnavailable> {
        if self.away.load(Ordering::Relaxed) { Err(StoreUnavailable("gone".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl AttemptStore for Maps {
    async fn put(&self, attempt: &Attempt) -> Result<(), StoreUnavailable> {
        self.asked()?;
        self.attempts.lock().unwrap().insert(*attempt.key(), attempt.clone());
        Ok(())
    }

    async fn find(&self, key: &AttemptKey, now: Timestamp) -> Result<Option<Attempt>, StoreUnavailable> {
        self.asked()?;
        Ok(self.attempts.lock().unwrap().get(key).filter(|attempt| now < attempt.expires_at()).cloned())
    }

    async fn take(&self, key: &AttemptKey, now: Timestamp) -> Result<Option<Attempt>, StoreUnavailable> {
        self.asked()?;
        Ok(self.attempts.lock().unwrap().remove(key).filter(|attempt| now < attempt.expires_at()))
    }
}

#[async_trait]
impl SessionStore for Maps {
    async fn open(&self, session: Session) -> Result<(), StoreUnavailable> {
        self.asked()?;
        let seen = session.opened_at;
        if let Some(login) = session.provider_login.clone() {
            let noted = NotedLogin { session: session.id, login, expires_at: session.expires_at };
            self.noted.lock().unwrap().push(noted);
        }
        self.sessions.lock().unwrap().insert(session.id, (Arc::new(session), seen));
        Ok(())
    }

    fn known(&self, id: &SessionId, now: Timestamp) -> Option<Arc<Session>> {
        let mut sessions = self.sessions.lock().unwrap();
        let (session, seen) = sessions.get_mut(id).filter(|(session, seen)| session.is_alive(*seen, now))?;
        *seen = now;
        Some(Arc::clone(session))
    }

    async fn find(&self, id: &SessionId, now: Timestamp) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        self.asked()?;
        Ok(self.known(id, now))
    }

    async fn stands(&self, id: &SessionId, now: Timestamp) -> Result<bool, StoreUnavailable> {
        self.asked()?;
        Ok(self.sessions.lock().unwrap().get(id).is_some_and(|(session, seen)| session.is_alive(*seen, now)))
    }

    async fn end(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        self.asked()?;
        Ok(self.sessions.lock().unwrap().remove(id).map(|(session, _)| session))
    }

    async fn logins(&self, name: &LoginName, now: Timestamp) -> Result<Vec<NotedLogin>, StoreUnavailable> {
        self.asked()?;
        let noted = self.noted.lock().unwrap();
        let meant = |one: &&NotedLogin| one.login.login_name() == *name && now < one.expires_at;
        Ok(noted.iter().filter(meant).cloned().collect())
    }
}

#[async_trait]
impl LogoutStore for Maps {
    async fn put(&self, id: &LogoutId, pending: &PendingLogout) -> Result<(), StoreUnavailable> {
        self.asked()?;
        self.logouts.lock().unwrap().insert(*id, pending.clone());
        Ok(())
    }

    async fn take(&self, id: &LogoutId, now: Timestamp) -> Result<Option<PendingLogout>, StoreUnavailable> {
        self.asked()?;
        Ok(self.logouts.lock().unwrap().remove(id).filter(|pending| now < pending.expires_at))
    }
}

#[async_trait]
impl BrowserStore for Maps {
    async fn swap(
        &self,
        browser: &BrowserId,
        session: &SessionId,
        _: Timestamp,
    ) -> Result<Option<SessionId>, StoreUnavailable> {
        self.asked()?;
        Ok(self.browsers.lock().unwrap().insert(*browser, *session))
    }
}

#[async_trait]
impl HandoffStore for Maps {
    async fn put(&self, code: &HandoffCode, handoff: &Handoff) -> Result<(), StoreUnavailable> {
        self.asked()?;
        self.handoffs.lock().unwrap().insert(*code, handoff.clone());
        Ok(())
    }

    /// Leaves it to the caller to look at the end.
    async fn take(&self, code: &HandoffCode, _: Timestamp) -> Result<Option<Handoff>, StoreUnavailable> {
        self.asked()?;
        Ok(self.handoffs.lock().unwrap().remove(code))
    }
}

#[async_trait]
impl ReplayGuard for Maps {
    async fn first_use(&self, proof: &Proof, _: Timestamp) -> Result<bool, StoreUnavailable> {
        self.asked()?;
        Ok(self.proofs.lock().unwrap().insert(proof.id.clone()))
    }
}

// === the others ===

impl EventSink for Heard {
    fn record(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl StoppedClock {
    pub(super) fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap() = at;
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
