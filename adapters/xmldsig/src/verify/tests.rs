//! Every way to make a signature say what it does not, one test each.
//!
//! The forger here owns the trusted key and can sign whatever structure a test wants
//! ([`sealed`]): a refusal is then due to the structure, not to a broken signature.

use std::sync::LazyLock;

use data_encoding::BASE64;
use proptest::prelude::*;

use super::*;
use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::canonical::{EXCLUSIVE, canonical};
use crate::sign::tests::{FOREIGN, OURS, Pair, elliptic};
use crate::sign::{Placement, SigningKey};
use crate::xml::{Xml, XmlRefusal};

/// An assertion by itself, signed.
static ASSERTION: LazyLock<String> = LazyLock::new(|| signed_by(&OURS.signing, &assertion("_a", "ada"), "_a"));

/// A response whose assertion is signed, and not the response.
static RESPONSE: LazyLock<String> = LazyLock::new(|| response("_r", &ASSERTION));

fn assertion(id: &str, subject: &str) -> String {
    format!(
        "<s:Assertion xmlns:s=\"urn:saml\" ID=\"{id}\"><s:Issuer>idp</s:Issuer><s:Subject>{subject}</s:Subject>\
         </s:Assertion>"
    )
}

fn response(id: &str, content: &str) -> String {
    format!(
        "<p:Response xmlns:p=\"urn:samlp\" ID=\"{id}\"><s:Issuer xmlns:s=\"urn:saml\">idp</s:Issuer>{content}</p:Response>"
    )
}

fn signed_by(key: &SigningKey, text: &str, id: &str) -> String {
    key.sign(text, id, Placement::After("urn:saml", "Issuer")).unwrap()
}

/// The text between two marks, with the marks.
pub(super) fn cut<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap();
    let length = text[start..].find(to).unwrap() + to.len();
    &text[start..start + length]
}

pub(super) fn signature(text: &str) -> &str {
    cut(text, "<ds:Signature ", "</ds:Signature>")
}

/// Replaces, and sees that there was something to replace.
pub(super) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in the document");
    text.replacen(from, to, 1)
}

/// Makes the digest and the signature true of whatever the document says now.
fn sealed(text: &str, id: &str) -> String {
    let digest = {
        let xml = Xml::parse(text).unwrap();
        let element = xml.root().descendants().find(|element| element.attribute("ID") == Some(id)).unwrap();
        let hidden = element.children_named(DSIG, "Signature").next().unwrap();
        let digest = DigestAlgorithm::Sha256.of(&canonical(element.hiding(hidden), &[]).unwrap());
        BASE64.encode(digest.as_ref())
    };
    let text = replaced(
        text,
        cut(text, "<ds:DigestValue", "</ds:DigestValue>"),
        &format!("<ds:DigestValue>{digest}</ds:DigestValue>"),
    );
    resigned(&text)
}

/// Makes the signature true of whatever the signed part says now.
fn resigned(text: &str) -> String {
    let value = {
        let xml = Xml::parse(text).unwrap();
        let info = xml.root().descendants().find(|element| element.is(DSIG, "SignedInfo")).unwrap();
        BASE64.encode(&OURS.signing.sign_bytes(&canonical(info, &[]).unwrap()).unwrap())
    };
    replaced(
        text,
        cut(text, "<ds:SignatureValue", "</ds:SignatureValue>"),
        &format!("<ds:SignatureValue>{value}</ds:SignatureValue>"),
    )
}

fn of_root(text: &str, key: &TrustedKey) -> Result<(), SignatureRefusal> {
    let xml = Xml::parse(text).expect("well-formed");
    verify(xml.root(), std::slice::from_ref(key)).map(drop)
}

fn refusal(text: &str) -> SignatureRefusal {
    of_root(text, &OURS.trusted).expect_err("it should be refused")
}

/// Whatever verifies in this document is what was signed.
fn assert_only_the_original_is_read(text: &str) {
    let xml = Xml::parse(text).expect("well-formed");
    for element in xml.root().descendants() {
        if let Ok(verified) = verify(element, std::slice::from_ref(&OURS.trusted)) {
            let subject = verified.element().only_child("urn:saml", "Subject").and_then(Element::text);
            assert_eq!(subject.as_deref(), Some("ada"), "{text}");
        }
    }
}

