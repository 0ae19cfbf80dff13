//! `varco metadata check`: what is wrong with a document, where, and whom to tell of what changed.

use clap::{Args, ValueEnum};
use serde::Serialize;
use varco_core::ports::Clock as _;
use varco_preflight::{Comparison, Profile, Report};

use super::{source, words};
use crate::cli::{Stopped, print};
use crate::world::SystemClock;

/// What `--help` ends with.
pub(super) const HELP: &str = "Examples:\n  \
    varco metadata check c_e715.xml --production\n  \
    varco metadata check https://access.example.it/metadata/spid/c_e715 --against published/c_e715.xml\n\n\
    Exit codes:\n  0 no error was found\n  1 errors were found, or a change breaks logins that work today\n  \
    2 a document could not be had, or the command line is wrong.";

/// What to check.
#[derive(Args)]
pub(super) struct Options {
    /// The document: a file, or an address (https, or http on loopback).
    #[arg(value_name = "FILE|URL")]
    document: String,
    /// The document that is published today; says what changes, and whom to tell.
    #[arg(long, value_name = "FILE|URL")]
    against: Option<String>,
    /// The profile, such as spid-public, pub-ag-full, cie-public or eidas; the document says it where it can.
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,
    /// Applies what counts in production only: https at public names, certificates of Avviso 29v3, real codes.
    #[arg(long)]
    production: bool,
    /// How to print what is found.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Everything that was found.
#[derive(Serialize)]
pub(super) struct Findings {
    pub(super) report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comparison: Option<Comparison>,
}

/// Checks the document, and prints what is wrong with it.
pub(super) fn run(options: &Options) -> Result<(), Stopped> {
    let text = source::read(&options.document)?;
    let rules = varco_preflight::Options { profile: options.profile, production: options.production };
    let report = varco_preflight::check(&text, SystemClock.now(), rules);
    let comparison = options.against.as_deref().map(|against| compare(against, &text)).transpose()?;
    let findings = Findings { report, comparison };
    print(&match options.format {
        Format::Table => words::of(&options.document, &findings).into_bytes(),
        Format::Json => json(&findings)?,
    })?;
    if findings.are_good() { Ok(()) } else { Err(Stopped::Faulty) }
}

/// Where the new document cannot be read there is nothing to compare; the report says so.
fn compare(against: &str, text: &str) -> Result<Comparison, Stopped> {
    match varco_preflight::compare(&source::read(against)?, text) {
        Ok(comparison) => Ok(comparison),
        Err(unreadable) => Err(Stopped::Misconfigured(format!("varco: {unreadable}"))),
    }
}

fn json(findings: &Findings) -> anyhow::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(findings)?;
    bytes.push(b'\n');
    Ok(bytes)
}

// === impl Findings ===

impl Findings {
    fn are_good(&self) -> bool {
        self.report.is_good() && !self.comparison.as_ref().is_some_and(Comparison::is_breaking)
    }
}
