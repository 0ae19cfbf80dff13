//! Single logout: what a provider is told, what it is answered, and by whom.

use std::sync::Arc;

use data_encoding::BASE64;
use varco_core::attempt::Sent;
use varco_core::level::Level;
use varco_core::logout::{
    Farewell, LogoutId, LogoutMessage, LogoutNotice, LogoutRequest, LogoutResponse, ProviderLogin, Reach,
};
use varco_core::method::{Departure, LoginMethod as _};
use varco_core::name::{BodyId, ProviderId};
use varco_core::refusal::Refusal;
use varco_core::secret::Secret;
use varco_saml::logout::{LogoutRequest as Request, LogoutResponse as Response, NameId};
use varco_saml::method::SamlMethod;
use varco_saml::provider::{IdentityProvider, LogoutService, LogoutServices};
use varco_saml::providers::Providers;
use varco_saml::redirect::{Message, open_query, signed_query};
use varco_saml::request::Binding;
use varco_xmldsig::{TrustedKey, Xml, verify};

use super::fixture::{Answer, ENTITY_ID, PROVIDER, asking, body, now, options, pem, provider, sent, signing_key};
use crate::{Spid, SpidBody, SpidOptions};

const DESTINATION: &str = "https://accesso.regione.example/logout/spid";
const OTHER_BODY: &str = "https://accesso.regione.example/pub-ag-full/a_first";

const fn id() -> LogoutId {
    LogoutId(Secret::from_bytes([0xcd; 16]))
}

fn service(requests: &str, responses: &str) -> LogoutService {
    let at = |path: &str| format!("{PROVIDER}/{path}");
    LogoutService { requests: at(requests), responses: at(responses) }
}

fn both() -> LogoutServices {
    LogoutServices {
        redirect: Some(service("slo?by=redirect", "answers")),
        post: Some(service("slo/post", "slo/post")),
        address: Some(format!("{PROVIDER}/slo")),
    }
}

fn with(logout: LogoutServices) -> SamlMethod {
    with_options(options(), provider(PROVIDER).with_logout(logout))
}

/// With a second body, which comes first in the alphabet.
fn with_options(mut options: SpidOptions, provider: IdentityProvider) -> SamlMethod {
    let other: SpidBody = body();
    options.bodies.insert(BodyId::parse("a_first").unwrap(), other);
    asking(options, vec![provider])
}

/// The login of an answer at a level, as it is noted.
async fn login(method: &SamlMethod, level: Level, session_index: Option<&'static str>) -> ProviderLogin {
    let sent = Sent { level, ..sent(method, "tributi").await };
    let answer = Answer { class: level.context_class(), session_index, ..Answer::default() };
    let verified = method.complete(&sent, &answer.signed(), now()).await.unwrap();
    verified.identity.provider_login.unwrap()
}

/// The message of a departure, with its signature verified, and where it goes.
fn opened(departure: &Departure, kind: Message) -> (String, String, Option<String>) {
    let ours = [TrustedKey::from_certificate_pem(&pem().1).unwrap()];
    match departure {
        Departure::Redirect(address) => {
            let name = if kind == Message::Request { "SAMLRequest=" } else { "SAMLResponse=" };
            let at = address.find(name).unwrap();
            let message = open_query(&address[at..], kind, &ours).unwrap();
            (address[..at - 1].to_owned(), message.xml, message.relay_state)
        }
        Departure::PostForm { action, fields } => {
            let xml = String::from_utf8(BASE64.decode(fields[0].1.as_bytes()).unwrap()).unwrap();
            verify(Xml::parse(&xml).unwrap().root(), &ours).unwrap();
            let relay_state = fields.get(1).map(|(name, value)| {
                assert_eq!(name, "RelayState");
                value.clone()
            });
            (action.clone(), xml, relay_state)
        }
    }
}

