//! Single logout: one logout that ends the session here and, where the provider keeps one, there.
//!
//! ```text
//!   a citizen asks                                   a provider asks
//!   ──────────────                                   ───────────────
//!   leave: the session ends here, first              hear: the method verifies the message
//!     │ LoginMethod::farewell                          │
//!     ├─ no session there ──▶ Parting::Over            ├─ Request: every session on that login ends;
//!     ├─ a page there ──────▶ Parting::Page            │    LoginMethod::answer ──▶ Hearing::Reply
//!     └─ the provider is asked: a PendingLogout        │
//!        is kept ───────────▶ Parting::Ask ─ ─ ─ ─ ─ ▶ └─ Response: the PendingLogout is taken, once
//!                                                           ──▶ Hearing::Over
//! ```
//!
//! The message of a provider comes from another site, so without the cookie of the session. The session
//! is found by what the provider calls the login that it stands on ([`ProviderLogin`]), which the session
//! store notes when it is opened.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::login::{Login, LoginRefusal};
use crate::method::Departure;
use crate::name::{MethodId, ProviderId};
use crate::ports::StoreUnavailable;
use crate::refusal::{Refusal, refusals};
use crate::secret::secret;
use crate::session::{Session, SessionId};

/// How long a provider may take to answer that its session is over: it may ask others first.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

secret!(
    /// Names a request to log out that we sent; the answer must repeat it.
    LogoutId
);

/// The login that a session stands on, as its provider knows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderLogin {
    /// The method.
    pub method: MethodId,
    /// The provider.
    pub provider: ProviderId,
    /// What the provider calls the person in this login.
    pub name: String,
    /// What the provider calls its own session, where it said so.
    pub index: Option<String>,
    /// Whether the provider keeps a session that a logout should end.
    pub keeps_session: bool,
    /// What the method noted for itself; read by nobody else.
    pub memo: String,
}

/// What sessions are found by when a provider ends a login: unique over all methods and providers.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LoginName(String);

/// A login, and the session that was opened on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NotedLogin {
    /// The session, which may have ended since.
    pub session: SessionId,
    /// The login.
    pub login: ProviderLogin,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
}

/// A request to log out whose answer is not here yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingLogout {
    /// The method that asked.
    pub method: MethodId,
    /// The provider that was asked.
    pub provider: ProviderId,
    /// Until when an answer counts.
    pub expires_at: Timestamp,
}

/// What came to `/logout/{method}`, not verified by anybody.
#[derive(Clone, Copy)]
pub enum LogoutNotice<'a> {
    /// A query, as it was received: signatures are made over its octets.
    Query(&'a str),
    /// The fields of a form. A name that came twice is refused before this is built.
    Form(&'a BTreeMap<String, String>),
}

/// What ends the session of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// A request, which the browser takes there, and which the provider answers.
    Ask(Departure),
    /// A page of the provider at this address, which leads nowhere.
    Page(String),
}

/// A message of a provider, verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogoutMessage {
    /// It ends logins.
    Request(LogoutRequest),
    /// It answers our request.
    Response(LogoutResponse),
}

/// A provider ends logins.
#[derive(Clone, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Who asks.
    pub provider: ProviderId,
    /// What it calls the person.
    pub name: String,
    /// Which of its sessions it means; all where it says nothing.
    pub indexes: Vec<String>,
    /// What the method needs to answer; read by nobody else.
    pub memo: String,
}

/// A provider answers our request to log out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutResponse {
    /// Who answers.
    pub provider: ProviderId,
    /// Our request.
    pub to: LogoutId,
    /// How far the logout went.
    pub reach: Reach,
}

/// How far a logout went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To every session.
    Everywhere,
    /// Some session may still stand.
    Partial,
}

/// The session is over here. What is left to do.
#[derive(Debug)]
pub enum Parting {
    /// Nothing.
    Over,
    /// Nothing here: the citizen takes their card out of the reader.
    Card,
    /// The browser takes a request to the provider, and comes back.
    Ask {
        /// The method.
        method: MethodId,
        /// The provider.
        provider: ProviderId,
        /// How the browser leaves.
        departure: Departure,
    },
    /// The citizen may end the provider's session at this address.
    Page {
        /// The method, whose name citizens know.
        method: MethodId,
        /// The address.
        address: String,
    },
    /// The provider keeps a session that it could not be asked to end.
    Partial {
        /// The method.
        method: MethodId,
        /// Why.
        fault: Refusal,
    },
}

/// What comes of a message of a provider.
#[derive(Debug)]
pub enum Hearing {
    /// The browser takes our answer to the provider.
    Reply {
        /// The provider.
        provider: ProviderId,
        /// How the browser leaves.
        departure: Departure,
        /// Why a session may still stand, where one may; the provider is told that it does.
        fault: Option<Refusal>,
    },
    /// The logout that a citizen asked for is over, as far as it went.
    Over(Reach),
}

refusals! {
    /// Why a logout message comes to nothing, once its method has verified it.
    pub enum LogoutRefusal {
        /// The method has no single logout.
        NotOffered => ("logout.method.not-offered", NotFound),
        /// An answer to no request of ours, or a second one, or one that comes too late.
        UnknownAnswer => ("logout.response.unknown", Forbidden),
        /// Another provider answers than the one that was asked.
        OtherProvider => ("logout.response.other-provider", Forbidden),
    }
}

// === impl Login: single logout ===

