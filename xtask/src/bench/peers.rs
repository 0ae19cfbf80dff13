//! Libraries of others that do the same work, installed below the target folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Program;
use crate::shell;

const PYTHON3_SAML: &str = "1.16.0";
const NODE_SAML: &str = "5.1.0";
/// Rounds of them are slower: fewer logins are enough.
const TIMES: &str = "100";

/// How a round of each is run on the message of a folder. They are installed where they are missing.
pub(super) fn installed(message: &Path) -> Result<[Program; 2]> {
    let folder = shell::target()?.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let mut programs = [python(&folder.join("venv"))?, node(&folder.join("node"))?];
    for program in &mut programs {
        program.arguments.extend([message.into(), TIMES.into()]);
    }
    Ok(programs)
}

fn python(environment: &Path) -> Result<Program> {
    let python = environment.join("bin/python");
    let installed = Command::new(&python).args(["-c", "import onelogin.saml2.auth"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        crate::tools::debian_packages()?;
        shell::say(&format!("installing python3-saml {PYTHON3_SAML} under {}", environment.display()));
        shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(environment))?;
        let package = format!("python3-saml=={PYTHON3_SAML}");
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &package];
        shell::run(Command::new(&python).args(install))?;
    }
    let script = shell::root().join("bench/peers/python3_saml.py");
    Ok(Program { name: "python3-saml", path: python, arguments: vec![script.into()] })
}

fn node(folder: &Path) -> Result<Program> {
    if !folder.join("node_modules/@node-saml/node-saml").exists() {
        if !shell::has("npm") {
            bail!("@node-saml/node-saml needs Node.js with npm (Debian: apt-get install nodejs npm)");
        }
        shell::say(&format!("installing @node-saml/node-saml {NODE_SAML} under {}", folder.display()));
        fs::create_dir_all(folder)?;
        fs::write(folder.join("package.json"), "{\"private\":true}\n")?;
        let package = format!("@node-saml/node-saml@{NODE_SAML}");
        let install = ["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", &package];
        shell::run(Command::new("npm").args(install).current_dir(folder))?;
    }
    let script = shell::root().join("bench/peers/node_saml.mjs");
    Ok(Program { name: "@node-saml/node-saml", path: "node".into(), arguments: vec![script.into(), folder.into()] })
}
