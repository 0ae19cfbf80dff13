//! Two protocols that answer in their own name, as one method.

use std::sync::Mutex;

use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_core::name::{MethodId, ServiceId};
use varco_core::purpose::Purpose;
use varco_core::secret::Secret;
use varco_core::service::Service;

use super::*;

const OPENID_MEMO: &str = r#"{"openid":1}"#;
const SAML_MEMO: &str = r#"{"request_id":"_1"}"#;

/// A protocol that only remembers what it was asked.
struct Protocol {
    descriptor: Descriptor,
    providers: Mutex<Vec<&'static str>>,
    memo: &'static str,
    asked: Mutex<Vec<&'static str>>,
}

impl Protocol {
    fn new(providers: &[&'static str], memo: &'static str, purposes: bool, attribute: Attribute) -> Arc<Self> {
        let descriptor = Descriptor {
            id: MethodId::parse("spid").unwrap(),
            name: "SPID",
            levels: Level::ALL.to_vec(),
            attributes: vec![Attribute::FiscalNumber, attribute],
            purposes,
        };
        Arc::new(Self { descriptor, providers: Mutex::new(providers.to_vec()), memo, asked: Mutex::default() })
    }

    fn note(&self, what: &'static str) {
        self.asked.lock().unwrap().push(what);
    }
}

#[async_trait]
impl LoginMethod for Protocol {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn providers(&self) -> Vec<Provider> {
        let provider = |id: &&str| Provider { id: provider_id(id), name: self.memo.to_owned(), site: None };
        self.providers.lock().unwrap().iter().map(provider).collect()
    }

    fn is_open(&self) -> bool {
        !self.providers.lock().unwrap().is_empty()
    }

    fn attempt_of(&self, _: &Return) -> Option<AttemptId> {
        self.note("attempt_of");
        None
    }

    async fn begin(&self, opening: Opening<'_>) -> Result<Sending, Refusal> {
        self.note("begin");
        let departure = Departure::Redirect(String::new());
        Ok(Sending { provider: opening.provider.cloned(), memo: self.memo.to_owned(), departure })
    }

    async fn complete(&self, _: &Sent, _: &Return, _: Timestamp) -> Result<Verified, Refusal> {
        self.note("complete");
        Err(LoginRefusal::Replayed.into())
    }

    fn metadata(&self, _: Option<&BodyId>, _: Timestamp) -> Result<Option<Document>, Refusal> {
        self.note("metadata");
        Ok(None)
    }

    async fn farewell(&self, _: &ProviderLogin, _: LogoutId, _: Timestamp) -> Result<Option<Farewell>, Refusal> {
        self.note("farewell");
        Ok(None)
    }
}

struct Pair {
    saml: Arc<Protocol>,
    openid: Arc<Protocol>,
    both: Both,
}

fn pair(saml: &[&'static str], openid: &[&'static str]) -> Pair {
    let saml = Protocol::new(saml, SAML_MEMO, true, Attribute::SpidCode);
    let openid = Protocol::new(openid, OPENID_MEMO, false, Attribute::Email);
    Pair { both: Both::new(saml.clone(), openid.clone()), saml, openid }
}

impl Pair {
    /// What each was asked: SAML, OpenID.
    fn asked(&self) -> [Vec<&'static str>; 2] {
        [&self.saml, &self.openid].map(|protocol| std::mem::take(&mut *protocol.asked.lock().unwrap()))
    }

    async fn begin(&self, provider: Option<&str>, purpose: Option<Purpose>) -> Result<Sending, Refusal> {
        let service = Service { purpose, ..service() };
        let provider = provider.map(provider_id);
        let attempt = AttemptId(Secret::from_bytes([1; 16]));
        let opening = Opening {
            attempt,
            service: &service,
            level: Level::Two,
            provider: provider.as_ref(),
            now: Timestamp::UNIX_EPOCH,
        };
        self.both.begin(opening).await
    }

