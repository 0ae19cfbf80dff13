//! What providers send is decrypted; every way to misuse decryption is refused, one test each.

mod encryption;

use std::sync::LazyLock;

use aws_lc_rs::rsa::OAEP_SHA256_MGF1SHA256;
use data_encoding::BASE64;
use proptest::prelude::*;

use self::encryption::{Encryption, Placement};
use super::*;
use crate::pair::PairRefusal;
use crate::sign::Placement as Signature;
use crate::sign::tests::{FOREIGN, OURS, Pair};
use crate::verify::verify;
use crate::xml::{Limits, Xml, XmlRefusal};

const ASSERTION: &str = "<s:Assertion xmlns:s=\"urn:saml\" ID=\"_a\"><s:Subject>ada</s:Subject></s:Assertion>";

const OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
const OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
const SHA1: &str = "<d:DigestMethod xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\" \
                    Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/>";
const SHA256: &str = "<d:DigestMethod xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\" \
                      Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>";
const MGF_SHA1: &str = "<m:MGF xmlns:m=\"http://www.w3.org/2009/xmlenc11#\" \
                        Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha1\"/>";
const MGF_SHA256: &str = "<m:MGF xmlns:m=\"http://www.w3.org/2009/xmlenc11#\" \
                          Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1sha256\"/>";

static KEY: LazyLock<DecryptionKey> = LazyLock::new(|| key(&OURS));

/// Good messages, to be spoilt: with the key inside the data, and beside it.
static MESSAGE: LazyLock<String> = LazyLock::new(|| message(&to_us().of(ASSERTION.as_bytes())));
static REFERRED: LazyLock<String> = LazyLock::new(|| message(&placed(Placement::Referred).of(ASSERTION.as_bytes())));

fn key(pair: &Pair) -> DecryptionKey {
    DecryptionKey::from_pem(&pair.key, &pair.certificate).unwrap()
}

fn to_us() -> Encryption {
    Encryption::to(KEY.certificate_base64())
}

fn placed(placement: Placement) -> Encryption {
    Encryption { placement, ..to_us() }
}

fn message(content: &str) -> String {
    format!("<s:EncryptedAssertion xmlns:s=\"urn:saml\">{content}</s:EncryptedAssertion>")
}

/// The text that is decrypted and read, with these keys.
fn read_with(text: &str, keys: &[DecryptionKey]) -> Result<String, DecryptionRefusal> {
    let xml = Xml::parse_within(text, Limits::METADATA).expect("well-formed");
    let decrypted = decrypt(xml.root(), keys)?;
    decrypted.xml()?;
    Ok(decrypted.text().to_owned())
}

fn read(text: &str) -> Result<String, DecryptionRefusal> {
    read_with(text, std::slice::from_ref(&*KEY))
}

fn refusal(text: &str) -> DecryptionRefusal {
    read(text).expect_err("it should be refused")
}

/// The text between two marks, with the marks.
fn cut<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap();
    let length = text[start..].find(to).unwrap() + to.len();
    &text[start..start + length]
}

/// Replaces, and sees that there was something to replace.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not in the document");
    text.replacen(from, to, 1)
}

fn encrypted_key(text: &str) -> &str {
    cut(text, "<xenc:EncryptedKey", "</xenc:EncryptedKey>")
}

fn encrypted_data(text: &str) -> &str {
    cut(text, "<xenc:EncryptedData", "</xenc:EncryptedData>")
}

// === good ones ===

#[test]
fn every_cipher_and_placement_is_decrypted() {
    for cipher in &DecryptionKey::METHODS[..3] {
        for placement in [Placement::Inside, Placement::Beside, Placement::Referred] {
            let text = message(&Encryption { cipher, ..placed(placement) }.of(ASSERTION.as_bytes()));
            assert_eq!(read(&text).as_deref(), Ok(ASSERTION), "{cipher} {placement:?}");
        }
    }
}

#[test]
fn the_methods_that_are_offered_are_those_that_providers_encrypt_with() {
    let methods = [to_us().cipher, to_us().transport];
    assert!(methods.iter().all(|method| DecryptionKey::METHODS.contains(method)));
}

