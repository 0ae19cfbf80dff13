//! Files that a program writes, so that they cannot fall behind the code.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::shell;

/// What prints a generated file.
enum Printer {
    /// An example of a crate.
    Example(&'static str, &'static str),
    /// The gateway itself, with these arguments.
    Varco(&'static [&'static str]),
}

/// Each generated file, with what prints it.
const FILES: [(&str, Printer); 5] = [
    ("config/schema.json", Printer::Example("varco-settings", "schema")),
    ("docs/settings.md", Printer::Example("varco-settings", "reference")),
    ("docs/metadata-rules.md", Printer::Example("varco-preflight", "rules")),
    ("docs/refusals.md", Printer::Varco(&["explain", "--language", "en"])),
    ("docs/refusals.it.md", Printer::Varco(&["explain", "--language", "it"])),
];

/// Writes them.
pub(crate) fn write() -> Result<()> {
    for (file, printer) in FILES {
        fs::write(shell::root().join(file), printer.print()?).with_context(|| format!("cannot write {file}"))?;
        shell::say(&format!("gen: wrote {file}"));
    }
    Ok(())
}

/// Fails if one of them is not what would be written now.
pub(crate) fn check() -> Result<()> {
    let mut stale = Vec::new();
    for (file, printer) in FILES {
        let kept = fs::read_to_string(shell::root().join(file)).unwrap_or_default();
        if kept != printer.print()? {
            stale.push(file);
        }
    }
    if stale.is_empty() {
        shell::say(&format!("gen: {} generated files are up to date", FILES.len()));
        return Ok(());
    }
    bail!("run `cargo xtask gen` and commit: {}", stale.join(", "))
}

// === impl Printer ===

impl Printer {
    fn print(&self) -> Result<String> {
        let mut command = shell::cargo();
        match self {
            Self::Example(package, example) => {
                command.args(["run", "--quiet", "--package", package, "--example", example]);
            }
            Self::Varco(arguments) => {
                command.args(["run", "--quiet", "--package", "varco-server", "--"]).args(*arguments);
            }
        }
        shell::output(&mut command)
    }
}
