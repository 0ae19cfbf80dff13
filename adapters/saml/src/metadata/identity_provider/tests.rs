use std::sync::OnceLock;

use data_encoding::BASE64;
use proptest::prelude::*;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};

use super::*;

const NOW: &str = "2026-11-22T10:00:00Z";

/// A certificate. Making one takes a moment, so that all tests share it.
fn certificate() -> &'static str {
    static CERTIFICATE: OnceLock<String> = OnceLock::new();
    CERTIFICATE.get_or_init(|| {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        BASE64.encode(CertificateParams::default().self_signed(&key).unwrap().der())
    })
}

/// The metadata of one fictional provider, which the tests take apart.
struct Entity {
    attributes: String,
    role_attributes: String,
    keys: String,
    services: String,
    organization: String,
}

impl Entity {
    fn new(entity_id: &str) -> Self {
        Self {
            attributes: format!("entityID='{entity_id}'"),
            role_attributes: format!("protocolSupportEnumeration='{PROTOCOL}'"),
            keys: key("use='signing'", certificate()),
            services: service(HTTP_REDIRECT, "https://idp.example/redirect")
                + &service(HTTP_POST, "https://idp.example/post"),
            organization: organization("it", "Fornitore di prova"),
        }
    }

    fn xml(&self) -> String {
        let Self { attributes, role_attributes, keys, services, organization } = self;
        format!(
            "<EntityDescriptor xmlns='{METADATA}' xmlns:ds='{SIGNATURE}' {attributes}>\
             <IDPSSODescriptor {role_attributes}>{keys}{services}</IDPSSODescriptor>{organization}</EntityDescriptor>"
        )
    }

    fn fault(&self) -> ProviderFault {
        match read(&self.xml()).unwrap_err() {
            MetadataRefusal::Provider { fault, .. } => fault,
            other => panic!("{other:?}"),
        }
    }
}

fn key(attributes: &str, certificate: &str) -> String {
    format!(
        "<KeyDescriptor {attributes}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n{certificate}\n\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>"
    )
}

fn service(binding: &str, location: &str) -> String {
    format!("<SingleSignOnService Binding='{binding}' Location='{location}'/>")
}

fn organization(language: &str, name: &str) -> String {
    format!(
        "<Organization><OrganizationName xml:lang='{language}'>S.p.A.</OrganizationName>\
         <OrganizationDisplayName xml:lang='{language}'>{name}</OrganizationDisplayName></Organization>"
    )
}

fn list(content: &str) -> String {
    format!("<EntitiesDescriptor xmlns='{METADATA}'>{content}</EntitiesDescriptor>")
}

fn read(xml: &str) -> Result<Vec<IdentityProvider>, MetadataRefusal> {
    identity_providers(xml, NOW.parse().unwrap()).map(|found| found.providers)
}

fn only(xml: &str) -> IdentityProvider {
    let [provider] = read(xml).unwrap().try_into().unwrap();
    provider
}

#[test]
fn logout_messages_go_where_the_provider_takes_them() {
    let mut entity = Entity::new("https://idp.example");
    assert_eq!(read(&entity.xml()).unwrap()[0].logout, LogoutServices::default());
    let logout = |binding: &str, rest: &str| format!("<SingleLogoutService Binding='{binding}' {rest}/>");
    entity.services += &logout("urn:oasis:names:tc:SAML:2.0:bindings:SOAP", "Location='https://idp.example/soap'");
    entity.services += &logout(HTTP_POST, "Location='javascript:alert(1)'");
    entity.services +=
        &logout(HTTP_POST, "Location='https://idp.example/slo' ResponseLocation='https://idp.example/back'");
    entity.services += &logout(HTTP_REDIRECT, "Location='https://idp.example/bye' ResponseLocation='data:x'");
    let service = |requests: &str, responses: &str| {
        let at = |path| format!("https://idp.example/{path}");
        Some(LogoutService { requests: at(requests), responses: at(responses) })
    };
    let expected = LogoutServices {
        redirect: service("bye", "bye"),
        post: service("slo", "back"),
        address: Some("https://idp.example/soap".to_owned()),
    };
    assert_eq!(read(&entity.xml()).unwrap()[0].logout, expected);
}

#[test]
fn a_provider_is_its_name_its_addresses_and_its_keys() {
    let provider = only(&Entity::new("https://idp.example").xml());
    assert_eq!(provider.entity_id.as_str(), "https://idp.example");
    assert_eq!(provider.name, "Fornitore di prova");
    assert_eq!(provider.sso_redirect.as_deref(), Some("https://idp.example/redirect"));
    assert_eq!(provider.sso_post.as_deref(), Some("https://idp.example/post"));
    assert_eq!(provider.keys().len(), 1);
}

#[test]
fn a_list_may_hold_lists_and_entities_of_other_roles() {
    let (one, two) = (Entity::new("https://one.example").xml(), Entity::new("https://two.example").xml());
    let other_role = "<EntityDescriptor entityID='https://sp.example'><SPSSODescriptor/></EntityDescriptor>";
    let providers = read(&list(&[&one, other_role, &list(&two)].concat())).unwrap();
    let names: Vec<_> = providers.iter().map(|provider| provider.entity_id.as_str()).collect();
    assert_eq!(names, ["https://one.example", "https://two.example"]);
    assert_eq!(read(&list(other_role)), Err(MetadataRefusal::NoProvider));
}

#[test]
fn a_provider_without_a_key_for_signing_is_refused() {
    let mut entity = Entity::new("https://idp.example");
    entity.keys = key("use='encryption'", certificate());
    assert_eq!(entity.fault(), ProviderFault::NoKey(NoSigningKey));
    entity.keys = String::new();
    assert_eq!(entity.fault(), ProviderFault::NoKey(NoSigningKey));
}

