//! Every way to make a signature with properties say what it does not, one test each.
//!
//! The forger owns the trusted key: [`sealed`] makes the digests and the signature true of any structure, so that a
//! refusal is due to the structure.

use std::sync::LazyLock;

use data_encoding::BASE64;
use proptest::prelude::*;

use super::*;
use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::canonical::{EXCLUSIVE, canonical};
use crate::sign::tests::{FOREIGN, OURS};
use crate::verify::tests::{cut, replaced, signature};
use crate::verify::verify;
use crate::xml::{Limits, Xml};

const LIST: &str = "urn:list";

/// What [`sealed`] fills in.
const OF_DOCUMENT: &str = "DIGEST OF THE DOCUMENT";
const OF_PROPERTIES: &str = "DIGEST OF THE PROPERTIES";
const VALUE: &str = "VALUE";

/// A good one.
static SIGNED: LazyLock<String> = LazyLock::new(|| sealed(&template()));

/// A document, its signature not yet filled in.
fn template() -> String {
    document("list", "ada", &signature_template())
}

fn document(id: &str, name: &str, signature: &str) -> String {
    format!("<l:List xmlns:l=\"{LIST}\" Id=\"{id}\"><l:Name>{name}</l:Name>{signature}</l:List>")
}

fn transform(algorithm: &str) -> String {
    format!("<ds:Transform Algorithm=\"{algorithm}\"></ds:Transform>")
}