async fn farewell(method: &SamlMethod, login: &ProviderLogin) -> Result<Departure, Refusal> {
    match method.farewell(login, id(), now()).await? {
        Some(Farewell::Ask(departure)) => Ok(departure),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_provider_keeps_a_session_for_a_login_at_level_1_that_it_gives_an_index() {
    let method = with(both());
    for (level, index, keeps) in [
        (Level::One, Some("_s1"), true),
        (Level::One, None, false),
        (Level::Two, Some("_s1"), false),
        (Level::Three, Some("_s1"), false),
        (Level::Two, None, false),
    ] {
        let login = login(&method, level, index).await;
        assert_eq!((login.keeps_session, login.index.as_deref()), (keeps, index), "{level} {index:?}");
        assert_eq!((login.name.as_str(), login.provider.as_str()), ("_n1", PROVIDER));
    }
}

#[tokio::test]
async fn the_provider_is_told_on_behalf_of_the_body_that_asked_for_the_login() {
    let method = with(both());
    let login = login(&method, Level::One, Some("_s1")).await;
    let (destination, xml, relay_state) = opened(&farewell(&method, &login).await.unwrap(), Message::Request);
    assert_eq!((destination.as_str(), relay_state), ("https://idp.example/slo?by=redirect", None));
    let expected = Request {
        id: "_cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
        issued_at: now(),
        destination: &destination,
        issuer: ENTITY_ID,
        name_id: NameId { name: "_n1", qualifier: PROVIDER },
        session_index: Some("_s1"),
    };
    assert_eq!(xml, expected.element().to_xml());
}

#[tokio::test]
async fn by_the_binding_that_is_wished_for_or_else_by_the_other() {
    let wished = |binding| SpidOptions { binding, ..options() };
    let only_post = LogoutServices { redirect: None, ..both() };
    let only_redirect = LogoutServices { post: None, ..both() };
    for (binding, services, destination) in [
        (Binding::Redirect, both(), "slo?by=redirect"),
        (Binding::Post, both(), "slo/post"),
        (Binding::Redirect, only_post, "slo/post"),
        (Binding::Post, only_redirect, "slo?by=redirect"),
    ] {
        let method = with_options(wished(binding), provider(PROVIDER).with_logout(services));
        let login = login(&method, Level::One, Some("_s1")).await;
        let (found, _, _) = opened(&farewell(&method, &login).await.unwrap(), Message::Request);
        assert_eq!(found, format!("{PROVIDER}/{destination}"));
    }
}

#[tokio::test]
async fn a_provider_without_a_service_or_that_has_gone_cannot_be_told() {
    let method = with(LogoutServices::default());
    let login = login(&method, Level::One, Some("_s1")).await;
    assert_eq!(farewell(&method, &login).await.unwrap_err().code(), "spid.provider.no-address");
    let gone = asking(options(), vec![]);
    assert_eq!(farewell(&gone, &login).await.unwrap_err().code(), "login.provider.unknown");
    let unreadable = ProviderLogin { memo: "{}".to_owned(), ..login };
    assert_eq!(farewell(&method, &unreadable).await.unwrap_err().code(), "spid.gateway.memo");
}

#[tokio::test]
async fn the_european_network_has_no_logout() {
    let node = provider(PROVIDER).with_logout(both());
    let method = Spid::new(options()).unwrap().european_method(Arc::new(Providers::new([node]))).unwrap();
    let login = login(&with(both()), Level::One, Some("_s1")).await;
    assert_eq!(method.farewell(&login, id(), now()).await, Ok(None));
    let refusal = method.hear(LogoutNotice::Query("SAMLRequest=x"), now()).await.unwrap_err();
    assert_eq!(refusal.code(), "logout.method.not-offered");
}

/// What the method makes of a request of the provider.
async fn heard(method: &SamlMethod, relay_state: Option<&str>) -> LogoutRequest {
    let request = Request {
        id: "_theirs",
        issued_at: now(),
        destination: DESTINATION,
        issuer: PROVIDER,
        name_id: NameId { name: "_n1", qualifier: PROVIDER },
        session_index: Some("_s1"),
    };
    let query = signed_query(Message::Request, &request.element().to_xml(), relay_state, &signing_key()).unwrap();
    match method.hear(LogoutNotice::Query(&query), now()).await.unwrap() {
        LogoutMessage::Request(request) => request,
        LogoutMessage::Response(response) => panic!("{response:?}"),
    }
}

#[tokio::test]
async fn the_body_that_the_login_was_for_answers() {
    let method = with(both());
    let login = login(&method, Level::One, Some("_s1")).await;
    let request = heard(&method, Some("their state")).await;
    assert_eq!((request.name.as_str(), &request.indexes[..]), ("_n1", &["_s1".to_owned()][..]));
    assert!(login.is_meant_by(&request));
    for (known, issuer) in [(Some(&login), ENTITY_ID), (None, OTHER_BODY)] {
        for reach in [Reach::Everywhere, Reach::Partial] {
            let departure = method.answer(&request, known, reach, now()).await.unwrap();
            let (destination, xml, relay_state) = opened(&departure, Message::Response);
            assert_eq!(destination, "https://idp.example/answers", "where it takes answers");
            assert_eq!(relay_state.as_deref(), Some("their state"));
            let expected = Response {
                id: "_abababababababababababababababab",
                issued_at: now(),
                destination: "https://idp.example/answers",
                issuer,
                in_response_to: "_theirs",
                reach,
            };
            assert_eq!(xml, expected.element().to_xml());
        }
    }
}

#[tokio::test]
async fn an_answer_goes_back_as_the_request_came_if_it_can() {
    let method = with(LogoutServices { redirect: None, ..both() });
    let request = heard(&method, None).await;
    let departure = method.answer(&request, None, Reach::Everywhere, now()).await.unwrap();
    let (destination, _, relay_state) = opened(&departure, Message::Response);
    assert_eq!((destination.as_str(), relay_state), ("https://idp.example/slo/post", None));
    let silent = with(LogoutServices::default());
    let refusal = silent.answer(&request, None, Reach::Everywhere, now()).await.unwrap_err();
    assert_eq!(refusal.code(), "spid.provider.no-address");
}

#[tokio::test]
async fn an_answer_of_the_provider_names_the_request_that_it_answers() {
    let method = with(both());
    for (in_response_to, expected) in [
        ("_cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", Ok(id())),
        ("_CDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCD", Err("logout.response.unknown")),
        ("cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", Err("logout.response.unknown")),
        ("_cd", Err("logout.response.unknown")),
        ("", Err("logout.response.unknown")),
    ] {
        let response = Response {
            id: "_theirs",
            issued_at: now(),
            destination: DESTINATION,
            issuer: PROVIDER,
            in_response_to,
            reach: Reach::Partial,
        };
        let query = signed_query(Message::Response, &response.element().to_xml(), None, &signing_key()).unwrap();
        let heard = method.hear(LogoutNotice::Query(&query), now()).await.map_err(|refusal| refusal.code());
        let provider = ProviderId::parse(PROVIDER).unwrap();
        let expected =
            expected.map(|to| LogoutMessage::Response(LogoutResponse { provider, to, reach: Reach::Partial }));
        assert_eq!(heard, expected, "{in_response_to}");
    }
}
