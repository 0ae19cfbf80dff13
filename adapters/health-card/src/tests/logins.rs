//! Logins with a card, on both hosts.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use varco_core::attempt::{AttemptId, Sent};
use varco_core::attribute::Attribute;
use varco_core::card::{CardAddress, CardReader as _, ShownCertificates};
use varco_core::level::Level;
use varco_core::method::{Channel, Departure, LoginMethod as _, Opening, Return, Verified};
use varco_core::name::{BodyId, MethodId, ServiceId};
use varco_core::origin::Origin;
use varco_core::refusal::Refusal;
use varco_core::secret::Secret;
use varco_core::service::Service;

use super::made::{Sequence, TestAuthority, noon};
use crate::authority::{Authorities, Authority};
use crate::certificate::CardCertificate;
use crate::handoff::Seal;
use crate::method::{HealthCard, HealthCardOptions, METHOD};
use crate::ocsp::CardStatus;
use crate::trust::Trust;
use crate::verdict::{Policy, Source, Verdict};

const ACCESS: &str = "https://accesso.regione.example";

/// Everybody's card has this standing.
struct Says(Arc<Authorities>, CardStatus);

#[async_trait]
impl Trust for Says {
    fn authorities(&self) -> Arc<Authorities> {
        Arc::clone(&self.0)
    }

    async fn standing(&self, _: &CardCertificate<'_>, _: &Authority, _: Timestamp) -> Verdict {
        Verdict { outcome: self.1, source: Source::Nobody, age: SignedDuration::ZERO }
    }
}

/// A citizen on their way.
struct Way {
    sent: Sent,
    ticket: String,
}

fn method(authority: &TestAuthority, status: CardStatus, policy: Policy) -> HealthCard {
    HealthCard::new(HealthCardOptions {
        access: Origin::parse(ACCESS).unwrap(),
        address: CardAddress::parse("https://*.carta.regione.example").unwrap(),
        seal: Seal::new(&[7; 32]).unwrap(),
        trust: Arc::new(Says(Arc::new(authority.alone()), status)),
        policy,
        randomness: Arc::new(Sequence::default()),
    })
    .unwrap()
}

fn attempt(number: u8) -> AttemptId {
    AttemptId(Secret::from_bytes([number; 16]))
}

async fn begin(method: &HealthCard, attempt: AttemptId) -> Way {
    let service = Service {
        id: ServiceId::parse("anagrafe").unwrap(),
        body: BodyId::parse("c_e715").unwrap(),
        name: "Anagrafe".to_owned(),
        hosts: Vec::new(),
        path: "/".to_owned(),
        level: Level::Two,
        attributes: Vec::new(),
        purpose: None,
        ages: None,
        rules: Vec::new(),
    };
    let opening = Opening { attempt, service: &service, level: Level::Two, provider: None, now: noon() };
    let sending = method.begin(opening).await.unwrap();
    let Departure::Redirect(address) = sending.departure else { panic!("no redirect") };
    let (host, ticket) = address.split_once("/?ticket=").unwrap();
    assert!(method.address().is_at(host.strip_prefix("https://").unwrap()), "{host}");
    let method = MethodId::parse(METHOD).unwrap();
    let sent = Sent { method, provider: None, level: Level::Two, purpose: None, memo: sending.memo };
    Way { sent, ticket: ticket.to_owned() }
}

fn shown(der: &[u8]) -> ShownCertificates {
    ShownCertificates::new([Box::from(der)])
}

/// What comes back to the access host.
fn returned(address: &str) -> Return {
    let query = address.strip_prefix(&format!("{ACCESS}/return/health-card")).unwrap();
    let parameters = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Return { channel: Channel::Query, parameters }
}

async fn outcome(method: &HealthCard, way: &Way, card: &ShownCertificates) -> Result<Verified, Refusal> {
    let back = method.read(Some(&way.ticket), card, noon()).await;
    method.complete(&way.sent, &returned(&back), noon()).await
}

fn code(outcome: Result<Verified, Refusal>) -> &'static str {
    outcome.map_or_else(|refusal| refusal.code(), |_| "logged in")
}

#[tokio::test]
async fn a_good_card_says_who_it_is() {
    let authority = TestAuthority::new("CA di prova");
    let method = method(&authority, CardStatus::Good, Policy::Hard);
    let way = begin(&method, attempt(1)).await;
    let back = method.read(Some(&way.ticket), &shown(&authority.card(|_| {})), noon()).await;
    assert!(!back.contains("SMPBNC"), "what travels is sealed");
    let returned = returned(&back);
    assert_eq!(method.attempt_of(&returned), Some(attempt(1)));
    let verified = method.complete(&way.sent, &returned, noon()).await.unwrap();
    let identity = verified.identity;
    assert_eq!((identity.person.value(), identity.level), ("SMPBNC85D52D612L", Level::Three));
    let value = |attribute| identity.attributes.value(attribute);
    assert_eq!(value(Attribute::FiscalNumber), Some("SMPBNC85D52D612L"));
    assert_eq!((value(Attribute::GivenName), value(Attribute::FamilyName)), (Some("Bianca"), Some("Esempio")));
    assert_eq!((identity.provider, identity.authenticated_at), (None, noon()));
}

