//! Trust lists, good ones and all others.

use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName, DnType, IsCa,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P521_SHA512, date_time_ymd,
};
use varco_forge::dice::Dice;
use varco_forge::mutation::mutate;
use varco_forge::trust_list::{DEPRECATED, ListSigner, ListedAuthority, RECOGNISED, TrustListText};
use varco_xmldsig::{Limits, SignatureRefusal, TrustedKey, Xml, XmlRefusal};

use super::made::{TestAuthority, noon};
use crate::certificate::CardCertificate;
use crate::refusal::CardRefusal;
use crate::trust_list::{OmissionReason, TrustList, TrustListRefusal};

static SIGNER: LazyLock<ListSigner> = LazyLock::new(|| ListSigner::new().unwrap());
static STRANGER: LazyLock<ListSigner> = LazyLock::new(|| ListSigner::new().unwrap());

const QUALIFIED: &str = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn trusted(signer: &ListSigner) -> Vec<TrustedKey> {
    vec![TrustedKey::from_certificate_pem(&signer.certificate).unwrap()]
}

/// As if it was recognised in 2020.
fn listed(certificate: &[u8]) -> ListedAuthority {
    ListedAuthority::recognised("CA di prova", certificate, at("2020-01-01T00:00:00Z"))
}

fn list(authorities: Vec<ListedAuthority>) -> TrustListText {
    let (issued_at, next_at) = (at("2026-11-20T08:00:00Z"), Some(at("2027-05-20T08:00:00Z")));
    TrustListText { sequence: 141, issued_at, next_at, authorities }
}

fn read(list: &TrustListText) -> TrustList {
    read_text(&list.write()).unwrap()
}

/// Signs whatever the text says.
fn read_text(text: &str) -> Result<TrustList, TrustListRefusal> {
    TrustList::read(&SIGNER.sign(text, noon()).unwrap(), &trusted(&SIGNER), noon())
}

fn refusal(text: &str) -> TrustListRefusal {
    read_text(text).expect_err("it should be refused")
}

/// Replaces, and sees that there was something to replace.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in the list");
    text.replacen(from, to, 1)
}

fn vouched(list: &TrustList, card: &[u8]) -> Result<String, CardRefusal> {
    let card = CardCertificate::read(card, noon()).unwrap();
    list.authorities.vouching(&card, noon()).map(|authority| authority.name.clone())
}

fn omissions(list: &TrustList) -> Vec<OmissionReason> {
    assert_eq!(list.left_out, list.omissions.len());
    list.omissions.iter().map(|omission| omission.why).collect()
}

/// A card that counts from the first day of a year on.
fn card_of(authority: &TestAuthority, year: i32) -> Vec<u8> {
    authority.card(|said| said.years = (year, 2032))
}

// === good ones ===

#[test]
fn a_good_list_says_who_vouches() {
    let ours = TestAuthority::new("CA di prova");
    let list = read(&list(vec![listed(&ours.der())]));
    assert_eq!((list.sequence, list.territory.as_str()), (141, "IT"));
    assert_eq!((list.issued_at, list.next_at), (at("2026-11-20T08:00:00Z"), Some(at("2027-05-20T08:00:00Z"))));
    assert_eq!(omissions(&list), []);
    assert_eq!(vouched(&list, &ours.card(|_| {})), Ok("CA di prova".to_owned()));
    let stranger = TestAuthority::new("CA di prova");
    assert_eq!(vouched(&list, &stranger.card(|_| {})), Err(CardRefusal::Untrusted));
}

#[test]
fn a_list_may_be_the_last_one_or_empty_or_of_the_newer_version() {
    let mut text = list(vec![]);
    text.next_at = None;
    let closed = read(&text);
    assert_eq!((closed.next_at, closed.authorities.all().len()), (None, 0));
    let bare = replaced(&text.write(), "<TrustServiceProviderList>\n</TrustServiceProviderList>\n", "");
    assert!(read_text(&bare).unwrap().authorities.all().is_empty());
    let newer = replaced(&text.write(), "<TSLVersionIdentifier>5<", "<TSLVersionIdentifier> 6\n<");
    assert!(read_text(&newer).is_ok());
}

