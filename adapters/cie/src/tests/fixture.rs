//! A fictional region with one body, and a fictional Ministry that signs its answers.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use data_encoding::BASE64;
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
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
use varco_saml::vocabulary::{ASSERTION, ENTITY, PROTOCOL, TRANSIENT};
use varco_xmldsig::{Placement, SigningKey, TrustedKey};

use crate::{Cie, CieBody, CieOptions};

pub(super) const NOW: &str = "2026-11-22T10:00:00Z";
pub(super) const PROVIDER: &str = "https://idserver.example";
pub(super) const ENTITY_ID: &str = "https://accesso.regione.example/cie/c_e715";

/// Bytes that are the same in every run.
struct Constant;

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

pub(super) fn new_pem() -> (String, String) {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::new(vec!["cie.example".to_owned()]).unwrap().self_signed(&pair).unwrap();
    (pair.serialize_pem(), certificate.pem())
}

pub(super) fn signing_key() -> SigningKey {
    let (key, certificate) = pem();
    SigningKey::from_pem(key, certificate).unwrap()
}

pub(super) fn provider() -> IdentityProvider {
    IdentityProvider::new(
        ProviderId::parse(PROVIDER).unwrap(),
        "Ministero di prova".to_owned(),
        Some(format!("{PROVIDER}/redirect/sso")),
        Some(format!("{PROVIDER}/post/sso")),
        vec![TrustedKey::from_certificate_pem(&pem().1).unwrap()],
    )
    .unwrap()
}

pub(super) fn options() -> CieOptions {
    CieOptions {
        access: Origin::parse("https://accesso.regione.example").unwrap(),
        aggregator: Party {
            phone: Some("+39055000000".to_owned()),
            ..party("Regione di prova", Some("r_prova"), "01234567897", "D612", "FI")
        },
        signing: Arc::new(signing_key()),
        decryption: Arc::new([]),
        bodies: BTreeMap::from([(BodyId::parse("c_e715").unwrap(), body())]),
        binding: Binding::Redirect,
        comparison: Comparison::Minimum,
        randomness: Arc::new(Constant),
    }
}

/// CIE with these options, and the Ministry.
pub(super) fn cie(options: CieOptions) -> SamlMethod {
    Cie::new(options).unwrap().method(Arc::new(Providers::new(vec![provider()]))).unwrap()
}

/// An organisation with all that CIE may ask of it.
pub(super) fn party(name: &str, ipa: Option<&str>, fiscal_code: &str, municipality: &str, province: &str) -> Party {
    Party {
        name: name.to_owned(),
        ipa: ipa.map(|ipa| BodyId::parse(ipa).unwrap()),
        vat_number: Some(format!("IT{fiscal_code}")),
        fiscal_code: fiscal_code.to_owned(),
        nace2: Some("84.11".to_owned()),
        municipality: Some(municipality.to_owned()),
        province: Some(province.to_owned()),
        email: "ufficio@ente.example".to_owned(),
        phone: None,
    }
}

pub(super) fn body() -> CieBody {
    let asks = |name: &str, attribute_set, attributes: &[Attribute]| {
        let service = Asking { name: name.to_owned(), attribute_set, attributes: attributes.to_vec() };
        (ServiceId::parse(&name.to_lowercase()).unwrap(), service)
    };
    let body = Body {
        party: party("Comune di Lucca", Some("c_e715"), "00378210462", "E715", "LU"),
        url: "https://www.comune.example/".to_owned(),
        services: BTreeMap::from([
            asks("Tributi", 1, &[Attribute::GivenName, Attribute::SpidCode, Attribute::Email]),
            asks("Anagrafe", 4, &[]),
        ]),
    };
    CieBody { body, signing: None }
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

pub(super) fn opening(service: &Service, level: Level) -> Opening<'_> {
    Opening { attempt: AttemptId(Secret::from_bytes([7; 16])), service, level, provider: None, now: now() }
}

