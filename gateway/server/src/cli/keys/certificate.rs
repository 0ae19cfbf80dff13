//! `varco keys certificate`: what a seal of SPID is made from.

use clap::Args;
use varco_core::name::BodyId;
use varco_registry::Credentials;
use varco_settings::Settings;

use crate::cli::{Config, print};
use crate::world::unheard;

/// What `--help` ends with.
pub(super) const HELP: &str = "Examples:\n  \
    varco keys certificate --config config/varco.toml    # the aggregator's\n  \
    varco keys certificate --body c_e715 --config config/varco.toml\n\n\
    What is there already is kept: a key is never replaced. A public body may use the certificate that its\n\
    key signed for itself; an aggregator or a private organisation sends the request to AgID (Avviso 23).";

/// Whose certificate.
#[derive(Args)]
pub(in crate::cli) struct Options {
    /// The body, by its IPA code; the aggregator where nothing is said.
    #[arg(long, value_name = "IPA", value_parser = BodyId::parse)]
    body: Option<BodyId>,
    #[command(flatten)]
    pub(super) config: Config,
}

/// Makes what is missing, and says what is where.
pub(super) fn run(options: &Options, settings: &Settings) -> anyhow::Result<()> {
    let Credentials { key, request, certificate } =
        varco_registry::credentials(settings, &unheard(), options.body.as_ref())?;
    let section = options.body.as_ref().map_or_else(|| "methods.spid".to_owned(), |body| format!("bodies.{body}"));
    let text = format!(
        "private key   {}\nrequest       {}\ncertificate   {}\n\n\
         To use them, or the certificate that comes back for the request:\n\n\
         [{section}]\nkey_file = {:?}\ncertificate_file = {:?}\n",
        key.display(),
        request.display(),
        certificate.display(),
        key.display(),
        certificate.display(),
    );
    print(text.as_bytes())
}
