//! The other verifiers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use varco_forge::provider::Provider;
use varco_samael::Samael;
use varco_saml::response::VerifiedAssertion;
use varco_saml::second::{SecondReading, SecondVerifier as _, agrees};
use varco_xmldsig::{DSIG, TrustedKey, Xml};

/// samael, and the program xmlsec1.
pub(crate) struct Judges {
    keys: Vec<TrustedKey>,
    certificate: PathBuf,
    folder: PathBuf,
}

/// Where the two signatures are: in the response, and in its assertion.
const PLACES: [&str; 2] = [
    "/*[local-name()='Response']/*[local-name()='Signature']",
    "/*[local-name()='Response']/*[local-name()='Assertion']/*[local-name()='Signature']",
];

// === impl Judges ===

impl Judges {
    pub(crate) fn new(provider: &Provider, folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self {
            keys: provider.identity.keys().to_vec(),
            certificate: Provider::folder().join("certificate.pem"),
            folder: folder.to_owned(),
        })
    }

    /// Whether samael accepts a response that we accept, and reads the same; if not, why.
    pub(crate) fn samael_agrees(&self, xml: &str, ours: &VerifiedAssertion) -> Result<(), String> {
        agrees(&Samael, xml, &self.keys, ours).map_err(|doubt| doubt.to_string())
    }

    /// What samael reads in a response, if it accepts it.
    pub(crate) fn samael_reads(&self, xml: &str) -> Option<SecondReading> {
        let certificates: Vec<_> = self.keys.iter().map(TrustedKey::certificate).collect();
        Samael.read(xml, &certificates).ok()
    }

    /// Whether xmlsec1 verifies every signature of a response that we accept.
    pub(crate) fn xmlsec1_accepts(&self, xml: &str, number: u64) -> Result<bool> {
        let file = self.folder.join(format!("trial-{number}.xml"));
        fs::write(&file, xml).with_context(|| format!("writing {}", file.display()))?;
        let read = Xml::parse(xml).context("a message that we accept is XML")?;
        let response_signed = read.root().only_child(DSIG, "Signature").is_some();
        let places = if response_signed { &PLACES[..] } else { &PLACES[1..] };
        let verdicts: Result<Vec<bool>> = places.iter().map(|place| self.verifies(&file, place)).collect();
        fs::remove_file(&file)?;
        Ok(verdicts?.into_iter().all(|verifies| verifies))
    }

    fn verifies(&self, file: &Path, place: &str) -> Result<bool> {
        let status = Command::new("xmlsec1")
            // It would read every authority of the system, on every start.
            .envs([("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/nonexistent")])
            .args(["--verify", "--pubkey-cert-pem"])
            .arg(&self.certificate)
            .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"])
            .args(["--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response"])
            .args(["--node-xpath", place])
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("cannot start xmlsec1 (Debian: apt-get install xmlsec1)")?;
        Ok(status.success())
    }
}
