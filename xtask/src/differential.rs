//! `cargo xtask differential`: our reading of responses beside that of samael and xmlsec1.

use std::fs::{self, File};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::{shell, tools};

/// How much is compared.
#[derive(Args)]
pub(crate) struct Options {
    /// How many mutated responses.
    #[arg(long, default_value_t = 100_000)]
    count: u64,
    /// The number of the first one: the same number is the same message again.
    #[arg(long, default_value_t = 0)]
    first: u64,
}

/// What samael needs to be built, and the other verifier.
const PACKAGES: [&str; 4] = ["libxmlsec1-dev", "libclang-14-dev", "pkg-config", "xmlsec1"];

// === impl Options ===

impl Options {
    /// As many as a check of every change has time for.
    pub(crate) const fn few() -> Self {
        Self { count: 2000, first: 0 }
    }
}

/// Builds the comparison, and runs it; fails if another verifier refuses what we accept, and it is not known
/// why.
pub(crate) fn run(options: &Options) -> Result<()> {
    tools::debian_libraries(&PACKAGES)?;
    shell::run(shell::cargo().args(["build", "--release", "--package", "varco-differential", "--features", "xmlsec"]))?;
    let target = shell::target()?;
    let folder = target.join("differential");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    // libxmlsec writes every refusal to standard error, and there are tens of thousands.
    let noise = folder.join("libxmlsec.log");
    let mut compare = Command::new(target.join("release/varco-differential"));
    compare.arg("--folder").arg(&folder);
    compare.args(["--count", &options.count.to_string(), "--first", &options.first.to_string()]);
    compare.stderr(File::create(&noise).with_context(|| format!("making {}", noise.display()))?);
    shell::run(&mut compare)
}
