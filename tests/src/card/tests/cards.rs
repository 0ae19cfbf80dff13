//! What cards say, by default and after each change.

use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{DistributionPointName, GeneralName, ParsedExtension};
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::PublicKey;

use super::{AUTHORITY, NOWHERE, bianca, card};
use crate::card::{
    Card, CardProfile, HEALTH_CARD, IDENTITY_CARD, LOMBARDY, LOMBARDY_SISS, STRANGERS, common_name, omocodic,
};
use crate::identity_provider::Person;
use crate::now::now;

fn read(card: &Card) -> X509Certificate<'_> {
    let (rest, certificate) = X509Certificate::from_der(card.der()).unwrap();
    assert!(rest.is_empty());
    certificate
}

/// The policies, and whether they are critical.
fn policies(card: &Card) -> (Vec<String>, bool) {
    let certificate = read(card);
    let found = certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::CertificatePolicies(policies) => {
            let policies = policies.iter().map(|policy| policy.policy_id.to_id_string());
            Some((policies.collect(), extension.critical))
        }
        _ => None,
    });
    found.unwrap_or_default()
}

/// The points where lists are, each with its addresses.
fn lists(card: &Card) -> Vec<Vec<String>> {
    let certificate = read(card);
    let points = certificate.extensions().iter().filter_map(|extension| match extension.parsed_extension() {
        ParsedExtension::CRLDistributionPoints(points) => Some(points.iter()),
        _ => None,
    });
    let names = points.flatten().map(|point| match &point.distribution_point {
        Some(DistributionPointName::FullName(names)) => names.iter().map(address).collect(),
        _ => panic!("a point without a name"),
    });
    names.collect()
}

fn responders(card: &Card) -> Vec<String> {
    let certificate = read(card);
    let accesses = certificate.extensions().iter().filter_map(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityInfoAccess(access) => Some(access.accessdescs.iter()),
        _ => None,
    });
    accesses.flatten().map(|access| address(&access.access_location)).collect()
}

fn address(name: &GeneralName<'_>) -> String {
    let GeneralName::URI(address) = name else { panic!("{name:?} is no address") };
    (*address).to_owned()
}