fn reference(attributes: &str, transforms: &str, digest: &str) -> String {
    let algorithm = DigestAlgorithm::Sha256.uri();
    format!(
        "<ds:Reference {attributes}><ds:Transforms>{transforms}</ds:Transforms><ds:DigestMethod \
         Algorithm=\"{algorithm}\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )
}

fn to_document() -> String {
    reference("URI=\"\"", &[transform(ENVELOPED), transform(EXCLUSIVE)].concat(), OF_DOCUMENT)
}

fn to_properties() -> String {
    let attributes = format!("Type=\"{SIGNED_PROPERTIES}\" URI=\"#properties\"");
    reference(&attributes, &transform(EXCLUSIVE), OF_PROPERTIES)
}

fn properties(id: &str) -> String {
    format!(
        "<x:SignedProperties {id}><x:SignedSignatureProperties><x:SigningTime>2026-11-25T12:00:00Z</x:SigningTime>\
         </x:SignedSignatureProperties></x:SignedProperties>"
    )
}

fn object(properties: &str) -> String {
    format!(
        "<ds:Object><x:QualifyingProperties xmlns:x=\"{XADES}\" Target=\"#signature\">{properties}\
         </x:QualifyingProperties></ds:Object>"
    )
}

fn signature_template() -> String {
    let (certificate, algorithm) = (OURS.signing.certificate_base64(), SignatureAlgorithm::RsaSha256.uri());
    let (to_document, to_properties) = (to_document(), to_properties());
    let object = object(&properties("Id=\"properties\""));
    format!(
        "<ds:Signature xmlns:ds=\"{DSIG}\" Id=\"signature\"><ds:SignedInfo><ds:CanonicalizationMethod \
         Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod><ds:SignatureMethod \
         Algorithm=\"{algorithm}\"></ds:SignatureMethod>{to_document}{to_properties}</ds:SignedInfo>\
         <ds:SignatureValue>{VALUE}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo>{object}</ds:Signature>"
    )
}

/// Fills in what is missing, so that it is true of what the document says.
fn sealed(template: &str) -> String {
    let (document, properties) = {
        let xml = Xml::parse_within(template, Limits::METADATA).unwrap();
        let root = xml.root();
        let signature = root.children_named(DSIG, "Signature").next().unwrap_or(root);
        let properties = root.descendants().find(|element| element.is(XADES, "SignedProperties"));
        (digest(root.hiding(signature)), properties.map(digest).unwrap_or_default())
    };
    let text = template.replace(OF_DOCUMENT, &document).replace(OF_PROPERTIES, &properties);
    let value = {
        let xml = Xml::parse_within(&text, Limits::METADATA).unwrap();
        let info = xml.root().descendants().find(|element| element.is(DSIG, "SignedInfo")).unwrap();
        BASE64.encode(&OURS.signing.sign_bytes(&canonical(info, &[]).unwrap()).unwrap())
    };
    replaced(&text, VALUE, &value)
}

fn digest(element: Element<'_>) -> String {
    BASE64.encode(DigestAlgorithm::Sha256.of(&canonical(element, &[]).unwrap()).as_ref())
}

fn of_root(text: &str, key: &TrustedKey) -> Result<String, SignatureRefusal> {
    let xml = Xml::parse_within(text, Limits::METADATA).expect("well-formed");
    let verified = verify_advanced(xml.root(), std::slice::from_ref(key))?.element();
    Ok(verified.only_child(LIST, "Name").and_then(Element::text).unwrap().into_owned())
}

fn assert_good(text: &str) {
    assert_eq!(of_root(text, &OURS.trusted).as_deref(), Ok("ada"), "{text}");
}

fn refusal(text: &str) -> SignatureRefusal {
    of_root(text, &OURS.trusted).expect_err("it should be refused")
}

/// Why a template is refused once something in it is another, although the forger has signed it.
fn refusal_of(from: &str, to: &str) -> SignatureRefusal {
    refusal(&sealed(&replaced(&template(), from, to)))
}

// === good ones ===

#[test]
fn a_good_one_verifies_and_is_read_without_its_signature() {
    let xml = Xml::parse(&SIGNED).unwrap();
    let keys = [FOREIGN.trusted.clone(), OURS.trusted.clone()];
    let verified = verify_advanced(xml.root(), &keys).unwrap().element();
    assert!(verified.is_same(xml.root()));
    assert!(verified.descendants().all(|element| element.namespace() == LIST));
    assert_good(&SIGNED);
}

#[test]
fn the_references_come_in_either_order() {
    let (one, other) = (to_document(), to_properties());
    assert_good(&sealed(&replaced(&template(), &format!("{one}{other}"), &format!("{other}{one}"))));
}

#[test]
fn the_whole_document_has_two_names() {
    let by_name = replaced(&template(), "URI=\"\"", "URI=\"#list\"");
    assert_good(&sealed(&by_name));
    assert_good(&sealed(&replaced(&by_name, "Id=\"list\"", "ID=\"list\"")));
    assert_good(&sealed(&replaced(&template(), " Id=\"list\"", "")));
}

#[test]
fn any_number_of_certificates_may_be_named() {
    let text = template();
    let key_info = cut(&text, "<ds:KeyInfo>", "</ds:KeyInfo>");
    assert_good(&sealed(&replaced(&text, key_info, "")));
    let certificate = cut(&text, "<ds:X509Certificate>", "</ds:X509Certificate>");
    assert_good(&sealed(&replaced(&text, certificate, &certificate.repeat(3))));
}

#[test]
fn unsigned_properties_and_comments_say_nothing() {
    let unsigned = "</x:SignedProperties><x:UnsignedProperties><l:Name xmlns:l=\"urn:list\">eva</l:Name>\
                    </x:UnsignedProperties>";
    assert_good(&replaced(&SIGNED, "</x:SignedProperties>", unsigned));
    assert_good(&replaced(&SIGNED, "ada</l:Name>", "a<!-- eva -->da<!----></l:Name>"));
    assert_good(&format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- before -->{}<!-- after -->", *SIGNED));
}

// === values and keys ===

#[test]
fn changed_content_is_refused() {
    assert_eq!(refusal(&replaced(&SIGNED, "ada", "eva")), SignatureRefusal::Digest);
    assert_eq!(refusal(&replaced(&SIGNED, "</l:Name>", "</l:Name><l:Name>eva</l:Name>")), SignatureRefusal::Digest);
    assert_eq!(refusal(&replaced(&SIGNED, "Id=\"list\"", "Id=\"list\" l:more=\"1\"")), SignatureRefusal::Digest);
    assert_eq!(refusal(&replaced(&SIGNED, "Id=\"list\"", "Id=\"other\"")), SignatureRefusal::Digest);
}

#[test]
fn changed_properties_are_refused() {
    assert_eq!(refusal(&replaced(&SIGNED, "2026-11-25", "2026-11-26")), SignatureRefusal::Digest);
    let more = "</x:SignedSignatureProperties><x:SignedDataObjectProperties/>";
    assert_eq!(refusal(&replaced(&SIGNED, "</x:SignedSignatureProperties>", more)), SignatureRefusal::Digest);
}

#[test]
fn a_changed_digest_is_refused() {
    for which in [0, 1] {
        let start = SIGNED.match_indices("<ds:DigestValue>").nth(which).unwrap().0;
        let value = cut(&SIGNED[start..], "<ds:DigestValue>", "</ds:DigestValue>");
        let nothing = digest_of_nothing();
        assert_eq!(refusal(&replaced(&SIGNED, value, &nothing)), SignatureRefusal::Key);
        for shorter in ["<ds:DigestValue/>", "<ds:DigestValue>AAAA</ds:DigestValue>", &nothing] {
            assert_eq!(refusal(&resigned(&replaced(&SIGNED, value, shorter))), SignatureRefusal::Digest, "{shorter}");
        }
    }
}

fn digest_of_nothing() -> String {
    format!("<ds:DigestValue>{}</ds:DigestValue>", BASE64.encode(DigestAlgorithm::Sha256.of(b"").as_ref()))
}

/// Makes the signature true of whatever the signed part says now.
fn resigned(text: &str) -> String {
    let value = cut(text, "<ds:SignatureValue>", "</ds:SignatureValue>");
    sealed(&replaced(text, value, &format!("<ds:SignatureValue>{VALUE}</ds:SignatureValue>")))
}

#[test]
fn a_key_that_is_not_trusted_is_refused() {
    assert_eq!(of_root(&SIGNED, &FOREIGN.trusted), Err(SignatureRefusal::Key), "its certificate is in it");
    let xml = Xml::parse(&SIGNED).unwrap();
    assert_eq!(verify_advanced(xml.root(), &[]).unwrap_err(), SignatureRefusal::Key);
    let value = cut(&SIGNED, "<ds:SignatureValue>", "</ds:SignatureValue>");
    assert_eq!(refusal(&replaced(&SIGNED, value, "<ds:SignatureValue/>")), SignatureRefusal::Key);
}

// === algorithms and transforms ===

#[test]
fn sha1_and_other_algorithms_are_refused() {
    let sha256 = DigestAlgorithm::Sha256.uri();
    for sha1 in ["http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmldsig-more#md5", ""] {
        for one in [to_document(), to_properties()] {
            assert_eq!(refusal_of(&one, &replaced(&one, sha256, sha1)), SignatureRefusal::Algorithm, "{sha1}");
        }
    }
    let rsa = SignatureAlgorithm::RsaSha256.uri();
    for other in ["http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"] {
        assert_eq!(refusal_of(rsa, other), SignatureRefusal::Algorithm, "{other}");
    }
}

#[test]
fn inclusive_canonicalisation_and_its_kin_are_refused() {
    for other in [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    ] {
        let method = format!("<ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"");
        assert_eq!(refusal_of(&method, &replaced(&method, EXCLUSIVE, other)), SignatureRefusal::Algorithm);
        for one in [to_document(), to_properties()] {
            let changed = replaced(&one, &transform(EXCLUSIVE), &transform(other));
            assert_eq!(refusal_of(&one, &changed), SignatureRefusal::Transforms, "{other}");
        }
    }
}

#[test]
fn an_added_removed_or_reordered_transform_is_refused() {
    let (enveloped, exclusive) = (transform(ENVELOPED), transform(EXCLUSIVE));
    let xpath = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>1</ds:XPath>\
                 </ds:Transform>";
    let base64 = transform("http://www.w3.org/2000/09/xmldsig#base64");
    let both = format!("{enveloped}{exclusive}");
    for transforms in [
        String::new(),
        enveloped.clone(),
        exclusive.clone(),
        format!("{exclusive}{enveloped}"),
        format!("{both}{exclusive}"),
        format!("{both}{xpath}"),
        format!("{xpath}{exclusive}"),
        format!("{enveloped}{xpath}{exclusive}"),
        format!("{enveloped}{base64}"),
        replaced(&both, "></ds:Transform>", "><ds:XPath>1</ds:XPath></ds:Transform>"),
        both.replacen("ds:Transform", "l:Transform", 2),
    ] {
        let changed = replaced(&to_document(), &both, &transforms);
        assert_eq!(refusal_of(&to_document(), &changed), SignatureRefusal::Transforms, "{transforms}");
    }
    for transforms in [String::new(), both, format!("{exclusive}{exclusive}"), xpath.to_owned(), enveloped, base64] {
        let changed = replaced(&to_properties(), &exclusive, &transforms);
        assert_eq!(refusal_of(&to_properties(), &changed), SignatureRefusal::Transforms, "{transforms}");
    }
    for one in [to_document(), to_properties()] {
        let transforms = cut(&one, "<ds:Transforms>", "</ds:Transforms>");
        assert_eq!(refusal_of(&one, &replaced(&one, transforms, "")), SignatureRefusal::Structure, "none at all");
    }
}

// === references ===

#[test]
fn there_are_two_references() {
    let (one, other) = (to_document(), to_properties());
    for count in ["", &one, &other, &format!("{one}{other}{one}"), &format!("{one}{other}{other}")] {
        assert_eq!(refusal_of(&format!("{one}{other}"), count), SignatureRefusal::Structure);
    }
    let to_key = reference("URI=\"#key\"", &transform(EXCLUSIVE), "AAAA");
    assert_eq!(refusal_of(&other, &format!("{other}{to_key}")), SignatureRefusal::Structure);
}

#[test]
fn each_reference_is_to_its_own() {
    let (one, other) = (to_document(), to_properties());
    for count in [one.repeat(2), other.repeat(2)] {
        assert_eq!(refusal_of(&format!("{one}{other}"), &count), SignatureRefusal::Reference);
    }
    let untyped = replaced(&other, &format!("Type=\"{SIGNED_PROPERTIES}\" "), "");
    assert_eq!(refusal_of(&other, &untyped), SignatureRefusal::Reference);
    let exchanged = replaced(&template(), "URI=\"#properties\"", "URI=\"#list\"");
    assert_eq!(refusal(&sealed(&exchanged)), SignatureRefusal::Reference);
    let exchanged = replaced(&template(), "URI=\"\"", "URI=\"#properties\"");
    assert_eq!(refusal(&sealed(&exchanged)), SignatureRefusal::Reference);
}

#[test]
fn a_reference_to_anything_else_is_refused() {
    for other in [
        "URI=\"#\"",
        "URI=\"#other\"",
        "URI=\"list\"",
        "URI=\"#xpointer(/)\"",
        "URI=\"#xpointer(id('list'))\"",
        "URI=\"http://evil.example/list.xml\"",
        "URI=\"http://evil.example/#list\"",
        "URI=\"file:///etc/passwd\"",
        "",
    ] {
        assert_eq!(refusal_of("URI=\"\"", other), SignatureRefusal::Reference, "{other}");
        assert_eq!(refusal_of("URI=\"#properties\"", other), SignatureRefusal::Reference, "{other}");
    }
    assert_eq!(refusal_of("URI=\"#properties\"", "URI=\"\""), SignatureRefusal::Reference);
    assert_eq!(refusal_of("Id=\"properties\"", "ID=\"properties\""), SignatureRefusal::Reference);
    assert_eq!(refusal_of("Id=\"properties\"", "Id=\"\""), SignatureRefusal::Reference);
}

#[test]
fn an_identifier_that_occurs_twice_is_refused_in_any_spelling() {
    for attribute in ["ID=\"list\"", "id=\"properties\"", "xml:id=\"properties\"", "Id=\"signature\""] {
        let more = format!("</l:Name><l:More {attribute}/>");
        assert_eq!(refusal_of("</l:Name>", &more), SignatureRefusal::DuplicateId, "{attribute}");
    }
    let twice = replaced(&template(), "Id=\"list\"", "Id=\"list\" ID=\"list\"");
    assert_eq!(refusal(&sealed(&twice)), SignatureRefusal::DuplicateId);
}

// === the object ===

#[test]
fn there_is_one_object_with_one_signed_properties() {
    let good = object(&properties("Id=\"properties\""));
    let properties = properties("Id=\"properties\"");
    for other in [
        String::new(),
        good.repeat(2),
        "<ds:Object></ds:Object>".to_owned(),
        format!("<ds:Object>{}</ds:Object>", properties.replace(" Id", &format!(" xmlns:x=\"{XADES}\" Id"))),
        replaced(&good, "</ds:Object>", "<l:Name>eva</l:Name></ds:Object>"),
        replaced(&good, "<ds:Object>", "<ds:Object><ds:Manifest/>"),
        replaced(&good, &properties, ""),
        replaced(&good, &properties, &properties.repeat(2)),
        replaced(&good, &properties, &format!("{properties}<x:Other/>")),
        replaced(&good, &properties, &format!("<x:UnsignedProperties/>{properties}")),
        replaced(&good, XADES, "http://uri.etsi.org/01903/v1.1.1#"),
        good.replace("ds:Object", "l:Object"),
        good.replace("x:QualifyingProperties", "x:QualifyingPropertiesReference"),
    ] {
        let text = replaced(&template(), &good, &other);
        assert_eq!(refusal(&sealed(&text)), SignatureRefusal::Structure, "{other}");
    }
    let key_info = "</ds:KeyInfo>";
    for more in ["<ds:Object/>", "<l:Name>eva</l:Name>"] {
        assert_eq!(refusal_of(key_info, &format!("{key_info}{more}")), SignatureRefusal::Structure, "{more}");
    }
    let strange = "<ds:KeyInfo><l:Name>eva</l:Name>";
    assert_eq!(refusal_of("<ds:KeyInfo>", strange), SignatureRefusal::Structure, "in the key info");
}

#[test]
fn properties_outside_of_the_signature_are_not_the_ones_that_were_signed() {
    let inside = properties("Id=\"properties\"");
    let outside = inside.replace("<x:SignedProperties", &format!("<x:SignedProperties xmlns:x=\"{XADES}\""));
    let moved = |left: &str| {
        let text = replaced(&template(), &object(&inside), left);
        sealed(&replaced(&text, "</l:Name>", &format!("</l:Name>{outside}")))
    };
    assert_eq!(refusal(&moved("")), SignatureRefusal::Structure);
    assert_eq!(refusal(&moved(&object(""))), SignatureRefusal::Structure);
    assert_eq!(refusal(&moved(&object(&properties("Id=\"other\"")))), SignatureRefusal::Reference);
    assert_eq!(refusal(&moved(&object(&inside))), SignatureRefusal::DuplicateId);
}

// === wrapping: the signature is moved, or what was signed ===

#[test]
fn a_signature_that_is_no_child_of_the_document_element_is_none() {
    let of_list = signature(&SIGNED);
    let deeper = replaced(&replaced(&SIGNED, of_list, ""), "ada</l:Name>", &format!("ada{of_list}</l:Name>"));
    assert_eq!(refusal(&deeper), SignatureRefusal::Missing);
    assert_eq!(refusal(&document("list", "ada", "")), SignatureRefusal::Missing);
    assert_eq!(refusal(&format!("<l:Lists xmlns:l=\"{LIST}\">{}</l:Lists>", *SIGNED)), SignatureRefusal::Missing);
}

#[test]
fn an_element_that_is_not_the_document_element_is_refused() {
    for text in [&template(), &replaced(&template(), "URI=\"\"", "URI=\"#list\"")] {
        // The forger signs the list alone, and puts another around it.
        let around = format!("<l:List xmlns:l=\"{LIST}\"><l:Name>eva</l:Name>{}</l:List>", sealed(text));
        let xml = Xml::parse(&around).unwrap();
        let inner = xml.root().only_child(LIST, "List").unwrap();
        let verdict = verify_advanced(inner, std::slice::from_ref(&OURS.trusted));
        assert_eq!(verdict.unwrap_err(), SignatureRefusal::Reference);
    }
}

#[test]
fn two_signatures_are_refused() {
    let of_list = signature(&SIGNED);
    assert_eq!(refusal(&replaced(&SIGNED, of_list, &of_list.repeat(2))), SignatureRefusal::Several);
    let first = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    assert_eq!(refusal(&replaced(&SIGNED, of_list, &format!("{first}{of_list}"))), SignatureRefusal::Several);
}

#[test]
fn a_signature_moved_into_another_document_is_refused() {
    let of_list = signature(&SIGNED);
    assert_eq!(refusal(&document("list", "eva", of_list)), SignatureRefusal::Digest);
    let by_name = sealed(&replaced(&template(), "URI=\"\"", "URI=\"#list\""));
    let (of_list, bare) = (signature(&by_name), document("list", "ada", ""));
    assert_eq!(refusal(&document("list", "eva", of_list)), SignatureRefusal::Digest);
    assert_eq!(refusal(&document("other", "eva", of_list)), SignatureRefusal::Reference);
    assert_eq!(refusal(&document("other", "eva", &format!("{bare}{of_list}"))), SignatureRefusal::Reference);
    assert_eq!(refusal(&document("list", "eva", &format!("{bare}{of_list}"))), SignatureRefusal::DuplicateId);
    for place in ["</ds:Object>", "</x:SignedProperties>", "</ds:KeyInfo>", "</ds:Signature>"] {
        let inside = replaced(of_list, place, &format!("{bare}{place}"));
        let refused = refusal(&document("other", "eva", &inside));
        assert!(matches!(refused, SignatureRefusal::Structure | SignatureRefusal::Reference), "{place}");
    }
}

#[test]
fn each_shape_is_whole_or_none() {
    let xml = Xml::parse(&SIGNED).unwrap();
    let keys = std::slice::from_ref(&OURS.trusted);
    assert_eq!(verify(xml.root(), keys).unwrap_err(), SignatureRefusal::Structure);
    let text = template();
    let bare = replaced(&text, &object(&properties("Id=\"properties\"")), "");
    assert_good(&sealed(&replaced(&bare, &to_properties(), "")));
    assert_eq!(refusal(&sealed(&bare)), SignatureRefusal::Structure, "a reference to properties that are not there");
    let unsigned = replaced(&text, &to_properties(), "");
    assert_eq!(refusal(&sealed(&unsigned)), SignatureRefusal::Structure, "properties that nothing refers to");
    let elsewhere = replaced(&replaced(&bare, &to_properties(), ""), "URI=\"\"", "URI=\"#other\"");
    assert_eq!(refusal(&sealed(&elsewhere)), SignatureRefusal::Reference);
    let two = sealed(&replaced(&replaced(&bare, "Id=\"list\"", "ID=\"list\""), "URI=\"\"", "URI=\"#list\""));
    let xml = Xml::parse(&two).unwrap();
    assert_eq!(verify(xml.root(), keys).unwrap_err(), SignatureRefusal::Structure, "two references");
}

// === properties ===

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn property_a_changed_octet_never_changes_what_is_read(at in 0..SIGNED.len(), byte in 0x20_u8..0x7f) {
        let mut bytes = SIGNED.clone().into_bytes();
        bytes[at] = byte;
        assert_only_the_original_is_read(&String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn property_a_removed_or_doubled_piece_never_changes_what_is_read(
        from in 0..SIGNED.len(), length in 1..600_usize, to in 0..SIGNED.len(), keep in any::<bool>(),
    ) {
        let end = (from + length).min(SIGNED.len());
        let piece = &SIGNED[from..end];
        let rest = if keep { SIGNED.clone() } else { [&SIGNED[..from], &SIGNED[end..]].concat() };
        let at = to.min(rest.len());
        assert_only_the_original_is_read(&[&rest[..at], piece, &rest[at..]].concat());
    }
}

/// Whatever verifies is what was signed.
fn assert_only_the_original_is_read(text: &str) {
    let Ok(xml) = Xml::parse_within(text, Limits::METADATA) else { return };
    for element in xml.root().descendants() {
        if let Ok(verified) = verify_advanced(element, std::slice::from_ref(&OURS.trusted)) {
            let name = verified.element().only_child(LIST, "Name").and_then(Element::text);
            assert_eq!(name.as_deref(), Some("ada"), "{text}");
        }
    }
}
