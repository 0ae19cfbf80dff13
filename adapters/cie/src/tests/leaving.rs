//! CIE manual, protocols, logout: an address that is opened, and answers nothing.

use std::sync::Arc;

use varco_core::level::Level;
use varco_core::logout::{Farewell, LogoutId, LogoutNotice};
use varco_core::method::LoginMethod as _;
use varco_core::secret::Secret;
use varco_saml::method::SamlMethod;
use varco_saml::provider::LogoutServices;
use varco_saml::providers::Providers;

use super::fixture::{Answer, PROVIDER, now, options, provider, sent};
use crate::Cie;

const ID: LogoutId = LogoutId(Secret::from_bytes([1; 16]));

fn with(address: Option<String>) -> SamlMethod {
    let provider = provider().with_logout(LogoutServices { address, ..LogoutServices::default() });
    Cie::new(options()).unwrap().method(Arc::new(Providers::new([provider]))).unwrap()
}

#[tokio::test]
async fn whoever_logs_out_may_end_the_session_of_the_ministry_too_at_any_level() {
    let address = format!("{PROVIDER}/idp/logout");
    let method = with(Some(address.clone()));
    let sent = sent(&method, Level::Two).await;
    let verified = method.complete(&sent, &Answer::default().signed(), now()).await.unwrap();
    let login = verified.identity.provider_login.unwrap();
    assert!(login.keeps_session);
    assert_eq!(method.farewell(&login, ID, now()).await, Ok(Some(Farewell::Page(address))));
    assert_eq!(with(None).farewell(&login, ID, now()).await, Ok(None), "where its metadata names none");
}

#[tokio::test]
async fn there_are_no_messages_for_it() {
    let refusal = with(None).hear(LogoutNotice::Query("SAMLRequest=x"), now()).await.unwrap_err();
    assert_eq!((refusal.code(), refusal.status().number()), ("logout.method.not-offered", 404));
}