#[test]
fn every_key_transport_is_decrypted() {
    let both = [SHA1, MGF_SHA1].concat();
    let both_256 = [MGF_SHA256, SHA256].concat();
    for (transport, parameters, oaep) in [
        (OAEP_MGF1P, "", to_us().oaep),
        (OAEP_MGF1P, SHA1, to_us().oaep),
        (OAEP, "", to_us().oaep),
        (OAEP, &both, to_us().oaep),
        (OAEP, &both_256, &OAEP_SHA256_MGF1SHA256),
    ] {
        let text = message(
            &Encryption { transport, parameters: parameters.to_owned(), oaep, ..to_us() }.of(ASSERTION.as_bytes()),
        );
        assert_eq!(read(&text).as_deref(), Ok(ASSERTION), "{transport} {parameters}");
    }
}

#[test]
fn both_keys_do_during_a_roll_over() {
    for keys in [[key(&OURS), key(&FOREIGN)], [key(&FOREIGN), key(&OURS)]] {
        assert_eq!(read_with(&MESSAGE, &keys).as_deref(), Ok(ASSERTION));
    }
}

#[test]
fn white_space_around_the_element_and_in_base64_does_not_matter() {
    let text = message(&to_us().of(format!("\r\n {ASSERTION}\n").as_bytes()));
    assert_eq!(read(&text).as_deref(), Ok(ASSERTION));
    let text = text.replace("<xenc:CipherValue>", "<xenc:CipherValue>\r\n ").replace("</xenc:", "\n</xenc:");
    assert_eq!(read(&text).as_deref(), Ok(ASSERTION));
}

#[test]
fn prefixes_mean_what_they_mean_around_the_encrypted_data() {
    let content = "<s:Assertion><Subject/><t:Inner xmlns:t=\"urn:inner\"/></s:Assertion>";
    let around = message(&to_us().of(content.as_bytes()));
    let text = format!(
        "<p:Response xmlns:p=\"urn:p\" xmlns:s=\"urn:other\" xmlns:t=\"urn:t\" xmlns=\"urn:d\">{around}</p:Response>"
    );
    let xml = Xml::parse(&text).unwrap();
    let decrypted = decrypt(xml.root().children().next().unwrap(), std::slice::from_ref(&*KEY)).unwrap();
    let xml = decrypted.xml().unwrap();
    assert!(xml.root().is("urn:saml", "Assertion"), "the nearest declaration holds");
    assert!(xml.root().only_child("urn:d", "Subject").is_some());
    assert!(xml.root().only_child("urn:inner", "Inner").is_some(), "its own declarations go first");
}

/// Providers sign the assertion where it stands in the response, and then encrypt it.
#[test]
fn a_signed_assertion_whose_namespaces_are_declared_around_it_verifies() {
    let response =
        |content: &str| format!("<p:Response xmlns:p=\"urn:samlp\" xmlns:s=\"urn:saml\">{content}</p:Response>");
    let assertion = "<s:Assertion ID=\"_a\"><s:Issuer>idp</s:Issuer><s:Subject>ada</s:Subject></s:Assertion>";
    let signed = OURS.signing.sign(&response(assertion), "_a", Signature::After("urn:saml", "Issuer")).unwrap();
    let content = cut(&signed, "<s:Assertion", "</s:Assertion>");
    let encrypted = to_us().of(content.as_bytes());
    let text = response(&format!("<s:EncryptedAssertion>{encrypted}</s:EncryptedAssertion>"));

    let xml = Xml::parse(&text).unwrap();
    let decrypted = decrypt(xml.root().children().next().unwrap(), std::slice::from_ref(&*KEY)).unwrap();
    let xml = decrypted.xml().unwrap();
    let verified = verify(xml.root(), std::slice::from_ref(&OURS.trusted)).unwrap().element();
    assert_eq!(verified.only_child("urn:saml", "Subject").unwrap().text().as_deref(), Some("ada"));
    assert!(verify(xml.root(), std::slice::from_ref(&FOREIGN.trusted)).is_err());
}

