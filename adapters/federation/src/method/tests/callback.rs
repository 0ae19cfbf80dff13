//! What the browser brings back.

use super::scene::*;
use crate::profile::SPID;
use crate::providers::OpenIdProvider;

/// RFC 9207: an attacker's provider answers a request that was made to another one, so that the code of the honest
/// one would be brought to it.
#[tokio::test]
async fn a_mix_up_between_two_providers_is_refused_and_nobody_is_asked() {
    for scene in [Scene::cie(), Scene::of(&SPID, false)] {
        let code = scene.refuses(|words| drop(words.callback.insert("iss".to_owned(), ATTACKER.to_owned()))).await;
        assert!(code.ends_with(".callback.issuer"), "{code}");
        assert!(scene.network.calls().is_empty());
        assert!(scene.evidence.records.lock().unwrap().is_empty(), "no code was redeemed");
    }
}

#[tokio::test]
async fn a_code_goes_to_the_provider_that_was_asked_and_nowhere_else() {
    let scene = Scene::cie();
    scene.told(|_| {}).await.unwrap();
    assert_eq!(scene.network.asked(), ["https://op.example/token", "https://op.example/userinfo"]);
}

#[tokio::test]
async fn the_issuer_of_the_callback_is_exact() {
    for other in ["https://op.example/", "https://OP.example", "http://op.example", ""] {
        let scene = Scene::cie();
        let code = scene.refuses(|words| drop(words.callback.insert("iss".to_owned(), other.to_owned()))).await;
        assert_eq!(code, "cie.callback.issuer", "{other}");
        assert!(scene.network.calls().is_empty());
    }
}

#[tokio::test]
async fn the_issuer_may_be_missing_where_neither_federation_nor_provider_promise_it() {
    let without = |words: &mut Words| drop(words.callback.remove("iss"));
    assert_eq!(Scene::cie().refuses(without).await, "cie.callback.issuer");
    let scene = Scene::of(&SPID, false);
    scene.told(without).await.unwrap();
    let mut promises: OpenIdProvider = (*provider(PROVIDER, &keys().provider)).clone();
    promises.metadata.issuer_in_callback = true;
    scene.directory.replace([std::sync::Arc::new(promises)]);
    assert_eq!(scene.refuses(without).await, "spid.callback.issuer");
}

#[tokio::test]
async fn exactly_one_code_that_could_be_one_is_accepted() {
    let long = "x".repeat(2049);
    for code in [None, Some(""), Some("new\nline"), Some("accénted"), Some(long.as_str())] {
        let scene = Scene::cie();
        let refused = scene
            .refuses(|words| {
                words.callback.remove("code");
                words.callback.extend(code.map(|code| ("code".to_owned(), code.to_owned())));
            })
            .await;
        assert_eq!(refused, "cie.callback.malformed", "{code:?}");
        assert!(scene.network.calls().is_empty());
    }
    let scene = Scene::cie();
    let both = scene.refuses(|words| drop(words.callback.insert("error".to_owned(), "access_denied".to_owned()))).await;
    assert_eq!(both, "cie.callback.malformed", "a code and an error");
    assert!(scene.network.calls().is_empty());
}

#[tokio::test]
async fn each_error_has_its_code() {
    for (error, code) in [
        ("access_denied", "cie.callback.denied"),
        ("login_required", "cie.callback.login-required"),
        ("consent_required", "cie.callback.consent-required"),
        ("temporarily_unavailable", "cie.callback.provider-busy"),
        ("server_error", "cie.callback.provider-error"),
        ("invalid_request", "cie.callback.our-request"),
        ("invalid_client", "cie.callback.our-request"),
        ("unauthorized_client", "cie.callback.our-request"),
        ("invalid_request_object", "cie.callback.our-request"),
        ("unsupported_response_type", "cie.callback.our-request"),
        ("invalid_scope", "cie.callback.our-request"),
        ("<script>", "cie.callback.other-error"),
        ("", "cie.callback.other-error"),
    ] {
        let scene = Scene::cie();
        let refusal = scene.told(|words| {
            words.callback.remove("code");
            words.callback.insert("error".to_owned(), error.to_owned());
            words.callback.insert("error_description".to_owned(), "<b>for developers</b>".to_owned());
        });
        let refusal = refusal.await.unwrap_err();
        assert_eq!(refusal.code(), code, "{error}");
        assert!(!refusal.to_string().contains('<'), "what anybody may write is not in the log");
        assert!(scene.network.calls().is_empty());
    }
}

/// The guidelines promise the issuer beside a code only.
#[tokio::test]
async fn an_error_without_its_issuer_is_told_all_the_same() {
    let scene = Scene::cie();
    let refused = scene.refuses(|words| {
        words.callback = [("error".to_owned(), "access_denied".to_owned())].into();
    });
    let refused = refused.await;
    assert_eq!(refused, "cie.callback.denied");
    assert!(scene.network.calls().is_empty());
}

#[tokio::test]
async fn an_error_of_another_provider_does_not_count() {
    let refused = Scene::cie()
        .refuses(|words| {
            words.callback.remove("code");
            words.callback.insert("error".to_owned(), "access_denied".to_owned());
            words.callback.insert("iss".to_owned(), ATTACKER.to_owned());
        })
        .await;
    assert_eq!(refused, "cie.callback.issuer");
}

#[tokio::test]
async fn a_chain_that_ended_meanwhile_lets_nobody_in() {
    let scene = Scene::cie();
    let away = scene.away().await;
    let later = now() + jiff::SignedDuration::from_hours(24);
    assert_eq!(scene.back(&away, Words::about(&away), later).await.unwrap_err().code(), "login.provider.unknown");
    assert!(scene.network.calls().is_empty());
}
