//! The document as a whole: root, signature, role, organisation, order.

use super::certified::URI;
use super::fixture::{Sample, now};
use super::{breaks, expect_only};
use crate::{Options, Profile, Severity, check};

/// Rules whose tests are below, since they need more than a replaced part.
pub(super) const APART: &[&str] = &[
    "saml.readable",
    "saml.signature",
    "saml.signature.algorithm",
    "saml.signature.certificate",
    "saml.signature.invalid",
    "saml.signature.key",
    "profile.unknown",
];

fn public() -> Sample {
    Sample::of(Profile::SpidPublic)
}

/// The same under another name, in the certificate too.
fn named(entity_id: &str) -> Sample {
    public().with("https://accesso.prova.example/sp", entity_id).certified(|it| it.set(URI, entity_id))
}

fn valid_until(instant: &str) -> Sample {
    public().with("entityID=", &format!("validUntil=\"{instant}\" entityID="))
}

breaks! {
    the_root_is_of_saml: "saml.root", public().with_each("md:EntityDescriptor", "md:EntitiesDescriptor");
    there_is_one_entity: "saml.root",
        public().before("<md:OrganizationName", "<md:Extensions><md:EntityDescriptor/></md:Extensions>");
    an_entity_has_a_name: "saml.entity-id", Sample::of(Profile::CiePublic).with("https://accesso.prova.example/sp", "");
    an_entity_id_is_an_uri: "saml.entity-id", named("comune di prova").in_tests();
    an_entity_id_is_not_too_long: "saml.entity-id",
        public()
            .with("/sp\"", &format!("/{}\"", "a".repeat(1024)))
            .certified(|it| it.set(URI, &format!("https://accesso.prova.example/{}", "a".repeat(1024))));
    an_entity_id_is_https: "saml.entity-id.production", named("http://accesso.prova.example/sp");
    an_entity_id_has_no_port: "saml.entity-id.production", named("https://accesso.prova.example:443/sp");
    an_entity_id_is_at_a_public_name: "saml.entity-id.production", named("https://localhost/sp");
    an_entity_id_is_at_no_number: "saml.entity-id.production", named("https://192.0.2.1/sp");
    an_aggregators_entity_id_has_no_query: "spid.entity-id.query",
        Sample::of(Profile::PubAgFull).with("/c_e715\"", "/c_e715?ente=1\"");
    an_aggregators_entity_id_has_its_activity: "spid.entity-id.activity",
        Sample::of(Profile::PubAgFull).with("/pub-ag-full/", "/pub-ag-lite/");
    a_document_has_not_expired: "saml.valid-until", valid_until("2026-11-25T12:00:00Z");
    an_expiry_is_an_instant: "saml.valid-until", valid_until("tomorrow");
    a_document_does_not_expire_soon: "saml.valid-until.soon", valid_until("2026-12-25T12:00:00Z");
    the_role_has_its_order: "saml.order",
        public().swapped("<md:SingleLogoutService", "/>", "</md:NameIDFormat>");
    the_entity_has_its_order: "saml.order",
        public().swapped("<md:Organization>", "</md:Organization>", "</md:ContactPerson>");
    a_contact_has_its_order: "saml.order", public().swapped("<md:Company>", "</md:Company>", "</md:EmailAddress>");
    a_set_has_its_order: "saml.order", public().swapped("<md:ServiceName", "</md:ServiceName>", "/>");
    no_contact_names_a_person: "saml.order.unknown",
        public().before("<md:EmailAddress>", "<md:GivenName>Ada</md:GivenName>");
    no_role_of_a_provider_of_identities: "saml.order.unknown",
        public().before("<md:Organization>", "<md:IDPSSODescriptor/>");
    there_is_one_role: "saml.sp-descriptor", public().doubled("<md:SPSSODescriptor", "</md:SPSSODescriptor>");
    the_protocol_is_saml_2: "saml.sp-descriptor.protocol", public().with(":2.0:protocol\"", ":1.1:protocol\"");
    requests_are_signed: "saml.sp-descriptor.signs-requests", public().without("AuthnRequestsSigned=\"true\"");
    assertions_are_signed: "saml.sp-descriptor.wants-signatures",
        public().with("WantAssertionsSigned=\"true\"", "WantAssertionsSigned=\"false\"");
    names_are_transient: "saml.name-id-format", public().with("format:transient", "format:persistent");
    the_format_of_names_is_said: "saml.name-id-format.missing", public().cut("<md:NameIDFormat>", "</md:NameIDFormat>");
    cie_wants_one_format_of_names: "cie.name-id-format.one",
        Sample::of(Profile::CiePublic).doubled("<md:NameIDFormat>", "</md:NameIDFormat>");
    there_is_one_organization: "saml.organization", public().doubled("<md:Organization>", "</md:Organization>");
    an_organization_has_an_address: "saml.organization.parts",
        public().cut("<md:OrganizationURL", "</md:OrganizationURL>");
    an_organization_has_a_language: "saml.organization.parts",
        public().with("OrganizationName xml:lang=\"it\"", "OrganizationName");
    an_organization_has_a_display_name_that_says_something: "saml.organization.parts",
        Sample::of(Profile::CiePublic)
            .with("DisplayName xml:lang=\"it\">Comune di Prova<", "DisplayName xml:lang=\"it\"> <");
    an_organization_says_all_in_each_language: "saml.organization.languages",
        public()
            .before("<md:OrganizationDisplayName", "<md:OrganizationName xml:lang=\"de\">Gemeinde</md:OrganizationName>");
    an_organization_says_nothing_twice: "saml.organization.languages",
        public().doubled("<md:OrganizationURL", "</md:OrganizationURL>");
    an_organization_speaks_italian: "saml.organization.italian",
        public().with_each("xml:lang=\"it\"", "xml:lang=\"de\"");
    an_organization_has_a_web_site: "saml.organization.url",
        public().with("https://www.prova.example/", "sito_assente");
}

