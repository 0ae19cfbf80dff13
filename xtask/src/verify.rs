//! `cargo verify`: every check and every test, cheap ones first, on a machine that has nothing of ours.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::{demo, differential, generated, layers, peer, shell, sizes, tools};

type Step = (&'static str, fn() -> Result<()>);

const STEPS: &[Step] = &[
    ("format", format),
    ("layers", layers::check),
    ("sizes", sizes::check),
    ("packages of the system", tools::debian_packages),
    ("build", build),
    ("lints", lints),
    ("tests", tests),
    ("documentation", documentation),
    ("generated files", generated::check),
    ("demo", demo::once),
    ("browser", || demo::drive_browser(false)),
    ("spid-sp-test", || peer::check(peer::Peer::Spid)),
    ("federation", || peer::check(peer::Peer::Federation)),
    ("signxml", || peer::check(peer::Peer::Signxml)),
    ("cards", || peer::check(peer::Peer::Card)),
    ("other verifiers", || differential::run(&differential::Options::few())),
    ("dependencies", tools::deny),
];

/// Runs every step; the first that fails ends it.
pub(crate) fn run() -> Result<()> {
    let mut times = Vec::new();
    for (name, step) in STEPS {
        shell::say(&format!("\n=== {name}"));
        let began = now();
        step().with_context(|| format!("verify stopped at: {name}"))?;
        times.push((name, now().duration_since(began)));
    }
    shell::say("\nEverything holds.");
    for (name, time) in times {
        shell::say(&format!("  {name:<24} {:>6.1} s", time.as_secs_f64()));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a command for people may look at the clock")]
fn now() -> Instant {
    Instant::now()
}

fn format() -> Result<()> {
    shell::run(shell::cargo().args(["fmt", "--all", "--check"]))
}

/// Everything at once, tests too: the steps after this one build nothing twice.
fn build() -> Result<()> {
    shell::run(shell::cargo().args(["build", "--workspace", "--all-targets"]))
}

fn lints() -> Result<()> {
    shell::run(shell::cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn tests() -> Result<()> {
    shell::run(shell::cargo().args(["test", "--workspace", "--no-fail-fast"]))
}

fn documentation() -> Result<()> {
    let mut command: Command = shell::cargo();
    command.env("RUSTDOCFLAGS", "-D warnings").args(["doc", "--quiet", "--workspace", "--no-deps"]);
    shell::run(&mut command)
}
