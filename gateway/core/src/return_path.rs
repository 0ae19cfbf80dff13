//! Where a citizen goes back to after the login: a path on the service that they came from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A path with an optional query, on the service's own host: it can name no other host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReturnPath(String);

/// The text could lead somewhere else than to a path of the service.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "a return address is a path of the service: it begins with one '/' and is at most 2048 visible ASCII characters"
)]
pub struct NotAReturnPath;

const LONGEST: usize = 2048;

// === impl ReturnPath ===

impl ReturnPath {
    /// The service's first page.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// Reads a path with an optional query. What a browser could read as another host is refused:
    /// a second slash, a backslash (browsers take it for a slash), white space and control
    /// characters (browsers drop some of them before they parse).
    pub fn parse(text: &str) -> Result<Self, NotAReturnPath> {
        let plain = text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let local = text.starts_with('/') && !text.starts_with("//");
        if plain && local && !text.contains('#') { Ok(Self(text.to_owned())) } else { Err(NotAReturnPath) }
    }

    /// The path with its query.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReturnPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for ReturnPath {
    type Error = NotAReturnPath;

    fn try_from(text: String) -> Result<Self, NotAReturnPath> {
        Self::parse(&text)
    }
}

impl From<ReturnPath> for String {
    fn from(path: ReturnPath) -> Self {
        path.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_and_queries_of_the_service_are_kept() {
        for text in ["/", "/certificati?tipo=nascita&anno=1980", "/a%20b", "/a//b"] {
            assert_eq!(ReturnPath::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn nothing_that_leads_to_another_host_is_accepted() {
        for text in [
            "",
            "evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "https://evil.example/",
            "/\t/evil.example",
            "/\n/evil.example",
            " /x",
            "javascript:alert(1)",
            "/x#//evil",
            "/è",
        ] {
            assert_eq!(ReturnPath::parse(text), Err(NotAReturnPath), "{text:?}");
        }
        assert!(ReturnPath::parse(&format!("/{}", "x".repeat(LONGEST))).is_err());
    }

    proptest! {
        #[test]
        fn an_accepted_path_appended_to_an_origin_stays_on_it(text in r"[/\\a-z0-9.:@?#%\t\n ]{0,24}") {
            if let Ok(path) = ReturnPath::parse(&text) {
                prop_assert!(path.as_str().starts_with('/'));
                prop_assert!(!path.as_str()[1..].starts_with(['/', '\\']));
            }
        }
    }
}
