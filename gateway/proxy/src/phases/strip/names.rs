//! Names of fields in which a client could claim what only a gateway knows.
//!
//! Services that hand headers on as environment variables (CGI, WSGI, PHP) cannot tell `-`, `_` and
//! other signs apart, so names are compared with every sign read as `-`.

/// Fields that go, with every sign read as `-`.
const CLAIMS: [&str; 15] = [
    // Where a request comes from, in which name it is logged.
    "forwarded",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "x-request-id",
    // Who sends it.
    "remote-user",
    "x-remote-user",
    "client-cert", // RFC 9440 section 4: a proxy must remove it
    "client-cert-chain",
    // What it asks for: the path and method that were judged are the ones that count.
    "x-rewrite-url",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    // CGI turns it into HTTP_PROXY, which HTTP clients of the service then obey.
    "proxy",
    "x-varco",
];

/// Families of fields that go.
const FAMILIES: [&str; 7] =
    ["x-varco-", "x-forwarded-", "x-original-", "x-auth-request-", "x-client-cert-", "x-ssl-client-", "ssl-client-"];

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
        ] {
            assert!(is_claim(name), "{name}");
        }
    }

    #[test]
    fn other_fields_are_left_alone() {
        for name in ["x-varcovia", "varco-assertion", "x-forward", "proxy-foo", "accept", "x", "forwarded-by", "cookie"]
        {
            assert!(!is_claim(name), "{name}");
        }
    }
}
