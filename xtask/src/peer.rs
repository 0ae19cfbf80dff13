//! Public conformance tools, run against the gateway.

use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use crate::shell;

/// A public conformance tool.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Peer {
    /// `spid-sp-test`: metadata, AuthnRequest and all responses, in each profile of SPID, CIE and eIDAS.
    Spid,
    /// `spid-cie-oidc`: a trust anchor and OpenID providers of SPID and CIE, the gateway among them.
    Federation,
    /// `signxml` and `cryptography`: XML signatures and encryption of other people, in both directions.
    Signxml,
    /// `openssl`, `curl`, `softhsm2`, `sslscan` and `testssl`: cards as they make and show them, and the listener for cards.
    Card,
}

/// What holds a card in software and speaks to it, and what looks at the listener.
const CARD_PACKAGES: [&str; 6] = ["curl", "softhsm2", "opensc", "libengine-pkcs11-openssl", "sslscan", "testssl.sh"];

/// Builds the gateway and runs the tool.
pub(crate) fn run(peer: Peer) -> Result<()> {
    crate::tools::debian_packages()?;
    crate::demo::build()?;
    check(peer)
}

/// Runs the tool against the gateway that is already built.
pub(crate) fn check(peer: Peer) -> Result<()> {
    let script = match peer {
        Peer::Spid => "tests/peers/spid.sh",
        Peer::Federation => "tests/peers/federation.sh",
        Peer::Signxml => "tests/peers/signxml.sh",
        Peer::Card => {
            crate::tools::debian_libraries(&CARD_PACKAGES)?;
            "tests/peers/card.sh"
        }
    };
    shell::run(Command::new("bash").arg(shell::root().join(script)).current_dir(shell::root()))
}
