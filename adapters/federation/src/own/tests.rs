use std::sync::LazyLock;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::json;
use varco_core::federation::Question;

use super::*;
use crate::entity_id::{Addresses, EntityId};
use crate::jose::{Accepted, DecryptionKey, Jwks, Signature, SigningKey, Unverified};

const ACCESS: &str = "https://accesso.example";
const BODY: &str = "https://accesso.example/c_e715";
const ANCHOR: &str = "https://anchor.example";
const MARK: &str = "https://anchor.example/openid_relying_party/public";

fn noon() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

fn c_e715() -> BodyId {
    BodyId::parse("c_e715").unwrap()
}

pub(super) fn organization(code: &str, name: &str) -> Organization {
    Organization {
        code: BodyId::parse(code).unwrap(),
        name: name.to_owned(),
        private: false,
        fiscal_code: "00378210462".to_owned(),
        homepage: "https://www.ente.example/".to_owned(),
        policy: None,
        logo: None,
        contacts: vec!["pec@ente.example".to_owned()],
    }
}

fn generation<K>(key: K) -> Generation<K> {
    Generation { key: Arc::new(key), made_at: noon(), waits: false }
}

fn other_key() -> SigningKey {
    SigningKey::generate(Signature::Es256).unwrap()
}

fn keys() -> Arc<EntityKeys> {
    let signing = || vec![generation(other_key())];
    Arc::new(EntityKeys {
        federation: signing(),
        signing: signing(),
        encryption: vec![generation(DecryptionKey::generate().unwrap())],
        lifetime: SignedDuration::from_hours(24),
    })
}

fn ring() -> Keyring {
    [(None, keys()), (Some(c_e715()), keys())].into()
}

fn options() -> EntitiesOptions {
    EntitiesOptions {
        access: Origin::parse(ACCESS).unwrap(),
        aggregator: organization("r_demo", "Regione"),
        bodies: [(c_e715(), organization("c_e715", "Comune"))].into(),
        superiors: vec![ANCHOR.to_owned()],
        redirect_uris: vec![format!("{ACCESS}/return/cie")],
        metadata_policy: Map::new(),
        issued_marks: vec![MARK.to_owned()],
        held_marks: vec![ShownMark { mark_type: "held".to_owned(), token: "a.b.c".to_owned() }],
        lifetime: SignedDuration::from_hours(24),
    }
}

fn entities_with(change: impl FnOnce(&mut EntitiesOptions)) -> Entities {
    let mut options = options();
    change(&mut options);
    Entities::new(options, ring())
}

fn entities() -> Entities {
    entities_with(|_| {})
}

fn text(document: Document) -> String {
    String::from_utf8(document.content).unwrap()
}

fn claims(token: &str) -> Value {
    Value::Object(Unverified::parse(token).unwrap().claims().members().clone())
}

async fn asked(entities: &Entities, question: Question<'_>) -> Result<String, FederationError> {
    entities.answer(question, noon()).await.map(text)
}

fn entity(name: &str) -> EntityId {
    EntityId::parse(name, Addresses::Protected).unwrap()
}

/// An anchor that knows the aggregator, by these keys.
fn superior(entities: &Entities, change: impl FnOnce(&mut Value)) -> Superior {
    let key = SigningKey::generate(Signature::Es256).unwrap();
    let keys = |key: &SigningKey| [key.public()].into_iter().collect::<Jwks>();
    let times = |hours| (noon().as_second(), (noon() + SignedDuration::from_hours(hours)).as_second());
    let sign = |claims: &Value| key.sign(Some(crate::statement::MEDIA_TYPE), claims.as_object().unwrap()).unwrap();
    let (issued_at, expires_at) = times(6);
    let said = json!({
        "iss": ANCHOR, "sub": ANCHOR, "iat": issued_at, "exp": expires_at, "jwks": keys(&key).to_json(),
        "trust_mark_issuers": { "of-anchor": [ANCHOR], "of-us": [ACCESS, ANCHOR] },
    });
    let mut stated = json!({
        "iss": ANCHOR, "sub": ACCESS, "iat": issued_at, "exp": expires_at,
        "jwks": entities.keys(None).unwrap().federation_jwks(noon()).to_json(),
        "trust_marks": [{ "id": "given", "trust_mark": "d.e.f" }, { "id": "held", "trust_mark": "g.h.i" }],
    });
    change(&mut stated);
    let (anchor, us) = (entity(ANCHOR), entity(ACCESS));
    let anchor = EntityConfiguration::self_signed(&sign(&said), &anchor, Addresses::Protected, noon()).unwrap();
    let statement = SubordinateStatement::verify(&sign(&stated), &anchor.entity, &us, &keys(&key), noon()).unwrap();
    Superior { anchor, statement: Some(statement) }
}