#[tokio::test]
async fn whatever_is_wrong_with_a_card_is_said_on_the_access_host() {
    let authority = TestAuthority::new("CA di prova");
    let expired = authority.card(|said| said.years = (2018, 2024));
    let stranger = TestAuthority::new("CA di prova").card(|_| {});
    let cases = [
        (ShownCertificates::default(), "health-card.missing"),
        (shown(&expired), "health-card.expired"),
        (shown(&stranger), "health-card.untrusted"),
        (shown(b"no certificate"), "health-card.malformed"),
    ];
    for (card, expected) in cases {
        let method = method(&authority, CardStatus::Good, Policy::Hard);
        let way = begin(&method, attempt(1)).await;
        assert_eq!(code(outcome(&method, &way, &card).await), expected);
    }
}

#[tokio::test]
async fn a_card_that_nobody_knows_of_is_for_the_policy_to_judge() {
    let authority = TestAuthority::new("CA di prova");
    let card = shown(&authority.card(|_| {}));
    let cases = [
        (CardStatus::Revoked, Policy::Hard, "health-card.revoked"),
        (CardStatus::Revoked, Policy::Soft, "health-card.revoked"),
        (CardStatus::Unknown, Policy::Hard, "health-card.revocation-unknown"),
        (CardStatus::Unknown, Policy::Soft, "logged in"),
    ];
    for (status, policy, expected) in cases {
        let method = method(&authority, status, policy);
        let way = begin(&method, attempt(1)).await;
        assert_eq!(code(outcome(&method, &way, &card).await), expected, "{status:?} {policy:?}");
    }
}

#[tokio::test]
async fn a_reading_counts_for_its_own_attempt_alone() {
    let authority = TestAuthority::new("CA di prova");
    let method = method(&authority, CardStatus::Good, Policy::Hard);
    let card = shown(&authority.card(|_| {}));
    let (one, other) = (begin(&method, attempt(1)).await, begin(&method, attempt(2)).await);
    let back = method.read(Some(&one.ticket), &card, noon()).await;
    assert_eq!(code(method.complete(&other.sent, &returned(&back), noon()).await), "login.attempt.unknown");
    // The same attempt asked again: only the answer to the last question counts.
    let again = begin(&method, attempt(1)).await;
    assert_eq!(code(method.complete(&again.sent, &returned(&back), noon()).await), "login.attempt.unknown");
}

#[tokio::test]
async fn a_reading_is_sealed_and_soon_over() {
    let authority = TestAuthority::new("CA di prova");
    let method = method(&authority, CardStatus::Good, Policy::Hard);
    let way = begin(&method, attempt(1)).await;
    let back = method.read(Some(&way.ticket), &shown(&authority.card(|_| {})), noon()).await;
    let later = noon() + SignedDuration::from_secs(60);
    assert_eq!(code(method.complete(&way.sent, &returned(&back), later).await), "health-card.hand-off");
    let mut forged = returned(&back);
    forged.parameters.insert("reading".to_owned(), way.ticket.clone());
    assert_eq!(code(method.complete(&way.sent, &forged, noon()).await), "health-card.hand-off");
    forged.parameters.remove("reading");
    assert_eq!(code(method.complete(&way.sent, &forged, noon()).await), "health-card.hand-off");
    let posted = Return { channel: Channel::Form, ..returned(&back) };
    assert_eq!(code(method.complete(&way.sent, &posted, noon()).await), "health-card.hand-off");
}

#[tokio::test]
async fn without_a_ticket_no_card_is_read() {
    let authority = TestAuthority::new("CA di prova");
    let method = method(&authority, CardStatus::Good, Policy::Hard);
    let (card, way) = (shown(&authority.card(|_| {})), begin(&method, attempt(1)).await);
    let bare = format!("{ACCESS}/return/health-card");
    assert_eq!(method.read(None, &card, noon()).await, bare);
    assert_eq!(method.read(Some("forged"), &card, noon()).await, bare);
    let late = noon() + SignedDuration::from_mins(30);
    assert_eq!(method.read(Some(&way.ticket), &card, late).await, bare);
}

#[tokio::test]
async fn without_authorities_nobody_is_offered_it() {
    let authority = TestAuthority::new("CA di prova");
    assert!(method(&authority, CardStatus::Good, Policy::Hard).is_open());
    let nobody = HealthCard::new(HealthCardOptions {
        access: Origin::parse(ACCESS).unwrap(),
        address: CardAddress::parse("https://carta.regione.example").unwrap(),
        seal: Seal::new(&[7; 32]).unwrap(),
        trust: Arc::new(Says(Arc::default(), CardStatus::Good)),
        policy: Policy::Hard,
        randomness: Arc::new(Sequence::default()),
    });
    assert!(!nobody.unwrap().is_open());
}
