//! A region with one body, two providers, and everything that a login needs.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use async_trait::async_trait;
use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use url::Url;
use varco_core::attempt::{AttemptId, Sent};
use varco_core::attribute::Attribute;
use varco_core::evidence::Evidence;
use varco_core::level::Level;
use varco_core::method::{Channel, Departure, LoginMethod as _, Opening, Return, Verified};
use varco_core::name::{BodyId, MethodId, ProviderId, ServiceId};
use varco_core::origin::Origin;
use varco_core::ports::{Clock, EvidenceStore, Randomness, StoreUnavailable};
use varco_core::refusal::Refusal;
use varco_core::secret::Secret;
use varco_core::service::Service;

use super::network::{Network, answer};
use crate::chain::Chain;
use crate::entity_id::{Addresses, EntityId};
use crate::http::{Answer, HttpFault};
use crate::jose::{ContentEncryption, DecryptionKey, Jwks, KeyManagement, Signature, SigningKey, encrypt};
use crate::method::{MethodOptions, OpenIdMethod};
use crate::own::{Entities, EntitiesOptions, EntityKeys, Generation, Organization};
use crate::profile::{CIE, Profile};
use crate::providers::{Directory, OpenIdProvider, ProviderMetadata, Renew, Renewals};

pub(super) const PROVIDER: &str = "https://op.example";
pub(super) const ATTACKER: &str = "https://evil.example";
pub(super) const CLIENT: &str = "https://accesso.regione.example/c_e715";
pub(super) const CODE: &str = "code-of-the-provider";
pub(super) const ACCESS_TOKEN: &str = "access.token.value";
const SUBJECT: &str = "pairwise-of-ada";

/// Keys that all tests share: to make one of RSA takes a while.
pub(super) struct Keys {
    pub(super) provider: SigningKey,
    pub(super) next_of_provider: SigningKey,
    pub(super) attacker: SigningKey,
    pub(super) body: Arc<SigningKey>,
    pub(super) encryption: [Arc<DecryptionKey>; 2],
}

pub(super) fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    let decryption = || Arc::new(DecryptionKey::generate().unwrap());
    KEYS.get_or_init(|| Keys {
        provider: SigningKey::generate(Signature::Rs256).unwrap(),
        next_of_provider: SigningKey::generate(Signature::Es256).unwrap(),
        attacker: SigningKey::generate(Signature::Es256).unwrap(),
        body: Arc::new(SigningKey::generate(Signature::Es256).unwrap()),
        encryption: [decryption(), decryption()],
    })
}

pub(super) fn now() -> Timestamp {
    "2026-11-25T10:00:00Z".parse().unwrap()
}

/// Bytes that differ from draw to draw.
#[derive(Default)]
struct Sequence(AtomicU8);

impl Randomness for Sequence {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

/// A clock that stands.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        now()
    }
}

/// A store in memory, which can be away.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) records: Mutex<Vec<Evidence>>,
    pub(super) is_away: AtomicBool,
}

#[async_trait]
impl EvidenceStore for Kept {
    async fn keep(&self, evidence: &Evidence) -> Result<(), StoreUnavailable> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(StoreUnavailable("the disk has gone".to_owned()));
        }
        self.records.lock().unwrap().push(evidence.clone());
        Ok(())
    }
}

/// What renews chains: it counts, and puts in use what it was given.
#[derive(Default)]
pub(super) struct Renewing {
    pub(super) times: AtomicUsize,
    pub(super) brings: Mutex<Option<Arc<OpenIdProvider>>>,
    directory: Arc<Directory>,
}

#[async_trait]
impl Renew for Renewing {
    async fn renew(&self, _: &ProviderId) {
        self.times.fetch_add(1, Ordering::Relaxed);
        if let Some(provider) = self.brings.lock().unwrap().take() {
            self.directory.replace([provider]);
        }
    }
}

pub(super) struct Scene {
    pub(super) method: OpenIdMethod,
    pub(super) network: Arc<Network>,
    pub(super) evidence: Arc<Kept>,
    pub(super) renewing: Arc<Renewing>,
    pub(super) directory: Arc<Directory>,
}

/// A citizen who has been sent away.
pub(super) struct Away {
    pub(super) sent: Sent,
    pub(super) query: HashMap<String, String>,
    pub(super) request: Map<String, Value>,
}

/// Everything that the provider says at the end of a login; the truth, until a test changes it.
pub(super) struct Words {
    pub(super) callback: BTreeMap<String, String>,
    pub(super) id_token: Value,
    /// In place of the signed ID token.
    pub(super) id_token_text: Option<String>,
    pub(super) signs: &'static SigningKey,
    pub(super) media_type: Option<&'static str>,
    pub(super) token: Value,
    /// In place of the answer of the token endpoint.
    pub(super) token_answer: Option<Result<Answer, HttpFault>>,
    pub(super) userinfo: Value,
    pub(super) signs_userinfo: &'static SigningKey,
    /// In place of the answer of the userinfo endpoint.
    pub(super) userinfo_answer: Option<Result<Answer, HttpFault>>,
    pub(super) encrypts_for: usize,
}