#[test]
fn what_stands_around_a_list_says_nothing() {
    let text = list(vec![listed(&TestAuthority::new("CA di prova").der())]).signed_by(&SIGNER).unwrap();
    let read = |text: &str| TrustList::read(text, &trusted(&SIGNER), noon()).map(|list| list.authorities.all().len());
    assert_eq!(read(&text), Ok(1));
    assert_eq!(read(&format!("\u{feff}{text}")), Ok(1));
    assert_eq!(read(&replaced(&text, "?>", "?><!-- of this week -->")), Ok(1));
    assert_eq!(read(&replaced(&text, "<TSPServices>", "<!-- all --><TSPServices>")), Ok(1));
}

#[test]
fn a_name_is_the_one_for_people_here_on_one_line() {
    let text = list(vec![listed(&TestAuthority::new("CA di prova").der())]).write();
    let name = "<ServiceName><Name xml:lang=\"it\">CA di prova</Name>";
    let name_of = |names: &str| {
        let text = replaced(&text, name, &format!("<ServiceName>{names}"));
        read_text(&text).unwrap().authorities.all()[0].name.clone()
    };
    let (english, italian) =
        ("<Name xml:lang=\"en\">CA\n\t for tests</Name>", "<Name xml:lang=\"it\">CA di prova</Name>");
    assert_eq!(name_of(&format!("{english}{italian}")), "CA di prova");
    assert_eq!(name_of(english), "CA for tests");
    assert_eq!(name_of(""), "");
}

// === which services count, and when ===

#[test]
fn other_services_are_ignored() {
    let (ours, other) = (TestAuthority::new("CA di prova"), TestAuthority::new("Un'altra CA"));
    let mut services = vec![listed(&ours.der()), listed(&other.der())];
    services[1].service_type = QUALIFIED.to_owned();
    services[1].supply_points = vec!["http://other.example/".to_owned()];
    let list = read(&list(services));
    assert_eq!(omissions(&list), []);
    assert!(vouched(&list, &ours.card(|_| {})).is_ok());
    assert_eq!(vouched(&list, &other.card(|_| {})), Err(CardRefusal::Untrusted));
    assert!(!list.hosts.contains("other.example"));
    for kind in ["http://uri.etsi.org/TrstSvc/Svctype/IdV/nothavingPKIid", "http://uri.etsi.org/trstsvc/svctype/idv"] {
        let mut service = listed(&ours.der());
        service.service_type = kind.to_owned();
        assert!(read(&self::list(vec![service])).authorities.all().is_empty(), "{kind}");
    }
}

#[test]
fn another_status_is_none_that_counts() {
    let ours = TestAuthority::new("CA di prova");
    for status in [DEPRECATED, "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted", "recognised"] {
        let mut service = listed(&ours.der());
        service.status = status.to_owned();
        let list = read(&list(vec![service]));
        assert_eq!(list.authorities.all().len(), 1, "it is known");
        assert_eq!(vouched(&list, &ours.card(|_| {})), Err(CardRefusal::Untrusted), "{status}");
    }
}

#[test]
fn the_history_is_honoured() {
    let ours = TestAuthority::new("CA di prova");
    let mut service = listed(&ours.der());
    (service.status, service.since) = (DEPRECATED.to_owned(), at("2025-01-01T00:00:00Z"));
    service.history = vec![
        (RECOGNISED.to_owned(), at("2023-01-01T00:00:00Z")),
        (DEPRECATED.to_owned(), at("2022-01-01T00:00:00Z")),
        (RECOGNISED.to_owned(), at("2021-01-01T00:00:00Z")),
    ];
    let list = read(&list(vec![service]));
    let counts = |year| vouched(&list, &card_of(&ours, year)).is_ok();
    assert!(counts(2024), "issued before it was withdrawn");
    assert!(!counts(2025), "issued on the day");
    assert!(!counts(2026));
    assert!(!counts(2022), "it was withdrawn once before");
    assert!(counts(2021) && counts(2023));
    assert!(!counts(2020), "not recognised yet");
}