// === good ones ===

#[test]
fn a_signed_element_verifies_and_is_read_without_its_signature() {
    let xml = Xml::parse(&RESPONSE).unwrap();
    let assertion = xml.root().only_child("urn:saml", "Assertion").unwrap();
    let keys = [FOREIGN.trusted.clone(), OURS.trusted.clone()];
    let verified = verify(assertion, &keys).unwrap().element();
    assert!(verified.is_same(assertion));
    assert_eq!(verified.only_child("urn:saml", "Subject").unwrap().text().as_deref(), Some("ada"));
    assert!(verified.descendants().all(|element| element.namespace() != DSIG));
}

#[test]
fn an_assertion_and_the_response_around_it_verify_both() {
    let text = signed_by(&OURS.signing, &RESPONSE, "_r");
    let xml = Xml::parse(&text).unwrap();
    let keys = std::slice::from_ref(&OURS.trusted);
    let response = verify(xml.root(), keys).unwrap().element();
    assert!(verify(response.only_child("urn:saml", "Assertion").unwrap(), keys).is_ok());
}

#[test]
fn the_spelling_of_the_document_does_not_matter() {
    let text = replaced(&ASSERTION, "<s:Subject>ada</s:Subject>", "<s:Subject  ><![CDATA[a]]>&#x64;a</s:Subject >");
    assert_eq!(of_root(&text, &OURS.trusted), Ok(()));
    let value = cut(&text, "<ds:SignatureValue>", "</ds:SignatureValue>");
    let broken = replaced(&text, value, &replaced(value, "=", "\n =\r\n"));
    assert_eq!(of_root(&broken, &OURS.trusted), Ok(()), "white space in base64");
}

#[test]
fn a_prefix_list_is_followed() {
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">";
    let list = "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs\"/>";
    let text = replaced(&ASSERTION, "ID=\"_a\"", "xmlns:xs=\"urn:xs\" ID=\"_a\"");
    let text = sealed(&replaced(&text, exclusive, &format!("{exclusive}{list}")), "_a");
    assert_eq!(refusal(&text), SignatureRefusal::Digest, "the forger did not follow the list");

    let canonical = "<s:Assertion xmlns:s=\"urn:saml\" xmlns:xs=\"urn:xs\" ID=\"_a\"><s:Issuer>idp</s:Issuer>\
                     <s:Subject>ada</s:Subject></s:Assertion>";
    let digest = BASE64.encode(DigestAlgorithm::Sha256.of(canonical.as_bytes()).as_ref());
    let value = cut(&text, "<ds:DigestValue>", "</ds:DigestValue>");
    let text = resigned(&replaced(&text, value, &format!("<ds:DigestValue>{digest}</ds:DigestValue>")));
    assert_eq!(of_root(&text, &OURS.trusted), Ok(()));
}

#[test]
fn the_other_accepted_algorithms_verify() {
    for digest in [DigestAlgorithm::Sha384, DigestAlgorithm::Sha512] {
        let text = replaced(&ASSERTION, DigestAlgorithm::Sha256.uri(), digest.uri());
        let value = BASE64.encode(digest.of(assertion("_a", "ada").as_bytes()).as_ref());
        let old = cut(&text, "<ds:DigestValue>", "</ds:DigestValue>");
        let text = resigned(&replaced(&text, old, &format!("<ds:DigestValue>{value}</ds:DigestValue>")));
        assert_eq!(of_root(&text, &OURS.trusted), Ok(()), "{digest:?}");
    }
}

#[test]
fn elliptic_curve_keys_verify_with_their_own_digest_only() {
    for (pair, right, wrong) in [
        (elliptic(&rcgen::PKCS_ECDSA_P256_SHA256), SignatureAlgorithm::EcdsaSha256, SignatureAlgorithm::EcdsaSha384),
        (elliptic(&rcgen::PKCS_ECDSA_P384_SHA384), SignatureAlgorithm::EcdsaSha384, SignatureAlgorithm::EcdsaSha256),
    ] {
        let signature = pair.sign(b"octets");
        assert!(pair.trusted.verify_bytes(right, b"octets", &signature));
        assert!(!pair.trusted.verify_bytes(right, b"octetz", &signature));
        assert!(!pair.trusted.verify_bytes(wrong, b"octets", &signature));
        assert!(!pair.trusted.verify_bytes(SignatureAlgorithm::RsaSha256, b"octets", &signature));
    }
}

