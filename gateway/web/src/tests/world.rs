//! A small region: two bodies, three services, one login method of the tests' own, and a browser.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use tower::ServiceExt as _;
use varco_core::arrival::{Arrival, RequestId};
use varco_core::attempt::{Attempt, AttemptId, AttemptKey, BrowserId, Sent};
use varco_core::attribute::{Attribute, Attributes};
use varco_core::body::Body as PublicBody;
use varco_core::catalogue::Catalogue;
use varco_core::event::Event;
use varco_core::federation::FederationEntities;
use varco_core::handoff::{Handoff, HandoffCode};
use varco_core::identity::{Identity, PersonIdentifier, Scheme};
use varco_core::level::Level;
use varco_core::login::Login;
use varco_core::logout::{
    Farewell, LoginName, LogoutId, LogoutMessage, LogoutNotice, LogoutRequest, LogoutResponse, NotedLogin,
    PendingLogout, ProviderLogin, Reach,
};
use varco_core::method::{
    Channel, Departure, Descriptor, Document, LoginMethod, Methods, Opening, Proof, Provider, Return, Sending, Verified,
};
use varco_core::name::{BodyId, MethodId, ProviderId, ServiceId};
use varco_core::origin::Origin;
use varco_core::ports::{
    AttemptStore, BrowserStore, Clock, EventSink, HandoffStore, LogoutStore, Randomness, ReplayGuard, SessionStore,
    StoreUnavailable,
};
use varco_core::refusal::{Refusal, Status};
use varco_core::service::Service;
use varco_core::session::{Lifetimes, Session, SessionId};
use varco_tokens::cookies::Cookies;
use varco_tokens::master::MasterSecret;
use varco_tokens::session_token::SessionTokens;

use crate::{Links, Refused, Site, WebParts, router};

pub(super) const ACCESS: &str = "accesso.regione.example";
pub(super) const FASCICOLO: &str = "fascicolo.example";
pub(super) const POSTE: &str = "https://poste.example";
/// A provider that names no site.
pub(super) const ARUBA: &str = "https://aruba.example";
/// A provider whose name is an attack.
pub(super) const HOSTILE: &str = "https://hostile.example";
pub(super) const NOW: &str = "2026-11-25T12:00:00Z";

/// The region under test.
pub(super) struct World {
    pub(super) router: Router,
    tokens: Arc<SessionTokens>,
    pub(super) events: Arc<Stores>,
}

/// A browser: it keeps cookies, each for its host.
pub(super) struct Browser<'a> {
    world: &'a World,
    jar: BTreeMap<(String, String), String>,
    pub(super) language: &'static str,
}

/// What a browser got.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) length: usize,
    /// The code that the log tells.
    pub(super) refused: Option<String>,
    pub(super) body: String,
}

// === impl World ===

impl World {
    pub(super) fn new() -> Self {
        Self::with_entities(None)
    }

    /// The same, which is something in OpenID federations.
    pub(super) fn with_entities(entities: Option<Arc<dyn FederationEntities>>) -> Self {
        let access = Origin::parse(&format!("https://{ACCESS}")).unwrap();
        let stores = Arc::new(Stores::default());
        let randomness = Arc::new(Sequence::default());
        let login = Login {
            catalogue: Arc::new(catalogue(&access)),
            methods: [Arc::new(TestMethod::new()) as Arc<dyn LoginMethod>].into_iter().collect::<Methods>(),
            attempts: stores.clone(),
            sessions: stores.clone(),
            browsers: stores.clone(),
            handoffs: stores.clone(),
            logouts: stores.clone(),
            replays: stores.clone(),
            events: stores.clone(),
            clock: Arc::new(Stopped),
            randomness: randomness.clone(),
            lifetimes: Lifetimes { absolute: SignedDuration::from_hours(8), idle: SignedDuration::from_mins(30) },
        };
        let tokens = Arc::new(SessionTokens::new(&MasterSecret::generate(&*randomness)));
        let parts = WebParts {
            login: Arc::new(login),
            tokens: Arc::clone(&tokens),
            cookies: Cookies::new(true),
            jwks: r#"{"keys":[]}"#.to_owned(),
            entities,
            site: site(),
        };
        Self { router: router(parts), tokens, events: stores }
    }

    /// What the cookie of a host holds, for the one session that is open.
    pub(super) fn token_for(&self, host: &str) -> String {
        let sessions = self.events.sessions.lock().unwrap();
        self.tokens.seal(sessions.keys().next().unwrap(), host).as_str().to_owned()
    }