#[test]
fn what_was_another_service_then_was_not_recognised() {
    let ours = TestAuthority::new("CA di prova");
    let mut service = listed(&ours.der());
    service.since = at("2024-01-01T00:00:00Z");
    service.history = vec![(RECOGNISED.to_owned(), at("2021-01-01T00:00:00Z"))];
    let text = list(vec![service]).write();
    let counts = |text: &str| vouched(&read_text(text).unwrap(), &card_of(&ours, 2022)).is_ok();
    assert!(counts(&text));
    let (before, history) = text.split_once("<ServiceHistory>").unwrap();
    let was_other = replaced(history, "http://uri.etsi.org/TrstSvc/Svctype/IdV", QUALIFIED);
    assert!(!counts(&format!("{before}<ServiceHistory>{was_other}")));
}

#[test]
fn the_history_does_not_contradict_what_is_now() {
    let ours = TestAuthority::new("CA di prova");
    for later in ["2022-01-01T00:00:00Z", "2023-01-01T00:00:00Z"] {
        let mut service = listed(&ours.der());
        (service.status, service.since) = (DEPRECATED.to_owned(), at("2022-01-01T00:00:00Z"));
        service.history = vec![(RECOGNISED.to_owned(), at(later))];
        assert!(vouched(&read(&list(vec![service])), &card_of(&ours, 2024)).is_err(), "{later}");
    }
    let mut service = listed(&ours.der());
    service.since = at("2025-01-01T00:00:00Z");
    let same = at("2021-01-01T00:00:00Z");
    service.history = vec![(DEPRECATED.to_owned(), same), (RECOGNISED.to_owned(), same)];
    assert!(vouched(&read(&list(vec![service])), &card_of(&ours, 2022)).is_err(), "the first one is the later one");
}

#[test]
fn an_authority_that_is_listed_twice_counts_whenever_either_entry_says_so() {
    let ours = TestAuthority::new("CA di prova");
    let (mut first, mut second) = (listed(&ours.der()), listed(&ours.der()));
    (first.status, first.since) = (DEPRECATED.to_owned(), at("2023-01-01T00:00:00Z"));
    first.history = vec![(RECOGNISED.to_owned(), at("2021-01-01T00:00:00Z"))];
    second.since = at("2025-01-01T00:00:00Z");
    for services in [vec![first.clone(), second.clone()], vec![second, first]] {
        let list = read(&list(services));
        assert_eq!(list.authorities.all().len(), 1);
        let counts = |year| vouched(&list, &card_of(&ours, year)).is_ok();
        assert_eq!(
            [2020, 2021, 2022, 2023, 2024, 2025, 2026].map(counts),
            [false, true, true, false, false, true, true]
        );
    }
}

#[test]
fn every_certificate_of_a_service_is_an_authority() {
    let (ours, renewed) = (TestAuthority::new("CA di prova"), TestAuthority::new("CA di prova"));
    let text = list(vec![listed(&ours.der())]).write();
    let certificate = data_encoding::BASE64.encode(&renewed.der());
    let broken = data_encoding::BASE64_MIME.encode(&renewed.der()).replace('\r', "");
    for more in [
        format!("</X509Certificate></DigitalId><DigitalId><X509Certificate>\n{broken}\n"),
        format!("</X509Certificate><X509Certificate>{certificate}"),
    ] {
        let text = replaced(&text, "</X509Certificate>", &format!("{more}</X509Certificate>"));
        let list = read_text(&text).unwrap();
        assert!(vouched(&list, &ours.card(|_| {})).is_ok() && vouched(&list, &renewed.card(|_| {})).is_ok());
        assert_eq!((list.authorities.all().len(), list.authorities.subjects().len()), (2, 1), "of one name");
    }
}

// === what is left out ===

