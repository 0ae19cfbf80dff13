//! Responses that the provider did not sign, or not as they are.

use proptest::prelude::*;

use super::*;

/// Signed by the provider, both.
static SEALED: LazyLock<String> = LazyLock::new(|| IDP.sealed(&plain()));

/// Only the assertion signed, which leaves a forger the most room.
static HALF_SEALED: LazyLock<String> = LazyLock::new(|| IDP.signed(&plain(), "_assertion"));

/// What a forger wants: the assertion of somebody else.
fn evil(id: &str) -> String {
    let assertion = replaced(&element("Assertion"), "Ada", "Eva");
    let assertion = replaced(&assertion, "LVLDAA85T50G702B", "RSSMRA80A01H501U");
    replaced(&assertion, "_assertion", id)
}

fn piece<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let start = text.find(from).unwrap();
    let length = text[start..].find(to).unwrap() + to.len();
    &text[start..start + length]
}

/// The signed assertion, out of a response.
fn assertion(xml: &str) -> &str {
    piece(xml, "<saml:Assertion", "</saml:Assertion>")
}

/// The signature of the assertion.
fn signature(xml: &str) -> &str {
    piece(assertion(xml), "<ds:Signature ", "</ds:Signature>")
}

/// The assertion as it was before it was signed.
fn bare(xml: &str) -> String {
    replaced(assertion(xml), signature(xml), "")
}

/// Another assertion with the signature of the good one, and something more in that signature.
fn with_signature(evil: &str, xml: &str, more: &str) -> String {
    let signature = replaced(signature(xml), "</ds:Signature>", &format!("{more}</ds:Signature>"));
    evil.replacen("<saml:Subject>", &format!("{signature}<saml:Subject>"), 1)
}

#[track_caller]
fn refused(xml: &str, with: &str) {
    assert_eq!(code(xml), with, "{xml}");
}

#[test]
fn without_a_signature_nothing_is_accepted() {
    refused(&plain(), "spid.response.signature");
}

#[test]
fn an_unsigned_assertion_in_a_signed_response_is_refused() {
    refused(&IDP.signed(&plain(), "_response"), "spid.response.signature");
}

#[test]
fn a_foreign_signature_is_refused_wherever_it_is() {
    refused(&IMPOSTOR.sealed(&plain()), "spid.response.signature");
    refused(&IMPOSTOR.signed(&HALF_SEALED, "_response"), "spid.response.signature");
    refused(&IDP.signed(&IMPOSTOR.signed(&plain(), "_assertion"), "_response"), "spid.response.signature");
}

#[test]
fn a_changed_value_is_refused_even_if_the_response_is_signed_again() {
    for (from, to) in [("Ada", "Eva"), ("LVLDAA85T50G702B", "RSSMRA80A01H501U"), ("SpidL2", "SpidL3")] {
        refused(&replaced(&SEALED, from, to), "spid.response.signature");
        refused(&replaced(&HALF_SEALED, from, to), "spid.response.signature");
        let again = IDP.signed(&replaced(&HALF_SEALED, from, to), "_response");
        refused(&again, "spid.response.signature");
    }
}

#[test]
fn a_changed_response_is_refused_if_it_was_signed() {
    let changed = SEALED.replacen(REQUESTED_AT, "2026-11-25T10:00:01Z", 1);
    refused(&changed, "spid.response.signature");
}

#[test]
fn two_signatures_are_refused() {
    let twice = replaced(&HALF_SEALED, signature(&HALF_SEALED), &signature(&HALF_SEALED).repeat(2));
    refused(&twice, "spid.response.signature");
}

#[test]
fn a_signature_in_any_other_place_is_refused() {
    for place in ["</samlp:Status>", "</saml:AttributeStatement>"] {
        for stray in [signature(&HALF_SEALED).to_owned(), "<Signature xmlns=\"urn:evil\"/>".to_owned()] {
            let xml = replaced(&HALF_SEALED, place, &format!("{stray}{place}"));
            refused(&xml, "spid.response.signature");
        }
    }
}

#[test]
fn an_extra_transform_is_refused() {
    let first = "<ds:Transforms>";
    for transform in [
        "<ds:Transform><xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"/></ds:Transform>",
        "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"/>",
    ] {
        refused(&SEALED.replacen(first, &format!("{first}{transform}"), 1), "spid.response.signature");
    }
}

