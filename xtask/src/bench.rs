//! `cargo xtask bench`: what a login costs, in time of the processor.

mod peers;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::shell;

/// What is measured, and how often.
#[derive(Args)]
pub(crate) struct Options {
    /// What is measured.
    bench: Bench,
    /// Rounds; in each, everything that is compared has its turn. The figures are medians.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
}

/// A bench.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Bench {
    /// A Response of 12 KB with two RSA signatures, beside the sum of its raw operations.
    Response,
    /// A whole SPID login, beside python3-saml and node-saml; one over OpenID, beside the operations of its keys.
    Login,
    /// A login with a card beside the handshake in which it is shown, and a list of 1,000,000 revoked certificates.
    Card,
}

/// The figures of one round, in microseconds of the processor.
#[derive(Deserialize)]
struct Round(BTreeMap<String, f64>);

/// What does the work, and prints what it took.
struct Program {
    name: &'static str,
    path: PathBuf,
    arguments: Vec<OsString>,
}

/// What we measure of ourselves. The first does what the libraries of others do.
const OURS: [(&str, &str); 3] = [
    ("varco, the engine alone", "engine"),
    ("varco with its store, one login after the other", "one-by-one"),
    ("varco with its store, 32 at a time", "busy"),
];

/// More than this times its raw operations, and reading a response has become slow.
const MOST: f64 = 1.3;

/// Builds what is measured as it is released, and runs the rounds.
pub(crate) fn run(options: &Options) -> Result<()> {
    shell::run(shell::cargo().args(["build", "--release", "--package", "varco-bench"]))?;
    let ours = shell::target()?.join("release/varco-bench");
    match options.bench {
        Bench::Response => response(&ours, options.rounds),
        Bench::Login => login(&ours, options.rounds),
        Bench::Card => card(&ours, options.rounds),
    }
}

/// Of what a login with a card takes, at least as much is the handshake's.
const LEAST_HANDSHAKE: f64 = 0.9;

/// A list of 1,000,000 takes at most as long, in milliseconds, and at most as much memory, in bytes.
const MOST_OF_LIST: (f64, f64) = (2000.0, 64.0 * 1024.0 * 1024.0);

fn card(ours: &Path, rounds: u32) -> Result<()> {
    let measured = (0..rounds).map(|_| round(Command::new(ours).arg("card"))).collect::<Result<Vec<_>>>()?;
    let (handshake, after) = (median(&measured, "handshake")?, median(&measured, "after")?);
    let share = handshake / (handshake + after);
    shell::say(&format!("A login with a card, CPU, medians of {rounds} rounds:"));
    let curve = median(&measured, "handshake_p256")?;
    shell::say(&format!("  the handshake   {handshake:>8.1} us   TLS 1.2, RSA-2048 in the card and at the host"));
    shell::say(&format!("  with P-256      {curve:>8.1} us   at the host"));
    shell::say(&format!(
        "  all after it    {after:>8.1} us   both hosts; authority, list of 200,000, hand-off; nothing is kept"
    ));
    shell::say(&format!(
        "  the handshake is {:.1}% of it, where {:.0}% is the goal; with P-256 {:.1}%",
        share * 100.0,
        LEAST_HANDSHAKE * 100.0,
        curve / (curve + after) * 100.0
    ));
    let folder = shell::target()?.join("bench/list");
    std::fs::create_dir_all(&folder)?;
    if !folder.join("list.crl").exists() {
        round(Command::new(ours).arg("list").arg(&folder))?;
    }
    let read = (0..rounds).map(|_| round(Command::new(ours).arg("list").arg(&folder))).collect::<Result<Vec<_>>>()?;
    let (milliseconds, peak) = (median(&read, "milliseconds")?, median(&read, "peak_bytes")?);
    let (revoked, kept, lookup) = (median(&read, "revoked")?, median(&read, "kept_bytes")?, median(&read, "lookup")?);
    let megabytes = |bytes: f64| bytes / 1024.0 / 1024.0;
    shell::say(&format!(
        "A list of {revoked:.0} revoked certificates: {milliseconds:.0} ms, {:.1} MiB at most with its text, {:.1} MiB kept, \
         {lookup:.2} us to look one up",
        megabytes(peak),
        megabytes(kept)
    ));
    anyhow::ensure!(share >= LEAST_HANDSHAKE, "a login with a card takes more than its handshake");
    anyhow::ensure!(milliseconds <= MOST_OF_LIST.0 && peak <= MOST_OF_LIST.1, "a long list takes too much");
    Ok(())
}

