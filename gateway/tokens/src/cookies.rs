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
        let all = headers.get_all(COOKIE).iter().flat_map(|header| pairs(header.as_bytes()));
        let mut values = all.filter(|(found, _)| *found == name).map(|(_, value)| value);
        let value = values.next()?;
        if values.all(|other| other == value) { std::str::from_utf8(value).ok() } else { None }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{self, session_id};
    use crate::session_token::SessionTokens;

    const SECURE: Cookies = Cookies::new(true);
    const PLAIN: Cookies = Cookies::new(false);

    fn headers(values: &[&[u8]]) -> HeaderMap {
        values.iter().map(|value| (COOKIE, HeaderValue::from_bytes(value).unwrap())).collect()
    }

    #[test]
    fn what_is_set_says_how_browsers_must_keep_it() {
        let token = SessionTokens::new(&fixture::master()).seal(&session_id(), "servizi.example");
        let secret = Secret::from_bytes([0; 16]);
        let all = |cookies: Cookies| {
            [
                cookies.set_session(&token),
                cookies.set_browser(&BrowserId(secret)),
                cookies.set_handoff(&secret),
                cookies.clear(Cookie::Session),
                cookies.clear(Cookie::Browser),
            ]
            .map(|header| {
                assert!(header.is_sensitive());
                header.to_str().unwrap().to_owned()
            })
            .join("\n")
        };
        insta::assert_snapshot!(all(SECURE), @r"
        __Host-varco-session=BwcHBwcHBwcHBwcHBwcHB3FYOT1pwdyPRhRrVFRck44; Path=/; HttpOnly; Secure; SameSite=Lax
        __Host-varco-browser=AAAAAAAAAAAAAAAAAAAAAA; Path=/; HttpOnly; Max-Age=1800; Secure; SameSite=None
        __Host-varco-handoff=AAAAAAAAAAAAAAAAAAAAAA; Path=/; HttpOnly; Max-Age=1800; Secure; SameSite=Lax
        __Host-varco-session=; Path=/; HttpOnly; Max-Age=0; Secure; SameSite=Lax
        __Host-varco-browser=; Path=/; HttpOnly; Max-Age=0; Secure; SameSite=None
        ");
        insta::assert_snapshot!(all(PLAIN), @r"
        varco-session=BwcHBwcHBwcHBwcHBwcHB3FYOT1pwdyPRhRrVFRck44; Path=/; HttpOnly; SameSite=Lax
        varco-browser=AAAAAAAAAAAAAAAAAAAAAA; Path=/; HttpOnly; Max-Age=1800; SameSite=Lax
        varco-handoff=AAAAAAAAAAAAAAAAAAAAAA; Path=/; HttpOnly; Max-Age=1800; SameSite=Lax
        varco-session=; Path=/; HttpOnly; Max-Age=0; SameSite=Lax
        varco-browser=; Path=/; HttpOnly; Max-Age=0; SameSite=Lax
        ");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let found = |values: &[&[u8]]| SECURE.find(&headers(values), Cookie::Session).map(str::to_owned);
        assert_eq!(found(&[b"a=1; __Host-varco-session=x ;b"]).as_deref(), Some("x"));
        assert_eq!(found(&[b"a=1", b"__Host-varco-session=x"]).as_deref(), Some("x"));
        assert_eq!(found(&[b"lang=\xe8; __Host-varco-session=x"]).as_deref(), Some("x"), "bytes of another cookie");
        assert_eq!(found(&[b"varco-session=x; __host-varco-session=y; x__Host-varco-session=z"]), None);
        assert_eq!(found(&[b"__Host-varco-session=\xe8"]), None);
        assert_eq!(found(&[]), None);
        assert_eq!(PLAIN.find(&headers(&[b"varco-session=x"]), Cookie::Session), Some("x"));
    }

    #[test]
    fn a_cookie_with_two_values_is_none() {
        let found = |values: &[&[u8]]| SECURE.find(&headers(values), Cookie::Session).map(str::to_owned);
        assert_eq!(found(&[b"__Host-varco-session=x; __Host-varco-session=y"]), None);
        assert_eq!(found(&[b"__Host-varco-session=x", b"__Host-varco-session=y"]), None);
        assert_eq!(found(&[b"__Host-varco-session=x; __Host-varco-session=x"]).as_deref(), Some("x"));
    }

    #[test]
    fn cookies_of_the_gateway_are_known_in_both_forms() {
        for cookie in Cookie::ALL {
            assert!(Cookie::is_ours(SECURE.name(cookie).as_bytes()) && Cookie::is_ours(PLAIN.name(cookie).as_bytes()));
        }
        assert!(!Cookie::is_ours(b"session"));
    }

    proptest! {
        #[test]
        fn what_is_set_is_found_again(secret: [u8; 16], secure: bool, others in "([a-z]{1,5}=[!-:<-~]{0,9}; ){0,4}") {
            let cookies = Cookies::new(secure);
            let set = cookies.set_handoff(&Secret::from_bytes(secret));
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let headers = headers(&[format!("{others}{pair}").as_bytes()]);
            let found = cookies.find(&headers, Cookie::Handoff).map(Secret::parse);
            prop_assert_eq!(found, Some(Ok(Secret::from_bytes(secret))));
        }
    }
}
