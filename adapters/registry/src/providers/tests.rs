//! The life of sources: real files, a real web server, a clock in the test's hand.

mod scene;

use std::fs;
use std::time::Duration;

use jiff::SignedDuration;
use varco_core::event::Expiring;
use varco_core::name::ProviderId;

use self::scene::{
    NOON, Scene, Web, certificate, key, keys, list, list_of, names, ok, ok_with, provider, signed, signer, status,
};
use super::*;

const ONE: [&str; 1] = ["https://one.example"];
const FOUR: [&str; 4] = ["one", "two", "three", "four"];

#[tokio::test]
async fn a_provider_that_changes_its_key_is_followed_and_both_count_meanwhile() {
    let scene = Scene::new();
    scene.write("idp.xml", &provider("one", &[certificate(0)]));
    let mut providers = scene.running("\"idp.xml\"").await;
    assert_eq!(keys(&providers, "one"), [key(0)]);
    scene.write("idp.xml", &provider("one", &[certificate(0), certificate(1)]));
    providers.refresh(|_, _| true).await;
    assert_eq!(keys(&providers, "one"), [key(0), key(1)]);
    scene.write("idp.xml", &provider("one", &[certificate(1)]));
    providers.refresh(|_, _| true).await;
    assert_eq!(keys(&providers, "one"), [key(1)], "a key that was withdrawn counts no more");
    providers.refresh(|_, _| true).await;
    let told = ["refreshed", "unchanged", "refreshed", "refreshed", "unchanged"].map(|outcome| (outcome, 1, 0));
    assert_eq!(scene.told(), told);
}

#[tokio::test]
async fn a_reading_that_fails_leaves_the_last_good_in_use() {
    let scene = Scene::new();
    let web = Web::answering(ok(&list(&["one"]))).await;
    let mut providers = scene.running(&web.setting()).await;
    assert_eq!(scene.told(), [("refreshed", 1, 0)]);
    for (answer, why) in [
        (status("503 Service Unavailable"), "the answer is 503 Service Unavailable"),
        (ok("<html>"), "not well-formed"),
        (ok(&list_of("")), "there is no identity provider in it"),
        (ok(&provider("one", &[])), "the identity provider has no signing key"),
        (ok(&list(&["one"]).replacen('>', " validUntil='2026-11-22T12:00:00Z'>", 1)), "it has expired"),
        (b"nonsense".to_vec(), "invalid HTTP"),
    ] {
        web.answer(answer);
        providers.refresh(|_, _| true).await;
        assert!(scene.cause().contains(why), "{why}: {}", scene.cause());
        assert_eq!((scene.told(), names(&providers)), (vec![("failed", 1, 0)], ONE.map(str::to_owned).to_vec()));
    }
}

#[tokio::test]
async fn a_restart_without_the_network_uses_the_last_good_copy_and_waits_for_nobody() {
    let scene = Scene::new();
    let web = Web::answering(ok(&list(&["one"]))).await;
    scene.running(&web.setting()).await;
    web.answer(status("503 Service Unavailable"));
    web.requests();
    let mut providers = scene.opened(&web.setting()).await;
    assert_eq!(names(&providers), ONE);
    providers.prepare().await;
    assert_eq!(web.requests().len(), 0, "the start asks nobody");
    providers.refresh(|source, now| source.due <= now).await;
    assert_eq!((web.requests().len(), names(&providers)), (1, ONE.map(str::to_owned).to_vec()), "but then, at once");
}

#[tokio::test]
async fn an_address_that_was_never_read_is_asked_once_before_citizens_come() {
    let scene = Scene::new();
    let web = Web::answering(status("503 Service Unavailable")).await;
    let mut providers = scene.opened(&web.setting()).await;
    assert_eq!(web.requests().len(), 0);
    providers.prepare().await;
    assert_eq!(
        (scene.told(), names(&providers)),
        (vec![("failed", 0, 0)], vec![]),
        "it is open, without anybody to ask"
    );
    web.answer(ok(&list(&["one"])));
    scene.later(SignedDuration::from_secs(29));
    providers.refresh(|source, now| source.due <= now).await;
    assert_eq!(scene.told(), []);
    scene.later(SignedDuration::from_secs(1));
    providers.refresh(|source, now| source.due <= now).await;
    assert_eq!((scene.told(), names(&providers)), (vec![("refreshed", 1, 0)], ONE.map(str::to_owned).to_vec()));
}

