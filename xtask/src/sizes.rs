//! How long source files are: a file that grows past the limits asks to be parted.

use std::path::Path;

use anyhow::{Result, bail};
use walkdir::WalkDir;

use crate::shell;

/// From here on a file is named.
const WARN_AT: usize = 400;
/// Longer than this, the check fails.
const FAIL_ABOVE: usize = 600;
/// Where source files are.
const FOLDERS: [&str; 4] = ["gateway", "adapters", "tests", "xtask"];

/// Fails if a source file, its tests aside, is longer than 600 lines.
pub(crate) fn check() -> Result<()> {
    let root = shell::root();
    let mut long = Vec::new();
    let mut files = 0;
    for entry in FOLDERS.iter().flat_map(|folder| WalkDir::new(root.join(folder)).into_iter().filter_entry(is_ours)) {
        let entry = entry?;
        let path = entry.path().strip_prefix(&root)?;
        if path.extension().is_none_or(|extension| extension != "rs") || is_test(path) {
            continue;
        }
        files += 1;
        let lines = lines_without_tests(&std::fs::read_to_string(entry.path())?);
        if lines >= WARN_AT {
            let name = path.display().to_string();
            shell::say(&format!("sizes: {name} has {lines} lines"));
            if lines > FAIL_ABOVE {
                long.push(name);
            }
        }
    }
    if long.is_empty() {
        shell::say(&format!("sizes: {files} source files, none above {FAIL_ABOVE} lines"));
        return Ok(());
    }
    bail!("files above {FAIL_ABOVE} lines: {}", long.join(", "))
}

fn is_ours(entry: &walkdir::DirEntry) -> bool {
    entry.file_name() != "node_modules" && entry.file_name() != "target"
}

/// `tests.rs`, whatever stands in a folder called `tests` of a crate, and the whole-system tests.
fn is_test(path: &Path) -> bool {
    let mut folders = path.iter().skip(1);
    path.file_name().is_some_and(|name| name == "tests.rs")
        || path.starts_with("tests/system")
        || folders.any(|folder| folder == "tests")
}

/// Lines up to the module of unit tests, which stands last in a file.
fn lines_without_tests(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}
