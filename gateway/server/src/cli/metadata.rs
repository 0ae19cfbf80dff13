//! `varco metadata`: the signed metadata that a federation asks for.

use anyhow::Context as _;
use clap::Args;
use varco_core::name::{BodyId, MethodId};
use varco_core::ports::Clock as _;
use varco_settings::Settings;

use super::Config;
use crate::compose;
use crate::world::SystemClock;

/// What to print.
#[derive(Args)]
pub(super) struct Options {
    /// The login method.
    #[arg(value_parser = MethodId::parse)]
    method: MethodId,
    /// The body, by its IPA code; the first one where nothing is said.
    #[arg(long, value_name = "IPA", value_parser = BodyId::parse)]
    body: Option<BodyId>,
    #[command(flatten)]
    pub(super) config: Config,
}

/// Prints the metadata of one body.
pub(super) fn run(options: &Options, settings: &Settings) -> anyhow::Result<()> {
    let methods = super::runtime()?.block_on(compose::methods(settings))?;
    let method =
        methods.by_id(&options.method).with_context(|| format!("the login method {} is not open", options.method))?;
    let document = method
        .metadata(options.body.as_ref(), SystemClock.now())?
        .context("this login method has no metadata for this body")?;
    super::print(&document.content)
}
