//! What the demo prints when every door is open.

use std::fmt::Write as _;

use anyhow::Result;
use varco_core::service::{Access, Rule};

use super::cards::{self, PIN};
use super::providers::{ANCHOR, PROVIDERS};
use super::{Demo, authority_file, say};
use crate::identity_provider::PEOPLE;

/// Prints what to open and who can log in.
pub(super) fn print(demo: &Demo) -> Result<()> {
    say(&text(demo)?);
    Ok(())
}

fn text(demo: &Demo) -> Result<String> {
    let mut text = String::from("\nOpen one of these; from each the login leads back to it:\n\n");
    for service in demo.catalogue.services() {
        let address = demo.catalogue.first_page(service);
        writeln!(text, "  {address:<42} {}, from level {}", service.name, service.level)?;
        for Rule { path, access, .. } in &service.rules {
            let address = format!("{}{path}", demo.catalogue.origin(service));
            let asked = match access {
                Access::Public => "open to everybody".to_owned(),
                Access::Level(level) => format!("from level {level}"),
            };
            writeln!(text, "  {address:<42} {asked}")?;
        }
    }
    let access = format!("{}/", demo.catalogue.access());
    writeln!(text, "  {access:<42} every service, and who is logged in")?;
    let providers: Vec<_> = PROVIDERS.iter().map(|one| format!("{} ({}/)", one.name, one.origin())).collect();
    writeln!(text, "\nWho can log in, at the test providers of {}:\n", providers.join(" and "))?;
    let (anchor, port) = ANCHOR;
    writeln!(text, "  CIE speaks OpenID: its trust anchor is https://{anchor}:{port}\n")?;
    writeln!(text, "  {:<10} {:<12} {:<38} up to level", "user name", "password", "name")?;
    for person in &PEOPLE {
        let level = if person.suspended { "none: suspended".to_owned() } else { person.level.to_string() };
        writeln!(text, "  {:<10} {:<12} {:<38} {level}", person.username, person.password, person.description())?;
    }
    let folder = cards::folder();
    writeln!(
        text,
        "\nThe health card logs in at level 3. Take one of these files into your browser (Settings, certificates, import;\n\
         the password is {PIN}), then choose TS-CNS and the certificate of {}:\n",
        cards::HOLDER.full_name()
    )?;
    for (name, what) in [("valid", "logs in"), ("expired", "ends on a page"), ("revoked", "ends on a page")] {
        writeln!(text, "  {:<42} {what}", folder.join(format!("{name}.p12")).display())?;
    }
    let authority = authority_file();
    writeln!(
        text,
        "\nYour browser will warn of the certificates: they come from a development authority that was made on\n\
         this machine. Accept the warning on each host, or let the browser trust {authority}.\n\
         For operators: http://{}/metrics\n\nPress Ctrl-C to stop.\n",
        demo.settings.management.listen
    )?;
    Ok(text)
}
