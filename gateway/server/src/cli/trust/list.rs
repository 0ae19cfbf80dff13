//! `varco trust list`: who vouches for cards.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use varco_registry::ListedAuthority;
use varco_settings::Settings;

use crate::cli::{Config, print};

/// What `--help` ends with.
pub(super) const HELP: &str = "Examples:\n  \
    varco trust list --config config/varco.toml\n  \
    varco trust list --format json --config config/varco.toml\n\n\
    `accepted`: cards of it log in. `waits`: it is new on a list; see `varco trust approve`. `withdrawn`: a list does\n\
    not recognise it any more, and only cards that it issued before that log in.";

/// How they are listed.
#[derive(Args)]
pub(in crate::cli) struct Options {
    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    pub(super) config: Config,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Prints the list.
pub(super) fn run(options: &Options, settings: &Settings) -> anyhow::Result<()> {
    let authorities = super::authorities(settings)?;
    let text = match options.format {
        Format::Table => table(&authorities),
        Format::Json => format!("{:#}\n", authorities.iter().map(object).collect::<Value>()),
    };
    print(text.as_bytes())
}

fn table(authorities: &[ListedAuthority]) -> String {
    let mut text = format!("{:9}  {:64}  NAME\n", "STATE", "SHA-256 OF THE CERTIFICATE");
    for authority in authorities {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:9}  {:64}  {}", authority.state.word(), authority.fingerprint, authority.name);
    }
    text
}

fn object(authority: &ListedAuthority) -> Value {
    json!({ "state": authority.state.word(), "sha256": authority.fingerprint, "name": authority.name })
}
