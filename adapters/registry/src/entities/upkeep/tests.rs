//! Keys that change, and a trust anchor that gets to know the aggregator.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use varco_core::event::Event;
use varco_core::evidence::Evidence;
use varco_core::federation::FederationEntities as _;
use varco_core::name::BodyId;
use varco_core::origin::Origin;
use varco_core::ports::{Clock, EventSink, EvidenceStore, Randomness, StoreUnavailable};
use varco_federation::entity_id::Addresses;
use varco_federation::http::{Answer, Http, HttpFault, Request};
use varco_federation::jose::{Jwks, Signature, SigningKey, Unverified};
use varco_federation::own::{Entities, EntitiesOptions, Organization};

use super::*;

const ANCHOR: &str = "https://registry.example";
const ACCESS: &str = "https://accesso.example";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What the trust anchor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Away,
    Stranger,
    Acquainted,
}

struct Outside {
    now: Mutex<Timestamp>,
    mood: Mutex<Mood>,
    asked: Mutex<usize>,
    key: SigningKey,
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
    fn record(&self, _: &Event) {}
}

#[async_trait]
impl EvidenceStore for Outside {
    async fn keep(&self, _: &Evidence) -> Result<(), StoreUnavailable> {
        Ok(())
    }
}

impl Outside {
    fn statement(&self, subject: &str, more: Value) -> Answer {
        let (now, keys) = (self.now(), Jwks::from_iter([self.key.public()]));
        let claims = json!({
            "iss": ANCHOR, "sub": subject, "iat": now.as_second(), "exp": (now + DAY).as_second(),
            "jwks": keys.to_json(),
        });
        let claims = [claims, more].into_iter().flat_map(|part| part.as_object().unwrap().clone()).collect();
        let content = self.key.sign(Some("entity-statement+jwt"), &claims).unwrap().into_bytes();
        Answer { status: 200, media_type: String::new(), content }
    }
}

#[async_trait]
impl Http for Outside {
    async fn send(&self, request: Request<'_>) -> Result<Answer, HttpFault> {
        *self.asked.lock().unwrap() += 1;
        let mood = *self.mood.lock().unwrap();
        match (mood, request.address.path()) {
            (Mood::Away, _) => Err(HttpFault::Unreachable),
            (_, "/.well-known/openid-federation") => {
                let metadata = json!({ "federation_fetch_endpoint": "https://registry.example/fetch" });
                Ok(self.statement(ANCHOR, json!({ "metadata": { "federation_entity": metadata } })))
            }
            (Mood::Acquainted, _) => {
                Ok(self.statement(ACCESS, json!({ "trust_marks": [{ "id": "given", "trust_mark": "a.b.c" }] })))
            }
            (Mood::Stranger, _) => Ok(Answer { status: 404, media_type: String::new(), content: vec![] }),
        }
    }
}

struct Scene {
    outside: Arc<Outside>,
    upkeep: EntitiesUpkeep,
    folder: TempDir,
}

impl Scene {
    fn new(mood: Mood) -> Self {
        let folder = TempDir::new().unwrap();
        let outside = Arc::new(Outside {
            now: Mutex::new("2026-11-25T12:00:00Z".parse().unwrap()),
            mood: Mutex::new(mood),
            asked: Mutex::default(),
            key: SigningKey::generate(Signature::Es256).unwrap(),
        });
        let files = files(&folder);
        let entities = Arc::new(Entities::new(options(), files.open([&c_e715()]).unwrap()));
        let common = Common { entities, http: outside.clone(), addresses: Addresses::Protected };
        let anchor = TrustAnchor {
            entity: EntityId::parse(ANCHOR, Addresses::Protected).unwrap(),
            keys: Some(Jwks::from_iter([outside.key.public()])),
        };
        let world = World {
            clock: outside.clone(),
            randomness: outside.clone(),
            events: outside.clone(),
            evidence: outside.clone(),
            card_key: zeroize::Zeroizing::new([7; 32]),
        };
        Self { upkeep: EntitiesUpkeep::new(common, files, vec![anchor], &world), outside, folder }
    }

    async fn look_after(&mut self, later: SignedDuration) {
        *self.outside.now.lock().unwrap() += later;
        self.upkeep.look().await;
    }

    fn said(&self, body: Option<&BodyId>) -> Map<String, Value> {
        let document = self.upkeep.common.entities.configuration(body, self.outside.now()).unwrap();
        let token = String::from_utf8(document.content).unwrap();
        Unverified::parse(&token).unwrap().claims().members().clone()
    }

    fn has_mark(&self) -> bool {
        self.said(None).contains_key("trust_marks")
    }

    /// How many requests were sent since the last call.
    fn requests(&self) -> usize {
        std::mem::take(&mut *self.outside.asked.lock().unwrap())
    }
}

fn files(folder: &TempDir) -> EntityKeyFiles {
    EntityKeyFiles::new(folder.path(), Signature::Es256, DAY)
}

fn c_e715() -> BodyId {
    BodyId::parse("c_e715").unwrap()
}

fn options() -> EntitiesOptions {
    let organization = |code: &str| Organization {
        code: BodyId::parse(code).unwrap(),
        name: code.to_owned(),
        private: false,
        fiscal_code: "01234567897".to_owned(),
        homepage: ACCESS.to_owned(),
        policy: None,
        logo: None,
        contacts: vec![],
    };
    EntitiesOptions {
        access: Origin::parse(ACCESS).unwrap(),
        aggregator: organization("r_prova"),
        bodies: [(c_e715(), organization("c_e715"))].into(),
        superiors: vec![ANCHOR.to_owned()],
        redirect_uris: vec![],
        metadata_policy: Map::new(),
        issued_marks: vec![],
        held_marks: vec![],
        lifetime: DAY,
    }
}