#[test]
fn a_key_without_a_use_signs_too_and_all_of_them_are_taken() {
    let mut entity = Entity::new("https://idp.example");
    entity.keys = key("use='signing'", certificate()) + &key("", certificate()) + &key("use='encryption'", "no");
    assert_eq!(only(&entity.xml()).keys().len(), 2);
}

/// A self-signed certificate over RSA with 1024 bits, made with openssl.
const SHORT: &str = include_str!("short-key.b64");

#[test]
fn a_faulty_provider_of_a_list_locks_out_nobody_else() {
    let (good, mut short) = (Entity::new("https://good.example"), Entity::new("https://short.example"));
    short.keys += &key("use='signing'", SHORT.trim());
    let found = identity_providers(&list(&[short.xml(), good.xml()].concat()), NOW.parse().unwrap()).unwrap();
    let names: Vec<_> = found.providers.iter().map(|provider| provider.entity_id.as_str()).collect();
    assert_eq!(names, ["https://good.example"]);
    assert_eq!(found.refused, [("https://short.example".to_owned(), ProviderFault::Key(KeyRefusal::Size))]);
}

#[test]
fn a_short_key_refuses_its_provider() {
    let mut entity = Entity::new("https://idp.example");
    entity.keys += &key("use='signing'", SHORT.trim());
    assert_eq!(entity.fault(), ProviderFault::Key(KeyRefusal::Size));
    entity.keys = key("use='signing'", "not base64!");
    assert_eq!(entity.fault(), ProviderFault::Certificate);
}

#[test]
fn the_same_provider_twice_is_refused() {
    let entity = Entity::new("https://idp.example").xml();
    let twice = read(&list(&[entity.as_str(), &entity].concat()));
    let fault = ProviderFault::Twice;
    assert_eq!(twice, Err(MetadataRefusal::Provider { entity_id: "https://idp.example".to_owned(), fault }));
}

#[test]
fn metadata_is_not_used_after_its_end() {
    let mut entity = Entity::new("https://idp.example");
    for (until, expired) in [("2026-11-22T10:00:01Z", false), (NOW, true), ("never", true)] {
        entity.attributes = format!("entityID='https://idp.example' validUntil='{until}'");
        assert_eq!(read(&entity.xml()).is_err(), expired, "{until}");
    }
    assert_eq!(entity.fault(), ProviderFault::Expired);
}

#[test]
fn a_list_is_not_used_after_its_end_wherever_it_stands() {
    let entity = Entity::new("https://idp.example").xml();
    for (until, expired) in [("2026-11-22T10:00:01Z", false), (NOW, true), ("never", true)] {
        let ending = format!("<EntitiesDescriptor validUntil='{until}'");
        let inner = list(&entity).replacen("<EntitiesDescriptor", &ending, 1);
        let outer = list(&inner);
        for xml in [inner, outer] {
            let refusal = read(&xml).err();
            assert_eq!(refusal, expired.then_some(MetadataRefusal::Expired), "{xml}");
        }
    }
}

#[test]
fn an_address_must_be_one_that_a_browser_only_visits() {
    let mut entity = Entity::new("https://idp.example");
    for bad in ["javascript:alert(1)", "", "https://", "ftp://x", "https:///x", "https://a b", "//x"] {
        entity.services = service(HTTP_POST, bad);
        assert_eq!(entity.fault(), ProviderFault::NoAddress, "{bad:?}");
    }
    entity.services = service("urn:oasis:names:tc:SAML:2.0:bindings:SOAP", "https://idp.example/soap");
    assert_eq!(entity.fault(), ProviderFault::NoAddress);
}

#[test]
fn an_entity_identifier_is_a_word() {
    for bad in ["", "a b", &"x".repeat(1025)] {
        assert_eq!(Entity::new(bad).fault(), ProviderFault::EntityId, "{bad:?}");
    }
}

#[test]
fn the_name_is_the_italian_one_where_there_is_one() {
    let mut entity = Entity::new("https://idp.example");
    entity.organization = "<Organization><OrganizationDisplayName xml:lang='en'>English</OrganizationDisplayName>\
                           <OrganizationDisplayName xml:lang='it'> Italiano </OrganizationDisplayName></Organization>"
        .to_owned();
    assert_eq!(only(&entity.xml()).name, "Italiano");
    entity.organization = organization("en", "English");
    assert_eq!(only(&entity.xml()).name, "English");
    entity.organization = String::new();
    assert_eq!(only(&entity.xml()).name, "https://idp.example");
}

#[test]
fn a_comment_does_not_cut_a_value() {
    let mut entity = Entity::new("https://idp.example");
    entity.organization = organization("it", "Fornitore<!-- x --> di prova");
    assert_eq!(only(&entity.xml()).name, "Fornitore di prova");
}

#[test]
fn only_saml_2_and_only_its_namespace_count() {
    let mut entity = Entity::new("https://idp.example");
    entity.role_attributes = "protocolSupportEnumeration='urn:oasis:names:tc:SAML:1.1:protocol'".to_owned();
    assert_eq!(read(&entity.xml()), Err(MetadataRefusal::NoProvider));
    assert_eq!(read("<EntityDescriptor/>"), Err(MetadataRefusal::Root));
    assert!(matches!(read("<a"), Err(MetadataRefusal::Xml(_))));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(<EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata'>)?[<>/='\"&;! A-Za-z]{0,80}") {
        let _ = read(&text);
    }

    #[test]
    fn no_mutation_makes_it_panic(at in 0usize..1500, byte in "[ -~]") {
        let mut xml = list(&Entity::new("https://idp.example").xml());
        let at = at % xml.len();
        xml.replace_range(at..=at, &byte);
        let _ = read(&xml);
    }
}
