//! Takes the gateway's cookies out of a request, and leaves the others byte for byte.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use varco_tokens::cookies::Cookie;

/// Removes the gateway's cookies. Several `Cookie` fields become one (RFC 9113 section 8.2.3).
pub(super) fn remove_ours(headers: &mut HeaderMap) {
    let mut fields = headers.get_all(COOKIE).iter();
    let Some(first) = fields.next() else { return };
    if fields.next().is_none() && !pieces(first).any(is_ours) {
        return;
    }
    let mut kept = Vec::new();
    for piece in headers.get_all(COOKIE).iter().flat_map(pieces).filter(|piece| !is_ours(piece)) {
        if !kept.is_empty() {
            kept.extend_from_slice(b"; ");
        }
        kept.extend_from_slice(piece);
    }
    headers.remove(COOKIE);
    // Pieces of valid field values make a valid field value.
    if let Some(value) = HeaderValue::from_maybe_shared(bytes::Bytes::from(kept)).ok().filter(|kept| !kept.is_empty()) {
        headers.insert(COOKIE, value);
    }
}

/// Whether a pair `name=value`, whatever follows it, is a cookie of the gateway.
pub(super) fn is_ours(pair: &[u8]) -> bool {
    // A browser sends a cookie without a name as its bare value, and what it holds then reads as a name
    // (RFC 6265bis section 5.6).
    let nameless = |byte: &u8| *byte == b'=' || byte.is_ascii_whitespace();
    let begin = pair.iter().position(|byte| !nameless(byte)).unwrap_or(pair.len());
    let name = pair[begin..].split(|byte| matches!(byte, b'=' | b';')).next().unwrap_or_default();
    Cookie::is_ours(name.trim_ascii())
}

fn pieces(field: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    field.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii).filter(|piece| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(fields: &[&'static [u8]]) -> Vec<HeaderValue> {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(COOKIE, HeaderValue::from_bytes(field).unwrap());
        }
        remove_ours(&mut headers);
        headers.get_all(COOKIE).iter().cloned().collect()
    }

    #[test]
    fn other_cookies_are_kept_byte_for_byte() {
        assert_eq!(cleaned(&[b"a=1;b=\"x y\" ;c"]), ["a=1;b=\"x y\" ;c"], "nothing of ours: untouched");
        assert_eq!(cleaned(&[b"a=1; varco-session=x; b=\"q=1\""]), ["a=1; b=\"q=1\""]);
        assert_eq!(cleaned(&[b"a=\xff; __Host-varco-session=x"]), [HeaderValue::from_bytes(b"a=\xff").unwrap()]);
        assert_eq!(cleaned(&[b"xvarco-session=1; varco-sessions=2"]), ["xvarco-session=1; varco-sessions=2"]);
    }

    #[test]
    fn none_of_ours_is_left_however_it_is_written() {
        assert!(cleaned(&[b"__Host-varco-session=x"]).is_empty());
        assert_eq!(cleaned(&[b"a=1", b"__Host-varco-browser=x", b"b=2"]), ["a=1; b=2"]);
        assert_eq!(cleaned(&[b"varco-handoff =x;a=1; varco-session=y;varco-session=z"]), ["a=1"]);
        assert_eq!(cleaned(&[b"a=\"1; varco-session=x; b=2\""]), ["a=\"1; b=2\""], "inside quotes");
        assert!(cleaned(&[b"varco-session=\"x\""]).is_empty());
        assert!(cleaned(&[b"varco-session"]).is_empty());
        assert_eq!(cleaned(&[b"=varco-session=x; a=1; = =varco-browser=y; ="]), ["a=1; ="], "without a name");
    }
}
