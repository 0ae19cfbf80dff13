//! Phase 5: what the gateway says to the service: who is calling, from where, for which host.

use std::net::IpAddr;

use http::header::{FORWARDED, HOST};
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use varco_core::session::Session;

use crate::error::{Failure, ProxyRefusal};
use crate::phases::route::Routed;
use crate::request::Visit;
use crate::setup::Proxy;

const ASSERTION: HeaderName = HeaderName::from_static("x-varco-assertion");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl Proxy {
    /// Writes the gateway's fields. [`strip`](Proxy::strip) has removed all that looked like them.
    pub(crate) fn sign(
        &self,
        Visit { arrival, head, .. }: &mut Visit<'_>,
        routed: &Routed<'_>,
        session: Option<&Session>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let headers = &mut head.headers;
        if let Some(session) = session {
            let assertion = self.assertions.assertion(session, &routed.service, now);
            headers.insert(ASSERTION, assertion.map_err(|error| ProxyRefusal::Internal.caused_by(error))?);
        }
        let value = |text: String| HeaderValue::try_from(text).map_err(|error| ProxyRefusal::Internal.caused_by(error));
        let scheme = if arrival.secure { "https" } else { "http" };
        headers.insert(FORWARDED, value(forwarded(arrival.client, routed.host, scheme))?);
        headers.insert(HOST, routed.host.clone());
        headers.insert(FORWARDED_HOST, routed.host.clone());
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static(scheme));
        headers.insert(FORWARDED_FOR, value(arrival.client.to_string())?);
        headers.insert(REQUEST_ID, value(arrival.request_id.to_string())?);
        Ok(())
    }
}

/// The same in one field (RFC 7239 section 4): what is no token, an IPv6 address or a host with its port,
/// is quoted.
fn forwarded(client: IpAddr, host: &HeaderValue, scheme: &str) -> String {
    let host = host.to_str().unwrap_or_default();
    match client {
        IpAddr::V4(client) => format!("for={client};host=\"{host}\";proto={scheme}"),
        IpAddr::V6(client) => format!("for=\"[{client}]\";host=\"{host}\";proto={scheme}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_field_can_be_read_whatever_the_address() {
        let host = HeaderValue::from_static("anagrafe.test:8443");
        assert_eq!(
            forwarded("2001:db8::1".parse().unwrap(), &host, "https"),
            "for=\"[2001:db8::1]\";host=\"anagrafe.test:8443\";proto=https"
        );
        assert_eq!(
            forwarded("192.0.2.1".parse().unwrap(), &host, "http"),
            "for=192.0.2.1;host=\"anagrafe.test:8443\";proto=http"
        );
    }
}