#[test]
fn neither_the_key_nor_what_was_decrypted_prints() {
    assert_eq!(format!("{:?}", *KEY), "DecryptionKey([redacted])");
    let xml = Xml::parse(&MESSAGE).unwrap();
    let decrypted = decrypt(xml.root(), std::slice::from_ref(&*KEY)).unwrap();
    assert_eq!(format!("{decrypted:?}"), "Decrypted([redacted])");
}

// === keys ===

#[test]
fn a_key_is_read_from_pkcs8_and_from_pkcs1() {
    // What PKCS#8 puts before the PKCS#1 structure of an RSA key of 2048 bits is 26 octets long.
    let lines: String = OURS.key.lines().filter(|line| !line.starts_with("---")).collect();
    let pkcs1 = BASE64.encode(&BASE64.decode(lines.as_bytes()).unwrap()[26..]);
    let pem = format!("-----BEGIN RSA PRIVATE KEY-----\n{pkcs1}\n-----END RSA PRIVATE KEY-----\n");
    let key = DecryptionKey::from_pem(&pem, &OURS.certificate).unwrap();
    assert_eq!(read_with(&MESSAGE, &[key]).as_deref(), Ok(ASSERTION));
    assert_eq!(KEY.certificate_base64(), OURS.signing.certificate_base64());
}

#[test]
fn a_key_with_the_certificate_of_another_is_refused() {
    assert_eq!(DecryptionKey::from_pem(&OURS.key, &FOREIGN.certificate).unwrap_err(), PairRefusal::Mismatch);
    assert_eq!(DecryptionKey::from_pem("", &OURS.certificate).unwrap_err(), PairRefusal::PrivateKey);
}

#[test]
fn a_key_of_1024_bits_is_refused() {
    let short = include_str!("tests/short-key.pem");
    assert_eq!(DecryptionKey::from_pem(short, &OURS.certificate).unwrap_err(), PairRefusal::PrivateKey);
}

#[test]
fn what_is_encrypted_for_somebody_else_is_refused() {
    for keys in [&[][..], &[key(&FOREIGN)], &[key(&FOREIGN), key(&FOREIGN)]] {
        assert_eq!(read_with(&MESSAGE, keys), Err(DecryptionRefusal::Undecipherable));
    }
}

// === algorithms ===

#[test]
fn cbc_is_refused() {
    for cipher in ["aes128-cbc", "aes192-cbc", "aes256-cbc", "tripledes-cbc"] {
        let text = replaced(&MESSAGE, to_us().cipher, &format!("http://www.w3.org/2001/04/xmlenc#{cipher}"));
        assert_eq!(refusal(&text), DecryptionRefusal::Cbc, "{cipher}");
    }
}

#[test]
fn rsa_1_5_is_refused() {
    let text = replaced(&MESSAGE, OAEP_MGF1P, "http://www.w3.org/2001/04/xmlenc#rsa-1_5");
    assert_eq!(refusal(&text), DecryptionRefusal::RsaPkcs1);
}

#[test]
fn an_unknown_algorithm_is_refused() {
    for unknown in
        ["", "none", "http://www.w3.org/2001/04/xmlenc#kw-aes256", "http://www.w3.org/2009/xmlenc11#aes512-gcm"]
    {
        assert_eq!(refusal(&replaced(&MESSAGE, to_us().cipher, unknown)), DecryptionRefusal::Algorithm, "{unknown}");
        assert_eq!(refusal(&replaced(&MESSAGE, OAEP_MGF1P, unknown)), DecryptionRefusal::Algorithm, "{unknown}");
    }
    let unnamed = format!(" Algorithm=\"{OAEP_MGF1P}\"");
    assert_eq!(refusal(&replaced(&MESSAGE, &unnamed, "")), DecryptionRefusal::Algorithm);
}

