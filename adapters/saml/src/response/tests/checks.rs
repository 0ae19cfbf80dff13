//! Responses that the provider did sign, and that are not for us, not now, or not enough.

use super::*;

const ENTITY_FORMAT: &str = " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"";

/// The attribute of this name with another value, with none, and not there.
fn values<'a>(attribute: &'a str, value: &'a str, others: &'a [&'a str]) -> impl Iterator<Item = (String, String)> {
    let with = move |value: &str| format!(" {attribute}=\"{value}\"");
    let found = with(value);
    std::iter::once(String::new()).chain(others.iter().map(move |other| with(other))).map(move |to| (found.clone(), to))
}

#[test]
fn what_is_not_a_response_is_malformed() {
    for field in ["", "*", "AAA", "//79", &"A".repeat(LONGEST_TEXT + 4)] {
        let verdict = UnverifiedResponse::decode(field).map_err(Rejection::from);
        let verdict = verdict.and_then(|response| response.verify(&expected(), &PROFILE));
        let Err(Rejection::Refused(fault)) = verdict else { panic!("{field}") };
        let refusal = PROFILE.codes.refusal(fault);
        assert_eq!((refusal.code(), refusal.status().number()), ("spid.response.malformed", 400), "{field}");
    }
    for xml in [
        "",
        "<a/>",
        "<Response/>",
        "<samlp:Response xmlns:samlp=\"urn:evil\"/>",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>",
        &element("Assertion"),
        &plain()[..500],
        &replaced(&plain(), "Ada", &"A".repeat(256 * 1024)),
        &replaced(&plain(), "Ada", "A<!-- -->da"),
        &replaced(&plain(), "Ada", "A<?php ?>da"),
    ] {
        assert_eq!(code(xml), "spid.response.malformed");
    }
}

#[test]
fn a_response_to_another_request_is_refused() {
    let others = values("InResponseTo", REQUEST_ID, &["", "_other", " _request"]);
    all_refused("spid.response.in-response-to", others.map(|(from, to)| in_response(&from, &to)));
    let others = values("InResponseTo", REQUEST_ID, &["", "_other"]);
    all_refused("spid.response.in-response-to", others.map(|(from, to)| in_assertion(&from, &to)));
}

#[test]
fn a_response_without_a_name_is_refused() {
    let long = "_".repeat(257);
    for (from, to) in values("ID", "_response", &["", &long, "7", "_a b", "_a ", "a:b", "https://a/", "_\u{200b}"]) {
        let xml = IDP.signed(&in_response(&from, &to), "_assertion");
        assert_eq!(code(&xml), "spid.response.id");
    }
}

#[test]
fn an_assertion_without_a_name_cannot_be_signed_nor_accepted() {
    for (from, to) in values("ID", "_assertion", &[""]) {
        assert_eq!(code(&IDP.signed(&in_assertion(&from, &to), "_response")), "spid.response.signature");
    }
    let long = "_".repeat(257);
    let xml = IDP.signed(&in_assertion("_assertion", &long), &long);
    assert_eq!(code(&xml), "spid.response.id");
}

#[test]
fn another_version_is_refused() {
    for (from, to) in values("Version", "2.0", &["", "1.1", "3.0"]) {
        all_refused("spid.response.version", [in_response(&from, &to), in_assertion(&from, &to)]);
    }
}

#[test]
fn an_instant_that_is_missing_or_not_in_utc_is_refused() {
    let others = &["", "2026-11-25", "2026-11-25T11:00:00+01:00", "2026-11-25T10:00:00"];
    for (from, to) in values("IssueInstant", REQUESTED_AT, others) {
        all_refused("spid.response.instant", [in_response(&from, &to), in_assertion(&from, &to)]);
    }
    for (attribute, value) in [
        ("NotOnOrAfter", "2026-11-25T10:05:00Z"),
        ("NotOnOrAfter", "2026-11-25T10:06:00Z"),
        ("NotBefore", REQUESTED_AT),
        ("AuthnInstant", "2026-11-25T10:00:20Z"),
    ] {
        let changed = values(attribute, value, others).map(|(from, to)| in_assertion(&from, &to));
        all_refused("spid.response.instant", changed);
    }
}

