//! Messages that must come to nothing.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::*;

const BINDINGS: [Binding; 2] = [Binding::Redirect, Binding::Post];

#[test]
fn each_check_has_a_reason_of_its_own() {
    let entity = r#"Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity""#;
    let transient = "nameid-format:transient";
    let name_id_end = "</saml:NameID>";
    for (from, to, code) in [
        ("samlp:LogoutRequest", "samlp:LogoutResponse", "logout.request.malformed"),
        ("SAML:2.0:protocol", "SAML:1.1:protocol", "logout.request.malformed"),
        ("Version=\"2.0\"", "Version=\"1.1\"", "logout.request.version"),
        ("Version=\"2.0\"", "", "logout.request.version"),
        ("IssueInstant=\"2026-11-25T10:00:00Z\"", "", "logout.request.instant"),
        ("IssueInstant=\"2026-11-25T10:00:00Z\"", "IssueInstant=\"2026-11-25\"", "logout.request.instant"),
        ("NotOnOrAfter=\"2026-11-25T10:05:00Z\"", "NotOnOrAfter=\"\"", "logout.request.instant"),
        ("10:05:00Z", "10:00:30.25Z", "logout.request.expired"),
        ("10:05:00Z", "09:59:59Z", "logout.request.expired"),
        ("Destination=\"https://access.example/logout/spid\"", "", "logout.request.destination"),
        ("logout/spid", "logout/cie", "logout.request.destination"),
        ("https://access.example", "https://altrove.example", "logout.request.destination"),
        (entity, "Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\"", "logout.request.issuer"),
        ("<saml:NameID", "<saml:BaseID/><saml:Name", "logout.request.subject"),
        (transient, "nameid-format:persistent", "logout.request.subject"),
        (" _name ", " ", "logout.request.subject"),
        (" _name ", "_name<saml:b/>", "logout.request.subject"),
        (name_id_end, "</saml:NameID><saml:NameID>_other</saml:NameID>", "logout.request.subject"),
    ] {
        let xml = request().replace(from, to);
        let xml = if from == "<saml:NameID" { xml.replace(name_id_end, "</saml:Name>") } else { xml };
        assert_ne!(xml, request(), "{from}");
        for binding in BINDINGS {
            let received = IDP.sends(binding, Message::Request, &xml, None).received();
            assert_eq!(received, Err(code), "{from} -> {to} by {binding:?}");
        }
    }
}

#[test]
fn a_name_of_the_message_is_needed() {
    for id in ["", &"_".repeat(257)] {
        let xml = request().replace("ID=\"_message\"", &format!("ID=\"{id}\""));
        let received = IDP.sends(Binding::Redirect, Message::Request, &xml, None).received();
        assert_eq!(received, Err("logout.request.id"), "{} characters", id.len());
    }
}

#[test]
fn an_issuer_is_a_provider_that_we_know() {
    for issuer in ["https://unknown.example/", "", "two words"] {
        let xml = request().replace(&format!(">{PROVIDER}<"), &format!(">{issuer}<"));
        for binding in BINDINGS {
            let received = IDP.sends(binding, Message::Request, &xml, None).received();
            assert_eq!(received, Err("logout.request.issuer"), "{issuer:?}");
        }
    }
    let twice = request().replace("</saml:Issuer>", &format!("</saml:Issuer><saml:Issuer>{PROVIDER}</saml:Issuer>"));
    let received = IDP.sends(Binding::Redirect, Message::Request, &twice, None).received();
    assert_eq!(received, Err("logout.request.issuer"), "two of them");
}

#[test]
fn only_the_issuer_can_sign() {
    for signer in [&IMPOSTOR, &ANOTHER] {
        for binding in BINDINGS {
            let received = signer.sends(binding, Message::Request, &request(), None).received();
            assert_eq!(received, Err("logout.request.signature"), "by {binding:?}");
            let received = signer.sends(binding, Message::Response, &response(&status(SUCCESS, "")), None).received();
            assert_eq!(received, Err("logout.request.signature"), "by {binding:?}");
        }
    }
}

