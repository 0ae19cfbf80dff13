//! What providers were told: keys, certificates and metadata on the command line, and a gateway that keeps
//! its word.

use std::fs;
use std::process::{Command, Output};

use anyhow::{Context, Result};
use tempfile::TempDir;
use varco_tests::binary;

const CONFIGURATION: &str = r#"
store.durable = "sqlite:varco.sqlite"
management.listen = "127.0.0.1:0"
[gateway]
access_url = "http://127.0.0.1:18095"
listen = "127.0.0.1:0"
insecure_http = true
[aggregator]
name = "Regione Dimostrativa"
ipa = "r_demo"
vat_number = "IT01234567897"
fiscal_code = "01234567897"
email = "spid@regione.example"
phone = "+39055000000"
locality = "Firenze"
[methods.spid]
[bodies.c_e715]
name = "Comune Dimostrativo"
url = "https://www.comune.example/"
fiscal_code = "12345678903"
email = "spid@comune.example"
locality = "Lucca"
[services.anagrafe]
body = "c_e715"
path = "/anagrafe"
upstream = "http://127.0.0.1:1"
level = 2
attribute_set = 0
attributes = ["given_name"]
"#;

/// A folder with a configuration, and the commands in it.
struct Office(TempDir);

impl Office {
    fn new() -> Result<Self> {
        let office = Self(tempfile::tempdir()?);
        office.configure(CONFIGURATION)?;
        Ok(office)
    }

    fn configure(&self, text: &str) -> Result<()> {
        Ok(fs::write(self.0.path().join("varco.toml"), text)?)
    }

    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(binary::binary()?);
        command.args(arguments).args(["--config", "varco.toml"]).current_dir(self.0.path());
        command.output().with_context(|| arguments.join(" "))
    }

    /// What a command that ends well prints.
    fn done(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }
}

#[test]
fn a_body_gets_its_key_once_and_the_settings_to_use_it() -> Result<()> {
    let office = Office::new()?;
    let said = office.done(&["keys", "certificate", "--body", "c_e715"])?;
    let (_, settings) = said.split_once("\n\n[").context("no settings")?;
    let key = fs::read_to_string(office.0.path().join("keys/spid.c_e715.key.pem"))?;
    assert_eq!(office.done(&["keys", "certificate", "--body", "c_e715"])?, said);
    assert_eq!(fs::read_to_string(office.0.path().join("keys/spid.c_e715.key.pem"))?, key, "it is never replaced");

    let own = CONFIGURATION.replace("[bodies.c_e715]\n", &format!("[{settings}"));
    office.configure(&own)?;
    let certificate = fs::read_to_string(office.0.path().join("keys/spid.c_e715.crt.pem"))?;
    let base64: String = certificate.lines().filter(|line| !line.starts_with("-----")).collect();
    assert_eq!(office.done(&["metadata", "spid", "--body", "c_e715"])?.matches(&base64).count(), 2, "signed with it");

    let unknown = office.run(&["keys", "certificate", "--body", "c_nulla"])?;
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8(unknown.stderr)?.contains("there is no body c_nulla in the configuration"));
    Ok(())
}

#[test]
fn an_index_that_providers_know_keeps_its_meaning_or_the_gateway_does_not_start() -> Result<()> {
    let office = Office::new()?;
    let publish = ["metadata", "publish", "spid", "--body", "c_e715"];
    assert!(office.done(&publish)?.starts_with("Published for the first time."));
    assert!(!office.done(&publish)?.contains("breaks"), "nothing changed");

    office.configure(&CONFIGURATION.replace("[\"given_name\"]", "[\"given_name\", \"email\"]"))?;
    let refused = office.run(&["serve"])?;
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8([refused.stderr, refused.stdout].concat())?;
    for part in ["of the body c_e715 for spid", "AttributeConsumingService[0]", "varco metadata publish spid"] {
        assert!(said.contains(part), "{said}");
    }

    let news = office.done(&publish)?;
    assert!(news.contains("an index never changes its meaning"), "{news}");
    let said = office.done(&publish)?;
    assert!(!said.contains("an index never changes its meaning"), "it was recorded: {said}");
    Ok(())
}
