//! A federation in memory: entities with keys, what they say, and what was asked of them.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use url::Url;

use super::super::*;
use crate::http::{Answer, Request};
use crate::jose::{Jwks, Signature, SigningKey};
use crate::statement::MEDIA_TYPE;

pub(super) const ANCHOR: &str = "https://anchor.example";
pub(super) const MIDDLE: &str = "https://middle.example";
pub(super) const PROVIDER: &str = "https://op.example/oidc";
pub(super) const MARK: &str = "https://anchor.example/openid_provider/public";
pub(super) const NOW: Timestamp = Timestamp::constant(1_795_600_000, 0);

pub(super) fn entity(name: &str) -> EntityId {
    EntityId::parse(name, Addresses::Protected).unwrap()
}

/// A federation with one provider below its anchor.
pub(super) struct Scene {
    said: BTreeMap<String, Value>,
    stated: BTreeMap<(String, String), Value>,
    listed: Value,
    required: Vec<String>,
    /// What is answered instead, by address.
    pub(super) instead: BTreeMap<String, Result<Answer, HttpFault>>,
    /// What may be spent on a chain.
    pub(super) budget: Budget,
    /// Whether nobody answers, for a long time.
    pub(super) stalls: bool,
    /// Who signs instead, by who should.
    pub(super) signs_instead: BTreeMap<String, String>,
    apart: Option<(String, String)>,
    asked: Mutex<Vec<String>>,
}

/// Everybody's key, made once: each name has its own.
fn key(name: &str) -> &'static SigningKey {
    static KEYS: OnceLock<Mutex<BTreeMap<String, &'static SigningKey>>> = OnceLock::new();
    let mut keys = KEYS.get_or_init(Mutex::default).lock().unwrap();
    keys.entry(name.to_owned()).or_insert_with(|| Box::leak(Box::new(SigningKey::generate(Signature::Es256).unwrap())))
}

pub(super) fn keys_of(name: &str) -> Jwks {
    [key(name).public()].into_iter().collect()
}

fn seconds(at: Timestamp) -> i64 {
    at.as_second()
}

fn claims(issuer: &str, subject: &str, hours: i64) -> Value {
    json!({
        "iss": issuer, "sub": subject, "iat": seconds(NOW), "exp": seconds(NOW + SignedDuration::from_hours(hours)),
        "jwks": keys_of(subject).to_json(),
    })
}

pub(super) fn signed(by: &str, media_type: &str, claims: &Value) -> String {
    key(by).sign(Some(media_type), claims.as_object().unwrap()).unwrap()
}

// === impl Scene ===

impl Scene {
    pub(super) fn new() -> Self {
        let mut scene = Self {
            said: BTreeMap::new(),
            stated: BTreeMap::new(),
            listed: json!([PROVIDER]),
            required: Vec::new(),
            instead: BTreeMap::new(),
            budget: Budget::USUAL,
            stalls: false,
            signs_instead: BTreeMap::new(),
            apart: None,
            asked: Mutex::default(),
        };
        for name in [ANCHOR, MIDDLE, PROVIDER] {
            let mut said = claims(name, name, 24);
            let endpoint = |path: &str| format!("{name}/{path}");
            said["metadata"] = json!({ "federation_entity": {
                "federation_fetch_endpoint": endpoint("fetch"), "federation_list_endpoint": endpoint("list"),
            } });
            scene.said.insert(name.to_owned(), said);
        }
        scene.say(PROVIDER, |claims| {
            claims["metadata"]["openid_provider"] = json!({ "issuer": PROVIDER, "jwks": keys_of(PROVIDER).to_json() });
        });
        scene.put_below(PROVIDER, ANCHOR);
        scene
    }

    /// Changes what an entity says of itself.
    pub(super) fn say(&mut self, name: &str, change: impl FnOnce(&mut Value)) {
        change(self.said.get_mut(name).unwrap());
    }

    /// Changes what an entity says of another.
    pub(super) fn state(&mut self, issuer: &str, subject: &str, change: impl FnOnce(&mut Value)) {
        change(self.stated.get_mut(&(issuer.to_owned(), subject.to_owned())).unwrap());
    }

    /// Has one entity stand below another, and nobody else.
    pub(super) fn put_below(&mut self, subject: &str, superior: &str) {
        self.say(subject, |claims| claims["authority_hints"] = json!([superior]));
        let pair = (superior.to_owned(), subject.to_owned());
        self.stated.insert(pair, claims(superior, subject, 12));
    }