#[test]
fn a_message_without_a_signature_is_none() {
    assert_eq!(Sent::form(Message::Request, &request(), None).received(), Err("logout.request.signature"));
    let Sent::Query(query) = IDP.sends(Binding::Redirect, Message::Request, &request(), None) else { unreachable!() };
    for name in ["Signature", "SigAlg"] {
        let rest: Vec<_> = query.split('&').filter(|pair| !pair.starts_with(name)).collect();
        assert_eq!(Sent::Query(rest.join("&")).received(), Err("logout.request.malformed"), "{name}");
    }
    // The signature of a form does not count in a query, nor the other way round.
    let Sent::Form(form) = IDP.sends(Binding::Post, Message::Request, &request(), None) else { unreachable!() };
    let signed = String::from_utf8(BASE64.decode(form["SAMLRequest"].as_bytes()).unwrap()).unwrap();
    let in_query = IMPOSTOR.sends(Binding::Redirect, Message::Request, &signed, None);
    assert_eq!(in_query.received(), Err("logout.request.signature"));
    let mut fields: BTreeMap<_, _> = [("SAMLRequest".to_owned(), BASE64.encode(request().as_bytes()))].into();
    for pair in query.split('&').skip(1) {
        let (name, value) = pair.split_once('=').unwrap();
        fields.insert(name.to_owned(), value.to_owned());
    }
    assert_eq!(Sent::Form(fields).received(), Err("logout.request.signature"));
}

#[test]
fn a_query_is_verified_over_the_octets_received() {
    let Sent::Query(query) = IDP.sends(Binding::Redirect, Message::Request, &request(), Some("a/b")) else {
        unreachable!()
    };
    assert!(Sent::Query(query.clone()).received().is_ok());
    let other = query.replacen("%2F", "%2f", 1);
    assert_ne!(other, query);
    assert_eq!(Sent::Query(other).received(), Err("logout.request.signature"), "another spelling");
    let relay_state = query.replace("RelayState=a%2Fb", "RelayState=c");
    assert_eq!(Sent::Query(relay_state).received(), Err("logout.request.signature"), "another relay state");
    let without = query.replace("&RelayState=a%2Fb", "");
    assert_eq!(Sent::Query(without).received(), Err("logout.request.signature"), "no relay state");
}

#[test]
fn a_weak_algorithm_is_no_signature() {
    let query = "SAMLRequest=x&SigAlg=http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1&Signature=AAAA";
    assert_eq!(Sent::Query(query.to_owned()).received(), Err("logout.request.signature"));
}

#[test]
fn a_query_or_a_form_holds_one_message() {
    let Sent::Query(query) = IDP.sends(Binding::Redirect, Message::Request, &request(), Some("x")) else {
        unreachable!()
    };
    for pair in query.split('&').chain(["SAMLResponse=x", "SAML%52esponse=x", "SAML%52equest=x"]) {
        for confused in [format!("{query}&{pair}"), format!("{pair}&{query}")] {
            assert_eq!(Sent::Query(confused).received(), Err("logout.request.malformed"), "{pair}");
        }
    }
    let Sent::Form(mut form) = IDP.sends(Binding::Post, Message::Request, &request(), None) else { unreachable!() };
    form.insert("SAMLResponse".to_owned(), form["SAMLRequest"].clone());
    assert_eq!(Sent::Form(form).received(), Err("logout.request.malformed"));
    for empty in [Sent::Query(String::new()), Sent::Form(BTreeMap::new())] {
        assert_eq!(empty.received(), Err("logout.request.malformed"));
    }
}

#[test]
fn a_request_is_no_response_and_a_response_no_request() {
    for binding in BINDINGS {
        let received = IDP.sends(binding, Message::Response, &request(), None).received();
        assert_eq!(received, Err("logout.request.malformed"));
        let received = IDP.sends(binding, Message::Request, &response(&status(SUCCESS, "")), None).received();
        assert_eq!(received, Err("logout.request.malformed"));
    }
}

