use std::sync::OnceLock;

use data_encoding::BASE64;
use proptest::prelude::*;
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd};
use varco_xmldsig::{Placement, SigningKey};

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

/// A certificate of another key, which ends earlier.
fn other_certificate() -> &'static str {
    static CERTIFICATE: OnceLock<String> = OnceLock::new();
    CERTIFICATE.get_or_init(|| {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let mut params = CertificateParams::default();
        params.not_after = date_time_ymd(2027, 1, 1);
        BASE64.encode(params.self_signed(&key).unwrap().der())
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

fn find(xml: &str) -> Result<Found, MetadataRefusal> {
    identity_providers(xml, Trust::Source, NOW.parse().unwrap())
}

fn read(xml: &str) -> Result<Vec<IdentityProvider>, MetadataRefusal> {
    find(xml).map(|found| found.providers)
}

fn names(providers: &[IdentityProvider]) -> Vec<&str> {
    providers.iter().map(|provider| provider.entity_id.as_str()).collect()
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
    short.keys = key("use='signing'", SHORT.trim());
    let found = find(&list(&[short.xml(), good.xml()].concat())).unwrap();
    assert_eq!(names(&found.providers), ["https://good.example"]);
    assert_eq!(found.refused, [("https://short.example".to_owned(), ProviderFault::Key(KeyRefusal::Size))]);
}

#[test]
fn a_provider_whose_only_key_is_short_or_unreadable_is_refused() {
    let mut entity = Entity::new("https://idp.example");
    entity.keys = key("use='signing'", SHORT.trim());
    assert_eq!(entity.fault(), ProviderFault::Key(KeyRefusal::Size));
    entity.keys = key("use='signing'", "not base64!");
    assert_eq!(entity.fault(), ProviderFault::Certificate);
    entity.keys = key("use='signing'", "");
    assert_eq!(entity.fault(), ProviderFault::Key(KeyRefusal::Malformed));
}

#[test]
fn a_short_key_beside_a_good_one_is_left_out() {
    let mut entity = Entity::new("https://idp.example");
    entity.keys += &key("use='signing'", SHORT.trim());
    let found = find(&entity.xml()).unwrap();
    let id = ProviderId::parse("https://idp.example").unwrap();
    assert_eq!(found.providers[0].keys().len(), 1);
    assert_eq!(found.refused_keys, [(id, ProviderFault::Key(KeyRefusal::Size))]);
}

#[test]
fn of_a_chain_only_the_first_certificate_gives_a_key() {
    let mut entity = Entity::new("https://idp.example");
    let chain = format!("<ds:X509Certificate>{}</ds:X509Certificate>", other_certificate());
    entity.keys = entity.keys.replace("</ds:X509Data>", &format!("{chain}</ds:X509Data>"));
    assert!(entity.keys.contains(&chain));
    let certificate = BASE64.decode(certificate().as_bytes()).unwrap();
    assert_eq!(only(&entity.xml()).keys(), [TrustedKey::from_certificate_der(&certificate).unwrap()]);
}

#[test]
fn while_a_key_is_changed_both_count_and_the_longer_certificate_tells_the_end() {
    let mut entity = Entity::new("https://idp.example");
    entity.keys += &key("use='signing'", other_certificate());
    let provider = only(&entity.xml());
    let ends: Vec<_> = provider.keys().iter().map(TrustedKey::not_after).collect();
    assert_eq!(ends.len(), 2);
    assert!(ends[0] > ends[1]);
    assert_eq!(provider.certificates_end(), Some(ends[0]));
}

#[test]
fn the_same_provider_twice_is_one_if_both_say_the_same_and_else_none() {
    let (one, mut other) = (Entity::new("https://idp.example"), Entity::new("https://idp.example"));
    let third = Entity::new("https://third.example").xml();
    let same = find(&list(&[one.xml(), third.clone(), one.xml()].concat())).unwrap();
    assert_eq!(names(&same.providers), ["https://idp.example", "https://third.example"]);
    other.services = service(HTTP_POST, "https://elsewhere.example/post");
    let twice = [("https://idp.example".to_owned(), ProviderFault::Twice)];
    for list_of in [vec![one.xml(), other.xml()], vec![one.xml(), other.xml(), one.xml()]] {
        let found = find(&list(&(list_of.concat() + &third))).unwrap();
        assert_eq!(names(&found.providers), ["https://third.example"]);
        assert_eq!(found.refused, twice);
    }
    other.keys = String::new();
    let found = find(&list(&[one.xml(), other.xml(), third].concat())).unwrap();
    assert_eq!(found.refused, twice, "one that is faulty is another too");
}

#[test]
fn a_provider_ends_with_the_first_of_what_it_lies_in() {
    let mut entity = Entity::new("https://idp.example");
    assert_eq!(only(&list(&entity.xml())).valid_until, None);
    entity.attributes += " validUntil='2026-12-03T00:00:00Z'";
    entity.role_attributes += " validUntil='2026-12-02T00:00:00Z'";
    let ends_on = |day: u8| Some(format!("2026-12-0{day}T00:00:00Z").parse().unwrap());
    let inside = list(&entity.xml());
    assert_eq!(only(&inside).valid_until, ends_on(2));
    let earlier = inside.replacen('>', " validUntil='2026-12-01T00:00:00Z'>", 1);
    let provider = only(&earlier);
    assert_eq!(provider.valid_until, ends_on(1));
    assert!(provider.is_valid("2026-11-30T23:59:59Z".parse().unwrap()));
    assert!(!provider.is_valid("2026-12-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn the_document_says_how_long_it_may_be_kept() {
    let entity = Entity::new("https://idp.example").xml();
    let days = |duration: &str| {
        let document = list(&entity).replacen('>', &format!(" cacheDuration='{duration}'>"), 1);
        find(&document).unwrap().cache_duration.map(|duration| duration.as_hours())
    };
    for (duration, hours) in
        [("PT6H", Some(6)), ("P1D", Some(24)), ("P0Y0M0DT6H0M0.000S", Some(6)), ("P1M", None), ("soon", None)]
    {
        assert_eq!(days(duration), hours, "{duration}");
    }
    assert_eq!(find(&list(&entity)).unwrap().cache_duration, None);
}

/// A list of one provider, signed as a whole, with comments as the registry of SPID has them.
fn signed(signer: &SigningKey) -> String {
    let entity = Entity::new("https://idp.example").xml();
    let document = list(&format!("<!-- *start* -->{entity}<!-- *end* -->")).replacen('>', " ID='_list'>", 1);
    signer.sign(&document, "_list", Placement::First).unwrap()
}

fn signer() -> (SigningKey, TrustedKey) {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    let trusted = TrustedKey::from_certificate_der(certificate.der()).unwrap();
    (SigningKey::from_pem(&key.serialize_pem(), &certificate.pem()).unwrap(), trusted)
}

#[test]
fn where_a_signer_is_pinned_the_whole_must_be_signed_by_it() {
    let ((signer, trusted), (_, stranger)) = (signer(), self::signer());
    let document = signed(&signer);
    let read = |document: &str, keys: &[TrustedKey]| {
        identity_providers(document, Trust::Signers(keys), NOW.parse().unwrap()).map(|found| found.providers.len())
    };
    let refused = |refusal| Err(MetadataRefusal::Signature(refusal));
    assert_eq!(read(&document, &[stranger.clone(), trusted.clone()]), Ok(1));
    assert_eq!(read(&document, std::slice::from_ref(&stranger)), refused(SignatureRefusal::Key));
    assert_eq!(read(&document, &[]), refused(SignatureRefusal::Key));
    let keys = [trusted];
    assert_eq!(read(&list(&Entity::new("https://idp.example").xml()), &keys), refused(SignatureRefusal::Missing));
    let changed = document.replace("https://idp.example/post", "https://evil.example/post");
    assert_eq!(read(&changed, &keys), refused(SignatureRefusal::Digest));
    let commented = document.replace("*start*", "another comment");
    assert_eq!(read(&commented, &keys), Ok(1), "comments are not part of what is signed, nor of what is read");
}

#[test]
fn a_signed_list_inside_another_document_vouches_for_nothing_in_it() {
    let (signer, trusted) = signer();
    let document = signed(&signer);
    let evil = Entity::new("https://evil.example").xml();
    let (opening, signature_and_rest) = document.split_at(document.find('>').unwrap() + 1);
    let signature = &signature_and_rest[..signature_and_rest.find("</ds:Signature>").unwrap() + 15];
    let wrapped = [
        // The signed list becomes a part of a list that is not signed.
        list(&format!("{evil}{document}")),
        // The signature is taken out and put before something else, with the signed list elsewhere.
        format!("{opening}{signature}{evil}</EntitiesDescriptor>"),
        list(&format!("{signature}{evil}{}", document.replace(signature, ""))).replacen('>', " ID='_list'>", 1),
        list(&format!("{signature}{evil}{}", document.replace(signature, ""))).replacen('>', " ID='_other'>", 1),
    ];
    for (number, document) in wrapped.iter().enumerate() {
        let read = identity_providers(document, Trust::Signers(std::slice::from_ref(&trusted)), NOW.parse().unwrap());
        assert!(matches!(read, Err(MetadataRefusal::Signature(_))), "{number}: {read:?}");
    }
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
fn the_site_is_an_address_for_browsers_or_none() {
    let site = |url: &str| {
        let mut entity = Entity::new("https://idp.example");
        entity.organization = format!("<Organization>{url}</Organization>");
        only(&entity.xml()).site
    };
    let url = |language, site| format!("<OrganizationURL xml:lang='{language}'>{site}</OrganizationURL>");
    let both = url("en", "https://idp.example/en") + &url("it", " https://idp.example/it ");
    assert_eq!(site(&both).as_deref(), Some("https://idp.example/it"));
    assert_eq!(site(&url("en", "https://idp.example/en")).as_deref(), Some("https://idp.example/en"));
    for unfit in ["javascript:alert(1)", "idp.example", "https://", "data:text/html,x", "https://idp.example/ x", ""] {
        assert_eq!(site(&url("it", unfit)), None, "{unfit}");
    }
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