    /// What the anchor answers when it is asked who is there.
    pub(super) fn list(&mut self, answer: Value) {
        self.listed = answer;
    }

    /// Nobody passes without this mark.
    pub(super) fn require(&mut self, mark_type: &str) {
        self.required.push(mark_type.to_owned());
    }

    /// Has an entity show a mark that `issuer` signed.
    pub(super) fn show_mark(&mut self, name: &str, issuer: &str, change: impl FnOnce(&mut Value)) {
        let mut claims = json!({ "iss": issuer, "sub": name, "trust_mark_type": MARK, "iat": seconds(NOW) });
        change(&mut claims);
        let token = signed(issuer, "trust-mark+jwt", &claims);
        self.say(name, |said| said["trust_marks"] = json!([{ "trust_mark_type": MARK, "trust_mark": token }]));
    }

    /// Has a provider publish the keys of its tokens apart, signed by somebody.
    pub(super) fn publish_keys_apart(&mut self, name: &str, by: &str, change: impl FnOnce(&mut Value)) {
        let mut set = json!({ "iss": name, "sub": name, "keys": keys_of(name).to_json()["keys"] });
        change(&mut set);
        self.apart = Some((format!("{name}/keys"), signed(by, "jwk-set+jwt", &set)));
        self.say(name, |claims| {
            claims["metadata"]["openid_provider"] =
                json!({ "issuer": name, "signed_jwks_uri": format!("{name}/keys") });
        });
    }

    /// The paths that were asked for, since the anchor's configuration.
    pub(super) fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|address| Url::parse(address).unwrap().path().replace("/oidc", "")).collect()
    }

    /// The hosts that were asked since then.
    pub(super) fn hosts_asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked.iter().map(|address| Url::parse(address).unwrap().host_str().unwrap().to_owned()).collect()
    }

    fn resolver(&self) -> Resolver<'_> {
        Resolver { http: self, addresses: Addresses::Protected, budget: self.budget, required_marks: &self.required }
    }

    pub(super) async fn anchor(&self, keys: Option<Jwks>) -> Result<EntityConfiguration, ChainFault> {
        self.resolver().anchor(&TrustAnchor { entity: entity(ANCHOR), keys }, NOW).await
    }

    pub(super) async fn listed(&self) -> Result<Vec<EntityId>, ChainFault> {
        let anchor = self.anchor(None).await?;
        self.resolver().list(&anchor, "openid_provider").await
    }

    pub(super) async fn resolve(&self, name: &str) -> Result<Chain, ChainFault> {
        let anchor = self.anchor(Some(keys_of(ANCHOR))).await?;
        self.asked.lock().unwrap().clear();
        self.resolver().resolve(&entity(name), &anchor, NOW).await
    }

    /// What comes of asking an address.
    pub(super) fn answer(&self, address: &str) -> Option<String> {
        let signer = |name: &str| self.signs_instead.get(name).cloned().unwrap_or_else(|| name.to_owned());
        if let Some(name) = address.strip_suffix("/.well-known/openid-federation") {
            return Some(signed(&signer(name), MEDIA_TYPE, self.said.get(name)?));
        }
        if let Some((_, set)) = self.apart.as_ref().filter(|(at, _)| at == address) {
            return Some(set.clone());
        }
        let url = Url::parse(address).ok()?;
        let subject = url.query_pairs().find(|(name, _)| name == "sub").map(|(_, value)| value.into_owned());
        match (url.path(), subject) {
            ("/list", None) => Some(self.listed.to_string()),
            ("/fetch", Some(subject)) => {
                let issuer = url.origin().ascii_serialization();
                let statement = self.stated.get(&(issuer.clone(), subject.clone()))?;
                let by = signer(&format!("{issuer} of {subject}"));
                let by = by.split(" of ").next().unwrap_or_default().to_owned();
                Some(signed(&by, MEDIA_TYPE, statement))
            }
            _ => None,
        }
    }
}

#[async_trait]
impl Http for Scene {
    async fn send(&self, request: Request<'_>) -> Result<Answer, HttpFault> {
        let address = request.address.as_str();
        self.asked.lock().unwrap().push(address.to_owned());
        if self.stalls && address.starts_with(PROVIDER) {
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
        if let Some(instead) = self.instead.get(address) {
            return instead.clone();
        }
        let content = self.answer(address).ok_or(HttpFault::Unreachable)?.into_bytes();
        if content.len() > request.most {
            return Err(HttpFault::TooLarge);
        }
        Ok(Answer { status: 200, media_type: "application/entity-statement+jwt".to_owned(), content })
    }
}
