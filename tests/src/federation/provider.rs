//! An OpenID provider of SPID or CIE, as the guidelines want it: it trusts nobody but whom the anchor leads to,
//! checks all that a request says, and says nothing twice.

mod endpoints;
mod flavour;
mod grants;
mod metadata;
mod pages;
mod request;
mod routes;
mod tokens;
mod variation;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use serde_json::Value;
use url::Url;

pub use flavour::Flavour;
pub use grants::Granted;
pub use metadata::Portrayal;
pub use request::{AuthorizationRequest, Fault, Unserved};
pub use variation::{Flaw, Form, Nuisance, Variation};

use super::anchor::RELYING_PARTY_MARK;
use super::key::Key;
use super::trust::{Distrust, Entity, PinnedAnchor, Sought, Trust};
use crate::identity_provider::Person;
use crate::identity_provider::transaction::Transactions;
use crate::now::now;
use endpoints::Used;
use grants::Grants;
use request::{Parameters, Reader};
use variation::Hands;

/// The test provider. Copies are the same provider.
#[derive(Clone)]
pub struct TestOpenIdProvider(Arc<Provider>);

struct Provider {
    flavour: Flavour,
    /// Its origin, which is its entity identifier and the issuer of its tokens.
    id: String,
    anchor: String,
    federation: Key,
    core: Key,
    /// A key that nobody was given.
    foreign: Key,
    trust: Trust,
    clients: Mutex<HashMap<String, Arc<Entity>>>,
    transactions: Transactions<AuthorizationRequest>,
    grants: Grants,
    /// The names of request objects, and their nonces.
    requests: Used,
    assertions: Used,
    state: Mutex<State>,
}

struct State {
    variation: Variation,
    portrayal: Portrayal,
    /// Its trust marks, as it shows them.
    marks: Vec<Value>,
    /// Whether it takes a client for what it was before, as long as that chain lasts.
    remembers: bool,
    /// What was asked without a browser: method and path.
    asked: Vec<String>,
}

// === impl TestOpenIdProvider ===

impl TestOpenIdProvider {
    /// A provider that serves at `origin`, trusts whom this anchor leads to, and asks entities with `client`.
    pub fn new(flavour: Flavour, origin: &str, anchor: PinnedAnchor, client: reqwest::Client) -> Result<Self> {
        let state = State {
            variation: Variation::Good,
            portrayal: Portrayal::Honest,
            marks: Vec::new(),
            remembers: false,
            asked: Vec::new(),
        };
        Ok(Self(Arc::new(Provider {
            flavour,
            id: origin.to_owned(),
            anchor: anchor.id.clone(),
            federation: Key::p256()?,
            core: Key::kept(flavour.name())?,
            foreign: Key::kept("nobody's")?,
            trust: Trust::new(client, anchor),
            clients: Mutex::default(),
            transactions: Transactions::default(),
            grants: Grants::default(),
            requests: Used::default(),
            assertions: Used::default(),
            state: Mutex::new(state),
        })))
    }

    /// Its entity identifier.
    pub fn entity_id(&self) -> &str {
        &self.0.id
    }

    /// Its pages and its endpoints.
    pub fn router(&self) -> axum::Router {
        routes::router(self.clone())
    }

    /// Answers like this from now on.
    pub fn answers(&self, variation: Variation) {
        self.state().variation = variation;
    }

    /// Shows itself like this from now on.
    pub fn shows(&self, portrayal: Portrayal) {
        self.state().portrayal = portrayal;
    }

    /// Shows a trust mark that it was given.
    pub fn wears(&self, mark: Value) {
        self.state().marks.push(mark);
    }

    /// From now on it takes clients for what they were when they first asked, as providers in use do; or no more.
    pub fn remembers(&self, remembers: bool) {
        self.state().remembers = remembers;
        self.clients().clear();
    }