// === impl Scene ===

impl Scene {
    pub(super) fn cie() -> Self {
        Self::of(&CIE, false)
    }

    pub(super) fn of(profile: &'static Profile, lenient_userinfo: bool) -> Self {
        let (network, evidence, directory) = <(Arc<Network>, Arc<Kept>, Arc<Directory>)>::default();
        directory.replace([provider(PROVIDER, &keys().provider), provider(ATTACKER, &keys().attacker)]);
        let renewing = Arc::new(Renewing { directory: Arc::clone(&directory), ..Renewing::default() });
        let method = OpenIdMethod::new(MethodOptions {
            profile,
            access: Origin::parse("https://accesso.regione.example").unwrap(),
            entities: Arc::new(entities()),
            providers: Arc::clone(&directory),
            renewals: Renewals::new(renewing.clone()),
            lenient_userinfo,
            http: network.clone(),
            evidence: evidence.clone(),
            clock: Arc::new(Standing),
            randomness: Arc::new(Sequence::default()),
        });
        Self { method: method.unwrap(), network, evidence, renewing, directory }
    }

    /// Sends somebody to the provider.
    pub(super) async fn away(&self) -> Away {
        self.away_at(Level::Two).await
    }

    pub(super) async fn away_at(&self, level: Level) -> Away {
        let (service, provider) = (service(), provider_id(PROVIDER));
        let attempt = AttemptId(Secret::from_bytes([0xab; 16]));
        let opening = Opening { attempt, service: &service, level, provider: Some(&provider), now: now() };
        let sending = self.method.begin(opening).await.unwrap();
        let Departure::Redirect(address) = sending.departure else { panic!("no redirect") };
        let query: HashMap<_, _> = Url::parse(&address).unwrap().query_pairs().into_owned().collect();
        let claims = BASE64URL_NOPAD.decode(query["request"].split('.').nth(1).unwrap().as_bytes()).unwrap();
        let sent = Sent {
            method: MethodId::parse(self.method.descriptor().id.as_str()).unwrap(),
            provider: sending.provider,
            level,
            purpose: None,
            memo: sending.memo,
        };
        Away { sent, query, request: serde_json::from_slice(&claims).unwrap() }
    }

    /// What comes of a whole login in which the provider says something else than the truth.
    pub(super) async fn told(&self, lie: impl FnOnce(&mut Words)) -> Result<Verified, Refusal> {
        let away = self.away().await;
        let mut words = Words::about(&away);
        lie(&mut words);
        self.back(&away, words, now()).await
    }

    /// The code of the refusal.
    pub(super) async fn refuses(&self, lie: impl FnOnce(&mut Words)) -> &'static str {
        self.told(lie).await.expect_err("it was accepted").code()
    }

    /// The provider says its words, and the citizen comes back.
    pub(super) async fn back(&self, away: &Away, words: Words, at: Timestamp) -> Result<Verified, Refusal> {
        let returned = Return { channel: Channel::Query, parameters: words.callback.clone() };
        self.network.answers("https://op.example/token", words.token_answer());
        self.network.answers("https://op.example/userinfo", words.userinfo_answer());
        self.method.complete(&away.sent, &returned, at).await
    }
}

// === impl Words ===

impl Words {
    /// The truth.
    pub(super) fn about(away: &Away) -> Self {
        let text = |name: &str| away.request[name].as_str().unwrap().to_owned();
        let callback = [("code", CODE.to_owned()), ("state", text("state")), ("iss", PROVIDER.to_owned())];
        let seconds = now().as_second();
        Self {
            callback: callback.map(|(name, value)| (name.to_owned(), value)).into(),
            id_token: json!({
                "iss": PROVIDER, "aud": [CLIENT], "sub": SUBJECT, "nonce": text("nonce"), "acr": text("acr_values"),
                "iat": seconds, "nbf": seconds, "exp": seconds + 300, "jti": "9ea42af0-594c-4486-9602-8a1f8dde42d3",
                "at_hash": half_of(ACCESS_TOKEN), "c_hash": half_of(CODE),
            }),
            id_token_text: None,
            signs: &keys().provider,
            media_type: None,
            token: json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 1980 }),
            token_answer: None,
            userinfo: json!({
                "iss": PROVIDER, "aud": CLIENT, "sub": SUBJECT, "iat": seconds, "exp": seconds + 300,
                "given_name": "Ada", "family_name": "Rossi", "birthdate": "1985-05-17",
                "https://attributes.eid.gov.it/fiscal_number": "TINIT-RSSDAA85E57D612R",
                "email": "ada@example.it", "phone_number": "not asked for",
            }),
            signs_userinfo: &keys().provider,
            userinfo_answer: None,
            encrypts_for: 0,
        }
    }

    fn token_answer(&self) -> Result<Answer, HttpFault> {
        if let Some(answer) = &self.token_answer {
            return answer.clone();
        }
        let signed = || self.signs.sign(self.media_type, self.id_token.as_object().unwrap()).unwrap();
        let mut content = self.token.clone();
        content["id_token"] = self.id_token_text.clone().unwrap_or_else(signed).into();
        answer(200, "application/json", content.to_string())
    }

    fn userinfo_answer(&self) -> Result<Answer, HttpFault> {
        if let Some(answer) = &self.userinfo_answer {
            return answer.clone();
        }
        let signed = self.signs_userinfo.sign(None, self.userinfo.as_object().unwrap()).unwrap();
        answer(200, "application/jwt", encrypted(&signed, self.encrypts_for))
    }
}

