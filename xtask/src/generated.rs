//! Files that a program writes, so that they cannot fall behind the code.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;

/// Each generated file, with the example that prints it.
const FILES: [(&str, &str, &str); 2] =
    [("config/schema.json", "varco-settings", "schema"), ("docs/settings.md", "varco-settings", "reference")];

/// Writes them.
pub(crate) fn write() -> Result<()> {
    for (file, package, example) in FILES {
        fs::write(shell::root().join(file), print(package, example)?)
            .with_context(|| format!("cannot write {file}"))?;
        shell::say(&format!("gen: wrote {file}"));
    }
    Ok(())
}

/// Fails if one of them is not what would be written now.
pub(crate) fn check() -> Result<()> {
    let mut stale = Vec::new();
    for (file, package, example) in FILES {
        let kept = fs::read_to_string(shell::root().join(file)).unwrap_or_default();
        if kept != print(package, example)? {
            stale.push(file);
        }
    }
    if stale.is_empty() {
        shell::say(&format!("gen: {} generated files are up to date", FILES.len()));
        return Ok(());
    }
    bail!("run `cargo xtask gen` and commit: {}", stale.join(", "))
}

fn print(package: &str, example: &str) -> Result<String> {
    shell::output(shell::cargo().args(["run", "--quiet", "--package", package, "--example", example]))
}
