//! The path of a proxied request, as the rules judge it.
//!
//! A service may read a path in more ways than one: it may fold case, squeeze slashes, or drop
//! `;parameters`. So a path that is ambiguous beyond that is refused, and the others are judged
//! under every reading; the strictest answer holds.

/// A path that can be judged, with the readings that a service may give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPath {
    exact: String,
    folded: Option<String>,
}

/// The path could be read as another one than the one judged.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the path has a dot segment, an encoded slash, a backslash, a control character or a broken escape")]
pub struct AmbiguousPath;

// === impl RequestPath ===

impl RequestPath {
    /// Reads the path of a request target, still percent-encoded, without its query.
    pub fn parse(raw: &str) -> Result<Self, AmbiguousPath> {
        if !raw.starts_with('/') {
            return Err(AmbiguousPath);
        }
        let exact = decode(raw)?;
        let has_dot_segment = exact.split('/').any(|segment| {
            // Some servers drop `;parameters` before they resolve dot segments.
            matches!(segment.split(';').next(), Some("." | ".."))
        });
        if has_dot_segment {
            return Err(AmbiguousPath);
        }
        let folded = fold(&exact);
        let folded = (folded != exact).then_some(folded);
        Ok(Self { exact, folded })
    }

    /// The path with its escapes decoded.
    pub fn exact(&self) -> &str {
        &self.exact
    }

    /// Every reading: the exact one, and the folded one where it differs.
    pub fn readings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.exact.as_str()).chain(self.folded.as_deref())
    }
}

/// Whether `path` is `prefix` or lies below it; `/a` covers `/a` and `/a/b`, never `/ab`.
pub fn lies_below(path: &str, prefix: &str) -> bool {
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// [`lies_below`], as a service reads it that does not tell upper from lower case.
pub fn lies_below_in_any_case(path: &str, prefix: &str) -> bool {
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    let mut path = path.chars().flat_map(char::to_lowercase);
    let mut prefix = prefix.chars().flat_map(char::to_lowercase);
    prefix.all(|expected| path.next() == Some(expected)) && matches!(path.next(), None | Some('/'))
}

/// Decodes percent escapes once; what would decode to a slash, a backslash, a control character
/// or another escape is refused.
fn decode(raw: &str) -> Result<String, AmbiguousPath> {
    let mut bytes = raw.bytes();
    let mut decoded = Vec::with_capacity(raw.len());
    while let Some(byte) = bytes.next() {
        let (byte, escaped) = if byte == b'%' {
            let high = bytes.next().and_then(hex_digit).ok_or(AmbiguousPath)?;
            let low = bytes.next().and_then(hex_digit).ok_or(AmbiguousPath)?;
            (high * 16 + low, true)
        } else {
            (byte, false)
        };
        let ambiguous = byte.is_ascii_control() || byte == b'\\' || (escaped && matches!(byte, b'/' | b'%'));
        if ambiguous {
            return Err(AmbiguousPath);
        }
        decoded.push(byte);
    }
    String::from_utf8(decoded).map_err(|_| AmbiguousPath)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Lower case, one slash at a time, no `;parameters`.
fn fold(path: &str) -> String {
    let segments = path.split('/').map(|segment| segment.split(';').next().unwrap_or_default());
    let mut folded = String::with_capacity(path.len());
    for segment in segments.filter(|segment| !segment.is_empty()) {
        folded.push('/');
        folded.extend(segment.chars().flat_map(char::to_lowercase));
    }
    if folded.is_empty() || path.ends_with('/') {
        folded.push('/');
    }
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_path_has_one_reading() {
        let path = RequestPath::parse("/certificati/nascita").unwrap();
        assert_eq!(path.readings().collect::<Vec<_>>(), ["/certificati/nascita"]);
    }

    #[test]
    fn a_path_that_a_service_may_fold_is_judged_both_ways() {
        let path = RequestPath::parse("/Area//Riservata;v=1/%41").unwrap();
        assert_eq!(path.readings().collect::<Vec<_>>(), ["/Area//Riservata;v=1/A", "/area/riservata/a"]);
    }

    #[test]
    fn paths_that_could_mean_another_are_refused() {
        for raw in [
            "",
            "a",
            "*",
            "/a/../b",
            "/a/./b",
            "/..",
            "/a/%2e%2e/b",
            "/a/.%2e/b",
            "/a/..;/b",
            "/a/..;x=1/b",
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/a\\b",
            "/a%00",
            "/a%0d%0aX: y",
            "/a%",
            "/a%4",
            "/a%zz",
            "/a%252e",
            "/%ff",
        ] {
            assert_eq!(RequestPath::parse(raw), Err(AmbiguousPath), "{raw}");
        }
    }

    #[test]
    fn a_prefix_covers_whole_segments() {
        for (path, prefix, below) in [
            ("/a", "/a", true),
            ("/a/b", "/a", true),
            ("/a/b", "/a/", true),
            ("/ab", "/a", false),
            ("/a", "/", true),
            ("/", "/", true),
            ("/b/a", "/a", false),
        ] {
            assert_eq!(lies_below(path, prefix), below, "{path} below {prefix}");
            assert_eq!(lies_below_in_any_case(&path.to_uppercase(), prefix), below, "{path} below {prefix}");
        }
    }

    proptest! {
        #[test]
        fn no_reading_holds_a_dot_segment_or_a_control_character(raw in r"/[a-z./%2e5cC;\\ \t]{0,24}") {
            if let Ok(path) = RequestPath::parse(&raw) {
                for reading in path.readings() {
                    prop_assert!(reading.split('/').all(|segment| segment != ".." && segment != "."));
                    prop_assert!(!reading.contains('\\') && !reading.chars().any(char::is_control));
                }
            }
        }
    }
}
