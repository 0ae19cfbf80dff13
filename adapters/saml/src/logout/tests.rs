//! A provider that sends whatever a test wants, by both bindings. Everything happens at [`NOW`].

mod hostile;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use varco_core::logout::{LogoutNotice, Reach};
use varco_core::name::ProviderId;
use varco_xmldsig::{Placement, SigningKey, TrustedKey};

use super::*;
use crate::provider::IdentityProvider;
use crate::providers::Providers;
use crate::redirect::{self, Message};
use crate::request::Binding;
use crate::vocabulary::ASSERTION;

const NOW: &str = "2026-11-25T10:00:30.25Z";
const DESTINATION: &str = "https://access.example/logout/spid";
const PROVIDER: &str = "https://idp.example/";
const OTHER: &str = "https://other.example/";

/// A provider and its key.
struct Idp {
    entity_id: &'static str,
    key: SigningKey,
    trusted: TrustedKey,
}

static IDP: LazyLock<Idp> = LazyLock::new(|| Idp::new(PROVIDER));
static ANOTHER: LazyLock<Idp> = LazyLock::new(|| Idp::new(OTHER));
/// Somebody else, who calls himself the same.
static IMPOSTOR: LazyLock<Idp> = LazyLock::new(|| Idp::new(PROVIDER));
static PROVIDERS: LazyLock<Providers> = LazyLock::new(|| Providers::new([IDP.provider(), ANOTHER.provider()]));

/// A message on its way, by one of the bindings.
enum Sent {
    Query(String),
    Form(BTreeMap<String, String>),
}

impl Idp {
    fn new(entity_id: &'static str) -> Self {
        let pair = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
        let certificate = rcgen::CertificateParams::default().self_signed(&pair).unwrap().pem();
        Self {
            entity_id,
            key: SigningKey::from_pem(&pair.serialize_pem(), &certificate).unwrap(),
            trusted: TrustedKey::from_certificate_pem(&certificate).unwrap(),
        }
    }

    fn provider(&self) -> IdentityProvider {
        let id = ProviderId::parse(self.entity_id).unwrap();
        IdentityProvider::new(id, "Provider".to_owned(), None, None, vec![self.trusted.clone()]).unwrap()
    }

    fn sends(&self, binding: Binding, kind: Message, xml: &str, relay_state: Option<&str>) -> Sent {
        match binding {
            Binding::Redirect => Sent::Query(redirect::signed_query(kind, xml, relay_state, &self.key).unwrap()),
            Binding::Post => {
                let signed = self.key.sign(xml, "_message", Placement::After(ASSERTION, "Issuer")).unwrap();
                Sent::form(kind, &signed, relay_state)
            }
        }
    }
}

impl Sent {
    fn form(kind: Message, xml: &str, relay_state: Option<&str>) -> Self {
        let message = (kind.parameter().to_owned(), BASE64.encode(xml.as_bytes()));
        let relay_state = relay_state.map(|value| ("RelayState".to_owned(), value.to_owned()));
        Self::Form([message].into_iter().chain(relay_state).collect())
    }

    fn received(&self) -> Result<Received, &'static str> {
        let notice = match self {
            Self::Query(query) => LogoutNotice::Query(query),
            Self::Form(fields) => LogoutNotice::Form(fields),
        };
        let incoming = Incoming {
            destination: DESTINATION,
            providers: &PROVIDERS,
            clock_skew: SignedDuration::from_secs(60),
            now: NOW.parse().unwrap(),
        };
        receive(notice, &incoming).map_err(|refusal| refusal.code())
    }

    fn request(&self) -> ReceivedRequest {
        match self.received().unwrap() {
            Received::Request(request) => request,
            Received::Response(response) => panic!("{response:?}"),
        }
    }
}

/// A request as providers send it, not signed.
fn request() -> String {
    format!(
        r#"<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_message" Version="2.0" IssueInstant="2026-11-25T10:00:00Z" Destination="{DESTINATION}" NotOnOrAfter="2026-11-25T10:05:00Z"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="{PROVIDER}">{PROVIDER}</saml:Issuer><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="{PROVIDER}"> _name </saml:NameID><samlp:SessionIndex>_session</samlp:SessionIndex></samlp:LogoutRequest>"#
    )
}

/// A response as providers send it, not signed.
fn response(status: &str) -> String {
    format!(
        r#"<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_message" InResponseTo="_ours" Version="2.0" IssueInstant="2026-11-25T10:00:00Z" Destination="{DESTINATION}"><saml:Issuer>{PROVIDER}</saml:Issuer>{status}</samlp:LogoutResponse>"#
    )
}

