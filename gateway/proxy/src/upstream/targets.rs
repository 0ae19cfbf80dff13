//! The addresses of one service, asked in turn; one that could not be reached rests for a while.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use http::Uri;
use http::uri::{Authority, InvalidUriParts, PathAndQuery, Scheme};
use tokio::time::Instant;

/// How long an address that could not be reached is not asked, where there is another one.
const REST: Duration = Duration::from_secs(5);

/// The addresses of one service.
pub(crate) struct Targets {
    list: Vec<Target>,
    turn: AtomicUsize,
    began: Instant,
}

/// One address.
pub(crate) struct Target {
    scheme: Scheme,
    authority: Authority,
    /// In milliseconds from when the gateway began.
    resting_until: AtomicU64,
}

// === impl Targets ===

impl Targets {
    /// The addresses, or the first that is more, or less, than scheme, host and port.
    pub(crate) fn new(addresses: &[Uri]) -> Result<Self, Uri> {
        let target = |address: &Uri| Target::new(address).ok_or_else(|| address.clone());
        let list = addresses.iter().map(target).collect::<Result<_, _>>()?;
        Ok(Self { list, turn: AtomicUsize::new(0), began: Instant::now() })
    }

    /// Whose turn it is.
    pub(crate) fn next(&self) -> &Target {
        if let [only] = &*self.list {
            return only;
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let now = self.elapsed(Duration::ZERO);
        let in_turn = |offset: usize| &self.list[turn.wrapping_add(offset) % self.list.len()];
        (0..self.list.len()).map(in_turn).find(|target| target.is_awake(now)).unwrap_or_else(|| in_turn(0))
    }

    /// Notes that an address could not be reached, and names another one, if there is one.
    pub(crate) fn instead_of(&self, failed: &Uri) -> Option<Uri> {
        let now = self.elapsed(Duration::ZERO);
        for target in self.list.iter().filter(|target| target.is(failed)) {
            target.resting_until.store(self.elapsed(REST), Ordering::Relaxed);
        }
        let others = || self.list.iter().filter(|target| !target.is(failed));
        let other = others().find(|target| target.is_awake(now)).or_else(|| others().next())?;
        other.address(&Uri::from_static("/")).ok()
    }

    fn elapsed(&self, beyond: Duration) -> u64 {
        u64::try_from((self.began.elapsed() + beyond).as_millis()).unwrap_or(u64::MAX)
    }
}

// === impl Target ===

impl Target {
    fn new(address: &Uri) -> Option<Self> {
        let parts = address.clone().into_parts();
        let (scheme, authority) = (parts.scheme?, parts.authority?);
        let known_scheme = scheme == Scheme::HTTP || scheme == Scheme::HTTPS;
        let no_path = parts.path_and_query.is_none_or(|path| path == PathAndQuery::from_static("/"));
        let plain = known_scheme && no_path && !authority.as_str().contains('@') && !authority.host().is_empty();
        plain.then(|| Self { scheme, authority, resting_until: AtomicU64::new(0) })
    }

    /// This address, with path and query of another.
    pub(crate) fn address(&self, asked: &Uri) -> Result<Uri, InvalidUriParts> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = asked.path_and_query().cloned();
        Uri::from_parts(parts)
    }

    fn is(&self, address: &Uri) -> bool {
        address.authority() == Some(&self.authority) && address.scheme() == Some(&self.scheme)
    }

    fn is_awake(&self, now: u64) -> bool {
        self.resting_until.load(Ordering::Relaxed) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(addresses: &[&'static str]) -> Targets {
        Targets::new(&addresses.iter().map(|&it| Uri::from_static(it)).collect::<Vec<_>>()).unwrap()
    }

    fn asked(targets: &Targets, times: usize) -> Vec<String> {
        let path = Uri::from_static("/p?q=%2f");
        (0..times).map(|_| targets.next().address(&path).unwrap().to_string()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_are_asked_in_turn_and_rest_when_they_fail() {
        let targets = targets(&["http://a:1", "http://b:2", "https://c"]);
        assert_eq!(
            asked(&targets, 4),
            ["http://a:1/p?q=%2f", "http://b:2/p?q=%2f", "https://c/p?q=%2f", "http://a:1/p?q=%2f"]
        );
        assert_eq!(targets.instead_of(&Uri::from_static("http://b:2/x")), Some(Uri::from_static("http://a:1/")));
        assert!(asked(&targets, 6).iter().all(|it| !it.starts_with("http://b")));
        tokio::time::advance(REST + Duration::from_millis(1)).await;
        assert!(asked(&targets, 3).iter().any(|it| it.starts_with("http://b")));
    }

    #[test]
    fn where_all_rest_or_there_is_but_one_it_is_asked_all_the_same() {
        let one = targets(&["http://a:1"]);
        assert_eq!(one.instead_of(&Uri::from_static("http://a:1/")), None);
        assert_eq!(asked(&one, 1), ["http://a:1/p?q=%2f"]);
        let two = targets(&["http://a:1", "http://b:2"]);
        for address in ["http://a:1/", "http://b:2/"] {
            assert!(two.instead_of(&Uri::from_static(address)).is_some());
        }
        assert_eq!(asked(&two, 2).len(), 2);
    }

    #[test]
    fn an_address_is_scheme_host_and_port() {
        for bad in ["/x", "http://a/base", "http://a/?q", "ftp://a", "http://user@a", "a:1"] {
            assert!(Targets::new(&[Uri::from_static(bad)]).is_err(), "{bad}");
        }
    }
}