    async fn complete(&self, memo: &str, channel: Channel) -> Refusal {
        let sent = Sent {
            method: MethodId::parse("spid").unwrap(),
            provider: None,
            level: Level::Two,
            purpose: None,
            memo: memo.to_owned(),
        };
        let returned = Return { channel, ..Return::default() };
        self.both.complete(&sent, &returned, Timestamp::UNIX_EPOCH).await.unwrap_err()
    }
}

fn provider_id(id: &str) -> ProviderId {
    ProviderId::parse(id).unwrap()
}

fn service() -> Service {
    Service {
        id: ServiceId::parse("anagrafe").unwrap(),
        body: BodyId::parse("c_e715").unwrap(),
        name: "Anagrafe".to_owned(),
        hosts: vec![],
        path: "/".to_owned(),
        level: Level::Two,
        attributes: vec![],
        purpose: None,
        ages: None,
        rules: vec![],
    }
}

#[tokio::test]
async fn a_login_begins_with_the_protocol_of_its_provider() {
    let pair = pair(&["https://saml.example"], &["https://op.example"]);
    let ids: Vec<_> = pair.both.providers().into_iter().map(|one| one.id.to_string()).collect();
    assert_eq!(ids, ["https://saml.example", "https://op.example"]);
    assert_eq!(pair.begin(Some("https://op.example"), None).await.unwrap().memo, OPENID_MEMO);
    assert_eq!(pair.begin(Some("https://saml.example"), None).await.unwrap().memo, SAML_MEMO);
    for unknown in [Some("https://other.example"), None] {
        assert_eq!(pair.begin(unknown, None).await.unwrap_err().code(), "login.provider.unknown");
    }
    assert_eq!(pair.asked(), [vec!["begin"], vec!["begin"]]);
}

#[tokio::test]
async fn where_there_is_only_one_provider_nobody_need_choose() {
    assert_eq!(pair(&["https://saml.example"], &[]).begin(None, None).await.unwrap().memo, SAML_MEMO);
    assert_eq!(pair(&[], &["https://op.example"]).begin(None, None).await.unwrap().memo, OPENID_MEMO);
    assert_eq!(pair(&[], &[]).begin(None, None).await.unwrap_err().code(), "login.provider.unknown");
}

#[test]
fn one_entity_over_both_protocols_is_one_provider() {
    let pair = pair(&["https://idp.example"], &["https://idp.example"]);
    let names: Vec<_> = pair.both.providers().into_iter().map(|one| one.name).collect();
    assert_eq!(names, [SAML_MEMO]);
}

#[tokio::test]
async fn an_answer_goes_to_the_protocol_that_asked() {
    let pair = pair(&["https://saml.example"], &["https://op.example"]);
    assert_eq!(pair.complete(OPENID_MEMO, Channel::Query).await.code(), "login.proof.replayed");
    assert_eq!(pair.asked(), [vec![], vec!["complete"]]);
    assert_eq!(pair.complete(SAML_MEMO, Channel::Form).await.code(), "login.proof.replayed");
    assert_eq!(pair.asked(), [vec!["complete"], vec![]]);
}

/// Else somebody could bring the answer of one protocol to the question of the other.
#[tokio::test]
async fn an_answer_over_the_other_protocol_is_refused_and_nobody_looks_at_it() {
    let pair = pair(&["https://saml.example"], &["https://op.example"]);
    for (memo, channel) in [(OPENID_MEMO, Channel::Form), (SAML_MEMO, Channel::Query), ("", Channel::Query)] {
        let refusal = pair.complete(memo, channel).await;
        assert_eq!((refusal.code(), refusal.status().number()), ("login.attempt.other-method", 403));
    }
    assert_eq!(pair.asked(), [vec![], vec![]] as [Vec<&str>; 2]);
}

#[test]
fn the_attempt_is_read_by_the_protocol_of_the_channel() {
    let pair = pair(&[], &[]);
    for channel in [Channel::Form, Channel::Query] {
        assert!(pair.both.attempt_of(&Return { channel, ..Return::default() }).is_none());
    }
    assert_eq!(pair.asked(), [vec!["attempt_of"], vec!["attempt_of"]]);
}

#[tokio::test]
async fn the_method_can_what_either_can_and_each_is_asked_only_what_it_can() {
    let pair = pair(&["https://saml.example"], &["https://op.example"]);
    let descriptor = pair.both.descriptor();
    assert!(descriptor.purposes);
    assert_eq!(descriptor.attributes, [Attribute::FiscalNumber, Attribute::SpidCode, Attribute::Email]);
    assert_eq!(descriptor.levels, Level::ALL);
    assert!(pair.begin(Some("https://saml.example"), Some(Purpose::P)).await.is_ok());
    let refused = pair.begin(Some("https://op.example"), Some(Purpose::P)).await.unwrap_err();
    assert_eq!(refused.code(), "login.method.no-purpose");
}

#[tokio::test]
async fn a_login_ends_as_it_began() {
    let pair = pair(&["https://saml.example"], &["https://op.example"]);
    for (memo, asked) in [(OPENID_MEMO, [vec![], vec!["farewell"]]), (SAML_MEMO, [vec!["farewell"], vec![]])] {
        let login = ProviderLogin {
            method: MethodId::parse("spid").unwrap(),
            provider: provider_id("https://op.example"),
            name: "ada".to_owned(),
            index: None,
            keeps_session: true,
            memo: memo.to_owned(),
        };
        pair.both.farewell(&login, LogoutId(Secret::from_bytes([1; 16])), Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!(pair.asked(), asked);
    }
}

#[test]
fn it_is_open_as_long_as_one_is() {
    assert!(pair(&["https://saml.example"], &[]).both.is_open());
    assert!(pair(&[], &["https://op.example"]).both.is_open());
    assert!(!pair(&[], &[]).both.is_open());
}