/// A question that is out.
pub(super) async fn sent(cie: &SamlMethod, level: Level) -> Sent {
    let sending = cie.begin(opening(&service("tributi"), level)).await.unwrap();
    Sent {
        method: MethodId::parse("cie").unwrap(),
        provider: sending.provider,
        level,
        purpose: None,
        memo: sending.memo,
    }
}

/// An answer, before it is signed.
pub(super) struct Answer {
    pub(super) class: &'static str,
    /// Of the assertion: CIE may leave it out.
    pub(super) issuer_format: Option<&'static str>,
    pub(super) attributes: Vec<(&'static str, &'static str)>,
}

impl Default for Answer {
    fn default() -> Self {
        Self {
            // CIE manual: whoever has the card in hand is known at level 3, whatever was asked for.
            class: "https://www.spid.gov.it/SpidL3",
            issuer_format: None,
            attributes: vec![
                ("dateOfBirth", "1980-01-01"),
                ("fiscalNumber", "TINIT-RSSMRA80A01H501U"),
                ("name", "Maria"),
                ("familyName", "Rossi"),
            ],
        }
    }
}

impl Answer {
    /// What the browser brings back.
    pub(super) fn signed(&self) -> Return {
        let assertion = signing_key().sign(&self.assertion(), "_a1", Placement::After(ASSERTION, "Issuer")).unwrap();
        returned(&response("<samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/>", &assertion))
    }

    fn assertion(&self) -> String {
        let Self { class, issuer_format, attributes } = self;
        let format = issuer_format.map(|format| format!(" Format='{format}'")).unwrap_or_default();
        let attribute = |(name, value): &(&str, &str)| {
            format!(
                "<saml:Attribute FriendlyName='{name}' Name='{name}'><saml:AttributeValue xsi:type='xs:string'>{value}\
                 </saml:AttributeValue></saml:Attribute>"
            )
        };
        let attributes: String = attributes.iter().map(attribute).collect();
        format!(
            "<saml:Assertion xmlns:saml='{ASSERTION}' xmlns:xs='http://www.w3.org/2001/XMLSchema' \
             xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' ID='_a1' Version='2.0' IssueInstant='{NOW}'>\
             <saml:Issuer{format}>{PROVIDER}</saml:Issuer>\
             <saml:Subject><saml:NameID Format='{TRANSIENT}' NameQualifier='{PROVIDER}'>_n1</saml:NameID>\
             <saml:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:bearer'>\
             <saml:SubjectConfirmationData Recipient='https://accesso.regione.example/return/cie' \
             InResponseTo='_abababababababababababababababab' NotOnOrAfter='2026-11-22T10:05:00Z'/>\
             </saml:SubjectConfirmation></saml:Subject>\
             <saml:Conditions NotBefore='{NOW}' NotOnOrAfter='2026-11-22T10:05:00Z'><saml:AudienceRestriction>\
             <saml:Audience>{ENTITY_ID}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant='{NOW}' SessionIndex='_s1'><saml:AuthnContext>\
             <saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>\
             <saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>"
        )
    }
}

/// The one format that an issuer may have.
pub(super) const ENTITY_FORMAT: &str = ENTITY;

/// A failure with an error number: not signed.
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

/// CIE manual, protocols, `<Response>`: its issuer never has a format.
fn response(status: &str, assertion: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp='{PROTOCOL}' xmlns:saml='{ASSERTION}' ID='_r1' \
         Version='2.0' IssueInstant='{NOW}' InResponseTo='_abababababababababababababababab' \
         Destination='https://accesso.regione.example/return/cie'><saml:Issuer>{PROVIDER}</saml:Issuer>\
         <samlp:Status>{status}</samlp:Status>{assertion}</samlp:Response>"
    )
}

fn returned(response: &str) -> Return {
    let relay_state = AttemptId(Secret::from_bytes([7; 16])).reveal();
    let parameters = [("SAMLResponse", BASE64.encode(response.as_bytes())), ("RelayState", relay_state)];
    Return { channel: Channel::Form, parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into() }
}