fn response(ours: &Path, rounds: u32) -> Result<()> {
    let mut measured = Vec::new();
    for _ in 0..rounds {
        measured.push(round(Command::new(ours).arg("response"))?);
    }
    let (raw, read) = (median(&measured, "raw_operations")?, median(&measured, "read")?);
    let bytes = median(&measured, "bytes")?;
    shell::say(&format!(
        "A response of {bytes:.0} bytes with two RSA-2048 signatures, CPU, medians of {rounds} rounds:"
    ));
    shell::say(&format!("  raw operations  {raw:>8.1} us   (2 verifications, 2 digests, 4 canonical forms)"));
    shell::say(&format!("  read            {read:>8.1} us   {:.2} x, where {MOST} is the goal", read / raw));
    Ok(())
}

fn login(ours: &Path, rounds: u32) -> Result<()> {
    let message = shell::target()?.join("bench/message");
    shell::run(Command::new(ours).arg("message").arg(&message))?;
    let of_ours = |(name, how): (&'static str, &str)| {
        let arguments = vec!["login".into(), how.into()];
        Program { name, path: ours.to_owned(), arguments }
    };
    let mut programs: Vec<_> = OURS.into_iter().map(of_ours).collect();
    programs.extend(peers::installed(&message)?);
    let names: Vec<_> = programs.iter().map(|program| program.name).collect();
    let mut measured: BTreeMap<&str, Vec<Round>> = BTreeMap::new();
    for number in 0..rounds {
        // Who comes first in one round comes last in the next.
        if number > 0 {
            programs.reverse();
        }
        for Program { name, path, arguments } in &programs {
            measured.entry(name).or_default().push(round(Command::new(path).args(arguments))?);
        }
    }
    table(&names, &measured, rounds)?;
    openid(ours, rounds)
}

fn openid(ours: &Path, rounds: u32) -> Result<()> {
    let mut measured = Vec::new();
    for _ in 0..rounds {
        measured.push(round(Command::new(ours).arg("openid"))?);
    }
    let of = |figure| median(&measured, figure);
    let (begin, complete, raw) = (of("begin")?, of("complete")?, of("raw_operations")?);
    let both = begin + complete;
    shell::say(&format!("\nOne login over OpenID, CPU in microseconds, medians of {rounds} rounds:"));
    shell::say("| | request signed | answers verified | both | ratio |");
    shell::say("|---|---|---|---|---|");
    shell::say(&format!("| the operations of keys alone | | | {raw:.0} | 1.00 |"));
    shell::say(&format!("| varco, the engine alone | {begin:.0} | {complete:.0} | {both:.0} | {:.2} |", both / raw));
    Ok(())
}

fn table(names: &[&str], measured: &BTreeMap<&str, Vec<Round>>, rounds: u32) -> Result<()> {
    let of = |name: &str| -> Result<(f64, f64)> {
        let rounds = measured.get(name).context("every program has its rounds")?;
        Ok((median(rounds, "begin")?, median(rounds, "complete")?))
    };
    let (begin, complete) = of(OURS[0].0)?;
    shell::say(&format!("One SPID login, CPU in microseconds, medians of {rounds} rounds:"));
    shell::say("| | request signed | response verified | both | ratio | logins a CPU second |");
    shell::say("|---|---|---|---|---|---|");
    for name in names {
        let (first, second) = of(name)?;
        let both = first + second;
        let ratio = both / (begin + complete);
        shell::say(&format!("| {name} | {first:.0} | {second:.0} | {both:.0} | {ratio:.1} | {:.0} |", 1e6 / both));
    }
    Ok(())
}

/// Runs one round of a program, which prints its figures as JSON.
fn round(command: &mut Command) -> Result<Round> {
    let printed = shell::output(command)?;
    serde_json::from_str(&printed).with_context(|| format!("{command:?} printed {printed}"))
}

fn median(rounds: &[Round], figure: &str) -> Result<f64> {
    let mut figures: Vec<f64> = rounds.iter().filter_map(|Round(figures)| figures.get(figure).copied()).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().with_context(|| format!("no round measured {figure}"))
}
