//! `cargo demo`: everything on loopback, from nothing.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::shell;

/// How the demo runs.
#[derive(Args, Default)]
pub(crate) struct Options {
    /// Starts all, logs a citizen in by the command line through every method, and stops.
    #[arg(long)]
    once: bool,
}

/// Builds and starts the demo.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !shell::has("npm") {
        bail!("the pages need Node.js with npm to be built: please install them (Debian: apt-get install nodejs npm)");
    }
    shell::say("Building the gateway, a test identity provider and two services (the first time takes minutes) ...");
    build()?;
    // The demo takes our place, so that Ctrl-C and its exit code are its own.
    Err(program(options.once)?.exec().into())
}

/// Builds the programs that the demo, the browser and the conformance tools start.
pub(crate) fn build() -> Result<()> {
    shell::run(shell::cargo().args(["build", "--package", "varco-server", "--package", "varco-tests", "--bins"]))
}

/// Runs the demo that is already built: logs a citizen in by every method, and stops.
pub(crate) fn once() -> Result<()> {
    shell::run(&mut program(true)?)
}

fn program(once: bool) -> Result<Command> {
    let mut demo = Command::new(shell::target()?.join("debug/varco-demo"));
    demo.current_dir(shell::root());
    if once {
        demo.arg("--once");
    }
    Ok(demo)
}

/// Drives a real browser through the demo.
pub(crate) fn browser(pictures: bool) -> Result<()> {
    crate::tools::debian_packages()?;
    build()?;
    drive_browser(pictures)
}

/// Drives a real browser through the demo that is already built.
pub(crate) fn drive_browser(pictures: bool) -> Result<()> {
    let folder = shell::root().join("tests/browser");
    shell::run(Command::new("npm").args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    let mut driver = Command::new("node");
    driver.arg("run.mjs").current_dir(&folder).env("VARCO_DEMO", shell::target()?.join("debug/varco-demo"));
    if pictures {
        driver.arg("--pictures");
    }
    shell::run(&mut driver)
}
