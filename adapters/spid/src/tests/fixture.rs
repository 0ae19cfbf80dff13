//! A fictional region with one body, and a fictional identity provider that signs its answers.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use data_encoding::BASE64;
use jiff::Timestamp;
use varco_core::attempt::{AttemptId, Sent};
use varco_core::attribute::Attribute;
use varco_core::level::Level;
use varco_core::method::{Channel, LoginMethod as _, Opening, Return};
use varco_core::name::{BodyId, MethodId, ProviderId, ServiceId};
use varco_core::origin::Origin;
use varco_core::ports::Randomness;
use varco_core::secret::Secret;
use varco_core::service::Service;
use varco_saml::method::SamlMethod;
use varco_saml::party::{Asking, Body, Party};
use varco_saml::provider::IdentityProvider;
use varco_saml::providers::Providers;
use varco_saml::request::{Binding, Comparison};
use varco_saml::vocabulary::ASSERTION;
use varco_xmldsig::{Placement, SigningKey, TrustedKey};

use crate::certificate::{self, Identifier, Subject};
use crate::{Activity, Spid, SpidBody, SpidOptions};

pub(super) const NOW: &str = "2026-11-22T10:00:00Z";
pub(super) const PROVIDER: &str = "https://idp.example";
pub(super) const OTHER_PROVIDER: &str = "https://altro.example";
pub(super) const ENTITY_ID: &str = "https://accesso.regione.example/pub-ag-full/c_e715";

/// Bytes that are the same in every run.
pub(super) struct Constant;

impl Randomness for Constant {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xab);
    }
}

pub(super) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A key with its certificate. Making one takes a second, so that all tests share it.
pub(super) fn pem() -> &'static (String, String) {
    static PEM: OnceLock<(String, String)> = OnceLock::new();
    PEM.get_or_init(new_pem)
}

/// The certificate of a key that nothing is signed with.
pub(super) fn another_certificate() -> String {
    new_pem().1
}

pub(super) fn new_pem() -> (String, String) {
    let subject = Subject {
        display_name: "Regione di prova",
        organization: "Regione di prova - Giunta",
        locality: "Firenze",
        entity_id: "https://accesso.regione.example",
        identifier: Identifier::Ipa("r_prova"),
    };
    let key = certificate::generate_key().unwrap();
    let certificate = certificate::self_signed(&key, &subject, now(), &Constant).unwrap();
    (key, certificate)
}

pub(super) fn signing_key() -> SigningKey {
    let (key, certificate) = pem();
    SigningKey::from_pem(key, certificate).unwrap()
}

pub(super) fn provider(entity_id: &str) -> IdentityProvider {
    provider_of(entity_id, &pem().1)
}

/// A provider that signs with the key of a certificate.
pub(super) fn provider_of(entity_id: &str, certificate: &str) -> IdentityProvider {
    IdentityProvider::new(
        ProviderId::parse(entity_id).unwrap(),
        format!("Fornitore {entity_id}"),
        Some(format!("{entity_id}/sso/redirect")),
        Some(format!("{entity_id}/sso/post")),
        vec![TrustedKey::from_certificate_pem(certificate).unwrap()],
    )
    .unwrap()
}

pub(super) fn options() -> SpidOptions {
    SpidOptions {
        access: Origin::parse("https://accesso.regione.example").unwrap(),
        aggregator: Party {
            vat_number: Some("IT01234567890".to_owned()),
            phone: Some("+39055000000".to_owned()),
            ..party("Regione di prova - Giunta", "r_prova", "01234567890", "spid@regione.example")
        },
        signing: Arc::new(signing_key()),
        decryption: Arc::new([]),
        bodies: BTreeMap::from([(BodyId::parse("c_e715").unwrap(), body())]),
        european: false,
        binding: Binding::Redirect,
        comparison: Comparison::Minimum,
        randomness: Arc::new(Constant),
    }
}

pub(super) fn providers() -> Vec<IdentityProvider> {
    vec![provider(PROVIDER), provider(OTHER_PROVIDER)]
}

/// SPID with these options, and two providers.
pub(super) fn spid(options: SpidOptions) -> SamlMethod {
    asking(options, providers())
}

pub(super) fn asking(options: SpidOptions, providers: Vec<IdentityProvider>) -> SamlMethod {
    Spid::new(options).unwrap().method(Arc::new(Providers::new(providers))).unwrap()
}

fn party(name: &str, ipa: &str, fiscal_code: &str, email: &str) -> Party {
    Party {
        name: name.to_owned(),
        ipa: Some(BodyId::parse(ipa).unwrap()),
        vat_number: None,
        fiscal_code: fiscal_code.to_owned(),
        nace2: None,
        municipality: None,
        province: None,
        email: email.to_owned(),
        phone: None,
    }
}

