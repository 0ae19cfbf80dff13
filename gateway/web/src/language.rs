//! The languages that pages speak, and which one a browser gets.

use http::header::{ACCEPT_LANGUAGE, COOKIE};
use http::{HeaderMap, HeaderValue};
use varco_tokens::cookies::pairs;

/// A language with texts in `config/locales`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// Italian: what everybody gets who asks for nothing that we speak.
    #[default]
    Italian,
    /// English.
    English,
}

/// The cookie that keeps a citizen's choice, with TLS and without.
const COOKIE_NAMES: [&str; 2] = ["__Host-varco-language", "varco-language"];

/// How long a choice is kept, in seconds: a year.
const COOKIE_AGE: u32 = 31_536_000;

// === impl Language ===

impl Language {
    /// Every language.
    pub(crate) const ALL: [Self; 2] = [Self::Italian, Self::English];

    /// The language tag.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Italian => "it",
            Self::English => "en",
        }
    }

    /// Its own name for itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Italian => "Italiano",
            Self::English => "English",
        }
    }

    /// The language of a tag, with or without a region.
    pub(crate) fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The language for a browser: the one that was chosen, else the one it asks for.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        chosen(headers).or_else(|| preferred(headers)).unwrap_or_default()
    }

    /// Keeps the choice of this language. The answers of providers are posted from their sites: only a
    /// `SameSite=None` cookie comes along, and the page that follows must be in the same language.
    pub(crate) fn keep(self, secure: bool) -> Option<HeaderValue> {
        let [with_tls, plain] = COOKIE_NAMES;
        let (name, rest) = if secure { (with_tls, "Secure; SameSite=None") } else { (plain, "SameSite=Lax") };
        let cookie = format!("{name}={}; Path=/; HttpOnly; Max-Age={COOKIE_AGE}; {rest}", self.tag());
        HeaderValue::try_from(cookie).ok()
    }
}

fn chosen(headers: &HeaderMap) -> Option<Language> {
    let mut cookies = headers.get_all(COOKIE).iter().flat_map(|header| pairs(header.as_bytes()));
    let (_, value) = cookies.find(|(name, _)| COOKIE_NAMES.iter().any(|ours| ours.as_bytes() == *name))?;
    Language::parse(std::str::from_utf8(value).ok()?)
}

/// The language of the highest quality that we speak (RFC 9110 section 12.5.4); of equals, the first.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Language)> = None;
    for range in header.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
        let quality = weight.trim().strip_prefix("q=").map_or(Some(1.0), |quality| quality.parse().ok()).unwrap_or(0.0);
        if let Some(language) = Language::parse(tag.trim())
            && quality > best.map_or(0.0, |(quality, _)| quality)
        {
            best = Some((quality, language));
        }
    }
    best.map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &str, cookie: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, accept.parse().unwrap());
        headers.insert(COOKIE, cookie.parse().unwrap());
        Language::of(&headers)
    }

    #[test]
    fn the_browser_asks_and_the_citizen_decides() {
        assert_eq!(of("de-DE,de;q=0.9", ""), Language::Italian);
        assert_eq!(of("de,en-GB;q=0.7,it;q=0.3", ""), Language::English);
        assert_eq!(of("en;q=0.2, it", ""), Language::Italian);
        assert_eq!(of("en;q=x", ""), Language::Italian);
        assert_eq!(of("it", "a=b; varco-language=en"), Language::English);
        assert_eq!(of("it", "__Host-varco-language=en"), Language::English);
        assert_eq!(of("en", "varco-language=xx"), Language::English);
    }

    #[test]
    fn the_choice_comes_along_with_a_post_from_a_provider() {
        let cookie = Language::English.keep(true).unwrap();
        assert!(cookie.to_str().unwrap().starts_with("__Host-varco-language=en;"));
        assert!(cookie.to_str().unwrap().contains("Secure; SameSite=None"));
    }
}