#[test]
fn digests_that_do_not_go_together_are_refused() {
    let unknown_mgf = replaced(MGF_SHA1, "mgf1sha1", "mgf1md5");
    let unknown_digest = replaced(SHA1, "xmldsig#sha1", "xmldsig#md5");
    let parameterised = replaced(SHA1, "/>", "><x/></d:DigestMethod>");
    for (transport, parameters) in [
        (OAEP_MGF1P, SHA256.to_owned()),
        (OAEP_MGF1P, MGF_SHA256.to_owned()),
        (OAEP_MGF1P, [SHA256, MGF_SHA256].concat()),
        (OAEP, SHA256.to_owned()),
        (OAEP, MGF_SHA256.to_owned()),
        (OAEP, unknown_mgf),
        (OAEP, unknown_digest),
        (OAEP, parameterised),
        (OAEP, SHA1.repeat(2)),
        (OAEP, MGF_SHA1.repeat(2)),
        (OAEP, "<xenc:KeySize>128</xenc:KeySize>".to_owned()),
        (OAEP, "<x/>".to_owned()),
    ] {
        let text = message(&Encryption { transport, parameters: parameters.clone(), ..to_us() }.of(b"<a/>"));
        assert_eq!(refusal(&text), DecryptionRefusal::Algorithm, "{transport} {parameters}");
    }
}

#[test]
fn a_parameter_of_the_cipher_is_refused() {
    let cipher = format!("{}\">", to_us().cipher);
    let text = replaced(&MESSAGE, &cipher, &format!("{cipher}<xenc:KeySize>256</xenc:KeySize>"));
    assert_eq!(refusal(&text), DecryptionRefusal::Algorithm);
}

#[test]
fn a_label_of_rsa_oaep_is_refused_even_if_empty() {
    for label in ["AAAA", ""] {
        let parameters = format!("<xenc:OAEPparams>{label}</xenc:OAEPparams>");
        let text = message(&Encryption { parameters, ..to_us() }.of(ASSERTION.as_bytes()));
        assert_eq!(refusal(&text), DecryptionRefusal::OaepLabel, "{label}");
    }
}

// === structure ===

#[test]
fn two_encrypted_keys_are_refused() {
    let key = encrypted_key(&MESSAGE);
    let inside = replaced(&MESSAGE, key, &key.repeat(2));
    let also_beside = replaced(&MESSAGE, "</xenc:EncryptedData>", &format!("</xenc:EncryptedData>{key}"));
    let beside = replaced(&REFERRED, encrypted_key(&REFERRED), &encrypted_key(&REFERRED).repeat(2));
    let in_key_info = replaced(&MESSAGE, "<ds:X509Data>", &format!("{key}<ds:X509Data>"));
    for text in [inside, also_beside, beside, in_key_info] {
        assert_eq!(refusal(&text), DecryptionRefusal::Several, "{text}");
    }
}

#[test]
fn two_pieces_of_encrypted_data_are_refused() {
    let data = encrypted_data(&REFERRED);
    let twice = replaced(&REFERRED, data, &data.repeat(2));
    let nested = replaced(&REFERRED, "<xenc:CipherValue>", &format!("<xenc:CipherValue>{data}"));
    for text in [twice, nested] {
        assert_eq!(refusal(&text), DecryptionRefusal::Several, "{text}");
    }
}

#[test]
fn a_missing_part_is_refused() {
    for (from, to) in [
        ("<xenc:EncryptedData", "</xenc:EncryptedData>"),
        ("<xenc:EncryptedKey", "</xenc:EncryptedKey>"),
        ("<xenc:EncryptionMethod", "</xenc:EncryptionMethod>"),
        ("<xenc:CipherData", "</xenc:CipherData>"),
        ("<xenc:CipherValue", "</xenc:CipherValue>"),
    ] {
        for text in [&MESSAGE, &REFERRED] {
            assert_eq!(refusal(&replaced(text, cut(text, from, to), "")), DecryptionRefusal::Structure, "{from}");
        }
    }
    assert_eq!(refusal("<s:EncryptedAssertion xmlns:s=\"urn:saml\"/>"), DecryptionRefusal::Structure);
}

