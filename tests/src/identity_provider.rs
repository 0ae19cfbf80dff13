//! An identity provider of SPID, CIE or eIDAS for tests and the demo: real SAML, people who do not exist.
//!
//! It checks a request's signature and form against every rule of SPID and answers with the code of
//! the official error table, lets a citizen log in at levels 1, 2 and 3, asks for consent, and signs.
//! Tests can also have it [`respond`](TestIdp::respond) with anything that a gateway must refuse.

mod anomaly;
mod answer;
mod dialect;
mod encryption;
mod logout;
mod message;
mod metadata;
mod pages;
mod people;
mod request;
mod routes;
mod saml;
mod service_providers;
mod sessions;
pub(crate) mod transaction;
mod variation;
mod wrapping;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::BASE64;
use varco_xmldsig::{Placement, SigningKey};

pub use anomaly::{Anomaly, Told};
pub use logout::{Flaw, Going, Manners, Way};
pub use message::Message;
pub(crate) use pages::style;
pub use people::{Company, PEOPLE, Person};
pub use request::AuthnRequest;
pub use service_providers::{ServiceProvider, UnusableMetadata};
pub use sessions::KeptSession;
pub use variation::Variation;
pub use wrapping::Wrapping;

use crate::authority::KeyAndCertificate;
use crate::now::now;
use answer::Answer;
use dialect::Dialect;
use request::Addressee;
use saml::ASSERTION;
use service_providers::ServiceProviders;
use sessions::Sessions;
use transaction::Transactions;
use variation::Hands;

/// The test identity provider. Copies are the same provider.
#[derive(Clone)]
pub struct TestIdp(Arc<Provider>);

struct Provider {
    dialect: Dialect,
    /// Its origin, which is its entity identifier too.
    entity_id: String,
    key: SigningKey,
    partners: ServiceProviders,
    seen: Mutex<HashSet<String>>,
    transactions: Transactions<AuthnRequest>,
    sessions: Sessions,
}

/// An answer on its way: a form that the browser posts.
#[derive(Clone, Debug)]
pub struct PostedForm {
    /// Where it is posted.
    pub action: String,
    /// `SAMLResponse`.
    pub response: String,
    /// `RelayState`.
    pub relay_state: String,
}

/// A request that is not served.
#[derive(Debug)]
pub enum Unserved {
    /// A page of the provider, with status 403.
    Page(Anomaly),
    /// A response that tells the service provider.
    Form(Box<PostedForm>),
}

// === impl TestIdp ===

impl TestIdp {
    /// A provider of SPID that serves at `origin`, signs with `key`, and fetches metadata with `client`.
    pub fn new(origin: &str, key: &KeyAndCertificate, client: reqwest::Client) -> anyhow::Result<Self> {
        Self::speaking(Dialect::Spid, origin, key, client)
    }

    /// The same for CIE.
    pub fn of_cie(origin: &str, key: &KeyAndCertificate, client: reqwest::Client) -> anyhow::Result<Self> {
        Self::speaking(Dialect::Cie, origin, key, client)
    }

    /// The Italian node of eIDAS.
    pub fn of_the_european_node(
        origin: &str,
        key: &KeyAndCertificate,
        client: reqwest::Client,
    ) -> anyhow::Result<Self> {
        Self::speaking(Dialect::European, origin, key, client)
    }

