//! The gateway's cookies: what they are called, how they are set, how they are read.

use std::fmt::Write as _;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use varco_core::attempt::{self, BrowserId};
use varco_core::secret::Secret;

use crate::session_token::SessionToken;

/// One of the gateway's cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session token, on the access host and on every service host.
    Session,
    /// The browser that a login attempt belongs to, on the access host.
    Browser,
    /// What a hand-off is bound to, on a service host.
    Handoff,
}

/// Writes and reads the gateway's cookies.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    secure: bool,
}

// === impl Cookies ===

impl Cookies {
    /// Cookies for a gateway that speaks TLS (`secure`), or, on loopback only, that does not.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// What a cookie is called.
    pub const fn name(self, cookie: Cookie) -> &'static str {
        let [secure, plain] = cookie.names();
        if self.secure { secure } else { plain }
    }

    /// The value of a cookie in these headers. Two different values are none: a neighbour host
    /// may have planted one of them, and nobody can tell which.
    pub fn find(self, headers: &HeaderMap, cookie: Cookie) -> Option<&str> {
        let name = self.name(cookie).as_bytes();
        let mut values = headers.get_all(COOKIE).iter().flat_map(|header| pairs(header.as_bytes()));
        let mut values = values.by_ref().filter(|(found, _)| *found == name).map(|(_, value)| value);
        let first = values.next()?;
        values.all(|other| other == first).then(|| std::str::from_utf8(first).ok())?
    }

    /// Gives the browser its session, until it is closed; the store knows when the session ends.
    pub fn set_session(self, token: &SessionToken) -> HeaderValue {
        self.set(Cookie::Session, token.as_str(), None)
    }

    /// Binds login attempts to this browser, for as long as an attempt lives.
    pub fn set_browser(self, browser: &BrowserId) -> HeaderValue {
        self.set(Cookie::Browser, &browser.reveal(), Some(attempt::LIFETIME.as_secs()))
    }

    /// Binds a hand-off to this browser, for as long as the login that it waits for may take.
    pub fn set_handoff(self, secret: &Secret) -> HeaderValue {
        self.set(Cookie::Handoff, &secret.reveal(), Some(attempt::LIFETIME.as_secs()))
    }

    /// Takes a cookie away from the browser.
    pub fn clear(self, cookie: Cookie) -> HeaderValue {
        self.set(cookie, "", Some(0))
    }

    fn set(self, cookie: Cookie, value: &str, max_age: Option<i64>) -> HeaderValue {
        let mut text = format!("{}={value}; Path=/; HttpOnly", self.name(cookie));
        if let Some(seconds) = max_age {
            // Writing to a String cannot fail.
            let _ = write!(text, "; Max-Age={seconds}");
        }
        text.push_str(match (cookie, self.secure) {
            // The provider's answer is a POST from another site: a Lax cookie would not come with it.
            (Cookie::Browser, true) => "; Secure; SameSite=None",
            (Cookie::Session | Cookie::Handoff, true) => "; Secure; SameSite=Lax",
            // Browsers refuse SameSite=None without Secure.
            (_, false) => "; SameSite=Lax",
        });
        #[expect(clippy::expect_used, reason = "names are constants and values are base64url: visible ASCII")]
        let mut header = HeaderValue::try_from(text).expect("a cookie of visible ASCII");
        header.set_sensitive(true);
        header
    }
}

// === impl Cookie ===

impl Cookie {
    /// Every cookie of the gateway.
    pub const ALL: [Self; 3] = [Self::Session, Self::Browser, Self::Handoff];

    /// Whether a cookie of this name is the gateway's, in either form: no service may see it.
    pub fn is_ours(name: &[u8]) -> bool {
        Self::ALL.iter().flat_map(|cookie| cookie.names()).any(|ours| ours.as_bytes() == name)
    }

    /// The name with TLS, which browsers then hold to one host (RFC 6265bis, cookie name prefixes),
    /// and the one without.
    const fn names(self) -> [&'static str; 2] {
        match self {
            Self::Session => ["__Host-varco-session", "varco-session"],
            Self::Browser => ["__Host-varco-browser", "varco-browser"],
            Self::Handoff => ["__Host-varco-handoff", "varco-handoff"],
        }
    }
}

/// Names and values of one `Cookie` header. Bytes, because another application's cookie may hold
/// what is not text, and that must not log anybody out.
pub fn pairs(header: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    header.split(|byte| *byte == b';').filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii()))
    })
}
