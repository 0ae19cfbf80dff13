//! Names of fields in which a client could claim what only a gateway knows.
//!
//! Services that hand headers on as environment variables (CGI, WSGI, PHP) cannot tell `-`, `_` and
//! other signs apart, so names are compared with every sign read as `-`.

/// Fields that go, with every sign read as `-`: what proxies, balancers and delivery networks are known
/// to say to services. This is the one list of them; a name that some service trusts belongs here.
const CLAIMS: [&str; 22] = [
    // Where a request comes from, by which address and in which name it is logged.
    "forwarded",
    "x-forwarded",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "true-client-ip",
    "fastly-client-ip",
    "x-request-id",
    // Who sends it.
    "x-user",
    "client-cert", // RFC 9440 section 4: a proxy must remove it
    "client-cert-chain",
    // What it asks for: the host, path and method that were judged are the ones that count.
    "x-host",
    "x-scheme",
    "x-url-scheme",
    "front-end-https",
    "x-script-name",
    "x-rewrite-url",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    // CGI turns it into HTTP_PROXY, which HTTP clients of the service then obey.
    "proxy",
    "x-varco",
];

/// Families of fields that go.
const FAMILIES: [&str; 12] = [
    "x-varco-",
    "x-forwarded-",
    "x-original-",
    "cf-connecting-",
    "remote-",
    "x-remote-",
    "x-authenticated-",
    "x-auth-request-",
    "x-webauth-",
    "x-client-cert-",
    "x-ssl-",
    "ssl-",
];

/// Whether a field of this name (lower case) says what only a gateway may say.
pub(super) fn is_claim(name: &str) -> bool {
    CLAIMS.iter().any(|claim| name.len() == claim.len() && begins(name, claim))
        || FAMILIES.iter().any(|family| begins(name, family))
}

fn begins(name: &str, normal: &str) -> bool {
    let read = |byte: u8| if byte.is_ascii_alphanumeric() { byte } else { b'-' };
    name.len() >= normal.len() && name.bytes().zip(normal.bytes()).all(|(byte, expected)| read(byte) == expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_claim_is_one() {
        for name in [
            "x-varco-assertion",
            "x_varco_assertion",
            "x-varco_assertion",
            "x.varco.assertion",
            "x-varco-",
            "x-varco",
            "x-forwarded-for",
            "x_forwarded_for",
            "x-forwarded-client-cert",
            "x-original-url",
            "x_http_method_override",
            "forwarded",
            "client-cert",
            "proxy",
            "x-forwarded",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "cf-connecting-ip",
            "cf_connecting_ipv6",
            "true-client-ip",
            "fastly-client-ip",
            "x-host",
            "x-scheme",
            "x-script-name",
            "x-user",
            "x_user",
            "x-remote-user",
            "x-remote-group",
            "remote-user",
            "remote_addr",
            "x-authenticated-user",
            "x-webauth-user",
            "x-ssl-client-verify",
            "x-ssl-cert",
            "ssl-client-s-dn",
            "ssl_cipher",
        ] {
            assert!(is_claim(name), "{name}");
        }
    }

    #[test]
    fn other_fields_are_left_alone() {
        for name in [
            "x-varcovia",
            "varco-assertion",
            "x-forward",
            "proxy-foo",
            "accept",
            "x",
            "forwarded-by",
            "cookie",
            "x-user-agent",
            "user-agent",
            "host",
            "ssl",
        ] {
            assert!(!is_claim(name), "{name}");
        }
    }
}