    fn speaking(
        dialect: Dialect,
        origin: &str,
        key: &KeyAndCertificate,
        client: reqwest::Client,
    ) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Provider {
            dialect,
            entity_id: origin.to_owned(),
            key: SigningKey::from_pem(&key.key, &key.certificate)?,
            partners: ServiceProviders::new(client),
            seen: Mutex::default(),
            transactions: Transactions::default(),
            sessions: Sessions::default(),
        })))
    }

    /// Serves whoever publishes service-provider metadata at `address`.
    pub fn trust(&self, address: impl Into<String>) {
        self.0.partners.trust(address.into());
    }

    /// Its entity identifier.
    pub fn entity_id(&self) -> &str {
        &self.0.entity_id
    }

    /// Its metadata, signed.
    pub fn metadata(&self) -> anyhow::Result<String> {
        metadata::write(self.0.dialect.name(), &self.0.entity_id, &self.sign_on(), &self.0.key)
    }

    /// Its pages and its sign-on service.
    pub fn router(&self) -> axum::Router {
        routes::router(self.clone())
    }

    /// Checks a request: who asks, the signature, then the form.
    pub async fn receive(&self, message: &Message) -> Result<AuthnRequest, Unserved> {
        let issuer = request::claimed_issuer(message).map_err(|_| Unserved::Page(Anomaly::Issuer))?;
        let partner = self.0.partners.find(&issuer).await.ok_or(Unserved::Page(Anomaly::Issuer))?;
        message.check_signature(&partner.keys).map_err(Unserved::Page)?;
        let (dialect, sign_on) = (self.0.dialect, self.sign_on());
        let entity_id = dialect.second_destination(&self.0.entity_id, &sign_on);
        let to = Addressee { entity_id, sign_on: &sign_on, now: now() };
        let read = request::read(message, &partner, &to).and_then(|request| dialect.check(request));
        let read = read.and_then(|request| self.first_time(request));
        read.map_err(|anomaly| self.refuse(message, &partner, anomaly))
    }

    /// Answers a request about a person, in good faith or not: the value of `SAMLResponse`.
    pub fn respond(&self, request: &AuthnRequest, person: &Person, variation: &Variation) -> anyhow::Result<String> {
        let now = now();
        let mut answer = Answer::honest(&self.0.entity_id, request, person, now);
        variation.shape(&mut answer, request.level, now);
        self.0.sessions.keep(request, person, &answer);
        let partner = self.0.partners.lookup(&request.issuer);
        let recipient = partner.as_ref().and_then(|partner| partner.encryption.as_deref());
        let hands = Hands { own: &self.0.key, recipient };
        let signed = variation.sign(&self.0.dialect.write(answer.write()?), &answer, hands)?;
        Ok(variation.encode(signed, &answer))
    }

    /// Answers a request with an error of the table.
    pub fn respond_with_error(&self, request: &AuthnRequest, anomaly: Anomaly) -> anyhow::Result<String> {
        self.error_response(&request.consumer, &request.id, anomaly)
    }

    fn error_response(&self, consumer: &str, in_response_to: &str, anomaly: Anomaly) -> anyhow::Result<String> {
        let Told::ServiceProvider(status, second_status) = anomaly.told() else {
            anyhow::bail!("error {} is never returned", anomaly.number());
        };
        let (xml, id) =
            answer::write_error(&self.0.entity_id, consumer, in_response_to, anomaly, (status, second_status), now())?;
        let signed = self.0.key.sign(&self.0.dialect.write(xml), &id, Placement::After(ASSERTION, "Issuer"))?;
        Ok(BASE64.encode(signed.as_bytes()))
    }

    fn refuse(&self, message: &Message, partner: &ServiceProvider, anomaly: Anomaly) -> Unserved {
        let consumer = partner.default_address();
        match self.error_response(consumer, &request::claimed_id(message), anomaly) {
            Ok(response) => Unserved::Form(Box::new(PostedForm {
                action: consumer.to_owned(),
                response,
                relay_state: message.relay_state.clone().unwrap_or_default(),
            })),
            Err(_) => Unserved::Page(anomaly),
        }
    }

    /// An ID is served once.
    fn first_time(&self, request: AuthnRequest) -> Result<AuthnRequest, Anomaly> {
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.insert(request.id.clone()) { Ok(request) } else { Err(Anomaly::Id) }
    }

    fn sign_on(&self) -> String {
        format!("{}/sso", self.0.entity_id)
    }
}