#[test]
fn an_additional_part_is_refused() {
    for end in ["</xenc:EncryptedData>", "</xenc:EncryptedKey>", "</xenc:CipherData>", "</s:EncryptedAssertion>"] {
        for more in ["<x/>", "<e:EncryptionProperties xmlns:e=\"http://www.w3.org/2001/04/xmlenc#\"/>"] {
            let text = replaced(&MESSAGE, end, &format!("{more}{end}"));
            assert_eq!(refusal(&text), DecryptionRefusal::Structure, "{more} before {end}");
        }
    }
}

#[test]
fn encrypted_content_that_is_not_an_element_is_refused() {
    let element = " Type=\"http://www.w3.org/2001/04/xmlenc#Element\"";
    for other in ["", " Type=\"\"", " Type=\"http://www.w3.org/2001/04/xmlenc#Content\""] {
        assert_eq!(refusal(&replaced(&MESSAGE, element, other)), DecryptionRefusal::Structure, "{other}");
    }
}

#[test]
fn a_reference_to_another_key_or_other_data_is_refused() {
    for (from, to) in [
        ("URI=\"#_k\"", "URI=\"#_other\""),
        ("URI=\"#_k\"", "URI=\"#\""),
        ("URI=\"#_k\"", "URI=\"\""),
        ("URI=\"#_k\"", ""),
        ("URI=\"#_k\"", "URI=\"http://evil.example/key.xml\""),
        ("xmlenc#EncryptedKey\"", "xmlenc#DerivedKey\""),
        ("</ds:RetrievalMethod>", "<ds:Transforms/></ds:RetrievalMethod>"),
        ("</ds:RetrievalMethod>", "</ds:RetrievalMethod><ds:KeyName>k</ds:KeyName>"),
        (" Id=\"_k\"", ""),
        ("URI=\"#_d\"", "URI=\"#_other\""),
        (" Id=\"_d\"", ""),
        ("</xenc:ReferenceList>", "<xenc:DataReference URI=\"#_d\"/></xenc:ReferenceList>"),
    ] {
        assert_eq!(refusal(&replaced(&REFERRED, from, to)), DecryptionRefusal::Structure, "{from} {to}");
    }
    let unnamed = replaced(&replaced(&REFERRED, " Id=\"_k\"", " Id=\"\""), "URI=\"#_k\"", "URI=\"#\"");
    assert_eq!(refusal(&unnamed), DecryptionRefusal::Structure, "a reference to nothing");
    let no_key = replaced(&REFERRED, encrypted_key(&REFERRED), "");
    assert_eq!(refusal(&no_key), DecryptionRefusal::Structure);
}

#[test]
fn a_key_that_the_message_only_names_is_refused() {
    for info in [
        "<ds:KeyName>ours</ds:KeyName>",
        "<ds:RetrievalMethod URI=\"http://evil.example/key.xml\"/>",
        "<x:AgreementMethod xmlns:x=\"http://www.w3.org/2001/04/xmlenc#\"/>",
    ] {
        let text = replaced(&MESSAGE, encrypted_key(&MESSAGE), info);
        assert_eq!(refusal(&text), DecryptionRefusal::Structure, "{info}");
    }
}

#[test]
fn nonsense_about_our_key_is_refused() {
    let text = replaced(&MESSAGE, "<ds:X509Data>", "<s:Assertion/><ds:X509Data>");
    assert_eq!(refusal(&text), DecryptionRefusal::Structure);
}

#[test]
fn a_cipher_text_that_is_elsewhere_is_refused() {
    for uri in ["http://evil.example/", "file:///etc/passwd", "#_d", ""] {
        let reference = format!("<xenc:CipherReference URI=\"{uri}\"><xenc:Transforms/></xenc:CipherReference>");
        for text in [encrypted_key(&MESSAGE), encrypted_data(&REFERRED)] {
            let value = cut(text, "<xenc:CipherValue>", "</xenc:CipherValue>");
            let whole = if MESSAGE.contains(value) { &MESSAGE } else { &REFERRED };
            for replacement in [reference.clone(), format!("{value}{reference}")] {
                let text = replaced(whole, value, &replacement);
                assert_eq!(refusal(&text), DecryptionRefusal::CipherReference, "{replacement}");
            }
        }
    }
}