#[test]
fn entity_configuration() {
    let entities = entities();
    for (body, name) in [(None, ACCESS), (Some(c_e715()), BODY)] {
        let document = entities.configuration(body.as_ref(), noon()).unwrap();
        assert_eq!(document.media_type, "application/entity-statement+jwt");
        let token = text(document);
        let read = EntityConfiguration::self_signed(&token, &entity(name), Addresses::Protected, noon()).unwrap();
        assert_eq!(read.expires_at, noon() + SignedDuration::from_hours(24));
        assert_eq!(read.superiors, [entity(if body.is_none() { ANCHOR } else { ACCESS })]);
    }
    assert!(entities.configuration(Some(&BodyId::parse("c_h501").unwrap()), noon()).is_none());
}

#[test]
fn what_a_body_says_it_is() {
    let mut said = claims(&text(entities().configuration(Some(&c_e715()), noon()).unwrap()));
    let relying_party = said["metadata"]["openid_relying_party"].as_object_mut().unwrap();
    relying_party["jwks"] = json!("[keys of logins]");
    said["jwks"] = json!("[keys of the federation]");
    said["trust_marks"][0]["trust_mark"] = json!("[token]");
    insta::assert_json_snapshot!(said);
}

#[test]
fn keys_of_the_federation_and_keys_of_logins_are_never_the_same() {
    let said = claims(&text(entities().configuration(Some(&c_e715()), noon()).unwrap()));
    let names = |keys: &Value| -> Vec<String> {
        keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let (federation, core) = (names(&said["jwks"]), names(&said["metadata"]["openid_relying_party"]["jwks"]));
    assert_eq!((federation.len(), core.len()), (1, 2));
    assert!(!core.contains(&federation[0]));
    let usages = said["metadata"]["openid_relying_party"]["jwks"]["keys"].as_array().unwrap();
    assert_eq!(usages.iter().map(|key| key["use"].clone()).collect::<Vec<_>>(), [json!("sig"), json!("enc")]);
}

#[test]
fn another_library_verifies_what_is_signed() {
    let token = text(entities().configuration(None, noon()).unwrap());
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(claims(&token)["jwks"]["keys"][0].clone()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_issuer(&[ACCESS]);
    let verified = jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(&key).unwrap(), &validation).unwrap();
    assert_eq!(verified.header.typ.as_deref(), Some("entity-statement+jwt"));
    assert_eq!(verified.claims["sub"], ACCESS);
}

#[tokio::test]
async fn list_and_fetch() {
    let entities = entities_with(|options| {
        options.metadata_policy =
            json!({ "openid_relying_party": { "grant_types": { "subset_of": ["authorization_code"] } } })
                .as_object()
                .unwrap()
                .clone();
    });
    let list = |entity_type, trust_mark_type| Question::List { entity_type, trust_mark_type };
    let listed = asked(&entities, list(Some("openid_relying_party"), None)).await.unwrap();
    assert_eq!(listed, json!([BODY]).to_string());
    assert_eq!(asked(&entities, list(None, Some(MARK))).await.unwrap(), json!([BODY]).to_string());
    assert_eq!(asked(&entities, list(Some("openid_provider"), None)).await.unwrap(), "[]");
    assert_eq!(asked(&entities, list(None, Some("other"))).await.unwrap(), "[]");
    let token = asked(&entities, Question::Fetch { subject: BODY }).await.unwrap();
    let keys = entities.keys(None).unwrap().federation_jwks(noon());
    let read = SubordinateStatement::verify(&token, &entity(ACCESS), &entity(BODY), &keys, noon()).unwrap();
    let own = entities.keys(Some(&c_e715())).unwrap().federation_jwks(noon());
    assert_eq!(read.keys.to_json(), own.to_json());
    assert_eq!(read.marks[0].mark_type, MARK);
}

#[tokio::test]
async fn ensure_fetch_with_invalid_sub_fails() {
    for subject in ["", "https://nobody.example", "https://accesso.example/c_e715/", "https://accesso.example/"] {
        let answer = asked(&entities(), Question::Fetch { subject }).await;
        assert_eq!(answer, Err(FederationError::NotFound), "{subject}");
    }
}

#[tokio::test]
async fn ensure_fetch_with_iss_as_sub_fails() {
    let answer = asked(&entities(), Question::Fetch { subject: ACCESS }).await;
    assert_eq!(answer, Err(FederationError::InvalidRequest));
}

#[tokio::test]
async fn compare_trust_chain_to_resolve() {
    let entities = entities_with(|options| {
        options.metadata_policy = json!({ "openid_relying_party": { "client_name": { "value": "as laid down" } } })
            .as_object()
            .unwrap()
            .clone();
    });
    let resolve = |subject, entity_type| Question::Resolve { subject, anchor: Some(ANCHOR), entity_type };
    assert_eq!(asked(&entities, resolve(BODY, None)).await, Err(FederationError::NotFound), "nobody is asked for it");
    entities.hear(vec![superior(&entities, |_| {})]);
    let token = asked(&entities, resolve(BODY, Some("openid_relying_party"))).await.unwrap();
    let unverified = Unverified::parse(&token).unwrap();
    assert_eq!(unverified.media_type(), Some("resolve-response+jwt"));
    let keys = entities.keys(None).unwrap().federation_jwks(noon());
    let verified = unverified.verify(&keys, Accepted::FEDERATION).unwrap();
    let resolved = Value::Object(verified.claims().members().clone());
    assert_eq!(resolved["metadata"]["openid_relying_party"]["client_name"], "as laid down");
    assert!(resolved["metadata"].get("federation_entity").is_none(), "only what was asked for");
    let chain: Vec<_> =
        resolved["trust_chain"].as_array().unwrap().iter().map(|one| claims(one.as_str().unwrap())).collect();
    let pairs: Vec<_> = chain.iter().map(|one| (one["iss"].clone(), one["sub"].clone())).collect();
    let expected = [(BODY, BODY), (ACCESS, BODY), (ANCHOR, ACCESS), (ANCHOR, ANCHOR)];
    assert_eq!(pairs, expected.map(|(issuer, subject)| (json!(issuer), json!(subject))));
    // The anchor's statements end first.
    assert_eq!(resolved["exp"], (noon() + SignedDuration::from_hours(6)).as_second());
    assert!(asked(&entities, resolve(ACCESS, None)).await.is_ok());
    entities.hear(vec![]);
    assert_eq!(asked(&entities, resolve(BODY, None)).await, Err(FederationError::NotFound), "and is so at once");
}

#[tokio::test]
async fn what_is_resolved_shows_the_marks_that_hold() {
    let entities = entities();
    let marks = |token: &str| {
        let of_type = |mark: &Value| mark["trust_mark_type"].as_str().unwrap().to_owned();
        let claims = claims(token);
        claims.get("trust_marks").map(|marks| marks.as_array().unwrap().iter().map(of_type).collect::<Vec<_>>())
    };
    entities.hear(vec![superior(&entities, |_| {})]);
    let resolve = |subject| Question::Resolve { subject, anchor: None, entity_type: None };
    let body = asked(&entities, resolve(BODY)).await.unwrap();
    assert_eq!(marks(&body).unwrap(), [MARK, "of-us"]);
    let aggregator = asked(&entities, resolve(ACCESS)).await.unwrap();
    assert_eq!(marks(&aggregator), None, "what it shows is signed by nobody");
}

#[test]
fn a_mark_that_has_ended_is_held_no_more() {
    let end = noon() + SignedDuration::from_hours(1);
    let token = other_key().sign(None, json!({ "exp": end.as_second() }).as_object().unwrap()).unwrap();
    let entities = entities_with(|options| options.held_marks[0].token = token);
    let said = |now| claims(&text(entities.configuration(None, now).unwrap()));
    assert_eq!(said(noon())["trust_marks"].as_array().unwrap().len(), 1);
    assert!(said(end).get("trust_marks").is_none());
}

/// To make keys takes a while.
static RING: LazyLock<Keyring> = LazyLock::new(ring);

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_somebody_is_called_the_strict_reader_reads_it(name in "\\PC{0,40}", logo in proptest::option::of("\\PC{0,40}")) {
        let named = |code: &str| Organization { name: name.clone(), logo: logo.clone(), ..organization(code, "") };
        let bodies = [(c_e715(), named("c_e715"))].into();
        let options = EntitiesOptions { aggregator: named("r_demo"), bodies, ..options() };
        let entities = Entities::new(options, RING.clone());
        for (body, subject) in [(None, ACCESS), (Some(c_e715()), BODY)] {
            let token = text(entities.configuration(body.as_ref(), noon()).unwrap());
            let read = EntityConfiguration::self_signed(&token, &entity(subject), Addresses::Protected, noon()).unwrap();
            proptest::prop_assert_eq!(&read.metadata["federation_entity"]["organization_name"], &json!(name));
        }
        let token = entities.statement_token(&c_e715(), noon()).unwrap();
        let keys = entities.keys(None).unwrap().federation_jwks(noon());
        proptest::prop_assert!(SubordinateStatement::verify(&token, &entity(ACCESS), &entity(BODY), &keys, noon()).is_ok());
    }
}

