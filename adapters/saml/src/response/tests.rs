//! A provider that writes whatever a test wants, and what becomes of it. Everything happens at [`NOW`].

mod checks;
mod encrypted;
mod forgeries;
mod good;
mod two_readers;

use std::sync::LazyLock;

use varco_core::name::ProviderId;
use varco_xmldsig::{Placement, SigningKey, TrustedKey};

use super::*;
use crate::fixture::PROFILE;

const NOW: &str = "2026-11-25T10:00:30.25Z";
const REQUESTED_AT: &str = "2026-11-25T10:00:00Z";
const REQUEST_ID: &str = "_request";
const DESTINATION: &str = "https://access.example/return/spid";
const AUDIENCE: &str = "https://access.example/c_e715";
const PROVIDER: &str = "https://idp.example/";

/// The provider that was asked, and its key.
struct Idp {
    provider: IdentityProvider,
    key: SigningKey,
}

static IDP: LazyLock<Idp> = LazyLock::new(Idp::new);

/// Somebody else, who calls himself the same.
static IMPOSTOR: LazyLock<Idp> = LazyLock::new(Idp::new);

impl Idp {
    fn new() -> Self {
        let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
        let params = rcgen::CertificateParams::new(vec!["idp.example".to_owned()]).unwrap();
        let certificate = params.self_signed(&pair).unwrap().pem();
        let trusted = TrustedKey::from_certificate_pem(&certificate).unwrap();
        let id = ProviderId::parse(PROVIDER).unwrap();
        let provider = IdentityProvider::new(id, "Provider".to_owned(), None, None, vec![trusted]).unwrap();
        Self { provider, key: SigningKey::from_pem(&pair.serialize_pem(), &certificate).unwrap() }
    }

    fn signed(&self, xml: &str, id: &str) -> String {
        let issuer = Placement::After("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer");
        self.key.sign(xml, id, issuer).unwrap()
    }

    /// The assertion signed, then the response.
    fn sealed(&self, xml: &str) -> String {
        self.signed(&self.signed(xml, "_assertion"), "_response")
    }
}

/// A response without signatures, of the form that providers send.
fn plain() -> String {
    let class = Level::Two.context_class();
    format!(
        r#"<samlp:Response Destination="{DESTINATION}" ID="_response" InResponseTo="{REQUEST_ID}" IssueInstant="{REQUESTED_AT}" Version="2.0" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">
    <saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{PROVIDER}</saml:Issuer>
    <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
    <saml:Assertion ID="_assertion" IssueInstant="{REQUESTED_AT}" Version="2.0" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">{PROVIDER}</saml:Issuer>
        <saml:Subject>
            <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{PROVIDER}">
                _name
            </saml:NameID>
            <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
                <saml:SubjectConfirmationData InResponseTo="{REQUEST_ID}" NotOnOrAfter="2026-11-25T10:05:00Z" Recipient="{DESTINATION}"/>
            </saml:SubjectConfirmation>
        </saml:Subject>
        <saml:Conditions NotBefore="{REQUESTED_AT}" NotOnOrAfter="2026-11-25T10:06:00Z">
            <saml:AudienceRestriction><saml:Audience>{AUDIENCE}</saml:Audience></saml:AudienceRestriction>
        </saml:Conditions>
        <saml:AuthnStatement AuthnInstant="2026-11-25T10:00:20Z" SessionIndex="_session">
            <saml:AuthnContext><saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef></saml:AuthnContext>
        </saml:AuthnStatement>
        <saml:AttributeStatement>
            <saml:Attribute Name="fiscalNumber" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"><saml:AttributeValue xsi:type="xs:string">TINIT-LVLDAA85T50G702B</saml:AttributeValue></saml:Attribute>
            <saml:Attribute Name="name"><saml:AttributeValue xsi:type="xs:string">Ada</saml:AttributeValue></saml:Attribute>
        </saml:AttributeStatement>
    </saml:Assertion>
</samlp:Response>"#
    )
}

fn expected() -> Expected<'static> {
    Expected {
        request_id: REQUEST_ID,
        requested_at: REQUESTED_AT.parse().unwrap(),
        destination: DESTINATION,
        audience: AUDIENCE,
        provider: &IDP.provider,
        decryption: &[],
        second: None,
        level: Level::Two,
        attributes: &["fiscalNumber"],
        now: NOW.parse().unwrap(),
    }
}

/// What becomes of a text, as the browser brings it.
fn read(xml: &str) -> Result<VerifiedAssertion, Rejection> {
    UnverifiedResponse::decode(&BASE64.encode(xml.as_bytes()))?.verify(&expected(), &PROFILE)
}

/// The code that a text is refused with.
fn code(xml: &str) -> &'static str {
    match read(xml) {
        Err(Rejection::Refused(fault)) => PROFILE.codes.refusal(fault).code(),
        other => panic!("it should be refused, and is {other:?}:\n{xml}"),
    }
}

/// Replaces every occurrence, and sees that there is one.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in the document");
    text.replace(from, to)
}

/// Replaces in the response only, before the assertion.
fn in_response(from: &str, to: &str) -> String {
    let xml = plain();
    let (response, assertion) = xml.split_at(xml.find("<saml:Assertion").unwrap());
    replaced(response, from, to) + assertion
}

/// Replaces in the assertion only.
fn in_assertion(from: &str, to: &str) -> String {
    let xml = plain();
    let (response, assertion) = xml.split_at(xml.find("<saml:Assertion").unwrap());
    response.to_owned() + &replaced(assertion, from, to)
}

/// The first element of this name in the assertion.
fn element(name: &str) -> String {
    let xml = plain();
    let assertion = &xml[xml.find("<saml:Assertion").unwrap()..];
    let starts = [format!("<saml:{name} "), format!("<saml:{name}>")];
    let start = starts.iter().filter_map(|start| assertion.find(start)).min().unwrap();
    let close = format!("</saml:{name}>");
    let end = start + assertion[start..].find(&close).unwrap() + close.len();
    assertion[start..end].to_owned()
}

/// Each is well signed by the provider, assertion and response, and refused with this code.
#[track_caller]
fn all_refused(with: &str, responses: impl IntoIterator<Item = String>) {
    for xml in responses {
        assert_eq!(code(&IDP.sealed(&xml)), with, "{xml}");
    }
}
