//! What a citizen is told when a provider sends them back without an identity, and what is told of it.

use varco_core::event::{Event, Outcome};

use super::world::{ARUBA, HOSTILE, POSTE, World};

const CHOOSER: &str = "/login?service=anagrafe&return_to=/anagrafe/x&level=2";

#[tokio::test]
async fn the_page_names_the_provider_and_leads_back_to_the_choice_for_the_same_errand() {
    let world = World::new();
    for number in ["08", "19", "20", "21", "22", "23", "24", "25", "30"] {
        let page = world.browser().come_back(CHOOSER, POSTE, &format!("error.nr{number}")).await;
        assert_eq!(page.code(), format!("spid.error.nr{number}"));
        assert!(page.body.contains("<dd>SPID</dd>") && page.body.contains("<dd>Poste ID</dd>"), "{}", page.body);
        assert!(page.body.contains("/login?service=anagrafe&#38;return_to=%2Fanagrafe%2Fx&#38;level=2"));
        let link = page.body.contains("https://poste.example/aiuto?a&#38;b");
        assert_eq!(link, ["19", "20", "23"].contains(&number), "{number}: what only the provider can mend");
    }
}

#[tokio::test]
async fn a_fault_of_ours_is_a_page_of_courtesy_with_support_and_both_codes() {
    let world = World::new();
    let mut pages = Vec::new();
    for number in 8..=18 {
        let page = world.browser().come_back(CHOOSER, POSTE, &format!("error.nr{number:02}")).await;
        assert!(page.body.contains("https://regione.example/assistenza"), "{}", page.body);
        assert_eq!(page.body.matches("<dd><code>").count(), 2, "its code, and that of the request: {}", page.body);
        assert_eq!(page.code(), format!("spid.error.nr{number:02}"));
        pages.push(page.body.replace(page.code(), ""));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "citizens need not tell them apart");
}

#[tokio::test]
async fn a_provider_without_a_site_has_no_link_and_a_hostile_name_is_text() {
    let world = World::new();
    let page = world.browser().come_back(CHOOSER, ARUBA, "error.nr23").await;
    assert!(page.body.contains("<dd>Aruba ID</dd>") && !page.body.contains("/aiuto"), "{}", page.body);
    let page = world.browser().come_back(CHOOSER, HOSTILE, "error.nr23").await;
    assert!(!page.body.contains("<script"), "{}", page.body);
    let name = "&#60;script&#62;alert(1)&#60;/script&#62;";
    assert!(page.body.contains(&format!("<dd>{name}</dd>")), "{}", page.body);
    assert!(page.body.contains(&format!("Vai al sito di {name}")), "{}", page.body);
}

#[tokio::test]
async fn a_provider_that_could_not_be_asked_is_named_only_if_there_is_one() {
    let world = World::new();
    let unknown = world.browser().get("/login/spid?service=anagrafe&idp=https://nobody.example").await;
    assert_eq!(unknown.code(), "login.provider.unknown");
    assert!(unknown.body.contains("<dd>SPID</dd>"), "{}", unknown.body);
    assert!(!unknown.body.contains("Gestore di identità</dt>"), "{}", unknown.body);
}

#[tokio::test]
async fn every_refusal_of_a_login_is_told_once_with_its_cause() {
    let world = World::new();
    let mut browser = world.browser();
    let told = || world.events.take_events().iter().map(line).collect::<Vec<_>>();

    browser.come_back(CHOOSER, POSTE, "error.nr25").await;
    assert_eq!(told(), ["spid ended: spid.error.nr25"]);

    browser.post_from("cross-site", "/return/spid", "RelayState=unknown".to_owned()).await;
    assert_eq!(told(), ["spid: login.attempt.unknown: the answer names no attempt"]);
    world.browser().post_from("cross-site", "/return/spid", "RelayState=unknown".to_owned()).await;
    assert_eq!(told(), ["spid: login.attempt.unknown: the browser has no attempt cookie"]);
    browser.post_from("cross-site", "/return/spid", "a=1&a=2".to_owned()).await;
    assert_eq!(told(), ["spid: login.request.malformed: a parameter came twice"]);
    browser.post_from("cross-site", "/return/spid", "a".repeat(600 * 1024)).await;
    assert_eq!(told().len(), 1);
    browser.get("/return/spid?a=1&a=2").await;
    assert_eq!(told(), ["spid: login.request.malformed: a parameter came twice"]);
    browser.get("/return/cie?RelayState=x").await;
    assert_eq!(told(), ["none: login.method.unknown"]);

    browser.get("/login/cie?service=anagrafe").await;
    assert_eq!(told(), ["none: login.method.unknown"]);
    browser.get("/login/spid?service=nessuno").await;
    assert_eq!(told(), ["spid: login.service.unknown"]);
    browser.get("/login/spid?service=anagrafe&idp=https://nobody.example").await;
    assert_eq!(told(), ["spid: login.provider.unknown"]);
    browser.get("/login/spid?service=anagrafe&idp=%20").await;
    assert_eq!(told(), ["spid: login.provider.unknown"]);
    browser.get(&format!("/login/spid?service=tributi&idp={POSTE}")).await;
    assert_eq!(told(), ["spid: login.method.too-weak"]);
}

fn line(event: &Event) -> String {
    match event {
        Event::Refusal { method, refusal, .. } => {
            format!("{}: {refusal}", method.as_ref().map_or("none", |method| method.as_str()))
        }
        Event::Login(login) => match &login.outcome {
            Outcome::Refused(refusal) => format!("{} ended: {refusal}", login.method),
            Outcome::Success => "success".to_owned(),
        },
        Event::Logout { .. } => "logout".to_owned(),
        Event::Metadata(_) | Event::Expiry(_) => "metadata".to_owned(),
        Event::CardCheck(_) | Event::RevocationList(_) => "card".to_owned(),
    }
}
