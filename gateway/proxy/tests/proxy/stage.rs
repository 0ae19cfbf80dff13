//! The stage: a gateway with two services, and those who play with it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::num::NonZeroU8;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use http::{HeaderMap, Response};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use varco_core::age::Ages;
use varco_core::arrival::{Arrival, RequestId};
use varco_core::attempt::{AttemptId, Sent};
use varco_core::attribute::{Attribute, Attributes};
use varco_core::catalogue::Catalogue;
use varco_core::decision::Decision;
use varco_core::identity::{PersonIdentifier, Scheme};
use varco_core::level::Level;
use varco_core::logout::{LoginName, NotedLogin};
use varco_core::method::{Descriptor, Document, LoginMethod, Methods, Opening, Provider, Return, Sending, Verified};
use varco_core::name::{BodyId, MethodId, ServiceId};
use varco_core::origin::Origin;
use varco_core::ports::{Clock, Randomness, SessionStore, StoreUnavailable};
use varco_core::purpose::Purpose;
use varco_core::refusal::Refusal;
use varco_core::secret::Secret;
use varco_core::service::{Access, Rule, Service};
use varco_core::session::{Session, SessionId};
use varco_proxy::{Observer, Pages, Proxy, ProxyParts, RequestFacts, SetupError, Source, UpstreamOptions};
use varco_tokens::assertion::AssertionSigner;
use varco_tokens::cookies::Cookies;
use varco_tokens::key_ring::{AssertionKey, KeyRing};
use varco_tokens::master::MasterSecret;
use varco_tokens::session_token::SessionTokens;
use varco_tokens::subjects::Subjects;

/// The gateway, listening.
pub(crate) struct Stage {
    pub(crate) address: SocketAddr,
    pub(crate) proxy: Arc<Proxy>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) told: Arc<Told>,
    pub(crate) clock: Arc<Noon>,
    tokens: Arc<SessionTokens>,
}

/// Those who stand behind the gateway.
pub(crate) struct Cast {
    master: MasterSecret,
    tokens: Arc<SessionTokens>,
    sessions: Arc<Sessions>,
    told: Arc<Told>,
    clock: Arc<Noon>,
}

/// What the observer heard of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) method: String,
    pub(crate) service: Option<String>,
    pub(crate) status: u16,
    pub(crate) decision: Option<Decision>,
    pub(crate) code: Option<&'static str>,
    pub(crate) source: Option<Source>,
    pub(crate) cause: Option<String>,
}

/// An observer that remembers.
#[derive(Default)]
pub(crate) struct Told(Mutex<Vec<Fact>>);

/// A session store in memory, which can be told to be away, or to know nothing by heart.
#[derive(Default)]
pub(crate) struct Sessions {
    open: Mutex<HashMap<SessionId, (Arc<Session>, Timestamp)>>,
    pub(crate) away: AtomicBool,
    pub(crate) knows_by_heart: AtomicBool,
    pub(crate) round_trips: AtomicUsize,
}

/// Noon, and so many minutes.
#[derive(Default)]
pub(crate) struct Noon(AtomicI64);

pub(crate) struct Sequence(AtomicU8);
struct PlainPages;
struct Spid(Descriptor);

// === impl Stage ===

