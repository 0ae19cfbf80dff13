//! The project's own commands, behind `cargo xtask`, `cargo demo` and `cargo verify`.

mod assets;
mod bench;
mod demo;
mod differential;
mod fuzz;
mod generated;
mod layers;
mod peer;
mod shell;
mod sizes;
mod tools;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
///
/// Example: `cargo xtask verify`
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds and starts everything on loopback: the gateway, a test identity provider, two services.
    Demo(demo::Options),
    /// Runs every check and every test, installing what they need on Debian.
    Verify,
    /// Checks that no crate imports one that it must not (`[workspace.metadata.layers]`).
    Layers,
    /// Checks the length of every source file.
    Sizes,
    /// Writes the files that a program can write: schema, tables.
    Gen,
    /// Builds the stylesheets, fonts and scripts of the pages from their npm packages.
    Assets,
    /// Runs a public conformance tool against the gateway.
    Peer {
        /// Which one.
        peer: peer::Peer,
    },
    /// Drives a real browser through the demo.
    Browser {
        /// Also writes the pictures of the documentation.
        #[arg(long)]
        pictures: bool,
    },
    /// Checks licences, bans and sources of all dependencies.
    Deny,
    /// Measures what a login costs.
    Bench(bench::Options),
    /// Shows mutated responses to us, to samael and to xmlsec1, and reports what only we accept.
    Differential(differential::Options),
    /// Runs the fuzz targets, which must crash on nothing.
    Fuzz(fuzz::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Verify => verify::run(),
        Command::Layers => layers::check(),
        Command::Sizes => sizes::check(),
        Command::Gen => generated::write(),
        Command::Assets => tools::assets(),
        Command::Peer { peer } => peer::run(peer),
        Command::Browser { pictures } => demo::browser(pictures),
        Command::Deny => tools::deny(),
        Command::Bench(options) => bench::run(&options),
        Command::Differential(options) => differential::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