#[test]
fn what_cannot_be_used_is_left_out_and_named() {
    let ours = TestAuthority::new("CA di prova");
    let (card, weak) =
        (ours.card(|_| {}), authority_with(&KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512).unwrap(), |_| {}));
    let lists_only = TestAuthority::with_usages("CA di prova", vec![KeyUsagePurpose::CrlSign]);
    for (certificate, why) in [
        (b"none".to_vec(), OmissionReason::Malformed),
        (Vec::new(), OmissionReason::Malformed),
        (card, OmissionReason::Usage),
        (lists_only.der(), OmissionReason::Usage),
        (weak, OmissionReason::WeakKey),
    ] {
        let mut services = vec![listed(&certificate), listed(&ours.der())];
        services[0].name = "Senza valore".to_owned();
        services[0].supply_points = vec!["http://left-out.example/".to_owned()];
        let list = read(&list(services));
        assert_eq!(omissions(&list), [why]);
        assert_eq!(list.omissions[0].to_string(), format!("Senza valore: {why}"));
        assert!(vouched(&list, &ours.card(|_| {})).is_ok(), "the others count");
        assert!(!list.hosts.contains("left-out.example"));
    }
}

#[test]
fn an_entry_that_cannot_be_read_is_left_out() {
    let ours = TestAuthority::new("CA di prova");
    let mut service = listed(&ours.der());
    service.history = vec![(RECOGNISED.to_owned(), at("2019-01-01T00:00:00Z"))];
    let text = list(vec![service]).write();
    let (since, was) = ("<StatusStartingTime>2020-01-01T00:00:00Z</StatusStartingTime>", "2019-01-01T00:00:00Z");
    let status = format!("<ServiceStatus>{RECOGNISED}</ServiceStatus>");
    let history = &text[text.find("<ServiceHistory>").unwrap()..text.find("</TSPService>").unwrap()];
    for (from, to) in [
        (since, String::new()),
        (since, since.repeat(2)),
        (since, replaced(since, "T00:00:00Z", "")),
        (since, replaced(since, "T00:00:00Z", "T00:00:00")),
        (was, "in 2019".to_owned()),
        (&status, String::new()),
        (&status, format!("<ServiceStatus></ServiceStatus>{status}")),
        (history, history.repeat(2)),
        (history, "<ServiceHistory><ServiceHistoryInstance></ServiceHistoryInstance></ServiceHistory>".to_owned()),
    ] {
        let list = read_text(&replaced(&text, from, &to)).unwrap();
        assert_eq!(omissions(&list), [OmissionReason::Status], "{to}");
        assert!(list.authorities.all().is_empty(), "{to}");
    }
    let identity = &text[text.find("<DigitalId>").unwrap()..text.find("</ServiceDigitalIdentity>").unwrap()];
    let list = read_text(&replaced(&text, identity, "")).unwrap();
    assert_eq!(omissions(&list), [OmissionReason::NoCertificate]);
}

// === hosts ===

#[test]
fn hosts_are_those_of_what_counts() {
    let certificate = authority_with(&KeyPair::generate().unwrap(), |params| {
        params.crl_distribution_points = vec![CrlDistributionPoint {
            uris: vec!["http://CRL.authority.example/1.crl".to_owned(), "ldap://directory.example/cn=1".to_owned()],
        }];
        params.custom_extensions.push(responder("http://ocsp.authority.example/"));
    });
    let mut service = listed(&certificate);
    service.supply_points = vec![
        " HTTPS://Supply.Example:8443/a?b=c&d ".to_owned(),
        "ldap://no.example/".to_owned(),
        "supply".to_owned(),
        "http://[2001:db8::1]/".to_owned(),
    ];
    let text = list(vec![service]).write();
    let definition = "<SchemeServiceDefinitionURI><URI xml:lang=\"en\">http://scheme.example/</URI>\
                      </SchemeServiceDefinitionURI><TSPServiceDefinitionURI><URI xml:lang=\"en\">http://a.example/</URI>\
                      <URI xml:lang=\"it\">http://b.example/</URI></TSPServiceDefinitionURI><ServiceSupplyPoints>";
    let list = read_text(&replaced(&text, "<ServiceSupplyPoints>", definition)).unwrap();
    let hosts: Vec<_> = list.hosts.iter().map(String::as_str).collect();
    assert_eq!(
        hosts,
        [
            "[2001:db8::1]",
            "a.example",
            "b.example",
            "crl.authority.example",
            "ocsp.authority.example",
            "provider.example",
            "scheme.example",
            "supply.example",
        ]
    );
}

