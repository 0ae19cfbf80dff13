use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use x509_parser::prelude::*;

use super::fixture::{Constant, now, pem};
use crate::certificate::{self, Identifier, Subject};

fn checked(check: impl FnOnce(&X509Certificate<'_>)) {
    let der = CertificateDer::from_pem_slice(pem().1.as_bytes()).unwrap();
    check(&X509Certificate::from_der(&der).unwrap().1);
}

#[test]
fn the_subject_has_what_avviso_29_asks_for() {
    checked(|certificate| {
        let subject: Vec<_> = certificate
            .subject()
            .iter_attributes()
            .map(|part| (part.attr_type().to_id_string(), part.as_str().unwrap().to_owned()))
            .collect();
        let expected = [
            ("2.5.4.3", "Regione di prova"),
            ("2.5.4.10", "Regione di prova - Giunta"),
            ("2.5.4.83", "https://accesso.regione.example"),
            ("2.5.4.97", "PA:IT-r_prova"),
            ("2.5.4.6", "IT"),
            ("2.5.4.7", "Firenze"),
        ];
        assert_eq!(subject, expected.map(|(kind, value)| (kind.to_owned(), value.to_owned())));
    });
}

#[test]
fn the_extensions_are_those_of_avviso_29_with_the_right_criticality() {
    checked(|certificate| {
        let usage = certificate.key_usage().unwrap().unwrap();
        assert!(usage.critical && usage.value.digital_signature() && usage.value.non_repudiation());
        assert_eq!(usage.value.flags.count_ones(), 2, "and nothing else");
        let constraints = certificate.basic_constraints().unwrap().unwrap();
        assert!(!constraints.critical && !constraints.value.ca);
        let policies = certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::CertificatePolicies(policies) if !extension.critical => Some(policies),
            _ => None,
        });
        let policies: Vec<_> = policies.unwrap().iter().map(|policy| policy.policy_id.to_id_string()).collect();
        assert_eq!(policies, ["1.3.76.16.6", "1.3.76.16.4.2.1"]);
    });
}

#[test]
fn it_is_valid_at_once_and_for_two_years() {
    checked(|certificate| {
        let validity = certificate.validity();
        assert!(validity.is_valid_at(ASN1Time::from_timestamp(now().as_second()).unwrap()));
        let days = (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400;
        assert_eq!(days, 730);
    });
}

#[test]
fn a_private_organisation_is_named_by_its_vat_number_and_has_the_policy_of_private_ones() {
    let subject = Subject {
        display_name: "Servizi",
        organization: "Servizi s.r.l.",
        locality: "Lucca",
        entity_id: "https://accesso.regione.example/pri-ag-full/servizi",
        identifier: Identifier::VatNumber("IT00378210462"),
    };
    let text = certificate::self_signed(&pem().0, &subject, now(), &Constant).unwrap();
    let der = CertificateDer::from_pem_slice(text.as_bytes()).unwrap();
    let certificate = X509Certificate::from_der(&der).unwrap().1;
    let identifier = certificate.subject().iter_attributes().find(|part| part.attr_type().to_id_string() == "2.5.4.97");
    assert_eq!(identifier.unwrap().as_str(), Ok("VATIT-00378210462"));
    let policies = certificate.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::CertificatePolicies(policies) => Some(policies),
        _ => None,
    });
    let policies: Vec<_> = policies.unwrap().iter().map(|policy| policy.policy_id.to_id_string()).collect();
    assert_eq!(policies, ["1.3.76.16.6", "1.3.76.16.4.3.1"]);
}

#[test]
fn a_request_asks_for_the_same_subject_and_proves_the_key() {
    let subject = Subject {
        display_name: "Comune di Lucca",
        organization: "Comune di Lucca",
        locality: "Lucca",
        entity_id: "https://accesso.regione.example/pub-ag-full/c_e715",
        identifier: Identifier::Ipa("c_e715"),
    };
    let text = certificate::request(&pem().0, &subject).unwrap();
    let (_, pem) = x509_parser::pem::parse_x509_pem(text.as_bytes()).unwrap();
    let (_, request) = X509CertificationRequest::from_der(&pem.contents).unwrap();
    let subject = request.certification_request_info.subject.to_string();
    assert!(subject.contains("(2.5.4.97)=PA:IT-c_e715") && subject.contains("(2.5.4.83)=https://"), "{subject}");
    assert_eq!(request.requested_extensions().unwrap().count(), 3, "usage, constraints, policies");
}
