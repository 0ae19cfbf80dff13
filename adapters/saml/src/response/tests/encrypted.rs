//! Assertions that are encrypted for us: what is inside is held to the same rules.

use std::sync::LazyLock;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::signature::KeyPair as _;
use varco_xmldsig::DecryptionKey;

use super::*;

/// Our key, and what others encrypt with.
struct Ours {
    decryption: [DecryptionKey; 1],
    public: Vec<u8>,
}

static OURS: LazyLock<Ours> = LazyLock::new(|| {
    let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["us.example".to_owned()]).unwrap().self_signed(&pair).unwrap();
    let raw = aws_lc_rs::rsa::KeyPair::from_pkcs8(&pair.serialize_der()).unwrap();
    let public: aws_lc_rs::encoding::PublicKeyX509Der<'_> =
        aws_lc_rs::encoding::AsDer::as_der(raw.public_key()).unwrap();
    Ours {
        decryption: [DecryptionKey::from_pem(&pair.serialize_pem(), &certificate.pem()).unwrap()],
        public: public.as_ref().to_vec(),
    }
});

const CIPHER: &str = "http://www.w3.org/2009/xmlenc11#aes256-gcm";

/// Encrypts as most providers do, whatever the text is.
fn encrypted(content: &str, cipher: &str) -> String {
    let (mut key, mut nonce) = ([0; 32], [0; 12]);
    rand::fill(&mut key).unwrap();
    rand::fill(&mut nonce).unwrap();
    let mut sealed = content.as_bytes().to_vec();
    let sealing = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    sealing.seal_in_place_append_tag(Nonce::from(&nonce), Aad::empty(), &mut sealed).unwrap();
    let public = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(&OURS.public).unwrap()).unwrap();
    let mut wrapped = vec![0; public.ciphertext_size()];
    public.encrypt(&OAEP_SHA1_MGF1SHA1, &key, &mut wrapped, None).unwrap();
    let data = BASE64.encode(&[&nonce[..], &sealed].concat());
    let wrapped = BASE64.encode(&wrapped);
    format!(
        r#"<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm="{cipher}"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"/><xenc:CipherData><xenc:CipherValue>{wrapped}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{data}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"#
    )
}

/// The assertion of a response, cut out; the prefixes that it uses are declared around it.
fn assertion_of(response: &str) -> &str {
    let start = response.find("<saml:Assertion").unwrap();
    let end = response.find("</saml:Assertion>").unwrap() + "</saml:Assertion>".len();
    &response[start..end]
}

/// A response whose assertion is replaced.
fn carrying(response: &str, carried: &str) -> String {
    replaced(response, assertion_of(response), carried)
}

fn verdict(xml: &str) -> Result<VerifiedAssertion, Rejection> {
    let expected = Expected { decryption: &OURS.decryption, ..expected() };
    UnverifiedResponse::decode(&BASE64.encode(xml.as_bytes()))?.verify(&expected, &PROFILE)
}

fn refused(xml: &str, reason: Reason) {
    match verdict(xml) {
        Err(Rejection::Refused(fault)) => assert_eq!(fault.reason, reason, "{:?}:\n{xml}", fault.cause),
        other => panic!("it should be refused, and is {other:?}:\n{xml}"),
    }
}

/// A response in which only the assertion is signed.
fn signed_inside() -> String {
    IDP.signed(&plain(), "_assertion")
}

#[test]
fn a_signed_assertion_is_read_through_its_encryption() {
    let response = signed_inside();
    let sealed = carrying(&response, &encrypted(assertion_of(&response), CIPHER));
    let read = verdict(&sealed).unwrap();
    assert_eq!(read, verdict(&response).unwrap(), "the same as in the clear");
    let around = IDP.signed(&sealed, "_response");
    assert!(verdict(&around).is_ok(), "the response may be signed around it");
}

#[test]
fn encryption_is_no_signature() {
    let unsigned = plain();
    let sealed = carrying(&unsigned, &encrypted(assertion_of(&unsigned), CIPHER));
    refused(&sealed, Reason::Signature);
    refused(&IDP.signed(&sealed, "_response"), Reason::Signature);
    let foreign = IMPOSTOR.signed(&unsigned, "_assertion");
    refused(&carrying(&foreign, &encrypted(assertion_of(&foreign), CIPHER)), Reason::Signature);
}

#[test]
fn a_response_whose_own_signature_fails_is_refused_before_anything_is_decrypted() {
    let response = signed_inside();
    let sealed = carrying(&response, &encrypted(assertion_of(&response), CIPHER));
    refused(&IMPOSTOR.signed(&sealed, "_response"), Reason::Signature);
}

#[test]
fn an_encrypted_assertion_beside_another_is_refused() {
    let response = signed_inside();
    let sealed = encrypted(assertion_of(&response), CIPHER);
    refused(&carrying(&response, &format!("{}{sealed}", assertion_of(&response))), Reason::Assertion);
    refused(&carrying(&response, &format!("{sealed}{sealed}")), Reason::Assertion);
}