// === lists that are refused ===

#[test]
fn a_list_counts_only_if_its_signer_is_known() {
    let text = list(vec![listed(&TestAuthority::new("CA di prova").der())]);
    let signed = text.signed_by(&SIGNER).unwrap();
    let read = |text: &str, keys: &[TrustedKey]| TrustList::read(text, keys, noon()).map(drop);
    let refused = |refusal| Err(TrustListRefusal::Signature(refusal));
    assert_eq!(read(&signed, &trusted(&SIGNER)), Ok(()));
    assert_eq!(read(&signed, &[trusted(&STRANGER), trusted(&SIGNER)].concat()), Ok(()));
    assert_eq!(read(&signed, &trusted(&STRANGER)), refused(SignatureRefusal::Key));
    assert_eq!(read(&signed, &[]), refused(SignatureRefusal::Key));
    assert_eq!(read(&text.signed_by(&STRANGER).unwrap(), &trusted(&SIGNER)), refused(SignatureRefusal::Key));
    assert_eq!(read(&text.write(), &trusted(&SIGNER)), refused(SignatureRefusal::Missing));
}

#[test]
fn a_list_that_was_changed_is_refused() {
    let (ours, other) = (TestAuthority::new("CA di prova"), TestAuthority::new("CA di prova"));
    let signed = list(vec![listed(&ours.der())]).signed_by(&SIGNER).unwrap();
    let base64 = |authority: &TestAuthority| data_encoding::BASE64.encode(&authority.der());
    for (from, to) in [
        (base64(&ours), base64(&other)),
        ("141".to_owned(), "142".to_owned()),
        (RECOGNISED.to_owned(), DEPRECATED.to_owned()),
        ("2020-01-01".to_owned(), "2019-01-01".to_owned()),
        ("<xades:SigningTime>".to_owned(), "<xades:SigningTime> ".to_owned()),
        ("</TSPService>".to_owned(), "</TSPService><TSPService/>".to_owned()),
    ] {
        let changed = replaced(&signed, &from, &to);
        let refused = TrustList::read(&changed, &trusted(&SIGNER), noon()).map(drop);
        assert_eq!(refused, Err(TrustListRefusal::Signature(SignatureRefusal::Digest)), "{to}");
    }
}

#[test]
fn a_list_around_the_signed_one_is_refused() {
    let (ours, other) = (TestAuthority::new("CA di prova"), TestAuthority::new("CA di prova"));
    let signed = list(vec![listed(&ours.der())]).signed_by(&SIGNER).unwrap();
    let signed = signed.split_once("?>\n").unwrap().1;
    let evil = list(vec![listed(&other.der())]).write();
    let end = "</TrustServiceStatusList>";
    let signature = &signed[signed.find("<ds:Signature ").unwrap()..signed.find(end).unwrap()];
    for inside in [signed.to_owned(), signature.to_owned(), format!("{signed}{signature}")] {
        let text = replaced(&evil, end, &format!("{inside}{end}"));
        assert!(matches!(
            TrustList::read(&text, &trusted(&SIGNER), noon()),
            Err(TrustListRefusal::Signature(
                SignatureRefusal::Missing | SignatureRefusal::Digest | SignatureRefusal::DuplicateId
            ))
        ));
    }
}

#[test]
fn what_is_no_list_is_refused() {
    let refused = |text: &str| TrustList::read(text, &trusted(&SIGNER), noon()).map(drop);
    assert!(matches!(refused(""), Err(TrustListRefusal::Xml(XmlRefusal::Malformed(_)))));
    assert!(matches!(refused("<!DOCTYPE x><x/>"), Err(TrustListRefusal::Xml(_))));
    assert_eq!(refused("<html/>"), Err(TrustListRefusal::Root));
    let text = list(vec![]).write();
    for (from, to) in [
        ("http://uri.etsi.org/02231/v2#", "http://uri.etsi.org/02231/v3#"),
        ("http://uri.etsi.org/19612/TSLTag", "http://uri.etsi.org/02231/TSLTag"),
    ] {
        assert_eq!(refusal(&replaced(&text, from, to)), TrustListRefusal::Root);
    }
    let renamed = text.replace("TrustServiceStatusList", "TrustServiceStatusLists");
    assert_eq!(refusal(&renamed), TrustListRefusal::Root);
}

