//! `varco trust approve`: cards of a new authority are accepted from now on.

use clap::Args;
use varco_registry::{AuthorityState, approve_authorities};
use varco_settings::Settings;

use crate::cli::{Config, Stopped, print};

/// What `--help` ends with.
pub(super) const HELP: &str = "Examples:\n  \
    varco trust approve 3f8a… --config config/varco.toml\n  \
    varco trust approve --all --config config/varco.toml\n\n\
    Compare the SHA-256 with what the authority itself publishes. A gateway that is running takes notice within a\n\
    minute. Run it as the user that runs the gateway.";

/// What is approved.
#[derive(Args)]
pub(in crate::cli) struct Options {
    /// The SHA-256 of the certificates, as `varco trust list` shows them.
    #[arg(value_name = "SHA-256", required_unless_present = "all", conflicts_with = "all")]
    fingerprints: Vec<String>,
    /// Every authority that waits.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    pub(super) config: Config,
}

/// Approves, and says what.
pub(super) fn run(options: &Options, settings: &Settings) -> Result<(), Stopped> {
    let listed = super::authorities(settings)?;
    let wanted: Vec<_> = options.fingerprints.iter().map(|text| text.replace(':', "").to_ascii_lowercase()).collect();
    if let Some(unknown) = wanted.iter().find(|wanted| listed.iter().all(|one| one.fingerprint != **wanted)) {
        return Err(Stopped::Misconfigured(format!("no trust list names an authority with the SHA-256 {unknown}")));
    }
    let is_meant = |fingerprint: &String| options.all || wanted.contains(fingerprint);
    let waiting = listed.into_iter().filter(|one| one.state == AuthorityState::Waits);
    let approved: Vec<_> = waiting.filter(|one| is_meant(&one.fingerprint)).collect();
    approve_authorities(settings, &approved).map_err(anyhow::Error::from)?;
    for authority in &approved {
        print(format!("approved: {}  {}\n", authority.fingerprint, authority.name).as_bytes())?;
    }
    if approved.is_empty() {
        print(b"nothing waits to be approved\n")?;
    }
    Ok(())
}
