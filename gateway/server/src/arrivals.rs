//! From a connection and the head of a request to an [`Arrival`]: who calls, for which host, how safely.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::HOST;
use http::{HeaderMap, Request};
use ipnet::IpNet;
use varco_core::arrival::{Arrival, RequestId};
use varco_core::ports::Randomness;
use varco_core::refusal::refusals;

use crate::listener::Peer;

/// Reads arrivals.
pub(crate) struct Arrivals {
    trusted: Vec<IpNet>,
    randomness: Arc<dyn Randomness>,
}

refusals! {
    /// Why a request goes no further than the door.
    pub enum DoorRefusal {
        /// No host, two hosts, or something that is not a host.
        Host => ("gateway.host.malformed", BadRequest),
        /// Too many logins from one address.
        TooManyLogins => ("gateway.too-many-logins", TooManyRequests),
    }
}

// === impl Arrivals ===

impl Arrivals {
    /// Believes `X-Forwarded-For` and `X-Forwarded-Proto` from these networks only.
    pub(crate) fn new(trusted: Vec<IpNet>, randomness: Arc<dyn Randomness>) -> Self {
        Self { trusted, randomness }
    }

    /// A name for a request.
    pub(crate) fn request_id(&self) -> RequestId {
        RequestId::draw(&*self.randomness)
    }

    /// How a request arrived.
    pub(crate) fn read<B>(
        &self,
        request: &Request<B>,
        peer: Peer,
        request_id: RequestId,
    ) -> Result<Arrival, DoorRefusal> {
        let host = host(request)?;
        let (client, secure) = if self.trusts(peer.address) {
            let client = self.forwarded_client(request.headers()).unwrap_or(peer.address);
            (client, peer.tls || forwarded_proto_is_https(request.headers()))
        } else {
            (peer.address, peer.tls)
        };
        Ok(Arrival { client, secure, host, request_id })
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// The last address of `X-Forwarded-For` that no trusted proxy has: whatever stands before it was
    /// written by somebody whom we do not know.
    fn forwarded_client(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().map(|line| line.to_str()).collect::<Result<_, _>>().ok()?;
        let mut furthest = None;
        for text in lines.iter().flat_map(|line| line.split(',')).rev() {
            let address = text.trim().parse::<IpAddr>().ok()?.to_canonical();
            furthest = Some(address);
            if !self.trusts(address) {
                break;
            }
        }
        furthest
    }
}

fn forwarded_proto_is_https(headers: &HeaderMap) -> bool {
    headers.get_all("x-forwarded-proto").iter().next_back().is_some_and(|value| value.as_bytes() == b"https")
}

/// The one host that a request is for, lower case, without port.
///
/// RFC 9112 section 3.2: a request with no `Host`, more than one, or a malformed one is answered with
/// 400. Where the target is absolute (or HTTP/2 names an authority), a `Host` that differs is refused
/// too: the service behind us could believe the other one.
fn host<B>(request: &Request<B>) -> Result<String, DoorRefusal> {
    let mut named = request.headers().get_all(HOST).iter();
    let header = named.next().map(|value| value.to_str().map_err(|_| DoorRefusal::Host)).transpose()?;
    if named.next().is_some() {
        return Err(DoorRefusal::Host);
    }
    let target = request.uri().authority().map(http::uri::Authority::as_str);
    let authority = match (target, header) {
        (Some(target), Some(header)) if !target.eq_ignore_ascii_case(header) => return Err(DoorRefusal::Host),
        (Some(authority), _) | (None, Some(authority)) => authority,
        (None, None) => return Err(DoorRefusal::Host),
    };
    let authority: http::uri::Authority = authority.parse().map_err(|_| DoorRefusal::Host)?;
    if authority.host().is_empty() || authority.as_str().contains('@') {
        return Err(DoorRefusal::Host);
    }
    Ok(authority.host().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::SystemRandomness;

    fn read(peer: &str, uri: &str, headers: &[(&str, &str)]) -> Result<Arrival, DoorRefusal> {
        let arrivals = Arrivals::new(vec!["10.0.0.0/8".parse().unwrap()], Arc::new(SystemRandomness));
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let peer = Peer { address: peer.parse().unwrap(), tls: false, trusted: false };
        arrivals.read(&request.body(()).unwrap(), peer, arrivals.request_id())
    }

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = vec![("host", "a.example")];
        headers.extend(forwarded.iter().map(|line| ("x-forwarded-for", *line)));
        read(peer, "/", &headers).unwrap().client.to_string()
    }

    #[test]
    fn a_request_names_exactly_one_host() {
        assert_eq!(read("192.0.2.1", "/", &[("host", "A.example:8443")]).unwrap().host, "a.example");
        assert_eq!(read("192.0.2.1", "https://a.example/", &[("host", "a.example")]).unwrap().host, "a.example");
        assert_eq!(read("192.0.2.1", "/", &[("host", "[::1]:80")]).unwrap().host, "[::1]");
        for headers in [
            &[][..],
            &[("host", "a.example"), ("host", "a.example")],
            &[("host", "")],
            &[("host", "a b")],
            &[("host", "user@a.example")],
            &[("host", "a.example/b")],
        ] {
            assert_eq!(read("192.0.2.1", "/", headers), Err(DoorRefusal::Host), "{headers:?}");
        }
        assert_eq!(read("192.0.2.1", "https://a.example/", &[("host", "b.example")]), Err(DoorRefusal::Host));
    }

    #[test]
    fn a_stranger_cannot_say_where_they_come_from() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        let arrival = read("192.0.2.1", "/", &[("host", "a.example"), ("x-forwarded-proto", "https")]).unwrap();
        assert!(!arrival.secure);
    }

    #[test]
    fn a_trusted_proxy_names_the_client_and_the_scheme() {
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["203.0.113.9", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["nonsense"]), "10.0.0.1");
        let arrival = read("10.0.0.1", "/", &[("host", "a.example"), ("x-forwarded-proto", "https")]).unwrap();
        assert!(arrival.secure);
    }
}
