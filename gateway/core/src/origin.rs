//! Scheme, host and port of an address: all that the rules need to know of one.

use std::fmt;

/// The origin of an address, such as `https://accesso.regione.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    https: bool,
    host: String,
    port: Option<u16>,
}

/// The text is not an origin.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected https://HOST or https://HOST:PORT (http:// only on loopback), without a path")]
pub struct NotAnOrigin;

impl Origin {
    /// Reads `https://host[:port]` or `http://host[:port]`; a trailing slash is accepted.
    pub fn parse(text: &str) -> Result<Self, NotAnOrigin> {
        let (https, rest) = match text.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(NotAnOrigin),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && !port.contains(']') => {
                (host, Some(port.parse().map_err(|_| NotAnOrigin)?))
            }
            _ => (authority, None),
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte);
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(NotAnOrigin);
        }
        Ok(Self { https, host: host.to_ascii_lowercase(), port })
    }

    /// Lower-case host, without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether the scheme is `https`.
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// The port, where the address names one.
    pub const fn port(&self) -> Option<u16> {
        self.port
    }

    /// The same scheme and port on another host.
    #[must_use]
    pub fn with_host(&self, host: &str) -> Self {
        Self { host: host.to_ascii_lowercase(), ..self.clone() }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(formatter, "{scheme}://{}", self.host)?;
        self.port.map_or(Ok(()), |port| write!(formatter, ":{port}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let origin = Origin::parse("https://Accesso.example:8443/").unwrap();
        assert_eq!((origin.host(), origin.port(), origin.is_https()), ("accesso.example", Some(8443), true));
        assert_eq!(origin.to_string(), "https://accesso.example:8443");
        assert_eq!(Origin::parse("http://[::1]:80").unwrap().host(), "[::1]");
        assert_eq!(Origin::parse("http://[::1]").unwrap().port(), None);
        for bad in ["", "accesso.example", "ftp://x", "https://", "https://x/y", "https://x:99999", "https://a b"] {
            assert_eq!(Origin::parse(bad), Err(NotAnOrigin), "{bad}");
        }
    }
}
