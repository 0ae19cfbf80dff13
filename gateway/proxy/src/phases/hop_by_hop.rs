//! Fields that are for one connection only (RFC 9110 section 7.6.1), in both directions.

use http::header::{CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue};

const FIELDS: [HeaderName; 9] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("http2-settings"),
];

/// Options of `Connection` that name no field worth looking for: the fields are removed anyway.
const PLAIN_OPTIONS: [&[u8]; 4] = [b"keep-alive", b"close", b"upgrade", b"te"];

/// Removes them, and what `Connection` names besides.
pub(crate) fn remove(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = tokens(headers, &CONNECTION)
        .filter(|option| !PLAIN_OPTIONS.iter().any(|plain| option.eq_ignore_ascii_case(plain)))
        .filter_map(|option| HeaderName::from_bytes(option).ok())
        .collect();
    for name in named.iter().chain(&FIELDS) {
        headers.remove(name);
    }
}

/// Whether the list in this field holds a token.
pub(crate) fn lists(headers: &HeaderMap, field: &HeaderName, token: &str) -> bool {
    tokens(headers, field).any(|found| found.eq_ignore_ascii_case(token.as_bytes()))
}

/// Whether the other side asks for, or agrees to, a WebSocket. Nothing else is upgraded to: inside
/// another protocol (`h2c`) requests would pass that nobody judges.
pub(crate) fn is_websocket(headers: &HeaderMap) -> bool {
    let mut protocols = headers.get_all(UPGRADE).iter().map(HeaderValue::as_bytes);
    protocols.next().is_some_and(|protocol| protocol.eq_ignore_ascii_case(b"websocket"))
        && protocols.next().is_none()
        && lists(headers, &CONNECTION, "upgrade")
}

/// Whether the body comes in chunks and in no other encoding. The HTTP library undoes the chunks and
/// nothing else: what it leaves would be lost with the field that names it (RFC 9112 section 6.1).
pub(crate) fn is_only_chunked(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(TRANSFER_ENCODING).iter();
    let chunked = encodings.next().is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"chunked"));
    chunked && encodings.next().is_none()
}

fn tokens<'a>(headers: &'a HeaderMap, field: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
    let values = headers.get_all(field).iter();
    values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let line = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn fields_of_the_connection_and_those_it_names_are_removed() {
        let mut headers = headers(&[
            ("connection", "close, X-One"),
            ("connection", "x-two ,, not a name"),
            ("x-one", "1"),
            ("x-two", "2"),
            ("x-three", "3"),
            ("keep-alive", "timeout=5"),
            ("proxy-authorization", "Basic eA=="),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("http2-settings", "AAMAAABkAAQAoAAAAAIAAAAA"),
        ]);
        remove(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-three"]);
    }

    #[test]
    fn only_a_websocket_is_upgraded_to() {
        assert!(is_websocket(&headers(&[("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket")])));
        for refused in [
            &[("connection", "upgrade"), ("upgrade", "h2c")][..],
            &[("connection", "upgrade"), ("upgrade", "websocket, h2c")],
            &[("connection", "upgrade"), ("upgrade", "websocket"), ("upgrade", "h2c")],
            &[("connection", "keep-alive"), ("upgrade", "websocket")],
            &[("upgrade", "websocket")],
        ] {
            assert!(!is_websocket(&headers(refused)), "{refused:?}");
        }
    }
}
