//! Builds the files that pages need, `gateway/web/assets/dist`, from packages of npm.
//!
//! The build script of `varco-web` compiles this same file, so a plain `cargo build` has its pages
//! and `cargo xtask assets` does nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context as _, bail};

/// What `dist` is made from, below `gateway/web/assets`.
const SOURCES: [&str; 4] = ["package.json", "package-lock.json", "build.mjs", "src"];

/// Builds the assets below `root`, the folder of the workspace, unless they are those of their sources.
///
/// `dist/version` carries the time of the newest source, not its own: cargo would take a file that is
/// younger than the build script's run for a change, and build everything twice.
pub(crate) fn build(root: &Path) -> anyhow::Result<()> {
    let assets = root.join("gateway/web/assets");
    let version = assets.join("dist/version");
    let sources = newest_source(&assets)?;
    if modified(&version) == Some(sources) {
        return Ok(());
    }
    let lock = modified(&assets.join("package-lock.json"));
    if modified(&assets.join("node_modules/.package-lock.json")) < lock {
        npm(&assets, &["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    }
    npm(&assets, &["run", "build"])?;
    let version = fs::File::options().write(true).open(&version).context("the build left no dist/version")?;
    Ok(version.set_modified(sources)?)
}

/// When the last of the sources was changed.
fn newest_source(assets: &Path) -> anyhow::Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    let mut paths: Vec<PathBuf> = SOURCES.iter().map(|source| assets.join(source)).collect();
    while let Some(path) = paths.pop() {
        let metadata = fs::metadata(&path).with_context(|| path.display().to_string())?;
        newest = newest.max(metadata.modified()?);
        if metadata.is_dir() {
            for entry in fs::read_dir(&path)? {
                paths.push(entry?.path());
            }
        }
    }
    Ok(newest)
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn npm(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new("npm").args(arguments).current_dir(folder).output().context(
        "npm was not found. The pages of Varco are built with Node.js 18 or newer and its npm: install both \
         (on Debian: apt-get install nodejs npm) and build again",
    )?;
    if !output.status.success() {
        bail!(
            "npm {} failed in {}:\n{}{}",
            arguments.join(" "),
            folder.display(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