#[tokio::test]
async fn a_file_that_became_faulty_does_not_stop_a_restart() {
    let scene = Scene::new();
    scene.write("idp.xml", &provider("one", &[certificate(0)]));
    scene.running("\"idp.xml\"").await;
    scene.write("idp.xml", "<EntityDescriptor");
    scene.told();
    let providers = scene.opened("\"idp.xml\"").await;
    assert_eq!((scene.told(), names(&providers)), (vec![("failed", 1, 0)], ONE.map(str::to_owned).to_vec()));
    fs::remove_file(scene.path("idp.xml")).unwrap();
    assert_eq!(names(&scene.opened("\"idp.xml\"").await), ONE);
    fs::remove_file(scene.copy()).unwrap();
    assert!(scene.open("\"idp.xml\"").await.is_err(), "without a copy it is a mistake in the configuration");
}

#[tokio::test]
async fn a_list_that_lost_most_of_its_providers_waits_for_an_operator() {
    let scene = Scene::new();
    let web = Web::answering(ok(&list(&FOUR))).await;
    let mut providers = scene.running(&web.setting()).await;
    web.answer(ok(&list(&["one"])));
    scene.told();
    providers.refresh(|_, _| true).await;
    let copy = scene.copy().file_name().unwrap().to_str().unwrap().to_owned();
    let why = format!("only 1 of 4 providers are left: to accept that, remove FOLDER/data/metadata/{copy}");
    assert_eq!(scene.cause(), why);
    assert_eq!((scene.told(), names(&providers).len()), (vec![("held", 4, 0)], 4));
    // A restart changes nothing ...
    let mut providers = scene.running(&web.setting()).await;
    assert_eq!((scene.told(), names(&providers).len()), (vec![("held", 4, 0)], 4));
    // ... and an operator can.
    fs::remove_file(scene.copy()).unwrap();
    scene.later(SignedDuration::from_mins(5));
    providers.refresh(|source, now| source.due <= now).await;
    assert_eq!((scene.told(), names(&providers)), (vec![("refreshed", 1, 0)], ONE.map(str::to_owned).to_vec()));
    assert_eq!(names(&scene.opened(&web.setting()).await), ONE, "it is the new copy");
}

#[tokio::test]
async fn a_list_may_lose_half_of_its_providers_and_a_file_as_many_as_a_restart_finds() {
    let scene = Scene::new();
    scene.write("idp.xml", &list(&FOUR));
    let mut providers = scene.running("\"idp.xml\"").await;
    scene.write("idp.xml", &list(&["one", "two"]));
    providers.refresh(|_, _| true).await;
    assert_eq!(names(&providers).len(), 2);
    scene.write("idp.xml", &list(&FOUR));
    providers.refresh(|_, _| true).await;
    scene.write("idp.xml", &list(&["one"]));
    providers.refresh(|_, _| true).await;
    assert_eq!(names(&providers).len(), 4, "held");
    assert_eq!(names(&scene.opened("\"idp.xml\"").await), ONE, "whoever restarts wants what is in the file");
}

#[tokio::test]
async fn a_provider_whose_entry_becomes_faulty_stays_as_it_was() {
    let scene = Scene::new();
    let web = Web::answering(ok(&list(&["one", "two", "three"]))).await;
    let mut providers = scene.running(&web.setting()).await;
    let faulty = list_of(&[provider("one", &[certificate(1)]), provider("two", &[])].concat());
    web.answer(ok(&faulty.replace("</Entities", &format!("{}</Entities", provider("four", &[certificate(2)])))));
    scene.told();
    providers.refresh(|_, _| true).await;
    assert_eq!(scene.told(), [("refreshed", 3, 1)]);
    assert_eq!(keys(&providers, "one"), [key(1)], "what is good is followed");
    assert_eq!(keys(&providers, "two"), [key(0)]);
    assert_eq!(keys(&providers, "three"), [], "who is not there any more has gone");
    // So it is after a restart.
    let providers = scene.running(&web.setting()).await;
    assert_eq!((keys(&providers, "one"), keys(&providers, "two")), (vec![key(1)], vec![key(0)]));
    // Not for somebody who never was good.
    fs::remove_file(scene.copy()).unwrap();
    let providers = scene.running(&web.setting()).await;
    assert_eq!(names(&providers), ["https://one.example", "https://four.example"]);
}

