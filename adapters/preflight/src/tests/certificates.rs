//! Keys and certificates.

use data_encoding::BASE64;
use rcgen::{KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA384};

use super::breaks;
use super::certified::{
    AGID, COMMON_NAME, COUNTRY, Certified, IDENTIFIER, LOCALITY, ORGANIZATION, PRIVATE, PUBLIC, URI, key_pem,
};
use super::fixture::Sample;
use crate::{Profile, Severity};

fn certified(change: impl FnOnce(&mut Certified)) -> Sample {
    Sample::of(Profile::SpidPublic).certified(change)
}

fn good() -> Certified {
    Certified::of(Profile::SpidPublic)
}

breaks! {
    a_signing_key_is_published: "saml.key.signing",
        Sample::of(Profile::SpidPublic).with("use=\"signing\"", "use=\"encryption\"");
    a_key_is_for_signing_or_for_encryption: "saml.key.use",
        Sample::of(Profile::SpidPublic).with_key("validation", &good().base64());
    cie_wants_the_use_of_each_key: "saml.key.use",
        Sample::of(Profile::CiePublic)
            .with_key("signing", "[certificate]")
            .with("KeyDescriptor use=\"signing\"", "KeyDescriptor");
    a_key_has_a_certificate: "saml.key.certificate",
        Sample::of(Profile::SpidPublic)
            .before("<md:SingleLogoutService", "<md:KeyDescriptor use=\"encryption\"><ds:KeyInfo/></md:KeyDescriptor>");
    a_certificate_is_a_certificate: "saml.key.certificate",
        Sample::of(Profile::SpidPublic).with_key("encryption", "bm9uZQ==");
    a_certificate_has_not_expired: "saml.certificate.expired", certified(|it| it.until = (2026, 11, 25));
    a_certificate_is_in_force_already: "saml.certificate.early", certified(|it| it.from = (2026, 11, 26));
    a_certificate_is_replaced_in_time: "saml.certificate.expires", certified(|it| it.until = (2027, 1, 23));
    a_certificate_is_signed_with_a_strong_hash: "saml.certificate.digest",
        Sample::of(Profile::SpidPublic).with_key("encryption", &signed_with_sha_1());
    a_key_is_long_enough: "saml.certificate.key", Sample::of(Profile::SpidPublic).with_key("encryption", SHORT);
    a_subject_is_no_person: "saml.certificate.personal", certified(|it| it.set(&[2, 5, 4, 42], "Ada"));
    cie_wants_no_person_either: "saml.certificate.personal",
        Sample::of(Profile::CiePublic).certified(|it| it.set(&[2, 5, 4, 44], "Junior"));
    a_subject_is_complete: "spid.certificate.subject", certified(|it| it.drop(LOCALITY));
    a_subject_has_no_empty_parts: "spid.certificate.subject", certified(|it| it.set(LOCALITY, ""));
    a_country_is_a_code: "spid.certificate.country", certified(|it| it.set(COUNTRY, "Italia"));
    an_identifier_has_the_form_of_its_sector: "spid.certificate.organization-identifier",
        certified(|it| it.set(IDENTIFIER, "VATIT-01234567890"));
    a_company_has_no_ipa_code: "spid.certificate.organization-identifier",
        Sample::of(Profile::SpidPrivate).certified(|it| it.set(IDENTIFIER, "PA:IT-c_e715"));
    an_identifier_is_that_of_the_contact: "spid.certificate.holder", certified(|it| it.set(IDENTIFIER, "PA:IT-c_h501"));
    a_vat_number_is_that_of_the_contact: "spid.certificate.holder",
        Sample::of(Profile::SpidPrivate).certified(|it| it.set(IDENTIFIER, "VATIT-00000000000"));
    an_uri_is_the_entity_id: "spid.certificate.uri", certified(|it| it.set(URI, "https://accesso.prova.example"));
    an_entity_id_begins_with_the_uri_of_the_aggregator: "spid.certificate.uri",
        Sample::of(Profile::PubAgFull).certified(|it| it.set(URI, "https://altro.example"));
    an_organization_is_that_of_the_metadata: "spid.certificate.organization",
        certified(|it| it.set(ORGANIZATION, "Comune"));
    an_aggregator_is_that_of_its_contact: "spid.certificate.organization",
        Sample::of(Profile::PubAgFull).certified(|it| it.set(ORGANIZATION, "Comune di Prova"));
    a_common_name_is_the_display_name: "spid.certificate.common-name", certified(|it| it.set(COMMON_NAME, "Comune"));
    policies_are_there: "spid.certificate.policies", certified(|it| it.policies = None);
    policies_are_those_of_the_sector: "spid.certificate.policies",
        certified(|it| it.policies = Some(vec![AGID, PRIVATE]));
    policies_have_that_of_agid: "spid.certificate.policies", certified(|it| it.policies = Some(vec![PUBLIC]));
    policies_are_not_critical: "spid.certificate.policies", certified(|it| it.critical_policies = true);
    a_usage_is_said: "spid.certificate.key-usage", certified(|it| it.usages.clear());
    a_usage_is_complete: "spid.certificate.key-usage", certified(|it| it.usages.truncate(1));
    a_usage_is_nothing_else: "spid.certificate.key-usage",
        certified(|it| it.usages.push(KeyUsagePurpose::KeyEncipherment));
    no_authority: "spid.certificate.basic-constraints", certified(|it| it.authority = Some(&[0x30, 3, 1, 1, 0xff]));
    constraints_are_there: "spid.certificate.basic-constraints", certified(|it| it.authority = None);
    a_seal_is_of_an_rsa_key: "spid.certificate.key",
        Sample::of(Profile::SpidPublic)
            .with_key("signing", &good().base64_of(&KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()));
    a_seal_is_signed_with_sha_256_or_512: "spid.certificate.digest",
        Sample::of(Profile::SpidPublic)
        .with_key("signing", &good().base64_of(&KeyPair::from_pem_and_sign_algo(key_pem(), &PKCS_RSA_SHA384).unwrap()));
}

