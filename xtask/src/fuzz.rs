//! `cargo xtask fuzz`: the parsers of outside bytes against inputs that a fuzzer grows.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::{shell, tools};

/// What is fuzzed, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// Which target; all, one after the other, if none is named.
    target: Option<Target>,
    /// Minutes for each target.
    #[arg(long, default_value_t = 1)]
    minutes: u32,
}

/// A target.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Target {
    /// A response as a browser brings it.
    Response,
    /// Metadata of identity providers.
    Metadata,
    /// The query of a redirect.
    Redirect,
    /// A logout message, by query and by form.
    Logout,
    /// Tokens of a federation: statements, policies, and what is encrypted.
    Statement,
    /// A card's certificate, and what is said of it: lists, answers, trust lists.
    Card,
}

/// Where the fuzzer's things are, below cargo's target folder.
struct Folders {
    programs: PathBuf,
    corpus: PathBuf,
    crashes: PathBuf,
    logs: PathBuf,
}

/// No input of theirs may take more.
const MEGABYTES: u32 = 2048;
/// No input takes a tenth of this, but the machine may be busy.
const SECONDS_AN_INPUT: u32 = 20;
/// Longer inputs find nothing that shorter ones do not, and take longer.
const LONGEST_INPUT: u32 = 32 * 1024;

/// Builds the targets with the sanitizers of the nightly compiler, and runs them.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folders = Folders::below(&shell::target()?);
    build()?;
    let targets = options.target.map_or_else(|| Target::value_variants().to_vec(), |target| vec![target]);
    targets.into_iter().try_for_each(|target| folders.fuzz(target, options.minutes))
}

fn build() -> Result<()> {
    let tool = tools::cargo_fuzz()?;
    if !shell::has("rustup") {
        bail!("the fuzzer needs the nightly compiler, which rustup installs: https://rustup.rs");
    }
    // Not brought up to date where it is there: a day's compiler is as good as another's.
    let present = Command::new("rustup").args(["run", "nightly", "rustc", "--version"]).output();
    if !present.is_ok_and(|output| output.status.success()) {
        shell::run(Command::new("rustup").args(["toolchain", "install", "nightly", "--profile", "minimal"]))?;
    }
    let mut build = Command::new("rustup");
    build.args(["run", "nightly"]).arg(tool).args(["build", "--target", &triple(), "--target-dir"]);
    shell::run(build.arg(shell::target()?.join("fuzz")).current_dir(shell::root().join("fuzz")))
}

fn triple() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

// === impl Folders ===

impl Folders {
    fn below(target: &Path) -> Self {
        let fuzz = target.join("fuzz");
        Self {
            programs: fuzz.join(triple()).join("release"),
            corpus: fuzz.join("corpus"),
            crashes: fuzz.join("crashes"),
            logs: target.join("fuzz-logs"),
        }
    }

    /// What was found interesting on other days is kept, and taken up again.
    fn fuzz(&self, target: Target, minutes: u32) -> Result<()> {
        let name = target.name();
        let (corpus, crashes) = (self.corpus.join(&name), self.crashes.join(&name));
        for folder in [&corpus, &crashes, &self.logs] {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        shell::run(Command::new(self.programs.join("seeds")).arg(&name).arg(&corpus))?;
        let log = self.logs.join(format!("{name}.log"));
        shell::say(&format!("fuzz: {name} for {minutes} minutes, log in {}", log.display()));
        let status = Command::new(self.programs.join(&name))
            .arg(format!("-max_total_time={}", minutes * 60))
            .arg(format!("-rss_limit_mb={MEGABYTES}"))
            .arg(format!("-timeout={SECONDS_AN_INPUT}"))
            .arg(format!("-max_len={LONGEST_INPUT}"))
            .arg(format!("-dict={}", shell::root().join("fuzz").join(target.words()).display()))
            .arg(format!("-artifact_prefix={}/", crashes.display()))
            .arg("-print_final_stats=1")
            .arg(&corpus)
            .stderr(File::create(&log).with_context(|| format!("making {}", log.display()))?)
            .status()
            .with_context(|| format!("cannot start the target {name}"))?;
        if !status.success() {
            bail!("the target {name} found something: {} and {}", log.display(), crashes.display());
        }
        shell::say(&format!("fuzz: {name}: {}, nothing found", runs(&log)?));
        Ok(())
    }
}

/// How many inputs were tried, as the log says at its end.
fn runs(log: &Path) -> Result<String> {
    let text = String::from_utf8_lossy(&fs::read(log)?).into_owned();
    let done = text.lines().rev().find_map(|line| line.strip_prefix("Done "));
    Ok(done.unwrap_or("an unknown number of runs").to_owned())
}

// === impl Target ===

impl Target {
    fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// The file with the words that its inputs are made of.
    const fn words(self) -> &'static str {
        match self {
            Self::Response | Self::Metadata | Self::Redirect | Self::Logout => "xml.dict",
            Self::Statement => "json.dict",
            Self::Card => "card.dict",
        }
    }
}