#[tokio::test]
async fn what_cannot_be_resolved_has_its_own_answer() {
    let entities = entities();
    entities.hear(vec![superior(&entities, |_| {})]);
    let resolve = |subject, anchor, entity_type| Question::Resolve { subject, anchor, entity_type };
    let of_nobody = resolve("https://nobody.example", None, None);
    assert_eq!(asked(&entities, of_nobody).await, Err(FederationError::NotFound));
    let from_stranger = resolve(BODY, Some("https://stranger.example"), None);
    assert_eq!(asked(&entities, from_stranger).await, Err(FederationError::InvalidTrustAnchor));
    let as_provider = resolve(BODY, None, Some("openid_provider"));
    assert_eq!(asked(&entities, as_provider).await, Err(FederationError::NotFound));
    entities.hear(vec![superior(&entities, |stated| stated["jwks"] = keys().federation_jwks(noon()).to_json())]);
    let by_other_keys = asked(&entities, resolve(BODY, None, None)).await;
    assert_eq!(by_other_keys, Err(FederationError::NotFound), "the anchor does not know the key that signs now");
}

#[test]
fn marks_are_held_and_given_as_the_anchors_say() {
    let entities = entities();
    entities.hear(vec![superior(&entities, |_| {})]);
    let marks = |token: &str| -> Vec<String> {
        let claims = claims(token);
        claims["trust_marks"].as_array().unwrap().iter().map(|mark| mark["id"].as_str().unwrap().to_owned()).collect()
    };
    let aggregator = text(entities.configuration(None, noon()).unwrap());
    assert_eq!(marks(&aggregator), ["held", "given"]);
    assert_eq!(claims(&aggregator)["trust_marks"][0]["trust_mark"], "a.b.c", "a file goes before what an anchor says");
    let body = text(entities.configuration(Some(&c_e715()), noon()).unwrap());
    assert_eq!(marks(&body), [MARK, "of-us"]);
    let mark = claims(&body)["trust_marks"][0]["trust_mark"].as_str().unwrap().to_owned();
    let unverified = Unverified::parse(&mark).unwrap();
    assert_eq!(unverified.media_type(), Some("trust-mark+jwt"));
    let keys = entities.keys(None).unwrap().federation_jwks(noon());
    let verified = unverified.verify(&keys, Accepted::FEDERATION).unwrap();
    let said = Value::Object(verified.claims().members().clone());
    for (claim, value) in [
        ("iss", json!(ACCESS)),
        ("sub", json!(BODY)),
        ("id", json!(MARK)),
        ("trust_mark_type", json!(MARK)),
        ("organization_type", json!("public")),
        ("id_code", json!({ "ipa_code": "c_e715" })),
    ] {
        assert_eq!(said[claim], value, "{claim}");
    }
}