/// `anagrafe` on `anagrafe.test` and `www.anagrafe.test`: level 2, `/aiuto` public, `/referti`
/// level 3. `tributi` on `anagrafe.test`, below `/Tributi`: level 3. `echo` on the access host
/// `accesso.test`, below `/echo`: level 1. `sportello` on a host of its own, for who acts for a legal person, and
/// `patente`, from 18 to 70 years: level 2, `/aiuto` public.
pub(crate) fn catalogue() -> Catalogue {
    let rule = |path: &str, access| Rule { path: path.to_owned(), methods: vec![], access };
    let service = |id: &str, hosts: &[&str], path: &str, level, rules| Service {
        id: ServiceId::parse(id).unwrap(),
        body: BodyId::parse("c_e715").unwrap(),
        name: id.to_owned(),
        hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        path: path.to_owned(),
        level,
        attributes: vec![Attribute::GivenName],
        purpose: None,
        ages: None,
        rules,
    };
    let body = varco_core::body::Body { id: BodyId::parse("c_e715").unwrap(), name: "Lucca".to_owned() };
    let rules = vec![rule("/aiuto", Access::Public), rule("/referti", Access::Level(Level::Three))];
    let purpose = Some(Purpose::PG);
    let ages = Ages::between(NonZeroU8::new(18), NonZeroU8::new(70));
    let services = [
        Service { purpose, ..service("sportello", &["sportello.test"], "/", Level::Two, rules.clone()) },
        Service { ages, ..service("patente", &["patente.test"], "/", Level::Two, rules.clone()) },
        service("anagrafe", &["anagrafe.test", "www.anagrafe.test"], "/", Level::Two, rules),
        service("tributi", &["anagrafe.test"], "/Tributi", Level::Three, vec![]),
        service("echo", &[], "/echo", Level::One, vec![]),
    ];
    Catalogue::new(Origin::parse("https://accesso.test:8443").unwrap(), [body], services).unwrap()
}

/// A service at these addresses, with times short enough for a test.
pub(crate) fn quick(addresses: &[SocketAddr]) -> UpstreamOptions {
    let addresses = addresses.iter().map(|address| format!("http://{address}").parse().unwrap()).collect();
    UpstreamOptions {
        connect_timeout: Duration::from_millis(300),
        response_timeout: Duration::from_millis(400),
        idle_timeout: Duration::from_millis(400),
        ..UpstreamOptions::new(addresses)
    }
}

impl Stage {
    /// Both services run at `upstream`.
    pub(crate) async fn before(upstream: SocketAddr) -> Self {
        Self::with(quick(&[upstream])).await
    }

    /// Both services are reached like this.
    pub(crate) async fn with(options: UpstreamOptions) -> Self {
        let cast = Cast::new();
        let proxy = cast.proxy(&options).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Arc::new(proxy);
        tokio::spawn(listen(listener, Arc::clone(&proxy)));
        Self { address, proxy, sessions: cast.sessions, told: cast.told, clock: cast.clock, tokens: cast.tokens }
    }

    /// A citizen logs in: the cookie that their browser sends to `host`.
    pub(crate) fn log_in(&self, host: &str, level: Level) -> String {
        self.log_in_as(host, level, |_| ())
    }

    /// The same, with a session that differs.
    pub(crate) fn log_in_as(&self, host: &str, level: Level, change: impl FnOnce(&mut Session)) -> String {
        let (id, now) = (session_id(level), self.clock.now());
        let mut session = Session {
            id,
            person: PersonIdentifier::new(Scheme::FiscalNumber, "RSSMRA80A01H501U"),
            method: MethodId::parse("spid").unwrap(),
            provider: None,
            level,
            attributes: Attributes::from_iter([(Attribute::GivenName, "Ada".to_owned())]),
            asked_for: [Attribute::GivenName].into(),
            purpose: None,
            authenticated_at: now,
            opened_at: now,
            expires_at: now.checked_add(SignedDuration::from_hours(8)).unwrap(),
            idle: SignedDuration::from_mins(30),
            provider_login: None,
        };
        change(&mut session);
        self.sessions.open.lock().unwrap().insert(id, (Arc::new(session), now));
        format!("__Host-varco-session={}", self.tokens.seal(&id, host).as_str())
    }