#[test]
fn what_is_not_xml_is_not_read() {
    for text in ["", "nothing", "<a>", "<!DOCTYPE a><a/>", "<?php?><a/>"] {
        expect_only("saml.readable", &check(text, now(), Options::default()));
    }
}

#[test]
fn a_document_is_signed() {
    expect_only("saml.signature", &public().report_on(&public().unsigned()));
}

#[test]
fn a_document_is_signed_once() {
    let signed = public().signed();
    let (start, end) = (signed.find("<ds:Signature ").unwrap(), signed.find("</ds:Signature>").unwrap());
    let twice =
        signed.replacen("</ds:Signature>", &format!("</ds:Signature>{}</ds:Signature>", &signed[start..end]), 1);
    expect_only("saml.signature", &public().report_on(&twice));
}

#[test]
fn weak_algorithms_are_told() {
    for (strong, weak) in [
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
    ] {
        let report = public().report_on(&public().signed().replacen(strong, weak, 1));
        expect_only("saml.signature.algorithm", &report);
        assert!(report.findings[0].what.contains(weak));
    }
}

#[test]
fn a_signature_carries_its_certificate() {
    let signed = public().signed();
    let (start, end) = (signed.find("<ds:KeyInfo>").unwrap(), signed.find("</ds:KeyInfo>").unwrap());
    let bare = [&signed[..start], &signed[end + "</ds:KeyInfo>".len()..]].concat();
    expect_only("saml.signature.certificate", &public().report_on(&bare));
}

#[test]
fn a_document_is_not_changed_after_it_was_signed() {
    let report = public().report_on(&public().signed().replacen("Tributi", "Tasse", 1));
    expect_only("saml.signature.invalid", &report);
    assert_eq!(report.findings[0].what, "The document was changed after it was signed.");
}

#[test]
fn a_signature_refers_to_the_document() {
    let report = public().report_on(&public().signed().replacen("ID=\"_sample\"", "ID=\"_other\"", 1));
    expect_only("saml.signature.invalid", &report);
    assert!(report.findings[0].what.contains("_other"), "{}", report.findings[0].what);
}

#[test]
fn the_key_that_signed_is_listed() {
    let other = super::certified::Certified::of(Profile::SpidPublic)
        .base64_of(&rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap());
    expect_only("saml.signature.key", &public().with("[certificate]", &other).report());
}

#[test]
fn a_light_aggregator_may_sign_with_its_key_for_validation() {
    let other = super::certified::Certified::of(Profile::PubAgLite)
        .base64_of(&rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap());
    assert_eq!(Sample::of(Profile::PubAgLite).with("[certificate]", &other).report().findings, []);
}

#[test]
fn a_document_that_does_not_tell_its_profile_is_told_so() {
    let silent = public().without("<spid:Public/>").signed();
    let report = check(&silent, now(), Options::default());
    let rules: Vec<_> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(
        (report.profile, &rules[..]),
        (Some(Profile::SpidPublic), &["spid.contact.kind", "profile.unknown"][..])
    );
}

#[test]
fn a_site_may_be_named_without_its_scheme() {
    assert_eq!(public().with("https://www.prova.example/", "www.prova.example").report().findings, []);
}

#[test]
fn http_and_ports_are_for_tests() {
    let sample =
        named("http://localhost:8080/sp").with("https://accesso.prova.example/return", "http://127.0.0.1:8080/return");
    assert_eq!(sample.clone().in_tests().report().findings, []);
    assert_eq!(sample.report().count(Severity::Error), 2);
}