#[tokio::test]
async fn a_mark_stands_as_long_as_the_body_is_there() {
    let entities = entities();
    let status = |trust_mark_type, subject| Question::TrustMarkStatus { trust_mark_type, subject };
    for (mark_type, subject, active) in [
        (MARK, BODY, true),
        ("other", BODY, false),
        (MARK, "https://accesso.example/c_h501", false),
        (MARK, ACCESS, false),
    ] {
        let answer = asked(&entities, status(mark_type, subject)).await.unwrap();
        assert_eq!(answer, json!({ "active": active }).to_string());
    }
}

#[tokio::test]
async fn what_has_become_of_a_mark_is_signed_if_the_mark_is_ours() {
    let entities = entities();
    let body = claims(&text(entities.configuration(Some(&c_e715()), noon()).unwrap()));
    let mark = body["trust_marks"][0]["trust_mark"].as_str().unwrap().to_owned();
    let at = async |entities: &Entities, hours| {
        let later = noon() + SignedDuration::from_hours(hours);
        entities.answer(Question::TrustMark { token: &mark }, later).await
    };
    let answer = at(&entities, 0).await.unwrap();
    assert_eq!(answer.media_type, "application/trust-mark-status-response+jwt");
    let token = text(answer);
    assert_eq!(Unverified::parse(&token).unwrap().media_type(), Some("trust-mark-status-response+jwt"));
    let (issued_at, expires_at) = (noon().as_second(), (noon() + SignedDuration::from_hours(24)).as_second());
    let times = json!({ "iss": ACCESS, "iat": issued_at, "exp": expires_at, "trust_mark": mark, "status": "active" });
    assert_eq!(claims(&token), times);
    assert_eq!(text(at(&entities, 1).await.unwrap()), token, "signed once");
    assert_eq!(claims(&text(at(&entities, 48).await.unwrap()))["status"], "expired");
    let without_body = EntitiesOptions { bodies: BTreeMap::new(), ..entities.options.clone() };
    let without_body = Entities::new(without_body, [(None, entities.keys(None).unwrap())].into());
    assert_eq!(claims(&text(at(&without_body, 1).await.unwrap()))["status"], "revoked");
    assert_eq!(at(&entities_with(|_| {}), 1).await, Err(FederationError::NotFound), "signed by others");
    let configuration = text(entities.configuration(None, noon()).unwrap());
    for token in ["", "a.b.c", &configuration] {
        let answer = asked(&entities, Question::TrustMark { token }).await;
        assert_eq!(answer, Err(FederationError::NotFound), "{token}");
    }
}