    /// What it was asked without a browser since the last time: methods and paths.
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state().asked)
    }

    /// What it has granted so far.
    pub fn granted(&self) -> Vec<Granted> {
        self.0.grants.seen()
    }

    /// What it has said that grants something to whoever reads it: codes and tokens.
    pub fn secrets(&self) -> Vec<String> {
        self.0.grants.secrets()
    }

    /// Checks a request: who asks and whether they may, the signature, then all that it says.
    pub async fn receive(&self, query: &str) -> Result<AuthorizationRequest, Unserved> {
        let parameters = Parameters::read(query).map_err(Unserved::Page)?;
        let (object, client_id) = parameters.object().map_err(Unserved::Page)?;
        let address = object.text_claim("redirect_uri").unwrap_or_default().to_owned();
        let state = object.text_claim("state").ok();
        let back = |fault: &Fault| Unserved::Back(self.error_address(&address, state, fault));
        let remembers = self.state().remembers;
        let found = if remembers { self.client(&client_id).await } else { self.look_up(&client_id).await };
        let client = match found {
            Ok(client) => client,
            Err(distrust) => {
                let fault = Fault::new(distrust.word(), &distrust);
                return Err(if self.names(&client_id, &address).await { back(&fault) } else { Unserved::Page(fault) });
            }
        };
        if !is_registered(client.metadata.get("redirect_uris"), &address) {
            return Err(Unserved::Page(Fault::new("invalid_request", "redirect_uri is not registered")));
        }
        let keys = client.metadata.get("jwks").unwrap_or(&Value::Null);
        object.verify(keys).map_err(|unsound| back(&Fault::new("invalid_request_object", unsound)))?;
        let reader = Reader { issuer: &self.0.id, flavour: self.0.flavour, now: now() };
        let request = reader.read(&parameters, &object, &client).map_err(|fault| back(&fault))?;
        for (kind, name) in [("jti", &request.id), ("nonce", &request.nonce)] {
            if !self.0.requests.first(&format!("{kind} {client_id} {name}")) {
                return Err(back(&Fault::new("invalid_request_object", format!("{kind} was used before"))));
            }
        }
        Ok(request)
    }

    /// Grants a login: where the browser goes with it.
    pub fn grant(&self, request: &AuthorizationRequest, person: &'static Person) -> String {
        let code = self.0.grants.grant(request, person, now());
        let mut parameters = [("code", code.as_str()), ("state", &request.state), ("iss", &self.0.id)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        self.variation().callback(&mut parameters);
        with_parameters(&request.redirect_uri, &parameters)
    }

    /// Refuses a login: where the browser goes with that.
    pub fn refuse(&self, request: &AuthorizationRequest, word: &'static str, why: &str) -> String {
        self.error_address(&request.redirect_uri, Some(&request.state), &Fault::new(word, why))
    }

    fn error_address(&self, redirect_uri: &str, state: Option<&str>, fault: &Fault) -> String {
        let mut parameters = vec![("error".to_owned(), fault.word.to_owned())];
        parameters.push(("error_description".to_owned(), fault.why.clone()));
        parameters.extend(state.map(|state| ("state".to_owned(), state.to_owned())));
        parameters.push(("iss".to_owned(), self.0.id.clone()));
        self.variation().callback(&mut parameters);
        with_parameters(redirect_uri, &parameters)
    }

    /// Looks a client up anew.
    async fn look_up(&self, client_id: &str) -> Result<Arc<Entity>, Distrust> {
        let sought = Sought { id: client_id, kind: "openid_relying_party", mark: Some(RELYING_PARTY_MARK) };
        let client = Arc::new(self.0.trust.find(sought).await?);
        self.clients().insert(client_id.to_owned(), Arc::clone(&client));
        Ok(client)
    }

    /// A client as it was when it asked for a login, or as it is now where that has ended.
    async fn client(&self, client_id: &str) -> Result<Arc<Entity>, Distrust> {
        let known = self.clients().get(client_id).filter(|it| it.expires_at > now().as_second()).cloned();
        match known {
            Some(client) => Ok(client),
            None => self.look_up(client_id).await,
        }
    }

    /// Whether somebody whom nobody vouches for says itself that it is at this address: there it may be told.
    async fn names(&self, client_id: &str, address: &str) -> bool {
        let Ok(said) = self.0.trust.said_by(client_id).await else { return false };
        let of_party = said.claim("metadata").and_then(|it| it.get("openid_relying_party")?.get("redirect_uris"));
        is_registered(of_party, address)
    }

    fn endpoint(&self, name: &str) -> String {
        format!("{}/{name}", self.0.id)
    }

    fn hands(&self) -> Hands<'_> {
        Hands { own: &self.0.core, foreign: &self.0.foreign }
    }

    fn variation(&self) -> Variation {
        self.state().variation.clone()
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<String, Arc<Entity>>> {
        self.0.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// OpenID Connect Core, section 3.1.2.1: letter by letter.
fn is_registered(redirect_uris: Option<&Value>, address: &str) -> bool {
    redirect_uris.and_then(Value::as_array).is_some_and(|uris| uris.iter().any(|uri| uri == address))
}

fn with_parameters(address: &str, parameters: &[(String, String)]) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(parameters);
            url.into()
        }
        Err(_) => address.to_owned(),
    }
}