pub(super) fn body() -> SpidBody {
    let asks = |name: &str, attribute_set, attributes: &[Attribute]| {
        let service = Asking { name: name.to_owned(), attribute_set, attributes: attributes.to_vec() };
        (ServiceId::parse(&name.to_lowercase()).unwrap(), service)
    };
    let body = Body {
        party: party("Comune di Lucca", "c_e715", "00378210462", "protocollo@comune.example"),
        url: "https://www.comune.example/".to_owned(),
        services: BTreeMap::from([
            asks("Tributi", 1, &[Attribute::GivenName, Attribute::FamilyName, Attribute::Email]),
            asks("Anagrafe", 4, &[]),
        ]),
    };
    SpidBody { body, activity: Activity::PublicFull, signing: None, billing: None }
}

pub(super) fn service(id: &str) -> Service {
    Service {
        id: ServiceId::parse(id).unwrap(),
        body: BodyId::parse("c_e715").unwrap(),
        name: id.to_owned(),
        hosts: vec![],
        path: format!("/{id}"),
        level: Level::Two,
        attributes: vec![],
        purpose: None,
        ages: None,
        rules: vec![],
    }
}

pub(super) fn opening<'a>(service: &'a Service, provider: Option<&'a ProviderId>) -> Opening<'a> {
    let attempt = AttemptId(Secret::from_bytes([7; 16]));
    Opening { attempt, service, level: Level::Two, provider, now: now() }
}

/// A question that is out.
pub(super) async fn sent(spid: &SamlMethod, service_id: &str) -> Sent {
    let service = service(service_id);
    let provider = ProviderId::parse(PROVIDER).unwrap();
    let sending = spid.begin(opening(&service, Some(&provider))).await.unwrap();
    Sent {
        method: MethodId::parse("spid").unwrap(),
        provider: sending.provider,
        level: Level::Two,
        purpose: service.purpose,
        memo: sending.memo,
    }
}

/// An answer, before it is signed.
pub(super) struct Answer {
    pub(super) class: &'static str,
    pub(super) attributes: Vec<(&'static str, &'static str)>,
    pub(super) audience: &'static str,
    pub(super) session_index: Option<&'static str>,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            class: "https://www.spid.gov.it/SpidL2",
            attributes: vec![
                ("fiscalNumber", "TINIT-RSSMRA80A01H501U"),
                ("name", "Maria"),
                ("familyName", "Rossi"),
                ("email", "maria@example.org"),
            ],
            audience: ENTITY_ID,
            session_index: None,
        }
    }
}

impl Answer {
    /// What the browser brings back.
    pub(super) fn signed(&self) -> Return {
        let assertion = signing_key().sign(&self.assertion(), "_a1", Placement::After(ASSERTION, "Issuer")).unwrap();
        let success = "<samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/>";
        returned(&response(success, &assertion))
    }

    fn assertion(&self) -> String {
        let Self { class, attributes, audience, session_index } = self;
        let session_index = session_index.map_or_else(String::new, |index| format!(" SessionIndex='{index}'"));
        let attribute = |(name, value): &(&str, &str)| {
            format!("<saml:Attribute Name='{name}'><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>")
        };
        let attributes: String = attributes.iter().map(attribute).collect();
        format!(
            "<saml:Assertion xmlns:saml='{ASSERTION}' ID='_a1' Version='2.0' IssueInstant='{NOW}'>{ISSUER}\
             <saml:Subject><saml:NameID Format='urn:oasis:names:tc:SAML:2.0:nameid-format:transient' \
             NameQualifier='{PROVIDER}'>_n1</saml:NameID>\
             <saml:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'>\
             <saml:SubjectConfirmationData Recipient='https://accesso.regione.example/return/spid' \
             InResponseTo='_abababababababababababababababab' NotOnOrAfter='2026-11-22T10:05:00Z'/>\
             </saml:SubjectConfirmation></saml:Subject>\
             <saml:Conditions NotBefore='{NOW}' NotOnOrAfter='2026-11-22T10:05:00Z'><saml:AudienceRestriction>\
             <saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant='{NOW}'{session_index}><saml:AuthnContext>\
             <saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
             <saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )
    }
}

const ISSUER: &str =
    "<saml:Issuer Format='urn:oasis:names:tc:SAML:2.0:nameid-format:entity'>https://idp.example</saml:Issuer>";

/// A failure with an error number, as providers send it: not signed.
pub(super) fn failure(number: u16) -> Return {
    returned(&response(
        &format!(
            "<samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Responder'>\
             <samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:AuthnFailed'/></samlp:StatusCode>\
             <samlp:StatusMessage>ErrorCode nr{number}</samlp:StatusMessage>"
        ),
        "",
    ))
}

fn response(status: &str, assertion: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' xmlns:saml='{ASSERTION}' ID='_r1' \
         Version='2.0' IssueInstant='{NOW}' InResponseTo='_abababababababababababababababab' \
         Destination='https://accesso.regione.example/return/spid'>{ISSUER}\
         <samlp:Status>{status}</samlp:Status>{assertion}</samlp:Response>"
    )
}

fn returned(response: &str) -> Return {
    let relay_state = AttemptId(Secret::from_bytes([7; 16])).reveal();
    let parameters = [("SAMLResponse", BASE64.encode(response.as_bytes())), ("RelayState", relay_state)];
    Return { channel: Channel::Form, parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into() }
}
