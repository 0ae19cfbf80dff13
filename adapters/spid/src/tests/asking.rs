use varco_core::method::{Departure, LoginMethod as _};
use varco_core::name::{BodyId, ProviderId};
use varco_core::refusal::Refusal;
use varco_saml::provider::IdentityProvider;
use varco_saml::redirect::{Message, open_query};
use varco_saml::request::{Binding, Comparison};
use varco_xmldsig::TrustedKey;

use super::fixture::{OTHER_PROVIDER, PROVIDER, asking, opening, options, pem, provider, providers, service, spid};
use crate::SpidOptions;

async fn code_of(providers: Vec<IdentityProvider>, service_id: &str, provider: Option<&str>) -> &'static str {
    let provider = provider.map(|id| ProviderId::parse(id).unwrap());
    let service = service(service_id);
    let refusal: Refusal = asking(options(), providers).begin(opening(&service, provider.as_ref())).await.unwrap_err();
    refusal.code()
}

async fn departure(options: SpidOptions) -> Departure {
    let chosen = ProviderId::parse(PROVIDER).unwrap();
    spid(options).begin(opening(&service("tributi"), Some(&chosen))).await.unwrap().departure
}

/// The request as the provider reads it.
fn request_of(departure: Departure) -> String {
    let Departure::Redirect(address) = departure else { panic!("{departure:?}") };
    let query = address.strip_prefix("https://idp.example/sso/redirect?").unwrap();
    let message = open_query(query, Message::Request, &[TrustedKey::from_certificate_pem(&pem().1).unwrap()]).unwrap();
    assert_eq!(message.relay_state.as_deref(), Some("BwcHBwcHBwcHBwcHBwcHBw"), "the attempt, and nothing else");
    message.xml
}

#[tokio::test]
async fn the_request_is_the_bodys_for_the_attribute_set_of_the_service() {
    insta::assert_snapshot!(request_of(departure(options()).await).replace("><", ">\n<"));
}

#[tokio::test]
async fn the_comparison_is_the_configured_one() {
    for (comparison, word) in [(Comparison::Exact, "exact"), (Comparison::Better, "better")] {
        let xml = request_of(departure(SpidOptions { comparison, ..options() }).await);
        assert!(xml.contains(&format!("Comparison=\"{word}\"")), "{xml}");
    }
}

#[tokio::test]
async fn a_form_goes_to_the_address_for_forms() {
    let Departure::PostForm { action, .. } = departure(SpidOptions { binding: Binding::Post, ..options() }).await
    else {
        panic!("not a form");
    };
    assert_eq!(action, "https://idp.example/sso/post");
}

#[tokio::test]
async fn a_provider_without_the_binding_is_asked_by_the_other_one() {
    let mut only_forms = provider(PROVIDER);
    only_forms.sso_redirect = None;
    let method = asking(options(), vec![only_forms]);
    let sending = method.begin(opening(&service("tributi"), None)).await.unwrap();
    assert!(matches!(sending.departure, Departure::PostForm { .. }));
}

#[tokio::test]
async fn only_a_known_provider_is_asked() {
    assert_eq!(code_of(providers(), "tributi", Some("https://nessuno.example")).await, "login.provider.unknown");
    assert_eq!(code_of(providers(), "tributi", None).await, "login.provider.unknown", "there are two to choose from");
    assert_eq!(
        code_of(vec![], "tributi", None).await,
        "login.provider.unknown",
        "metadata is published before there are any"
    );
}

#[test]
fn it_is_open_as_soon_as_there_is_a_provider() {
    assert!(!asking(options(), vec![]).is_open());
    assert!(asking(options(), vec![provider(PROVIDER)]).is_open());
}

#[tokio::test]
async fn where_there_is_one_provider_nobody_need_choose() {
    let method = asking(options(), vec![provider(OTHER_PROVIDER)]);
    let sending = method.begin(opening(&service("tributi"), None)).await.unwrap();
    assert_eq!(sending.provider, Some(ProviderId::parse(OTHER_PROVIDER).unwrap()));
}

#[tokio::test]
async fn nobody_is_asked_on_behalf_of_a_service_that_the_metadata_does_not_know() {
    assert_eq!(code_of(providers(), "ignoto", Some(PROVIDER)).await, "spid.service.not-served");
    let mut of_another_body = service("tributi");
    of_another_body.body = BodyId::parse("c_altro").unwrap();
    let chosen = ProviderId::parse(PROVIDER).unwrap();
    let refusal = spid(options()).begin(opening(&of_another_body, Some(&chosen))).await.unwrap_err();
    assert_eq!(refusal.code(), "spid.service.not-served");
}

#[test]
fn the_providers_are_offered_by_their_names() {
    let offered = spid(options()).providers();
    let names: Vec<_> = offered.iter().map(|provider| provider.name.as_str()).collect();
    assert_eq!(names, ["Fornitore https://idp.example", "Fornitore https://altro.example"]);
}
