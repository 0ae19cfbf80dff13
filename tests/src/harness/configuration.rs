//! The configuration that a gateway under test runs with.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result};

use crate::authority::{SERVER_CERTIFICATE, SERVER_KEY};

/// A service that a test can put behind the gateway.
pub(super) struct KnownService {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) body: &'static str,
    pub(super) body_name: &'static str,
    attributes: &'static str,
    rules: &'static str,
}

/// Two bodies, one service each; they are entitled to different attributes.
pub(super) const KNOWN_SERVICES: [KnownService; 2] = [
    KnownService {
        id: "anagrafe",
        name: "Anagrafe",
        body: "c_e715",
        body_name: "Comune Dimostrativo",
        attributes: r#"["given_name", "family_name", "fiscal_number"]"#,
        rules: r#"[
    { path = "/orari", access = "public" },
    { path = "/headers", access = "public" },
    { path = "/bacheca", level = 1 },
    { path = "/certificati", level = 3 },
]"#,
    },
    KnownService {
        id: "fascicolo",
        name: "Fascicolo sanitario",
        body: "ausl_demo",
        body_name: "Azienda USL Dimostrativa",
        attributes: r#"["given_name", "fiscal_number"]"#,
        rules: "[]",
    },
];

/// What differs from test to test.
pub(super) struct Plan<'a> {
    pub(super) access: u16,
    pub(super) management: u16,
    /// Services with the addresses behind them.
    pub(super) services: &'a [(&'static KnownService, String)],
    /// Methods, with what their sections say.
    pub(super) methods: &'a BTreeMap<&'static str, Vec<String>>,
    /// What the gateway is in a federation.
    pub(super) federation: &'a str,
}

/// The service of this identifier.
pub(super) fn known(id: &str) -> Result<&'static KnownService> {
    KNOWN_SERVICES.iter().find(|service| service.id == id).with_context(|| format!("no service {id} is known here"))
}

// === impl Plan ===

impl Plan<'_> {
    /// The configuration file; relative paths are relative to its folder.
    pub(super) fn write(&self) -> String {
        let mut text = format!(
            r#"
[gateway]
access_url = "https://accesso.localhost:{access}"
tls = {{ listen = "127.0.0.1:{access}", certificate_file = "{SERVER_CERTIFICATE}", key_file = "{SERVER_KEY}" }}

[management]
listen = "127.0.0.1:{management}"

[store]
durable = "sqlite:data/varco.sqlite"

[limits]
enabled = false

[log]
level = "debug"

[aggregator]
name = "Regione di prova"
ipa = "r_prova"
fiscal_code = "01386030488"
vat_number = "IT01386030488"
email = "accesso@regione.example"
phone = "+390550000000"
locality = "Firenze"
municipality = "D612"
"#,
            access = self.access,
            management = self.management,
        );
        text.push_str(self.federation);
        for (method, lines) in self.methods {
            let _ = writeln!(text, "\n[methods.{method}]\n{}", lines.join("\n"));
        }
        for (service, upstream) in self.services {
            text.push_str(&write_service(service, upstream));
        }
        text
    }
}

fn write_service(service: &KnownService, upstream: &str) -> String {
    let KnownService { id, name, body, body_name, attributes, rules } = service;
    format!(
        r#"
[bodies.{body}]
name = "{body_name}"
url = "https://www.ente.example/"
fiscal_code = "00378210462"
email = "protocollo@ente.example"
municipality = "E715"

[services.{id}]
body = "{body}"
name = "{name}"
hosts = ["{id}.localhost"]
upstream = "{upstream}"
level = 2
attributes = {attributes}
rules = {rules}
response_timeout_seconds = 2
"#
    )
}
