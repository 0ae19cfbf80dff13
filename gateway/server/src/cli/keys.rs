//! `varco keys`: keys and certificates for the federations. One file for each verb.

mod certificate;
mod list;
mod rotate;

use clap::Subcommand;

use super::{Config, Stopped};

/// What to do with keys.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Makes a key, a request for a certificate and a self-signed certificate, as SPID asks for them.
    #[command(after_help = certificate::HELP)]
    Certificate(certificate::Options),
    /// Lists the keys of the gateway's entities in OpenID federations, with what each does now.
    #[command(after_help = list::HELP)]
    List(list::Options),
    /// Makes the next keys of the gateway's entities in OpenID federations.
    #[command(after_help = rotate::HELP)]
    Rotate(rotate::Options),
}

/// Does what was asked for.
pub(super) fn run(command: &Command) -> Result<(), Stopped> {
    let settings = command.config().load()?;
    match command {
        Command::Certificate(options) => Ok(certificate::run(options, &settings)?),
        Command::List(options) => Ok(list::run(options, &settings)?),
        Command::Rotate(options) => rotate::run(options, &settings),
    }
}

// === impl Command ===

impl Command {
    /// Where the configuration is.
    const fn config(&self) -> &Config {
        match self {
            Self::Certificate(options) => &options.config,
            Self::List(options) => &options.config,
            Self::Rotate(options) => &options.config,
        }
    }
}

#[cfg(test)]
mod tests;
