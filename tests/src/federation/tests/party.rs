//! An aggregator and a relying party below it, made by hand, and all they live among.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result, anyhow};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use varco_federation::jose::{DecryptionKey, decrypt};

use crate::federation::entity::{Portrait, answer, federation_entity, sign};
use crate::federation::key::unsigned;
use crate::federation::{
    AuthorizationRequest, Flavour, Key, RELYING_PARTY_MARK, Role, TestAnchor, TestOpenIdProvider, Token, Unserved, Use,
    jwks,
};
use crate::identity_provider::Person;
use crate::loopback::{Server, bind};
use crate::now::{now, random_token, random_uuid};

/// An anchor, a provider below it, and an aggregator with a relying party.
pub(super) struct Scene {
    pub(super) anchor: TestAnchor,
    pub(super) provider: TestOpenIdProvider,
    pub(super) party: Arc<Party>,
    pub(super) client: reqwest::Client,
    _servers: Vec<Server>,
}

pub(super) struct Party {
    pub(super) aggregator: String,
    pub(super) id: String,
    pub(super) core: Key,
    federation: Key,
    aggregator_key: Key,
    pub(super) encryption: &'static DecryptionKey,
    anchor: String,
    pub(super) state: Mutex<Conduct>,
}

/// How the party behaves.
pub(super) struct Conduct {
    /// Whose key its mark is signed by; it has none without.
    pub(super) marked_by: Option<Key>,
    pub(super) policy: Value,
    pub(super) hints: Vec<String>,
    pub(super) asked: Vec<String>,
}

/// Made once: making one takes time.
static ENCRYPTION: LazyLock<DecryptionKey> = LazyLock::new(|| DecryptionKey::generate().unwrap());

pub(super) const VERIFIER: &str = "verificatore-verificatore-verificatore-1234";
const STATEMENT: &str = "application/entity-statement+jwt";

// === impl Scene ===

impl Scene {
    /// Everybody is there, and the aggregator is onboarded.
    pub(super) async fn set(flavour: Flavour) -> Result<Self> {
        let scene = Self::before_onboarding(flavour).await?;
        scene.anchor.onboard(&scene.party.aggregator, Role::Aggregator).await?;
        Ok(scene)
    }

    /// The anchor has never heard of the aggregator.
    pub(super) async fn before_onboarding(flavour: Flavour) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        let mut servers = Vec::new();
        let (listener, origin) = reserve().await?;
        let anchor = TestAnchor::new(&origin, client.clone())?;
        servers.push(Server::plain(listener, anchor.router())?);
        let (listener, origin) = reserve().await?;
        let provider = TestOpenIdProvider::new(flavour, &origin, anchor.pinned(), client.clone())?;
        servers.push(Server::plain(listener, provider.router())?);
        anchor.onboard(provider.entity_id(), Role::Provider).await?;
        let (listener, origin) = reserve().await?;
        let party = Arc::new(Party::new(&origin, anchor.entity_id())?);
        servers.push(Server::plain(listener, Party::router(&party))?);
        Ok(Self { anchor, provider, party, client, _servers: servers })
    }

    /// Asks the provider, with claims changed from those of an honest request.
    pub(super) async fn ask(&self, change: impl FnOnce(&mut Value)) -> Result<AuthorizationRequest, Unserved> {
        let mut claims = self.party.claims(self.provider.entity_id());
        change(&mut claims);
        self.provider.receive(&self.party.query(&claims).unwrap()).await
    }

    /// The word with which such a request is refused: on a page of the provider, or on the way back.
    pub(super) async fn refused(&self, change: impl FnOnce(&mut Value)) -> String {
        word(self.ask(change).await)
    }

    /// A code that was granted to an honest request.
    pub(super) async fn code(&self) -> Result<(AuthorizationRequest, String)> {
        let request = self.ask(|_| {}).await.map_err(|unserved| anyhow!("{unserved:?}"))?;
        let back = self.provider.grant(&request, Person::named("bianca").context("one of PEOPLE")?);
        let back = url::Url::parse(&back)?;
        let code = back.query_pairs().find(|(name, _)| name == "code").context("a code")?.1.into_owned();
        Ok((request, code))
    }

    /// Posts a form as the party, with an assertion for this endpoint.
    pub(super) async fn post(&self, endpoint: &str, fields: &[(&str, &str)]) -> Result<(u16, Value)> {
        let assertion = self.party.assertion(&self.endpoint(endpoint), |_| {})?;
        self.post_with(endpoint, &assertion, fields).await
    }

    pub(super) async fn post_with(
        &self,
        endpoint: &str,
        assertion: &str,
        fields: &[(&str, &str)],
    ) -> Result<(u16, Value)> {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let own =
            [("client_id", self.party.id.as_str()), ("client_assertion_type", kind), ("client_assertion", assertion)];
        let form: Vec<_> = own.iter().chain(fields).copied().collect();
        let answer = self.client.post(self.endpoint(endpoint)).form(&form).send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or_default()))
    }

    pub(super) fn endpoint(&self, name: &str) -> String {
        format!("{}/{name}", self.provider.entity_id())
    }

    /// What the provider says of the person with this token.
    pub(super) async fn userinfo(&self, access_token: &str) -> Result<(u16, Option<Token>)> {
        let answer = self.client.get(self.endpoint("userinfo")).bearer_auth(access_token).send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        let opened = decrypt(&text, std::slice::from_ref(self.party.encryption)).ok();
        Ok((status, opened.and_then(|it| Token::parse(std::str::from_utf8(&it).ok()?).ok())))
    }
}