// === cipher texts ===

#[test]
fn a_cipher_text_that_is_not_base64_is_refused() {
    for value in ["*", "AAA", "AA=A", "AAAB=", "<x/>", "-_-_", "é"] {
        for element in [encrypted_key(&MESSAGE), encrypted_data(&REFERRED)] {
            let good = cut(element, "<xenc:CipherValue>", "</xenc:CipherValue>");
            let whole = if MESSAGE.contains(good) { &MESSAGE } else { &REFERRED };
            let text = replaced(whole, good, &format!("<xenc:CipherValue>{value}</xenc:CipherValue>"));
            assert_eq!(refusal(&text), DecryptionRefusal::CipherText, "{value}");
        }
    }
}

#[test]
fn a_cipher_text_that_is_shorter_than_any_is_refused() {
    let wrapped = to_us().wrapped(&[7; 32]);
    for length in [0, 1, 12, 16, 28] {
        let text = message(&to_us().write(&vec![0; length], &wrapped));
        assert_eq!(refusal(&text), DecryptionRefusal::CipherText, "{length}");
    }
    let text = message(&to_us().write(&[0; 29], &wrapped));
    assert_eq!(refusal(&text), DecryptionRefusal::Undecipherable, "long enough");
}

#[test]
fn a_missing_or_truncated_tag_is_refused() {
    let sealed = to_us().sealed(&[7; 32], ASSERTION.as_bytes());
    let wrapped = to_us().wrapped(&[7; 32]);
    assert!(read(&message(&to_us().write(&sealed, &wrapped))).is_ok());
    for missing in 1..=16 {
        let text = message(&to_us().write(&sealed[..sealed.len() - missing], &wrapped));
        assert_eq!(refusal(&text), DecryptionRefusal::Undecipherable, "{missing}");
    }
}

#[test]
fn an_encrypted_key_of_an_impossible_length_is_refused_before_the_private_key_is_used() {
    let sealed = to_us().sealed(&[7; 32], ASSERTION.as_bytes());
    for length in [0, 1, 255, 1025, 1024 * 1024] {
        let text = message(&to_us().write(&sealed, &vec![1; length]));
        assert_eq!(refusal(&text), DecryptionRefusal::CipherText, "{length}");
    }
    for length in [257, 384, 512, 1024] {
        let text = message(&to_us().write(&sealed, &vec![1; length]));
        assert_eq!(refusal(&text), DecryptionRefusal::Undecipherable, "{length}: of a key that is not ours");
    }
}

#[test]
fn a_message_that_is_too_large_is_not_even_parsed() {
    let text = message(&to_us().write(&[0; 64], &vec![1; 1024 * 1024]));
    assert_eq!(Xml::parse(&text).unwrap_err(), XmlRefusal::TooLarge(256 * 1024));
}

#[test]
fn a_content_key_of_another_length_than_the_cipher_wants_is_refused() {
    let sealed = to_us().sealed(&[7; 32], ASSERTION.as_bytes());
    for length in [0, 1, 16, 24, 31, 33, 64, 190] {
        let text = message(&to_us().write(&sealed, &to_us().wrapped(&vec![7; length])));
        assert_eq!(refusal(&text), DecryptionRefusal::Undecipherable, "{length}");
    }
    let other_cipher = replaced(&MESSAGE, "aes256-gcm", "aes128-gcm");
    assert_eq!(refusal(&other_cipher), DecryptionRefusal::Undecipherable);
}

/// The key that is used where none is unwrapped opens nothing, even for somebody who guessed it.
#[test]
fn where_no_key_unwraps_nothing_is_opened() {
    let sealed = to_us().sealed(&[0; 32], ASSERTION.as_bytes());
    for wrapped in [vec![1; 256], to_us().wrapped(&[0; 16])] {
        let text = message(&to_us().write(&sealed, &wrapped));
        assert_eq!(refusal(&text), DecryptionRefusal::Undecipherable);
    }
}