#[tokio::test]
async fn a_key_that_was_withdrawn_while_the_gateway_was_closed_does_not_come_back_out_of_the_copy() {
    let scene = Scene::new();
    scene.write("idp.xml", &provider("one", &[certificate(0)]));
    scene.running("\"idp.xml\"").await;
    scene.write("idp.xml", &provider("one", &[certificate(1)]));
    scene.running("\"idp.xml\"").await;
    scene.write("idp.xml", "<EntityDescriptor");
    assert_eq!(keys(&scene.opened("\"idp.xml\"").await, "one"), [key(1)]);
}

#[tokio::test]
async fn a_restart_keeps_a_provider_whose_entry_in_a_file_became_faulty() {
    let scene = Scene::new();
    scene.write("idp.xml", &list(&["one", "two"]));
    scene.running("\"idp.xml\"").await;
    scene.write("idp.xml", &list_of(&[provider("one", &[certificate(1)]), provider("two", &[])].concat()));
    for _ in 0..2 {
        let providers = scene.running("\"idp.xml\"").await;
        assert_eq!((keys(&providers, "one"), keys(&providers, "two")), (vec![key(1)], vec![key(0)]));
    }
}

#[tokio::test]
async fn addresses_that_differ_in_their_query_have_a_copy_each() {
    let scene = Scene::new();
    let web = Web::answering(status("503 Service Unavailable")).await;
    let setting = format!("[\"{0}?of=one\", \"{0}?of=two\"]", web.address);
    let mut providers = scene.opened(&setting).await;
    for (number, name) in ["one", "two"].into_iter().enumerate() {
        let label = providers.sources[number].label.clone();
        web.answer(ok(&list(&[name])));
        providers.refresh(|source, _| source.label == label).await;
    }
    assert_eq!(names(&scene.opened(&setting).await), ["https://one.example", "https://two.example"]);
}

#[tokio::test]
async fn where_a_signer_is_pinned_nothing_else_is_used_not_even_a_copy() {
    let scene = Scene::new();
    let ((registry, certificate), (stranger, _)) = (signer(), signer());
    scene.write("agid.pem", &certificate);
    let unsigned = list(&["one"]);
    let web = Web::answering(ok(&unsigned)).await;
    assert_eq!(names(&scene.running(&web.setting()).await), ONE);
    let pinned = format!("{{ location = {}, signer_file = \"agid.pem\" }}", web.setting());
    let mut providers = scene.running(&pinned).await;
    assert_eq!(names(&providers), [""; 0], "a copy from before it was pinned");
    for (document, outcome) in [
        (unsigned, "there is no signature"),
        (signed(&stranger, &list(&["one"])), "no trusted key made this signature"),
        (signed(&registry, &list(&["one"])).replace("/sso", "/evil"), "the digest differs"),
        (list_of(&signed(&registry, &list(&["one"]))).replace("_list'><Ent", "_outer'><Ent"), "there is no signature"),
    ] {
        web.answer(ok(&document));
        providers.refresh(|_, _| true).await;
        assert!(scene.cause().contains(outcome), "{outcome}: {}", scene.cause());
        assert_eq!(names(&providers), [""; 0]);
    }
    web.answer(ok(&signed(&registry, &list(&["one"]))));
    providers.refresh(|_, _| true).await;
    assert_eq!(names(&providers), ONE);
    web.answer(status("503 Service Unavailable"));
    assert_eq!(names(&scene.opened(&pinned).await), ONE, "the copy is signed too");
}