    pub(super) fn browser(&self) -> Browser<'_> {
        Browser { world: self, jar: BTreeMap::new(), language: "it" }
    }
}

pub(super) fn site() -> Site {
    Site {
        name: "Regione Esempio".to_owned(),
        access: Origin::parse(&format!("https://{ACCESS}")).unwrap(),
        links: Links {
            accessibility: Some("https://form.agid.gov.it/view/esempio".to_owned()),
            privacy: Some("https://regione.example/privacy".to_owned()),
            support: Some("https://regione.example/assistenza".to_owned()),
        },
    }
}

fn catalogue(access: &Origin) -> Catalogue {
    let body = |id, name: &str| PublicBody { id: BodyId::parse(id).unwrap(), name: name.to_owned() };
    let service = |id, body, name: &str, hosts: &[&str], path: &str, level, attributes: &[Attribute]| Service {
        id: ServiceId::parse(id).unwrap(),
        body: BodyId::parse(body).unwrap(),
        name: name.to_owned(),
        hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        path: path.to_owned(),
        level,
        attributes: attributes.to_vec(),
        purpose: None,
        ages: None,
        rules: vec![],
    };
    let personal = [Attribute::GivenName, Attribute::FamilyName, Attribute::FiscalNumber, Attribute::Email];
    let services = [
        service("anagrafe", "c_e625", "Anagrafe", &[], "/anagrafe", Level::Two, &personal),
        service("tributi", "c_e625", "Tributi e pagamenti", &[], "/tributi", Level::Three, &[]),
        service("fascicolo", "r_esempio", "Fascicolo sanitario", &[FASCICOLO], "/", Level::Two, &personal[..3]),
    ];
    let bodies = [body("c_e625", "Comune di Livorno"), body("r_esempio", "Regione Esempio")];
    Catalogue::new(access.clone(), bodies, services).unwrap()
}

// === impl Browser ===

impl Browser<'_> {
    /// Opens an address: a path of the access host, or a whole address.
    pub(super) async fn get(&mut self, address: &str) -> Answer {
        self.ask("GET", address, &[], Body::empty()).await
    }

    /// Posts a form that one of our own pages shows.
    pub(super) async fn post(&mut self, address: &str, form: &str) -> Answer {
        self.post_from("same-origin", address, form.to_owned()).await
    }

    /// Posts a form from a page of our own (`same-origin`) or of another site (`cross-site`).
    pub(super) async fn post_from(&mut self, site: &str, address: &str, form: String) -> Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", site)];
        self.ask("POST", address, &headers, Body::from(form)).await
    }

    /// Goes through a whole login, and returns where it leads.
    pub(super) async fn log_in(&mut self, chooser: &str) -> Answer {
        self.come_back(chooser, POSTE, "ok").await
    }

    /// Goes to a provider, and comes back with this answer.
    pub(super) async fn come_back(&mut self, chooser: &str, provider: &str, answer: &str) -> Answer {
        let choice = self.get(chooser).await;
        let departure = self.get(&choice.link(provider)).await;
        let form = format!("RelayState={}&answer={answer}", departure.field("RelayState"));
        self.post_from("cross-site", "/return/spid", form).await
    }

    pub(super) async fn ask(&mut self, method: &str, address: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let (host, path) = match address.strip_prefix("https://") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => (ACCESS, address),
        };
        let mut request = Request::builder().method(method).uri(path).header("accept-language", self.language);
        for ((_, name), value) in self.jar.iter().filter(|((of, _), _)| of == host) {
            request = request.header(COOKIE, format!("{name}={value}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let arrival = Arrival {
            client: IpAddr::V4(Ipv4Addr::LOCALHOST),
            secure: true,
            host: host.to_owned(),
            request_id: RequestId::draw(&Sequence::default()),
        };
        let request = request.extension(arrival).body(body).unwrap();
        let response = self.world.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        self.keep_cookies(host, &parts.headers);
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        let refused = parts.extensions.get::<Refused>().map(|refused| refused.0.code().to_owned());
        Answer { status: parts.status, headers: parts.headers, length: bytes.len(), refused, body }
    }

    pub(super) fn cookie(&self, host: &str, name: &str) -> Option<&String> {
        self.jar.get(&(host.to_owned(), name.to_owned()))
    }

    pub(super) fn plant(&mut self, host: &str, name: &str, value: &str) {
        self.jar.insert((host.to_owned(), name.to_owned()), value.to_owned());
    }

    fn keep_cookies(&mut self, host: &str, headers: &HeaderMap) {
        for header in headers.get_all(SET_COOKIE) {
            let pair = header.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let key = (host.to_owned(), name.to_owned());
            if value.is_empty() {
                self.jar.remove(&key);
            } else {
                self.jar.insert(key, value.to_owned());
            }
        }
    }
}

