//! The contract of a login method: what an adapter tells of itself, what it is asked, what it answers.
//!
//! A method is data to everybody but its adapter: a [`Descriptor`], and two steps. [`LoginMethod::begin`]
//! sends the citizen away, [`LoginMethod::complete`] proves who came back. Three more are for those that
//! have a single logout ([`crate::logout`]).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::attempt::{AttemptId, Sent};
use crate::attribute::Attribute;
use crate::identity::Identity;
use crate::level::Level;
use crate::login::LoginRefusal;
use crate::logout::{
    Farewell, LogoutId, LogoutMessage, LogoutNotice, LogoutRefusal, LogoutRequest, ProviderLogin, Reach,
};
use crate::name::{BodyId, MethodId, ProviderId};
use crate::refusal::Refusal;
use crate::service::Service;

/// What a login method tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// The word in `/login/{method}`, `/return/{method}` and `/metadata/{method}`.
    pub id: MethodId,
    /// Its name, as citizens know it: `SPID`. Names are not translated.
    pub name: &'static str,
    /// The levels that it can reach, weakest first.
    pub levels: Vec<Level>,
    /// The attributes that it can give.
    pub attributes: Vec<Attribute>,
    /// Whether it can be asked for professional identities.
    pub purposes: bool,
}

/// An identity provider that a citizen can choose within a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its entity identifier.
    pub id: ProviderId,
    /// Its name, as citizens know it.
    pub name: String,
    /// Its site, where it says one: there citizens mend what is wrong with their identity.
    pub site: Option<String>,
}

/// What a login is begun with.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// The attempt; its text form comes back as the relay state.
    pub attempt: AttemptId,
    /// The service that the citizen wants to reach.
    pub service: &'a Service,
    /// The level to ask for.
    pub level: Level,
    /// The provider that the citizen chose, where the method has providers.
    pub provider: Option<&'a ProviderId>,
    /// When.
    pub now: Timestamp,
}

/// The citizen is about to leave: what the attempt must remember, and where the browser goes. `Debug` prints neither.
#[derive(Clone)]
pub struct Sending {
    /// The provider that will answer, where the method has providers.
    pub provider: Option<ProviderId>,
    /// What the adapter needs to check the answer; read by nobody else.
    pub memo: String,
    /// Where the browser goes.
    pub departure: Departure,
}

/// How the browser leaves for the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departure {
    /// A redirect to this address.
    Redirect(String),
    /// A form that posts itself, or by a button where scripts are off.
    PostForm {
        /// Where it is posted.
        action: String,
        /// Its hidden fields, in order.
        fields: Vec<(String, String)>,
    },
}

/// How an answer travels through the browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Channel {
    /// In the query of an address: it ends up in histories and logs.
    #[default]
    Query,
    /// In a form that is posted.
    Form,
}

/// What came back to `/return/{method}`, not verified by anybody.
#[derive(Clone, Default)]
pub struct Return {
    /// How it came; each method knows which way is its own.
    pub channel: Channel,
    /// The form or query parameters. A name that came twice is refused before this is built.
    pub parameters: BTreeMap<String, String>,
}

/// A verified answer.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Who it is.
    pub identity: Identity,
    /// What proved it, so that it proves nothing a second time.
    pub proof: Proof,
}

/// The name of a proof of identity (an assertion's ID) and how long it could be presented again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Unique within the method and provider.
    pub id: String,
    /// After this, nobody would accept it anyway.
    pub expires_at: Timestamp,
}

/// A document that a method publishes about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A way to log in.
#[async_trait]
pub trait LoginMethod: Send + Sync {
    /// What it tells of itself.
    fn descriptor(&self) -> &Descriptor;

    /// The providers to choose from; empty where there is nothing to choose.
    fn providers(&self) -> Vec<Provider>;

    /// Whether anybody can log in with it now: one whose providers are not known yet only publishes its
    /// metadata.
    fn is_open(&self) -> bool {
        true
    }

