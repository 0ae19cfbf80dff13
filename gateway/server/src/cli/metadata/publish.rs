//! `varco metadata publish`: notes what providers are told, so that it is kept.

use std::fs;

use anyhow::Context as _;
use clap::Args;
use varco_core::name::{BodyId, MethodId};

use super::words;
use crate::cli::{Config, Stopped, print};
use crate::published;

/// What `--help` ends with.
pub(super) const HELP: &str = "Example:\n  \
    varco metadata publish spid --body c_e715 --config config/varco.toml\n\n\
    Do this when AgID or the CIE office has taken the metadata. From then on the gateway does not start with\n\
    metadata that would break logins against it. The record lies beside the keys, under published/.";

/// Whose metadata was handed in.
#[derive(Args)]
pub(super) struct Options {
    /// The login method.
    #[arg(value_parser = MethodId::parse)]
    method: MethodId,
    /// The body, by its IPA code.
    #[arg(long, value_name = "IPA", value_parser = BodyId::parse)]
    body: BodyId,
    #[command(flatten)]
    config: Config,
}

/// Says what is new, and records it.
pub(super) fn run(options: &Options) -> Result<(), Stopped> {
    let settings = options.config.load()?;
    let text = super::own(&settings, &options.method, Some(&options.body))?;
    let text = String::from_utf8(text).map_err(anyhow::Error::from)?;
    let record = published::record(&settings, &options.method, &options.body);
    let changes = published::changes(&settings, &options.method, &options.body, &text)?;
    let folder = record.parent().context("a record without a folder")?;
    fs::create_dir_all(folder).and_then(|()| fs::write(&record, text)).map_err(anyhow::Error::from)?;
    let news = changes.map_or_else(|| "Published for the first time.\n".to_owned(), |changes| words::news(&changes));
    Ok(print(format!("{news}Recorded in {}\n", record.display()).as_bytes())?)
}