fn status(code: &str, second: &str) -> String {
    let second = if second.is_empty() { String::new() } else { format!(r#"<samlp:StatusCode Value="{second}"/>"#) };
    format!(r#"<samlp:Status><samlp:StatusCode Value="{code}">{second}</samlp:StatusCode></samlp:Status>"#)
}

#[test]
fn a_request_says_whose_session_ends_by_either_binding() {
    for binding in [Binding::Redirect, Binding::Post] {
        let received = IDP.sends(binding, Message::Request, &request(), Some("their state")).request();
        let expected = ReceivedRequest {
            id: "_message".to_owned(),
            binding,
            relay_state: Some("their state".to_owned()),
            provider: ProviderId::parse(PROVIDER).unwrap(),
            name: "_name".to_owned(),
            addressee: None,
            indexes: vec!["_session".to_owned()],
        };
        assert!(received == expected, "{binding:?}");
        assert!(!format!("{received:?}").contains("_name"), "it does not print");
    }
}

#[test]
fn what_a_request_need_not_say() {
    let without = request()
        .replace(r#" NotOnOrAfter="2026-11-25T10:05:00Z""#, "")
        .replace("<samlp:SessionIndex>_session</samlp:SessionIndex>", "")
        .replace(r#"NameQualifier="https://idp.example/"> _name "#, r#"SPNameQualifier="https://body.example">_name"#);
    let received = IDP.sends(Binding::Post, Message::Request, &without, None).request();
    assert_eq!((received.indexes.len(), received.relay_state), (0, None));
    assert_eq!(received.addressee.as_deref(), Some("https://body.example"));
}

#[test]
fn an_answer_says_how_far_the_logout_went() {
    let partial = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
    for (code, second, reach) in [
        (SUCCESS, "", Reach::Everywhere),
        (SUCCESS, PARTIAL_LOGOUT, Reach::Partial),
        (REQUESTER, PARTIAL_LOGOUT, Reach::Partial),
        ("urn:oasis:names:tc:SAML:2.0:status:Responder", "", Reach::Partial),
        (partial, "", Reach::Partial),
    ] {
        for binding in [Binding::Redirect, Binding::Post] {
            let xml = response(&status(code, second));
            let expected = ReceivedResponse {
                provider: ProviderId::parse(PROVIDER).unwrap(),
                in_response_to: "_ours".to_owned(),
                reach,
            };
            let received = IDP.sends(binding, Message::Response, &xml, None).received();
            assert_eq!(received, Ok(Received::Response(expected)), "{code} {second} {binding:?}");
        }
    }
}

#[test]
fn a_clock_may_be_a_little_off_and_a_message_a_little_old() {
    for (instant, verdict) in [
        ("2026-11-25T10:01:30Z", Ok(())),
        ("2026-11-25T10:01:31Z", Err("logout.request.issued-too-late")),
        ("2026-11-25T09:49:31Z", Ok(())),
        ("2026-11-25T09:49:30Z", Err("logout.request.expired")),
    ] {
        let xml = request().replace("IssueInstant=\"2026-11-25T10:00:00Z\"", &format!("IssueInstant=\"{instant}\""));
        let received = IDP.sends(Binding::Redirect, Message::Request, &xml, None).received();
        assert_eq!(received.map(|_| ()), verdict, "{instant}");
    }
}

#[test]
fn we_understand_what_we_write_ourselves() {
    let issued_at: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
    let ours = LogoutRequest {
        id: "_message",
        issued_at,
        destination: DESTINATION,
        issuer: PROVIDER,
        name_id: NameId { name: "_name", qualifier: PROVIDER },
        session_index: Some("_session"),
    };
    insta::assert_snapshot!("request", ours.element().to_xml().replace("><", ">\n<"));
    let received = IDP.sends(Binding::Post, Message::Request, &ours.element().to_xml(), None).request();
    assert_eq!((received.name.as_str(), received.indexes), ("_name", vec!["_session".to_owned()]));
    for reach in [Reach::Everywhere, Reach::Partial] {
        let ours = LogoutResponse {
            id: "_message",
            issued_at,
            destination: DESTINATION,
            issuer: PROVIDER,
            in_response_to: "_theirs",
            reach,
        };
        insta::assert_snapshot!(format!("response-{reach:?}"), ours.element().to_xml().replace("><", ">\n<"));
        let sent = IDP.sends(Binding::Redirect, Message::Response, &ours.element().to_xml(), None);
        assert!(matches!(sent.received(), Ok(Received::Response(response)) if response.reach == reach));
    }
}