#[test]
fn nothing_is_signed_anew_before_half_its_life_is_over() {
    let entities = entities();
    let at = |hours| text(entities.configuration(None, noon() + SignedDuration::from_hours(hours)).unwrap());
    assert_eq!(at(0), at(11));
    assert_ne!(at(0), at(12));
}

/// Others refuse what was issued in their future, and it would be given out until that future comes.
#[test]
fn what_was_signed_while_the_clock_was_ahead_is_not_given_out_any_more() {
    let entities = entities();
    let issued = |at| claims(&text(entities.configuration(None, at).unwrap()))["iat"].as_i64().unwrap();
    let ahead = noon() + SignedDuration::from_hours(24 * 365);
    assert_eq!(issued(ahead), ahead.as_second());
    assert_eq!(issued(noon()), noon().as_second());
}

#[test]
fn what_is_looked_up_again_and_is_the_same_is_not_signed_anew() {
    let entities = entities();
    let above = superior(&entities, |_| {});
    let ring = || [None, Some(c_e715())].map(|body| (body.clone(), entities.keys(body.as_ref()).unwrap())).into();
    let now = || [None, Some(c_e715())].map(|body| text(entities.configuration(body.as_ref(), noon()).unwrap()));
    entities.hear(vec![above.clone()]);
    let before = now();
    entities.hear(vec![above]);
    entities.replace_keys(ring());
    entities.know("cie", &[]);
    assert_eq!(now(), before);
    entities.hear(vec![]);
    assert_ne!(now()[0], before[0], "the mark that the anchor gave is gone");
    let without_marks = now();
    entities.replace_keys([(None, keys()), (Some(c_e715()), keys())].into());
    assert!(now() != without_marks, "with new keys at once");
}

#[test]
fn a_key_signs_from_the_moment_at_which_everybody_knows_it() {
    let entities = entities();
    let first = entities.keys(None).unwrap();
    let mut two = EntityKeys { federation: first.federation.clone(), signing: vec![], encryption: vec![], ..*first };
    two.federation.push(Generation { made_at: noon() + SignedDuration::from_hours(1), ..generation(other_key()) });
    let names = two.federation.iter().map(|one| one.key.key_id().to_owned()).collect::<Vec<_>>();
    entities.replace_keys([(None, Arc::new(two))].into());
    let at = |minutes: i64| {
        let later = noon() + SignedDuration::from_mins(minutes);
        let token = text(entities.configuration(None, later).unwrap());
        let keys = claims(&token)["jwks"]["keys"].as_array().unwrap().len();
        (Unverified::parse(&token).unwrap().key_id().unwrap().to_owned(), keys)
    };
    assert_eq!(at(25 * 60 - 1), (names[0].clone(), 2));
    assert_eq!(at(25 * 60), (names[1].clone(), 2));
    assert_eq!(at(49 * 60), (names[1].clone(), 1), "and who knew the old one only has forgotten by now");
}

#[test]
fn a_mark_counts_for_as_long_as_what_it_stands_in() {
    let entities = entities();
    for hours in 0..100 {
        let now = noon() + SignedDuration::from_hours(hours);
        let said = claims(&text(entities.configuration(Some(&c_e715()), now).unwrap()));
        let mark = claims(said["trust_marks"][0]["trust_mark"].as_str().unwrap());
        assert!(mark["exp"].as_i64() >= said["exp"].as_i64(), "after {hours} hours");
    }
}
