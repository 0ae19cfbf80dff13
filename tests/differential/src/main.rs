//! `varco-differential`: thousands of signed responses, each changed after it was signed, shown to our own
//! engine, to samael and to xmlsec1. What we accept and another refuses is a fault of one of them until it
//! is explained.
//!
//! A message follows from its number and from the provider's key, which is kept under `target/forge`.

mod explained;
mod judges;
mod originals;
mod report;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use clap::Parser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use varco_forge::provider::Provider;

use crate::judges::Judges;
use crate::originals::Originals;
use crate::report::Report;
use crate::trial::Trial;

/// Shows mutated responses to several verifiers, and reports where they disagree.
#[derive(Parser)]
struct Options {
    /// How many mutated responses.
    #[arg(long, default_value_t = 100_000)]
    count: u64,
    /// The number of the first one.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Where messages go that verifiers disagree on, and the summary.
    #[arg(long)]
    folder: PathBuf,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(report) if report.is_clean() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            report::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<Report> {
    let provider = Provider::kept_in(&Provider::folder())?;
    let judges = Judges::new(&provider, &options.folder)?;
    let originals = Originals::make(&provider, &options.folder)?;
    let trial = Trial { provider: &provider, judges: &judges, originals: &originals };
    let report = compare(&trial, options)?;
    report.publish(&options.folder)?;
    Ok(report)
}

/// As many threads as there are processors; each takes the next number until there are none left.
fn compare(trial: &Trial<'_>, options: &Options) -> Result<Report> {
    // libxmlsec has the other output for itself.
    let bar = ProgressBar::with_draw_target(Some(options.count), ProgressDrawTarget::stdout());
    bar.set_style(ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {per_sec}, {eta} left")?);
    let next = AtomicU64::new(options.first);
    let end = options.first + options.count;
    let work = || -> Result<Report> {
        let mut report = Report::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= end {
                return Ok(report);
            }
            report.add(&trial.hold(number)?, &options.folder)?;
            bar.inc(1);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let reports = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended =
            running.into_iter().map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?);
        ended.collect::<Result<Vec<_>>>()
    })?;
    bar.finish_and_clear();
    Ok(reports.into_iter().fold(Report::default(), Report::and))
}