    /// Sends these bytes, and reads the answer until the gateway closes the connection or is silent.
    pub(crate) async fn send(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes.as_ref()).await.unwrap();
        read_all(&mut stream).await
    }

    /// Sends a GET for `path` of the service on `anagrafe.test`, with more header lines.
    pub(crate) async fn ask(&self, path: &str, lines: &[&str]) -> String {
        let lines: String = lines.iter().flat_map(|line| [line, "\r\n"]).collect();
        self.send(format!("GET {path} HTTP/1.1\r\nHost: anagrafe.test\r\n{lines}\r\n")).await
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

/// The session of a citizen who logged in at this level.
pub(crate) fn session_id(level: Level) -> SessionId {
    SessionId(Secret::from_bytes([level.number(); 16]))
}

/// Reads until the other side closes the connection, or has been silent for a while.
pub(crate) async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    // A connection that breaks off ends the reading too: what came before is what counts.
    while let Ok(Ok(read)) = tokio::time::timeout(Duration::from_millis(700), stream.read(&mut buffer)).await {
        if read == 0 {
            break;
        }
        bytes.extend_from_slice(&buffer[..read]);
        if is_complete(&bytes) {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether an answer whose length is known is all there; spares the wait.
fn is_complete(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|it| it.parse().ok());
    !head.contains("connection: close") && length.is_some_and(|length: usize| body.len() >= length)
}

/// The value of a header in an answer.
pub(crate) fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The status of an answer.
pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer:?}"))
}

/// The body of an answer.
pub(crate) fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

async fn listen(listener: TcpListener, proxy: Arc<Proxy>) {
    loop {
        let (stream, peer) = listener.accept().await.unwrap();
        let proxy = Arc::clone(&proxy);
        let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let proxy = Arc::clone(&proxy);
            async move {
                let mut request = request.map(Body::new);
                let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
                let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
                let request_id = RequestId::draw(&Sequence(AtomicU8::new(9)));
                request.extensions_mut().insert(Arrival { client: peer.ip(), secure: true, host, request_id });
                Ok::<_, std::convert::Infallible>(proxy.handle(request).await)
            }
        });
        let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection.with_upgrades());
    }
}

// === impl Cast ===

impl Cast {
    pub(crate) fn new() -> Self {
        let master = MasterSecret::from_bytes(zeroize::Zeroizing::new([7; 32]));
        let tokens = Arc::new(SessionTokens::new(&master));
        Self { master, tokens, sessions: Arc::default(), told: Arc::default(), clock: Arc::default() }
    }

    /// The proxy before them, its services reached like this.
    pub(crate) fn proxy(&self, options: &UpstreamOptions) -> Result<Proxy, SetupError> {
        let ring = KeyRing { current: AssertionKey::generate().unwrap(), previous: vec![] };
        let issuer = "https://accesso.test:8443".to_owned();
        let signer = AssertionSigner::new(issuer, ring, Subjects::new(&self.master)).unwrap();
        let spid: Arc<dyn LoginMethod> = Arc::new(Spid::new());
        let catalogue = Arc::new(catalogue());
        let upstreams = catalogue.services().map(|service| (service.id.clone(), options.clone())).collect();
        Proxy::new(ProxyParts {
            catalogue,
            upstreams,
            methods: Methods::from_iter([spid]),
            sessions: Arc::clone(&self.sessions) as _,
            tokens: Arc::clone(&self.tokens),
            cookies: Cookies::new(true),
            assertions: Arc::new(signer),
            pages: Arc::new(PlainPages),
            observer: Arc::clone(&self.told) as _,
            clock: Arc::clone(&self.clock) as _,
            randomness: Arc::new(Sequence(AtomicU8::new(0))),
        })
    }
}

// === impl Told ===

impl Told {
    /// What was told of the only request so far; waits for it.
    pub(crate) async fn only(&self) -> Fact {
        for _ in 0..200 {
            let told = self.0.lock().unwrap().clone();
            match &*told {
                [] => tokio::time::sleep(Duration::from_millis(10)).await,
                [fact] => return fact.clone(),
                more => panic!("told more than once: {more:?}"),
            }
        }
        panic!("nothing was told")
    }
}

impl Observer for Told {
    fn request(&self, facts: &RequestFacts<'_>) {
        self.0.lock().unwrap().push(Fact {
            method: facts.method.as_str().to_owned(),
            service: facts.service.map(|service| service.as_str().to_owned()),
            status: facts.status.as_u16(),
            decision: facts.decision,
            code: facts.code,
            source: facts.source,
            cause: facts.cause.map(str::to_owned),
        });
    }
}