// === impl Answer ===

impl Answer {
    pub(super) fn header(&self, name: impl http::header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::FOUND, "{}", self.body);
        self.header(LOCATION)
    }

    /// The code that a refusal page shows.
    pub(super) fn code(&self) -> &str {
        assert_eq!(self.header(CONTENT_TYPE), "text/html; charset=utf-8");
        self.between("<dd><code>", "</code>")
    }

    /// The address of the link to begin with a provider.
    pub(super) fn link(&self, provider: &str) -> String {
        let needle = provider.replace(':', "%3A").replace('/', "%2F");
        let links = self.body.split("href=\"").map(|rest| rest.split('"').next().unwrap());
        links.into_iter().find(|link| link.contains(&needle)).expect("a link").replace("&#38;", "&")
    }

    /// The value of a hidden field.
    pub(super) fn field(&self, name: &str) -> &str {
        self.between(&format!("name=\"{name}\" value=\""), "\"")
    }

    /// The page without what changes from build to build and from visit to visit.
    pub(super) fn snapshot(&self) -> String {
        let page = self.body.replace(include_str!("../../assets/dist/version"), "VERSION");
        let mut parts = page.split("attempt=");
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |page, rest| page + "attempt=ATTEMPT" + &rest[22..])
    }

    fn between(&self, start: &str, end: &str) -> &str {
        let (_, rest) = self.body.split_once(start).unwrap_or_else(|| panic!("no {start} in {}", self.body));
        rest.split_once(end).unwrap().0
    }
}

// === the outside world ===

/// A clock that stands still.
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }
}

/// Bytes that differ from draw to draw, and are the same in every run.
#[derive(Default)]
struct Sequence(AtomicU64);

impl Randomness for Sequence {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in bytes {
            state ^= state >> 29;
            state = state.wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = state.to_be_bytes()[0];
        }
    }
}

/// Every store, as maps.
#[derive(Default)]
pub(super) struct Stores {
    attempts: Mutex<HashMap<AttemptKey, Attempt>>,
    sessions: Mutex<HashMap<SessionId, Arc<Session>>>,
    browsers: Mutex<HashMap<BrowserId, SessionId>>,
    handoffs: Mutex<HashMap<HandoffCode, Handoff>>,
    noted: Mutex<Vec<NotedLogin>>,
    logouts: Mutex<HashMap<LogoutId, PendingLogout>>,
    events: Mutex<Vec<Event>>,
    pub(super) away: std::sync::atomic::AtomicBool,
}

impl Stores {
    pub(super) fn open_sessions(&self) -> usize {
        self.sessions.lock().unwrap().len()
    }

    pub(super) fn attempts_under_way(&self) -> usize {
        self.attempts.lock().unwrap().len()
    }