#[test]
fn what_was_issued_before_the_request_is_refused() {
    for instant in ["2018-01-01T00:00:00Z", "2026-11-25T09:58:59Z"] {
        all_refused(
            "spid.response.issued-too-early",
            [in_response(REQUESTED_AT, instant), in_assertion(REQUESTED_AT, instant)],
        );
    }
}

#[test]
fn what_was_issued_in_the_future_is_refused() {
    for instant in ["2099-01-01T00:00:00Z", "2026-11-25T10:01:31Z"] {
        let at = format!("IssueInstant=\"{REQUESTED_AT}\"");
        let changed = format!("IssueInstant=\"{instant}\"");
        all_refused("spid.response.issued-too-late", [in_response(&at, &changed), in_assertion(&at, &changed)]);
    }
}

#[test]
fn a_response_to_another_address_is_refused() {
    let others =
        values("Destination", DESTINATION, &["", "https://evil.example/", "https://access.example/return/spid/"]);
    all_refused("spid.response.destination", others.map(|(from, to)| in_response(&from, &to)));
}

#[test]
fn another_issuer_is_refused() {
    let text = format!(">{PROVIDER}</saml:Issuer>");
    for other in [
        ">https://other.example/</saml:Issuer>",
        "></saml:Issuer>",
        ">https://idp.example</saml:Issuer>",
        ">https://idp.example/<x/></saml:Issuer>",
    ] {
        all_refused("spid.response.issuer", [in_response(&text, other), in_assertion(&text, other)]);
    }
    let other = " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:other\"";
    all_refused("spid.response.issuer", [in_response(ENTITY_FORMAT, other), in_assertion(ENTITY_FORMAT, other)]);
    all_refused("spid.response.issuer", [in_assertion(ENTITY_FORMAT, " Format=\"\""), in_assertion(ENTITY_FORMAT, "")]);
}

#[test]
fn a_missing_or_second_issuer_is_refused() {
    let issuer = element("Issuer");
    let twice = issuer.repeat(2);
    let of_response = in_response(&issuer, "");
    assert_eq!(code(&IDP.signed(&of_response, "_assertion")), "spid.response.issuer");
    assert_eq!(code(&IDP.signed(&in_response(&issuer, &twice), "_assertion")), "spid.response.issuer");
    let unsigned_place = varco_xmldsig::Placement::First;
    for changed in [in_assertion(&issuer, ""), in_assertion(&issuer, &twice)] {
        let xml = IDP.key.sign(&changed, "_assertion", unsigned_place).unwrap();
        assert_eq!(code(&xml), "spid.response.issuer");
    }
}

#[test]
fn a_status_that_says_nothing_is_refused() {
    let status =
        "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>";
    let success = "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>";
    all_refused(
        "spid.response.status",
        [
            in_response(status, ""),
            in_response(status, &status.repeat(2)),
            in_response(success, ""),
            in_response(success, &success.repeat(2)),
            in_response(success, "<samlp:StatusCode/>"),
            in_response("status:Success", "status:"),
            in_response("status:Success", "status:success"),
            in_response("status:Success", "status:AuthnFailed"),
            in_response("urn:oasis:names:tc:SAML:2.0:status:Success", ""),
            in_response("urn:oasis:names:tc:SAML:2.0:status:Success", "Success"),
        ],
    );
}