// === impl Sessions ===

impl Sessions {
    fn see(&self, id: &SessionId, now: Timestamp) -> Option<Arc<Session>> {
        let mut open = self.open.lock().unwrap();
        let (session, seen) = open.get_mut(id).filter(|(session, seen)| session.is_alive(*seen, now))?;
        *seen = now;
        Some(Arc::clone(session))
    }

    fn round_trip(&self) -> Result<(), StoreUnavailable> {
        self.round_trips.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) { Err(StoreUnavailable("it is away".to_owned())) } else { Ok(()) }
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn open(&self, session: Session) -> Result<(), StoreUnavailable> {
        let seen = session.opened_at;
        self.open.lock().unwrap().insert(session.id, (Arc::new(session), seen));
        Ok(())
    }

    fn known(&self, id: &SessionId, now: Timestamp) -> Option<Arc<Session>> {
        let by_heart = self.knows_by_heart.load(Ordering::SeqCst);
        by_heart.then(|| self.see(id, now)).flatten()
    }

    async fn find(&self, id: &SessionId, now: Timestamp) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        self.round_trip()?;
        Ok(self.see(id, now))
    }

    async fn stands(&self, id: &SessionId, now: Timestamp) -> Result<bool, StoreUnavailable> {
        self.round_trip()?;
        Ok(self.open.lock().unwrap().get(id).is_some_and(|(session, seen)| session.is_alive(*seen, now)))
    }

    async fn end(&self, id: &SessionId) -> Result<Option<Arc<Session>>, StoreUnavailable> {
        Ok(self.open.lock().unwrap().remove(id).map(|(session, _)| session))
    }

    async fn logins(&self, _: &LoginName, _: Timestamp) -> Result<Vec<NotedLogin>, StoreUnavailable> {
        Ok(Vec::new())
    }
}

// === the rest of the cast ===

impl Noon {
    /// Lets minutes go by.
    pub(crate) fn pass(&self, minutes: i64) {
        self.0.fetch_add(minutes, Ordering::SeqCst);
    }
}

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        let noon: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        noon.checked_add(SignedDuration::from_mins(self.0.load(Ordering::SeqCst))).unwrap()
    }
}

impl Randomness for Sequence {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::SeqCst));
    }
}

impl Pages for PlainPages {
    fn refusal(&self, refusal: &Refusal, headers: &HeaderMap, _: RequestId) -> Response<Body> {
        let language = headers.get("accept-language").and_then(|it| it.to_str().ok()).unwrap_or("it");
        let chosen = headers.get_all("cookie").iter().any(|cookie| cookie == "lang=de");
        let page = format!("<p lang={}>{}", if chosen { "de" } else { language }, refusal.code());
        Response::builder().status(refusal.status().number()).body(Body::from(page)).unwrap()
    }
}

impl Spid {
    fn new() -> Self {
        let id = MethodId::parse("spid").unwrap();
        Self(Descriptor {
            id,
            name: "SPID",
            levels: Level::ALL.to_vec(),
            attributes: vec![Attribute::Birthdate],
            purposes: true,
        })
    }
}

#[async_trait]
impl LoginMethod for Spid {
    fn descriptor(&self) -> &Descriptor {
        &self.0
    }

    fn providers(&self) -> Vec<Provider> {
        vec![]
    }

    fn attempt_of(&self, _: &Return) -> Option<AttemptId> {
        None
    }

    async fn begin(&self, _: Opening<'_>) -> Result<Sending, Refusal> {
        unreachable!("nobody logs in by the proxy")
    }

    async fn complete(&self, _: &Sent, _: &Return, _: Timestamp) -> Result<Verified, Refusal> {
        unreachable!("nobody logs in by the proxy")
    }

    fn metadata(&self, _: Option<&BodyId>, _: Timestamp) -> Result<Option<Document>, Refusal> {
        Ok(None)
    }
}
