//! What is published about cards, in good faith and otherwise.

use std::time::Duration;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use jiff::{SignedDuration, Timestamp};
use x509_cert::Certificate;
use x509_cert::der::asn1::{Null, ObjectIdentifier, OctetString};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{
    BasicOcspResponse, CertId, CertStatus, OcspRequest, OcspResponse, OcspResponseStatus, Request, ResponderId,
    TbsRequest,
};
use x509_parser::prelude::FromDer as _;
use x509_parser::revocation_list::CertificateRevocationList;

use super::{bianca, published};
use crate::card::{Asked, Card, CardAuthority, Conduct, Nuisance, RevocationServer, Times};
use crate::now::now;

async fn get(address: &str) -> reqwest::Result<reqwest::Response> {
    reqwest::Client::builder().no_proxy().build()?.get(address).send().await
}

async fn fetch(address: &str) -> Vec<u8> {
    get(address).await.unwrap().error_for_status().unwrap().bytes().await.unwrap().to_vec()
}

async fn list(authority: &CardAuthority) -> Vec<u8> {
    fetch(&authority.list_address()).await
}

/// The number of a list, and the numbers on it.
fn read(list: &[u8]) -> (u32, Vec<Vec<u8>>) {
    let (rest, list) = CertificateRevocationList::from_der(list).unwrap();
    assert!(rest.is_empty());
    let revoked = list.iter_revoked_certificates().map(|one| one.raw_serial().to_vec()).collect();
    (list.crl_number().unwrap().try_into().unwrap(), revoked)
}

/// Whether somebody has signed a list.
fn has_signed(authority: &CardAuthority, list: &[u8]) -> bool {
    let (_, list) = CertificateRevocationList::from_der(list).unwrap();
    verifies(authority.der(), list.tbs_cert_list.as_ref(), &list.signature_value.data)
}

fn verifies(certificate: &[u8], signed: &[u8], signature: &[u8]) -> bool {
    let certificate = Certificate::from_der(certificate).unwrap().tbs_certificate;
    let key = certificate.subject_public_key_info.subject_public_key;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.raw_bytes()).verify(signed, signature).is_ok()
}

/// A question about a card of this authority.
fn question(authority: &CardAuthority, serial: &[u8]) -> Vec<u8> {
    let issuer = Certificate::from_der(authority.der()).unwrap().tbs_certificate;
    let hash = |bytes: &[u8]| OctetString::new(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref()).unwrap();
    let id = CertId {
        hash_algorithm: AlgorithmIdentifierOwned {
            oid: ObjectIdentifier::new_unwrap("1.3.14.3.2.26"),
            parameters: Some(Null.into()),
        },
        issuer_name_hash: hash(&issuer.subject.to_der().unwrap()),
        issuer_key_hash: hash(issuer.subject_public_key_info.subject_public_key.raw_bytes()),
        serial_number: SerialNumber::new(serial).unwrap(),
    };
    let request = Request { req_cert: id, single_request_extensions: None };
    let tbs_request = TbsRequest { request_list: vec![request], ..TbsRequest::default() };
    OcspRequest { tbs_request, optional_signature: None }.to_der().unwrap()
}

async fn ask(authority: &CardAuthority, question: Vec<u8>) -> OcspResponse {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(authority.responder_address()).body(question).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/ocsp-response");
    OcspResponse::from_der(&answer.bytes().await.unwrap()).unwrap()
}

async fn answer(card: &Card) -> BasicOcspResponse {
    let answer = ask(card.authority(), question(card.authority(), card.serial())).await;
    assert_eq!(answer.response_status, OcspResponseStatus::Successful);
    BasicOcspResponse::from_der(answer.response_bytes.unwrap().response.as_bytes()).unwrap()
}

/// What is said about a card.
async fn status(card: &Card) -> CertStatus {
    let [single] = &answer(card).await.tbs_response_data.responses[..] else { panic!("not one answer") };
    assert_eq!(single.cert_id.serial_number.as_bytes(), card.serial());
    single.cert_status
}

async fn with_card() -> (RevocationServer, CardAuthority, Card) {
    let (server, authority) = published().await;
    let card = authority.card(bianca()).unwrap().issue(now()).unwrap();
    (server, authority, card)
}

