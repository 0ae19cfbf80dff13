//! `varco keys rotate`: the next keys of the gateway's entities in OpenID federations. (SPID/CIE OpenID guidelines,
//! security considerations: new keys stand beside the old ones for as long as the longest chain lasts.)

use clap::{ArgGroup, Args};
use varco_core::name::BodyId;
use varco_core::ports::Clock as _;
use varco_registry::{EntityKeyFiles, EntityKeysError, entity_bodies, entity_key_files};
use varco_settings::Settings;

use crate::cli::{Config, Stopped, print};
use crate::world::SystemClock;

/// What `--help` ends with.
pub(super) const HELP: &str = "Examples:\n  \
    varco keys rotate --core --config config/varco.toml    # of all bodies\n  \
    varco keys rotate --core --body c_e715 --config config/varco.toml\n  \
    varco keys rotate --federation --body c_e715 --config config/varco.toml\n  \
    varco keys rotate --federation --config config/varco.toml    # the aggregator's\n  \
    varco keys rotate --federation --finish --config config/varco.toml\n\n\
    The next keys are published beside the old ones, by gateways that are running within seconds. Those of\n\
    bodies take over by themselves when everybody knows them, which takes as long as a statement counts\n\
    (federation.statement_hours). That of the aggregator waits until you say, with --finish, that the trust anchors\n\
    have registered it: until then nobody would believe it. Old keys stay published until the last statement that\n\
    needs them has ended, then their files are removed. Run it as the user that runs the gateway.";

/// Which keys.
#[derive(Args)]
#[command(group = ArgGroup::new("which").required(true))]
pub(in crate::cli) struct Options {
    /// Those that sign statements.
    #[arg(long, group = "which")]
    federation: bool,
    /// Those of logins: one signs requests, providers encrypt for the other.
    #[arg(long, group = "which")]
    core: bool,
    /// Of this body, by its IPA code. Where nothing is said, --core means all bodies, --federation the aggregator.
    #[arg(long, value_name = "IPA", value_parser = BodyId::parse)]
    body: Option<BodyId>,
    /// The trust anchors have registered the aggregator's key that waits: it takes over.
    #[arg(long, requires = "federation", conflicts_with_all = ["core", "body"])]
    finish: bool,
    #[command(flatten)]
    pub(super) config: Config,
}

/// Makes the keys, and says what comes next.
pub(super) fn run(options: &Options, settings: &Settings) -> Result<(), Stopped> {
    let bodies = entity_bodies(settings);
    if let Some(body) = options.body.as_ref().filter(|body| !bodies.contains(body)) {
        return Err(Stopped::Misconfigured(format!("varco: there is no body {body} in the configuration")));
    }
    let files = entity_key_files(settings);
    // The first key of each must be there before the next: otherwise the next is the first.
    files.open(&bodies).map_err(anyhow::Error::from)?;
    let said = rotate(options, &files, &bodies).map_err(anyhow::Error::from)?;
    Ok(print(format!("{said} `varco keys list` shows them.\n").as_bytes())?)
}

fn rotate(options: &Options, files: &EntityKeyFiles, bodies: &[BodyId]) -> Result<&'static str, EntityKeysError> {
    let now = SystemClock.now();
    match (&options.body, options.core) {
        (None, true) => bodies.iter().try_for_each(|body| files.rotate_core(body, now))?,
        (Some(body), true) => files.rotate_core(body, now)?,
        (Some(body), false) => files.rotate_federation(Some(body), now)?,
        (None, false) if options.finish => {
            files.activate(now)?;
            return Ok("The new key of the aggregator takes over; the old one stays published for a while.");
        }
        (None, false) => {
            files.rotate_federation(None, now)?;
            return Ok(
                "The next key of the aggregator is published. Have the trust anchors register it, then run this\n\
                       again with --finish.",
            );
        }
    }
    Ok("The next keys are published, and take over by themselves.")
}
