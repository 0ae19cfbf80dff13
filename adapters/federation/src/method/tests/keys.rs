//! Keys of the provider that are not known yet.

use std::sync::atomic::Ordering;

use jiff::SignedDuration;

use super::scene::*;

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_a_minute_whatever_comes() {
    let scene = Scene::cie();
    for (seconds, times) in [(0, 1), (1, 1), (59, 1), (60, 2), (61, 2), (120, 3), (-600, 4), (-599, 4)] {
        let away = scene.away().await;
        let mut words = Words::about(&away);
        words.signs = &keys().attacker;
        let at = now() + SignedDuration::from_secs(seconds);
        assert_eq!(scene.back(&away, words, at).await.unwrap_err().code(), "cie.id-token.key");
        assert_eq!(scene.renewing.times.load(Ordering::Relaxed), times, "after {seconds} seconds");
    }
    assert!(scene.network.asked().iter().all(|address| address == "https://op.example/token"));
}

#[tokio::test]
async fn a_provider_that_changed_its_key_is_asked_for_it_and_the_citizen_comes_in() {
    let scene = Scene::cie();
    *scene.renewing.brings.lock().unwrap() = Some(provider(PROVIDER, &keys().next_of_provider));
    let signed_anew = |words: &mut Words| {
        words.signs = &keys().next_of_provider;
        words.signs_userinfo = &keys().next_of_provider;
    };
    scene.told(signed_anew).await.unwrap();
    scene.told(signed_anew).await.unwrap();
    assert_eq!(scene.renewing.times.load(Ordering::Relaxed), 1, "it is known from then on");
}

#[tokio::test]
async fn a_provider_that_lost_its_chain_meanwhile_lets_nobody_in() {
    let scene = Scene::cie();
    *scene.renewing.brings.lock().unwrap() = Some(ended(PROVIDER, &keys().next_of_provider));
    assert_eq!(scene.refuses(|words| words.signs = &keys().next_of_provider).await, "cie.id-token.key");
}

/// A forged token with a known name of a key is no reason to ask.
#[tokio::test]
async fn a_bad_signature_renews_nothing() {
    let scene = Scene::cie();
    let refused = scene
        .refuses(|words| {
            let mut signed = words.signs.sign(None, words.id_token.as_object().unwrap()).unwrap();
            signed.truncate(signed.len() - 4);
            words.id_token_text = Some(signed + "AAAA");
        })
        .await;
    assert_eq!(refused, "cie.id-token.signature");
    assert_eq!(scene.renewing.times.load(Ordering::Relaxed), 0);
}