#[tokio::test]
async fn a_list_holds_what_was_revoked() {
    let (server, authority, card) = with_card().await;
    let empty = list(&authority).await;
    assert!(has_signed(&authority, &empty));
    assert_eq!(read(&empty), (1, vec![]));
    server.revoke(&card).unwrap();
    assert_eq!(read(&list(&authority).await), (2, vec![card.serial().to_vec()]));
    server.reinstate(&card).unwrap();
    assert_eq!(read(&list(&authority).await), (3, vec![]));
    assert_eq!(server.asked(&authority).unwrap(), Asked { lists: 3, answers: 0 });
    let kind = get(&authority.list_address()).await.unwrap().headers()["content-type"].clone();
    assert_eq!(kind, "application/pkix-crl");
}

#[tokio::test]
async fn somebody_answers_about_a_card() {
    let (server, authority, card) = with_card().await;
    assert_eq!(status(&card).await, CertStatus::good());
    server.suspend(&card).unwrap();
    assert!(matches!(status(&card).await, CertStatus::Revoked(_)));
    let answer = answer(&card).await;
    let signed = answer.tbs_response_data.to_der().unwrap();
    assert!(verifies(authority.der(), &signed, answer.signature.raw_bytes()));
    assert_eq!(answer.certs, None);
    assert_eq!(server.asked(&authority).unwrap(), Asked { lists: 0, answers: 3 });
}

#[tokio::test]
async fn somebody_else_may_answer() {
    let (server, authority, card) = with_card().await;
    server.delegates(&authority, true).unwrap();
    let answer = answer(&card).await;
    let [delegate] = &answer.certs.clone().unwrap()[..] else { panic!("not one certificate") };
    let signed = answer.tbs_response_data.to_der().unwrap();
    assert!(verifies(&delegate.to_der().unwrap(), &signed, answer.signature.raw_bytes()));
    assert!(!verifies(authority.der(), &signed, answer.signature.raw_bytes()));
    let delegate = &delegate.tbs_certificate;
    assert!(verifies_below(&authority, &answer.certs.unwrap()[0]));
    assert_eq!(answer.tbs_response_data.responder_id, ResponderId::ByName(delegate.subject.clone()));
    server.delegates(&authority, false).unwrap();
    assert_eq!(self::answer(&card).await.certs, None);
}

fn verifies_below(authority: &CardAuthority, certificate: &Certificate) -> bool {
    verifies(authority.der(), &certificate.tbs_certificate.to_der().unwrap(), certificate.signature.raw_bytes())
}

#[tokio::test]
async fn who_asks_about_others_is_told_nothing() {
    let (_server, authority, card) = with_card().await;
    let (_elsewhere, other) = published().await;
    let about_others = ask(&authority, question(&other, card.serial())).await;
    assert_eq!(about_others.response_status, OcspResponseStatus::Unauthorized);
    assert_eq!(ask(&authority, b"?".to_vec()).await.response_status, OcspResponseStatus::MalformedRequest);
}

#[tokio::test]
async fn lists_and_answers_are_as_old_as_they_are_made() {
    let (server, authority, card) = with_card().await;
    let times = Times { age: SignedDuration::from_hours(2), life: SignedDuration::from_hours(3) };
    server.list_times(&authority, times).unwrap();
    server.answer_times(&authority, times).unwrap();
    let der = list(&authority).await;
    let (_, list) = CertificateRevocationList::from_der(&der).unwrap();
    check_times(list.last_update().timestamp(), list.next_update().unwrap().timestamp());
    let single = answer(&card).await.tbs_response_data.responses.remove(0);
    let seconds = |time: x509_ocsp::OcspGeneralizedTime| time.0.to_unix_duration().as_secs().cast_signed();
    check_times(seconds(single.this_update), seconds(single.next_update.unwrap()));
}

/// Made two hours ago, for three hours.
fn check_times(from: i64, until: i64) {
    let age = now().duration_since(Timestamp::from_second(from).unwrap());
    assert!((7200..7260).contains(&age.as_secs()), "{age}");
    assert_eq!(until - from, 3 * 3600);
}

