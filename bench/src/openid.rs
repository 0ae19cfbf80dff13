//! A login over OpenID, as far as it is ours: the request object signed, the code redeemed, ID token and userinfo
//! verified. What the provider does in between is not counted, and nothing is kept. Beside it the operations of its
//! keys, which no relying party can do without.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use url::Url;
use varco_core::attempt::{AttemptId, Sent};
use varco_core::evidence::Evidence;
use varco_core::level::Level;
use varco_core::method::{Channel, Departure, LoginMethod as _, Opening, Return};
use varco_core::name::{BodyId, MethodId, ProviderId};
use varco_core::origin::Origin;
use varco_core::ports::{EvidenceStore, Randomness as _, StoreUnavailable};
use varco_core::secret::Secret;
use varco_core::service::Service;
use varco_federation::chain::Chain;
use varco_federation::entity_id::{Addresses, EntityId};
use varco_federation::http::{Answer, Http, HttpFault, Request};
use varco_federation::jose::{
    Accepted, ContentEncryption, DecryptionKey, Jwks, KeyManagement, Signature, SigningKey, Unverified, decrypt,
    encrypt,
};
use varco_federation::method::{MethodOptions, OpenIdMethod};
use varco_federation::own::{Entities, EntitiesOptions, EntityKeys, Generation, Organization};
use varco_federation::profile::CIE;
use varco_federation::providers::{Directory, OpenIdProvider, ProviderMetadata, Renew, Renewals};

use crate::world::{Random, Standing, service};

const ACCESS: &str = "https://access.example";
const CLIENT: &str = "https://access.example/c_e715";
const PROVIDER: &str = "https://op.example";
const CODE: &str = "a code of the usual length: 0123456789abcdef0123456789abcdef";
const ACCESS_TOKEN: &str = "an.access.token";

/// A relying party, and the provider that it asks.
pub struct OpenIdLogins {
    method: OpenIdMethod,
    service: Service,
    provider: Arc<SigningKey>,
    body: Arc<SigningKey>,
    encryption: Arc<DecryptionKey>,
    network: Arc<Answers>,
    now: Timestamp,
}

/// A citizen who was sent to the provider.
pub struct Asked {
    sent: Sent,
    request: Map<String, Value>,
}

/// What the provider says at the end.
pub struct Said {
    token: Answer,
    userinfo: Answer,
    parameters: BTreeMap<String, String>,
}

