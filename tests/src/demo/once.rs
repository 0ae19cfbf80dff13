//! `cargo demo --once`: a citizen goes everywhere by the command line, and each step is checked.

use anyhow::{Context, Result, ensure};

use super::cards;
use super::providers::{PROVIDERS, Provider};
use super::{Demo, say};
use varco_core::level::Level;

use crate::harness::{Citizen, Page};
use crate::identity_provider::{PEOPLE, Person};
use crate::service::Caller;

/// Somebody who can log in at every level.
const CITIZEN: &Person = &PEOPLE[0];

/// Logs a citizen in through every method that the demo has.
pub(super) async fn walk(demo: &Demo) -> Result<()> {
    for provider in &PROVIDERS {
        by(provider, demo).await?;
    }
    by_card(demo).await?;
    say("Every service saw the right person.");
    Ok(())
}

async fn by(provider: &Provider, demo: &Demo) -> Result<()> {
    let method = provider.method;
    let port = demo.catalogue.access().port().unwrap_or(443);
    let name = CITIZEN.full_name();
    let mut citizen =
        Citizen::new(CITIZEN, &demo.keys.authority, demo.catalogue.access().to_string(), port)?.by(method);
    let mut subjects = Vec::new();
    for (number, service) in demo.catalogue.services().enumerate() {
        let id = service.id.as_str();
        let page = if number == 0 { citizen.log_in(id, "/").await? } else { citizen.open(id, "/").await? };
        let caller = seen_by(&mut citizen, id, &page).await?;
        ensure!(!subjects.contains(&caller.sub), "{id} sees the same subject as another body's service");
        let level = caller.level();
        ensure!(Level::from_context_class(&caller.acr) >= Some(service.level), "{id} was reached at level {level}");
        let how = if number == 0 { "logs in" } else { "needs no other login" };
        say(&format!("ok  {method}: {name} {how}: {id} sees {} at level {level}", caller.full_name()));
        subjects.push(caller.sub);
    }
    refuse_a_cancelled_login(provider, demo, port).await?;
    log_out(method, &mut citizen, demo).await
}

/// A valid card logs in; the others end on a page with their reason.
async fn by_card(demo: &Demo) -> Result<()> {
    let service = demo.catalogue.services().next().context("the demo has no service")?.id.as_str();
    let (access, port) = (demo.catalogue.access().to_string(), demo.catalogue.access().port().unwrap_or(443));
    for (name, card) in demo.cards.named() {
        let mut citizen = Citizen::new(cards::HOLDER, &demo.keys.authority, access.clone(), port)?.by("health-card");
        citizen.insert(card)?;
        let page = citizen.log_in(service, "/").await?;
        if name == "valid" {
            let caller = seen_by(&mut citizen, service, &page).await?;
            ensure!(caller.level() == "3", "a card reaches level {}", caller.level());
            say(&format!(
                "ok  health-card: {} logs in: {service} sees {} at level 3",
                cards::HOLDER.full_name(),
                caller.full_name()
            ));
        } else {
            let code = page.code().unwrap_or_default();
            let expected = format!("health-card.{name}");
            ensure!(page.status == 403 && code == expected, "a card that is {name} ends with {} {code}", page.status);
            say(&format!("ok  health-card: a card that is {name} ends on a page with its reason ({code})"));
        }
    }
    Ok(())
}

/// Who a service says is there, on its page and in what it was told.
async fn seen_by(citizen: &mut Citizen, service: &str, page: &Page) -> Result<Caller> {
    ensure!(page.status == 200, "{service} answers {}: {}", page.status, page.text());
    let name = citizen.person().full_name();
    let shown = page.element("who").with_context(|| format!("{service} knows nobody: {}", page.text()))?;
    ensure!(shown == name, "{service} sees {shown}, not {name}");
    let caller: Caller = citizen.open(service, "/whoami").await?.json()?;
    ensure!(caller.aud == service, "{service} got a statement for {}", caller.aud);
    let number = caller.attribute("https://attributes.eid.gov.it/fiscal_number");
    ensure!(number == citizen.person().fiscal_number, "{service} sees another fiscal number");
    Ok(caller)
}

async fn refuse_a_cancelled_login(provider: &Provider, demo: &Demo, port: u16) -> Result<()> {
    let method = provider.method;
    let service = demo.catalogue.services().next().context("the demo has no service")?;
    let access = demo.catalogue.access().to_string();
    let mut other = Citizen::new(CITIZEN, &demo.keys.authority, access, port)?.by(method);
    let page = other.cancel(service.id.as_str(), "/").await?;
    let code = page.code().unwrap_or_default();
    ensure!(page.status == 403 && code == provider.cancelled, "a cancelled login ends with {} {code}", page.status);
    say(&format!("ok  {method}: a login that is cancelled ends on a page with its reason ({code})"));
    Ok(())
}

async fn log_out(method: &str, citizen: &mut Citizen, demo: &Demo) -> Result<()> {
    let first = demo.catalogue.services().next().context("the demo has no service")?;
    citizen.open(first.id.as_str(), "/.varco/logout").await?;
    for service in demo.catalogue.services() {
        let page = citizen.open(service.id.as_str(), "/").await?;
        ensure!(page.address.path() == "/login", "{} is still open after the logout", service.id);
    }
    say(&format!("ok  {method}: {} logs out, and is logged out everywhere", CITIZEN.full_name()));
    Ok(())
}
