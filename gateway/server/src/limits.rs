//! How many logins one client address may begin or end.

use std::net::{IpAddr, Ipv6Addr};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use varco_settings::sections::Limits;

/// Counts logins per client.
pub(crate) struct LoginLimit(DefaultKeyedRateLimiter<IpAddr>);

// === impl LoginLimit ===

impl LoginLimit {
    /// The limit that is configured, if there is one.
    pub(crate) fn new(limits: &Limits) -> Option<Self> {
        let quota = Quota::per_minute(limits.logins_per_minute_per_address).allow_burst(limits.login_burst_per_address);
        limits.enabled.then(|| Self(RateLimiter::keyed(quota)))
    }

    /// Whether one more is allowed to this client now.
    pub(crate) fn allows(&self, client: IpAddr) -> bool {
        self.0.check_key(&household(client)).is_ok()
    }

    /// Forgets clients that have not come for a while.
    pub(crate) fn forget_the_quiet(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

/// One household has one IPv4 address, or a whole /64 of IPv6 (RFC 6177).
pub(crate) fn household(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_ipv6_network_share_a_limit() {
        let one: IpAddr = "2001:db8:1:2::1".parse().unwrap();
        let other: IpAddr = "2001:db8:1:2:ffff::9".parse().unwrap();
        let stranger: IpAddr = "2001:db8:1:3::1".parse().unwrap();
        assert_eq!(household(one), household(other));
        assert_ne!(household(one), household(stranger));
    }

    #[test]
    fn the_burst_is_allowed_and_no_more() {
        let two = std::num::NonZeroU32::MIN.saturating_add(1);
        let limits = Limits { enabled: true, logins_per_minute_per_address: two, login_burst_per_address: two };
        let limit = LoginLimit::new(&limits).unwrap();
        let client: IpAddr = "192.0.2.1".parse().unwrap();
        assert!(limit.allows(client) && limit.allows(client));
        assert!(!limit.allows(client));
        assert!(limit.allows("192.0.2.2".parse().unwrap()));
        assert!(LoginLimit::new(&Limits { enabled: false, ..limits }).is_none());
    }
}