// === keys ===

#[test]
fn a_foreign_key_is_refused_even_with_its_certificate_in_key_info() {
    let Pair { signing, .. } = &*FOREIGN;
    let text = signed_by(signing, &assertion("_a", "evil"), "_a");
    assert!(text.contains(signing.certificate_base64()));
    assert_eq!(refusal(&text), SignatureRefusal::Key);
}

#[test]
fn our_certificate_in_key_info_does_not_help_a_foreign_signature() {
    let text = signed_by(&FOREIGN.signing, &assertion("_a", "evil"), "_a");
    let text = replaced(&text, FOREIGN.signing.certificate_base64(), OURS.signing.certificate_base64());
    assert_eq!(refusal(&text), SignatureRefusal::Key);
}

#[test]
fn without_a_key_nothing_verifies() {
    let xml = Xml::parse(&ASSERTION).unwrap();
    assert_eq!(verify(xml.root(), &[]).unwrap_err(), SignatureRefusal::Key);
}

// === values ===

#[test]
fn a_changed_value_is_refused() {
    assert_eq!(refusal(&replaced(&ASSERTION, "ada", "eva")), SignatureRefusal::Digest);
    assert_eq!(refusal(&replaced(&ASSERTION, "</s:Subject>", "</s:Subject><s:Role/>")), SignatureRefusal::Digest);
    assert_eq!(refusal(&replaced(&ASSERTION, "ID=\"_a\"", "ID=\"_a\" admin=\"true\"")), SignatureRefusal::Digest);
}

#[test]
fn a_changed_digest_is_refused() {
    let value = cut(&ASSERTION, "<ds:DigestValue>", "</ds:DigestValue>");
    let digest = BASE64.encode(DigestAlgorithm::Sha256.of(b"").as_ref());
    let text = replaced(&ASSERTION, value, &format!("<ds:DigestValue>{digest}</ds:DigestValue>"));
    assert_eq!(refusal(&text), SignatureRefusal::Key);
    assert_eq!(refusal(&resigned(&text)), SignatureRefusal::Digest, "a digest of nothing");
}

#[test]
fn a_truncated_or_empty_signature_value_is_refused() {
    let value = cut(&ASSERTION, "<ds:SignatureValue>", "</ds:SignatureValue>");
    for shorter in ["<ds:SignatureValue/>", "<ds:SignatureValue>AAAA</ds:SignatureValue>"] {
        assert_eq!(refusal(&replaced(&ASSERTION, value, shorter)), SignatureRefusal::Key, "{shorter}");
    }
    for broken in ["<ds:SignatureValue>A</ds:SignatureValue>", "<ds:SignatureValue>*</ds:SignatureValue>"] {
        assert_eq!(refusal(&replaced(&ASSERTION, value, broken)), SignatureRefusal::Structure, "{broken}");
    }
}

#[test]
fn a_shorter_digest_is_refused() {
    let value = cut(&ASSERTION, "<ds:DigestValue>", "</ds:DigestValue>");
    for digest in ["", "AAAA"] {
        let text = replaced(&ASSERTION, value, &format!("<ds:DigestValue>{digest}</ds:DigestValue>"));
        assert_eq!(refusal(&resigned(&text)), SignatureRefusal::Digest);
    }
}

#[test]
fn a_comment_or_a_child_in_the_digest_is_refused() {
    let value = cut(&ASSERTION, "<ds:DigestValue>", "</ds:DigestValue>").to_owned();
    let comment = value.replace("<ds:DigestValue>", "<ds:DigestValue><!-- AAAA -->");
    assert_eq!(Xml::parse(&replaced(&ASSERTION, &value, &comment)).unwrap_err(), XmlRefusal::Comment);
    let child = value.replace("<ds:DigestValue>", "<ds:DigestValue><x/>");
    assert_eq!(refusal(&replaced(&ASSERTION, &value, &child)), SignatureRefusal::Structure);
}

