//! A small federation on a network of the tests: an anchor, and providers below it.

use std::collections::HashMap;

use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use varco_core::evidence::{Evidence, EvidenceKind, IndexName, MessageName};
use varco_core::federation::{FederationEntities as _, Question};
use varco_core::name::BodyId;
use varco_core::origin::Origin;
use varco_core::ports::{Clock, EventSink, EvidenceStore, Randomness, StoreUnavailable};
use varco_federation::http::{Answer, HttpFault, Request};
use varco_federation::jose::{Jwks, Signature, SigningKey};
use varco_federation::own::{EntitiesOptions, EntityKeys, Generation, Organization};

use super::*;

const ANCHOR: &str = "https://registry.example";
const ANCHOR_CONFIGURATION: &str = "https://registry.example/.well-known/";
const ONE: &str = "https://one.example";
const OTHER: &str = "https://other.example/oidc";

/// A clock that moves when it is told to; whoever listens; a store that can be away.
struct Outside {
    now: Mutex<Timestamp>,
    told: Mutex<Vec<MetadataEvent>>,
    kept: Mutex<Vec<Evidence>>,
    away: Mutex<bool>,
}

impl Clock for Outside {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }
}

impl Randomness for Outside {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

impl EventSink for Outside {
    fn record(&self, event: &Event) {
        if let Event::Metadata(event) = event {
            self.told.lock().unwrap().push(event.clone());
        }
    }
}

#[async_trait]
impl EvidenceStore for Outside {
    async fn keep(&self, evidence: &Evidence) -> Result<(), StoreUnavailable> {
        if *self.away.lock().unwrap() {
            return Err(StoreUnavailable("the disk has gone".to_owned()));
        }
        self.kept.lock().unwrap().push(evidence.clone());
        Ok(())
    }
}

/// Entities that answer for themselves, as long as they are there.
struct Federation {
    outside: Arc<Outside>,
    keys: HashMap<&'static str, SigningKey>,
    core: SigningKey,
    listed: Mutex<Vec<&'static str>>,
    silent: Mutex<Vec<&'static str>>,
    asked: Mutex<Vec<String>>,
    hours: i64,
}

impl Federation {
    fn statement(&self, issuer: &str, subject: &str, more: &Value) -> String {
        let now = self.outside.now();
        let mut claims = json!({
            "iss": issuer, "sub": subject, "iat": now.as_second(), "exp": now.as_second() + self.hours * 3600,
            "jwks": Jwks::from_iter([self.keys[subject].public()]).to_json(),
        });
        claims.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.keys[issuer].sign(Some("entity-statement+jwt"), claims.as_object().unwrap()).unwrap()
    }

    fn configuration(&self, entity: &'static str) -> String {
        if entity == ANCHOR {
            return self.statement(
                ANCHOR,
                ANCHOR,
                &json!({ "metadata": { "federation_entity": {
                "federation_fetch_endpoint": "https://registry.example/fetch",
                "federation_list_endpoint": "https://registry.example/list",
            } } }),
            );
        }
        let address = |path: &str| format!("{entity}/{path}");
        let provider = json!({
            "issuer": entity, "jwks": Jwks::from_iter([self.core.public()]).to_json(),
            "authorization_endpoint": address("authorization"), "token_endpoint": address("token"),
            "userinfo_endpoint": address("userinfo"), "client_registration_types_supported": ["automatic"],
        });
        let metadata = json!({ "openid_provider": provider, "federation_entity": { "organization_name": entity } });
        self.statement(entity, entity, &json!({ "metadata": metadata, "authority_hints": [ANCHOR] }))
    }