impl Login {
    /// Ends a session everywhere here, and says what is left to do at its provider. Once the session has
    /// ended, nothing that goes wrong brings it back.
    pub async fn leave(&self, session: &SessionId) -> Result<Parting, Refusal> {
        let Some(session) = self.end(session).await? else { return Ok(Parting::Over) };
        let Some(login) = session.provider_login.as_ref().filter(|login| login.keeps_session) else {
            let uses_card = self.methods.by_id(&session.method).is_some_and(|method| method.uses_card());
            return Ok(if uses_card { Parting::Card } else { Parting::Over });
        };
        let parting = self.say_farewell(login).await;
        Ok(parting.unwrap_or_else(|fault| Parting::Partial { method: login.method.clone(), fault }))
    }

    async fn say_farewell(&self, login: &ProviderLogin) -> Result<Parting, Refusal> {
        let method = self.methods.by_id(&login.method).ok_or(LoginRefusal::UnknownMethod)?;
        let (id, now) = (LogoutId::draw(&*self.randomness), self.clock.now());
        match method.farewell(login, id, now).await? {
            None => Ok(Parting::Over),
            Some(Farewell::Page(address)) => Ok(Parting::Page { method: login.method.clone(), address }),
            Some(Farewell::Ask(departure)) => {
                let pending = PendingLogout {
                    method: login.method.clone(),
                    provider: login.provider.clone(),
                    expires_at: now.checked_add(PATIENCE).unwrap_or(Timestamp::MAX),
                };
                self.logouts.put(&id, &pending).await?;
                Ok(Parting::Ask { method: pending.method, provider: pending.provider, departure })
            }
        }
    }

    /// Does what a provider asks, or takes note of its answer.
    pub async fn hear(&self, method: &MethodId, notice: LogoutNotice<'_>) -> Result<Hearing, Refusal> {
        self.listen(method, notice).await.map_err(|refusal| self.turn_away(method, refusal))
    }

    async fn listen(&self, method: &MethodId, notice: LogoutNotice<'_>) -> Result<Hearing, Refusal> {
        let found = self.methods.by_id(method).ok_or(LoginRefusal::UnknownMethod)?;
        match found.hear(notice, self.clock.now()).await? {
            LogoutMessage::Request(request) => self.obey(method, &request).await,
            LogoutMessage::Response(response) => Ok(Hearing::Over(self.conclude(method, &response).await?)),
        }
    }

    /// SAML profiles §4.4.3.4: a request is answered also where there is no session any more.
    async fn obey(&self, method: &MethodId, request: &LogoutRequest) -> Result<Hearing, Refusal> {
        let found = self.methods.by_id(method).ok_or(LoginRefusal::UnknownMethod)?;
        let now = self.clock.now();
        let name = LoginName::new(method, &request.provider, &request.name);
        let (noted, mut fault) = match self.sessions.logins(&name, now).await {
            Ok(noted) => (noted, None),
            Err(away) => (Vec::new(), Some(Refusal::from(away))),
        };
        for one in noted.iter().filter(|one| one.login.is_meant_by(request)) {
            // One that cannot be ended leaves no other standing.
            fault = self.end(&one.session).await.err().map(Refusal::from).or(fault);
        }
        let reach = if fault.is_none() { Reach::Everywhere } else { Reach::Partial };
        let known = noted.iter().map(|one| &one.login);
        let known = known.clone().find(|login| login.is_meant_by(request)).or_else(|| known.clone().next());
        let departure = found.answer(request, known, reach, now).await?;
        Ok(Hearing::Reply { provider: request.provider.clone(), departure, fault })
    }

    /// The request is spent by this call, whoever answers.
    async fn conclude(&self, method: &MethodId, response: &LogoutResponse) -> Result<Reach, Refusal> {
        let pending = self.logouts.take(&response.to, self.clock.now()).await?;
        let pending = pending.ok_or(LogoutRefusal::UnknownAnswer)?;
        if pending.method != *method || pending.provider != response.provider {
            return Err(LogoutRefusal::OtherProvider.into());
        }
        Ok(response.reach)
    }

    /// Ends a session, and tells so once.
    async fn end(&self, session: &SessionId) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        let ended = self.sessions.end(session).await?;
        if let Some(session) = &ended {
            self.events.record(&Event::Logout { at: self.clock.now(), method: session.method.clone() });
        }
        Ok(ended)
    }
}

// === impl ProviderLogin ===

impl ProviderLogin {
    /// What the session is found by.
    pub fn login_name(&self) -> LoginName {
        LoginName::new(&self.method, &self.provider, &self.name)
    }

    /// SAML core §3.7.3: the sessions that a request names, or all where it names none. A login of whose
    /// session we do not know the name may be any of them: it is ended rather than left.
    pub fn is_meant_by(&self, request: &LogoutRequest) -> bool {
        request.indexes.is_empty() || self.index.as_ref().is_none_or(|index| request.indexes.contains(index))
    }
}

/// What a provider calls a person is of that person.
impl fmt::Debug for ProviderLogin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ProviderLogin({} at {}, [redacted])", self.method, self.provider)
    }
}

// === impl LoginName ===

impl LoginName {
    /// The name of a login. The identifiers hold no spaces, so that no two names run together.
    pub fn new(method: &MethodId, provider: &ProviderId, name: &str) -> Self {
        Self(format!("{method} {provider} {name}"))
    }

    /// What a store derives the name of a row from.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for LoginName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LoginName([redacted])")
    }
}

// === impl LogoutRequest ===

/// What a provider calls a person is of that person.
impl fmt::Debug for LogoutRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LogoutRequest(by {}, [redacted])", self.provider)
    }
}
