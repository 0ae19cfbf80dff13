//! Tools of others: installed where they are missing, each in the version that we tested.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::shell;

const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";

/// Builds the assets of the pages.
pub(crate) fn assets() -> Result<()> {
    crate::assets::build(&shell::root())
}

/// Checks licences, bans and sources of all dependencies.
pub(crate) fn deny() -> Result<()> {
    let binary = cargo_tool("cargo-deny", CARGO_DENY)?;
    let mut command = Command::new(binary);
    command.current_dir(shell::root()).args(["--log-level", "warn", "check", "licenses", "bans", "sources"]);
    shell::run(&mut command)
}

/// What builds the fuzz targets.
pub(crate) fn cargo_fuzz() -> Result<PathBuf> {
    cargo_tool("cargo-fuzz", CARGO_FUZZ)
}

/// A tool from the crate registry, installed under the target folder.
fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    let folder = shell::target()?.join("tools");
    let binary = folder.join("bin").join(name);
    if !binary.exists() {
        shell::say(&format!("installing {name} {version} under {}", folder.display()));
        let mut install = shell::cargo();
        install.args(["install", "--quiet", "--locked", "--version", version, "--root"]).arg(&folder).arg(name);
        shell::run(&mut install)?;
    }
    Ok(binary)
}

/// Programs that the tests need, with the Debian package that brings each.
const DEBIAN: [(&str, &str); 5] = [
    ("chromium", "chromium"),
    ("certutil", "libnss3-tools"),
    ("xmlsec1", "xmlsec1"),
    ("openssl", "openssl"),
    ("python3", "python3-venv"),
];

/// Installs what is missing, where we may: as root, on a system with `apt-get`.
pub(crate) fn debian_packages() -> Result<()> {
    let missing: Vec<&str> =
        DEBIAN.iter().filter(|(program, _)| !shell::has(program)).map(|(_, package)| *package).collect();
    install(&missing)
}

/// Installs libraries that only some commands need. Which are there, only the package system knows.
pub(crate) fn debian_libraries(packages: &[&str]) -> Result<()> {
    let is_missing = |package: &&str| {
        let known = Command::new("dpkg-query").args(["--show", "--showformat=${Status}", package]).output();
        // Elsewhere the build will tell what it lacks.
        known.is_ok_and(|output| !output.stdout.ends_with(b"ok installed"))
    };
    install(&packages.iter().copied().filter(is_missing).collect::<Vec<_>>())
}

fn install(missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    if !shell::has("apt-get") {
        bail!("please install: {}", missing.join(", "));
    }
    shell::say(&format!("installing {}", missing.join(", ")));
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").args(["-qq", "-o", "Dpkg::Use-Pty=0"]).args(arguments);
        shell::run(command.stdout(std::process::Stdio::null()))
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], missing].concat())
}