#[tokio::test]
async fn a_signer_that_cannot_be_read_stops_the_start() {
    let scene = Scene::new();
    scene.write("idp.xml", &list(&["one"]));
    let pinned = "{ location = \"idp.xml\", signer_file = \"agid.pem\" }";
    let refusal = async || scene.open(pinned).await.err().unwrap().to_string();
    assert!(refusal().await.starts_with("cannot read the signer "));
    scene.write("agid.pem", "nothing in it");
    assert!(refusal().await.ends_with("agid.pem: not a certificate"));
}

#[tokio::test]
async fn metadata_is_not_used_after_its_end_even_if_there_is_nothing_newer() {
    let scene = Scene::new();
    let ending = |name, day| {
        let provider = provider(name, &[certificate(0)]);
        provider.replacen("entityID", &format!("validUntil='2026-11-{day}T12:00:00Z' entityID"), 1)
    };
    let web = Web::answering(ok(&list_of(&[ending("one", 24), ending("two", 23)].concat()))).await;
    let mut providers = scene.running(&web.setting()).await;
    assert_eq!(names(&providers).len(), 2);
    scene.told();
    web.answer(status("503 Service Unavailable"));
    scene.later(SignedDuration::from_hours(24));
    providers.refresh(|_, _| true).await;
    assert_eq!((scene.told(), names(&providers)), (vec![("failed", 1, 0)], ONE.map(str::to_owned).to_vec()));
    assert_eq!(names(&scene.opened(&web.setting()).await), ONE, "nor out of the copy");
    scene.later(SignedDuration::from_hours(24));
    providers.refresh(|_, _| false).await;
    assert_eq!(names(&providers), [""; 0], "whether it was read or not");
    assert_eq!(names(&scene.opened(&web.setting()).await), [""; 0]);
}

#[tokio::test]
async fn an_entry_that_has_ended_does_not_stay_as_it_was() {
    let scene = Scene::new();
    let web = Web::answering(ok(&list(&["one", "two"]))).await;
    let mut providers = scene.running(&web.setting()).await;
    let ended = provider("two", &[certificate(0)]).replacen("entityID", &format!("validUntil='{NOON}' entityID"), 1);
    web.answer(ok(&list_of(&[provider("one", &[certificate(0)]), ended].concat())));
    scene.told();
    providers.refresh(|_, _| true).await;
    assert_eq!((scene.told(), names(&providers)), (vec![("refreshed", 1, 1)], ONE.map(str::to_owned).to_vec()));
}

#[tokio::test]
async fn an_address_need_not_send_what_it_sent_before() {
    let scene = Scene::new();
    let tag = "etag: \"a1\"\r\nlast-modified: Sun, 22 Nov 2026 10:00:00 GMT\r\ncache-control: public, max-age=1800\r\n";
    let web = Web::answering(ok_with(tag, &list(&["one"]))).await;
    let mut providers = scene.running(&web.setting()).await;
    let first = web.requests().concat().to_ascii_lowercase();
    assert!(!first.contains("if-none-match") && !first.contains("accept-encoding"), "{first}");
    assert_eq!(providers.sources[0].due, "2026-11-22T12:30:00Z".parse().unwrap(), "as the answer asks");
    web.answer(status("304 Not Modified"));
    providers.refresh(|_, _| true).await;
    let second = web.requests().concat().to_ascii_lowercase();
    for header in ["if-none-match: \"a1\"", "if-modified-since: sun, 22 nov 2026 10:00:00 gmt"] {
        assert!(second.contains(header), "{second}");
    }
    assert_eq!(scene.told(), [("refreshed", 1, 0), ("unchanged", 1, 0)]);
    // Where the copy has gone, the whole is needed again.
    fs::remove_file(scene.copy()).unwrap();
    web.answer(ok_with(tag, &list(&["one"])));
    providers.refresh(|_, _| true).await;
    assert!(!web.requests().concat().to_ascii_lowercase().contains("if-none-match"));
    assert!(scene.copy().exists());
}