#[test]
fn what_is_changed_after_the_signature_is_refused() {
    let Sent::Form(form) = IDP.sends(Binding::Post, Message::Request, &request(), None) else { unreachable!() };
    let signed = String::from_utf8(BASE64.decode(form["SAMLRequest"].as_bytes()).unwrap()).unwrap();
    let hidden = format!("<samlp:Extensions>{}</samlp:Extensions>", request().replace("_message", "_other"));
    for changed in [
        signed.replace("_name", "_victim"),
        signed.replace("_session", "_of_another"),
        signed.replace("</saml:NameID>", "</saml:NameID><saml:NameID>_victim</saml:NameID>"),
        signed.replace("<saml:NameID", &format!("{hidden}<saml:NameID")),
        // The signed message inside another one of the same name.
        request().replace("<saml:NameID", &format!("<samlp:Extensions>{signed}</samlp:Extensions><saml:NameID")),
        request().replace("_message", "_other").replace("<saml:NameID", &format!("{signed}<saml:NameID")),
    ] {
        assert_ne!(changed, signed);
        let received = Sent::form(Message::Request, &changed, None).received();
        assert_eq!(received, Err("logout.request.signature"), "{changed}");
    }
    let comment = signed.replace("_name", "_na<!-- -->me");
    assert_eq!(Sent::form(Message::Request, &comment, None).received(), Err("logout.request.malformed"));
}

#[test]
fn an_answer_says_what_it_answers_and_how() {
    for xml in [
        response(""),
        response("<samlp:Status/>"),
        response("<samlp:Status><samlp:StatusCode/></samlp:Status>"),
        response(&status(SUCCESS, "")).replace(" InResponseTo=\"_ours\"", ""),
        response(&format!("{}{}", status(SUCCESS, ""), status(SUCCESS, ""))),
    ] {
        let received = IDP.sends(Binding::Redirect, Message::Response, &xml, None).received();
        assert_eq!(received, Err("logout.response.status"), "{xml}");
    }
}

#[test]
fn a_bomb_a_dtd_and_noise_are_refused() {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&vec![b' '; 64 * 1024 * 1024]).unwrap();
    let bomb = BASE64.encode(&encoder.finish().unwrap()).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let algorithm = "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256";
    let bomb = Sent::Query(format!("SAMLRequest={bomb}&SigAlg={algorithm}&Signature=AAAA"));
    assert_eq!(bomb.received(), Err("logout.request.malformed"));

    let dtd = format!("<!DOCTYPE x [<!ENTITY e \"_name\">]>{}", request().replace("_name", "&e;"));
    let dtd_query = redirect::signed_query(Message::Request, &dtd, None, &IDP.key).unwrap();
    assert_eq!(Sent::Query(dtd_query).received(), Err("logout.request.malformed"));
    assert_eq!(Sent::form(Message::Request, &dtd, None).received(), Err("logout.request.malformed"));

    let large = request().replace("_name", &"_".repeat(300 * 1024));
    assert_eq!(Sent::form(Message::Request, &large, None).received(), Err("logout.request.malformed"));
    for field in ["!", "", "//79", "PHg+"] {
        let form = [("SAMLRequest".to_owned(), field.to_owned())].into();
        assert_eq!(Sent::Form(form).received(), Err("logout.request.malformed"), "{field:?}");
    }
}

#[test]
fn a_relay_state_is_repeated_only_if_it_is_short() {
    for binding in BINDINGS {
        let long = "x".repeat(1025);
        let received = IDP.sends(binding, Message::Request, &request(), Some(&long)).received();
        assert_eq!(received, Err("logout.request.malformed"));
        assert!(IDP.sends(binding, Message::Request, &request(), Some(&long[1..])).received().is_ok());
    }
}

/// What becomes a cause goes to the log: nobody writes there what they like, nor as much.
#[test]
fn what_is_no_xml_is_not_repeated_in_the_log() {
    let name = "rossi".repeat(20_000);
    for xml in [
        format!("<a>&{name};</a>"),
        format!("<{name}:a/>"),
        format!("<a></{name}>"),
        format!("<a {name}='1' {name}='2'/>"),
        format!("<a>&#{name};</a>"),
    ] {
        let Sent::Form(fields) = Sent::form(Message::Request, &xml, None) else { unreachable!() };
        let incoming = Incoming {
            destination: DESTINATION,
            providers: &PROVIDERS,
            clock_skew: SignedDuration::from_secs(60),
            now: NOW.parse().unwrap(),
        };
        let refusal = receive(LogoutNotice::Form(&fields), &incoming).unwrap_err();
        assert_eq!(refusal.code(), "logout.request.malformed");
        let cause = refusal.cause().unwrap();
        assert!(cause.len() < 200 && !cause.contains("rossi"), "{} characters", cause.len());
    }
}