#[test]
fn sha1_is_refused() {
    let digest = "http://www.w3.org/2001/04/xmlenc#sha256";
    refused(&replaced(&SEALED, digest, "http://www.w3.org/2000/09/xmldsig#sha1"), "spid.response.signature");
    let method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    refused(&replaced(&SEALED, method, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"), "spid.response.signature");
}

#[test]
fn a_comment_that_would_cut_a_value_is_refused() {
    refused(&replaced(&SEALED, "LVLDAA85T50G702B", "LVLDAA<!-- -->85T50G702B"), "spid.response.malformed");
}

#[test]
fn another_namespace_is_another_document() {
    for namespace in ["urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"] {
        assert!(read(&replaced(&SEALED, namespace, "urn:evil")).is_err());
    }
}

#[test]
fn a_value_smuggled_into_the_signature_is_refused() {
    let more = "<ds:KeyInfo><saml:AttributeStatement><saml:Attribute Name=\"fiscalNumber\"><saml:AttributeValue>\
                TINIT-RSSMRA80A01H501U</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>";
    let original = signature(&HALF_SEALED);
    let xml = replaced(&HALF_SEALED, original, &replaced(original, "<ds:KeyInfo>", more));
    refused(&xml, "spid.response.signature");
}

// === signature wrapping, in the eight forms that are known by number ===

#[test]
fn wrapping_1_the_signed_response_inside_the_signature_of_another() {
    let signature = piece(&SEALED, "<ds:Signature ", "</ds:Signature>");
    let original = SEALED.replacen(signature, "", 1);
    let moved = replaced(signature, "</ds:Signature>", &format!("{original}</ds:Signature>"));
    let another = replaced(&plain(), "_response", "_another");
    let another = replaced(&another, &element("Assertion"), &evil("_evil"));
    refused(&another.replacen("<samlp:Status>", &format!("{moved}<samlp:Status>"), 1), "spid.response.assertion");
}

#[test]
fn wrapping_2_the_signed_response_beside_the_signature_of_another() {
    let signature = piece(&SEALED, "<ds:Signature ", "</ds:Signature>");
    let original = SEALED.replacen(signature, "", 1);
    let another = replaced(&plain(), "_response", "_another");
    let another = replaced(&another, &element("Assertion"), &evil("_evil"));
    let moved = format!("{original}{signature}<samlp:Status>");
    refused(&another.replacen("<samlp:Status>", &moved, 1), "spid.response.assertion");
}

#[test]
fn wrapping_3_an_assertion_before_or_after_the_signed_one() {
    let signed = assertion(&HALF_SEALED);
    for both in [format!("{}{signed}", evil("_evil")), format!("{signed}{}", evil("_evil"))] {
        refused(&replaced(&HALF_SEALED, signed, &both), "spid.response.assertion");
    }
}

#[test]
fn wrapping_4_an_assertion_around_the_signed_one() {
    let signed = assertion(&HALF_SEALED);
    let around = replaced(&evil("_evil"), "</saml:Assertion>", &format!("{signed}</saml:Assertion>"));
    refused(&replaced(&HALF_SEALED, signed, &around), "spid.response.assertion");
}

#[test]
fn wrapping_5_the_signature_on_another_and_the_signed_one_after_it() {
    for id in ["_evil", "_assertion"] {
        let both = format!("{}{}", with_signature(&evil(id), &HALF_SEALED, ""), bare(&HALF_SEALED));
        refused(&replaced(&HALF_SEALED, assertion(&HALF_SEALED), &both), "spid.response.assertion");
    }
}

#[test]
fn wrapping_6_the_signed_one_inside_the_signature_of_another() {
    let wrapped = with_signature(&evil("_evil"), &HALF_SEALED, &bare(&HALF_SEALED));
    refused(&replaced(&HALF_SEALED, assertion(&HALF_SEALED), &wrapped), "spid.response.assertion");
}

#[test]
fn wrapping_7_one_of_the_two_in_the_extensions() {
    let signed = assertion(&HALF_SEALED);
    for (outside, inside) in [(signed.to_owned(), evil("_evil")), (evil("_evil"), signed.to_owned())] {
        let xml = replaced(&HALF_SEALED, signed, &outside);
        let xml =
            replaced(&xml, "<samlp:Status>", &format!("<samlp:Extensions>{inside}</samlp:Extensions><samlp:Status>"));
        refused(&xml, "spid.response.assertion");
    }
}

#[test]
fn wrapping_8_the_signed_one_in_an_object() {
    let object = format!("<ds:Object>{}</ds:Object>", bare(&HALF_SEALED));
    let wrapped = with_signature(&evil("_evil"), &HALF_SEALED, &object);
    refused(&replaced(&HALF_SEALED, assertion(&HALF_SEALED), &wrapped), "spid.response.assertion");
}

#[test]
fn the_signed_one_in_the_detail_of_the_status_is_refused() {
    let signed = assertion(&HALF_SEALED);
    let detail = format!("<samlp:StatusDetail>{signed}</samlp:StatusDetail></samlp:Status>");
    let xml = replaced(&replaced(&HALF_SEALED, signed, &evil("_evil")), "</samlp:Status>", &detail);
    refused(&xml, "spid.response.assertion");
    let alone = replaced(&replaced(&HALF_SEALED, signed, ""), "</samlp:Status>", &detail);
    refused(&alone, "spid.response.assertion");
}

// === properties ===

fn never_another_person(xml: &str) {
    if let Ok(read) = read(xml) {
        assert_eq!(read.attributes["fiscalNumber"], "TINIT-LVLDAA85T50G702B", "{xml}");
        assert_eq!((read.id.as_str(), read.level), ("_assertion", Level::Two), "{xml}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn changed_octets_never_verify_to_another_person(
        changes in proptest::collection::vec((0..HALF_SEALED.len(), 0x20_u8..0x7f), 1..4),
    ) {
        let mut bytes = HALF_SEALED.clone().into_bytes();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        never_another_person(&String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn a_truncated_response_never_verifies(length in 0..SEALED.len()) {
        prop_assert!(read(&SEALED[..length]).is_err());
    }

    #[test]
    fn pieces_put_together_anew_never_verify_to_another_person(
        order in proptest::collection::vec(0..8_usize, 1..8),
    ) {
        let signed = assertion(&HALF_SEALED);
        let pieces = [
            signed.to_owned(),
            evil("_evil"),
            evil("_assertion"),
            bare(&HALF_SEALED),
            signature(&HALF_SEALED).to_owned(),
            with_signature(&evil("_evil"), &HALF_SEALED, ""),
            with_signature(&evil("_assertion"), &HALF_SEALED, &bare(&HALF_SEALED)),
            format!("<samlp:Extensions>{signed}</samlp:Extensions>"),
        ];
        let content: String = order.into_iter().map(|piece| pieces[piece].as_str()).collect();
        never_another_person(&replaced(&HALF_SEALED, signed, &content));
    }

    #[test]
    fn no_field_makes_it_panic(field in "[ -~]{0,80}") {
        if let Ok(response) = UnverifiedResponse::decode(&field) {
            prop_assert!(response.verify(&expected(), &PROFILE).is_err());
        }
    }
}