#[test]
fn a_list_says_once_what_every_list_says() {
    let text = list(vec![]).write();
    let version = "<TSLVersionIdentifier>5</TSLVersionIdentifier>";
    for other in ["4", "7", "55", "five"] {
        assert_eq!(refusal(&replaced(&text, version, &replaced(version, "5", other))), TrustListRefusal::Version);
    }
    for name in [
        "SchemeInformation",
        "TSLVersionIdentifier",
        "TSLSequenceNumber",
        "SchemeTerritory",
        "ListIssueDateTime",
        "NextUpdate",
        "TrustServiceProviderList",
    ] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let element = &text[text.find(&open).unwrap()..text.find(&close).unwrap() + close.len()];
        let twice = replaced(&text, element, &element.repeat(2));
        assert_eq!(refusal(&twice), TrustListRefusal::Field(name), "{name} twice");
        let renamed = text.replace(&open, "<Other>").replace(&close, "</Other>");
        if name != "TrustServiceProviderList" {
            assert_eq!(refusal(&renamed), TrustListRefusal::Field(name), "no {name}");
        }
    }
    for (from, to, name) in [
        (">141<", "><", "TSLSequenceNumber"),
        (">141<", ">-141<", "TSLSequenceNumber"),
        (">141<", ">1.5<", "TSLSequenceNumber"),
        (">141<", "><x></x>141<", "TSLSequenceNumber"),
        (">141<", ">18446744073709551616<", "TSLSequenceNumber"),
        (">IT<", "> <", "SchemeTerritory"),
        ("2026-11-20T08:00:00Z", "2026-11-20", "ListIssueDateTime"),
        ("2027-05-20T08:00:00Z", "soon", "NextUpdate"),
        ("<dateTime>2027-05-20T08:00:00Z</dateTime>", "<Other></Other>", "NextUpdate"),
        ("<dateTime>2027-05-20T08:00:00Z</dateTime>", "never", "NextUpdate"),
    ] {
        assert_eq!(refusal(&replaced(&text, from, to)), TrustListRefusal::Field(name), "{to}");
    }
}

#[test]
fn a_list_from_the_future_is_refused() {
    let mut text = list(vec![]);
    text.issued_at = noon();
    assert!(read_text(&text.write()).is_ok());
    text.issued_at = at("2026-11-25T12:00:01Z");
    assert_eq!(refusal(&text.write()), TrustListRefusal::TooEarly);
}

// === bundles of certificates ===

#[test]
fn an_operator_vouches_for_certificates() {
    let (ours, other) = (TestAuthority::new("CA di prova"), TestAuthority::new("Un'altra CA"));
    let list = TrustList::of_certificates(&format!("of ours:\n{}{}", ours.issuer.pem(), other.issuer.pem())).unwrap();
    assert_eq!((list.sequence, list.next_at, list.territory.as_str()), (0, None, ""));
    assert_eq!(list.issued_at, at("2020-01-01T00:00:00Z"));
    assert_eq!(omissions(&list), []);
    assert_eq!(vouched(&list, &ours.card(|_| {})), Ok("CN=CA di prova".to_owned()));
    assert!(vouched(&list, &card_of(&other, 2019)).is_ok(), "from before its certificate, which was made anew");
    assert!(vouched(&list, &TestAuthority::new("CA di prova").card(|_| {})).is_err());
}

