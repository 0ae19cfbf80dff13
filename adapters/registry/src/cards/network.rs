//! The network, as far as cards may lead there.
//!
//! A certificate names the addresses at which its authority says what it has revoked. That an authority has signed it
//! does not make every address of it one that is asked: its host must belong to the trust lists, or an operator must
//! have named it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use http::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use url::Url;
use varco_federation::http::HttpFault;

use crate::network::{Guarded, NetworkError, collect, host_may_be_asked, send};

/// A list of 1,000,000 numbers takes about 40 MB.
const LONGEST_LIST: usize = 64 * 1024 * 1024;

/// For such a list over a slow line. Nobody waits for it.
const PATIENCE_FOR_LIST: Duration = Duration::from_mins(2);

/// For a connection, and for anything to come over it.
const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(5);
const PATIENCE_FOR_BYTES: Duration = Duration::from_secs(10);

/// What a responder says of one card.
const LONGEST_ANSWER: usize = 64 * 1024;

/// A citizen waits for it.
pub(super) const PATIENCE_FOR_ANSWER: Duration = Duration::from_secs(2);

/// As much of a path stands in a label.
const LONGEST_LABEL: usize = 80;

/// The network.
pub(super) struct CardNetwork {
    /// For the hosts of trust lists: public networks only.
    guarded: Client,
    /// For the hosts that an operator named.
    chosen: Client,
    chosen_hosts: Vec<String>,
    listed_hosts: ArcSwap<BTreeSet<String>>,
}

// === impl CardNetwork ===

impl CardNetwork {
    /// A network of the hosts that an operator named.
    pub(super) fn new(chosen_hosts: &[String]) -> Result<Self, NetworkError> {
        let builder = || {
            let builder = Client::builder().no_proxy().referer(false).redirect(Policy::none());
            builder.connect_timeout(PATIENCE_TO_CONNECT).read_timeout(PATIENCE_FOR_BYTES)
        };
        Ok(Self {
            guarded: builder().dns_resolver(Arc::new(Guarded(Arc::default()))).build()?,
            chosen: builder().build()?,
            chosen_hosts: chosen_hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
            listed_hosts: ArcSwap::default(),
        })
    }

    /// The hosts that belong to the trust lists from now on.
    pub(super) fn know(&self, hosts: BTreeSet<String>) {
        self.listed_hosts.store(Arc::new(hosts));
    }

    /// A list of revoked certificates.
    pub(super) async fn list(&self, address: &Url) -> Result<Vec<u8>, HttpFault> {
        let request = self.client(address)?.get(address.clone()).header(ACCEPT, "application/pkix-crl");
        let response = send(request.timeout(PATIENCE_FOR_LIST)).await?;
        if response.status() != StatusCode::OK {
            return Err(HttpFault::Unexpected);
        }
        collect(response, LONGEST_LIST).await
    }

    /// What a responder answers. (RFC 6960, appendix A.1.)
    pub(super) async fn answer(&self, address: &Url, question: Vec<u8>) -> Result<Vec<u8>, HttpFault> {
        let request = self.client(address)?.post(address.clone()).body(question);
        let request =
            request.header(CONTENT_TYPE, "application/ocsp-request").header(ACCEPT, "application/ocsp-response");
        let response = send(request.timeout(PATIENCE_FOR_ANSWER)).await?;
        if response.status() != StatusCode::OK {
            return Err(HttpFault::Unexpected);
        }
        collect(response, LONGEST_ANSWER).await
    }

    fn client(&self, address: &Url) -> Result<&Client, HttpFault> {
        let host = address.host_str().unwrap_or_default();
        let with_port = format!("{host}:{}", address.port_or_known_default().unwrap_or_default());
        if self.chosen_hosts.iter().any(|chosen| *chosen == host || *chosen == with_port) {
            return Ok(&self.chosen);
        }
        let is_listed = self.listed_hosts.load().contains(host);
        if is_listed && host_may_be_asked(address, &[]) { Ok(&self.guarded) } else { Err(HttpFault::Forbidden) }
    }
}

/// An address in a word that is fit for a log and a metric label.
pub(super) fn label(address: &Url) -> String {
    let host = address.host_str().unwrap_or_default();
    let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path: String = address.path().chars().take(LONGEST_LABEL).collect();
    format!("{host}{port}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_the_trust_lists_and_of_the_operator_are_asked() {
        let network = CardNetwork::new(&["CRL.Regione.example".to_owned(), "127.0.0.1:8090".to_owned()]).unwrap();
        network.know(["crl.actalis.example".to_owned(), "127.0.0.1".to_owned()].into());
        let asked = |address: &str| network.client(&address.parse().unwrap()).is_ok();
        assert!(asked("http://crl.actalis.example/a.crl"));
        assert!(asked("http://crl.regione.example:8080/a.crl"), "an operator named it");
        assert!(asked("http://127.0.0.1:8090/a.crl"), "with its port");
        assert!(!asked("http://127.0.0.1:8091/a.crl"), "a trust list leads to no private network");
        assert!(!asked("http://elsewhere.example/a.crl"));
        assert!(!asked("http://crl.actalis.example.evil.example/a.crl"));
        assert!(!asked("http://crl.actalis.example@evil.example/a.crl"));
    }
}
