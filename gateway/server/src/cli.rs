//! The commands of `varco`.
//!
//! Exit codes: 0 done; 1 it failed while running; 2 the command line or the configuration is wrong.

mod check;
mod explain;
mod keys;
mod metadata;
mod serve;
mod trust;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use varco_settings::Settings;

/// The authentication gateway of a regional platform of public services.
#[derive(Parser)]
#[command(name = "varco", version, after_help = "Example:\n  varco serve --config config/varco.toml")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the gateway until SIGTERM or Ctrl-C; requests in flight are finished first.
    #[command(after_help = "Example:\n  varco serve --config config/varco.toml\n\n\
        Every setting can be given by the environment too:\n  \
        VARCO_STORE__DURABLE=sqlite:/var/lib/varco/varco.sqlite varco serve --config config/varco.toml")]
    Serve(Config),
    /// Reads the configuration, says what is wrong with it, and opens nothing.
    #[command(after_help = "Example:\n  varco check --config config/varco.toml")]
    Check(Config),
    /// Prints the signed metadata of the gateway for a login method, or checks the metadata of anybody.
    #[command(
        after_help = "Examples:\n  varco metadata spid --body c_e715 --config config/varco.toml > c_e715.xml\n  \
        varco metadata check c_e715.xml"
    )]
    Metadata(metadata::Options),
    /// Makes, lists and rotates keys and certificates for the federations.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Lists and approves the authorities that vouch for cards.
    #[command(subcommand)]
    Trust(trust::Command),
    /// Says what a refusal means, and what to do: the code is on the page that a citizen saw.
    #[command(after_help = "Examples:\n  varco explain spid.error.nr22 --language en\n  \
        varco explain > refusals.md    # all of them, as a Markdown table")]
    Explain(explain::Options),
}

/// Where the configuration is.
#[derive(Args)]
struct Config {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Why a command stopped.
enum Stopped {
    /// It failed while running.
    Failed(anyhow::Error),
    /// The configuration is wrong, or what a command needs cannot be had.
    Misconfigured(String),
    /// What was checked is wrong, as was printed.
    Faulty,
}

/// Runs the command that was asked for.
pub(crate) fn run() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(config) => config.load().and_then(|settings| Ok(serve::run(&settings)?)),
        Command::Check(config) => config.load().and_then(|settings| Ok(check::run(&settings)?)),
        Command::Keys(command) => keys::run(&command),
        Command::Trust(command) => trust::run(&command),
        Command::Explain(options) => explain::run(&options).map_err(Stopped::from),
        Command::Metadata(options) => metadata::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stopped::Failed(error)) => {
            complain(&format!("varco: {error:#}"));
            ExitCode::from(1)
        }
        Err(Stopped::Misconfigured(what)) => {
            complain(&what);
            ExitCode::from(2)
        }
        Err(Stopped::Faulty) => ExitCode::from(1),
    }
}

// === impl Config ===

impl Config {
    fn load(&self) -> Result<Settings, Stopped> {
        let working = std::env::current_dir().map_err(anyhow::Error::from)?;
        varco_settings::load(&self.config, std::env::vars_os(), &working)
            .map_err(|error| Stopped::Misconfigured(error.to_string()))
    }
}

// === impl Stopped ===

impl From<anyhow::Error> for Stopped {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Prints what somebody asked for.
fn print(bytes: &[u8]) -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(bytes)?)
}

/// Says what went wrong; if nobody listens, there is nobody left to tell.
fn complain(what: &str) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