    fn says(&self, address: &str) -> Option<String> {
        let listed = self.listed.lock().unwrap();
        if address.starts_with("https://registry.example/list") {
            return Some(json!(*listed).to_string());
        }
        let entities = [ANCHOR, ONE, OTHER];
        if let Some(subject) = entities.into_iter().find(|entity| {
            address.starts_with("https://registry.example/fetch")
                && address.ends_with(&entity["https://".len()..].replace('/', "%2F"))
        }) {
            return Some(self.statement(ANCHOR, subject, &json!({})));
        }
        let entity =
            entities.into_iter().find(|entity| address == format!("{entity}/.well-known/openid-federation"))?;
        Some(self.configuration(entity))
    }
}

#[async_trait]
impl Http for Federation {
    async fn send(&self, request: Request<'_>) -> Result<Answer, HttpFault> {
        let address = request.address.to_string();
        self.asked.lock().unwrap().push(address.clone());
        if self.silent.lock().unwrap().iter().any(|entity| address.starts_with(entity)) {
            return Err(HttpFault::Unreachable);
        }
        let content = self.says(&address).ok_or(HttpFault::Unreachable)?.into_bytes();
        Ok(Answer { status: 200, media_type: String::new(), content })
    }
}

/// A region without bodies, which has not heard of anybody.
fn entities() -> Arc<Entities> {
    let region = Organization {
        code: BodyId::parse("r_prova").unwrap(),
        name: "Regione di prova".to_owned(),
        private: false,
        fiscal_code: "01234567897".to_owned(),
        homepage: "https://accesso.example".to_owned(),
        policy: None,
        logo: None,
        contacts: vec![],
    };
    let key = SigningKey::generate(Signature::Es256).unwrap();
    let federation = vec![Generation { key: Arc::new(key), made_at: Timestamp::UNIX_EPOCH, waits: false }];
    let keys = EntityKeys { federation, signing: vec![], encryption: vec![], lifetime: SignedDuration::from_hours(24) };
    let options = EntitiesOptions {
        access: Origin::parse("https://accesso.example").unwrap(),
        aggregator: region,
        bodies: BTreeMap::new(),
        superiors: vec![ANCHOR.to_owned()],
        redirect_uris: vec![],
        metadata_policy: Map::new(),
        issued_marks: vec![],
        held_marks: vec![],
        lifetime: SignedDuration::from_hours(24),
    };
    Arc::new(Entities::new(options, BTreeMap::from([(None, Arc::new(keys))])))
}

struct Scene {
    outside: Arc<Outside>,
    federation: Arc<Federation>,
    chains: Chains,
}

impl Scene {
    fn new() -> Self {
        Self::choosing(&[])
    }

    fn choosing(chosen: &[&str]) -> Self {
        let key = || SigningKey::generate(Signature::Es256).unwrap();
        let noon = "2026-11-25T12:00:00Z".parse().unwrap();
        let outside = Arc::new(Outside {
            now: Mutex::new(noon),
            told: Mutex::default(),
            kept: Mutex::default(),
            away: Mutex::default(),
        });
        let keys = HashMap::from([(ANCHOR, key()), (ONE, key()), (OTHER, key())]);
        let pinned = Jwks::from_iter([keys[ANCHOR].public()]);
        let federation = Arc::new(Federation {
            outside: outside.clone(),
            keys,
            core: key(),
            listed: Mutex::new(vec![ONE, OTHER]),
            silent: Mutex::default(),
            asked: Mutex::default(),
            hours: 4,
        });
        let entity = |id: &str| EntityId::parse(id, Addresses::Protected).unwrap();
        let options = Options {
            word: "cie",
            method: MethodId::parse("cie").unwrap(),
            entities: entities(),
            anchors: vec![TrustAnchor { entity: entity(ANCHOR), keys: Some(pinned) }],
            chosen: chosen.iter().map(|id| entity(id)).collect(),
            required_marks: vec![],
            addresses: Addresses::Protected,
            http: federation.clone(),
        };
        let world = World {
            clock: outside.clone(),
            randomness: outside.clone(),
            events: outside.clone(),
            evidence: outside.clone(),
            card_key: zeroize::Zeroizing::new([7; 32]),
        };
        Self { chains: Chains::new(options, &world), outside, federation }
    }

    fn later(&self, minutes: i64) {
        *self.outside.now.lock().unwrap() += SignedDuration::from_mins(minutes);
    }

    /// Who is in use now.
    fn in_use(&self) -> Vec<String> {
        self.chains.in_use().list(self.outside.now()).iter().map(|one| one.id.to_string()).collect()
    }