fn mins(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

#[tokio::test]
async fn an_anchor_that_does_not_know_the_aggregator_yet_is_asked_again_soon() {
    let mut scene = Scene::new(Mood::Stranger);
    scene.look_after(mins(0)).await;
    assert!(!scene.has_mark());
    *scene.outside.mood.lock().unwrap() = Mood::Acquainted;
    scene.look_after(SignedDuration::from_secs(29)).await;
    assert!(!scene.has_mark());
    scene.look_after(SignedDuration::from_secs(1)).await;
    assert!(scene.has_mark());
    assert_eq!(scene.requests(), 4);
    scene.look_after(mins(4)).await;
    assert_eq!(scene.requests(), 0, "and one that knows it only now and then");
    scene.look_after(mins(1)).await;
    assert_eq!(scene.requests(), 2);
}

#[tokio::test]
async fn a_clock_that_was_ahead_and_is_set_right_stops_no_question() {
    let mut scene = Scene::new(Mood::Stranger);
    scene.look_after(DAY * 365).await;
    scene.requests();
    scene.look_after(-DAY * 365).await;
    assert_eq!(scene.requests(), 2);
}

#[tokio::test]
async fn what_an_anchor_said_counts_until_it_ends() {
    let mut scene = Scene::new(Mood::Acquainted);
    scene.look_after(mins(0)).await;
    for mood in [Mood::Away, Mood::Stranger] {
        *scene.outside.mood.lock().unwrap() = mood;
        scene.look_after(mins(5)).await;
        assert!(scene.has_mark(), "{mood:?}");
    }
    scene.look_after(DAY).await;
    assert!(!scene.has_mark());
}

#[tokio::test]
async fn a_gateway_whose_anchors_are_away_says_what_it_is_all_the_same() {
    let mut scene = Scene::new(Mood::Away);
    scene.look_after(mins(0)).await;
    assert_eq!(scene.said(None)["authority_hints"], json!([ANCHOR]));
    assert_eq!(scene.said(Some(&c_e715()))["authority_hints"], json!([ACCESS]));
}

#[tokio::test]
async fn keys_that_are_rotated_come_and_go_while_the_gateway_is_open() {
    let mut scene = Scene::new(Mood::Away);
    scene.look_after(mins(0)).await;
    let keys = |scene: &Scene| {
        let said = scene.said(Some(&c_e715()));
        let core = &said["metadata"]["openid_relying_party"]["jwks"]["keys"];
        (said["jwks"]["keys"].as_array().unwrap().len(), core.as_array().unwrap().len())
    };
    assert_eq!(keys(&scene), (1, 2));
    files(&scene.folder).rotate_core(&c_e715(), scene.outside.now()).unwrap();
    files(&scene.folder).rotate_federation(Some(&c_e715()), scene.outside.now()).unwrap();
    scene.look_after(mins(1)).await;
    assert_eq!(keys(&scene), (2, 4), "both generations");
    scene.look_after(DAY).await;
    assert_eq!(keys(&scene), (2, 4), "the new one signs, the old one is known");
    scene.look_after(DAY).await;
    assert_eq!(keys(&scene), (1, 2));
    let left = |scene: &Scene| std::fs::read_dir(scene.folder.path().join("federation/bodies/c_e715")).unwrap().count();
    assert_eq!(left(&scene), 6);
    for _ in 0..LOOKS_BEFORE_REMOVAL {
        scene.look_after(SignedDuration::from_secs(10)).await;
    }
    assert_eq!((left(&scene), keys(&scene)), (3, (1, 2)));
}

/// What is removed does not come back: providers would know none of the keys that are left.
#[tokio::test]
async fn a_clock_that_is_wrong_for_a_while_removes_no_key() {
    let mut scene = Scene::new(Mood::Away);
    files(&scene.folder).rotate_core(&c_e715(), scene.outside.now()).unwrap();
    scene.look_after(mins(0)).await;
    let before = scene.said(Some(&c_e715()));
    scene.look_after(DAY * 365).await;
    for _ in 0..30 {
        scene.look_after(SignedDuration::from_secs(10)).await;
    }
    scene.look_after(-DAY * 365 - mins(5)).await;
    assert_eq!(scene.said(Some(&c_e715()))["metadata"], before["metadata"]);
}

#[tokio::test]
async fn keys_that_cannot_be_read_leave_those_before_in_use() {
    let mut scene = Scene::new(Mood::Away);
    scene.look_after(mins(0)).await;
    let before = scene.said(None);
    let broken = scene.folder.path().join("federation/aggregator/federation.20261125T130000Z.pem");
    std::fs::write(&broken, "no key").unwrap();
    scene.look_after(mins(1)).await;
    assert_eq!(scene.said(None), before);
    std::fs::remove_file(broken).unwrap();
    files(&scene.folder).rotate_federation(None, scene.outside.now()).unwrap();
    scene.look_after(mins(1)).await;
    assert_eq!(scene.said(None)["jwks"]["keys"].as_array().unwrap().len(), 2, "and it is tried again");
}
