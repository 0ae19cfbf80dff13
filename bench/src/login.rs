//! A whole SPID login, as far as it is ours: the request signed and sent, the answer verified, the session
//! opened in the embedded store. What the provider does in between is not counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use varco_core::attempt::{self, AttemptId, BrowserId};
use varco_core::body::Body;
use varco_core::catalogue::Catalogue;
use varco_core::event::Event;
use varco_core::level::Level;
use varco_core::login::{Login, Wish};
use varco_core::method::{Channel, Departure, LoginMethod, Methods, Opening, Return};
use varco_core::name::{BodyId, MethodId, ProviderId, ServiceId};
use varco_core::origin::Origin;
use varco_core::ports::EventSink;
use varco_core::service::Service;
use varco_core::session::Lifetimes;
use varco_forge::answer::{ASSERTION_ID, Answer, RESPONSE_ID};
use varco_forge::provider::{ENTITY_ID, Provider};
use varco_forge::trial::{AUDIENCE, REQUEST_ID, REQUESTED_AT};
use varco_saml::method::{AttributeSet, MethodOptions, SamlMethod, ServiceProvider};
use varco_saml::provider::IdentityProvider;
use varco_saml::providers::Providers;
use varco_saml::redirect::{Message, open_query};
use varco_saml::request::{Binding, Comparison};
use varco_store::{Embedded, Options, StoreKey};

use crate::world::{Random, Standing};

/// A gateway without its edges, the provider that it asks, and everybody who logs in.
pub struct Logins {
    login: Login,
    method: Arc<dyn LoginMethod>,
    provider: Provider,
    scratch: tempfile::TempDir,
}

/// A citizen who was sent to the provider.
pub struct Sent {
    browser: BrowserId,
    query: String,
}

/// A question of the engine alone, which nobody keeps.
pub struct Asked {
    question: attempt::Sent,
    query: String,
}

/// The access host, the same as in the answers of the forge.
const ACCESS: &str = "https://access.example";
const BODY: &str = "c_e715";
const SERVICE: &str = "anagrafe";

// === impl Logins ===

impl Logins {
    /// Opens the method and the store, whose file is new.
    pub async fn new() -> Result<Self> {
        let provider = Provider::new()?;
        let scratch = tempfile::tempdir()?;
        let options = Options {
            database: scratch.path().join("varco.sqlite"),
            key: StoreKey::new([7; 32]),
            sessions_in_memory: 100_000,
        };
        let store = Arc::new(Embedded::open(options, of_the_answers()).await?);
        let method: Arc<dyn LoginMethod> = Arc::new(method(&provider)?);
        let login = Login {
            catalogue: Arc::new(catalogue()?),
            methods: Methods::from_iter([Arc::clone(&method)]),
            attempts: store.clone(),
            sessions: store.clone(),
            browsers: store.clone(),
            handoffs: store.clone(),
            logouts: store.clone(),
            replays: store,
            events: Arc::new(Deaf),
            clock: Arc::new(Standing(of_the_answers())),
            randomness: Arc::new(Random),
            lifetimes: Lifetimes { absolute: SignedDuration::from_hours(8), idle: SignedDuration::from_mins(30) },
        };
        Ok(Self { login, method, provider, scratch })
    }

    /// The first half: an attempt, a signed request, the redirect.
    pub async fn begin(&self) -> Result<Sent> {
        let browser = BrowserId::draw(&Random);
        let wish = Wish { service: ServiceId::parse(SERVICE)?, return_to: None, level: None, binding: None };
        let errand = self.login.errand(wish).map_err(|reason| told(&reason.into()))?;
        let attempt = self.login.start(browser, errand, None).await.map_err(|refusal| told(&refusal))?;
        let provider = ProviderId::parse(ENTITY_ID)?;
        let departure = self.login.send(attempt, &MethodId::parse("spid")?, Some(&provider)).await;
        Ok(Sent { browser, query: query(departure.map_err(|refusal| told(&refusal))?)? })
    }

    /// The first half of the engine alone: a signed request, which nobody keeps.
    pub async fn ask(&self) -> Result<Asked> {
        let service = self.login.catalogue.service(&ServiceId::parse(SERVICE)?).context("the service is known")?;
        let provider = ProviderId::parse(ENTITY_ID)?;
        let attempt = AttemptId::draw(&Random);
        let opening = Opening { attempt, service, level: Level::Two, provider: Some(&provider), now: of_the_answers() };
        let sending = self.method.begin(opening).await.map_err(|refusal| told(&refusal))?;
        let question = attempt::Sent {
            method: self.method.descriptor().id.clone(),
            provider: sending.provider,
            level: Level::Two,
            purpose: None,
            memo: sending.memo,
        };
        Ok(Asked { question, query: query(sending.departure)? })
    }

    /// The second half of the engine alone: who came back.
    pub async fn prove(&self, asked: &Asked, returned: &Return) -> Result<()> {
        let verified = self.method.complete(&asked.question, returned, of_the_answers()).await;
        verified.map(drop).map_err(|refusal| told(&refusal))
    }

