//! What authorities are, and that they are kept.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use super::{AUTHORITY, NOWHERE, bianca};
use crate::card::{CITIZENS, CardAuthority, IDENTITY_CARDS, Names};
use crate::now::now;

fn read(authority: &CardAuthority) -> X509Certificate<'_> {
    X509Certificate::from_der(authority.der()).unwrap().1
}

#[test]
fn an_authority_is_named_as_the_real_ones_are() {
    let certificate = read(&AUTHORITY);
    assert_eq!(
        certificate.subject().to_string(),
        "C=IT, O=Certificatore di prova S.p.A., OU=Servizi di Certificazione, CN=Regione Demo - CA Cittadini"
    );
    assert_eq!(certificate.subject(), certificate.issuer());
    let usage = certificate.key_usage().unwrap().unwrap();
    assert!(usage.critical && usage.value.key_cert_sign() && usage.value.crl_sign());
    assert!(!usage.value.digital_signature());
    let basic = certificate.basic_constraints().unwrap().unwrap();
    assert!(basic.critical && basic.value.ca);
    assert!(certificate.validity().is_valid());
}

#[test]
fn one_authority_vouches_for_another() {
    let below = AUTHORITY.below(IDENTITY_CARDS, now()).unwrap();
    let certificate = read(&below);
    assert_eq!(certificate.issuer(), read(&AUTHORITY).subject());
    assert_eq!(certificate.basic_constraints().unwrap().unwrap().value.path_len_constraint, Some(0));
    let card = below.card(bianca()).unwrap().identity_card().issue(now()).unwrap();
    assert_eq!(X509Certificate::from_der(card.der()).unwrap().1.issuer(), certificate.subject());
}

#[test]
fn an_authority_is_made_once_and_only_its_owner_reads_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let open = |names| CardAuthority::open_or_make(folder.path(), names, NOWHERE, now()).unwrap();
    let (first, second) = (open(CITIZENS), open(CITIZENS));
    assert_eq!(first.der(), second.der());
    let card = second.card(bianca()).unwrap().issue(now()).unwrap();
    assert_eq!(X509Certificate::from_der(card.der()).unwrap().1.issuer(), read(&first).subject());
    let mode = fs::metadata(folder.path().join("cittadini.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_ne!(open(IDENTITY_CARDS).der(), first.der());
    assert_ne!(open(Names { unit: "Altri servizi", ..CITIZENS }).der(), first.der());
}

#[test]
fn an_authority_is_made_anew_before_its_cards_outlive_it() {
    let folder = tempfile::tempdir().unwrap();
    let then = "2020-01-01T00:00:00Z".parse().unwrap();
    let old = CardAuthority::open_or_make(folder.path(), CITIZENS, NOWHERE, then).unwrap();
    let new = CardAuthority::open_or_make(folder.path(), CITIZENS, NOWHERE, now()).unwrap();
    assert_ne!(old.der(), new.der());
}
