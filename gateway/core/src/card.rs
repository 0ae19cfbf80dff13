//! A card in its reader: what a login with one needs besides [`LoginMethod`](crate::method::LoginMethod).
//!
//! A browser shows the certificate of a card only while a connection begins, and only where it is asked to. So there is
//! a host of its own for that, which reads the card and sends the browser back:
//!
//! ```text
//!   access host                         card host
//!   GET /login/health-card ── ticket ──▶ GET /        the handshake proves the card, CardReader::read judges it
//!   GET /return/health-card ◀─ reading ──┘            the attempt is taken, the reading opened, once
//! ```
//!
//! The card host knows nobody: what it found out, good or bad, counts only for the browser that holds the attempt.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use data_encoding::HEXLOWER;
use jiff::Timestamp;

use crate::origin::Origin;
use crate::ports::Randomness;
use crate::secret::Secret;

/// The certificates that a browser showed in a handshake in which it proved to have the key of the first. `Debug`
/// prints how many there are: what they say is of a person.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ShownCertificates(Arc<[Box<[u8]>]>);

/// Where cards are read: one host, or a new one for each login, `https://*.card.example`.
///
/// Browsers remember for as long as they run that a citizen chose to show no certificate to a host. A host that nobody
/// has seen before was refused nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardAddress {
    /// Without the label that changes.
    origin: Origin,
    fresh: bool,
}

/// The text is no address of a card host.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not https://HOST, https://HOST:PORT, or the same with *. before the host")]
pub struct NotACardAddress;

/// Reads cards on the card host.
#[async_trait]
pub trait CardReader: Send + Sync {
    /// Where cards are read.
    fn address(&self) -> &CardAddress;

    /// The names of the authorities whose cards count, in DER: browsers offer no other certificates.
    fn authorities(&self) -> Arc<[Box<[u8]>]>;

    /// Judges what was shown, for the login that a ticket belongs to: the address of the access host at which the browser
    /// goes on. Whatever came of it is said there, also that there is no such login.
    async fn read(&self, ticket: Option<&str>, shown: &ShownCertificates, now: Timestamp) -> String;
}

// === impl ShownCertificates ===

impl ShownCertificates {
    /// Certificates in DER: first that of who speaks, then those that were sent with it.
    pub fn new(certificates: impl IntoIterator<Item = Box<[u8]>>) -> Self {
        Self(certificates.into_iter().collect())
    }

    /// The certificate of who speaks, and those that were sent with it; nothing, where none was shown.
    pub fn split(&self) -> Option<(&[u8], impl Iterator<Item = &[u8]>)> {
        let (own, others) = self.0.split_first()?;
        Some((own, others.iter().map(|other| &**other)))
    }
}

impl fmt::Debug for ShownCertificates {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ShownCertificates({})", self.0.len())
    }
}

// === impl CardAddress ===

impl CardAddress {
    /// Reads the address.
    pub fn parse(text: &str) -> Result<Self, NotACardAddress> {
        let below = text.strip_prefix("https://*.");
        let plain = below.map_or_else(|| text.to_owned(), |below| format!("https://{below}"));
        let origin = Origin::parse(&plain).ok().filter(Origin::is_https).ok_or(NotACardAddress)?;
        Ok(Self { origin, fresh: below.is_some() })
    }

    /// The origin that a browser is sent to.
    pub fn for_login(&self, randomness: &dyn Randomness) -> Origin {
        if !self.fresh {
            return self.origin.clone();
        }
        let label = HEXLOWER.encode(&Secret::draw(randomness).as_bytes()[..8]);
        self.origin.with_host(&format!("{label}.{}", self.origin.host()))
    }

    /// Whether it is a name, which browsers say in the handshake, and not a number.
    pub fn has_name(&self) -> bool {
        let host = self.origin.host();
        !host.starts_with('[') && host.parse::<std::net::Ipv4Addr>().is_err()
    }

    /// Whether browsers could take it for this other origin.
    pub fn is_same_as(&self, other: &Origin) -> bool {
        let port = |origin: &Origin| origin.port().unwrap_or(443);
        other.is_https() && self.is_at(other.host()) && port(&self.origin) == port(other)
    }

    /// Whether a request for this host (without port, in lower case) is for the card host.
    pub fn is_at(&self, host: &str) -> bool {
        if !self.fresh {
            return host == self.origin.host();
        }
        let label = host.strip_suffix(self.origin.host()).and_then(|label| label.strip_suffix('.'));
        label.is_some_and(|label| !label.is_empty() && !label.contains('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::tests::Sequence;

    #[test]
    fn one_host_is_always_the_same() {
        let address = CardAddress::parse("https://card.example:8443").unwrap();
        assert_eq!(address.for_login(&Sequence::default()).to_string(), "https://card.example:8443");
        assert!(address.is_at("card.example"));
        assert!(!address.is_at("a.card.example") && !address.is_at("example"));
    }

    #[test]
    fn a_fresh_host_is_another_one_each_time() {
        let address = CardAddress::parse("https://*.card.example:8443").unwrap();
        let draws = Sequence::default();
        let [one, other] = [(); 2].map(|()| address.for_login(&draws));
        assert_eq!(one.to_string(), "https://0000000000000000.card.example:8443");
        assert_ne!(one, other);
        assert!(address.is_at(one.host()) && address.is_at(other.host()));
        assert!(
            !address.is_at("card.example") && !address.is_at("a.b.card.example") && !address.is_at(".card.example")
        );
    }

    #[test]
    fn a_card_host_speaks_tls() {
        for bad in
            ["http://card.example", "https://*.", "https://", "card.example", "https://card.example/x", "https://a.*.b"]
        {
            assert_eq!(CardAddress::parse(bad), Err(NotACardAddress), "{bad}");
        }
    }

    #[test]
    fn certificates_do_not_print_themselves() {
        let shown = ShownCertificates::new([Box::from(&b"one"[..]), Box::from(&b"two"[..])]);
        assert_eq!(format!("{shown:?}"), "ShownCertificates(2)");
        let (own, others) = shown.split().unwrap();
        assert_eq!((own, others.collect::<Vec<_>>()), (&b"one"[..], vec![&b"two"[..]]));
        assert!(ShownCertificates::default().split().is_none());
    }
}