fn common_names(card: &Card) -> Vec<String> {
    read(card).subject().iter_common_name().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Key usage: signs, encrypts keys, binds whoever signs.
fn usages(card: &Card) -> [bool; 3] {
    let certificate = read(card);
    let usage = certificate.key_usage().unwrap().unwrap();
    assert!(usage.critical);
    [usage.value.digital_signature(), usage.value.key_encipherment(), usage.value.non_repudiation()]
}

/// For logging in, and for mail.
fn purposes(card: &Card) -> Option<[bool; 2]> {
    let certificate = read(card);
    let uses = certificate.extended_key_usage().unwrap()?;
    Some([uses.value.client_auth, uses.value.email_protection])
}

fn is_valid(card: &Card) -> bool {
    let validity = read(card).validity().clone();
    (validity.not_before.timestamp()..=validity.not_after.timestamp()).contains(&now().as_second())
}

#[test]
fn a_card_has_the_profile_of_the_cns() {
    let card = card(|profile| profile);
    let certificate = read(&card);
    let said: Vec<_> = certificate.subject().iter_attributes().map(|one| one.as_str().unwrap()).collect();
    let name = common_name("SMPBNC85D52D612L");
    assert_eq!(said, ["IT", "Carte di prova", "Regione Demo", "Esempio", "Bianca", &name]);
    assert_eq!(usages(&card), [true, true, false]);
    assert_eq!(purposes(&card), Some([true, true]));
    assert_eq!(policies(&card), (vec![HEALTH_CARD.to_owned()], false));
    assert_eq!(lists(&card), [[format!("{NOWHERE}/cittadini.crl")]]);
    assert_eq!(responders(&card), [format!("{NOWHERE}/cittadini/ocsp")]);
    assert!(is_valid(&card));
    let validity = certificate.validity();
    assert_eq!((validity.not_after.timestamp() - validity.not_before.timestamp()) / 3600, 6 * 8766);
    assert!(matches!(certificate.public_key().parsed(), Ok(PublicKey::RSA(key)) if key.key_size() == 2048));
    assert_eq!(certificate.raw_serial(), card.serial());
    assert_eq!(certificate.version().0, 2);
}

#[test]
fn the_statement_of_a_policy_has_an_address() {
    let card = card(|profile| profile);
    let address = format!("{NOWHERE}/cittadini/cps");
    assert!(card.der().windows(address.len()).any(|part| part == address.as_bytes()));
}

#[test]
fn a_card_is_issued_by_its_authority() {
    let ours = card(|profile| profile);
    assert!(read(&ours).issuer() == X509Certificate::from_der(AUTHORITY.der()).unwrap().1.subject());
    let strangers = super::CardAuthority::make(STRANGERS, NOWHERE, now()).unwrap();
    let theirs = strangers.card(bianca()).unwrap().issue(now()).unwrap();
    assert!(read(&ours).issuer() != read(&theirs).issuer());
    assert_eq!(theirs.authority().names(), STRANGERS);
}

#[test]
fn two_cards_are_never_the_same() {
    let (one, other) = (card(|profile| profile), card(|profile| profile));
    assert_ne!(one.serial(), other.serial());
    assert_ne!(one.pem().key, other.pem().key);
    assert_eq!(common_names(&one), common_names(&other));
}

#[test]
fn cards_count_in_their_time() {
    assert!(!is_valid(&card(CardProfile::expired)));
    assert!(!is_valid(&card(CardProfile::not_yet_valid)));
    assert!(!is_valid(&card(|profile| profile.identity_card().expired())));
}

#[test]
fn policies_can_be_others() {
    for other in [LOMBARDY, LOMBARDY_SISS, IDENTITY_CARD, "1.3.76.16.2.2"] {
        assert_eq!(policies(&card(|profile| profile.with_policy(other))), (vec![other.to_owned()], false));
    }
    assert_eq!(policies(&card(CardProfile::without_policy)).0, [""; 0]);
    assert!(policies(&card(CardProfile::with_critical_policy)).1);
}

#[test]
fn an_identity_card_is_one() {
    let card = card(CardProfile::identity_card);
    assert_eq!(policies(&card).0, [IDENTITY_CARD]);
    assert_eq!(purposes(&card), Some([true, false]));
    assert!(is_valid(&card));
}

#[test]
fn a_certificate_for_documents_is_for_nothing_else() {
    let card = card(CardProfile::for_documents);
    assert_eq!(usages(&card), [false, false, true]);
    assert_eq!(purposes(&card), None);
}

#[test]
fn fiscal_numbers_can_be_others() {
    let wrong = AUTHORITY.card(bianca()).unwrap().with_wrong_check_letter().unwrap().issue(now()).unwrap();
    assert!(!common_names(&wrong)[0].starts_with("SMPBNC85D52D612L"));
    let other = AUTHORITY.card(bianca()).unwrap().omocodic().unwrap().issue(now()).unwrap();
    assert_eq!(common_names(&other), [common_name(&omocodic("SMPBNC85D52D612L").unwrap())]);
}

#[test]
fn there_may_be_two_common_names_or_none() {
    assert_eq!(common_names(&card(|profile| profile.with_common_names(&[]))), [""; 0]);
    let second = common_name("CLLDRA79R05E715J");
    let both = card(|profile| profile.with_second_common_name(&second));
    assert_eq!(common_names(&both), [common_name("SMPBNC85D52D612L"), second]);
}

#[test]
fn a_key_may_be_on_a_curve() {
    let card = card(CardProfile::on_a_curve);
    assert!(matches!(read(&card).public_key().parsed(), Ok(PublicKey::EC(key)) if key.key_size() == 256));
    assert!(card.identity().is_ok());
}

#[test]
fn addresses_can_be_others() {
    let points: [&[&str]; 2] = [&["ldap://a.example/CN=x", "http://a.example/x.crl"], &["http://b.example/x.crl"]];
    assert_eq!(lists(&card(|profile| profile.with_lists_at(&points))), points);
    assert_eq!(responders(&card(|it| it.with_responder_at("http://c.example"))), ["http://c.example"]);
    let alone = card(|profile| profile.without_lists().without_responder());
    assert!(lists(&alone).is_empty() && responders(&alone).is_empty());
}

#[test]
fn who_has_no_fiscal_number_has_no_card() {
    assert!(AUTHORITY.card(Person::named("greta").unwrap()).is_err());
}

#[test]
fn a_file_holds_the_card() {
    for card in [card(|profile| profile), card(CardProfile::on_a_curve)] {
        let file = card.pkcs12("Tessera sanitaria di Bianca", "prova-1234").unwrap();
        let store = KeyStore::from_pkcs12(&file, "prova-1234", Pkcs12ImportPolicy::Strict).unwrap();
        let (name, chain) = store.private_key_chain().unwrap();
        assert_eq!((name, chain.certs()[0].as_der()), ("Tessera sanitaria di Bianca", card.der()));
        assert!(KeyStore::from_pkcs12(&file, "sbagliata", Pkcs12ImportPolicy::Strict).is_err());
    }
}
