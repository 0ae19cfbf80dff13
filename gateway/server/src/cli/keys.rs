//! `varco keys`: keys and certificates for the federations.

use clap::{Args, Subcommand};
use varco_core::name::BodyId;
use varco_registry::Credentials;
use varco_settings::Settings;

use super::Config;
use crate::world::unheard;

/// What to do with keys.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Makes a key, a request for a certificate and a self-signed certificate, as SPID asks for them.
    #[command(after_help = "Examples:\n  varco keys certificate --config config/varco.toml    # the aggregator's\n  \
        varco keys certificate --body c_e715 --config config/varco.toml\n\n\
        What is there already is kept: a key is never replaced. A public body may use the certificate that its\n\
        key signed for itself; an aggregator or a private organisation sends the request to AgID (Avviso 23).")]
    Certificate(Options),
}

/// Whose certificate.
#[derive(Args)]
pub(super) struct Options {
    /// The body, by its IPA code; the aggregator where nothing is said.
    #[arg(long, value_name = "IPA", value_parser = BodyId::parse)]
    body: Option<BodyId>,
    #[command(flatten)]
    config: Config,
}

// === impl Command ===

impl Command {
    /// Where the configuration is.
    pub(super) const fn config(&self) -> &Config {
        let Self::Certificate(options) = self;
        &options.config
    }
}

/// Makes what is missing, and says what is where.
pub(super) fn run(command: &Command, settings: &Settings) -> anyhow::Result<()> {
    let Command::Certificate(options) = command;
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
    super::print(text.as_bytes())
}