/// The fields that redeem a code.
pub(super) fn redeeming<'a>(request: &'a AuthorizationRequest, code: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &request.redirect_uri),
        ("code_verifier", VERIFIER),
    ]
}

/// The word of a refusal; empty where there is none.
pub(super) fn word(outcome: Result<AuthorizationRequest, Unserved>) -> String {
    match outcome {
        Ok(_) => String::new(),
        Err(Unserved::Page(fault)) => format!("page: {}", fault.word),
        Err(Unserved::Back(address)) => {
            let address = url::Url::parse(&address).unwrap();
            address.query_pairs().find(|(name, _)| name == "error").unwrap().1.into_owned()
        }
    }
}

async fn reserve() -> Result<(tokio::net::TcpListener, String)> {
    let listener = bind(0).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    Ok((listener, origin))
}

// === impl Party ===

impl Party {
    fn new(origin: &str, anchor: &str) -> Result<Self> {
        let aggregator_key = Key::p256()?;
        let conduct = Conduct {
            marked_by: Some(aggregator_key.clone()),
            policy: json!({}),
            hints: vec![origin.to_owned()],
            asked: Vec::new(),
        };
        Ok(Self {
            aggregator: origin.to_owned(),
            id: format!("{origin}/c_prova"),
            core: Key::kept("party")?,
            federation: Key::p256()?,
            aggregator_key,
            encryption: LazyLock::force(&ENCRYPTION),
            anchor: anchor.to_owned(),
            state: Mutex::new(conduct),
        })
    }

    fn router(party: &Arc<Self>) -> Router {
        Router::new()
            .route(
                "/.well-known/openid-federation",
                get(async |State(it): State<Arc<Self>>| answer(STATEMENT, it.above())),
            )
            .route("/fetch", get(async |State(it): State<Arc<Self>>| answer(STATEMENT, it.about_itself())))
            .route(
                "/c_prova/.well-known/openid-federation",
                get(async |State(it): State<Arc<Self>>| answer(STATEMENT, it.below())),
            )
            .layer(from_fn_with_state(Arc::clone(party), note))
            .with_state(Arc::clone(party))
    }