/// A token, encrypted for the body.
pub(super) fn encrypted(token: &str, key: usize) -> String {
    let to = keys().encryption[key].public();
    encrypt(token, &to, KeyManagement::RsaOaep, ContentEncryption::A256CbcHs512).unwrap()
}

/// The left half of a SHA-256.
pub(super) fn half_of(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    BASE64URL_NOPAD.encode(&digest.as_ref()[..16])
}

pub(super) fn provider_id(id: &str) -> ProviderId {
    ProviderId::parse(id).unwrap()
}

/// A provider whose chain holds for a day.
pub(super) fn provider(id: &str, key: &SigningKey) -> Arc<OpenIdProvider> {
    let address = |path: &str| Url::parse(&format!("{id}/{path}")).unwrap();
    Arc::new(OpenIdProvider {
        id: provider_id(id),
        name: "Ministero di prova".to_owned(),
        site: None,
        metadata: ProviderMetadata {
            authorization_endpoint: address("authorization"),
            token_endpoint: address("token"),
            userinfo_endpoint: address("userinfo"),
            revocation_endpoint: Some(address("revocation")),
            keys: Jwks::from_iter([key.public()]),
            issuer_in_callback: false,
        },
        chain: Arc::new(chain(id, now() + SignedDuration::from_hours(24))),
    })
}

/// The region, and its one body.
fn entities() -> Entities {
    let body = BodyId::parse("c_e715").unwrap();
    let organization = |code: &str| Organization {
        code: BodyId::parse(code).unwrap(),
        name: "Ente di prova".to_owned(),
        private: false,
        fiscal_code: "01234567897".to_owned(),
        homepage: "https://www.ente.example".to_owned(),
        policy: None,
        logo: None,
        contacts: vec!["ente@pec.example".to_owned()],
    };
    let options = EntitiesOptions {
        access: Origin::parse("https://accesso.regione.example").unwrap(),
        aggregator: organization("r_prova"),
        bodies: BTreeMap::from([(body.clone(), organization("c_e715"))]),
        superiors: vec!["https://registry.example".to_owned()],
        redirect_uris: vec![],
        metadata_policy: Map::new(),
        issued_marks: vec![],
        held_marks: vec![],
        lifetime: SignedDuration::from_hours(24),
    };
    let encryption = keys().encryption.iter().zip([0, 30]).map(|(key, days)| Generation {
        key: Arc::clone(key),
        made_at: now() - SignedDuration::from_hours(24 * 40) + SignedDuration::from_hours(24 * days),
        waits: false,
    });
    let signing = Generation { key: Arc::clone(&keys().body), made_at: now(), waits: false };
    let keys = EntityKeys {
        federation: vec![],
        signing: vec![signing],
        encryption: encryption.collect(),
        lifetime: SignedDuration::from_hours(24 * 30),
    };
    Entities::new(options, BTreeMap::from([(Some(body), Arc::new(keys))]))
}

fn chain(id: &str, expires_at: Timestamp) -> Chain {
    Chain {
        entity: EntityId::parse(id, Addresses::Protected).unwrap(),
        anchor: EntityId::parse("https://registry.example", Addresses::Protected).unwrap(),
        statements: vec!["a.statement.signed".to_owned()],
        metadata: Map::new(),
        expires_at,
    }
}

/// The same, but its chain has ended.
pub(super) fn ended(id: &str, key: &SigningKey) -> Arc<OpenIdProvider> {
    Arc::new(OpenIdProvider { chain: Arc::new(chain(id, now())), ..OpenIdProvider::clone(&provider(id, key)) })
}

pub(super) fn service() -> Service {
    Service {
        id: ServiceId::parse("anagrafe").unwrap(),
        body: BodyId::parse("c_e715").unwrap(),
        name: "Anagrafe".to_owned(),
        hosts: vec![],
        path: "/anagrafe".to_owned(),
        level: Level::Two,
        attributes: vec![Attribute::GivenName, Attribute::FamilyName, Attribute::Email],
        purpose: None,
        ages: None,
        rules: vec![],
    }
}