#[test]
fn what_is_encrypted_is_one_assertion_and_nothing_around_it() {
    let response = signed_inside();
    let assertion = assertion_of(&response);
    let wrapped = format!("<saml:Advice>{assertion}</saml:Advice>");
    refused(&carrying(&response, &encrypted(&wrapped, CIPHER)), Reason::Assertion);
    let twice = replaced(assertion, "<saml:Subject>", &format!("<saml:Advice>{assertion}</saml:Advice><saml:Subject>"));
    refused(&carrying(&response, &encrypted(&twice, CIPHER)), Reason::Assertion);
    for content in [&format!("{assertion}{assertion}"), "text", "", "<!DOCTYPE a><a/>"] {
        refused(&carrying(&response, &encrypted(content, CIPHER)), Reason::Encryption);
    }
}

#[test]
fn cbc_is_refused_and_so_is_what_is_not_for_us() {
    let response = signed_inside();
    let cbc = encrypted(assertion_of(&response), "http://www.w3.org/2001/04/xmlenc#aes256-cbc");
    refused(&carrying(&response, &cbc), Reason::Encryption);
    let sealed = carrying(&response, &encrypted(assertion_of(&response), CIPHER));
    let nobodys = Expected { decryption: &[], ..expected() };
    let field = BASE64.encode(sealed.as_bytes());
    let verdict = UnverifiedResponse::decode(&field).unwrap().verify(&nobodys, &PROFILE);
    assert!(matches!(verdict, Err(Rejection::Refused(Fault { reason: Reason::Encryption, .. }))));
}

#[test]
fn the_checks_of_an_assertion_hold_inside_too() {
    for (from, to, reason) in [
        (AUDIENCE, "https://access.example/c_altro", Reason::Audience),
        ("NotOnOrAfter=\"2026-11-25T10:06:00Z\"", "NotOnOrAfter=\"2026-11-25T10:00:30Z\"", Reason::Expired),
    ] {
        let response = IDP.signed(&replaced(&plain(), from, to), "_assertion");
        refused(&carrying(&response, &encrypted(assertion_of(&response), CIPHER)), reason);
    }
}

#[test]
fn an_encrypted_assertion_is_no_place_for_a_response_and_stands_in_no_other() {
    let response = signed_inside();
    let sealed = encrypted(assertion_of(&response), CIPHER);
    for whole in [response.clone(), IDP.signed(&response, "_response")] {
        refused(&carrying(&response, &encrypted(&whole, CIPHER)), Reason::Assertion);
    }
    let good = carrying(&response, &sealed);
    for (with, place) in [("samlp:Extensions", "<samlp:Status>"), ("samlp:StatusDetail", "</samlp:Status>")] {
        let hidden = |carried: &str| format!("<{with}>{carried}</{with}>{place}");
        refused(&replaced(&response, place, &hidden(&sealed)), Reason::Assertion);
        refused(&replaced(&good, place, &hidden(&sealed)), Reason::Assertion);
        refused(&replaced(&good, place, &hidden(assertion_of(&response))), Reason::Assertion);
        refused(&replaced(&carrying(&response, ""), place, &hidden(&sealed)), Reason::Assertion);
    }
}

/// The key of the content, or a second one, anywhere else than beside it.
#[test]
fn a_key_that_stands_elsewhere_is_not_looked_for() {
    let response = signed_inside();
    let sealed = encrypted(assertion_of(&response), CIPHER);
    let (start, end) = (sealed.find("<xenc:EncryptedKey").unwrap(), sealed.find("</ds:KeyInfo>").unwrap());
    let key = &sealed[start..end];
    let declared =
        key.replacen("<xenc:EncryptedKey", "<xenc:EncryptedKey xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"", 1);
    let elsewhere = carrying(&response, &format!("{declared}{}", replaced(&sealed, key, "")));
    refused(&elsewhere, Reason::Encryption);
    refused(&carrying(&response, &replaced(&sealed, key, &key.repeat(2))), Reason::Encryption);
}

/// What differs to whoever watches could be asked for one bit of the plain text at a time.
#[test]
fn whatever_is_wrong_with_what_is_encrypted_it_is_refused_alike() {
    let response = signed_inside();
    let good = carrying(&response, &encrypted(assertion_of(&response), CIPHER));
    let starts: Vec<_> = good.match_indices("<xenc:CipherValue>").map(|(at, mark)| at + mark.len()).collect();
    let changed = |at: usize| {
        let other = if good[at..].starts_with('A') { "B" } else { "A" };
        format!("{}{other}{}", &good[..at], &good[at + 1..])
    };
    let [key, data] = starts[..] else { panic!("{good}") };
    let contents =
        ["text", "<a>", "<a/><b/>", "<!DOCTYPE a><a/>"].map(|text| carrying(&response, &encrypted(text, CIPHER)));
    let again = carrying(&response, &encrypted(&encrypted(assertion_of(&response), CIPHER), CIPHER));
    let wrong = [changed(key + 9), changed(key + 300), changed(data), changed(data + 40), again];
    let all: std::collections::BTreeSet<_> = wrong
        .into_iter()
        .chain(contents)
        .map(|xml| match verdict(&xml) {
            Err(Rejection::Refused(fault)) => format!("{fault:?}"),
            other => panic!("it should be refused, and is {other:?}:\n{xml}"),
        })
        .collect();
    assert_eq!(all.len(), 1, "{all:?}");
}