    pub(super) fn conduct(&self) -> MutexGuard<'_, Conduct> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn redirect_uri(&self) -> String {
        format!("{}/return/cie", self.aggregator)
    }

    /// The aggregator's configuration.
    fn above(&self) -> Result<String> {
        let mut entity = federation_entity(&self.aggregator, "Aggregatore di prova");
        entity["federation_fetch_endpoint"] = format!("{}/fetch", self.aggregator).into();
        let others = json!({ "authority_hints": [self.anchor], "metadata": { "federation_entity": entity } });
        let key = &self.aggregator_key;
        sign(key, &Portrait { id: &self.aggregator, key, lifetime_seconds: 600, others }.claims())
    }

    /// What the aggregator says of the party.
    fn about_itself(&self) -> Result<String> {
        let issued_at = now().as_second();
        let claims = json!({
            "iss": self.aggregator,
            "sub": self.id,
            "iat": issued_at,
            "exp": issued_at + 600,
            "jwks": jwks([self.federation.public(Use::Signature)]),
            "metadata_policy": { "openid_relying_party": self.conduct().policy },
        });
        sign(&self.aggregator_key, &claims)
    }

    /// The party's configuration.
    fn below(&self) -> Result<String> {
        let (marked_by, hints) = {
            let conduct = self.conduct();
            (conduct.marked_by.clone(), conduct.hints.clone())
        };
        let keys = [self.core.public(Use::Signature), self.encryption.public().to_json()];
        let party = json!({
            "client_id": self.id,
            "client_name": "Comune di prova",
            "client_registration_types": ["automatic"],
            "redirect_uris": [self.redirect_uri()],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "private_key_jwt",
            "id_token_signed_response_alg": "RS256",
            "userinfo_signed_response_alg": "RS256",
            "userinfo_encrypted_response_alg": "RSA-OAEP-256",
            "userinfo_encrypted_response_enc": "A256CBC-HS512",
            "jwks": jwks(keys),
        });
        let marks = marked_by.map(|key| self.mark(&key)).transpose()?;
        let others = json!({
            "authority_hints": hints,
            "trust_marks": marks.into_iter().collect::<Vec<_>>(),
            "metadata": { "openid_relying_party": party },
        });
        let key = &self.federation;
        sign(key, &Portrait { id: &self.id, key, lifetime_seconds: 600, others }.claims())
    }

    fn mark(&self, key: &Key) -> Result<Value> {
        let issued_at = now().as_second();
        let claims = json!({
            "iss": self.aggregator,
            "sub": self.id,
            "trust_mark_type": RELYING_PARTY_MARK,
            "iat": issued_at,
            "exp": issued_at + 600,
        });
        let mark = key.sign(Some("trust-mark+jwt"), &claims)?;
        Ok(json!({ "trust_mark_type": RELYING_PARTY_MARK, "trust_mark": mark }))
    }

    /// The claims of an honest request object.
    pub(super) fn claims(&self, provider: &str) -> Value {
        let issued_at = now().as_second();
        let challenge = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
        json!({
            "iss": self.id,
            "client_id": self.id,
            "aud": [provider],
            "iat": issued_at,
            "exp": issued_at + 120,
            "jti": random_uuid(),
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": self.redirect_uri(),
            "state": "s".repeat(32),
            "nonce": format!("n{:0>40}", alphanumeric()),
            "code_challenge": BASE64URL_NOPAD.encode(challenge.as_ref()),
            "code_challenge_method": "S256",
            "prompt": "consent login",
            "acr_values": "https://www.spid.gov.it/SpidL2",
            "claims": { "userinfo": { "given_name": { "essential": true }, "birthdate": null } },
        })
    }

    /// The query of a request with this object, which says the same.
    pub(super) fn query(&self, claims: &Value) -> Result<String> {
        Ok(query_of(claims, &self.core.sign(None, claims)?, &self.id))
    }

    pub(super) fn assertion(&self, audience: &str, change: impl FnOnce(&mut Value)) -> Result<String> {
        let issued_at = now().as_second();
        let mut claims = json!({
            "iss": self.id,
            "sub": self.id,
            "aud": [audience],
            "iat": issued_at,
            "exp": issued_at + 60,
            "jti": random_uuid(),
        });
        change(&mut claims);
        self.core.sign(None, &claims)
    }
}

/// A query that repeats what the object says.
pub(super) fn query_of(claims: &Value, object: &str, client_id: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("client_id", client_id).append_pair("request", object);
    for name in ["response_type", "scope", "code_challenge", "code_challenge_method"] {
        query.append_pair(name, claims[name].as_str().unwrap_or_default());
    }
    query.finish()
}

/// An object that nobody signed.
pub(super) fn unsigned_object(claims: &Value, key: &Key) -> String {
    format!("{}.", unsigned(&json!({ "alg": "none", "kid": key.id() }), &claims.to_string()))
}

fn alphanumeric() -> String {
    random_token().chars().filter(char::is_ascii_alphanumeric).collect()
}

async fn note(State(party): State<Arc<Party>>, request: Request, next: Next) -> Response {
    party.conduct().asked.push(request.uri().path().to_owned());
    next.run(request).await
}
