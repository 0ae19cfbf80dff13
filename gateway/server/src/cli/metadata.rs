//! `varco metadata`: the signed metadata that a federation asks for, and the check of anybody's.

mod check;
mod publish;
mod source;
mod words;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use varco_core::name::{BodyId, MethodId};
use varco_core::ports::Clock as _;
use varco_settings::Settings;

use super::{Config, Stopped};
use crate::compose;
use crate::world::{SystemClock, unheard};

/// What to do with metadata: print our own, or check a document.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Options {
    #[command(subcommand)]
    act: Option<Act>,
    #[command(flatten)]
    own: Option<Own>,
    #[command(flatten)]
    config: Option<Config>,
}

#[derive(Subcommand)]
enum Act {
    /// Checks the metadata of any service provider of SPID or CIE, before AgID or the CIE office does.
    #[command(after_help = check::HELP)]
    Check(check::Options),
    /// Notes that metadata of ours was handed in, so that it is not broken by mistake.
    #[command(after_help = publish::HELP)]
    Publish(publish::Options),
}

/// Which metadata of ours to print.
#[derive(Args)]
struct Own {
    /// The login method.
    #[arg(value_parser = MethodId::parse)]
    method: MethodId,
    /// The body, by its IPA code; the first one where nothing is said.
    #[arg(long, value_name = "IPA", value_parser = BodyId::parse)]
    body: Option<BodyId>,
}

/// Does what was asked for.
pub(super) fn run(options: &Options) -> Result<(), Stopped> {
    match options {
        Options { act: Some(Act::Check(options)), .. } => check::run(options),
        Options { act: Some(Act::Publish(options)), .. } => publish::run(options),
        Options { own: Some(own), config: Some(config), .. } => print_own(own, config),
        // The parser asks for both where there is no subcommand.
        _ => Err(Stopped::Misconfigured("varco: neither a login method nor a document is named".to_owned())),
    }
}

fn print_own(asked: &Own, config: &Config) -> Result<(), Stopped> {
    let settings = config.load()?;
    Ok(super::print(&own(&settings, &asked.method, asked.body.as_ref())?)?)
}

/// The metadata of a body for a method; of the first body where none is named.
fn own(settings: &Settings, method: &MethodId, body: Option<&BodyId>) -> anyhow::Result<Vec<u8>> {
    let methods = super::runtime()?.block_on(compose::methods(settings, &unheard()))?.methods;
    let method = methods.by_id(method).with_context(|| format!("the login method {method} is not open"))?;
    let document = method.metadata(body, SystemClock.now())?;
    Ok(document.context("this login method has no metadata for this body")?.content)
}

#[cfg(test)]
mod tests;