/// The answers that are given next.
#[derive(Default)]
struct Answers(Mutex<BTreeMap<&'static str, Answer>>);

/// Keeps nothing, and renews nobody.
struct Nothing;

// === impl OpenIdLogins ===

impl OpenIdLogins {
    /// Makes everybody's keys, of RSA with 2048 bits.
    pub fn new(now: Timestamp) -> Result<Self> {
        let [provider, body] = [(); 2].map(|()| SigningKey::generate(Signature::Rs256).map(Arc::new));
        let (provider, body) = (provider?, body?);
        let encryption = Arc::new(DecryptionKey::generate()?);
        let network = Arc::new(Answers::default());
        let directory = Arc::new(Directory::default());
        directory.replace([Arc::new(known(&provider, now)?)]);
        let method = OpenIdMethod::new(MethodOptions {
            profile: &CIE,
            access: Origin::parse(ACCESS)?,
            entities: Arc::new(entities(&body, &encryption, now)?),
            providers: directory,
            renewals: Renewals::new(Arc::new(Nothing)),
            lenient_userinfo: false,
            http: network.clone(),
            evidence: Arc::new(Nothing),
            clock: Arc::new(Standing(now)),
            randomness: Arc::new(Random),
        })?;
        Ok(Self { method, service: service()?, provider, body, encryption, network, now })
    }

    /// Sends somebody to the provider.
    pub async fn ask(&self) -> Result<Asked> {
        let mut bytes = [0; 16];
        Random.fill(&mut bytes);
        let provider = ProviderId::parse(PROVIDER)?;
        let opening = Opening {
            attempt: AttemptId(Secret::from_bytes(bytes)),
            service: &self.service,
            level: Level::Two,
            provider: Some(&provider),
            now: self.now,
        };
        let sending = self.method.begin(opening).await?;
        let Departure::Redirect(address) = sending.departure else { bail!("no redirect") };
        let address = Url::parse(&address)?;
        let request = address.query_pairs().find(|(name, _)| name == "request");
        let (_, request) = request.context("a request object")?;
        let sent = Sent {
            method: MethodId::parse("cie")?,
            provider: sending.provider,
            level: Level::Two,
            purpose: None,
            memo: sending.memo,
        };
        Ok(Asked { sent, request: Unverified::parse(&request)?.claims().members().clone() })
    }

    /// What the provider says.
    pub fn answer(&self, asked: &Asked) -> Result<Said> {
        let text = |name: &str| asked.request.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (issued_at, expires_at) = (self.now.as_second(), self.now.as_second() + 300);
        let id_token = json!({
            "iss": PROVIDER, "aud": [CLIENT], "sub": "a subject", "nonce": text("nonce"), "acr": text("acr_values"),
            "iat": issued_at, "exp": expires_at, "jti": text("jti"), "at_hash": half_of(ACCESS_TOKEN),
        });
        let userinfo = json!({
            "iss": PROVIDER, "aud": CLIENT, "sub": "a subject", "iat": issued_at, "exp": expires_at,
            "given_name": "Ada", "family_name": "Prova", "https://attributes.eid.gov.it/fiscal_number":
                "TINIT-PRVDAA85E57D612J",
        });
        let sign =
            |claims: &Value| self.provider.sign(None, claims.as_object().context("an object")?).context("signed");
        let token = json!({
            "access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 300, "id_token": sign(&id_token)?,
        });
        let (management, content) = (KeyManagement::RsaOaep256, ContentEncryption::A256CbcHs512);
        let userinfo = encrypt(&sign(&userinfo)?, &self.encryption.public(), management, content)?;
        let parameters = [("code", CODE.to_owned()), ("state", text("state")), ("iss", PROVIDER.to_owned())];
        Ok(Said {
            token: good("application/json", token.to_string()),
            userinfo: good("application/jwt", userinfo),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
        })
    }

    /// They come back, and are believed.
    pub async fn prove(&self, asked: &Asked, said: &Said) -> Result<()> {
        self.network.are([("/token", said.token.clone()), ("/userinfo", said.userinfo.clone())]);
        let returned = Return { channel: Channel::Query, parameters: said.parameters.clone() };
        self.method.complete(&asked.sent, &returned, self.now).await?;
        Ok(())
    }

    /// The operations of keys in one login: two signatures, two verifications, one decryption.
    pub fn raw_operations(&self) -> Result<RawOperations> {
        let claims = json!({ "iss": CLIENT, "aud": PROVIDER, "padding": "x".repeat(600) });
        let claims = claims.as_object().context("an object")?.clone();
        let token = self.provider.sign(None, &claims)?;
        let (management, content) = (KeyManagement::RsaOaep256, ContentEncryption::A256CbcHs512);
        let encrypted = encrypt(&token, &self.encryption.public(), management, content)?;
        let keys = [self.provider.public()].into_iter().collect();
        let (body, encryption) = (Arc::clone(&self.body), Arc::clone(&self.encryption));
        Ok(RawOperations { claims, token, encrypted, keys, body, encryption })
    }
}

/// The operations of keys in one login.
pub struct RawOperations {
    claims: Map<String, Value>,
    token: String,
    encrypted: String,
    keys: Jwks,
    body: Arc<SigningKey>,
    encryption: Arc<DecryptionKey>,
}

// === impl RawOperations ===

impl RawOperations {
    /// Does them; whether all went well.
    pub fn run(&self) -> bool {
        let signs = || self.body.sign(None, &self.claims).is_ok();
        let verifies = || {
            let token = Unverified::parse(&self.token);
            token.and_then(|token| token.verify(&self.keys, Accepted::FEDERATION)).is_ok()
        };
        let decrypts = decrypt(&self.encrypted, &[Arc::clone(&self.encryption)]).is_ok();
        signs() && signs() && verifies() && verifies() && decrypts
    }
}

// === impl Answers ===

impl Answers {
    fn are<const N: usize>(&self, answers: [(&'static str, Answer); N]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answers.into();
    }
}

#[async_trait]
impl Http for Answers {
    async fn send(&self, request: Request<'_>) -> Result<Answer, HttpFault> {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(request.address.path()).cloned().ok_or(HttpFault::Unreachable)
    }
}

#[async_trait]
impl EvidenceStore for Nothing {
    async fn keep(&self, _: &Evidence) -> Result<(), StoreUnavailable> {
        Ok(())
    }
}

#[async_trait]
impl Renew for Nothing {
    async fn renew(&self, _: &ProviderId) {}
}

fn good(media_type: &str, content: String) -> Answer {
    Answer { status: 200, media_type: media_type.to_owned(), content: content.into_bytes() }
}

/// The left half of a SHA-256.
fn half_of(text: &str) -> String {
    BASE64URL_NOPAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16])
}

fn known(key: &SigningKey, now: Timestamp) -> Result<OpenIdProvider> {
    let address = |path: &str| Url::parse(&format!("{PROVIDER}/{path}"));
    let entity = |name| EntityId::parse(name, Addresses::Protected);
    Ok(OpenIdProvider {
        id: ProviderId::parse(PROVIDER)?,
        name: "a provider".to_owned(),
        site: None,
        metadata: ProviderMetadata {
            authorization_endpoint: address("authorization")?,
            token_endpoint: address("token")?,
            userinfo_endpoint: address("userinfo")?,
            revocation_endpoint: None,
            keys: [key.public()].into_iter().collect(),
            issuer_in_callback: true,
        },
        chain: Arc::new(Chain {
            entity: entity(PROVIDER)?,
            anchor: entity("https://anchor.example")?,
            statements: Vec::new(),
            metadata: Map::new(),
            expires_at: now + SignedDuration::from_hours(24),
        }),
    })
}

fn entities(body: &Arc<SigningKey>, encryption: &Arc<DecryptionKey>, now: Timestamp) -> Result<Entities> {
    let code = BodyId::parse("c_e715")?;
    let organization = Organization {
        code: code.clone(),
        name: "a body".to_owned(),
        private: false,
        fiscal_code: "00378210462".to_owned(),
        homepage: "https://www.body.example/".to_owned(),
        policy: None,
        logo: None,
        contacts: vec!["office@body.example".to_owned()],
    };
    let options = EntitiesOptions {
        access: Origin::parse(ACCESS)?,
        aggregator: organization.clone(),
        bodies: [(code.clone(), organization)].into(),
        superiors: Vec::new(),
        redirect_uris: Vec::new(),
        metadata_policy: Map::new(),
        issued_marks: Vec::new(),
        held_marks: Vec::new(),
        lifetime: SignedDuration::from_hours(24),
    };
    let keys = EntityKeys {
        federation: Vec::new(),
        signing: vec![Generation { key: Arc::clone(body), made_at: now, waits: false }],
        encryption: vec![Generation { key: Arc::clone(encryption), made_at: now, waits: false }],
        lifetime: SignedDuration::from_hours(24),
    };
    Ok(Entities::new(options, [(Some(code), Arc::new(keys))].into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_login_is_proved_and_its_answers_are_for_it_alone() {
        let logins = OpenIdLogins::new(Timestamp::constant(1_795_600_000, 0)).unwrap();
        let (one, other) = (logins.ask().await.unwrap(), logins.ask().await.unwrap());
        let said = logins.answer(&one).unwrap();
        logins.prove(&one, &said).await.unwrap();
        assert!(logins.prove(&other, &said).await.is_err(), "it answers another question");
        assert!(logins.raw_operations().unwrap().run());
    }
}