#[tokio::test]
async fn lists_may_be_bad() {
    let (server, authority, card) = with_card().await;
    server.revoke(&card).unwrap();
    let mut before = 0;
    for conduct in [Conduct::Good, Conduct::Stale, Conduct::Forged, Conduct::OfAnother, Conduct::KnowsNobody] {
        server.publishes(&authority, conduct).unwrap();
        let der = list(&authority).await;
        let (number, revoked) = read(&der);
        assert!(number > before, "{number} after {before}");
        before = number;
        let (_, list) = CertificateRevocationList::from_der(&der).unwrap();
        let ours = list.issuer().to_string().contains("CN=Regione Demo");
        let fresh = list.next_update().unwrap().timestamp() > now().as_second();
        let told = (has_signed(&authority, &der), ours, fresh, revoked.len());
        let expected = match conduct {
            Conduct::Stale => (true, true, false, 1),
            Conduct::Forged => (false, true, true, 1),
            Conduct::OfAnother => (false, false, true, 1),
            Conduct::KnowsNobody => (true, true, true, 0),
            Conduct::Good | Conduct::Nuisance(_) => (true, true, true, 1),
        };
        assert_eq!(told, expected, "{conduct:?}");
    }
}

#[tokio::test]
async fn answers_may_be_bad() {
    let (server, authority, card) = with_card().await;
    let is_signed = |answer: &BasicOcspResponse| {
        verifies(authority.der(), &answer.tbs_response_data.to_der().unwrap(), answer.signature.raw_bytes())
    };
    server.answers(&authority, Conduct::Forged).unwrap();
    assert!(!is_signed(&answer(&card).await));
    server.answers(&authority, Conduct::KnowsNobody).unwrap();
    assert_eq!(status(&card).await, CertStatus::unknown());
    server.answers(&authority, Conduct::OfAnother).unwrap();
    let another = answer(&card).await;
    assert_ne!(another.tbs_response_data.responses[0].cert_id.serial_number.as_bytes(), card.serial());
    assert!(is_signed(&another));
    server.answers(&authority, Conduct::Stale).unwrap();
    let stale = answer(&card).await.tbs_response_data.responses.remove(0).next_update.unwrap();
    assert!(stale.0.to_unix_duration().as_secs() < now().as_second().cast_unsigned());
}

#[tokio::test]
async fn there_may_be_no_answer_of_use() {
    let (server, authority) = published().await;
    let publishes = |nuisance| server.publishes(&authority, Conduct::Nuisance(nuisance)).unwrap();
    publishes(Nuisance::Away);
    assert_eq!(get(&authority.list_address()).await.unwrap().status(), 503);
    publishes(Nuisance::Garbage);
    assert!(CertificateRevocationList::from_der(&list(&authority).await).is_err());
    publishes(Nuisance::Endless);
    let mut endless = get(&authority.list_address()).await.unwrap();
    let mut length = 0;
    while length < 1 << 20 {
        length += endless.chunk().await.unwrap().unwrap().len();
    }
    let patience = Duration::from_millis(50);
    publishes(Nuisance::Slow(patience * 2));
    assert!(tokio::time::timeout(patience, list(&authority)).await.is_err());
    assert!(has_signed(&authority, &list(&authority).await));
    assert_eq!(server.asked(&authority).unwrap().lists, 5);
}

#[tokio::test]
async fn the_server_goes_away_and_comes_back() {
    let (server, authority, card) = with_card().await;
    server.revoke(&card).unwrap();
    server.leave().await;
    assert!(get(&authority.list_address()).await.unwrap_err().is_connect());
    server.come_back().await.unwrap();
    assert_eq!(read(&list(&authority).await).1, [card.serial()]);
}

#[tokio::test]
async fn the_trust_list_is_what_it_was_given() {
    let (server, _) = published().await;
    let address = server.trust_list_address();
    assert_eq!(get(&address).await.unwrap().status(), 404);
    server.publish_trust_list("<uno/>");
    assert_eq!(fetch(&address).await, b"<uno/>");
    server.publish_trust_list("<due/>");
    assert_eq!(fetch(&address).await, b"<due/>");
    server.withhold_trust_list(Some(Nuisance::Away));
    assert_eq!(get(&address).await.unwrap().status(), 503);
    server.withhold_trust_list(None);
    assert_eq!(fetch(&address).await, b"<due/>");
    assert_eq!(server.trust_list_asked(), 5);
}

#[tokio::test]
async fn who_was_not_added_has_nothing_published() {
    let (server, authority) = published().await;
    assert_eq!(get(&format!("{}/altri.crl", server.origin())).await.unwrap().status(), 404);
    assert_eq!(get(&format!("{}/cittadini", server.origin())).await.unwrap().status(), 404);
    let stranger = authority.below(crate::card::IDENTITY_CARDS, now()).unwrap();
    assert!(server.asked(&stranger).is_err());
}