#[test]
fn a_bundle_holds_an_authority() {
    let ours = TestAuthority::new("CA di prova");
    let pem = |der: &[u8]| {
        let base64 = data_encoding::BASE64.encode(der);
        format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
    };
    let card = ours.card(|_| {});
    let with = |more: &[u8]| TrustList::of_certificates(&format!("{}{}", pem(more), ours.issuer.pem())).unwrap();
    assert_eq!(omissions(&with(&card)), [OmissionReason::Usage]);
    assert!(with(&card).omissions[0].name.contains("SMPBNC85D52D612L"), "it is in the file of an operator");
    assert_eq!(with(b"none").omissions[0].to_string(), "certificate 1: its certificate cannot be read");
    for nobody in [String::new(), "none".to_owned(), pem(&card), pem(b"none")] {
        assert_eq!(TrustList::of_certificates(&nobody).map(drop), Err(TrustListRefusal::NoAuthority));
    }
    let broken = format!("{}-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----\n", ours.issuer.pem());
    assert_eq!(TrustList::of_certificates(&broken).map(drop), Err(TrustListRefusal::Pem));
}

// === properties ===

/// A list with a bit of everything, and whom it names.
static GOOD: LazyLock<(TrustListText, Vec<u8>)> = LazyLock::new(|| {
    let ours = TestAuthority::new("CA di prova");
    let mut service = listed(&ours.der());
    service.history = vec![(DEPRECATED.to_owned(), at("2019-01-01T00:00:00Z"))];
    service.supply_points = vec!["http://crl.example/".to_owned()];
    let mut other = listed(b"none");
    other.service_type = QUALIFIED.to_owned();
    (list(vec![service, other, listed(b"none")]), ours.der())
});

static SIGNED: LazyLock<String> = LazyLock::new(|| GOOD.0.signed_by(&SIGNER).unwrap());

fn named(list: &TrustList) -> Vec<&[u8]> {
    list.authorities.all().iter().map(crate::authority::Authority::certificate).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn property_no_change_makes_another_list(seed in any::<u64>()) {
        let mutant = mutate(&SIGNED, &mut Dice::new(seed));
        if let Ok(list) = TrustList::read(&mutant.xml, &trusted(&SIGNER), noon()) {
            prop_assert_eq!(named(&list), [&GOOD.1[..]], "{:?}", mutant.ways);
            prop_assert_eq!((list.sequence, list.left_out), (141, 1), "{:?}", mutant.ways);
        }
    }

    #[test]
    fn property_no_list_makes_it_panic(seed in any::<u64>(), more in any::<u64>()) {
        let mutant = mutate(&mutate(&GOOD.0.write(), &mut Dice::new(seed)).xml, &mut Dice::new(more));
        // As if the signer had signed it.
        if let Ok(xml) = Xml::parse_within(&mutant.xml, Limits::AGGREGATE) {
            let _ = TrustList::of(xml.root(), noon());
        }
    }

    #[test]
    fn property_no_text_makes_it_panic(text in "\\PC{0,300}") {
        prop_assert!(TrustList::read(&text, &trusted(&SIGNER), noon()).is_err());
        prop_assert!(TrustList::of_certificates(&text).is_err());
    }

    #[test]
    fn property_no_bundle_makes_it_panic(seed in any::<u64>()) {
        let pem = data_encoding::BASE64_MIME.encode(&GOOD.1);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{pem}-----END CERTIFICATE-----\n");
        let _ = TrustList::of_certificates(&mutate(&pem.repeat(2), &mut Dice::new(seed)).xml);
    }
}

// === certificates of authorities ===

fn authority_with(key: &KeyPair, change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "CA di prova");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2036, 1, 1));
    change(&mut params);
    params.self_signed(key).unwrap().der().to_vec()
}

/// RFC 5280, section 4.2.2.1: a list of one responder.
fn responder(address: &str) -> CustomExtension {
    use crate::der::{OBJECT_IDENTIFIER, SEQUENCE, write};
    let method = write(OBJECT_IDENTIFIER, &[&[0x2b, 6, 1, 5, 5, 7, 0x30, 1]]);
    let access = write(SEQUENCE, &[&method, &write(0x86, &[address.as_bytes()])]);
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], write(SEQUENCE, &[&access]))
}