    /// Whether the citizen still has in their reader what logged them in, when they log out.
    fn uses_card(&self) -> bool {
        false
    }

    /// Which attempt an answer says it belongs to. This is a claim: the browser must prove it.
    fn attempt_of(&self, returned: &Return) -> Option<AttemptId>;

    /// Sends the citizen to prove who they are.
    async fn begin(&self, opening: Opening<'_>) -> Result<Sending, Refusal>;

    /// Verifies the answer to what [`begin`](Self::begin) sent.
    async fn complete(&self, sent: &Sent, returned: &Return, now: Timestamp) -> Result<Verified, Refusal>;

    /// The metadata of the gateway for this method, for one body or, without one, for the first that
    /// there is. `None` where the method has none, or not for this body.
    fn metadata(&self, body: Option<&BodyId>, now: Timestamp) -> Result<Option<Document>, Refusal>;

    /// What ends the session that the provider of a login keeps; nothing, where that cannot be done from
    /// here. A provider that answers must repeat `id`.
    async fn farewell(
        &self,
        _login: &ProviderLogin,
        _id: LogoutId,
        _now: Timestamp,
    ) -> Result<Option<Farewell>, Refusal> {
        Ok(None)
    }

    /// Verifies what came to `/logout/{method}`.
    async fn hear(&self, _notice: LogoutNotice<'_>, _now: Timestamp) -> Result<LogoutMessage, Refusal> {
        Err(LogoutRefusal::NotOffered.into())
    }

    /// Answers a request that [`hear`](Self::hear) verified: how far it went. `known` is a login that it
    /// names, where there is one.
    async fn answer(
        &self,
        _request: &LogoutRequest,
        _known: Option<&ProviderLogin>,
        _reach: Reach,
        _now: Timestamp,
    ) -> Result<Departure, Refusal> {
        Err(LogoutRefusal::NotOffered.into())
    }
}

/// The login methods that are open, by their word.
#[derive(Clone, Default)]
pub struct Methods(BTreeMap<MethodId, Arc<dyn LoginMethod>>);

// === impl Descriptor ===

impl Descriptor {
    /// Whether it can give what a login for a service at a level needs.
    pub fn serves(&self, service: &Service, level: Level) -> Result<(), LoginRefusal> {
        if self.levels.iter().all(|reached| *reached < level) {
            return Err(LoginRefusal::MethodTooWeak);
        }
        if service.purpose.is_some() && !self.purposes {
            return Err(LoginRefusal::NoPurpose);
        }
        if service.ages.is_some() && !self.attributes.contains(&Attribute::Birthdate) {
            return Err(LoginRefusal::NoBirthdate);
        }
        Ok(())
    }
}

// === impl Sending ===

impl fmt::Debug for Sending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Sending([redacted])")
    }
}

// === impl Return ===

impl Return {
    /// A parameter by its name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }
}

// === impl Methods ===

impl Methods {
    /// Every method, in the order of their words.
    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn LoginMethod>> {
        self.0.values()
    }

    /// The method of this word, in which `_` is as good as `-`: settings have the one, addresses and codes the other.
    pub fn by_id(&self, id: &MethodId) -> Option<&Arc<dyn LoginMethod>> {
        self.0.get(id).or_else(|| self.0.get(&MethodId::parse(&id.as_str().replace('_', "-")).ok()?))
    }

    /// Those that are open and can give what a login for a service at a level needs, in the order of their words.
    pub fn serving(&self, service: &Service, level: Level) -> impl Iterator<Item = &Arc<dyn LoginMethod>> {
        let serves = move |method: &&Arc<dyn LoginMethod>| method.descriptor().serves(service, level).is_ok();
        self.0.values().filter(|method| method.is_open()).filter(serves)
    }
}

impl FromIterator<Arc<dyn LoginMethod>> for Methods {
    fn from_iter<I: IntoIterator<Item = Arc<dyn LoginMethod>>>(methods: I) -> Self {
        Self(methods.into_iter().map(|method| (method.descriptor().id.clone(), method)).collect())
    }
}