#[tokio::test]
async fn the_metadata_says_how_often_it_is_read_unless_the_settings_do() {
    let scene = Scene::new();
    let web = Web::answering(ok(&list(&["one"]).replacen('>', " cacheDuration='PT2H'>", 1))).await;
    let due = |providers: &ProviderSources| providers.sources[0].due.to_string();
    assert_eq!(due(&scene.running(&web.setting()).await), "2026-11-22T14:00:00Z");
    let set = format!("{{ location = {}, refresh_seconds = 120 }}", web.setting());
    assert_eq!(due(&scene.running(&set).await), "2026-11-22T12:02:00Z");
}

#[tokio::test]
async fn an_operator_is_told_of_ends() {
    let scene = Scene::new();
    let until = "validUntil='2026-12-02T12:00:00Z'";
    scene.write("idp.xml", &list(&["one"]).replacen('>', &format!(" {until}>"), 1));
    let expires = |day: &str| Some(format!("{day}T00:00:00Z").parse().unwrap());
    let own = vec![(None, expires("2026-11-28").unwrap())];
    let mut providers = scene.opened("[\"idp.xml\", \"idp.xml\"]").await.watching(own);
    scene.told();
    providers.look_at_ends();
    let one = Expiring::Provider(ProviderId::parse("https://one.example").unwrap());
    let metadata = |label: &str| Expiring::Metadata(label.to_owned());
    let expected = [
        (one.clone(), true, None),
        (metadata("idp.xml"), true, Some(15)),
        (metadata("idp.xml (2)"), true, Some(15)),
        (Expiring::Own(None), true, Some(7)),
    ];
    assert_eq!(scene.ends(), expected);
    providers.look_at_ends();
    assert_eq!(scene.ends(), []);
    scene.write("idp.xml", &list(&["two"]));
    providers.refresh(|_, _| true).await;
    scene.told();
    providers.look_at_ends();
    let two = Expiring::Provider(ProviderId::parse("https://two.example").unwrap());
    let mut ends = scene.ends();
    ends.sort();
    assert_eq!(
        ends,
        [
            (one, false, None),
            (two, true, None),
            (metadata("idp.xml"), false, None),
            (metadata("idp.xml (2)"), false, None)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn while_the_gateway_is_open_sources_are_read_when_they_are_due() {
    let scene = Scene::new();
    scene.write("idp.xml", &list(&["one"]));
    let providers = scene.opened("\"idp.xml\"").await;
    let in_use = providers.in_use();
    let running = tokio::spawn(providers.run());
    let names = || in_use.list().iter().map(|one| one.entity_id.to_string()).collect::<Vec<_>>();
    let pass = async |seconds: u64| {
        scene.later(SignedDuration::from_secs(seconds.try_into().unwrap()));
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    };
    pass(1).await;
    scene.write("idp.xml", &list(&["two"]));
    pass(30).await;
    assert_eq!(names(), ONE, "not yet");
    pass(40).await;
    assert_eq!(names(), ["https://two.example"]);
    running.abort();
}

/// Prints a figure: `cargo test --release -p varco-registry -- --ignored --nocapture two_thousand`.
#[tokio::test]
#[ignore = "a figure, not a promise that every machine keeps"]
async fn two_thousand_providers_load() {
    let scene = Scene::new();
    let (registry, certificate) = signer();
    scene.write("agid.pem", &certificate);
    let filler = "<md:Attribute xmlns:md='urn:x' Name='fiscalNumber' FriendlyName='Codice fiscale'/>".repeat(60);
    let entity = |number: usize| {
        let certificates = [scene::certificate(number % 4), scene::certificate((number + 1) % 4)];
        let one = provider(&format!("idp{number}"), &certificates);
        one.replacen("entityID", &format!("ID='_{number}' entityID"), 1)
            .replace("</IDPSSO", &format!("{filler}</IDPSSO"))
    };
    let document = signed(&registry, &list_of(&(0..2000).map(entity).collect::<String>()));
    scene.write("idp.xml", &document);
    for (what, setting) in
        [("as they are", "\"idp.xml\""), ("signed", "{ location = \"idp.xml\", signer_file = \"agid.pem\" }")]
    {
        let began = tokio::time::Instant::now();
        let providers = scene.opened(setting).await;
        let took = began.elapsed();
        assert_eq!(names(&providers).len(), 2000);
        println!("2000 providers, {} bytes, {what}: {took:?}", document.len());
    }
}
