//! The cards of a gateway under test.

use crate::authority::{SERVER_CERTIFICATE, SERVER_KEY};
use crate::card_world::{CardWorld, LIST_SIGNER};

/// The host where cards are read.
pub(super) const HOST: &str = "carta.localhost";

/// What the certificate of those below it is for.
pub(super) const BELOW: &str = "*.carta.localhost";

/// Where cards are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// On a port of their own.
    Own,
    /// On the port of the access host.
    Shared,
    /// On a port of their own, and on another host at each login.
    Fresh,
}

/// The section of the method, when cards are read on this port and the trust list is there.
pub(super) fn section(world: &CardWorld, door: Door, port: u16, list: &str) -> String {
    let label = if door == Door::Fresh { "*." } else { "" };
    let origin = world.revocations().origin();
    let revocations = origin.trim_start_matches("http://");
    format!(
        r#"listen = "127.0.0.1:{port}"
url = "https://{label}{HOST}:{port}"
tls_certificate = "{SERVER_CERTIFICATE}"
tls_key = "{SERVER_KEY}"
trust_lists = ["{list}"]
trust_list_signers = ["{LIST_SIGNER}"]
trust_list_refresh_seconds = 1
revocation_hosts = ["{revocations}"]"#
    )
}