#[test]
fn not_exactly_one_assertion_is_refused() {
    let assertion = element("Assertion");
    let other = replaced(&assertion, "_assertion", "_other");
    let none = IDP.signed(&replaced(&plain(), &assertion, ""), "_response");
    assert_eq!(code(&none), "spid.response.assertion");
    let encrypted = replaced(&plain(), &assertion, "<saml:EncryptedAssertion/>");
    assert_eq!(
        code(&IDP.signed(&encrypted, "_response")),
        "spid.response.encryption",
        "it is one, and nothing is in it"
    );
    let elsewhere = "<Assertion xmlns=\"urn:evil\"/>";
    let advice = format!("<saml:Advice>{other}</saml:Advice>");
    all_refused(
        "spid.response.assertion",
        [
            replaced(&plain(), &assertion, &format!("{assertion}{other}")),
            replaced(&plain(), &assertion, &format!("{other}{assertion}")),
            replaced(&plain(), &assertion, &format!("<samlp:Extensions>{elsewhere}</samlp:Extensions>{assertion}")),
            replaced(&plain(), &assertion, &format!("{assertion}<saml:EncryptedAssertion/>")),
            in_assertion("<saml:Conditions", &format!("{advice}<saml:Conditions")),
        ],
    );
}

#[test]
fn a_subject_that_is_nobody_is_refused() {
    let subject = element("Subject");
    let name_id = element("NameID");
    let transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
    let mut changed = vec![
        in_assertion(&subject, ""),
        in_assertion(&subject, "<saml:Subject></saml:Subject>"),
        in_assertion(&name_id, ""),
        in_assertion(&name_id, &name_id.repeat(2)),
        in_assertion("_name\n", "\n"),
        in_assertion("_name\n", "_na<b/>me\n"),
        in_assertion(&name_id, "<saml:EncryptedID/>"),
    ];
    changed.extend(
        values("Format", transient, &["", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"])
            .chain(values("NameQualifier", PROVIDER, &["", " "]))
            .map(|(from, to)| in_assertion(&from, &to)),
    );
    all_refused("spid.response.subject", changed);
}

#[test]
fn a_bearer_who_is_not_confirmed_is_refused() {
    let confirmation = element("SubjectConfirmation");
    let bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
    let data = &confirmation[confirmation.find("<saml:SubjectConfirmationData").unwrap()..];
    let data = &data[..data.find("/>").unwrap() + 2];
    let mut changed = vec![
        in_assertion(&confirmation, ""),
        in_assertion(&confirmation, &confirmation.repeat(2)),
        in_assertion(data, ""),
        in_assertion(data, &data.repeat(2)),
    ];
    changed.extend(
        values("Method", bearer, &["", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"])
            .map(|(from, to)| in_assertion(&from, &to)),
    );
    all_refused("spid.response.confirmation", changed);
}

#[test]
fn an_assertion_for_another_address_is_refused() {
    let others = values("Recipient", DESTINATION, &["", "https://evil.example/"]);
    all_refused("spid.response.recipient", others.map(|(from, to)| in_assertion(&from, &to)));
}

#[test]
fn an_expired_assertion_is_refused() {
    for end in ["2026-11-25T10:05:00Z", "2026-11-25T10:06:00Z"] {
        all_refused(
            "spid.response.expired",
            ["2000-01-01T00:00:00Z", "2026-11-25T10:00:30Z", NOW].map(|past| in_assertion(end, past)),
        );
    }
}

#[test]
fn an_assertion_that_is_not_valid_yet_is_refused() {
    let not_before = format!("NotBefore=\"{REQUESTED_AT}\"");
    all_refused(
        "spid.response.not-yet-valid",
        [
            in_assertion(&not_before, "NotBefore=\"2099-01-01T00:00:00Z\""),
            in_assertion(&not_before, "NotBefore=\"2026-11-25T10:01:31Z\""),
            in_assertion(" Recipient=", " NotBefore=\"2026-11-25T10:01:31Z\" Recipient="),
        ],
    );
}

#[test]
fn conditions_that_are_missing_or_unknown_are_refused() {
    let conditions = element("Conditions");
    all_refused(
        "spid.response.conditions",
        [
            in_assertion(&conditions, ""),
            in_assertion(&conditions, &conditions.repeat(2)),
            in_assertion("</saml:Conditions>", "<saml:Condition/></saml:Conditions>"),
        ],
    );
    let known = in_assertion("</saml:Conditions>", "<saml:OneTimeUse/></saml:Conditions>");
    assert!(read(&IDP.sealed(&known)).is_ok());
}

#[test]
fn an_assertion_for_another_audience_is_refused() {
    let restriction = element("AudienceRestriction");
    let audience = element("Audience");
    let other = "<saml:Audience>https://other.example/</saml:Audience>";
    all_refused(
        "spid.response.audience",
        [
            in_assertion(&restriction, ""),
            in_assertion(&audience, ""),
            in_assertion(&audience, other),
            in_assertion(&audience, "<saml:Audience></saml:Audience>"),
            in_assertion(&audience, "<saml:Audience>https://access.example/</saml:Audience>"),
            in_assertion(
                &restriction,
                &format!("{restriction}<saml:AudienceRestriction>{other}</saml:AudienceRestriction>"),
            ),
        ],
    );
    let among_others = in_assertion(&audience, &format!("{other}{audience}"));
    assert!(read(&IDP.sealed(&among_others)).is_ok());
}

#[test]
fn an_unknown_way_of_authentication_is_refused() {
    let statement = element("AuthnStatement");
    let context = element("AuthnContext");
    let class = element("AuthnContextClassRef");
    let two = Level::Two.context_class();
    all_refused(
        "spid.response.authentication",
        [
            in_assertion(&statement, ""),
            in_assertion(&statement, &statement.repeat(2)),
            in_assertion(&context, ""),
            in_assertion(&class, ""),
            in_assertion(&class, &class.repeat(2)),
            in_assertion(two, ""),
            in_assertion(two, "urn:oasis:names:tc:SAML:2.0:ac:classes:SpidL2"),
            in_assertion(two, "https://www.spid.gov.it/SpidL4"),
            in_assertion("2026-11-25T10:00:20Z", "2026-11-25T10:01:31Z"),
        ],
    );
}

#[test]
fn a_lower_level_than_asked_is_refused() {
    let lower = in_assertion(Level::Two.context_class(), Level::One.context_class());
    all_refused("spid.response.level-too-low", [lower]);
}

#[test]
fn attributes_that_are_missing_or_ambiguous_are_refused() {
    let statement = element("AttributeStatement");
    let fiscal_number = element("Attribute");
    let value = element("AttributeValue");
    let mut changed = vec![
        in_assertion(&statement, ""),
        in_assertion(&statement, &statement.repeat(2)),
        in_assertion(&statement, "<saml:AttributeStatement></saml:AttributeStatement>"),
        in_assertion(&statement, "<saml:AttributeStatement><saml:Attribute Name=\"name\"/></saml:AttributeStatement>"),
        in_assertion(&fiscal_number, ""),
        in_assertion(&fiscal_number, &fiscal_number.repeat(2)),
        in_assertion(&value, ""),
        in_assertion(&value, &value.repeat(2)),
        in_assertion(&value, "<saml:AttributeValue/>"),
        in_assertion("TINIT-LVLDAA85T50G702B", "TINIT-<b>LVLDAA85T50G702B</b>"),
        in_assertion("TINIT-LVLDAA85T50G702B", " "),
    ];
    changed.extend(values("Name", "fiscalNumber", &["", " ", "name"]).map(|(from, to)| in_assertion(&from, &to)));
    all_refused("spid.response.attributes", changed);
}

#[test]
fn the_cause_of_a_refusal_names_no_value() {
    for xml in [
        in_assertion("Ada", "<b>Ada</b>"),
        in_assertion("_name\n", "<b>_name</b>\n"),
        in_assertion(Level::Two.context_class(), "https://evil.example/Ada"),
    ] {
        let Err(Rejection::Refused(fault)) = read(&IDP.sealed(&xml)) else { panic!("{xml}") };
        let printed = format!("{fault:?} {}", PROFILE.codes.refusal(fault.clone()));
        assert!(!printed.contains("Ada") && !printed.contains("_name"), "{printed}");
    }
}