#[test]
fn a_digest_that_the_key_was_not_encrypted_with_is_refused() {
    let parameters = [SHA256, MGF_SHA256].concat();
    let text = message(&Encryption { transport: OAEP, parameters, ..to_us() }.of(ASSERTION.as_bytes()));
    assert_eq!(refusal(&text), DecryptionRefusal::Undecipherable);
}

// === what was encrypted ===

#[test]
fn content_that_is_not_one_element_of_sound_xml_is_refused() {
    let huge = format!("<a>{}</a>", "x".repeat(256 * 1024));
    let deep = format!("{}{}", "<a>".repeat(65), "</a>".repeat(65));
    let declared = format!("<?xml version=\"1.0\"?>{ASSERTION}");
    let twice = ASSERTION.repeat(2);
    let beside = [format!("evil{ASSERTION}"), format!("{ASSERTION}evil"), format!("{ASSERTION}<![CDATA[evil]]>")];
    let contents: [&[u8]; 20] = [
        b" ",
        b"ada",
        b"&lt;a/&gt;",
        b"<a>",
        b"<a></b>",
        b"<undeclared:a/>",
        b"<a undeclared:b=\"\"/>",
        b"<a>\xff</a>",
        b"\xff\xfe<\0a\0/\0>\0",
        b"<!DOCTYPE a><a/>",
        b"<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>",
        b"<!-- evil --><a/>",
        b"<a><?evil?></a>",
        b"</context><context>",
        b"<a/></context><context><a/>",
        declared.as_bytes(),
        twice.as_bytes(),
        beside[0].as_bytes(),
        beside[1].as_bytes(),
        beside[2].as_bytes(),
    ];
    for content in contents.into_iter().chain([huge.as_bytes(), deep.as_bytes()]) {
        let shown = String::from_utf8_lossy(&content[..content.len().min(80)]);
        assert_eq!(refusal(&message(&to_us().of(content))), DecryptionRefusal::Undecipherable, "{shown}");
    }
}

#[test]
fn content_that_is_encrypted_again_is_refused() {
    let once = to_us().of(ASSERTION.as_bytes());
    let inside = format!("<s:Assertion><s:Advice>{once}</s:Advice></s:Assertion>");
    for content in [once, inside] {
        assert_eq!(refusal(&message(&to_us().of(content.as_bytes()))), DecryptionRefusal::Undecipherable);
    }
}

// === properties ===

static CONTENT_KEY: [u8; 32] = [7; 32];
static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| to_us().sealed(&CONTENT_KEY, ASSERTION.as_bytes()));
static WRAPPED: LazyLock<Vec<u8>> = LazyLock::new(|| to_us().wrapped(&CONTENT_KEY));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_changed_bit_of_the_cipher_text_is_refused(at in 0..SEALED.len(), bit in 0..8) {
        let mut changed = SEALED.clone();
        changed[at] ^= 1_u8 << bit;
        let text = message(&to_us().write(&changed, &WRAPPED));
        prop_assert_eq!(read(&text), Err(DecryptionRefusal::Undecipherable));
    }

    #[test]
    fn a_changed_bit_of_the_encrypted_key_is_refused(at in 0..WRAPPED.len(), bit in 0..8) {
        let mut changed = WRAPPED.clone();
        changed[at] ^= 1_u8 << bit;
        let text = message(&to_us().write(&SEALED, &changed));
        prop_assert_eq!(read(&text), Err(DecryptionRefusal::Undecipherable));
    }

    #[test]
    fn a_changed_octet_of_the_message_never_changes_what_is_read(at in 0..REFERRED.len(), byte in 0x20_u8..0x7f) {
        let mut bytes = REFERRED.clone().into_bytes();
        bytes[at] = byte;
        let text = String::from_utf8(bytes).unwrap();
        if Xml::parse(&text).is_ok() && let Ok(content) = read(&text) {
            prop_assert_eq!(content, ASSERTION);
        }
    }
}