/// The identifiers of both algorithms differ in their last octet, and nobody verifies who issued it.
fn signed_with_sha_1() -> String {
    const WITH_RSA: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
    let mut der = good().der();
    for at in 0..der.len() - WITH_RSA.len() {
        if der[at..].starts_with(&WITH_RSA) && der[at + WITH_RSA.len()] == 11 {
            der[at + WITH_RSA.len()] = 5;
        }
    }
    BASE64.encode(&der)
}

#[test]
fn what_avviso_29_asks_is_a_warning_in_tests() {
    let report = certified(|it| it.policies = None).in_tests().report();
    assert!(report.is_good());
    assert_eq!(report.count(Severity::Warning), 1);
    assert!(!certified(|it| it.policies = None).report().is_good());
}

#[test]
fn the_days_that_are_left_are_told_at_60_30_15_and_7() {
    let days_left = |until| {
        let report = certified(|it| it.until = until).report();
        report.findings.first().map(|finding| finding.what.clone())
    };
    assert_eq!(days_left((2027, 1, 25)), None);
    for (until, words) in [
        ((2027, 1, 23), "in 58 days, on 2027-01-23: less than 60."),
        ((2026, 12, 24), "in 28 days, on 2026-12-24: less than 30."),
        ((2026, 12, 9), "in 13 days, on 2026-12-09: less than 15."),
        ((2026, 12, 1), "in 5 days, on 2026-12-01: less than 7."),
    ] {
        assert_eq!(days_left(until), Some(format!("The certificate expires {words}")));
    }
}

#[test]
fn the_key_of_a_signature_must_be_strong_too() {
    let signed = Sample::of(Profile::SpidPublic).signed();
    let (before, rest) = signed.split_once("<ds:X509Certificate>").unwrap();
    let (_, after) = rest.split_once('<').unwrap();
    let weak = format!("{before}<ds:X509Certificate>{SHORT}<{after}");
    super::expect_only("saml.certificate.key", &Sample::of(Profile::SpidPublic).report_on(&weak));
}

/// A certificate of an RSA key of 1024 bits, which our own generator refuses to make.
const SHORT: &str = "MIIBmDCCAQGgAwIBAgIBATANBgkqhkiG9w0BAQsFADARMQ8wDQYDVQQDDAZEZWJvbGUwIBcNMjYwMTAxMDAwMDAwWhgPMjEyNjAxMDEwMDAw\
    MDBaMBExDzANBgNVBAMMBkRlYm9sZTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAwazPCztlrRVcr7UURDOf6MfygiJvHar/3buQxEOp\
    8iw6J6w6/gVoHs5O1rw81HsuYk0E6TORnmKeUzQlgEyDAFQLANB7/N7Ufs719M75uKlTUoDCv86awlSS35s/aEtv4TkoPB0wow47r1wryzBf\
    uREDH2ukWy0uNxliuWY3Y0MCAwEAATANBgkqhkiG9w0BAQsFAAOBgQAO3JnWkOYTNRZrHS9R1K392Q0niaioItxxz2N4xzRNa4842G4up/Kn\
    3yxx+KmAmvDOPLFYhlWEnxw3+GfULvWQRiZjriYUXKglISUdbbORQKUzLV8r1BtwWKY/n/SWEdNVeEYLOZiIbNz+n2MNOq+uJgDDJ7wc4fW1\
    wdyY3GQWmg==";