// === algorithms ===

#[test]
fn sha1_and_other_algorithms_are_refused() {
    for (from, to) in [
        (DigestAlgorithm::Sha256.uri(), "http://www.w3.org/2000/09/xmldsig#sha1"),
        (DigestAlgorithm::Sha256.uri(), "http://www.w3.org/2001/04/xmldsig-more#md5"),
        (SignatureAlgorithm::RsaSha256.uri(), "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        (SignatureAlgorithm::RsaSha256.uri(), "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        (SignatureAlgorithm::RsaSha256.uri(), "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        (SignatureAlgorithm::RsaSha256.uri(), "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"),
        (SignatureAlgorithm::RsaSha256.uri(), ""),
    ] {
        assert_eq!(refusal(&resigned(&replaced(&ASSERTION, from, to))), SignatureRefusal::Algorithm, "{to}");
    }
}

#[test]
fn an_accepted_algorithm_that_the_signature_was_not_made_with_is_refused() {
    for algorithm in [SignatureAlgorithm::RsaSha512, SignatureAlgorithm::EcdsaSha256] {
        let text = replaced(&ASSERTION, SignatureAlgorithm::RsaSha256.uri(), algorithm.uri());
        assert_eq!(refusal(&resigned(&text)), SignatureRefusal::Key);
    }
}

#[test]
fn a_parameter_of_the_signature_method_is_refused() {
    let method = "</ds:SignatureMethod>";
    let text = replaced(&ASSERTION, method, &format!("<ds:HMACOutputLength>8</ds:HMACOutputLength>{method}"));
    assert_eq!(refusal(&resigned(&text)), SignatureRefusal::Algorithm);
}

#[test]
fn inclusive_canonicalisation_and_its_kin_are_refused() {
    let method = "<ds:CanonicalizationMethod Algorithm=\"";
    for other in [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    ] {
        let text = replaced(&ASSERTION, &format!("{method}{EXCLUSIVE}"), &format!("{method}{other}"));
        assert_eq!(refusal(&resigned(&text)), SignatureRefusal::Algorithm);
        let transform = "<ds:Transform Algorithm=\"";
        let text = replaced(&ASSERTION, &format!("{transform}{EXCLUSIVE}"), &format!("{transform}{other}"));
        assert_eq!(refusal(&resigned(&text)), SignatureRefusal::Transforms);
    }
}

// === transforms ===

#[test]
fn an_added_removed_or_reordered_transform_is_refused() {
    let enveloped = format!("<ds:Transform Algorithm=\"{ENVELOPED}\"></ds:Transform>");
    let exclusive = format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform>");
    let both = format!("{enveloped}{exclusive}");
    let xpath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>1</ds:XPath>\
                 </ds:Transform>";
    let xslt = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\">\
                <x:stylesheet xmlns:x=\"http://www.w3.org/1999/XSL/Transform\"/></ds:Transform>";
    let base64 = "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#base64\"></ds:Transform>";
    for transforms in [
        String::new(),
        enveloped.clone(),
        exclusive.clone(),
        format!("{exclusive}{enveloped}"),
        format!("{both}{exclusive}"),
        format!("{enveloped}{enveloped}"),
        format!("{both}{xpath}"),
        format!("{xpath}{exclusive}"),
        format!("{both}{xslt}"),
        format!("{enveloped}{xslt}"),
        format!("{both}{base64}"),
        replaced(&both, "></ds:Transform>", "><ds:XPath>1</ds:XPath></ds:Transform>"),
    ] {
        let text = resigned(&replaced(&ASSERTION, &both, &transforms));
        assert_eq!(refusal(&text), SignatureRefusal::Transforms, "{transforms}");
    }
    let text = replaced(&ASSERTION, &format!("<ds:Transforms>{both}</ds:Transforms>"), "");
    assert_eq!(refusal(&resigned(&text)), SignatureRefusal::Structure, "no transforms at all");
}

#[test]
fn a_prefix_list_that_makes_no_sense_is_refused() {
    let open = format!("<ds:Transform Algorithm=\"{EXCLUSIVE}\">");
    let many = "p ".repeat(33);
    let parameter = |list: &str| format!("<ec:InclusiveNamespaces xmlns:ec=\"{EXCLUSIVE}\" PrefixList=\"{list}\"/>");
    for parameters in [
        parameter("#all"),
        parameter("a:b"),
        parameter(&many),
        parameter("a").repeat(2),
        "<InclusiveNamespaces PrefixList=\"a\"/>".to_owned(),
    ] {
        let text = resigned(&replaced(&ASSERTION, &open, &format!("{open}{parameters}")));
        assert_eq!(refusal(&text), SignatureRefusal::Transforms, "{parameters}");
    }
}

/// Whoever has any one signature of the provider, such as that of its metadata, can put it into an
/// element of their own making: it is canonicalised before its digest is found to differ.
#[test]
fn the_canonical_form_of_a_message_is_not_much_longer_than_the_message() {
    let needs_it_anew = "<n:x/>".repeat(9_000);
    let namespace = |length: usize| format!("xmlns:n=\"urn:{}\" ID=\"_a\"", "x".repeat(length));
    let with = |length| {
        let text = replaced(&ASSERTION, "ID=\"_a\"", &namespace(length));
        replaced(&text, "<s:Subject>", &format!("{needs_it_anew}<s:Subject>"))
    };
    assert_eq!(Xml::parse(&with(100_000)).map(drop), Err(XmlRefusal::LongNamespace));
    let text = with(252);
    let xml = Xml::parse(&text).unwrap();
    assert!(canonical(xml.root(), &[]).unwrap().len() < 4 * 1024 * 1024);
}

// === structure and reference ===

#[test]
fn an_element_without_a_signature_of_its_own_is_refused() {
    assert_eq!(refusal(&assertion("_a", "ada")), SignatureRefusal::Missing);
    assert_eq!(refusal(&RESPONSE), SignatureRefusal::Missing, "its assertion is signed, it is not");
    let elsewhere = replaced(&ASSERTION, DSIG, "urn:other");
    assert_eq!(refusal(&elsewhere), SignatureRefusal::Missing, "a signature of another namespace");
}

#[test]
fn two_signatures_are_refused() {
    let twice = replaced(&ASSERTION, "<s:Subject>", &format!("{}<s:Subject>", signature(&ASSERTION)));
    assert_eq!(refusal(&twice), SignatureRefusal::Several);
}

#[test]
fn two_of_anything_in_the_signature_are_refused() {
    for name in ["SignedInfo", "SignatureValue", "Reference", "DigestValue", "DigestMethod", "Transforms"] {
        let one = cut(&ASSERTION, &format!("<ds:{name}"), &format!("</ds:{name}>"));
        let text = replaced(&ASSERTION, one, &one.repeat(2));
        assert_eq!(refusal(&text), SignatureRefusal::Structure, "{name}");
    }
}

#[test]
fn an_object_or_a_manifest_in_the_signature_is_refused() {
    for addition in ["<ds:Object/>", "<ds:Object><ds:Manifest/></ds:Object>", "<x/>"] {
        let text = replaced(&ASSERTION, "</ds:Signature>", &format!("{addition}</ds:Signature>"));
        assert_eq!(refusal(&text), SignatureRefusal::Structure, "{addition}");
    }
    let key_info = cut(&ASSERTION, "<ds:KeyInfo>", "</ds:KeyInfo>");
    let text = replaced(&ASSERTION, key_info, "<ds:Object/>");
    assert_eq!(refusal(&text), SignatureRefusal::Structure, "in place of the key info");
}

#[test]
fn what_is_no_certificate_or_no_signature_in_key_info_is_refused() {
    let certificate = OURS.signing.certificate_base64();
    let more = format!("{certificate}AAAA");
    for (from, to) in [
        (certificate, "AAAA"),
        (certificate, "*"),
        (certificate, &more),
        (certificate, "<x/>"),
        ("<ds:KeyInfo>", "<ds:KeyInfo><s:Subject>evil</s:Subject>"),
    ] {
        assert_eq!(refusal(&replaced(&ASSERTION, from, to)), SignatureRefusal::Structure, "{to}");
    }
    for other in [
        "<ds:KeyInfo></ds:KeyInfo>",
        "<ds:KeyInfo><ds:KeyName>ours</ds:KeyName></ds:KeyInfo>",
        // As spid-sp-test sends it.
        "<ds:KeyInfo> <ds:X509Data> <ds:X509Certificate/> </ds:X509Data> </ds:KeyInfo>",
        "",
    ] {
        let key_info = cut(&ASSERTION, "<ds:KeyInfo>", "</ds:KeyInfo>");
        assert_eq!(of_root(&replaced(&ASSERTION, key_info, other), &OURS.trusted), Ok(()), "{other}");
    }
}

#[test]
fn a_certificate_in_key_info_with_a_name_that_is_no_text_is_refused() {
    let certificate = OURS.signing.certificate_base64();
    let mut der = BASE64.decode(certificate.as_bytes()).unwrap();
    let name = b"rcgen self signed cert";
    let at = der.windows(name.len()).position(|window| window == name).unwrap();
    der[at] = 0xd0;
    assert_eq!(refusal(&replaced(&ASSERTION, certificate, &BASE64.encode(&der))), SignatureRefusal::Structure);
}

#[test]
fn a_reference_to_anything_else_is_refused() {
    let reference = "URI=\"#_a\"";
    for other in [
        "URI=\"\"",
        "URI=\"#\"",
        "URI=\"#_b\"",
        "URI=\"_a\"",
        "URI=\"#xpointer(/)\"",
        "URI=\"#xpointer(id('_a'))\"",
        "URI=\"http://evil.example/#_a\"",
        "",
    ] {
        let text = resigned(&replaced(&ASSERTION, reference, other));
        assert_eq!(refusal(&text), SignatureRefusal::Reference, "{other}");
    }
}

#[test]
fn an_element_without_an_identifier_is_refused() {
    for (id, uri) in [("", "URI=\"#\""), ("ID=\"\"", "URI=\"#\""), ("Id=\"_a\"", "URI=\"#_a\"")] {
        let text = replaced(&ASSERTION, "ID=\"_a\"", id);
        let text = resigned(&replaced(&text, "URI=\"#_a\"", uri));
        assert_eq!(refusal(&text), SignatureRefusal::Reference, "{id}");
    }
}

#[test]
fn an_identifier_that_occurs_twice_is_refused_in_any_spelling() {
    for attribute in ["ID=\"_a\"", "Id=\"_a\"", "id=\"_a\"", "xml:id=\"_a\""] {
        let text = replaced(&RESPONSE, "</p:Response>", &format!("<x {attribute}/></p:Response>"));
        let xml = Xml::parse(&text).unwrap();
        let assertion = xml.root().only_child("urn:saml", "Assertion").unwrap();
        let verdict = verify(assertion, std::slice::from_ref(&OURS.trusted));
        assert_eq!(verdict.unwrap_err(), SignatureRefusal::DuplicateId, "{attribute}");
    }
}

// === wrapping: the signed element is moved, another takes its place ===

#[test]
fn wrapping_1_a_response_with_the_signed_one_inside_the_signature() {
    let original = signed_by(&OURS.signing, &response("_r", &assertion("_a", "ada")), "_r");
    let bare = replaced(&original, signature(&original), "");
    let moved = replaced(signature(&original), "</ds:Signature>", &format!("{bare}</ds:Signature>"));
    let evil = response("_evil", &format!("{moved}{}", assertion("_b", "evil")));
    assert_eq!(refusal(&evil), SignatureRefusal::Structure);
    assert_only_the_original_is_read(&evil);
}

#[test]
fn wrapping_2_a_response_with_the_signed_one_beside_the_signature() {
    let original = signed_by(&OURS.signing, &response("_r", &assertion("_a", "ada")), "_r");
    let bare = replaced(&original, signature(&original), "");
    let evil = response("_evil", &format!("{bare}{}{}", signature(&original), assertion("_b", "evil")));
    assert_eq!(refusal(&evil), SignatureRefusal::Reference);
    assert_only_the_original_is_read(&evil);
}

#[test]
fn wrapping_3_an_assertion_before_the_signed_one() {
    assert_only_the_original_is_read(&response("_r", &format!("{}{}", assertion("_b", "evil"), *ASSERTION)));
}

#[test]
fn wrapping_4_an_assertion_around_the_signed_one() {
    let evil = replaced(&assertion("_b", "evil"), "</s:Assertion>", &format!("{}</s:Assertion>", *ASSERTION));
    assert_only_the_original_is_read(&response("_r", &evil));
}

#[test]
fn wrapping_5_an_assertion_with_the_signature_and_the_signed_one_after_it() {
    let bare = assertion("_a", "ada");
    let evil = replaced(&assertion("_b", "evil"), "<s:Subject>", &format!("{}<s:Subject>", signature(&ASSERTION)));
    assert_eq!(refusal(&evil), SignatureRefusal::Reference);
    assert_only_the_original_is_read(&response("_r", &format!("{evil}{bare}")));
    let same_id = replaced(&evil, "_b", "_a");
    let text = response("_r", &format!("{same_id}{bare}"));
    let xml = Xml::parse(&text).unwrap();
    let first = xml.root().children_named("urn:saml", "Assertion").next().unwrap();
    let verdict = verify(first, std::slice::from_ref(&OURS.trusted));
    assert_eq!(verdict.unwrap_err(), SignatureRefusal::DuplicateId);
}

#[test]
fn wrapping_6_an_assertion_with_the_signed_one_inside_the_signature() {
    let moved =
        replaced(signature(&ASSERTION), "</ds:Signature>", &format!("{}</ds:Signature>", assertion("_a", "ada")));
    let evil = replaced(&assertion("_b", "evil"), "<s:Subject>", &format!("{moved}<s:Subject>"));
    assert_eq!(refusal(&evil), SignatureRefusal::Structure);
    assert_only_the_original_is_read(&response("_r", &evil));
}

#[test]
fn wrapping_7_an_assertion_in_the_extensions() {
    let evil = format!("<p:Extensions>{}</p:Extensions>{}", assertion("_b", "evil"), *ASSERTION);
    assert_only_the_original_is_read(&response("_r", &evil));
    let moved = format!("<p:Extensions>{}</p:Extensions>{}", *ASSERTION, assertion("_b", "evil"));
    assert_only_the_original_is_read(&response("_r", &moved));
}

#[test]
fn wrapping_8_an_assertion_with_the_signed_one_in_an_object() {
    let object = format!("<ds:Object>{}</ds:Object></ds:Signature>", assertion("_a", "ada"));
    let moved = replaced(signature(&ASSERTION), "</ds:Signature>", &object);
    let evil = replaced(&assertion("_b", "evil"), "<s:Subject>", &format!("{moved}<s:Subject>"));
    assert_eq!(refusal(&evil), SignatureRefusal::Structure);
    assert_only_the_original_is_read(&response("_r", &evil));
}

#[test]
fn wrapping_in_key_info_is_refused_too() {
    let info = format!("<ds:KeyInfo>{}", assertion("_a", "ada"));
    let evil = replaced(&ASSERTION, "<ds:KeyInfo>", &info);
    let evil = replaced(&evil, "ID=\"_a\"", "ID=\"_b\"");
    assert_eq!(refusal(&evil), SignatureRefusal::Structure);
    assert_only_the_original_is_read(&response("_r", &evil));
}

// === properties ===

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_changed_octet_never_changes_who_is_read(at in 0..RESPONSE.len(), byte in 0x20_u8..0x7f) {
        let mut bytes = RESPONSE.clone().into_bytes();
        bytes[at] = byte;
        let text = String::from_utf8(bytes).unwrap();
        if Xml::parse(&text).is_ok() {
            assert_only_the_original_is_read(&text);
        }
    }

    #[test]
    fn a_removed_or_doubled_piece_never_changes_who_is_read(
        from in 0..RESPONSE.len(), length in 1..600_usize, to in 0..RESPONSE.len(), keep in any::<bool>(),
    ) {
        let end = (from + length).min(RESPONSE.len());
        let piece = &RESPONSE[from..end];
        let rest = if keep { RESPONSE.clone() } else { [&RESPONSE[..from], &RESPONSE[end..]].concat() };
        let at = to.min(rest.len());
        let text = [&rest[..at], piece, &rest[at..]].concat();
        if Xml::parse(&text).is_ok() {
            assert_only_the_original_is_read(&text);
        }
    }
}