    /// What the provider does: reads the request, and signs an answer of 12 KB, response and assertion.
    pub fn answer(&self, query: &str, number: usize) -> Result<Return> {
        let opened = open_query(query, Message::Request, self.provider.identity.keys())?;
        let (_, rest) = opened.xml.split_once(" ID=\"").context("an ID")?;
        let (request_id, _) = rest.split_once('"').context("an ID")?;
        let (response_id, assertion_id) = (format!("_r{number}"), format!("_a{number}"));
        let answer = Answer::full().write().replace(REQUEST_ID, request_id);
        let answer = answer.replace(&format!("ID=\"{RESPONSE_ID}\""), &format!("ID=\"{response_id}\""));
        let answer = answer.replace(&format!("ID=\"{ASSERTION_ID}\""), &format!("ID=\"{assertion_id}\""));
        let signed = self.provider.sign(&self.provider.sign(&answer, &assertion_id)?, &response_id)?;
        let relay_state = opened.relay_state.context("a relay state")?;
        let parameters = [("SAMLResponse", BASE64.encode(signed.as_bytes())), ("RelayState", relay_state)];
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value)).into();
        Ok(Return { channel: Channel::Form, parameters })
    }

    /// The second half: the answer verified, the proof used up, the session kept.
    pub async fn complete(&self, sent: &Sent, returned: &Return) -> Result<()> {
        let welcome = self.login.complete(&MethodId::parse("spid")?, Some(sent.browser), returned).await;
        welcome.map(drop).map_err(|stopped| told(&stopped.refusal))
    }

    /// How large the file of the store is by now, in bytes.
    pub fn stored(&self) -> Result<u64> {
        let files = std::fs::read_dir(self.scratch.path())?;
        files.map(|file| Ok(file?.metadata()?.len())).sum()
    }
}

// === impl Sent, Asked ===

impl Sent {
    /// What the provider is asked.
    pub fn query(&self) -> &str {
        &self.query
    }
}

impl Asked {
    /// What the provider is asked.
    pub fn query(&self) -> &str {
        &self.query
    }
}

fn query(departure: Departure) -> Result<String> {
    match departure {
        Departure::Redirect(address) => Ok(address.split_once('?').context("a query")?.1.to_owned()),
        Departure::PostForm { action, .. } => bail!("{action} is asked by a form, not by a redirect"),
    }
}

fn told(refusal: &varco_core::refusal::Refusal) -> anyhow::Error {
    anyhow::anyhow!("{refusal:?}")
}

fn method(provider: &Provider) -> Result<SamlMethod> {
    let address = |path: &str| Some(format!("{ENTITY_ID}{path}"));
    let keys = provider.identity.keys().to_vec();
    let asked =
        IdentityProvider::new(ProviderId::parse(ENTITY_ID)?, "Provider".to_owned(), address("sso"), None, keys)?;
    // The key of the provider serves both sides: the work is the same.
    let signing = varco_xmldsig::SigningKey::from_pem(&provider.private_key, &provider.certificate)?;
    let service_provider = ServiceProvider {
        entity_id: AUDIENCE.to_owned(),
        signing: Arc::new(signing),
        attribute_sets: BTreeMap::from([(
            ServiceId::parse(SERVICE)?,
            AttributeSet { index: 1, attributes: varco_spid::SPID.asked_for(&[]) },
        )]),
        metadata: String::new(),
    };
    Ok(SamlMethod::new(MethodOptions {
        profile: &varco_spid::SPID,
        access: Origin::parse(ACCESS)?,
        service_providers: BTreeMap::from([(BodyId::parse(BODY)?, service_provider)]),
        providers: Arc::new(Providers::new(vec![asked])),
        decryption: Arc::new([]),
        binding: Binding::Redirect,
        comparison: Comparison::Minimum,
        randomness: Arc::new(Random),
    })?)
}

fn catalogue() -> Result<Catalogue> {
    let body = Body { id: BodyId::parse(BODY)?, name: "Comune".to_owned() };
    let service = Service {
        id: ServiceId::parse(SERVICE)?,
        body: body.id.clone(),
        name: "Anagrafe".to_owned(),
        hosts: vec![],
        path: "/anagrafe".to_owned(),
        level: Level::Two,
        attributes: vec![],
        purpose: None,
        ages: None,
        rules: vec![],
    };
    Ok(Catalogue::new(Origin::parse(ACCESS)?, [body], [service])?)
}

/// The instant of the answers.
fn of_the_answers() -> Timestamp {
    REQUESTED_AT.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Nobody listens.
struct Deaf;

impl EventSink for Deaf {
    fn record(&self, _: &Event) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_login_comes_to_its_end_once() {
        let logins = Logins::new().await.unwrap();
        let sent = logins.begin().await.unwrap();
        let returned = logins.answer(sent.query(), 1).unwrap();
        logins.complete(&sent, &returned).await.unwrap();
        assert!(logins.complete(&sent, &returned).await.is_err(), "the attempt is spent");
        assert!(logins.stored().unwrap() > 0);
    }

    #[tokio::test]
    async fn the_engine_alone_proves_the_same() {
        let logins = Logins::new().await.unwrap();
        let (one, other) = (logins.ask().await.unwrap(), logins.ask().await.unwrap());
        let returned = logins.answer(one.query(), 1).unwrap();
        logins.prove(&one, &returned).await.unwrap();
        assert!(logins.prove(&other, &returned).await.is_err(), "it answers another question");
    }
}
