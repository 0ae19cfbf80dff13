//! `varco trust`: the authorities that vouch for cards. One file for each verb.

mod approve;
mod list;

use clap::Subcommand;
use varco_registry::{ListedAuthority, listed_authorities};
use varco_settings::Settings;

use super::Stopped;
use crate::world;

/// What to do with authorities.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Lists the authorities of the trust lists, and whether cards of each are accepted.
    #[command(after_help = list::HELP)]
    List(list::Options),
    /// Approves authorities that are new on a trust list.
    #[command(after_help = approve::HELP)]
    Approve(approve::Options),
}

/// Does what was asked for.
pub(super) fn run(command: &Command) -> Result<(), Stopped> {
    match command {
        Command::List(options) => Ok(list::run(options, &options.config.load()?)?),
        Command::Approve(options) => approve::run(options, &options.config.load()?),
    }
}

/// Every authority, as the lists say now that the gateway read last.
fn authorities(settings: &Settings) -> anyhow::Result<Vec<ListedAuthority>> {
    Ok(super::runtime()?.block_on(listed_authorities(settings, &world::unheard()))?)
}
