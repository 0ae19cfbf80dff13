//! What `cargo demo` starts: see `varco_tests::demo`.

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(about = "The gateway with a test identity provider and services, on this machine")]
struct Options {
    /// Logs a citizen in by the command line through every method, and stops.
    #[arg(long)]
    once: bool,
}

#[tokio::main]
#[expect(clippy::print_stderr, reason = "who started the demo reads here why it stopped")]
async fn main() -> ExitCode {
    match varco_tests::demo::run(Options::parse().once).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