    pub(super) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    fn is_there(&self) -> Result<(), StoreUnavailable> {
        let away = self.away.load(Ordering::Relaxed);
        if away { Err(StoreUnavailable("connection refused".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl AttemptStore for Stores {
    async fn put(&self, attempt: &Attempt) -> Result<(), StoreUnavailable> {
        self.is_there()?;
        self.attempts.lock().unwrap().insert(*attempt.key(), attempt.clone());
        Ok(())
    }

    async fn find(&self, key: &AttemptKey, _: Timestamp) -> Result<Option<Attempt>, StoreUnavailable> {
        Ok(self.attempts.lock().unwrap().get(key).cloned())
    }

    async fn take(&self, key: &AttemptKey, _: Timestamp) -> Result<Option<Attempt>, StoreUnavailable> {
        Ok(self.attempts.lock().unwrap().remove(key))
    }
}

#[async_trait]
impl SessionStore for Stores {
    async fn open(&self, session: Session) -> Result<(), StoreUnavailable> {
        if let Some(login) = session.provider_login.clone() {
            let noted = NotedLogin { session: session.id, login, expires_at: session.expires_at };
            self.noted.lock().unwrap().push(noted);
        }
        self.sessions.lock().unwrap().insert(session.id, Arc::new(session));
        Ok(())
    }

    fn known(&self, id: &SessionId, _: Timestamp) -> Option<Arc<Session>> {
        self.sessions.lock().unwrap().get(id).cloned()
    }

    async fn find(&self, id: &SessionId, now: Timestamp) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        Ok(self.known(id, now))
    }

    async fn stands(&self, id: &SessionId, now: Timestamp) -> Result<bool, StoreUnavailable> {
        Ok(self.known(id, now).is_some())
    }

    async fn end(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        self.is_there()?;
        Ok(self.sessions.lock().unwrap().remove(id))
    }

    async fn logins(&self, name: &LoginName, _: Timestamp) -> Result<Vec<NotedLogin>, StoreUnavailable> {
        self.is_there()?;
        let noted = self.noted.lock().unwrap();
        Ok(noted.iter().filter(|noted| noted.login.login_name() == *name).cloned().collect())
    }
}

#[async_trait]
impl LogoutStore for Stores {
    async fn put(&self, id: &LogoutId, pending: &PendingLogout) -> Result<(), StoreUnavailable> {
        self.logouts.lock().unwrap().insert(*id, pending.clone());
        Ok(())
    }

    async fn take(&self, id: &LogoutId, _: Timestamp) -> Result<Option<PendingLogout>, StoreUnavailable> {
        Ok(self.logouts.lock().unwrap().remove(id))
    }
}

#[async_trait]
impl BrowserStore for Stores {
    async fn swap(
        &self,
        browser: &BrowserId,
        session: &SessionId,
        _: Timestamp,
    ) -> Result<Option<SessionId>, StoreUnavailable> {
        Ok(self.browsers.lock().unwrap().insert(*browser, *session))
    }
}

#[async_trait]
impl HandoffStore for Stores {
    async fn put(&self, code: &HandoffCode, handoff: &Handoff) -> Result<(), StoreUnavailable> {
        self.handoffs.lock().unwrap().insert(*code, handoff.clone());
        Ok(())
    }

    async fn take(&self, code: &HandoffCode, _: Timestamp) -> Result<Option<Handoff>, StoreUnavailable> {
        Ok(self.handoffs.lock().unwrap().remove(code))
    }
}

#[async_trait]
impl ReplayGuard for Stores {
    async fn first_use(&self, _: &Proof, _: Timestamp) -> Result<bool, StoreUnavailable> {
        Ok(true)
    }
}

impl EventSink for Stores {
    fn record(&self, event: &Event) {
        self.events.lock().unwrap().push(event.clone());
    }
}

/// A login method whose provider answers `ok`, or the code of a refusal without its method.
struct TestMethod(Descriptor);

impl TestMethod {
    fn new() -> Self {
        let id = MethodId::parse("spid").unwrap();
        Self(Descriptor { id, name: "SPID", levels: vec![Level::One, Level::Two], attributes: vec![], purposes: false })
    }
}

#[async_trait]
impl LoginMethod for TestMethod {
    fn descriptor(&self) -> &Descriptor {
        &self.0
    }

    fn providers(&self) -> Vec<Provider> {
        let provider = |id: &str, name: &str| Provider {
            id: ProviderId::parse(id).unwrap(),
            name: name.to_owned(),
            site: (id != ARUBA).then(|| format!("{id}/aiuto?a&b")),
        };
        vec![
            provider(POSTE, "Poste ID"),
            provider("https://redirect.example", "Lepida ID"),
            provider(ARUBA, "Aruba ID"),
            provider(HOSTILE, "<script>alert(1)</script>"),
        ]
    }

    fn attempt_of(&self, returned: &Return) -> Option<AttemptId> {
        let wanted = match returned.parameter("by") {
            Some("form") => Channel::Form,
            Some("query") => Channel::Query,
            _ => returned.channel,
        };
        if returned.channel != wanted {
            return None;
        }
        AttemptId::parse(returned.parameter("RelayState")?).ok()
    }

    async fn begin(&self, opening: Opening<'_>) -> Result<Sending, Refusal> {
        let relay = opening.attempt.reveal();
        let departure = match opening.provider.map(ProviderId::as_str) {
            Some("https://redirect.example") => {
                Departure::Redirect(format!("https://redirect.example/sso?RelayState={relay}"))
            }
            Some("https://broken.example") => Departure::PostForm { action: "/nowhere".to_owned(), fields: vec![] },
            Some(known) if self.providers().iter().any(|provider| provider.id.as_str() == known) => {
                let fields = [("SAMLRequest", "PHNhbWw+\"'<"), ("RelayState", &relay)];
                let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
                Departure::PostForm { action: format!("{known}/sso"), fields }
            }
            _ => return Err(varco_core::login::LoginRefusal::UnknownProvider.into()),
        };
        Ok(Sending { provider: opening.provider.cloned(), memo: String::new(), departure })
    }

    async fn complete(&self, sent: &Sent, returned: &Return, now: Timestamp) -> Result<Verified, Refusal> {
        match returned.parameter("answer") {
            Some("ok") => {}
            Some(reason) => return Err(Refusal::new(format!("spid.{reason}").leak(), Status::Forbidden)),
            None => return Err(Refusal::new("spid.error.provider", Status::Forbidden)),
        }
        let attributes = [(Attribute::GivenName, "Ada"), (Attribute::FamilyName, "Lovelace <b>")];
        let identity = Identity {
            person: PersonIdentifier::new(Scheme::FiscalNumber, "LVLDAA85T50G702B"),
            method: sent.method.clone(),
            provider: sent.provider.clone(),
            level: Level::Two,
            attributes: attributes.map(|(name, value)| (name, value.to_owned())).into_iter().collect::<Attributes>(),
            authenticated_at: now,
            provider_login: returned.parameter("kept").map(|memo| ProviderLogin {
                method: sent.method.clone(),
                provider: sent.provider.clone().unwrap(),
                name: "_ada".to_owned(),
                index: None,
                keeps_session: true,
                memo: memo.to_owned(),
            }),
        };
        Ok(Verified { identity, proof: Proof { id: "proof".to_owned(), expires_at: now } })
    }

    fn metadata(&self, body: Option<&BodyId>, _: Timestamp) -> Result<Option<Document>, Refusal> {
        let known = body.is_none_or(|body| body.as_str() == "c_e625");
        Ok(known.then(|| Document { media_type: "application/samlmetadata+xml", content: b"<md/>".to_vec() }))
    }

    /// The memo of a login says what its provider has.
    async fn farewell(&self, login: &ProviderLogin, id: LogoutId, _: Timestamp) -> Result<Option<Farewell>, Refusal> {
        let slo = format!("{}/slo", login.provider);
        match login.memo.as_str() {
            "page" => Ok(Some(Farewell::Page(format!("{slo}?a=1&b=2")))),
            "broken" => Err(Refusal::new("spid.provider.no-address", Status::Internal)),
            "form" => {
                let fields = vec![("SAMLRequest".to_owned(), id.reveal())];
                Ok(Some(Farewell::Ask(Departure::PostForm { action: slo, fields })))
            }
            _ => Ok(Some(Farewell::Ask(Departure::Redirect(format!("{slo}?id={}", id.reveal()))))),
        }
    }

    /// What came says `end`, whose login; or `to`, which request it answers, and `reach`.
    async fn hear(&self, notice: LogoutNotice<'_>, _: Timestamp) -> Result<LogoutMessage, Refusal> {
        let fields: BTreeMap<String, String> = match notice {
            LogoutNotice::Query(query) => url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            LogoutNotice::Form(fields) => fields.clone(),
        };
        let provider = ProviderId::parse(POSTE).unwrap();
        match (fields.get("end"), fields.get("to")) {
            (Some(name), _) => {
                let memo = if matches!(notice, LogoutNotice::Query(_)) { "query" } else { "form" };
                let request = LogoutRequest { provider, name: name.clone(), indexes: vec![], memo: memo.to_owned() };
                Ok(LogoutMessage::Request(request))
            }
            (None, Some(to)) => {
                let reach = if fields.contains_key("partly") { Reach::Partial } else { Reach::Everywhere };
                let to = LogoutId::parse(to).unwrap();
                Ok(LogoutMessage::Response(LogoutResponse { provider, to, reach }))
            }
            (None, None) => Err(Refusal::new("logout.request.signature", Status::Forbidden)),
        }
    }

    async fn answer(
        &self,
        request: &LogoutRequest,
        known: Option<&ProviderLogin>,
        reach: Reach,
        _: Timestamp,
    ) -> Result<Departure, Refusal> {
        let answer = format!("{reach:?} {}", if known.is_some() { "known" } else { "unknown" });
        if request.memo == "query" {
            return Ok(Departure::Redirect(format!("{POSTE}/back?{}", answer.replace(' ', "-"))));
        }
        Ok(Departure::PostForm { action: format!("{POSTE}/back"), fields: vec![("SAMLResponse".to_owned(), answer)] })
    }
}