    /// What was told since the last call: outcome, in use, without a chain.
    fn told(&self) -> Vec<(&'static str, usize, usize)> {
        let told = std::mem::take(&mut *self.outside.told.lock().unwrap());
        told.iter().map(|event| (event.outcome.label(), event.providers, event.refused)).collect()
    }

    /// How many requests were sent since the last call.
    fn requests(&self) -> usize {
        std::mem::take(&mut *self.federation.asked.lock().unwrap()).len()
    }

    fn silence(&self, entities: &[&'static str]) {
        *self.federation.silent.lock().unwrap() = entities.to_vec();
    }

    fn rest(&self) -> i64 {
        self.chains.due().duration_since(self.outside.now()).as_secs()
    }
}

#[tokio::test]
async fn whoever_the_anchor_vouches_for_is_in_use() {
    let scene = Scene::new();
    scene.chains.look().await;
    assert_eq!(scene.in_use(), [ONE, OTHER]);
    assert_eq!(scene.told(), [("refreshed", 2, 0)]);
    let source = scene.chains.options.anchors[0].entity.clone();
    assert_eq!(label(&source), "registry.example");
}

#[tokio::test]
async fn only_those_who_were_chosen_are_asked() {
    let scene = Scene::choosing(&[OTHER]);
    scene.chains.look().await;
    assert_eq!(scene.in_use(), [OTHER]);
    assert!(!scene.federation.asked.lock().unwrap().iter().any(|address| address.starts_with(ONE)));
}

#[tokio::test]
async fn each_resolution_leaves_its_statements_as_evidence() {
    let scene = Scene::new();
    scene.chains.look().await;
    let kept = scene.outside.kept.lock().unwrap();
    let record = kept.iter().find(|record| record.provider.as_str() == ONE).unwrap();
    assert_eq!((record.kind, kept.len()), (EvidenceKind::TrustChain, 2));
    let names: Vec<_> = record.messages.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [MessageName::EntityConfiguration, MessageName::SubordinateStatement, MessageName::EntityConfiguration]
    );
    let in_use = scene.chains.in_use();
    let provider = in_use.by_id(&record.provider, scene.outside.now()).unwrap();
    assert!(record.index.contains(&(IndexName::TrustChain, provider.chain.digest())), "a login leads to it");
}

/// `/resolve` is answered from chains that are at hand.
#[tokio::test]
async fn whoever_asks_is_told_what_a_provider_is() {
    let scene = Scene::new();
    let asks = async |subject| {
        let question = Question::Resolve { subject, anchor: Some(ANCHOR), entity_type: None };
        scene.chains.options.entities.answer(question, scene.outside.now()).await.is_ok()
    };
    assert!(!asks(ONE).await);
    scene.chains.look().await;
    assert!(asks(ONE).await);
    assert!(!asks("https://evil.example").await);
}

#[tokio::test]
async fn nobody_is_in_use_of_whom_the_evidence_cannot_be_kept() {
    let scene = Scene::new();
    *scene.outside.away.lock().unwrap() = true;
    scene.chains.look().await;
    assert!(scene.in_use().is_empty());
    *scene.outside.away.lock().unwrap() = false;
    scene.later(1);
    scene.chains.look().await;
    assert_eq!(scene.in_use(), [ONE, OTHER]);
}

#[tokio::test]
async fn chains_are_renewed_at_half_of_their_life_and_not_before() {
    let scene = Scene::new();
    scene.chains.look().await;
    assert!(scene.requests() > 0);
    assert_eq!(scene.rest(), 2 * 3600);
    scene.later(119);
    scene.chains.look().await;
    assert_eq!((scene.requests(), scene.told()), (0, vec![("refreshed", 2, 0)]), "nothing is due");
    scene.later(1);
    scene.chains.look().await;
    assert!(scene.requests() > 0);
    scene.later(180);
    assert_eq!(scene.in_use().len(), 2, "the new chains hold longer than the old ones");
}

#[tokio::test]
async fn the_last_good_chain_stays_until_it_ends_and_no_longer() {
    let scene = Scene::new();
    scene.chains.look().await;
    scene.silence(&[ONE]);
    scene.later(120);
    scene.chains.look().await;
    assert_eq!(scene.in_use(), [ONE, OTHER]);
    scene.later(119);
    assert_eq!(scene.in_use(), [ONE, OTHER]);
    scene.later(1);
    assert_eq!(scene.in_use(), [OTHER], "it ended, though nobody looked");
    scene.silence(&[]);
    scene.chains.look().await;
    assert_eq!(scene.in_use(), [ONE, OTHER]);
}

#[tokio::test]
async fn without_the_anchor_everything_stays_until_it_ends() {
    let scene = Scene::new();
    scene.chains.look().await;
    scene.told();
    scene.silence(&[ANCHOR]);
    scene.later(120);
    scene.chains.look().await;
    assert_eq!((scene.in_use().len(), scene.told()), (2, vec![("failed", 2, 0)]));
    scene.later(120);
    assert!(scene.in_use().is_empty());
}

#[tokio::test]
async fn a_failure_is_tried_again_ever_later() {
    let scene = Scene::new();
    scene.silence(&[ANCHOR, ONE, OTHER]);
    for seconds in [5, 10, 20, 40] {
        scene.chains.look().await;
        assert_eq!(scene.rest(), seconds);
        assert_eq!(scene.told(), [("failed", 0, 0)]);
        *scene.outside.now.lock().unwrap() += SignedDuration::from_secs(seconds);
    }
}

/// What was due a year ahead is due now: else nobody would be asked until that year is over.
#[tokio::test]
async fn a_clock_that_was_ahead_and_is_set_right_stops_nothing() {
    let scene = Scene::new();
    scene.later(365 * 24 * 60);
    scene.chains.look().await;
    scene.requests();
    scene.later(-365 * 24 * 60);
    scene.chains.look().await;
    assert!(scene.requests() > 0);
    assert_eq!(scene.rest(), 2 * 3600);
}

/// An anchor that is away and has ended vouches for nobody any more: nothing is kept of whom it vouched for.
#[tokio::test]
async fn a_chain_that_has_ended_before_it_was_resolved_is_none() {
    let scene = Scene::new();
    scene.chains.look().await;
    scene.silence(&[ANCHOR_CONFIGURATION]);
    scene.later(241);
    let before = scene.outside.kept.lock().unwrap().len();
    scene.chains.look().await;
    assert_eq!((scene.in_use(), scene.told().pop()), (vec![], Some(("failed", 0, 2))));
    assert_eq!(scene.outside.kept.lock().unwrap().len(), before);
    assert_eq!(scene.rest(), 5);
}

#[tokio::test]
async fn one_provider_that_is_silent_keeps_nobody_else_out() {
    let scene = Scene::new();
    scene.silence(&[ONE]);
    scene.chains.look().await;
    assert_eq!((scene.in_use(), scene.told()), (vec![OTHER.to_owned()], vec![("refreshed", 1, 1)]));
    assert_eq!(scene.rest(), 5);
}

#[tokio::test]
async fn whoever_is_taken_off_the_list_is_out_at_once() {
    let scene = Scene::new();
    scene.chains.look().await;
    *scene.federation.listed.lock().unwrap() = vec![ONE];
    scene.later(120);
    scene.chains.look().await;
    assert_eq!(scene.in_use(), [ONE]);
}

#[tokio::test]
async fn a_provider_that_is_in_use_can_be_renewed_at_once_and_nobody_else() {
    let scene = Scene::new();
    scene.chains.look().await;
    scene.requests();
    let in_use = scene.chains.in_use();
    let id = ProviderId::parse(OTHER).unwrap();
    let before = in_use.by_id(&id, scene.outside.now()).unwrap().expires_at();
    scene.later(10);
    scene.chains.renew(&id).await;
    assert_eq!(
        in_use.by_id(&id, scene.outside.now()).unwrap().expires_at(),
        before,
        "as far as the anchor's own statement"
    );
    assert!(scene.requests() > 0);
    scene.chains.renew(&ProviderId::parse("https://evil.example").unwrap()).await;
    assert_eq!(scene.requests(), 0, "a stranger");
}
