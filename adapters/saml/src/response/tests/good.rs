//! Responses that hold.

use super::*;

#[test]
fn a_good_response_gives_what_the_provider_asserts() {
    let assertion = read(&IDP.sealed(&plain())).unwrap();
    assert_eq!(assertion.id, "_assertion");
    assert_eq!(assertion.not_on_or_after.to_string(), "2026-11-25T10:05:00Z", "the earlier of the two");
    assert_eq!(assertion.name_id, "_name", "without the white space around it");
    assert_eq!(assertion.session_index.as_deref(), Some("_session"));
    assert_eq!(assertion.authenticated_at.to_string(), "2026-11-25T10:00:20Z");
    assert_eq!(assertion.level, Level::Two);
    let attributes: Vec<_> = assertion.attributes.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(attributes, [("fiscalNumber", "TINIT-LVLDAA85T50G702B"), ("name", "Ada")]);
}

#[test]
fn the_response_need_not_be_signed_if_the_assertion_is() {
    assert!(read(&IDP.signed(&plain(), "_assertion")).is_ok());
}

#[test]
fn the_issuer_of_the_response_may_have_no_format() {
    let xml = in_response(" Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"", "");
    assert!(read(&IDP.sealed(&xml)).is_ok());
}

#[test]
fn the_issuer_of_the_assertion_may_have_no_format_where_the_profile_says_so() {
    let xml = IDP.sealed(&in_assertion(" Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"", ""));
    assert_eq!(code(&xml), "spid.response.issuer");
    let lenient = Profile { issuer_format_required: false, ..PROFILE };
    let response = UnverifiedResponse::decode(&BASE64.encode(xml.as_bytes())).unwrap();
    assert!(response.verify(&expected(), &lenient).is_ok());
}

#[test]
fn the_instant_of_the_response_may_have_microseconds() {
    let xml = in_response(REQUESTED_AT, "2026-11-25T10:00:30.123456Z");
    assert!(read(&IDP.sealed(&xml)).is_ok());
}

#[test]
fn clocks_may_differ_by_the_skew() {
    for instant in ["2026-11-25T09:59:00Z", "2026-11-25T10:01:30Z"] {
        let xml = replaced(&plain(), REQUESTED_AT, instant);
        assert!(read(&IDP.sealed(&xml)).is_ok(), "{instant}");
    }
}

#[test]
fn a_declaration_and_broken_base64_are_read() {
    let xml = IDP.sealed(&format!("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n{}", plain()));
    let field = BASE64.encode(xml.as_bytes());
    let lines: Vec<_> = field.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let response = UnverifiedResponse::decode(&lines.join("\r\n")).unwrap();
    assert!(response.verify(&expected(), &PROFILE).is_ok());
}

#[test]
fn each_level_is_enough_for_itself_and_what_is_below() {
    for reached in Level::ALL {
        let xml = replaced(&plain(), Level::Two.context_class(), reached.context_class());
        let response = UnverifiedResponse::decode(&BASE64.encode(IDP.sealed(&xml).as_bytes())).unwrap();
        for asked in Level::ALL {
            match response.verify(&Expected { level: asked, ..expected() }, &PROFILE) {
                Ok(assertion) => assert!(reached >= asked && assertion.level == reached),
                Err(Rejection::Refused(fault)) => {
                    assert!(reached < asked);
                    assert_eq!(fault.reason, Reason::LevelTooLow);
                }
                Err(Rejection::Failed(status)) => panic!("{status:?}"),
            }
        }
    }
}

#[test]
fn a_session_index_is_not_needed() {
    let assertion = read(&IDP.sealed(&in_assertion(" SessionIndex=\"_session\"", ""))).unwrap();
    assert_eq!(assertion.session_index, None);
}

#[test]
fn of_several_keys_of_the_provider_any_will_do() {
    let keys = [IMPOSTOR.provider.keys(), IDP.provider.keys()].concat();
    let provider = IdentityProvider::new(IDP.provider.entity_id.clone(), String::new(), None, None, keys).unwrap();
    let response = UnverifiedResponse::decode(&BASE64.encode(IDP.sealed(&plain()).as_bytes())).unwrap();
    assert!(response.verify(&Expected { provider: &provider, ..expected() }, &PROFILE).is_ok());
}

#[test]
fn an_empty_value_is_an_attribute_that_the_person_does_not_have() {
    for empty in ["<saml:AttributeValue/>", "<saml:AttributeValue> </saml:AttributeValue>"] {
        let xml = in_assertion("<saml:AttributeValue xsi:type=\"xs:string\">Ada</saml:AttributeValue>", empty);
        let assertion = read(&IDP.sealed(&xml)).unwrap();
        assert_eq!(assertion.attributes.keys().collect::<Vec<_>>(), ["fiscalNumber"]);
    }
}

#[test]
fn what_the_person_is_called_does_not_print() {
    let xml = IDP.sealed(&plain());
    let response = UnverifiedResponse::decode(&BASE64.encode(xml.as_bytes())).unwrap();
    let printed = format!("{response:?} {:?}", read(&xml).unwrap());
    assert!(!printed.contains("Ada") && !printed.contains("_name") && printed.contains("_assertion"));
}

#[test]
fn a_failure_is_told_with_its_number_and_needs_no_signature() {
    for (message, error_number) in [("ErrorCode nr22", Some(22)), ("no number", None)] {
        let status = format!(
            "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\">\
             <samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"/></samlp:StatusCode>\
             <samlp:StatusMessage>{message}</samlp:StatusMessage></samlp:Status>"
        );
        let xml = failed(&status);
        let subcode = Some("AuthnFailed".to_owned());
        let status = Status { code: StatusCode::Responder, subcode, error_number };
        assert_eq!(read(&xml), Err(Rejection::Failed(status)));
    }
}

#[test]
fn a_failure_whose_codes_are_out_of_place_is_known_by_its_number() {
    let xml = failed(
        "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:AuthnFailed\"/>\
         <samlp:StatusMessage>ErrorCode nr22</samlp:StatusMessage></samlp:Status>",
    );
    let subcode = Some("AuthnFailed".to_owned());
    let status = Status { code: StatusCode::Responder, subcode, error_number: Some(22) };
    assert_eq!(read(&xml), Err(Rejection::Failed(status)));
}

#[test]
fn a_failure_that_does_not_belong_to_the_request_is_refused() {
    let status =
        "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Requester\"/></samlp:Status>";
    let xml = failed(status);
    assert!(matches!(read(&xml), Err(Rejection::Failed(_))));
    assert_eq!(code(&replaced(&xml, REQUEST_ID, "_other")), "spid.response.in-response-to");
    assert_eq!(code(&replaced(&xml, DESTINATION, "https://evil.example/")), "spid.response.destination");
    assert_eq!(code(&replaced(&xml, PROVIDER, "https://other.example/")), "spid.response.issuer");
}

/// The response with this status, no assertion and no signature.
fn failed(status: &str) -> String {
    let xml = replaced(&plain(), &element("Assertion"), "");
    let success =
        "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>";
    replaced(&xml, success, status)
}
